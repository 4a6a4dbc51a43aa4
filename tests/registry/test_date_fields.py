"""Partial dates in models and forms, and the SQL functions that give their days."""

import os
import random
from datetime import date

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, models
from django.db.migrations.writer import MigrationWriter
from django.test import RequestFactory
from django.test.utils import isolate_apps

from registry.dates import EarliestDay, LatestDay, PartialDate, PartialDateError, PartialDateField, PartialDateFormField
from registry.models import Source
from tests.factories import make_source

HOW_MANY = 100_000 if os.environ.get("TEST_LONG") else 4_000
POINTS = ("2020", "2020-{m:02}", "2024-{m:02}-XX", "2024-XX", "2024-XX-XX", "2021-{s}", "20{y:02}-{m:02}-{d:02}")


@pytest.fixture
def arrests(db):
    """A model with a partial date, and its table for the length of a test."""
    with isolate_apps("registry"):

        class Arrest(models.Model):
            taken_on = PartialDateField("taken on", null=True, blank=True)
            earliest = models.GeneratedField(
                expression=EarliestDay("taken_on"), output_field=models.DateField(), db_persist=True
            )
            latest = models.GeneratedField(
                expression=LatestDay("taken_on"), output_field=models.DateField(), db_persist=True
            )

            class Meta:
                app_label = "registry"

            def __str__(self):
                return str(self.taken_on)

    with connection.schema_editor() as editor:
        editor.create_model(Arrest)
    return Arrest._default_manager


def random_texts(count: int) -> list[str]:
    """Texts of every form, most of them partial dates, some with a wrong day or order."""
    chance = random.Random(2020)

    def point() -> str:
        form = chance.choice(POINTS)
        month, day = chance.randint(1, 12), chance.choice([0, 1, 15, 28, 29, 30, 31, 32])
        filled = form.format(m=month, s=chance.randint(21, 24), y=chance.randint(18, 25), d=day)
        return filled + chance.choice(["", "", "~", "?", "%"])

    forms_of_dates = ("{}", "{}", "{}/{}", "../{}", "{}/..")
    return sorted({chance.choice(forms_of_dates).format(point(), point()) for _ in range(count)})


def days_or_refusal(text: str) -> tuple[str, str]:
    try:
        found = PartialDate.parse(text)
    except PartialDateError:
        return "refused", "refused"
    return str(found.earliest or ""), str(found.latest or "")


def days_in_sql(texts: list[str]) -> list[tuple[str, str]]:
    """What the SQL functions make of each text: two days as text, or "refused" twice."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION pg_temp.day_or_refusal(day text, value text) RETURNS text LANGUAGE plpgsql AS $$
            DECLARE found date;
            BEGIN
                EXECUTE format('SELECT registry_%s_day($1)', day) INTO found USING value;
                RETURN coalesce(found::text, '');
            EXCEPTION WHEN check_violation THEN RETURN 'refused';
            END $$
        """)
        cursor.execute(
            "SELECT pg_temp.day_or_refusal('earliest', t), pg_temp.day_or_refusal('latest', t)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS texts (t, n) ORDER BY n",
            [texts],
        )
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_database_and_python_mean_the_same_days():
    texts = random_texts(HOW_MANY)

    expected = [days_or_refusal(text) for text in texts]

    assert dict(zip(texts, days_in_sql(texts), strict=True)) == dict(zip(texts, expected, strict=True))
    assert 0.1 < expected.count(("refused", "refused")) / len(expected) < 0.9


@pytest.mark.django_db
@pytest.mark.parametrize("year", [1000, 1900, 2000, 2023, 2024, 2999])
def test_database_and_python_mean_the_same_days_of_a_whole_year(year):
    days = [f"{year}-{month:02}-{day:02}" for month in range(14) for day in range(33)]
    texts = [str(year), *days, *(f"{year}-{part:02}" for part in range(30)), *(f"{year}-{m:02}-XX" for m in range(14))]

    assert days_in_sql(texts) == [days_or_refusal(text) for text in texts]


@pytest.mark.django_db
def test_database_and_python_refuse_the_same_garbage():
    chance = random.Random(1984)
    words = ["2024", "2024-07", "-", "/", "..", "X", "XX", "~", "?", "%", "07", "31", "21", "a", " ", "\n", "٢"]
    texts = sorted({"".join(chance.choices(words, k=chance.randint(0, 5))) for _ in range(HOW_MANY)})
    # Python drops blanks around a date before it is stored; the database gets none.
    texts = [text for text in texts if text == text.strip()]

    assert days_in_sql(texts) == [days_or_refusal(text) for text in texts]


@pytest.mark.django_db
def test_functions_call_no_look_alike_on_the_search_path():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = cursor.fetchone()[0]
        cursor.execute("""
            CREATE SCHEMA stranger;
            CREATE FUNCTION stranger.make_date(integer, integer, integer) RETURNS date RETURN date '1917-11-07';
            SET LOCAL search_path = stranger, pg_catalog;
        """)
        cursor.execute(f"SELECT make_date(2021, 6, 1), {schema}.registry_earliest_day('2021-22~')")

        assert cursor.fetchone() == (date(1917, 11, 7), date(2021, 6, 1))


@pytest.mark.django_db
def test_functions_may_be_indexed_and_run_in_parallel():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT provolatile::text, proisstrict, proparallel::text FROM pg_proc"
            " WHERE proname IN ('registry_earliest_day', 'registry_latest_day')"
        )

        assert cursor.fetchall() == [("i", True, "s")]


def test_text_becomes_a_partial_date_and_gets_its_days(arrests):
    arrest = arrests.create(taken_on=" 2024-07 ")

    assert arrest.taken_on == PartialDate.parse("2024-07")
    assert (arrest.earliest, arrest.latest) == (date(2024, 7, 1), date(2024, 7, 31))


def test_missing_date_is_null_with_no_days(arrests):
    arrests.bulk_create([arrests.model(taken_on=None), arrests.model(taken_on="")])

    assert arrests.filter(taken_on=None, earliest=None, latest=None).count() == 2


def test_open_end_is_null(arrests):
    arrests.bulk_create([arrests.model(taken_on="../2021-03-12"), arrests.model(taken_on="2021-03-12/..")])

    assert arrests.get(earliest=None).latest == arrests.get(latest=None).earliest == date(2021, 3, 12)


@pytest.mark.parametrize("value", ["2024-07-16", date(2024, 7, 16), PartialDate.parse("2024-07-16")])
def test_text_day_and_partial_date_are_stored_and_found_alike(arrests, value):
    arrests.bulk_create([arrests.model(taken_on=value)])

    found = arrests.get(taken_on=value, taken_on__in=[value, "2020"])

    assert found.taken_on == PartialDate.parse("2024-07-16")


def test_update_changes_the_days_too(arrests):
    arrest = arrests.create(taken_on="2024")

    arrests.update(taken_on=PartialDate.parse("2024-07"))
    arrest.refresh_from_db()

    assert (arrest.taken_on.text, arrest.latest) == ("2024-07", date(2024, 7, 31))


def test_date_may_be_copied_from_another_row_in_the_database(arrests):
    arrests.create(taken_on="2024-07")

    arrests.update(taken_on=models.F("taken_on"))

    assert arrests.values_list("taken_on", flat=True).get() == PartialDate.parse("2024-07")


def test_part_of_the_text_can_be_searched(arrests):
    arrests.create(taken_on="2020-08-XX")

    assert arrests.filter(taken_on__startswith="2020-08", taken_on__contains="XX").exists()


@pytest.mark.parametrize("lookup", ["gt", "gte", "lt", "lte", "range"])
def test_texts_are_not_compared_as_if_they_were_days(arrests, lookup):
    with pytest.raises(FieldError, match="Unsupported lookup"):
        arrests.filter(**{f"taken_on__{lookup}": "2024"})


def test_wrong_text_is_refused_before_it_is_saved(arrests):
    with pytest.raises(PartialDateError, match="2024-07-16"):
        arrests.create(taken_on="16.07.2024")


def test_wrong_text_is_a_validation_error_of_its_field(arrests):
    with pytest.raises(ValidationError, match="Write 2024-07-16") as refusal:
        arrests.model(taken_on="16.07.2024").full_clean()

    assert list(refusal.value.message_dict) == ["taken_on"]


def test_database_refuses_wrong_text_that_goes_past_django(arrests):
    with pytest.raises(IntegrityError, match=r'"16\.07\.2024" is not a partial date'), connection.cursor() as cursor:
        cursor.execute("INSERT INTO registry_arrest (taken_on) VALUES ('16.07.2024')")


@pytest.mark.django_db
def test_column_without_days_refuses_wrong_text_too():
    with isolate_apps("registry"):

        class Note(models.Model):
            written_on = PartialDateField()

            class Meta:
                app_label = "registry"

            def __str__(self):
                return str(self.written_on)

    with connection.schema_editor() as editor:
        editor.create_model(Note)

    with pytest.raises(IntegrityError, match="not a partial date"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO registry_note (written_on) VALUES ('2024-02-30')")


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["2024-07-03/2024-07-16", None])
def test_fixture_brings_the_date_back(text):
    source = make_source(published_on=text)
    dumped = serializers.serialize("json", [source])
    Source.objects.update(published_on="1999")

    for restored in serializers.deserialize("json", dumped):
        restored.save()

    assert Source.objects.get().published_on == source.published_on == (text and PartialDate.parse(text))


@pytest.mark.django_db
def test_history_keeps_the_date():
    source = make_source(published_on="2024-07")
    Source.objects.update(published_on="2024-07-16")

    history = apps.get_model("registry", "SourceHistory")._default_manager.filter(pgh_obj=source)
    kept = history.order_by("pgh_id").values_list("published_on", flat=True)

    assert [str(day) for day in kept] == ["2024-07", "2024-07-16"]


def test_migration_writes_the_field_and_the_days_down():
    field = models.GeneratedField(expression=EarliestDay("taken_on"), output_field=models.DateField(), db_persist=True)

    written = MigrationWriter.serialize(field)[0] + MigrationWriter.serialize(PartialDateField(null=True))[0]

    assert "registry.dates.EarliestDay('taken_on')" in written
    assert "registry.dates.PartialDateField(null=True)" in written


def test_form_field_gives_a_partial_date():
    assert PartialDateFormField().clean(" 2024-07~ ") == PartialDate.parse("2024-07~")


def test_empty_form_field_is_no_date():
    assert PartialDateFormField(required=False).clean("") is None
    with pytest.raises(ValidationError, match="required"):
        PartialDateFormField().clean(" ")


def test_form_field_tells_how_to_write_what_was_meant():
    with pytest.raises(ValidationError, match="Write 2024-07-16 for"):
        PartialDateFormField().clean("16 July 2024")


def test_form_shows_the_text_and_sees_what_changed(arrests):
    form_class = forms.modelform_factory(arrests.model, fields=["taken_on"])
    arrest = arrests.create(taken_on="2024-07~")

    assert 'value="2024-07~"' in str(form_class(instance=arrest)["taken_on"])
    assert not form_class({"taken_on": " 2024-07~"}, instance=arrest).has_changed()
    assert form_class({"taken_on": "2024-07"}, instance=arrest).has_changed()


def test_form_returns_what_was_typed_with_the_error(arrests):
    form = forms.modelform_factory(arrests.model, fields=["taken_on"])({"taken_on": "<16.07.2024>"})

    assert 'value="&lt;16.07.2024&gt;"' in str(form["taken_on"])
    assert "&lt;16.07.2024&gt;" in str(form.errors["taken_on"])


def test_form_saves_and_clears_the_date(arrests):
    form_class = forms.modelform_factory(arrests.model, fields=["taken_on"])
    arrest = form_class({"taken_on": "2024-07"}).save()

    form_class({"taken_on": ""}, instance=arrest).save()

    assert arrests.get().taken_on is None


def test_help_text_teaches_unless_the_model_says_more(arrests):
    taught = PartialDateField(blank=True).formfield()
    said = PartialDateField(blank=True, help_text="The day of the act.").formfield()

    assert "2024-07-03/2024-07-16" in str(taught.help_text)
    assert said.help_text == "The day of the act."


def test_admin_uses_the_form_field(arrests):
    form_field = admin.ModelAdmin(arrests.model, admin.site).formfield_for_dbfield(
        arrests.model._meta.get_field("taken_on"), request=RequestFactory().get("/")
    )

    assert isinstance(form_field, PartialDateFormField)


def test_filter_takes_a_partial_date(arrests):
    class TakenOn(django_filters.Filter):
        field_class = PartialDateFormField

    class Arrests(django_filters.FilterSet):
        taken_on = TakenOn(field_name="taken_on")

    arrests.bulk_create([arrests.model(taken_on="2024"), arrests.model(taken_on="2024-07")])
    found = Arrests({"taken_on": "2024-07"}, queryset=arrests.all())
    refused = Arrests({"taken_on": "July 2024"}, queryset=arrests.all())

    assert found.qs.get().taken_on.text == "2024-07"
    assert "Write 2024-07 for" in str(refused.form.errors["taken_on"])
