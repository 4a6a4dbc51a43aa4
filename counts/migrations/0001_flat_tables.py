"""The flat tables that counts read, and the triggers that keep them."""

from django.db import migrations

from counts.flat import DROP_FUNCTIONS, DROP_TABLES, DROP_TRIGGERS, FUNCTIONS, TABLES, TRIGGERS


class Migration(migrations.Migration):
    dependencies = [
        ("prisoners", "0004_release_goes_with_its_detention"),
        ("pardons", "0001_records"),
    ]

    operations = [
        migrations.RunSQL(TABLES, DROP_TABLES),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
