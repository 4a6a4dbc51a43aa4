"""The index of names: their words by the database's own function, the dictionary, and the trigger that feeds it."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

# The twin of `prisoners.names.words.index_words`: both take a name apart in the same way, and a test compares them.
NAME_WORDS = r"""
CREATE FUNCTION prisoners_name_words(name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS $$
DECLARE
    clean text := lower(normalize(regexp_replace(
        name, '[\u00ad\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g'), NFKC));
BEGIN
    RETURN (
        SELECT array_agg(DISTINCT word) FROM (
            SELECT btrim(parts.word, '''') AS word
            FROM regexp_split_to_table(
                regexp_replace(clean, '[''’‘ʼʻʹ`´′ʾʿ]+', '''', 'g'),
                '[\s.,;:!?()\[\]{}<>/\\|"“”„«»‹›*+=~_&%$#@^·•،؛؟。，、・‧]+'
            ) AS piece,
            LATERAL (
                SELECT part FROM regexp_split_to_table(piece, '[-‐‑‒–—−־]+') AS part
                UNION ALL
                SELECT unnest(ARRAY[
                    left(part, CASE length(part) WHEN 4 THEN 2 ELSE 1 END),
                    substr(part, CASE length(part) WHEN 4 THEN 3 ELSE 2 END)
                ])
                FROM regexp_split_to_table(piece, '[-‐‑‒–—−־]+') AS part
                WHERE part ~ '^([㐀-䶿一-鿿豈-﫿]{2,4}|[가-힯]{2,4})$'
                UNION ALL
                SELECT regexp_replace(piece, '[-‐‑‒–—−־]+', '', 'g') WHERE piece ~ '[-‐‑‒–—−־]'
            ) AS parts (word)
        ) AS every
        WHERE word <> ''
    );
END $$;

-- hashtext, because an array of integers is small; two words with one number cost a comparison and no more.
CREATE FUNCTION prisoners_word_ids(words text[]) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT array_agg(hashtext(word)) FROM unnest(words) AS word $$;

CREATE FUNCTION prisoners_name_word_ids(name text) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS $$
BEGIN
    RETURN public.prisoners_word_ids(public.prisoners_name_words(name));
END $$;
"""

DROP_NAME_WORDS = """
DROP FUNCTION prisoners_name_word_ids(text);
DROP FUNCTION prisoners_word_ids(text[]);
DROP FUNCTION prisoners_name_words(text);
"""

# Without a list of entries that wait (fastupdate), so that a search after an import costs what any search costs.
WORDS_OF_EACH_NAME = """
CREATE INDEX name_word_ids ON prisoners_name USING gin (prisoners_name_word_ids(text)) WITH (fastupdate = off);
"""

NOTE_NEW_WORDS = """
CREATE FUNCTION prisoners_note_new_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO prisoners_newnameword (text)
    SELECT DISTINCT word FROM changed_names, unnest(prisoners_name_words(changed_names.text)) AS word
    WHERE NOT EXISTS (SELECT FROM prisoners_nameword AS known WHERE known.text = word);
    RETURN NULL;
END $$;

CREATE TRIGGER name_words_are_noted_on_insert AFTER INSERT ON prisoners_name
REFERENCING NEW TABLE AS changed_names FOR EACH STATEMENT EXECUTE FUNCTION prisoners_note_new_name_words();
CREATE TRIGGER name_words_are_noted_on_update AFTER UPDATE ON prisoners_name
REFERENCING NEW TABLE AS changed_names FOR EACH STATEMENT EXECUTE FUNCTION prisoners_note_new_name_words();

INSERT INTO prisoners_newnameword (text)
SELECT DISTINCT word FROM prisoners_name AS name, unnest(prisoners_name_words(name.text)) AS word;
"""

DROP_NOTE_NEW_WORDS = """
DROP TRIGGER name_words_are_noted_on_update ON prisoners_name;
DROP TRIGGER name_words_are_noted_on_insert ON prisoners_name;
DROP FUNCTION prisoners_note_new_name_words();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("prisoners", "0002_records"),
    ]

    operations = [
        migrations.RunSQL(NAME_WORDS, DROP_NAME_WORDS),
        migrations.CreateModel(
            name="NewNameWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="word")),
            ],
            options={
                "verbose_name": "new word of names",
                "verbose_name_plural": "new words of names",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="NameWord",
            fields=[
                ("text", models.TextField(primary_key=True, serialize=False, verbose_name="word")),
                ("frequency", models.IntegerField(default=0, verbose_name="public names with it")),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None, verbose_name="keys"
                    ),
                ),
                ("forms", models.TextField(verbose_name="readings")),
                ("bare", models.TextField(verbose_name="without marks")),
                ("sound", models.TextField(verbose_name="likeliest sound")),
            ],
            options={
                "verbose_name": "word of names",
                "verbose_name_plural": "words of names",
                "default_permissions": (),
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["keys"], name="name_word_keys"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("bare"), "gin_trgm_ops"),
                        name="name_word_letters",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("sound"), "gin_trgm_ops"),
                        name="name_word_sounds",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(models.F("bare"), "text_pattern_ops"),
                        name="name_word_begins",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(models.F("sound"), "text_pattern_ops"),
                        name="name_word_sounds_begin",
                    ),
                    models.Index(fields=["-frequency"], name="name_word_frequency"),
                ],
            },
        ),
        migrations.RunSQL(WORDS_OF_EACH_NAME, "DROP INDEX name_word_ids;"),
        migrations.RunSQL(NOTE_NEW_WORDS, DROP_NOTE_NEW_WORDS),
    ]
