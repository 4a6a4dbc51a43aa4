"""Names of letters and spaces are taken apart ten times as fast: nearly all are."""

from django.db import migrations

# What is left out of the ranges falls apart when it is normalised. The older function still answers for all others.
PLAIN_NAMES = r"""
ALTER FUNCTION prisoners_name_words(text) RENAME TO prisoners_words_of_any_name;

CREATE FUNCTION prisoners_name_words(name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS $$
BEGIN
    IF name ~ '^[A-Za-zÀ-ÖØ-öø-ľŁ-ňŊ-ſЀ-ҁҊ-ӿ ]*$' THEN
        RETURN (
            SELECT array_agg(DISTINCT word) FROM string_to_table(lower(normalize(name, NFKC)), ' ') AS word
            WHERE word <> ''
        );
    END IF;
    RETURN public.prisoners_words_of_any_name(name);
END $$;
"""

ANY_NAMES = """
DROP FUNCTION prisoners_name_words(text);
ALTER FUNCTION prisoners_words_of_any_name(text) RENAME TO prisoners_name_words;
"""


class Migration(migrations.Migration):
    dependencies = [("prisoners", "0008_imports")]

    operations = [migrations.RunSQL(PLAIN_NAMES, ANY_NAMES)]
