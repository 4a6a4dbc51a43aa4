"""Sums of people with several events and of people not checked against announcements; tallies by whole months."""

from django.db import migrations

from counts import several
from counts.flat import FUNCTIONS, SUMS_OF_EVENTS

# A new database has them from the first migration on: made anew, they are the same.
EMPTIED = "DELETE FROM counts_tally; DELETE FROM counts_several; DELETE FROM counts_unchecked;"


class Migration(migrations.Migration):
    dependencies = [("counts", "0005_note_under_the_lock")]

    operations = [
        migrations.RunSQL(several.TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(EMPTIED + SUMS_OF_EVENTS, migrations.RunSQL.noop),
    ]
