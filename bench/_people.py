"""Synthetic records of the real shape, made inside the database: the same for the same number of people.

Everyone is invented. Chances come from a hash of the row's number, so that no order of work changes a record.
"""

from __future__ import annotations

from bench._database import timed
from bench.names import GIVEN_NAMES, romanised, surnames

FIRST_DAY, LAST_DAY = "2019-06-01", "2026-10-31"

CHANCE = """
CREATE FUNCTION bench_chance(row_number bigint, salt integer) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((hashint8extended(row_number, salt * 1000003) >> 12) & ((1::bigint << 50) - 1))::float8 / (1::bigint << 50)
$$;

-- A few in a hundred dates are known to the month, the year, an interval or not at all.
CREATE FUNCTION bench_date(day date, row_number bigint, salt integer) RETURNS text LANGUAGE sql IMMUTABLE
PARALLEL SAFE AS $$
    SELECT CASE
        WHEN bench_chance(row_number, salt) < 0.945 THEN to_char(day, 'YYYY-MM-DD')
        WHEN bench_chance(row_number, salt) < 0.985 THEN to_char(day, 'YYYY-MM')
        WHEN bench_chance(row_number, salt) < 0.992 THEN to_char(day, 'YYYY')
        WHEN bench_chance(row_number, salt) < 0.997
        THEN to_char(day, 'YYYY-MM-DD') || '/' || to_char(day + 6, 'YYYY-MM-DD')
    END
$$;
"""

NAMES = """
INSERT INTO prisoners_name (public_id, publication, prisoner_id, text, language, script, kind, is_private)
SELECT kind.mark || person, 'published', person, given.text || ' ' || surname.text, kind.language, kind.script,
       kind.kind, false
FROM generate_series(1, %(people)s) AS person
CROSS JOIN (VALUES ('m', 'be', 'Cyrl', 'main'), ('t', 'en', 'Latn', 'transliteration'))
    AS kind (mark, language, script, kind)
JOIN bench_given AS given ON given.script = kind.script
    AND given.number = floor(power(bench_chance(person, 1), 2) * (SELECT max(number) + 1 FROM bench_given))
JOIN bench_surname AS surname ON surname.script = kind.script
    AND surname.number = floor(power(bench_chance(person, 2), 3) * (SELECT max(number) + 1 FROM bench_surname))
"""

# Each statement with what it makes. The day of a detention lies in the person's first, second or third stretch of
# the seven years, so that no two overlap.
STATEMENTS: list[tuple[str, str]] = [
    ("sources, organisations, regions, occupations, articles", """
INSERT INTO registry_source (id, public_id, publication, kind, title, publisher, author, url, archived_url, language,
                             sha256, reliability, access)
SELECT n, 's' || n, 'published', 'news', 'Invented report ' || n, 'Invented agency', '', '', '', 'en', '', 'unknown',
       'public' FROM generate_series(1, 200) AS n;
INSERT INTO prisoners_organisation (id, public_id, publication, slug, name, url)
SELECT n, 'o' || n, 'published', 'organisation-' || n, 'Invented organisation ' || n, ''
FROM generate_series(1, 4) AS n;
INSERT INTO prisoners_region (id, country, slug, name, other_spellings)
SELECT n, 'BY', 'region-' || n, 'Invented region ' || n, '{}' FROM generate_series(1, 7) AS n;
INSERT INTO prisoners_occupation (id, slug, name)
SELECT n, 'occupation-' || n, 'Invented occupation ' || n FROM generate_series(1, 40) AS n;
INSERT INTO prisoners_article (id, country, code, version, number, title)
SELECT n, 'BY', 'Criminal Code', '1999', (300 + n)::text, '' FROM generate_series(1, 40) AS n;
"""),
    ("people", """
INSERT INTO prisoners_prisoner (id, public_id, publication, country, sex, citizenships, biography, born_on,
                                home_region_id, died_on, death_circumstance, published_at)
SELECT n, 'p' || n, CASE WHEN bench_chance(n, 3) < 0.96 THEN 'published' WHEN bench_chance(n, 3) < 0.98 THEN 'withheld'
           ELSE 'draft' END,
       CASE WHEN bench_chance(n, 4) < 0.95 THEN 'BY' ELSE 'ZZ' END,
       CASE WHEN bench_chance(n, 5) < 0.70 THEN 'male' WHEN bench_chance(n, 5) < 0.96 THEN 'female' ELSE 'unknown' END,
       ARRAY['BY'], '', CASE WHEN bench_chance(n, 6) < 0.7 THEN (1950 + floor(bench_chance(n, 7) * 55))::text END,
       CASE WHEN bench_chance(n, 8) < 0.8 THEN 1 + floor(bench_chance(n, 9) * 7) END,
       CASE WHEN bench_chance(n, 10) < 0.002 THEN to_char(%(last)s::date - (bench_chance(n, 11) * 2000)::int,
                                                          'YYYY-MM-DD') END,
       CASE WHEN bench_chance(n, 10) < 0.002 THEN 'after_release' ELSE '' END, now()
FROM generate_series(1, %(people)s) AS n;
"""),
    ("names in two scripts", NAMES),
    ("occupations of people", """
INSERT INTO prisoners_prisoneroccupation (prisoner_id, occupation_id)
SELECT n, 1 + floor(power(bench_chance(n, 12), 2) * 40) FROM generate_series(1, %(people)s) AS n
WHERE bench_chance(n, 13) < 0.6;
"""),
    ("detentions", """
CREATE UNLOGGED TABLE bench_detention AS
SELECT row_number() OVER (ORDER BY person, part) AS id, person, part, taken, kind,
       CASE WHEN kind = 'criminal' AND (bench_chance(person * 3 + part, 20) < 0.35 OR taken + term > edge) THEN NULL
            ELSE least(taken + term, edge) END AS ended
FROM (
    SELECT person, part, started + floor(power(bench_chance(person * 3 + part, 21), 1.3) * (width - 40))::int AS taken,
           started + width - 2 AS edge,
           CASE WHEN bench_chance(person * 3 + part, 22) < 0.62 THEN 'administrative'
                WHEN bench_chance(person * 3 + part, 22) < 0.98 THEN 'criminal' ELSE 'unknown' END AS kind,
           CASE WHEN bench_chance(person * 3 + part, 22) < 0.62 THEN 1 + floor(bench_chance(person * 3 + part, 23) * 29)
                ELSE 90 + floor(bench_chance(person * 3 + part, 23) * 1500) END::int AS term
    FROM (
        SELECT person, part, %(first)s::date + part * ((%(last)s::date - %(first)s::date) / parts) AS started,
               (%(last)s::date - %(first)s::date) / parts AS width
        FROM (
            SELECT n AS person, CASE WHEN bench_chance(n, 24) < 0.78 THEN 1 WHEN bench_chance(n, 24) < 0.955 THEN 2
                                     ELSE 3 END AS parts
            FROM generate_series(1, %(people)s) AS n
        ) AS people CROSS JOIN LATERAL generate_series(0, parts - 1) AS part
    ) AS stretches
) AS days;
-- A detention of an earlier stretch has ended: the next one is another.
UPDATE bench_detention AS earlier SET ended = taken + 39 FROM (
    SELECT person, max(part) AS last_part FROM bench_detention GROUP BY person
) AS of_person WHERE of_person.person = earlier.person AND part < last_part AND ended IS NULL;
INSERT INTO prisoners_detention (id, public_id, publication, prisoner_id, country, taken_on, proceeding, ended_on,
                                 ended_how, last_confirmed_on, last_confirmed_by_id, revokes_release, published_at)
SELECT d.id, 'd' || d.id, CASE WHEN bench_chance(d.id, 30) < 0.98 THEN 'published' ELSE 'draft' END, person,
       prisoner.country, bench_date(taken, d.id, 31), kind,
       CASE WHEN ended IS NOT NULL AND bench_chance(d.id, 31) < 0.945 THEN bench_date(ended, d.id, 32) END,
       CASE WHEN ended IS NULL THEN '' WHEN bench_chance(d.id, 33) < 0.95 THEN 'release'
            WHEN bench_chance(d.id, 33) < 0.96 THEN 'death' WHEN bench_chance(d.id, 33) < 0.97 THEN 'handed_over'
            ELSE 'unknown' END,
       CASE WHEN ended IS NULL AND bench_chance(d.id, 34) < 0.6
            THEN to_char(%(last)s::date - (bench_chance(d.id, 35) * 900)::int, 'YYYY-MM-DD') END, NULL, 'unknown', now()
FROM bench_detention AS d JOIN prisoners_prisoner AS prisoner ON prisoner.id = person;
"""),
    ("releases", """
INSERT INTO prisoners_release (id, public_id, publication, detention_id, kind, restrictions_remain, left_the_country,
                               documents_taken, belongs_to_no_announcement, published_at)
SELECT id, 'r' || id, publication, id,
       CASE WHEN proceeding = 'administrative' OR bench_chance(id, 40) < 0.6 THEN 'full_term'
            WHEN bench_chance(id, 40) < 0.68 THEN 'pardon' WHEN bench_chance(id, 40) < 0.76 THEN 'parole'
            WHEN bench_chance(id, 40) < 0.82 THEN 'lighter_penalty' WHEN bench_chance(id, 40) < 0.85 THEN 'expelled'
            ELSE 'unknown' END,
       'unknown', 'unknown', 'unknown', bench_chance(id, 41) < 0.9, now()
FROM prisoners_detention WHERE ended_how = 'release';
"""),
    ("stays", """
INSERT INTO prisoners_stay (public_id, publication, detention_id, form, from_on, published_at)
SELECT 'y' || d.id || form, 'published', d.id, form, to_char(taken + after, 'YYYY-MM-DD'), now()
FROM bench_detention AS d CROSS JOIN (VALUES ('pre-trial', 0), ('prison', 200), ('open-type', 700), ('custody', 0))
    AS moves (form, after)
WHERE CASE WHEN kind = 'criminal' THEN form <> 'custody' AND (ended IS NULL OR taken + after < ended)
                AND (form <> 'open-type' OR bench_chance(d.id, 50) < 0.15)
           ELSE form = 'custody' AND bench_chance(d.id, 50) < 0.3 END;
"""),
    ("cases, charges, convictions and their articles", """
INSERT INTO prisoners_case (id, public_id, publication, prisoner_id, number, co_defendants, published_at)
SELECT id, 'c' || id, 'published', person, '', '', now() FROM bench_detention WHERE kind = 'criminal';
INSERT INTO prisoners_casedetention (case_id, detention_id) SELECT id, id FROM prisoners_case;
INSERT INTO prisoners_charge (public_id, publication, case_id, article_id, stage, published_at)
SELECT 'g' || id, 'published', id, 1 + floor(power(bench_chance(id, 60), 2) * 40), 'charged', now() FROM prisoners_case;
INSERT INTO prisoners_conviction (id, public_id, publication, case_id, decided_on, judge, sentence, length_months,
                                  in_absentia, published_at)
SELECT d.id, 'v' || d.id, 'published', d.id, bench_date(taken + 150, d.id, 61), '', 'imprisonment',
       12 + floor(bench_chance(d.id, 62) * 100), false, now()
FROM bench_detention AS d WHERE kind = 'criminal' AND bench_chance(d.id, 63) < 0.85;
INSERT INTO prisoners_convictionarticle (conviction_id, article_id)
SELECT id, 1 + floor(power(bench_chance(id, 60), 2) * 40) FROM prisoners_conviction;
"""),
    ("recognitions and withdrawals", """
INSERT INTO prisoners_recognition (id, public_id, publication, prisoner_id, act, acted_on, definition, published_at)
SELECT id, 'n' || id, 'published', person, 'recognised', bench_date(taken + 30, id, 70), 'unknown', now()
FROM bench_detention WHERE kind = 'criminal' AND bench_chance(id, 71) < 0.35;
INSERT INTO prisoners_recognitionby (recognition_id, organisation_id)
SELECT id, 1 + floor(bench_chance(id, 72) * 4) FROM prisoners_recognition;
INSERT INTO prisoners_recognition (id, public_id, publication, prisoner_id, act, acted_on, definition, withdraws_id,
                                   published_at)
SELECT -id, 'w' || id, 'published', prisoner_id, 'withdrawn', '2026-01-01', 'unknown', id, now()
FROM prisoners_recognition WHERE bench_chance(id, 73) < 0.02;
"""),
    ("pardons", """
INSERT INTO prisoners_recognitionby (recognition_id, organisation_id)
SELECT id, 1 FROM prisoners_recognition WHERE id < 0;
INSERT INTO pardons_pardon (id, public_id, publication, prisoner_id, act_on, conditions, effect, outcome,
                            belongs_to_no_announcement, published_at)
SELECT r.id, 'q' || r.id, 'published', d.prisoner_id, d.ended_on, '', 'unknown', 'freed', bench_chance(r.id, 80) < 0.9,
       now()
FROM prisoners_release AS r JOIN prisoners_detention AS d ON d.id = r.detention_id WHERE r.kind = 'pardon';
"""),
    ("announcements, half of whose places are filled", """
INSERT INTO pardons_announcement (id, public_id, publication, kind, country, act_on, authority, frees, rest,
                                  conditions, political_by, names_given, choice_reason, published_at)
SELECT n, 'a' || n, 'published', 'pardon', 'BY', to_char('2021-01-05'::date + n * 55, 'YYYY-MM-DD'), '', 'all', '', '',
       '', 'none', '', now() FROM generate_series(1, 36) AS n;
INSERT INTO pardons_statement (public_id, publication, announcement_id, source_id, total, qualifier, women, more_counts,
                               words, is_chosen, published_at)
SELECT 't' || n, 'published', n, n, 20 + n, 'exactly', 5, '{}', '', true, now() FROM generate_series(1, 36) AS n;
INSERT INTO pardons_identification (public_id, publication, announcement_id, prisoner_id, release_id, shows_death,
                                    was_not_freed, published_at)
SELECT 'i' || id, 'published', announcement, prisoner_id, id, false, false, now()
FROM (
    SELECT r.id, d.prisoner_id, a.id AS announcement,
           row_number() OVER (PARTITION BY a.id ORDER BY r.id) AS place,
           row_number() OVER (PARTITION BY d.prisoner_id ORDER BY a.id) AS of_person
    FROM prisoners_release AS r
    JOIN prisoners_detention AS d ON d.id = r.detention_id
    JOIN pardons_announcement AS a ON d.out_earliest BETWEEN a.day_earliest AND a.day_earliest + 20
    WHERE r.kind = 'pardon' AND r.publication = 'published'
) AS near WHERE place <= 15 AND of_person = 1;
"""),
]  # fmt: skip

CHANGESET = """
INSERT INTO registry_changeset (number, made_at, note, nature, reason, told) VALUES (1, now(), '', 'new_fact', '', '')
"""

# Made again after the load; what searches names and refuses overlaps is measured elsewhere and left out.
SECONDARY = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename ~ '^(prisoners|pardons)_' AND indexdef NOT LIKE '%%UNIQUE%%'
AND indexname NOT LIKE '%%do_not_overlap%%'
"""


def fill(people: int, *, with_counts: bool = True) -> None:
    """The records of so many people, without history; `with_counts` makes what counts are read from, too."""
    from django.db import connection

    with connection.cursor() as cursor:
        # Neither history nor checks, in this session alone.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("ALTER TABLE prisoners_detention DROP CONSTRAINT detentions_of_a_prisoner_do_not_overlap")
        cursor.execute(SECONDARY)
        indexes = [(name, definition) for name, definition in cursor.fetchall() if name != "name_word_ids"]
        cursor.execute("DROP INDEX name_word_ids")
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(CHANCE)
        copy_words()
        for what, statement in STATEMENTS:
            with timed(what):
                cursor.execute(statement, {"people": people, "first": FIRST_DAY, "last": LAST_DAY})
        with timed("indexes"):
            for _name, definition in indexes:
                cursor.execute(definition)
        cursor.execute("DROP TABLE bench_detention, bench_given, bench_surname")
        cursor.execute(CHANGESET)
        cursor.execute("RESET session_replication_role")
        cursor.execute("ANALYZE")
        if with_counts:
            with timed("flat tables and roll-ups"):
                cursor.execute("SELECT counts_rebuild()")
        cursor.execute("VACUUM ANALYZE")


def copy_words() -> None:
    """The words that names are made of, in two scripts."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table, words in (("bench_given", GIVEN_NAMES.split()), ("bench_surname", surnames_in_use())):
            cursor.execute(f"CREATE UNLOGGED TABLE {table} (number integer, script text, text text)")
            with cursor.copy(f"COPY {table} FROM STDIN") as rows:
                for number, word in enumerate(words):
                    rows.write_row((number, "Cyrl", word))
                    rows.write_row((number, "Latn", romanised(word)))
            cursor.execute(f"CREATE INDEX ON {table} (script, number)")
            cursor.execute(f"ANALYZE {table}")


def surnames_in_use() -> list[str]:
    import random

    return surnames(random.Random(41))[:60_000]
