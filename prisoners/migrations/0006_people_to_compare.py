"""Notes whose names changed, in the transaction of the change, so that likely duplicates are looked for there alone."""

from django.db import migrations

NOTE_PEOPLE = """
CREATE FUNCTION prisoners_note_people_to_compare() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO prisoners_uncomparedperson (prisoner_key)
        SELECT DISTINCT prisoner_id FROM changed_names;
    ELSE
        INSERT INTO prisoners_uncomparedperson (prisoner_key)
        SELECT DISTINCT changed_names.prisoner_id FROM changed_names JOIN former_names USING (id)
        WHERE (changed_names.text, changed_names.prisoner_id) <> (former_names.text, former_names.prisoner_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER people_are_noted_on_insert AFTER INSERT ON prisoners_name
REFERENCING NEW TABLE AS changed_names FOR EACH STATEMENT EXECUTE FUNCTION prisoners_note_people_to_compare();
CREATE TRIGGER people_are_noted_on_update AFTER UPDATE ON prisoners_name
REFERENCING OLD TABLE AS former_names NEW TABLE AS changed_names
FOR EACH STATEMENT EXECUTE FUNCTION prisoners_note_people_to_compare();

INSERT INTO prisoners_uncomparedperson (prisoner_key) SELECT id FROM prisoners_prisoner ORDER BY id;
"""

DROP_NOTE_PEOPLE = """
DROP TRIGGER people_are_noted_on_update ON prisoners_name;
DROP TRIGGER people_are_noted_on_insert ON prisoners_name;
DROP FUNCTION prisoners_note_people_to_compare();
"""


class Migration(migrations.Migration):
    dependencies = [("prisoners", "0005_merges")]

    operations = [migrations.RunSQL(NOTE_PEOPLE, DROP_NOTE_PEOPLE)]
