"""A newer edition of a list, an edited registry, and an undone import."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from prisoners.importing import planning, undoing
from prisoners.importing.applying import apply
from prisoners.importing.commanding import Asked, carry_out, prepared
from prisoners.importing.mapping import mapping_of
from prisoners.importing.proposing import as_toml
from prisoners.importing.reporting import in_words, write_report
from prisoners.importing.undoing import undo
from prisoners.lists import lists_compared
from prisoners.models import (
    Case,
    Charge,
    Detention,
    ListEdition,
    ListEntry,
    ListImport,
    Name,
    Occupation,
    Prisoner,
    Recognition,
    Release,
    Stay,
)
from registry.changes import tracked_models
from registry.models import Citation
from tests.changesets import next_changeset
from tests.factories import make_detention, make_prisoner
from tests.prisoners.importing.files import imported, write_list

pytestmark = pytest.mark.django_db
HEADER = "external_id,name,country,sex,born_on,status,taken_on,released_on,died,place,articles,length"
FIRST, SECOND = "2023-02", "2023-06-15"


@pytest.fixture
def edition(tmp_path: Path) -> Any:
    """Imports an edition of one list; each row is told by what it says beyond an identifier and a name."""

    def enter(published: str, *rows: dict[str, str], **asked: Any) -> ListImport:
        full = [{"external_id": "1", "name": "Jan Example", "country": "BY", "status": "held"} | row for row in rows]
        path = write_list(tmp_path / f"{published}.csv", HEADER, *full)
        return imported(path, list_name="A list", published=published, profile="registry", **asked)

    return enter


def test_only_cells_that_differ_from_the_edition_before_are_taken(edition: Any) -> None:
    edition(FIRST, {"born_on": "1984", "place": "Colony No. 1"})
    Prisoner.objects.update(sex="male")
    next_changeset()

    second = edition(SECOND, {"born_on": "1984", "place": "Colony No. 2", "sex": ""})

    assert [change["field"] for change in second.rows.get().changes] == ["place"]
    assert list(Stay.objects.order_by("pk").values_list("place__name", flat=True)) == ["Colony No. 1", "Colony No. 2"]
    assert (Prisoner.objects.get().sex, ListEntry.objects.count()) == ("male", 2)


def test_cell_that_an_editor_changed_since_is_a_conflict_and_left(edition: Any) -> None:
    edition(FIRST, {"born_on": "1984"})
    Prisoner.objects.update(born_on="1985-03-01")
    next_changeset()

    second = edition(SECOND, {"born_on": "1986"})

    (change,) = second.rows.get().changes
    assert (change["before"], change["now"], change["after"], change["is_conflict"]) == (
        "1984", "1985-03-01", "1986", True,
    )  # fmt: skip
    assert str(Prisoner.objects.get().born_on) == "1985-03-01"


@pytest.mark.parametrize(
    ("first", "edited", "newer", "is_conflict"),
    [
        ({"born_on": "1983-03-14"}, "1983-03", {"born_on": "1983-03-15"}, True),
        ({"born_on": "1983-03"}, "1983-03/1983-04", {"born_on": "1983-03-15"}, True),
        ({"born_on": "1983"}, "1983-03", {"born_on": "1983-03-15"}, False),
        ({}, "1983-03", {"born_on": "1983-03-15"}, False),
    ],
)
def test_what_an_editor_made_less_exact_is_a_conflict_and_what_they_narrowed_is_none(
    edition: Any, first: dict[str, str], edited: str, newer: dict[str, str], is_conflict: bool
) -> None:
    edition(FIRST, first)
    Prisoner.objects.update(born_on=edited)
    next_changeset()

    (change,) = edition(SECOND, newer).rows.get().changes

    assert change["is_conflict"] == is_conflict
    assert str(Prisoner.objects.get().born_on) == (edited if is_conflict else "1983-03-15")


def test_list_that_repeats_an_article_which_an_editor_took_out_is_a_conflict(edition: Any) -> None:
    edition(FIRST, {"articles": "130; 342"})
    Charge.objects.get(article__number="342").delete()
    next_changeset()

    edition(SECOND, {"articles": "130; 342; 361"})

    assert Charge.objects.get().article.number == "130"


@pytest.mark.parametrize(
    ("told", "ended_on"),
    [
        ({"status": "died"}, "../2023-02-28"),
        ({"status": "former", "died": "in custody", "released_on": "2022-09-09"}, "2022-09-09"),
        ({"status": "released", "died": "1"}, "../2023-02-28"),
    ],
)
def test_whom_a_list_calls_dead_it_neither_holds_nor_frees(edition: Any, told: dict[str, str], ended_on: str) -> None:
    edition(FIRST, {"taken_on": "2021-03-04", **told})

    found = Detention.objects.get()
    assert (found.ended_how, str(found.ended_on), found.last_confirmed_on) == ("unknown", ended_on, None)
    assert not Release.objects.exists()
    assert Prisoner.objects.get().death_circumstance == ""


@pytest.mark.parametrize(("died_on", "is_taken"), [("2023-01-12", False), (None, False), ("2023-04", True)])
def test_who_had_died_by_then_is_held_by_no_list(edition: Any, died_on: str | None, is_taken: bool) -> None:
    edition(FIRST, {"status": "", "taken_on": ""})
    Prisoner.objects.update(died_on=died_on, death_circumstance="in_custody")
    next_changeset()

    row = edition("2023-03", {"taken_on": "2023-02"}).rows.get()

    assert Detention.objects.exists() == is_taken
    assert any("recorded as dead" in reason for reason in row.reasons) != is_taken


def test_held_to_former_without_a_date_ended_between_the_editions(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2021-05"})

    edition(SECOND, {"taken_on": "2021-05", "status": "former"})

    detention = Detention.objects.get()
    assert (detention.ended_how, str(detention.ended_on)) == ("unknown", "2023-02-01/2023-06-15")
    assert Release.objects.count() == 0


def test_released_and_then_held_since_the_same_day_waits_for_a_person(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2020-10-04", "status": "released", "released_on": "2022-07-01"})

    row = edition(SECOND, {"taken_on": "2020-10-04", "status": "held"}).rows.get()

    (change,) = row.changes
    assert (change["field"], change["is_conflict"], change["waits"]) == ("state", True, True)
    assert "gave 2022-07-01 as the day of the release" in row.reasons[-1]
    assert [str(each.ended_on) for each in Detention.objects.all()] == ["2022-07-01"]


def test_what_waits_is_not_entered_even_if_it_is_ticked(edition: Any, tmp_path: Path) -> None:
    told = {"external_id": "1", "name": "Jan Example", "country": "BY", "status": "released", "taken_on": "2020-10-04"}
    edition(FIRST, {**told, "released_on": "2022-07-01"})
    newer = write_list(tmp_path / "newer.csv", HEADER, {**told, "status": "held"})
    next_changeset()

    planned = prepared(Asked(newer, profile="registry", list_name="A list", published=SECOND))
    row = planned.rows.get()
    row.changes = [{**change, "take": True} for change in row.changes]
    row.save()
    apply(planned)

    assert (row.changes[0]["waits"], ListEntry.objects.count(), Detention.objects.count()) == (True, 2, 1)


def test_emptied_day_of_release_alone_is_told_and_stays(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2020-10-04", "status": "released", "released_on": "2022-07-01"})

    row = edition(SECOND, {"taken_on": "2020-10-04", "status": "released"}).rows.get()

    assert (row.changes, "this one gives none" in row.reasons[-1]) == ([], True)
    assert str(Detention.objects.get().ended_on) == "2022-07-01"


def test_held_again_since_a_later_day_is_another_detention(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2020-10-04", "status": "released", "released_on": "2022-07-01"})

    edition(SECOND, {"taken_on": "2023-03-01", "status": "held"})

    assert [str(each.taken_on) for each in Detention.objects.order_by("pk")] == ["2020-10-04", "2023-03-01"]


def test_detention_that_an_editor_took_back_is_a_conflict_and_not_entered_again(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2020-10-04", "status": "released", "released_on": "2022-07-01"})
    Release.objects.all().delete()
    Detention.objects.all().delete()
    next_changeset()

    edition(SECOND, {"taken_on": "2023-03-01", "status": "held"})

    assert not Detention.objects.exists()


def test_date_of_release_that_comes_later_narrows_the_end(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2021-05", "status": "former"})

    edition(SECOND, {"taken_on": "2021-05", "status": "former", "released_on": "2023-01-10"})

    release = Release.objects.get()
    assert (release.kind, str(release.detention.ended_on)) == ("unknown", "2023-01-10")


def test_who_is_missing_from_a_newer_edition_stays_as_recorded(edition: Any) -> None:
    edition(FIRST, {}, {"external_id": "2", "name": "Vera Sample"})

    edition(SECOND, {})

    assert list(Detention.objects.values_list("ended_how", flat=True)) == ["", ""]


def test_newer_edition_confirms_who_is_held_and_recognises_once(edition: Any) -> None:
    edition(FIRST, {}, recognised_by=("Group",))
    edition(SECOND, {}, {"external_id": "2", "name": "Vera Sample"}, recognised_by=("Group",))

    assert {str(day) for day in Detention.objects.values_list("last_confirmed_on", flat=True)} == {SECOND}
    acts = Recognition.objects.order_by("pk").values_list("acted_on", flat=True)
    assert [str(day) for day in acts] == ["../2023-02-28", "2023-02-01/2023-06-15"]


def test_public_person_whom_a_newer_edition_does_not_recognise_waits_and_is_only_theirs(edition: Any) -> None:
    asked = {"recognised_by": ("Group",), "is_public": True}
    edition(FIRST, {}, **asked)

    second = edition(SECOND, {"status": "not recognised"}, **asked)
    third = edition("2023-07", {"status": "not recognised", "sex": "male"}, **asked)

    (change,) = second.rows.get().changes
    assert (change["field"], change["is_conflict"], change["waits"]) == ("status", True, True)
    assert in_words(change) == "status in the list: published → not recognised (before: held)"
    assert [each["field"] for each in third.rows.get().changes] == ["sex"]
    (compared,) = lists_compared()
    assert (compared.on_both, compared.only_theirs, compared.only_ours) == (0, 1, 1)
    assert (Prisoner.public.count(), Recognition.public.count()) == (1, 1)


def test_death_in_a_newer_edition_waits_for_a_persons_word(edition: Any) -> None:
    edition(FIRST, {})

    second = edition(SECOND, {"died": "2023-05-01"})

    assert "waits for a person’s word" in second.rows.get().odd[0]
    held = Detention.objects.get()
    assert (Prisoner.objects.get().death_circumstance, held.ended_how, held.last_confirmed_on.text) == ("", "", FIRST)  # type: ignore[union-attr]


def test_running_number_of_somebody_else_is_not_taken_for_that_person(edition: Any) -> None:
    edition(FIRST, {})

    second = edition(SECOND, {"name": "Halina Zusim-Inshaja"})

    assert Prisoner.objects.count() == 2
    assert "of another name: taken for somebody else" in second.rows.get().reasons[0]


@pytest.mark.parametrize("longest", [5_000, 0], ids=["short", "long"])
def test_person_known_from_elsewhere_is_matched_by_name_and_birth_with_reasons(
    edition: Any, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "LONGEST_LOOKED_UP", longest)
    person = make_prisoner("Jan Example", born_on="1984-05-01")
    make_prisoner("Vera Sample")

    first = edition(
        FIRST, {"name": "EXAMPLE Jan", "born_on": "1984-05-01"}, {"external_id": "2", "name": "Vera Sample"}
    )

    known, doubtful = first.rows.order_by("number")
    assert (known.person, known.reasons[-1]) == (person.public_id, "the birth agrees")
    assert (doubtful.outcome, len(doubtful.alike)) == ("create", 1)


def test_no_two_rows_of_a_long_list_are_one_person_by_name(edition: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "LONGEST_LOOKED_UP", 0)
    person = make_prisoner("Ян Прыкладны", born_on="1984-05-01")

    first = edition(
        FIRST, *({"external_id": f"{number}", "name": "Jan Prykladny", "born_on": "1984"} for number in (1, 2))
    )

    assert [row.person == person.public_id for row in first.rows.order_by("number")] == [True, False]


@pytest.mark.parametrize("form", ["csv", "exact.csv"])
def test_file_of_our_own_changes_nobody_in_the_registry_that_it_came_from(
    client: Client, tmp_path: Path, form: str
) -> None:
    person = make_prisoner(
        "Jan Example", names=["Ян Экзампл", "Example Jan"], born_on="1984-05", held=[("2020", "2021-07")],
        citizenships=["BY", "PL"], biography="One line.\nAnother.",
    )  # fmt: skip
    person.occupations.add(Occupation.objects.create(slug="cook", name="cook"))
    dead = make_prisoner("Vera Sample", died_on="2022", death_circumstance="in_custody")
    make_detention(dead, "2021", "2022", ended_how="death")
    own = tmp_path / f"prisoners.{form}"
    own.write_bytes(client.get(f"/prisoners.{form}").getvalue())

    rows = imported(own).rows.order_by("number")

    ours = ["the identifier is this registry’s own"]
    assert list(rows.values_list("outcome", "changes", "reasons")) == [("match", [], ours)] * 2
    assert rows[0].odd == []


@pytest.mark.parametrize("meant", [{"sits": "held", "out": "former"}, {}])
def test_newer_edition_that_is_mapped_anew_shows_no_false_conflict(tmp_path: Path, meant: dict[str, str]) -> None:
    row = {"Nr": "1", "Name": "Jan Example", "Taken": "2021"}
    first = write_list(tmp_path / "a.csv", "Nr,Name,Taken,State", row | {"State": "sits"})
    newer = write_list(tmp_path / "b.csv", "Nr,Name,Taken,State", row | {"State": "released"})
    columns = {"external_id": "Nr", "name": "Name", "taken_on": "Taken", "status": "State"}
    for file, values, published in ((first, meant, FIRST), (newer, {}, SECOND)):
        mapping = tmp_path / "mapping.toml"
        mapping.write_text(as_toml(mapping_of({"columns": columns, "values": {"status": values}})), encoding="utf-8")
        made = imported(file, list_name="A list", published=published, mapping=mapping)

    assert [(each["field"], each["after"], each["is_conflict"]) for each in made.rows.get().changes] == [
        ("state", "released", False)
    ]


def test_changed_cell_that_an_import_leaves_alone_is_told(client: Client, tmp_path: Path) -> None:
    make_prisoner("Jan Example", country="BY", biography="A cook.", held=[("2020", "2021-07")])
    Release.objects.update(kind="pardon")
    rows = list(csv.DictReader(client.get("/prisoners.csv").getvalue().decode("utf-8-sig").splitlines()))
    rows[0] |= {"country": "PL", "biography": "A baker.", "last_release_kind": "amnesty"}
    changed = write_list(tmp_path / "prisoners.csv", ",".join(rows[0]), *rows)

    row = imported(changed).rows.get()

    assert row.outcome == "match"
    assert [each.partition(": a list")[0] for each in row.reasons[1:]] == [
        "country: BY → PL", "biography: A cook. → A baker.", "kind of release: pardon → amnesty",
    ]  # fmt: skip


@pytest.mark.parametrize("is_trial", [True, False])
def test_file_that_was_imported_already_has_no_report_and_says_so(tmp_path: Path, is_trial: bool) -> None:
    file = write_list(tmp_path / "list.csv", HEADER, {"external_id": "1", "name": "Jan Example"})
    imported(file, profile="registry")
    report = tmp_path / "report.csv"

    lines = carry_out(Asked(file, profile="registry", report=report, is_trial=is_trial)).lines

    assert "imported already" in lines[0] and "report.csv was not written" in lines[0] and not report.exists()


@pytest.mark.parametrize("is_mended", [False, True])
def test_report_of_a_list_is_an_edition_only_if_it_is_mended(edition: Any, tmp_path: Path, is_mended: bool) -> None:
    first = edition(FIRST, {"place": "-, “Colony, No. 1”\nBlock 2"}, {"external_id": "2", "name": "", "sex": "-1"})
    report = tmp_path / "report.csv"
    write_report(first, report)
    if is_mended:
        report.write_text(report.read_text("utf-8").replace("Jan Example", "Jan Exampel"), "utf-8")

    imported(report, list_name="A list", published=SECOND, profile="registry")

    assert (ListEdition.objects.count(), ListImport.objects.count()) == ((2, 2) if is_mended else (1, 1))


def test_trial_changes_nothing_and_tells_every_row(edition: Any, tmp_path: Path) -> None:
    edition(FIRST, {})
    before = everything()
    newer = write_list(tmp_path / "newer.csv", HEADER, {"external_id": "1", "name": "Jan Example", "sex": "male"})

    lines = carry_out(Asked(newer, profile="registry", list_name="A list", is_trial=True)).lines

    assert "row 2: known person, changed" in lines[1] and "sex: – → male" in lines[1]
    assert everything() == before


def test_conflicts_are_told_by_that_word_and_counted_apart(edition: Any, tmp_path: Path) -> None:
    edition(FIRST, {"born_on": "1984"}, {"external_id": "2", "name": "Vera Sample"})
    Prisoner.objects.filter(names__text="Jan Example").update(born_on="1985-03-01")
    next_changeset()
    rows = [
        {"external_id": "1", "name": "Jan Example", "born_on": "1986"},
        {"external_id": "2", "name": "Vera Sample", "born_on": "1990"},
    ]
    newer = write_list(tmp_path / "newer.csv", HEADER, *rows)
    report = tmp_path / "report.csv"

    asked = Asked(newer, profile="registry", list_name="A list", is_trial=True, report=report)
    total, first, second = carry_out(asked).lines

    assert "1 known with changes, 1 known with conflicts alone, left as they are, 0 known without" in total
    assert "known person, conflicts alone" in first and "known person, conflicts alone" in report.read_text("utf-8")
    assert "conflict, left as it is: date of birth: 1985-03-01 → 1986 (before: 1984)" in first
    assert "conflict" not in second


def everything() -> dict[str, list[Any]]:
    """All that is recorded, by kind of record."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values_list())
        for model in tracked_models()
        if model._base_manager.exists()
    }


FREED = {
    "taken_on": "2021", "status": "released", "released_on": "2023-01-10", "place": "Colony No. 1", "articles": "342",
}  # fmt: skip


def test_list_is_the_source_of_each_record_that_it_tells_of(edition: Any) -> None:
    edition(FIRST, FREED)

    assert cited_once_by_their_list(Detention, Stay, Release, Case, Charge)


@pytest.mark.parametrize("known", [{"taken_on": "2021"}, {"status": ""}], ids=["ended", "begun"])
def test_newer_edition_is_the_source_of_what_it_tells_of_somebody_known(edition: Any, known: dict[str, str]) -> None:
    edition(FIRST, known)
    before = everything()
    second = edition(SECOND, FREED)

    assert cited_once_by_their_list(Stay, Release, Case, Charge)
    undo(second, by=None, note="the wrong file")
    assert everything() == before


def test_release_whose_day_a_newer_edition_gives_is_cited_from_both(edition: Any) -> None:
    edition(FIRST, FREED | {"released_on": ""}, is_public=True)
    second = edition(SECOND, FREED, is_public=True)
    assert cited(Release) == [FIRST, SECOND]

    undo(second, by=None, note="the wrong file")

    assert cited(Release) == [FIRST]


def test_sources_of_a_listed_release_stand_on_the_page_and_in_the_files(edition: Any, client: Client) -> None:
    edition(FIRST, FREED, is_public=True)

    page = client.get(Prisoner.objects.get().get_absolute_url())
    address = Citation.objects.first().source.get_absolute_url()  # type: ignore[union-attr]

    assert {event.title: len(notes) for event, notes in page.context["life"]}["Released"] == 1
    assert address in client.get("/releases.csv").getvalue().decode()
    package = zipfile.ZipFile(io.BytesIO(client.get("/releases.zip").getvalue()))
    provenance = package.read(next(name for name in package.namelist() if "provenance" in name)).decode()
    assert Release.objects.get().public_id in provenance


def cited_once_by_their_list(*models: Any) -> bool:
    return [len(cited(model)) for model in models] == [1] * len(models)


def cited(model: Any) -> list[str]:
    """When the sources of the records of one kind were published; a source that was taken back is none."""
    of_kind = Citation.objects.filter(content_type__model=model._meta.model_name, field="")
    of_kind = of_kind.exclude(source__publication="retracted")
    return sorted(str(day) for day in of_kind.values_list("source__published_on", flat=True))


def undone_alone(list_import: ListImport) -> ListImport:
    next_changeset()
    return undo(list_import, by=None, note="the wrong file")


def test_undone_import_leaves_everything_as_before(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2021", "born_on": "1984"})
    before = everything()

    newer = {"taken_on": "2021", "born_on": "1985", "status": "former", "articles": "342"}
    second = edition(SECOND, newer, {"external_id": "2"})
    undo(second, by=None, note="the wrong file")

    assert everything() == before


def test_undo_keeps_what_was_edited_since(edition: Any) -> None:
    first = edition(FIRST, {"taken_on": "2021"}, {"external_id": "2", "name": "Vera Sample"})
    edited = Detention.objects.get(prisoner__names__text="Vera Sample")
    edited.taken_on = "2021-07"
    edited.save()
    next_changeset()

    undone = undo(first, by=None, note="the wrong file")

    assert list(Name.objects.values_list("text", flat=True)) == ["Vera Sample"]
    assert (str(Detention.objects.get().taken_on), undone.kept) == (
        "2021-07",
        ["Vera Sample was edited since and stays."],
    )


@pytest.mark.parametrize("is_public", [True, False])
def test_two_editions_undone_leave_nobody(edition: Any, is_public: bool) -> None:
    before = everything()
    row = {"taken_on": "2021-05", "place": "Colony No. 1", "length": "2 years"}
    asked = {"recognised_by": ("Group",), "is_public": is_public}
    first = edition(FIRST, row, {**row, "external_id": "2", "name": "Vera Sample"}, **asked)
    newer = {**row, "length": "3 years", "place": "Colony No. 2", "status": "released", "articles": "342"}
    second = edition(SECOND, newer, {**row, "external_id": "2", "name": "Vera Sample"}, **asked)

    assert [undone_alone(each).kept for each in (second, first)] == [[], []]
    assert not [model for model in tracked_models() if hasattr(model, "public") and model.public.exists()]
    assert is_public or everything() == before


def test_undo_of_two_editions_keeps_what_an_editor_entered_between(edition: Any) -> None:
    first = edition(FIRST, {"taken_on": "2021"}, is_public=True)
    second = edition(SECOND, {"taken_on": "2021", "place": "Colony No. 2"}, is_public=True)
    next_changeset()
    make_detention(Prisoner.objects.get(), "2019", "2020")
    next_changeset()
    undone_alone(second)

    kept = undone_alone(first).kept

    assert (kept, Prisoner.public.count()) == (["Jan Example was edited since and stays."], 1)


def test_undo_names_fifty_who_stay_and_counts_the_others(monkeypatch: pytest.MonkeyPatch, edition: Any) -> None:
    monkeypatch.setattr(undoing, "MOST_TOLD", 1)
    first = edition(FIRST, *({"external_id": str(each), "name": f"Vera Sample{each}"} for each in range(3)))
    Prisoner.objects.update(sex="female")
    next_changeset()

    assert undo(first, by=None, note="the wrong file").kept[1:] == ["… and 2 more."]


def test_undo_of_a_public_import_retracts_and_the_list_can_come_again(edition: Any) -> None:
    first = edition(FIRST, {"taken_on": "2021"}, is_public=True)
    undo(first, by=None, note="the wrong file")
    assert (Prisoner.public.count(), ListEdition.public.count()) == (0, 0)
    next_changeset()

    edition(FIRST, {"taken_on": "2021"}, is_public=True)

    assert Prisoner.public.count() == 1


def test_public_release_of_a_newer_edition_is_undone_and_the_person_is_held_again(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2021-05-04"}, is_public=True)
    second = edition(
        SECOND, {"taken_on": "2021-05-04", "status": "released", "released_on": "2023-05-01"}, is_public=True
    )
    assert Release.objects.get().publication == "published"

    undo(second, by=None, note="Tried")

    detention = Detention.objects.get()
    assert (detention.ended_how, detention.ended_on, detention.publication) == ("", None, "published")
    assert not Release.objects.exists()


def test_list_in_review_about_public_people_is_undone(edition: Any) -> None:
    make_prisoner("Jan Example", held=[("2021-05-04", None)], born_on="1984-05-01")
    first = edition(FIRST, {"taken_on": "2021-05-04", "born_on": "1984-05-01", "length": "2 years"})
    assert Prisoner.objects.get(list_entries__isnull=False).publication == "published"

    undo(first, by=None, note="the wrong file")

    assert (ListEntry.objects.count(), ListEdition.objects.count(), Prisoner.public.count()) == (0, 0, 1)


def test_older_edition_is_not_undone_under_a_newer_one(edition: Any) -> None:
    first = edition(FIRST, {})
    edition(SECOND, {"sex": "male"})

    with pytest.raises(ValidationError, match="newer edition"):
        undo(first, by=None, note="the wrong file")


def test_death_told_by_a_newer_edition_is_no_release(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2021-03-04"})
    second = edition(SECOND, {"taken_on": "2021-03-04", "status": "released", "died": "in custody"})

    assert [change["after"] for change in second.rows.get().changes] == ["former"]
    found = Detention.objects.get()
    between = "2023-02-01/2023-06-15"
    assert (found.ended_how, str(found.ended_on), Release.objects.exists()) == ("unknown", between, False)


def test_undoing_passes_over_what_an_editor_deleted_since(edition: Any) -> None:
    first = edition(FIRST, {"taken_on": "2021-03-04", "place": "Colony No. 1"})
    next_changeset()
    Stay.objects.all().delete()

    undone = undone_alone(first)

    assert (undone.state, Stay.objects.count(), Prisoner.objects.count()) == ("undone", 0, 0)


def test_undoing_passes_over_what_it_changed_and_an_editor_deleted_since(edition: Any) -> None:
    edition(FIRST, {"taken_on": "2021-03-04"})
    second = edition(SECOND, {"taken_on": "2021-03-04", "status": "former", "released_on": "2023-05-06"})
    next_changeset()
    Release.objects.all().delete()
    Detention.objects.all().delete()

    assert undone_alone(second).state == "undone"
