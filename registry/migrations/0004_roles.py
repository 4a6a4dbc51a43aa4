"""The groups viewer, editor, reviewer and administrator, by the table in `registry.accounts`."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from registry.accounts import remove_roles, write_roles


def make_groups(apps, schema_editor):
    """Django makes permissions after the last migration; the groups need them now."""
    for label in ("auth", "registry", "prisoners", "pardons"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    write_roles(apps)


def drop_groups(apps, schema_editor):
    remove_roles(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("registry", "0003_records"),
        ("prisoners", "0002_records"),
        ("pardons", "0001_records"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="changeset",
            options={
                "default_permissions": ("view",),
                "ordering": ["-number"],
                "permissions": [("publish_records", "Can publish, withhold and retract records")],
                "verbose_name": "changeset",
                "verbose_name_plural": "changesets",
            },
        ),
        migrations.RunPython(make_groups, drop_groups),
    ]
