"""The flat tables and roll-ups are what a rebuild makes of the records, whatever changed these and by which way."""

from __future__ import annotations

import os
import threading
from datetime import date
from functools import partial
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from counts import totals
from counts.checking import differences
from pardons.models import Identification
from prisoners.models import CaseDetention, Detention, Name, Prisoner, Stay
from prisoners.models.prisoner import PrisonerOccupation
from prisoners.models.recognition import RecognitionBy
from registry.history import changeset
from tests.at_once import at_once
from tests.counts.asking import ask, named
from tests.counts.inventing import invent
from tests.counts.recording import Recording
from tests.factories import make_detention, make_prisoner

HOW_MANY = 100 if "TEST_LONG" in os.environ else 8
CHANGES = {
    "prisoners_prisoner": ("sex = 'female'", "country = 'ZZ'", "publication = 'withheld'", "publication = 'draft'"),
    "prisoners_detention": ("proceeding = 'administrative'", "last_confirmed_on = '2024-07'", "country = 'ZZ'"),
    "prisoners_stay": ("form = 'home-confinement'", "from_on = '2024-08'", "publication = 'draft'"),
    "prisoners_release": ("kind = 'lighter_penalty'", "belongs_to_no_announcement = true"),
    "prisoners_case": ("publication = 'draft'",),
    "prisoners_conviction": ("stated_end_on = '2024-05-01'", "decided_on = '2024'", "publication = 'draft'"),
    "prisoners_charge": ("publication = 'draft'",),
    "prisoners_article": ("number = '9' || number",),
    "prisoners_recognition": ("acted_on = '2024-05'", "publication = 'retracted'"),
    "pardons_pardon": ("act_on = NULL", "publication = 'draft'", "belongs_to_no_announcement = true"),
    "pardons_identification": ("publication = 'draft'", "publication = 'published'"),
    "pardons_announcement": ("publication = 'draft'",),
}
NOTHING_RESTS_ON = [Identification, Stay, CaseDetention, PrisonerOccupation, RecognitionBy]


def catch_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT counts_catch_up()")


def change_by_sql(random: Random) -> None:
    table = random.choice(list(CHANGES))
    # Some of the rows, in one statement.
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {random.choice(CHANGES[table])} WHERE id %% 3 = %s", [random.randrange(3)])


def delete_some(random: Random) -> None:
    model = random.choice(NOTHING_RESTS_ON)
    rows = model._default_manager.all()
    pks = list(rows.values_list("pk", flat=True))
    rows.filter(pk__in=random.sample(pks, len(pks) // 3)).delete()


def add_many(random: Random) -> None:
    people = Prisoner.objects.bulk_create([Prisoner(country="BY", publication="published") for _ in range(3)])
    Name.objects.bulk_create([Name(prisoner=person, text="Jan Exemplar", kind="main") for person in people])
    days = [f"2024-0{random.randrange(1, 9)}", "2024-07-05", None]
    Detention.objects.bulk_create(
        Detention(prisoner=person, country="BY", taken_on=day, publication="published")
        for person, day in zip(people, days, strict=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(HOW_MANY))
def test_flat_tables_follow_any_change_of_the_records(seed):
    random = Random(seed)
    with transaction.atomic():
        Recording(invent(seed))
        for _ in range(4):
            random.choice([change_by_sql, change_by_sql, delete_some, add_many])(random)
            if random.randrange(2):
                catch_up()
        catch_up()

        found = differences()
        transaction.set_rollback(True)

    assert found == []


@pytest.mark.django_db
def test_copied_rows_are_followed_too():
    person = make_prisoner()

    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY prisoners_detention (public_id, publication, prisoner_id, country, taken_on, proceeding, ended_how, "
            "revokes_release) FROM STDIN"
        ) as rows,
    ):
        rows.write_row(("copied", "published", person.pk, "BY", "2024-07-05", "criminal", "", "unknown"))

    assert (named("arrests", "2024-07"), named("held", "2024-07")) == (1, 1)


@pytest.mark.django_db
def test_difference_is_told_and_rebuilding_mends_it(capsys):
    make_prisoner(held=[("2024-07-05",)])
    catch_up()
    call_command("check_rollups")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE counts_tally SET events = events + 1")

    with pytest.raises(CommandError, match="counts_tally is not what the records say"):
        call_command("check_rollups")
    call_command("rebuild_rollups")

    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_leave_right_sums():
    people = [make_prisoner(), make_prisoner()]
    both_wrote = threading.Barrier(2)

    def write(person):
        for day in range(1, 6):
            both_wrote.wait(timeout=30)
            # Without the lock that `changeset` takes first: as raw SQL would.
            make_detention(person, f"2024-07-0{day}", f"2024-07-0{day}")

    at_once([partial(write, person) for person in people])

    assert differences() == []
    assert named("arrests", "2024-07") == 10


HELD_LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("where", "locks"), [({}, 1), ({"pk": 0}, 0)])
def test_row_that_is_written_as_it_was_waits_for_other_writers_first(where, locks):
    """It writes no history, which takes the lock else: two writers would wait for each other."""
    make_prisoner(sex="female")

    with transaction.atomic(), connection.cursor() as cursor:
        Prisoner.objects.filter(**where).update(sex="female")
        cursor.execute(HELD_LOCKS)
        assert cursor.fetchone() == (locks,)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_stale_once_it_is_committed():
    with changeset(by=None):
        make_prisoner(held=[("2024-07-05",)])

    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM counts_stale), (SELECT count(*) FROM counts_event)")
        assert cursor.fetchone() == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "is_rolled_up"),
    [({}, True), ({"group": "sex"}, True), ({"unit": "people"}, True), ({"group": "kind"}, False),
     ({"forms": "prison"}, False), ({"definition": "recognised"}, False)],
)  # fmt: skip
def test_series_by_month_is_read_from_the_roll_up_where_it_can_tell(asked, is_rolled_up, monkeypatch):
    make_prisoner(held=[("2024-07-05",)])
    read = []
    monkeypatch.setattr(totals, "add_up", lambda found, question, periods, rows: read.append(rows.parts))

    ask("arrests", "2024", by="month", **asked)

    assert any("counts_tally" in part for parts in read for part in parts) == is_rolled_up


@pytest.mark.django_db
def test_first_day_is_that_of_the_oldest_record():
    make_prisoner(held=[("2019-03-05",), ("2024-07-05",)])

    assert ask("arrests", by="year").rows[0].period.first == date(2019, 1, 1)
