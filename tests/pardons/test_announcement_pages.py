"""Pages of announcements: announced, named so far, still unnamed; overlaps; what each source says."""

import pytest

from pardons.places import Places, headline_of
from prisoners.models import Prisoner
from tests.factories import (
    identify,
    make_announcement,
    make_figure,
    make_prisoner,
    make_source,
    make_statement,
    relate,
)

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def places_on(client, announcement) -> Places:
    return client.get(announcement.get_absolute_url()).context["row"].places


def test_thirteen_identified_leave_seventeen_unnamed_and_the_total_thirty(client):
    announcement = make_announcement(total=30, women=14, men=16)
    for number in range(13):
        identify(make_prisoner(f"Person {number}", sex="female" if number < 5 else "male"), announcement)

    row = client.get(announcement.get_absolute_url()).context["row"]

    assert (row.places.announced, row.places.named, row.places.unnamed) == (30, 13, 17)
    assert (row.women.unnamed, row.men.unnamed) == (9, 8)


def test_every_place_is_one_mark(client):
    announcement = make_announcement(total=30)
    identify(make_prisoner(), announcement)

    page = text(client.get(announcement.get_absolute_url()))

    assert page.count('<i class="named"></i>') == 1
    assert page.count("<i></i>") == 29


def test_too_many_places_for_marks_are_a_bar(client):
    page = text(client.get(make_announcement(total=7012).get_absolute_url()))

    assert "<i></i>" not in page
    assert 'viewBox="0 0 7012 1"' in page


def test_withheld_person_stays_among_the_unnamed(client):
    announcement = make_announcement(total=30)
    hidden = make_prisoner("Hidden Person")
    identify(hidden, announcement)
    Prisoner.objects.filter(pk=hidden.pk).update(publication="withheld")

    assert places_on(client, announcement) == Places(30, 0)
    assert "Hidden Person" not in text(client.get(announcement.get_absolute_url()))


@pytest.mark.parametrize("publication", ["draft", "retracted"])
def test_draft_fills_nothing(client, publication: str):
    announcement = make_announcement(total=30)
    identify(make_prisoner(), announcement, publication=publication)

    assert places_on(client, announcement).named == 0


def test_person_of_unknown_sex_fills_a_place_of_neither_women_nor_men(client):
    announcement = make_announcement(total=30, women=14, men=16)
    identify(make_prisoner(sex="unknown"), announcement)

    row = client.get(announcement.get_absolute_url()).context["row"]

    assert (row.women.unnamed, row.men.unnamed, row.places.unnamed) == (14, 16, 29)


def test_more_named_than_announced_is_said(client):
    announcement = make_announcement(total=1)
    for number in range(2):
        identify(make_prisoner(f"Person {number}"), announcement)

    page = text(client.get(announcement.get_absolute_url()))

    assert "More people are named than were announced." in page
    assert places_on(client, announcement).unnamed == 0


def test_announcement_without_a_number_looks_right(client):
    announcement = make_announcement(total=None)

    page = text(client.get(announcement.get_absolute_url()))

    assert "Pardon, number not published" in page
    assert "not published</dd>" in page


@pytest.mark.parametrize(
    ("kind", "total", "qualifier", "words"),
    [
        ("pardon", 30, "exactly", "30 pardoned"),
        ("release", 18, "at_least", "At least 18 released"),
        ("amnesty", 7012, "about", "About 7,012 under an amnesty"),
        ("deaths", 1, "exactly", "1 died"),
    ],
)
def test_headline_says_what_happened_to_how_many(kind: str, total: int, qualifier: str, words: str):
    assert headline_of(make_announcement(kind, total=total, qualifier=qualifier)) == words


def test_all_statements_are_shown_and_the_chosen_one_says_so(client):
    announcement = make_announcement(total=18, choice_reason="Two sources agree.")
    make_statement(announcement, 8, qualifier="about", words="some eight of them")
    make_statement(announcement, 99, publication="draft")

    page = text(client.get(announcement.get_absolute_url()))

    assert "18 people" in page
    assert "about 8 people" in page
    assert "some eight of them" in page
    assert "Two sources agree." in page
    assert "99 people" not in page


def test_words_of_a_restricted_source_are_not_shown(client):
    announcement = make_announcement(total=18)
    source = make_source(title="Secret letter", access="restricted")
    make_statement(announcement, 8, source=source, words="secret words")

    page = text(client.get(announcement.get_absolute_url()))

    assert "restricted source" in page
    assert "ecret " not in page


@pytest.mark.parametrize(
    ("relation", "sentence"),
    [
        ("may_overlap", "May be partly the same people"),
        ("distinct", "Other people: nobody is in both"),
        ("same", "The same people"),
        ("contains", "Part of this announcement"),
    ],
)
def test_answered_overlap_is_shown(client, relation: str, sentence: str):
    pardon, release = make_announcement(), make_announcement("release", "2024-07", 18)
    relate(pardon, release, relation)

    overlaps = client.get(pardon.get_absolute_url()).context["overlaps"]

    assert [(overlap.other, overlap.sentence) for overlap in overlaps] == [(release, sentence)]


def test_part_of_another_announcement_says_which(client):
    whole, part = make_announcement(total=30), make_announcement("release", "2024-07", 18)
    relate(whole, part, "contains")

    overlaps = client.get(part.get_absolute_url()).context["overlaps"]

    assert [overlap.sentence for overlap in overlaps] == ["This announcement is part of it"]


def test_unanswered_announcements_of_the_time_may_overlap(client):
    pardon = make_announcement()
    near = make_announcement("release", "2024-07", 18)
    make_announcement("release", "2023-07", 18)
    make_announcement("arrests", "2024-08", 18)
    make_announcement("release", "2024-07", 18, country="ZZ")
    make_announcement("release", "2024-07", 18, publication="draft")

    overlaps = client.get(pardon.get_absolute_url()).context["overlaps"]

    assert [(overlap.other, overlap.is_answered) for overlap in overlaps] == [(near, False)]


def test_list_filters_by_kind_date_and_open_places(client):
    pardon = make_announcement(total=1)
    release = make_announcement("release", "2024-07", 18)
    identify(make_prisoner(), pardon)

    def found(query: str) -> list:
        return [row.announcement for row in client.get(f"/announcements/?{query}").context["rows"]]

    assert found("kind=release") == found("places=open") == found("act_to=2024-07") == [release]
    assert found("places=filled") == found("act_from=2024-08") == [pardon]
    assert found("places=open,filled") == [pardon, release]


def test_list_takes_no_more_queries_for_more_announcements(client, django_assert_max_num_queries):
    for number in range(6):
        identify(make_prisoner(f"Person {number}"), make_announcement(act_on=f"2024-0{number + 1}"))

    with django_assert_max_num_queries(10):
        client.get("/announcements/")


@pytest.mark.parametrize("publication", ["draft", "in_review", "withheld", "retracted"])
def test_announcement_that_is_not_public_has_no_page(client, publication: str):
    announcement = make_announcement(publication=publication)

    assert client.get(announcement.get_absolute_url()).status_code == 404
    assert client.get("/announcements/").context["page"].total == 0


def test_pardon_list_names_its_announcements(client):
    identify(make_prisoner("Jan Exemplar"), make_announcement())

    page = text(client.get("/pardons/"))

    assert "Jan Exemplar" in page
    assert "30 pardoned" in page


def test_pardon_filters_hold_on_the_pardon(client):
    identify(make_prisoner(), make_announcement())

    assert client.get("/pardons/?pardoned_from=2024-08&outcome=unknown").context["page"].total == 1
    assert client.get("/pardons/?pardoned_from=2024-09").context["page"].total == 0


def test_figure_is_shown_with_its_qualifier_speaker_and_time(client):
    make_figure(metric="arrests", value=35000, qualifier="over", period_from="2020", who_says="A news agency")

    page = text(client.get("/figures/"))

    assert "over 35,000" in page
    assert "since 2020" in page
    assert "A news agency" in page


def test_figures_are_filtered_by_what_and_when(client):
    make_figure(metric="arrests", period_from="2020", period_to="2021")
    make_figure(metric="releases", on_date="2024-08-16", measure="stock")

    assert client.get("/figures/?metric=arrests").context["page"].total == 1
    assert client.get("/figures/?about_from=2024").context["page"].total == 1
    assert client.get("/figures/").context["page"].total == 2


def test_quote_of_a_restricted_source_is_not_shown(client):
    make_figure(quote="secret words", source=make_source(title="Secret letter", access="restricted"))

    page = text(client.get("/figures/"))

    assert "restricted source" in page
    assert "ecret " not in page


def test_announcement_without_a_published_statement_has_no_number(client):
    announcement = make_announcement()
    announcement.statements.update(publication="draft")

    assert places_on(client, announcement).announced is None
