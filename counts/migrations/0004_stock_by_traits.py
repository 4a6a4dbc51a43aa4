"""The flat tables anew: sums by month, and the stock by definition, region, occupation, charge and age."""

from django.db import migrations

from counts.flat import DROP_FUNCTIONS, DROP_TABLES, DROP_TRIGGERS, FUNCTIONS, TABLES, TRIGGERS


class Migration(migrations.Migration):
    dependencies = [("counts", "0003_catch_up_once")]

    # What is worked out from the records is not altered but made anew.
    operations = [
        migrations.RunSQL(DROP_TRIGGERS + DROP_FUNCTIONS + DROP_TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
