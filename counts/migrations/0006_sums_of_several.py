"""The flat tables anew: by now with sums by month, by traits, of people with several events and of those not checked."""

from django.db import migrations

from counts.flat import DROP_FUNCTIONS, DROP_TABLES, DROP_TRIGGERS, FUNCTIONS, TABLES, TRIGGERS


class Migration(migrations.Migration):
    dependencies = [("counts", "0005_note_under_the_lock")]

    # What is worked out from the records is not altered but made anew. Only the last migration does it: what it runs is
    # the tables and functions of today, which the state that an earlier one left behind would not fit.
    operations = [
        migrations.RunSQL(DROP_TRIGGERS + DROP_FUNCTIONS + DROP_TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
