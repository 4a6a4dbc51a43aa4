"""Rows of an import can be found by the person they stand for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prisoners", "0009_words_of_plain_names")]

    operations = [
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(person="", _negated=True),
                fields=["list_import", "person"],
                name="import_rows_by_person",
            ),
        ),
    ]
