"""The flat tables were caught up once in a transaction from here on; 0006 makes the flat tables anew, so that nothing is left to do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("counts", "0002_monthly_sums")]

    operations = []
