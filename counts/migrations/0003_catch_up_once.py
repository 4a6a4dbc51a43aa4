"""The flat tables are caught up once in a transaction, however many people it changes."""

from django.db import migrations

from counts.flat import FUNCTIONS


class Migration(migrations.Migration):
    dependencies = [("counts", "0002_monthly_sums")]

    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
