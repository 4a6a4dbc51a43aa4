"""Changesets say why to everybody and are chained by hashes; rows of history have a salt."""

import django.contrib.postgres.functions
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import registry.history
from registry.history import CHANGESET_FUNCTIONS
from django.db import migrations, models


# The web's role may neither read who made a changeset nor write one: these functions do it with their owner's rights.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION registry_changeset_number() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    open_number text := current_setting('registry.changeset', true);
    this_transaction bigint := pg_current_xact_id()::text::bigint;
    author jsonb;
    new_number bigint;
BEGIN
    IF coalesce(open_number, '') <> '' AND EXISTS (
        SELECT FROM public.registry_changeset WHERE number = open_number::bigint AND made_in = this_transaction
    ) THEN
        -- Sealed before its time, by a check of constraints: what comes now has to be sealed too.
        IF current_setting('registry.sealed', true) = open_number THEN
            PERFORM set_config('registry.sealed', '', true);
            UPDATE public.registry_changeset SET made_in = made_in WHERE number = open_number::bigint;
        END IF;
        RETURN open_number::bigint;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('registry.changeset'));
    author := coalesce(nullif(current_setting('pghistory.context_metadata', true), ''), '{}')::jsonb;
    INSERT INTO public.registry_changeset (number, made_at, by_id, note, nature, reason, told, made_in)
    SELECT coalesce(max(number), 0) + 1, clock_timestamp(), (author ->> 'by')::integer,
           coalesce(author ->> 'note', ''), coalesce(author ->> 'nature', 'new_fact'),
           coalesce(author ->> 'reason', ''), coalesce(author ->> 'told', ''), this_transaction
    FROM public.registry_changeset
    RETURNING number INTO new_number;
    PERFORM set_config('registry.changeset', new_number::text, true);
    RETURN new_number;
END $$;

CREATE FUNCTION registry_about(made registry_changeset) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
    SELECT jsonb_build_object('number', made.number, 'made_at', made.made_at, 'by', made.by_id, 'note', made.note,
                              'nature', made.nature, 'reason', made.reason, 'told', made.told)::text
$$;

CREATE FUNCTION registry_hash(text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')
$$;

CREATE FUNCTION registry_seal_up_to(last bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    first bigint;
    previous text;
    new_salt text;
    made public.registry_changeset;
    its_rows record;
    about_hash text;
BEGIN
    IF to_regprocedure('public.registry_rows_of(bigint)') IS NULL THEN
        RETURN;
    END IF;
    SELECT coalesce(max(number), 0) + 1 INTO first FROM public.registry_link;
    FOR made IN SELECT * FROM public.registry_changeset WHERE number BETWEEN first AND last ORDER BY number LOOP
        -- Two random identifiers: 244 bits that nobody guesses.
        new_salt := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
        SELECT hash INTO previous FROM public.registry_link WHERE number < made.number ORDER BY number DESC LIMIT 1;
        SELECT * INTO its_rows FROM public.registry_rows_of(made.number);
        about_hash := public.registry_hash(new_salt || public.registry_about(made));
        INSERT INTO public.registry_link (number, salt, about, rows, shape, hash)
        VALUES (made.number, new_salt, about_hash, its_rows.digest, its_rows.shape, public.registry_hash(
            concat_ws(E'\n', coalesce(previous, ''), made.number, about_hash, its_rows.digest)));
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION registry_seal_up_to(bigint) FROM PUBLIC;

CREATE FUNCTION registry_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.made_in = pg_current_xact_id()::text::bigint THEN
        -- Sealed before its time: made anew, now that the rest is there.
        DELETE FROM public.registry_link WHERE number = NEW.number;
        PERFORM public.registry_seal_up_to(NEW.number);
        PERFORM set_config('registry.sealed', NEW.number::text, true);
    END IF;
    RETURN NULL;
END $$;

-- At the very end of the transaction, when all that belongs to the changeset is there.
CREATE CONSTRAINT TRIGGER seal AFTER INSERT OR UPDATE ON registry_changeset
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry_seal();
"""

DROP_FUNCTIONS = """
DROP TRIGGER seal ON registry_changeset;
DROP FUNCTION registry_seal();
DROP FUNCTION registry_seal_up_to(bigint);
DROP FUNCTION registry_hash(text);
DROP FUNCTION registry_about(registry_changeset);
""" + CHANGESET_FUNCTIONS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0005_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Link',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='changeset')),
                ('salt', models.CharField(max_length=64)),
                ('about', models.CharField(max_length=64, verbose_name='stands for the changeset')),
                ('rows', models.CharField(max_length=64, verbose_name='stands for its rows of history')),
                ('shape', models.IntegerField()),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
            ],
            options={
                'verbose_name': 'link of the chain',
                'verbose_name_plural': 'links of the chain',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RemovedRowHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_changeset', models.BigIntegerField(db_default=registry.history.ChangesetNumber(), db_index=True, editable=False, verbose_name='changeset')),
                ('pgh_salt', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('table', models.CharField(max_length=63, verbose_name='table')),
                ('row', models.BigIntegerField(verbose_name='row')),
                ('stands_for_it', models.CharField(max_length=64, verbose_name='what stands for it in the chain')),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Shape',
            fields=[
                ('number', models.IntegerField(primary_key=True, serialize=False)),
                ('columns', models.JSONField()),
            ],
            options={
                'verbose_name': 'shape of the history',
                'verbose_name_plural': 'shapes of the history',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='changeset',
            name='made_in',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='changeset',
            name='reason',
            field=models.CharField(blank=True, choices=[('entered', 'entered from a source'), ('new_source', 'another source was found or read again'), ('source_changed', 'the source has corrected itself'), ('mistake', 'a mistake of the registry was mended'), ('taken_back', 'it was taken back'), ('joined', 'two records were of the same person or thing'), ('list', 'a published list was taken in'), ('undone', 'an earlier change was undone'), ('order', 'put in order, without a new fact')], max_length=20, verbose_name='reason for everybody'),
        ),
        migrations.AddField(
            model_name='changeset',
            name='told',
            field=models.CharField(blank=True, max_length=300, verbose_name='sentence for everybody'),
        ),
        migrations.AddField(
            model_name='citationhistory',
            name='pgh_salt',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddField(
            model_name='sourcehistory',
            name='pgh_salt',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddField(
            model_name='sourceprivatehistory',
            name='pgh_salt',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.CreateModel(
            name='RemovedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63, verbose_name='table')),
                ('row', models.BigIntegerField(verbose_name='row')),
                ('stands_for_it', models.CharField(max_length=64, verbose_name='what stands for it in the chain')),
            ],
            options={
                'verbose_name': 'removed row of history',
                'verbose_name_plural': 'removed rows of history',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('table', 'row'), name='row_is_removed_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='removedrow',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "registry_removedrowhistory" ("id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "row", "stands_for_it", "table") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."row", NEW."stands_for_it", NEW."table"); RETURN NULL;', hash='87f788935a16c1b39c15472d6cc5bb4e579ca403', operation='INSERT', pgid='pgtrigger_insert_insert_5b1f6', table='registry_removedrow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='removedrow',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "registry_removedrowhistory" ("id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "row", "stands_for_it", "table") VALUES (NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."row", NEW."stands_for_it", NEW."table"); RETURN NULL;', hash='430de839e1fb5ea849a855c9d34585ca44a4ab7a', operation='UPDATE', pgid='pgtrigger_update_update_e5a46', table='registry_removedrow', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='removedrow',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "registry_removedrowhistory" ("id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "row", "stands_for_it", "table") VALUES (OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."row", OLD."stands_for_it", OLD."table"); RETURN NULL;', hash='eceefc81b0cbe12e4e81ffcfc852665261dfcf8c', operation='DELETE', pgid='pgtrigger_delete_delete_10426', table='registry_removedrow', when='AFTER')),
        ),
        migrations.AddField(
            model_name='removedrowhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='registry.removedrow'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='removedrowhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ce6c18285107b76bad7fa3bbd3a9fd3ec9faf9c7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_89c80', table='registry_removedrowhistory', when='BEFORE')),
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
    ]
