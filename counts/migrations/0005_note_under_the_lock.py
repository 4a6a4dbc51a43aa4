"""Who is to be caught up is noted under the lock of the changesets, so that two writers never wait for each other."""

from django.db import migrations

from counts.flat import NOTING


class Migration(migrations.Migration):
    dependencies = [("counts", "0004_stock_by_traits")]

    operations = [migrations.RunSQL(NOTING, migrations.RunSQL.noop)]
