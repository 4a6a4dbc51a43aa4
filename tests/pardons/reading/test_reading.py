"""What the reader makes of single sentences: one phenomenon of the language at a time."""

import pytest

from pardons.reading import read

DAY = "2031-03-14"
HELD = "current_political_prisoners"


def announced(text: str) -> list[tuple[str, int]]:
    return [(a.kind, a.total) for a in read(text, DAY).announcements]


def figures(text: str) -> list[tuple[str, int]]:
    return [(f.metric, f.value) for f in read(text, DAY).figures]


@pytest.mark.parametrize(
    "text",
    [
        "The president has pardoned 24 prisoners.",
        "24 prisoners have been pardoned.",
        "President Brask signed a decree pardoning 24 people convicted of extremism.",
        "Pardons were granted to 24 people.",
        "Nine women and 15 men were pardoned.",
        "The latest pardon covers 24 convicts, nine of them women.",
    ],
)
def test_pardon_is_found_in_every_voice(text: str) -> None:
    assert announced(text) == [("pardon", 24)]


@pytest.mark.parametrize(
    "text",
    [
        "The 24-year-old was jailed under Article 212 for 24 years.",
        "The EU called on Sarvonia to release all prisoners within 24 hours.",
        "They paid 24 million dollars and served 24 months in 24 prisons.",
        "About 24% of prisoners are ill.",
        "Milva was pardoned after 24 hungry months among prisoners.",
        "Under Article 212 released prisoners must report to the police.",
    ],
)
def test_ages_articles_terms_money_and_percentages_are_no_counts(text: str) -> None:
    assert announced(text) == [] and figures(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The UN urged Sarvonia to release 1,204 political prisoners.",
        "1,204 political prisoners remain behind bars.",
        "Sarvonia did not release any of its 1,204 political prisoners.",
        "There are 1,204 political prisoners in Sarvonia.",
    ],
)
def test_people_who_were_not_freed_are_held(text: str) -> None:
    assert announced(text) == [] and figures(text) == [("current_political_prisoners", 1204)]


def test_people_who_were_not_pardoned_are_not_announced() -> None:
    assert announced("On Monday 40 convicts were not pardoned.") == []


def test_total_since_a_day_is_a_figure_and_no_announcement() -> None:
    text = "Since July 2030 the president has pardoned 212 people."

    assert announced(text) == [] and figures(text) == [("pardons", 212)]


def test_elliptical_series_gives_each_act_its_own_day() -> None:
    text = (
        "On February 3 a decree pardoned 14 people convicted of extremist crimes against the state and its order,"
        " on February 20 - another 24, on March 1 - another 31 political prisoners, and on March 9 - another 5."
    )

    dated = [(a.total, a.date) for a in read(text, DAY).announcements]

    assert dated == [(14, "2031-02-03"), (24, "2031-02-20"), (31, "2031-03-01"), (5, "2031-03-09")]


def test_parts_of_an_announcement_are_not_announced_again() -> None:
    text = (
        "801 convicts were pardoned, of whom 463 were released from custody and 118 people freed on parole on Monday."
    )

    assert announced(text) == [("pardon", 801)]


def test_part_of_a_figure_with_its_own_verb_is_a_figure() -> None:
    text = "Police detained 51,300 people, with 20,480 of them arrested."

    assert figures(text) == [("detentions", 51300), ("arrests", 20480)]


def test_swap_counts_both_sides() -> None:
    assert announced("Ten agents were swapped for four prisoners on Monday.") == [("exchange", 14)]


def test_name_and_others_are_summed() -> None:
    text = "On Monday President Brask pardoned the activist Milva Ostrand. The pardon also covers five other people."

    assert announced(text) == [("pardon", 6)]


def test_rounded_headline_is_the_exact_number_of_the_text() -> None:
    text = "Amnesty frees nearly 6,000 prisoners\n\nThe junta released 5,774 prisoners on Monday."

    assert announced(text) == [("amnesty", 5774)]


def test_earlier_act_is_background() -> None:
    text = "Brask pardoned 20 people on March 13. The previous pardon, on February 3, covered 29 people."

    assert [a.role for a in read(text, DAY).announcements] == ["main", "background"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("24 prisoners were freed, including Milva Ostrand and Osk Telder.", ["Milva Ostrand", "Osk Telder"]),
        ("24 prisoners were freed. Milva Ostrand is not among them.", []),
        ("24 prisoners were freed, said Milva Ostrand of the Lantern Centre.", []),
        ("24 prisoners were freed. Some 900 people remain in prison, including Osk Telder.", []),
        ("President Teodor Brask pardoned 24 prisoners.", []),
        ("24 prisoners were freed, among them two friends of President Teodor Brask.", []),
        (
            "24 prisoners were freed, among them:\n\nMilva Ostrand - 4 years;\nOsk Telder - 2 years.",
            ["Milva Ostrand", "Osk Telder"],
        ),
    ],
)
def test_only_people_to_whom_the_act_happened_are_named(text: str, named: list[str]) -> None:
    assert read(text, DAY).announcements[0].named == named


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("According to the Lantern Centre, 900 political prisoners remain in jail.", "Lantern Centre"),
        ("900 political prisoners remain in jail, said Arno Velt.", "Arno Velt"),
        ("Arno Velt, head of the Lantern Centre, said 900 political prisoners remain in jail.", "Arno Velt"),
        ("Prisoners Aid (PA) counts 900 political prisoners.", "Prisoners Aid (PA)"),
        ("There are 900 political prisoners.", None),
    ],
)
def test_speaker_is_the_one_quoted_for_the_number(text: str, who: str | None) -> None:
    assert [figure.who_says for figure in read(text, DAY).figures] == [who]


def test_names_withheld_is_read_from_the_words() -> None:
    text = "Brask pardoned 24 people. Their names were not disclosed."

    assert read(text, DAY).announcements[0].names_withheld


def test_every_value_carries_the_words_it_was_read_from() -> None:
    text = "On 3 March Brask pardoned 24 people, nine women and 15 men. About 900 political prisoners remain."

    reading = read(text, DAY)

    (pardon,), (held,) = reading.announcements, reading.figures
    words = {field: text[start:end] for field, (start, end) in pardon.spans.items()}
    assert words == {
        "total": "24 people",
        "kind": "pardoned",
        "date": "3 March",
        "women": "nine women",
        "men": "15 men",
    }
    assert text[slice(*held.spans["value"])] == "About 900 political prisoners"


def test_nothing_is_proposed_for_a_text_about_something_else() -> None:
    reading = read("The match ended 3 to 1 before 24,000 people. 30 players were tested.", DAY)

    assert reading.announcements == [] and reading.figures == []


@pytest.mark.parametrize(
    ("text", "women", "men"),
    [
        ("On Monday Pavel Brask and Anna Brasková were freed.", 1, 1),
        ("On Monday Viktar Anatolevich Prykladov and Rena Prykladova were freed.", 1, 1),
        ("On Monday Nguyen Thi Lan Prikla and John Prykladsky were freed.", 1, 1),
        ("On Monday Sasha Prikla and John Prykladsky were freed.", None, None),
        ("On Monday John Villanova and Prikla Villanova were freed.", None, None),
    ],
)
def test_sex_is_told_by_names_only_where_all_are_sure(text: str, women: int | None, men: int | None) -> None:
    [freed] = read(text, DAY).announcements

    assert (freed.women, freed.men) == (women, men)


def test_names_of_some_of_those_counted_tell_no_sexes() -> None:
    [freed] = read("On Monday three people were freed, including John Prykladsky and Anna Brasková.", DAY).announcements

    assert (freed.total, freed.women, freed.men) == (3, None, None)


def test_name_that_may_be_inflected_tells_no_sex() -> None:
    """Валентина is a woman, and a man whom somebody freed."""
    [freed] = read("В понедельник освободили Валентина Прикладова.", DAY).announcements

    assert (freed.total, freed.women) == (1, None)


@pytest.mark.parametrize(
    "text",
    [
        "14 people jailed over the protests of 11 July were released.",
        "Tras las protestas del 11 de julio salieron en libertad 14 presos.",
    ],
)
def test_day_of_the_protests_is_not_the_day_of_the_release(text: str) -> None:
    assert [(a.total, a.date) for a in read(text, DAY).announcements] == [(14, DAY)]


def test_list_of_parts_in_the_next_sentence_announces_nothing() -> None:
    text = "The king pardoned 625 convicts. 419 of them were released, 163 had terms halved, and 43 were freed later."

    assert announced(text) == [("pardon", 625)]


def test_plus_sign_means_over() -> None:
    [figure] = read("870+ political prisoners remain behind bars.", DAY).figures

    assert (figure.value, figure.qualifier) == (870, "over")


def test_author_of_a_statement_speaks_where_the_text_says_we() -> None:
    text = "Statement of the Harbour Centre\n\nBy our count, 1,043 political prisoners are held in the country."

    assert [(f.value, f.who_says) for f in read(text, DAY).figures] == [(1043, "Harbour Centre")]


def test_speaker_of_an_elliptical_count_stands_before_it() -> None:
    text = "All 553 are free. Cell Watch verified 230 releases of political prisoners, the Justice Collective 212."

    assert [(f.value, f.who_says) for f in read(text, DAY).figures] == [
        (230, "Cell Watch"),
        (212, "Justice Collective"),
    ]


def test_number_of_a_heading_that_no_sentence_repeats_is_a_part() -> None:
    text = "Two teachers and a nurse freed in Maravia\n\nThree prisoners were released on Wednesday, the ministry said."

    assert announced(text) == [("release", 3)]


def test_priests_among_others_are_no_number_of_men() -> None:
    [freed] = read("19 prisoners were released on Monday. Among the freed are 15 priests.", DAY).announcements

    assert (freed.total, freed.men) == (19, None)


def test_rest_of_those_held_is_not_announced() -> None:
    text = "Talks on freeing many more of the roughly 1,200 political prisoners go on."

    assert announced(text) == [] and figures(text) == [("current_political_prisoners", 1200)]


@pytest.mark.parametrize(
    "text",
    [
        "26 prisoners were freed on Monday. The oldest of those freed is 71.",
        "26 prisoners were freed on Monday. The youngest of the freed prisoners is 19, the oldest 83.",
        "Der Präsident hat am Montag 26 Häftlinge begnadigt. Der älteste von ihnen ist 81, die jüngste 22.",
        "Президент помиловал в понедельник 26 человек, самому старшему — 81, самой младшей — 22.",
    ],
)
def test_age_of_the_oldest_is_no_count(text: str) -> None:
    assert [total for _kind, total in announced(text)] == [26] and figures(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Police detained 120 people. Of the 120, 40 were released overnight.",
        "Police detained 120 people. Out of the 120 detained, 40 were released on bail.",
        "Полиция задержала 120 человек. Из 120 задержанных 40 отпустили ночью.",
        "Поліція затримала 120 людей. Зі 120 затриманих 40 відпустили вночі.",
    ],
)
def test_whole_that_was_told_before_was_not_released(text: str) -> None:
    assert announced(text) == [] and figures(text) == [("detentions", 120)]


@pytest.mark.parametrize(
    "text",
    [
        "The Lantern Centre counts 900 political prisoners. Of the 900, 12 were freed on Monday.",
        "Правозащитники насчитали 900 политзаключённых. Из них 12 освободили в понедельник.",
        "Za kratami jest 900 więźniów politycznych. W piątek zwolniono 12 z nich.",
    ],
)
def test_some_of_those_held_who_were_freed_on_a_day_are_announced(text: str) -> None:
    assert announced(text) == [("release", 12)] and figures(text) == [("current_political_prisoners", 900)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Rights defenders in Sarvonia say 900 political prisoners are behind bars.", "Rights defenders"),
        ("Правозащитники в Северогорске сообщают, что в тюрьмах 900 политзаключённых.", "Правозащитники"),
        ("900 political prisoners are behind bars, the Istran foreign ministry said.", "Istran foreign ministry"),
        ("Statement by the Harbour Forum\n\n900 political prisoners are behind bars.", "Harbour Forum"),
    ],
)
def test_speaker_is_no_place_and_has_a_whole_name(text: str, who: str) -> None:
    assert [figure.who_says for figure in read(text, DAY).figures] == [who]


def test_who_recognised_some_does_not_speak_of_the_others() -> None:
    text = (
        "Harbour Forum declares:\n\n- since 2030 at least 900 people, recognised by rights groups as political"
        " prisoners, were jailed; 640 of them are now in prison."
    )

    assert [(f.value, f.who_says) for f in read(text, DAY).figures][-1] == (640, "Harbour Forum")


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("Twenty-eight Adari Witnesses, two of them women, were released on Monday.", [("release", 28)]),
        ("Around 70 evangelical Adarists were set free in two groups.", [("release", 70)]),
        ("Milva Brask, who had been imprisoned for a year, and 18 other monks were freed.", [("release", 19)]),
        (
            "54 men are let off their terms, 12 have half, 9 a fine. In total, the order covers 75 people.",
            [("pardon", 75)],
        ),
        ("В плену остаются многие. Указ не назван. На свободу с июля вышли 46 человек, сообщила «Весна».", []),
    ],
)
def test_noun_that_no_list_has_and_sum_told_last_are_read(text: str, acts: list[tuple[str, int]]) -> None:
    assert announced(text) == acts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "22,741 political prisoners are still held and 7,693 have been killed.",
            [("current_political_prisoners", 22741)],
        ),
        ("91 political prisoners were in jail before Sunday's release.", [("current_political_prisoners", 91)]),
        ("22 people were convicted; 13 of them were sentenced to prison.", [("convictions", 22)]),
        ("Arrest warrants were issued for 41 people.", []),
        ("355 people died in the protests of 2018.", []),
        ("С мая 2030 года статус политзаключённых получили 4533 человека.", [("ever_recognised", 4533)]),
    ],
)
def test_number_has_the_verb_of_its_own_clause(text: str, expected: list[tuple[str, int]]) -> None:
    assert figures(text) == expected and announced(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The president pardoned 93 convicts. Sixteen had been convicted under Article 212.",
        "El gobierno de Sarvonia excarceló a 93 presos políticos; cinco de los cuales quedan en arresto domiciliario.",
    ],
)
def test_what_is_told_of_some_of_the_freed_is_no_figure(text: str) -> None:
    assert [total for _kind, total in announced(text)] == [93] and figures(text) == []


def test_who_said_it_last_is_meant_by_she() -> None:
    text = "“Nobody asked,” said Milva Brask. Over 700 political prisoners are held in Sarvonia, she said."

    assert [figure.who_says for figure in read(text, DAY).figures] == ["Milva Brask"]


def test_number_of_the_text_has_the_qualifier_of_the_text() -> None:
    found = read("At least 40 freed in Sarvonia\n\nForty political prisoners were freed on Monday.", DAY)

    assert [(act.total, act.qualifier) for act in found.announcements] == [(40, "exact")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In January the centre recorded 96 politically motivated detentions.", [("detentions", 96)]),
        ("Since the spring 17 people were freed, 14 of them after their full term.", [("releases", 17)]),
        ("As of 30 November 1,447 people were recognised as political prisoners.", [(HELD, 1447)]),
        ("The list of political prisoners is out. It contains 331 names, 28 more than in June.", [(HELD, 331)]),
        ("Правозащитникам стало известно о 143 осуждённых по политическим делам.", [("convictions", 143)]),
    ],
)
def test_figures_of_a_chronicle_are_read(text: str, expected: list[tuple[str, int]]) -> None:
    assert figures(text) == expected and announced(text) == []


def test_act_of_a_chronicle_is_dated_by_its_heading() -> None:
    found = read("Chronicle of February 2031\n\nAll was quiet. 29 political prisoners were freed.", DAY)

    assert [(act.total, act.date) for act in found.announcements] == [(29, "2031-02")]


def test_names_of_a_part_stay_with_the_whole() -> None:
    text = (
        "Twenty-six prisoners were exchanged on Monday: sixteen were freed by Sarvonia, ten were freed by Istra."
        " Among those freed are Milva Brask and Odran Velk."
    )

    assert [(act.total, act.named) for act in read(text, DAY).announcements] == [(26, ["Milva Brask", "Odran Velk"])]


@pytest.mark.parametrize(
    ("text", "acts", "expected"),
    [
        ("The president pardoned 37 prisoners on Monday. Six of them are ill and two are over 60.", [37], []),
        ("The president pardoned 37 political prisoners on Monday. The list includes six women.", [37], []),
        ("Since the board was revived in April 2030, 1,500 detainees have been released.", [], [("releases", 1500)]),
        ("Two opponents of the president have died in police custody.", [], [("died_in_custody", 2)]),
        (
            "Президент подписал указ о помиловании 75 человек. Освобождены 54 человека, 12 срок сокращён наполовину,"
            " 9 освобождены от штрафов.",
            [75],
            [],
        ),
    ],
)
def test_ages_lists_of_the_freed_and_parts_that_add_up_are_no_figures(
    text: str, acts: list[int], expected: list[tuple[str, int]]
) -> None:
    assert ([total for _kind, total in announced(text)], figures(text)) == (acts, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seven people died behind bars in Sarvonia this year.", [("died_in_custody", 7)]),
        ("At least 40 others face the death penalty after the protests.", []),
        ("Lantern puts the number of those still behind bars for political reasons at 1,236.", [(HELD, 1236)]),
        ("Rights lawyers estimate Sarvonia's political prisoners at 6,100.", [(HELD, 6100)]),
        (
            "3,061 people are currently defendants in politically motivated cases; 402 of them are in custody.",
            [("other", 3061), (HELD, 402)],
        ),
        ("The council deprived at least 19 persons of their nationality.", [("other", 19)]),
        ("In May a court found 14 democrats guilty of conspiracy.", [("convictions", 14)]),
        ("Over the month 27 new names were added to the list of political prisoners.", [("other", 27)]),
        (
            "The decree left out at least 180 political prisoners, and four detainees died in jail.",
            [(HELD, 180), ("died_in_custody", 4)],
        ),
        ("За кратамі застаюцца 81 палітвязень.", [(HELD, 81)]),
        ("Усяго за чатыры гады такі статус атрымалі звыш 340 чалавек.", [("ever_recognised", 340)]),
    ],
)
def test_figures_of_state_reviews_are_read(text: str, expected: list[tuple[str, int]]) -> None:
    assert figures(text) == expected and announced(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brask said 226 people arrested over the unrest had benefited from the pardon.", [("pardon", 226)]),
        ("Sarvonia frees 19\n\nNineteen people held in its prisons, five of them women, are home.", [("release", 19)]),
        ("Вчера это было в городе: Сарвония передала 16 человек, а взамен получила восьмерых.", [("exchange", 24)]),
    ],
)
def test_acts_told_in_passing_are_read(text: str, expected: list[tuple[str, int]]) -> None:
    assert announced(text) == expected and figures(text) == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("BRESK (13 March 2031) - The release of twelve priests on 9 March is welcome.", "2031-03-09"),
        ("BRESK, March 13 - Twelve priests were released.", "2031-03-13"),
        ("BRESK, March 14 (Agency) - Sarvonia freed the 12 people it promised in May to let go.", "2031-03-14"),
        ("Учора вызвалілі дванаццаць палітвязняў, чацвёра з іх хворыя.", "2031-03-13"),
    ],
)
def test_day_a_report_was_sent_is_not_the_day_of_the_act(text: str, date: str) -> None:
    assert [(act.total, act.date) for act in read(text, DAY).announcements] == [(12, date)]


@pytest.mark.parametrize(
    "text",
    [
        "Nine prisoners were freed. Milva Brask, who was sentenced to 26 years in May, is not among them.",
        "Nine prisoners were freed, the vice president of the Supreme Court, Milva Brask, said on Monday.",
        "Na wolność wyszło 9 więźniów. Wśród uwolnionych są lekarze; jeden z rannych, Milva Brask, wrócił do kolonii.",
    ],
)
def test_who_stayed_in_prison_is_not_among_the_freed(text: str) -> None:
    assert [(act.total, act.named) for act in read(text, DAY).announcements] == [(9, [])]


def test_days_of_a_range_are_no_numbers_of_people() -> None:
    text = "Se liberó a 733 personas. Foro Lantern verificó 138 excarcelaciones entre el 16 y el 23 de febrero."

    assert (announced(text), figures(text)) == ([("release", 733)], [("releases", 138)])


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Lantern, a rights group, says 70 political prisoners are held.", "Lantern"),
        ("В тюрьмах находится 70 политзаключённых. Об этом сообщает «Лантерна».", "Лантерна"),
        ("В списке «Лантерны» остаётся 70 политзаключённых.", "Лантерна"),
        ("По данным «Лантерны», под стражей 70 человек, политзаключёнными признали 40.", "Лантерна"),
    ],
)
def test_speaker_stands_in_an_apposition_after_the_number_or_with_the_list(text: str, speaker: str) -> None:
    assert read(text, DAY).figures[0].who_says == speaker


def test_political_part_of_the_freed_is_not_held() -> None:
    text = (
        "Sarvonia freed 553 inmates. The group Lantern said that of those let out, only 212 were political prisoners."
    )

    assert (announced(text), figures(text)) == ([("release", 553)], [("releases", 212)])


def test_those_who_refused_to_leave_are_no_part_of_those_who_left() -> None:
    found = read("Sarvonia expelled 222 prisoners on Thursday. Two men refused to leave.", DAY)

    assert [(act.total, act.men) for act in found.announcements] == [(222, None)]


def test_full_stop_inside_a_name_in_quotation_marks_ends_no_sentence() -> None:
    text = "В тюрьмах находится 70 политзаключённых, сообщает проект «Дом. Лантерна»."

    assert [(each.value, each.who_says) for each in read(text, DAY).figures] == [(70, "Дом. Лантерна")]
