"""Changed people were noted under the lock of the changesets from here on; 0006 makes the flat tables anew, so that nothing is left to do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("counts", "0004_stock_by_traits")]

    operations = []
