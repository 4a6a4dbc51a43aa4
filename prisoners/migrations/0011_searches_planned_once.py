"""The statements of a search as functions, whose plans are kept: each was planned anew for half a millisecond."""

from django.db import migrations

# Words come joined by spaces, which no word has: one text is sooner written and read than an array of texts. A plan for
# any values is as good as one for these, for each table is read by the same index whatever is asked for.
# A subquery for the person, because a join under an OR would be made for everyone.
NAMES = """
    SELECT name.id, name.prisoner_id, name.text::text FROM prisoners_name AS name
    WHERE (NOT is_public OR name.publication = 'published' AND NOT name.is_private AND (
        SELECT prisoner.publication FROM prisoners_prisoner AS prisoner WHERE prisoner.id = name.prisoner_id
    ) = 'published')
"""
SEARCHES = r"""
-- One look into the index for each key, so that the planner can't be tempted to read the whole dictionary. A key that
-- few words have says more. The state of the dictionary comes along in each row, and in one of its own where nothing is
-- found: a round trip less.
CREATE FUNCTION prisoners_words_by_keys(
    asked_words text, words_of_keys text, asked_keys integer[], most_of_a_key integer, most_of_a_word integer
) RETURNS TABLE (commonest integer, is_waiting boolean, asked text, word text, frequency integer, forms text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT state.commonest, state.is_waiting, ranked.asked, known.text, known.frequency, known.forms FROM (
        SELECT (SELECT max(every.frequency) FROM prisoners_nameword AS every) AS commonest,
            EXISTS (SELECT FROM prisoners_newnameword) AS is_waiting
    ) AS state LEFT JOIN (
        SELECT shared.asked, shared.text,
            row_number() OVER (PARTITION BY shared.asked ORDER BY sum(shared.worth) DESC, shared.text) AS place
        FROM (
            SELECT same AS asked, same AS text, 99 AS worth FROM string_to_table(asked_words, ' ') AS same
            UNION ALL
            SELECT wanted.asked, found.text, 1 / sqrt(found.many)
            FROM unnest(string_to_array(words_of_keys, ' '), asked_keys) AS wanted (asked, key)
            CROSS JOIN LATERAL (
                SELECT few.text, count(*) OVER () AS many FROM (
                    SELECT keyed.text FROM prisoners_nameword AS keyed
                    WHERE keyed.keys @> ARRAY[wanted.key] LIMIT most_of_a_key
                ) AS few
            ) AS found
        ) AS shared GROUP BY shared.asked, shared.text
    ) AS ranked ON ranked.place <= most_of_a_word LEFT JOIN prisoners_nameword AS known ON known.text = ranked.text;
END $$;

-- A range instead of LIKE, whose pattern has to be known when it is planned; materialised, or the planner walks down the
-- whole dictionary by frequency.
CREATE FUNCTION prisoners_words_beginning(letters text, sounds text, most integer)
RETURNS TABLE (word text, frequency integer, forms text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH begun AS MATERIALIZED (
        SELECT known.text, known.frequency, known.forms FROM prisoners_nameword AS known
        WHERE known.bare ~>=~ letters AND known.bare ~<~ (letters || U&'\+10FFFF')
        OR known.sound ~>=~ sounds AND known.sound ~<~ (sounds || U&'\+10FFFF')
    )
    SELECT begun.text, begun.frequency, begun.forms FROM begun ORDER BY begun.frequency DESC, begun.text LIMIT most;
END $$;

-- The names that have a spelling of each word of one of the ways, in the order of the ways. A way is `a b|c d`: a or b,
-- and c or d. The first three words are looked up in the index.
CREATE FUNCTION prisoners_names_written(ways text[], is_public boolean, most integer)
RETURNS TABLE (id bigint, prisoner_id bigint, name text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    way text;
    spellings text[];
    one integer[];
    two integer[];
    three integer[];
    lacking integer := most;
    found integer;
BEGIN
    FOREACH way IN ARRAY ways LOOP
        spellings := string_to_array(way, '|');
        one := prisoners_word_ids(string_to_array(spellings[1], ' '));
        IF cardinality(spellings) = 1 THEN
            RETURN QUERY {names} AND prisoners_name_word_ids(name.text) && one LIMIT lacking;
        ELSE
            two := prisoners_word_ids(string_to_array(spellings[2], ' '));
            three := coalesce(prisoners_word_ids(string_to_array(spellings[3], ' ')), two);
            RETURN QUERY {names} AND prisoners_name_word_ids(name.text) && one
            AND prisoners_name_word_ids(name.text) && two AND prisoners_name_word_ids(name.text) && three
            AND (cardinality(spellings) <= 3 OR NOT EXISTS (
                SELECT FROM unnest(spellings[4:]) AS other
                WHERE NOT prisoners_name_word_ids(name.text) && prisoners_word_ids(string_to_array(other, ' '))
            )) LIMIT lacking;
        END IF;
        GET DIAGNOSTICS found = ROW_COUNT;
        lacking := lacking - found;
        EXIT WHEN lacking <= 0;
    END LOOP;
END $$;
""".replace("{names}", NAMES)

DROP_SEARCHES = """
DROP FUNCTION prisoners_names_written(text[], boolean, integer);
DROP FUNCTION prisoners_words_beginning(text, text, integer);
DROP FUNCTION prisoners_words_by_keys(text, text, integer[], integer, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("prisoners", "0010_rows_of_imports_by_person")]

    operations = [migrations.RunSQL(SEARCHES, DROP_SEARCHES)]
