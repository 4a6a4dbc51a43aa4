"""What is left of a row of history whose words were removed has a digest of its own."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0006_chain'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='removedrow',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='removedrow',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='removedrow',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='removedrow',
            name='left_as',
            field=models.CharField(default='', max_length=64, verbose_name='what stands for what is left of it'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='removedrowhistory',
            name='left_as',
            field=models.CharField(default='', max_length=64, verbose_name='what stands for what is left of it'),
            preserve_default=False,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='removedrow',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "registry_removedrowhistory" ("id", "left_as", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "row", "stands_for_it", "table") VALUES (NEW."id", NEW."left_as", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."row", NEW."stands_for_it", NEW."table"); RETURN NULL;', hash='d1547f7231444cd4f2d7849c6604f82c0a9dd80c', operation='INSERT', pgid='pgtrigger_insert_insert_5b1f6', table='registry_removedrow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='removedrow',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "registry_removedrowhistory" ("id", "left_as", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "row", "stands_for_it", "table") VALUES (NEW."id", NEW."left_as", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."row", NEW."stands_for_it", NEW."table"); RETURN NULL;', hash='6ec206d7618c691fe3745a5f407c0b26d60a5c31', operation='UPDATE', pgid='pgtrigger_update_update_e5a46', table='registry_removedrow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='removedrow',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "registry_removedrowhistory" ("id", "left_as", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "row", "stands_for_it", "table") VALUES (OLD."id", OLD."left_as", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."row", OLD."stands_for_it", OLD."table"); RETURN NULL;', hash='e955ed99a893909f9f064ecf5b01b0345a7e08b6', operation='DELETE', pgid='pgtrigger_delete_delete_10426', table='registry_removedrow', when='AFTER')),
        ),
    ]
