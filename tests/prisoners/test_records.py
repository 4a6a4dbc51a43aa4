"""What the database refuses of people and events, each constraint by its name, and what an editor reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from prisoners.models import (
    Article,
    Case,
    CaseDetention,
    Charge,
    Conviction,
    ConvictionArticle,
    Court,
    Detention,
    ListEdition,
    ListEntry,
    Name,
    Place,
    Prisoner,
    PrisonerOccupation,
    Recognition,
    RecognitionBy,
    Region,
    Release,
    Request,
    Stay,
)
from prisoners.models import Occupation as Work
from tests.editors import refused
from tests.factories import (
    make_conviction,
    make_detention,
    make_organisation,
    make_prisoner,
    make_recognition,
)

pytestmark = pytest.mark.django_db


def held(**fields: Any) -> Detention:
    return make_detention(make_prisoner(), **fields)


# --- People and their names ---


def test_prisoner_without_a_main_name() -> None:
    name, sentence = refused(lambda: Prisoner.objects.create(country="BY"))

    assert (name, sentence) == ("prisoner_has_a_main_name", "A prisoner needs exactly one main name.")


@pytest.mark.parametrize("taking_away", [lambda name: name.delete(), lambda name: Name.objects.update(kind="alias")])
def test_main_name_taken_away(taking_away: Callable[[Name], Any]) -> None:
    name = make_prisoner().names.get()

    assert refused(lambda: taking_away(name))[0] == "prisoner_has_a_main_name"


def test_prisoner_and_names_go_together() -> None:
    make_prisoner().delete()
    connection.check_constraints()

    assert not Name.objects.exists()


def test_two_main_names() -> None:
    person = make_prisoner()

    name, sentence = refused(lambda: Name.objects.create(prisoner=person, text="Jana", kind="main"))

    assert name == "prisoner_has_one_main_name"
    assert "exactly one main name" in sentence


def test_spelling_entered_twice() -> None:
    person = make_prisoner("Jan Exemplar")

    assert (
        refused(lambda: Name.objects.create(prisoner=person, text="Jan Exemplar"))[0]
        == "name_is_entered_once_per_prisoner"
    )


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_name(text: str) -> None:
    person = make_prisoner()

    assert refused(lambda: Name.objects.create(prisoner=person, text=text)) == ("name_is_not_empty", "Enter a name.")


def test_private_main_name() -> None:
    person = make_prisoner()

    name, sentence = refused(lambda: person.names.update(is_private=True))

    assert name == "main_name_is_not_private"
    assert "withhold the person" in sentence


def test_death_without_a_circumstance() -> None:
    name, sentence = refused(lambda: make_prisoner(died_on="2022-07"))

    assert name == "prisoner_death_has_a_circumstance"
    assert sentence == "Say how the person died; “not known” is an answer."


def test_death_before_birth() -> None:
    person = {"born_on": "1970", "died_on": "1969", "death_circumstance": "unknown"}

    assert refused(lambda: make_prisoner(**person))[0] == "prisoner_dies_after_birth"


def test_death_in_the_year_of_birth_is_possible() -> None:
    assert make_prisoner(born_on="1970", died_on="1970", death_circumstance="unknown").pk


# --- Detentions and their parts ---


@pytest.mark.parametrize(
    ("taken", "out"),
    [("2020-08-20", "2020-09-01"), ("2020-08-01", "2020-08-10"), ("2020-08-10/2020-08-12", "2020-08-14")],
)
def test_certain_overlap(taken: str, out: str) -> None:
    person = make_prisoner(held=[("2020-08-09", "2020-08-24")])

    name, sentence = refused(lambda: make_detention(person, taken, out))

    assert name == "detentions_of_a_prisoner_do_not_overlap"
    assert "end that one first, or correct a date" in sentence


@pytest.mark.parametrize(
    "second",
    [("2020-08-24", "2020-09-01"), ("2020-08", "2020-08"), ("2020-08-20",), (None, "2020-08-23")],
    ids=["taken on the day out", "both in August", "not known to have ended", "day taken not known"],
)
def test_what_is_not_certain_to_overlap_is_kept(second: tuple[str, ...]) -> None:
    person = make_prisoner(held=[("2020-08-09", "2020-08-24"), second])

    assert person.detentions.count() == 2


def test_retracted_detention_overlaps_with_nothing() -> None:
    person = make_prisoner(held=[("2020-08-09", "2020-08-24")])

    assert make_detention(person, "2020-08-10", "2020-08-23", publication="retracted").pk


def test_end_without_a_kind() -> None:
    name, sentence = refused(lambda: held(taken="2020-08-09", out="2020-08-24", ended_how=""))

    assert (name, sentence) == (
        "detention_end_has_a_kind",
        "Say how the detention ended; “not known” is an answer.",
    )


def test_out_before_taken() -> None:
    name, sentence = refused(lambda: held(taken="2020-08-09", out="2020-08-08"))

    assert name == "detention_ends_after_it_begins"
    assert "check both dates" in sentence


def test_end_by_release_without_its_release() -> None:
    person = make_prisoner()

    name, sentence = refused(lambda: Detention.objects.create(prisoner=person, ended_how="release"))

    assert name == "release_ends_its_detention"
    assert sentence == "A detention that ended by release needs its release, and only such a one has it."


def test_release_from_a_detention_that_goes_on() -> None:
    detention = held(taken="2020-08-09")

    assert refused(lambda: Release.objects.create(detention=detention))[0] == "release_ends_its_detention"


def test_release_deleted_from_under_its_detention() -> None:
    detention = held(taken="2020-08-09", out="2020-08-24")

    assert refused(detention.release.delete)[0] == "release_ends_its_detention"


@pytest.mark.parametrize("stay", [{"from_on": "2020-08-08"}, {"to_on": "2020-08-25"}, {"from_on": "2020-09"}])
def test_stay_outside_its_detention(stay: dict[str, str]) -> None:
    detention = held(taken="2020-08-09", out="2020-08-24")

    name, sentence = refused(lambda: Stay.objects.create(detention=detention, **stay))

    assert name == "stay_lies_inside_its_detention"
    assert sentence == "A stay lies outside its detention: check the dates of both."


def test_detention_shortened_past_its_stay() -> None:
    detention = held(taken="2020-08-09", out="2020-08-24")
    Stay.objects.create(detention=detention, from_on="2020-08-20")

    shorten = Detention.objects.filter(pk=detention.pk).update
    assert refused(lambda: shorten(ended_on="2020-08-15"))[0] == "stay_lies_inside_its_detention"


def test_stay_that_ends_before_it_begins() -> None:
    detention = held(taken="2020-08")

    stay = {"detention": detention, "from_on": "2020-08-20", "to_on": "2020-08-19"}
    assert refused(lambda: Stay.objects.create(**stay))[0] == "stay_ends_after_it_begins"


# --- Recognitions, cases, verdicts ---


def test_withdrawal_of_nothing() -> None:
    person = make_prisoner()

    name, sentence = refused(lambda: Recognition.objects.create(prisoner=person, act="withdrawn"))

    assert name == "withdrawal_names_what_it_withdraws"
    assert "names the recognition that it takes back" in sentence


def test_recognition_that_withdraws() -> None:
    person = make_prisoner()
    earlier = make_recognition(person)

    later = {"prisoner": person, "act": "recognised", "withdraws": earlier}
    assert refused(lambda: Recognition.objects.create(**later))[0] == "withdrawal_names_what_it_withdraws"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ({"length_months": 12, "length_days": 15}, "conviction_length_is_in_months_or_days"),
        ({"length_months": 1201}, "conviction_length_is_at_most_a_century"),
        ({"length_days": 36526}, "conviction_days_are_at_most_a_century"),
    ],
)
def test_length_of_a_sentence(length: dict[str, int], expected: str) -> None:
    person = make_prisoner()

    assert refused(lambda: make_conviction(person, None, **length))[0] == expected


def article() -> Article:
    return Article.objects.get_or_create(country="BY", code="Criminal Code", version="1999", number="342")[0]


def twice(make: Callable[[], Any]) -> Callable[[], Any]:
    make()
    return make


def rows_entered_twice() -> dict[str, Callable[[], Any]]:
    """By the constraint that the second one meets."""
    person = make_prisoner(held=[("2020-08-09",)])
    verdict, recognition = make_conviction(person), make_recognition(person, by=())
    edition = ListEdition.objects.create(list_name="A list", file_sha256="a" * 64)
    work, code = Work.objects.create(slug="poet", name="poet"), article()
    return {
        "occupation_is_named_once_per_prisoner": lambda: PrisonerOccupation.objects.create(
            prisoner=person, occupation=work
        ),
        "organisation_recognises_once_per_act": lambda: RecognitionBy.objects.create(
            recognition=recognition, organisation=make_organisation()
        ),
        "case_explains_a_detention_once": lambda: CaseDetention.objects.create(
            case=verdict.case, detention=person.detentions.get()
        ),
        "charge_names_an_article_once_per_case": lambda: Charge.objects.create(case=verdict.case, article=code),
        "conviction_names_an_article_once": lambda: ConvictionArticle.objects.create(conviction=verdict, article=code),
        "region_slug_is_unique_in_its_country": lambda: Region.objects.create(country="BY", slug="north", name="North"),
        "place_name_is_unique_in_its_country": lambda: Place.objects.create(country="BY", name="Colony 1"),
        "court_name_is_unique_in_its_country": lambda: Court.objects.create(country="BY", name="Court 1"),
        "external_id_is_unique_within_its_edition": lambda: ListEntry.objects.create(edition=edition, external_id="1"),
        "article_is_entered_once": lambda: Article.objects.create(country="BY", code="Code", version="", number="1"),
        "edition_file_is_imported_once": lambda: ListEdition.objects.create(list_name="B list", file_sha256="b" * 64),
    }


def test_each_row_is_entered_once() -> None:
    entered_twice = rows_entered_twice()

    found = {expected: refused(twice(make)) for expected, make in entered_twice.items()}

    assert [name for name, _sentence in found.values()] == list(entered_twice)
    assert all("already" in sentence for _name, sentence in found.values())


def test_number_one_of_two_lists_is_two_entries() -> None:
    for name in ("A list", "B list"):
        ListEntry.objects.create(edition=ListEdition.objects.create(list_name=name), external_id="1")

    assert ListEntry.objects.filter(external_id="1").count() == 2


@pytest.mark.parametrize("decision", [{"decision": "open", "decided_on": "2026-01-03"}, {"decision": "granted"}])
def test_decision_of_a_request_goes_with_its_date(decision: dict[str, str]) -> None:
    request = {"kind": "withhold", "scope": "the name", "received_on": "2026-01-02"} | decision

    assert refused(lambda: Request.objects.create(**request))[0] == "request_decision_has_a_date"


def test_case_without_a_verdict_is_kept() -> None:
    assert not Conviction.objects.filter(case=Case.objects.create(prisoner=make_prisoner())).exists()
