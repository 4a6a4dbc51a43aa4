"""What single cells of lists mean: everything in a cell is understood, or it is left as written."""

from __future__ import annotations

import pytest

from prisoners.importing.mapping import DAY_FIRST, MONTH_FIRST, ListMapping
from prisoners.importing.values import articles_of, date_of, length_of, main_penalty


@pytest.mark.parametrize(
    ("written", "months"),
    [
        ("4 1/2 years", 54), ("4½ years", 54), ("5,5 лет", 66), ("1 год 6 месяцев", 18), ("3 г. 6 мес.", 42),
        ("1 г. 6 м.", 18), ("четыре года лишения свободы", 48), ("полтора года", 18), ("два с половиной года", 30),
        ("4 ans et demi", 54), ("cinq ans et 6 mois", 66), ("cinco años y 6 meses", 66), ("four years", 48),
        ("7 років", 84), ("8 лет (ст. 342 ч. 1)", 96), ("приговор 2020 г., 3 года", 36),
        ("2 yrs 3 mths", 27), ("4年3個月", 51),
        ("5 жыл", 60), ("3 năm 6 tháng tù", 42),
        ("18 mos.", 18), ("3 years, 6 months", 42), ("two years in open prison", 24), ("۳ سال و ۶ ماه", 42),
    ],
)  # fmt: skip
def test_length_is_read_in_figures_and_in_words(written: str, months: int) -> None:
    assert length_of(written) == (months, None, "")


@pytest.mark.parametrize(
    "written",
    [
        "2-4 years", "from 3 to 5 years", "de 2 à 4 ans", "до 3 лет", "up to 5 years", "12 лет и 6 лет",
        "двадцать один год", "4 года (четыре года)", "2 3/4 years",
        "deux ans et demi dont 6 mois avec sursis", "5 ans de prison dont 2 avec sursis",
        "3 years and 6 mthz", "5 years + 2 years",
    ],
)  # fmt: skip
def test_range_limit_or_sum_is_no_length(written: str) -> None:
    length = length_of(written)

    assert length.months is length.days is None
    assert length.odd


@pytest.mark.parametrize(
    "written", ["Petición fiscal: 12 años", "prosecutor demanded 7 years", "грозит 5 лет", "faces 10 years"]
)
def test_sentence_that_is_asked_for_is_none(written: str) -> None:
    assert length_of(written) == (None, None, "is asked for or threatened, not imposed: left empty")


@pytest.mark.parametrize(
    ("written", "main"),
    [
        ("9 years imprisonment, 3 years probation", "9 years imprisonment"),
        ("5 years in prison and 5 years of probation", "5 years in prison"),
        ("6 лет колонии, штраф 100 базовых величин", "6 лет колонии"),
        ("13 лет лишения свободы с ограничением свободы на 1 год", "13 лет лишения свободы"),
        ("3 years and 6 months probation", "3 years and 6 months probation"),
        ("5 years imprisonment suspended, 3 years probation", "5 years imprisonment suspended, 3 years probation"),
        ("5 years in prison", "5 years in prison"),
    ],
)
def test_what_is_imposed_beside_imprisonment_is_not_its_length(written: str, main: str) -> None:
    assert main_penalty(written) == main


@pytest.mark.parametrize("written", ["1 yıl 8 ay 12 gün", "3 years 2000 rubles"])
def test_what_a_length_leaves_out_is_said(written: str) -> None:
    length = length_of(written)

    assert length.months
    assert length.odd


@pytest.mark.parametrize("written", ["۱۴۰۱/۰۷/۲۳", "1401", "2565-03-01", "1400-1402"])
def test_year_of_another_calendar_is_not_taken_for_ours(written: str) -> None:
    assert date_of(written)[0] == ""
    assert "calendar" in date_of(written).odd


@pytest.mark.parametrize("written", ["2020 год", "fine", "10 (ten) years", "342"])
def test_text_without_a_length_has_none(written: str) -> None:
    assert length_of(written) == (None, None, "")


def test_days_are_days() -> None:
    assert [length_of(each).days for each in ("15 суток", "15 дней", "15 days")] == [15, 15, 15]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("ст. 130, ч.1 ст. 342 УК РБ", ["130", "342 part 1"]),
        ("статьи 130 и 342", ["130", "342"]),
        ("art. 130 i 342 kk", ["130", "342"]),
        ("ч. 1 ст. 30 - ст. 278", ["30 part 1", "278"]),
        ("ст. 369 — Оскорбление (ст. 12)", ["369"]),
        ("ст.ст. 342, 364", ["342", "364"]),
        ("ст. 342, 2020", ["342"]),
        ("article 342, 2 years", ["342"]),
        ("130 УК РБ", ["130"]),
        ("ст. 342 ч. 1 УК", ["342 part 1"]),
        ("artículo 129 del Código Penal", ["129"]),
        ("505(a), 33(a)", ["505(a)", "33(a)"]),
        ("art. 282a", ["282a"]),
    ],
)
def test_part_belongs_to_its_own_article_and_none_is_lost(written: str, numbers: list[str]) -> None:
    found, _unread = articles_of([written], ListMapping())

    assert [article.number for article in found] == numbers


def test_day_in_another_order_than_the_list_is_said_to_have_is_told() -> None:
    assert date_of("12/25/2023", DAY_FIRST).odd.startswith("has the month first")
    assert date_of("25/12/2023", MONTH_FIRST) == ("2023-12-25", date_of("25/12/2023", MONTH_FIRST).odd)
    assert not date_of("07/12/2023", MONTH_FIRST).odd


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("в августе 2020", "2020-08"),
        ("у серпні 2020", "2020-08"),
        ("1er mars 2024", "2024-03-01"),
        ("20 سبتمبر 2019", "2019-09-20"),
        ("2019年11月18日", "2019-11-18"),
        ("2019年11月", "2019-11"),
        ("1990 р.н.", "1990"),
        ("2022 ж. 5 қаңтар", "2022-01-05"),
        ("~1990", "1990~"),
    ],
)
def test_month_in_a_sentence_is_read(written: str, date: str) -> None:
    assert date_of(written) == (date, "")


@pytest.mark.parametrize("written", ["2020-03-04", "2020-03", "--03-04"])
def test_day_that_a_spreadsheet_made_of_an_article_is_none(written: str) -> None:
    assert articles_of([written], ListMapping()) == ([], [written])


def test_number_of_a_day_is_left_and_told() -> None:
    assert date_of("44052") == ("", date_of("44052").odd)
    assert "spreadsheet" in date_of("44052").odd


@pytest.mark.parametrize(
    ("written", "date"),
    [("1969-11-00", "1969-11"), ("1978-00-00", "1978"), ("00.00.1970", "1970"), ("00.11.1969", "1969-11")],
)
def test_noughts_stand_for_what_is_not_known_of_a_date(written: str, date: str) -> None:
    assert date_of(written).value == date


@pytest.mark.parametrize("written", ["10.00.1978", "0000-00-00", "1978-00-15"])
def test_nought_amid_a_date_is_not_guessed_away(written: str) -> None:
    assert date_of(written).value == ""
