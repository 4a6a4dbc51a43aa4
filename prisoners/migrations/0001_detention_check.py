"""What spans a detention and its parts: stays lie inside it, and a release goes with an end by release."""

from django.db import migrations

# Run by deferred triggers, so that a detention, its stays and its release may be saved in any order.
CHECK_DETENTION = """
CREATE FUNCTION registry_check_detention(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    detention prisoners_detention%ROWTYPE;
BEGIN
    SELECT * INTO detention FROM prisoners_detention WHERE id = checked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM prisoners_stay AS stay
        WHERE stay.detention_id = checked AND stay.publication <> 'retracted' AND (
            stay.from_latest < detention.taken_earliest OR stay.to_latest < detention.taken_earliest
            OR stay.from_earliest > detention.out_latest OR stay.to_earliest > detention.out_latest
        )
    ) THEN
        RAISE EXCEPTION 'A stay lies outside its detention: check the dates of both.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'stay_lies_inside_its_detention';
    END IF;
    IF (detention.ended_how = 'release') IS DISTINCT FROM EXISTS (
        SELECT FROM prisoners_release AS release WHERE release.detention_id = checked
    ) THEN
        RAISE EXCEPTION 'A detention that ended by release needs its release, and only such a one has it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'release_ends_its_detention';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_changeset_functions")]

    operations = [
        migrations.RunSQL(
            "SET LOCAL check_function_bodies = off;" + CHECK_DETENTION,
            "DROP FUNCTION registry_check_detention(bigint);",
        )
    ]
