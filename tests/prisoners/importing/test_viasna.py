"""Quirks of Viasna's export in its three shapes, each with invented people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from prisoners.importing import applying
from prisoners.models import Case, Charge, Conviction, Detention, Name, Prisoner, Recognition, Release, Stay
from registry.editing import settle
from tests.prisoners.importing.files import VIASNA_FLAT, VIASNA_HUMAN, VIASNA_MACHINE, imported, write_list

pytestmark = pytest.mark.django_db


def flat(number: str = "1", **cells: str) -> dict[str, str]:
    return {"id": number, "name": "Vydumany Adzin", "status": "active", **cells}


@pytest.fixture
def enter(tmp_path: Path) -> Any:
    def entered(*rows: dict[str, str], header: str = VIASNA_FLAT, **asked: Any) -> Any:
        return imported(write_list(tmp_path / "v.csv", header, *rows), **asked)

    return entered


def test_flattened_columns_are_the_charges_of_one_case(enter: Any) -> None:
    first = "Part 2 of Art. 293 of the Criminal Code — Participation"
    both = "Part 1 of Article 13 and Article 293 of the Criminal Code — Preparation"
    enter(flat(**{"articles/0": first, "articles/1": both, "articles/2": "art. 188 of the Criminal Code"}))

    assert sorted(Charge.objects.values_list("article__number", flat=True)) == ["13 part 1", "188", "293", "293 part 2"]
    assert Case.objects.count() == 1


def test_false_means_empty(enter: Any) -> None:
    enter(flat(photo="FALSE", articles="FALSE", prison="FALSE"))

    assert (Charge.objects.count(), Stay.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("written", "months"), [("4 1/2 years", 54), ("19 months", 19), ("3 minths", 3), ("2 года", 24), ("1 год", 12)]
)
def test_length_is_understood_as_written(enter: Any, written: str, months: int) -> None:
    staged = enter(flat(decision=written))

    assert Conviction.objects.get().length_months == months
    assert bool(staged.rows.get().odd) == (written == "3 minths")


def test_fine_has_no_length(enter: Any) -> None:
    enter(flat(decision="150 базовых величин", penalty="штраф"))

    assert Conviction.objects.values_list("sentence", "length_months", "length_days").get() == ("fine", None, None)


def test_former_without_a_date_ended_by_the_day_of_the_list_and_nobody_says_how(enter: Any) -> None:
    enter(flat(status="former", arrested="2020-11-12"), published="2023-02")

    detention = Detention.objects.get()
    assert (detention.ended_how, str(detention.ended_on)) == ("unknown", "../2023-02-28")
    assert Release.objects.count() == 0


def test_release_date_is_a_release_of_a_kind_not_known(enter: Any) -> None:
    enter(flat(status="former", arrested="2020-11-12", release_date="2022-11-30"))

    release = Release.objects.get()
    assert (release.kind, str(release.detention.ended_on)) == ("unknown", "2022-11-30")


def test_slug_in_another_transliteration_is_no_name(enter: Any) -> None:
    enter(flat(url="https://example.org/en/person/wydumany-adzin"))

    assert list(Name.objects.values_list("text", flat=True)) == ["Vydumany Adzin"]


@pytest.mark.parametrize("status", ["np", ""])
def test_people_not_recognised_are_never_published(enter: Any, status: str) -> None:
    row = {"id": "9", "name": "Выдуманный Один", "status": status, "arrested": "2025-01-02", "articles": "ст. 368"}
    enter(row, flat("2"), header=VIASNA_MACHINE, is_public=True, recognised_by=("Invented Group",))

    kept = Prisoner.objects.exclude(publication="published").get()
    assert (kept.publication, kept.recognitions.count(), kept.detentions.public().count()) == ("draft", 0, 0)
    assert Prisoner.public.count() == 1


def test_death_waits_for_a_persons_word(enter: Any) -> None:
    staged = enter({**flat(), "died": "1", "articles": ""}, header=VIASNA_MACHINE)

    assert Prisoner.objects.get().death_circumstance == ""
    assert "waits for a person’s word" in staged.rows.get().odd[0]


def test_cells_of_the_human_shape_hold_several_lines(enter: Any) -> None:
    articles = "Art. 342 of the Criminal Code\nArt. 361-4 of the Criminal Code"
    row = {"Name and surname": "Person One", "Status": "Political prisoner", "Charges indicted": articles,
           "Prison": "Penal colony No. 0\n(no address)"}  # fmt: skip
    enter(row, header=VIASNA_HUMAN)

    assert sorted(Charge.objects.values_list("article__number", flat=True)) == ["342", "361-4"]
    assert Stay.objects.values_list("form", "place__name").get() == ("prison", "Penal colony No. 0")


def test_recognised_after_release_is_another_act(enter: Any) -> None:
    row = {"Name and surname": "Person Two", "Status": "Former political prisoner\nRecognized ex post facto"}
    enter(row, header=VIASNA_HUMAN, published="2026-10-01", recognised_by=("Invented Group",))

    assert Recognition.objects.values_list("act", "acted_on").get()[0] == "ex_post_facto"
    assert str(Recognition.objects.get().acted_on) == "../2026-10-01"


def test_month_only_and_bare_year_stay_so(enter: Any) -> None:
    row = {"Name and surname": "Person One", "Status": "Political prisoner", "Date of birth": "1990-02",
           "Date of detention": "april 2026", "Date of verdict": "2026"}  # fmt: skip
    enter(row, header=VIASNA_HUMAN)

    assert (str(Prisoner.objects.get().born_on), str(Detention.objects.get().taken_on)) == ("1990-02", "2026-04")
    assert str(Conviction.objects.get().decided_on) == "2026"


def test_row_without_a_name_is_refused_with_the_reason(enter: Any) -> None:
    staged = enter({"id": "9003", "status": "np"}, flat("1"), header=VIASNA_MACHINE)

    assert staged.rows.get(external_id="9003").problems == [
        "column name: is empty; give it a value or take the row out."
    ]
    assert Prisoner.objects.count() == 1


def test_what_rows_name_is_made_anew_where_they_are_taken_back_and_entered_one_by_one(
    enter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = iter([IntegrityError("one of them")])

    def refuse_once() -> None:
        for refusal in refusals:
            raise refusal
        settle()

    monkeypatch.setattr(applying, "settle", refuse_once)

    staged = enter(flat("1", prison="Penal colony No. 99"), flat("2", prison="Penal colony No. 99"))

    assert list(staged.rows.values_list("problems", flat=True)) == [[], []]
    assert set(Stay.objects.values_list("place__name", flat=True)) == {"Penal colony No. 99"}
