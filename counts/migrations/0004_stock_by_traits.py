"""The stock by definition, region, occupation, charge and age came here; 0006 makes the flat tables anew, so that nothing is left to do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("counts", "0003_catch_up_once")]

    operations = []
