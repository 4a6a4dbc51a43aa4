"""The flat tables had sums by month from here on; 0006 makes the flat tables anew, so that nothing is left to do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("counts", "0001_flat_tables")]

    operations = []
