"""A published end by release has a published release: else a person would be neither held nor released."""

from django.db import migrations

CHECK_RELEASE = """
CREATE FUNCTION registry_check_release_is_published(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM prisoners_detention AS detention
        JOIN prisoners_release AS release ON release.detention_id = detention.id
        WHERE detention.id = checked AND detention.publication = 'published' AND release.publication <> 'published'
    ) THEN
        RAISE EXCEPTION 'A published detention that ended by release needs its release published with it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'release_goes_with_its_detention';
    END IF;
END $$;

CREATE FUNCTION registry_release_goes_with_its_detention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registry_check_release_is_published(
        CASE TG_TABLE_NAME WHEN 'prisoners_detention' THEN (to_jsonb(NEW) ->> 'id')::bigint
        ELSE (to_jsonb(NEW) ->> 'detention_id')::bigint END
    );
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER release_goes_with_its_detention
AFTER INSERT OR UPDATE ON prisoners_detention DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.publication = 'published' AND NEW.ended_how = 'release')
EXECUTE FUNCTION registry_release_goes_with_its_detention();

CREATE CONSTRAINT TRIGGER release_goes_with_its_detention
AFTER INSERT OR UPDATE ON prisoners_release DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.publication <> 'published')
EXECUTE FUNCTION registry_release_goes_with_its_detention();
"""

DROP_CHECK = """
DROP TRIGGER release_goes_with_its_detention ON prisoners_release;
DROP TRIGGER release_goes_with_its_detention ON prisoners_detention;
DROP FUNCTION registry_release_goes_with_its_detention();
DROP FUNCTION registry_check_release_is_published(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("prisoners", "0003_name_index")]

    operations = [migrations.RunSQL(CHECK_RELEASE, DROP_CHECK)]
