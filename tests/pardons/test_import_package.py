"""The round trip: the package of everything, taken into an empty registry, gives the same package again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder

from pardons.tables import ALL_TABLES
from prisoners.models import (
    Appeal,
    Article,
    Charge,
    Court,
    ListEdition,
    ListEntry,
    Name,
    Occupation,
    Place,
    Prisoner,
    Region,
    Stay,
)
from prisoners.tables import give_main_names
from registry.models import Citation
from registry.publishing import disclosure
from registry.restoring import PackageError, restore
from registry.tables import TABLES
from tests.changesets import next_changeset
from tests.factories import (
    identify,
    make_announcement,
    make_conviction,
    make_figure,
    make_organisation,
    make_prisoner,
    make_recognition,
    make_source,
    relate,
)

pytestmark = pytest.mark.django_db
# What tells of the registry and its state, and not of records.
OF_THE_STATE = {"README.txt", "datapackage.json"}


def one_of_each_table() -> None:
    """Every table has rows, and every field that can be awkward is."""
    source = make_source(url="https://news.example/1", published_on="2021-03")
    secret = make_source(access="restricted", title="SECRET")
    region = Region.objects.create(country="BY", slug="north", name="North", other_spellings=["Поўнач", "N, or"])
    place = Place.objects.create(country="BY", name="Colony 1", region=region, publication="published")
    court = Court.objects.create(country="BY", name="Court 1", publication="published")
    article = Article.objects.create(country="BY", code="Criminal Code", version="2020", number="342 part 1")
    person = make_prisoner(
        "Ян Экзэмпляр", names=['=quote "and", comma\nline'], sex="female", born_on="1984-02-03", biography="Two\nlines",
        citizenships=["BY", "PL"], home_region=region, held=[("2020-08-XX", "2024-07"), ("../2025-03-12",)],
    )  # fmt: skip
    person.occupation_links.create(occupation=Occupation.objects.create(slug="welder", name="welder"))
    first = person.detentions.order_by("pk")[0]
    first.last_confirmed_by, first.last_confirmed_on = secret, "2021"
    first.save()
    Stay.objects.create(detention=first, form="prison", place=place, from_on="2021", publication="published")
    verdict = make_conviction(person, "2021-02~", court=court, length_months=24, stated_end_source=source)
    verdict.article_links.create(article=article)
    verdict.case.detention_links.create(detention=first)
    Charge.objects.create(case=verdict.case, article=article, stage="convicted", publication="published")
    Appeal.objects.create(conviction=verdict, outcome="upheld", court=court, publication="published")
    withdrawn = make_recognition(person, "2020", by=["A Group", "Another Group"])
    make_recognition(person, "2021", act="withdrawn", withdraws=withdrawn)
    act, other = make_announcement(women=14, men=16), make_announcement(act_on="2024-07", total=None)
    relate(act, other, "may_overlap")
    identify(person, act)
    make_figure(quote="Said =so", organisation=make_organisation("A Group"), scope_forms=["prison"])
    make_figure(source=secret, value=19)
    edition = ListEdition.objects.create(list_name="A list", publisher="A Group", publication="published")
    ListEntry.objects.create(edition=edition, external_id="1/2", prisoner=person)
    Citation.objects.create(source=source, record=person, field="sex", quote="she", locator="p. 2")
    Citation.objects.create(source=secret, record=person, quote="SECRET")
    Citation.objects.create(source=make_source(access="restricted"), record=person, quote="SECRET")


def exported(client: Any) -> bytes:
    return client.get("/data/package.zip").getvalue()


def contents(package: bytes) -> dict[str, bytes]:
    opened = zipfile.ZipFile(io.BytesIO(package))
    return {name: opened.read(name) for name in opened.namelist() if name not in OF_THE_STATE}


def made_and_forgotten(client: Any, make: Callable[[], object]) -> bytes:
    """The package of records that are gone again: the registry is empty after it, as before."""
    with transaction.atomic():
        make()
        package = exported(client)
        transaction.set_rollback(True)
    return package


def test_package_taken_into_an_empty_registry_gives_the_same_files_again(client, tmp_path):
    package = made_and_forgotten(client, one_of_each_table)
    (tmp_path / "all.zip").write_bytes(package)

    call_command("import_package", tmp_path / "all.zip", stdout=io.StringIO())

    again = exported(client)
    assert contents(again) == contents(package)
    # Of one address, day and number of changesets: the other two files and the zip itself, too.
    assert again == package
    assert {name for name, content in contents(again).items() if content.count(b"\n") < 2} == set()


def test_package_differs_only_where_it_tells_which_state_of_which_registry_was_asked(client, settings, tmp_path):
    package = made_and_forgotten(client, in_two_changesets)
    (tmp_path / "all.zip").write_bytes(package)

    call_command("import_package", tmp_path / "all.zip", stdout=io.StringIO())
    settings.SITE_URL = "https://copy.example"

    moved = {line.split(":")[0].strip(' "') for line in differing_lines(package, exported(client))}
    assert moved == {"Address", "State", "Cite as", "homepage", "version", "changeset", "citation"}


def in_two_changesets() -> None:
    make_prisoner()
    next_changeset()
    make_prisoner()


def differing_lines(package: bytes, again: bytes) -> set[str]:
    one, other = (zipfile.ZipFile(io.BytesIO(each)) for each in (package, again))
    lines = [{line for name in OF_THE_STATE for line in each.read(name).decode().splitlines()} for each in (one, other)]
    return lines[0] ^ lines[1]


def test_person_whose_main_name_did_not_leave_is_made_again(client):
    def with_hidden_name() -> None:
        make_prisoner("SECRET", names=["Known"])
        Name.objects.filter(text="SECRET").update(publication="draft")

    package = made_and_forgotten(client, with_hidden_name)

    restore(io.BytesIO(package), ALL_TABLES, give_main_names)

    assert contents(exported(client)) == contents(package)
    assert Prisoner.public.get().names.filter(kind="main", publication="draft").exists()


def test_each_table_names_only_tables_before_it():
    seen: set[Any] = set()
    for of in ALL_TABLES:
        named = {each.related_model for each in of.fields() if each.related_model and each.related_model in TABLES}
        assert named - {of.model} <= seen, of.name
        seen.add(of.model)


def test_registry_with_records_is_left_alone(client, tmp_path):
    (tmp_path / "all.zip").write_bytes(made_and_forgotten(client, make_prisoner))
    make_prisoner()

    with pytest.raises(CommandError, match="holds records already"):
        call_command("import_package", tmp_path / "all.zip")


def test_database_that_is_not_migrated_is_told_in_a_sentence(tmp_path):
    file = tmp_path / "all.zip"
    file.write_bytes(b"")
    MigrationRecorder.Migration.objects.filter(app="pardons").delete()

    with pytest.raises(CommandError, match=r"^[0-9]+ migrations are not applied: run `manage.py migrate`\.$"):
        call_command("import_package", file)


def test_changed_file_is_refused_and_nothing_stays(client):
    files = zipfile.ZipFile(io.BytesIO(made_and_forgotten(client, one_of_each_table)))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as written:
        for name in files.namelist():
            written.writestr(name, files.read(name).replace(b",male,", b",female,") + b"#" * (name == "names.csv"))

    with pytest.raises(PackageError, match=r"names\.csv is not the file"):
        restore(changed, ALL_TABLES, give_main_names)
    assert not any(of.model._base_manager.exists() for of in ALL_TABLES)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_package_is_refused_in_words(content):
    with pytest.raises(PackageError, match="no package of a registry"):
        restore(io.BytesIO(content), ALL_TABLES, give_main_names)


def test_every_record_with_public_fields_has_a_table():
    links = {"CaseDetention", "ConvictionArticle", "PrisonerOccupation", "RecognitionBy", "Citation"}
    of_history = {"Changeset", "Link"}
    found = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in ("registry", "prisoners", "pardons") and any(disclosure(model).values())
    }

    assert found - links - of_history == {of.model.__name__ for of in ALL_TABLES}
