"""The flat tables that counts read: what they hold, said once in SQL, and how the database keeps them.

`counts_event` has a row for each counted event, `counts_tally` adds the usual ones up by day. The same SQL is also a
function of its own, which answers from whatever tables the search path names: so an earlier state is counted by the
same rule from its history.
"""

from __future__ import annotations

from counts import several
from counts.several import MONTH_FIRST, MONTH_LAST, SEVERAL, SEVERAL_SUMS
from counts.stretches import POINTS, USUAL, one_span, put_together
from counts.traits import PEOPLE, STANDINGS, STOCK_BY
from counts.traits import SUMS as BY_SUMS

# Who counts. {people} is empty, or narrows it to some people. Whoever is withheld today is withheld in every earlier
# state: else two states together would tell what neither may (rule 20).
COUNTED = """
counted AS (
    SELECT id, country, sex, died_on_earliest, died_on_latest, death_circumstance, publication = 'withheld' OR (
            coalesce(current_setting('registry.known_on', true), '') <> ''
            AND prisoner.id IN (SELECT public.counts_hidden_people())
        ) AS withheld
    FROM prisoners_prisoner AS prisoner
    WHERE publication IN ('published', 'withheld') {people}
)
"""

# The word of `forms` that a stay falls under .
FORM = """CASE WHEN {proceeding} = 'administrative' THEN 'administrative'
        WHEN {form} IN ('custody', 'pre-trial') THEN 'custody' ELSE coalesce(nullif({form}, ''), 'unknown') END"""

PUBLIC_LINKS = """FROM pardons_identification AS link
        JOIN pardons_announcement AS act ON act.id = link.announcement_id
        JOIN prisoners_prisoner AS linked ON linked.id = link.prisoner_id
        WHERE link.publication = 'published' AND act.publication = 'published'
        AND linked.publication IN ('published', 'withheld')"""
# The releases that public identifications name.
RELEASES_OF_LINKS = f"SELECT link.release_id {PUBLIC_LINKS} AND link.release_id IS NOT NULL"
# Whether a public identification names it.
LINK_COUNTS = f"EXISTS (SELECT {PUBLIC_LINKS} AND link.{{column}} = {{event}})"
# Nobody has said whether an announcement holds it (rule 23).
UNCHECKED = (
    f"NOT {{event}}.belongs_to_no_announcement AND NOT {LINK_COUNTS.format(event='{event}.id', column='{column}')}"
)

# The stay whose form counts: the first one of an arrest, the last one of a release.
STAY = """LEFT JOIN LATERAL (
        SELECT form FROM prisoners_stay AS every
        WHERE every.detention_id = detention.id AND every.publication = 'published'
        ORDER BY from_earliest {order} LIMIT 1
    ) AS stay ON true"""

FOUND = f"""
found AS (
    SELECT 'arrests' AS metric, detention.id AS event, counted.id AS person, detention.country, sex,
        proceeding AS kind, {FORM.format(proceeding="proceeding", form="stay.form")} AS form,
        taken_earliest AS earliest, taken_latest AS latest, withheld, false AS unchecked
    FROM counted
    JOIN prisoners_detention AS detention ON prisoner_id = counted.id AND publication = 'published'
    {STAY.format(order="ASC NULLS FIRST, id")}
    UNION ALL
    SELECT 'releases', release.id, counted.id, detention.country, sex, release.kind,
        {FORM.format(proceeding="proceeding", form="stay.form")}, out_earliest, out_latest, withheld,
        {UNCHECKED.format(event="release", column="release_id")}
    FROM counted
    JOIN prisoners_detention AS detention ON prisoner_id = counted.id AND detention.publication = 'published'
    JOIN prisoners_release AS release ON release.detention_id = detention.id AND release.publication = 'published'
    {STAY.format(order="DESC NULLS LAST, id DESC")}
    -- A lighter penalty or measure that leads to another stay is no release.
    WHERE NOT (release.kind IN ('lighter_penalty', 'measure_changed') AND EXISTS (
        SELECT FROM prisoners_detention AS following
        WHERE following.prisoner_id = counted.id AND following.publication = 'published'
        AND following.id <> detention.id AND following.taken_earliest = detention.out_latest
    ))
    UNION ALL
    SELECT 'convictions', verdict.id, counted.id, country, sex, sentence, 'unknown', decided_earliest, decided_latest,
        withheld, false
    FROM counted
    JOIN prisoners_case AS prosecution ON prisoner_id = counted.id AND prosecution.publication = 'published'
    JOIN prisoners_conviction AS verdict ON case_id = prosecution.id AND verdict.publication = 'published'
    UNION ALL
    SELECT 'recognitions', recognition.id, counted.id, country, sex, act, 'unknown', acted_earliest, acted_latest,
        withheld, false
    FROM counted
    JOIN prisoners_recognition AS recognition ON prisoner_id = counted.id AND publication = 'published'
        AND act IN ('recognised', 'ex_post_facto')
    UNION ALL
    SELECT 'pardons', pardon.id, counted.id, country, sex, effect, 'unknown', act_earliest, act_latest, withheld,
        {UNCHECKED.format(event="pardon", column="pardon_id")}
    FROM counted JOIN pardons_pardon AS pardon ON prisoner_id = counted.id AND publication = 'published'
    UNION ALL
    SELECT 'deaths', id, id, country, sex, death_circumstance, 'unknown', died_on_earliest, died_on_latest, withheld,
        false
    FROM counted WHERE death_circumstance <> ''
)
"""

# Each event with its place among the events of the same person, as the tallies need it:
#   usual   its form is one that counts unless other forms are asked for
#   alone   the person has no other event of the metric
#   new_in  how far back the person's last usual event lies: 5 there is none, 4 in an earlier year, 3 quarter, 2 month,
#           1 day, 0 on the same day; -1 where dates known in part or two countries leave that open
EVENTS = f"""
WITH {COUNTED}, {FOUND}, dated AS (
    SELECT metric, event, person, country, sex, kind, form, coalesce(earliest, '-infinity') AS earliest,
        coalesce(latest, 'infinity') AS latest, withheld, unchecked,
        form IN ('custody', 'prison', 'open-type', 'unknown') AS usual
    FROM found
), placed AS (
    SELECT *, count(*) OVER (PARTITION BY metric, person) = 1 AS alone,
        count(*) OVER same AS others, bool_and(earliest = latest) OVER same AS are_days,
        min(country) OVER same = max(country) OVER same AS is_one_country,
        lag(earliest) OVER (PARTITION BY metric, person, usual ORDER BY earliest, event) AS earlier
    FROM dated WINDOW same AS (PARTITION BY metric, person, usual)
)
SELECT metric, event, person, country, sex, kind, form, earliest, latest, withheld, unchecked, usual, alone,
    (CASE WHEN others = 1 THEN 5 WHEN NOT (are_days AND is_one_country) THEN -1
        WHEN earlier IS NULL THEN 5
        WHEN date_trunc('year', earlier) < date_trunc('year', earliest) THEN 4
        WHEN date_trunc('quarter', earlier) < date_trunc('quarter', earliest) THEN 3
        WHEN date_trunc('month', earlier) < date_trunc('month', earliest) THEN 2
        WHEN earlier < earliest THEN 1 ELSE 0 END)::smallint AS new_in
FROM placed
"""

# What a tally adds up: events, and people new in their day, month, quarter, year, and at all. By sex, and ('') of all;
# by the days that an event can mean, and ('month') by the whole months of them: what cuts no month needs no more.
TALLIES = f"""
SELECT metric, country, every.sex, rows.by, rows.earliest, rows.latest, count(*)::integer AS events,
    (count(*) FILTER (WHERE new_in >= 1))::integer AS people_by_day,
    (count(*) FILTER (WHERE new_in >= 2))::integer AS people_by_month,
    (count(*) FILTER (WHERE new_in >= 3))::integer AS people_by_quarter,
    (count(*) FILTER (WHERE new_in >= 4))::integer AS people_by_year,
    (count(*) FILTER (WHERE new_in >= 5))::integer AS people
FROM {{events}} AS events
CROSS JOIN LATERAL (VALUES ('day', earliest, latest), ('month', {MONTH_FIRST}, {MONTH_LAST}))
    AS rows (by, earliest, latest)
CROSS JOIN LATERAL (VALUES (''), (sex)) AS every (sex)
WHERE usual AND NOT withheld
GROUP BY metric, country, every.sex, rows.by, rows.earliest, rows.latest
"""

# When the longest published sentence that a detention serves ends (prisoners.models.conviction.expected_ends).
TERMS = """
terms AS (
    SELECT detention.id AS detention, max(coalesce(
        stated_end_latest,
        CASE WHEN sentence = 'life' THEN NULL
            WHEN coalesce(appeal.months, length_months) IS NOT NULL
            THEN (taken_latest + make_interval(months => coalesce(appeal.months, length_months)))::date
            ELSE taken_latest + length_days END
    )) AS ended
    FROM counted
    JOIN prisoners_detention AS detention ON detention.prisoner_id = counted.id AND detention.publication = 'published'
    JOIN prisoners_casedetention AS link ON link.detention_id = detention.id
    JOIN prisoners_case AS prosecution ON prosecution.id = link.case_id AND prosecution.publication = 'published'
    JOIN prisoners_conviction AS verdict ON verdict.case_id = prosecution.id AND verdict.publication = 'published'
    LEFT JOIN LATERAL (
        SELECT new_length_months AS months FROM prisoners_appeal AS every
        WHERE every.conviction_id = verdict.id AND every.publication = 'published' AND new_length_months IS NOT NULL
        ORDER BY every.id DESC LIMIT 1
    ) AS appeal ON true
    GROUP BY detention.id
)
"""

# A detention as the stock needs it, cut where its form changes. From `since` to `until` it possibly lasts, from
# `sure_since` to `sure_until` it certainly does, from `silent_since` on its sentence is over and nobody has confirmed
# it (rule 24); the ends are no days held (rule 3). `clear`: none of the person's detentions can overlap another;
# `mixed`: some can, and they are in several countries.
SPANS = f"""
WITH {COUNTED}, {TERMS}, held AS (
    SELECT detention.id AS detention, counted.id AS person, detention.country, sex, proceeding AS kind, withheld,
        coalesce(taken_earliest, '-infinity') AS since,
        CASE WHEN ended_how = '' THEN 'infinity' ELSE coalesce(out_latest, 'infinity') END AS until,
        coalesce(taken_latest, 'infinity') AS taken_latest,
        CASE WHEN ended_how = '' THEN 'infinity' ELSE coalesce(out_earliest, '-infinity') END AS sure_until,
        CASE WHEN last_confirmed_earliest >= terms.ended THEN 'infinity' ELSE coalesce(terms.ended + 1, 'infinity')
            END AS silent_since,
        least(taken_latest, last_confirmed_earliest) AS news,
        greatest(taken_latest, last_confirmed_earliest) AS last_news
    FROM counted
    JOIN prisoners_detention AS detention ON prisoner_id = counted.id AND publication = 'published'
    LEFT JOIN terms ON terms.detention = detention.id
), moves AS (
    SELECT detention, CASE WHEN kind = 'administrative' THEN 'administrative' ELSE 'unknown' END AS form,
        date '-infinity' AS moved, 0 AS place
    FROM held
    UNION ALL
    SELECT detention, {FORM.format(proceeding="kind", form="stay.form")}, coalesce(from_earliest, '-infinity'), stay.id
    FROM held JOIN prisoners_stay AS stay ON detention_id = detention AND publication = 'published'
    WHERE kind <> 'administrative'
), stretches AS (
    SELECT *, coalesce(lead(moved) OVER (PARTITION BY detention ORDER BY moved, place), 'infinity') AS left_for
    FROM moves
), crowded AS (
    SELECT person, bool_or(since < latest_before) AS any_do, min(country) <> max(country) AS is_abroad_too
    FROM (
        SELECT person, country, since, max(until) OVER (
            PARTITION BY person ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_before
        FROM held WHERE since < until
    ) AS in_order
    GROUP BY person
)
SELECT detention, person, country, sex, kind, form, withheld, coalesce(NOT any_do, true) AS clear,
    coalesce(any_do AND is_abroad_too, false) AS mixed, held.since AS taken, taken_latest,
    greatest(since, moved) AS since, least(until, left_for) AS until,
    greatest(taken_latest, moved) AS sure_since,
    greatest(least(sure_until, left_for), greatest(taken_latest, moved)) AS sure_until,
    silent_since, news, last_news
FROM held JOIN stretches USING (detention) LEFT JOIN crowded USING (person)
WHERE greatest(since, moved) < least(until, left_for)
"""

STOCK_SUMS = ("possible", "sure", "confirmed", "silent")
SUMS = ", ".join(f"sum({name})::integer AS {name}" for name in STOCK_SUMS)
# The stock as changes, by day and ('month') by the first of the month. In each group, of people whose detentions cannot
# overlap; and, without a form, of all in the usual forms but the mixed, by sex and ('') together.
STOCK = f"""
WITH grouped AS (
    SELECT country, sex, kind, form, day, sum(points.possible) AS possible, sum(points.sure) AS sure,
        sum(points.confirmed) AS confirmed, sum(points.silent) AS silent
    FROM {{spans}} AS spans
    CROSS JOIN LATERAL (VALUES {POINTS}) AS points (day, possible, sure, confirmed, silent, with_news)
    WHERE clear AND NOT withheld AND day < 'infinity'
    GROUP BY country, sex, kind, form, day
), crowd AS (
    SELECT person, detention, country, sex, taken, news, last_news, silent_since,
        {one_span("since", "until")} AS possibly, {one_span("sure_since", "sure_until")} AS surely,
        country AS in_country, sex AS of_sex
    FROM {{spans}} AS spans WHERE NOT clear AND NOT mixed AND NOT withheld AND {USUAL}
), {", ".join(put_together("crowd", ("in_country", "of_sex")))}, every AS (
    SELECT * FROM grouped
    UNION ALL
    SELECT country, of.sex, '', '', day, possible, sure, confirmed, silent
    FROM grouped CROSS JOIN LATERAL (VALUES (''), (sex)) AS of (sex) WHERE {USUAL}
    UNION ALL
    SELECT in_country, of.sex, '', '', day, possible, sure, confirmed, silent
    FROM changes CROSS JOIN LATERAL (VALUES (''), (of_sex)) AS of (sex) WHERE day < 'infinity'
), summed AS (
    SELECT country, sex, kind, form, of.by, of.day, {SUMS}
    FROM every CROSS JOIN LATERAL (VALUES ('day', day),
        ('month', CASE WHEN isfinite(day) THEN date_trunc('month', day)::date ELSE day END)) AS of (by, day)
    GROUP BY country, sex, kind, form, of.by, of.day
)
SELECT * FROM summed WHERE possible <> 0 OR sure <> 0 OR confirmed <> 0 OR silent <> 0
"""

TABLES = f"""{several.TABLES}
CREATE TABLE counts_event (
    metric text NOT NULL, event bigint NOT NULL, person bigint NOT NULL, country text NOT NULL, sex text NOT NULL,
    kind text NOT NULL, form text NOT NULL, earliest date NOT NULL, latest date NOT NULL, withheld boolean NOT NULL,
    unchecked boolean NOT NULL, usual boolean NOT NULL, alone boolean NOT NULL, new_in smallint NOT NULL,
    PRIMARY KEY (metric, event)
);
CREATE INDEX counts_event_person ON counts_event (person);
CREATE INDEX counts_event_mixed ON counts_event (metric, country) WHERE usual AND new_in = -1 AND NOT withheld;
CREATE INDEX counts_event_unchecked ON counts_event (metric, country, earliest) WHERE unchecked;
CREATE INDEX counts_event_withheld ON counts_event (metric) WHERE withheld;

CREATE TABLE counts_tally (
    metric text NOT NULL, country text NOT NULL, sex text NOT NULL, by text NOT NULL, earliest date NOT NULL,
    latest date NOT NULL, events integer NOT NULL, people_by_day integer NOT NULL, people_by_month integer NOT NULL,
    people_by_quarter integer NOT NULL, people_by_year integer NOT NULL, people integer NOT NULL,
    PRIMARY KEY (metric, country, sex, by, earliest, latest)
);

CREATE TABLE counts_span (
    detention bigint NOT NULL, person bigint NOT NULL, country text NOT NULL, sex text NOT NULL, kind text NOT NULL,
    form text NOT NULL, withheld boolean NOT NULL, clear boolean NOT NULL, mixed boolean NOT NULL,
    taken date NOT NULL, taken_latest date NOT NULL, since date NOT NULL, until date NOT NULL,
    sure_since date NOT NULL, sure_until date NOT NULL, silent_since date NOT NULL, news date, last_news date,
    PRIMARY KEY (detention, since)
);
CREATE INDEX counts_span_person ON counts_span (person);
CREATE INDEX counts_span_crowded ON counts_span (country) WHERE NOT clear;
CREATE INDEX counts_span_mixed ON counts_span (country) WHERE mixed;
CREATE INDEX counts_span_taken ON counts_span (country, taken);
-- Who is held ever since some day, and not without news.
CREATE INDEX counts_span_long_held ON counts_span (country, sex, sure_since)
WHERE clear AND NOT withheld AND sure_until = 'infinity' AND silent_since = 'infinity';
CREATE INDEX counts_span_withheld ON counts_span (country) WHERE withheld;

CREATE TABLE counts_stock (
    country text NOT NULL, sex text NOT NULL, kind text NOT NULL, form text NOT NULL, by text NOT NULL,
    day date NOT NULL, possible integer NOT NULL, sure integer NOT NULL, confirmed integer NOT NULL,
    silent integer NOT NULL,
    PRIMARY KEY (country, sex, kind, form, by, day)
);

-- What stocks are also asked by (counts.traits).
CREATE TABLE counts_person (
    person bigint PRIMARY KEY, region bigint NOT NULL, occupations bigint[] NOT NULL, charges text[] NOT NULL,
    born_on_earliest date, born_on_latest date
);
CREATE TABLE counts_standing (
    person bigint NOT NULL, definition text NOT NULL, surely datemultirange NOT NULL, possibly datemultirange NOT NULL,
    PRIMARY KEY (person, definition)
);
CREATE TABLE counts_stock_by (
    definition text NOT NULL, dimension text NOT NULL, value text NOT NULL, country text NOT NULL, sex text NOT NULL,
    month date NOT NULL, possible integer NOT NULL, sure integer NOT NULL, confirmed integer NOT NULL,
    silent integer NOT NULL, lasting integer NOT NULL,
    PRIMARY KEY (definition, dimension, value, country, sex, month)
);
CREATE INDEX counts_stock_by_nothing ON counts_stock_by (definition)
WHERE possible = 0 AND sure = 0 AND confirmed = 0 AND silent = 0 AND lasting = 0;

-- The people whom the running transaction has changed. Empty in every committed state.
CREATE TABLE counts_stale (person bigint PRIMARY KEY);
"""

DROP_TABLES = f"""{several.DROP_TABLES}
DROP TABLE IF EXISTS counts_stock_by, counts_standing, counts_person;
DROP TABLE counts_stale, counts_stock, counts_span, counts_tally, counts_event;
"""

SOME = "AND prisoner.id = ANY (people)"
# The recognitions of some people, and what withdraws them.
OF_ACTS = "AND act.prisoner_id = ANY (people)"
OF_BACK = "AND withdraws_id IN (SELECT id FROM prisoners_recognition WHERE prisoner_id = ANY (people))"


def function(name: str, arguments: str, table: str, query: str) -> str:
    """A definition under a name. Its tables are found by the search path of whoever asks, which may be of the past."""
    return f"""
CREATE OR REPLACE FUNCTION {name}({arguments}) RETURNS SETOF {table} LANGUAGE sql STABLE AS $$
{query}
$$;
"""


# A tally or a stock is the sum over some rows: what people had is taken off, what they have now is added.
def added(table: str, keys: str, sums: tuple[str, ...], query: str, sign: str) -> str:
    changes = ", ".join(f"{sign}{name}" for name in sums)
    merged = ", ".join(f"{name} = total.{name} + excluded.{name}" for name in sums)
    return f"""
    INSERT INTO {table} AS total ({keys}, {", ".join(sums)})
    SELECT {keys}, {changes} FROM ({query}) AS changed
    ON CONFLICT ({keys}) DO UPDATE SET {merged};"""


TALLY_KEYS, STOCK_KEYS = "metric, country, sex, by, earliest, latest", "country, sex, kind, form, by, day"
TALLY_SUMS = ("events", "people_by_day", "people_by_month", "people_by_quarter", "people_by_year", "people")


OF_SOME = "(SELECT * FROM {table} WHERE person = ANY (people))"


def change(sign: str) -> str:
    """The sums of some people's rows, added or taken off."""
    events, spans = (OF_SOME.format(table=table) for table in ("counts_event", "counts_span"))
    return (
        added("counts_tally", TALLY_KEYS, TALLY_SUMS, TALLIES.format(events=events), sign)
        + added("counts_several", several.SEVERAL_KEYS, SEVERAL_SUMS, SEVERAL.format(events=events), sign)
        + added("counts_unchecked", several.UNCHECKED_KEYS, ("people",), several.UNCHECKED.format(events=events), sign)
        + added("counts_stock", STOCK_KEYS, STOCK_SUMS, STOCK.format(spans=spans), sign)
    )


BY_KEYS = "definition, dimension, value, country, sex, month"
BY_EMPTY = " AND ".join(f"{name} = 0" for name in BY_SUMS)
STOCK_BY_OF_SOME = STOCK_BY.format(
    spans=OF_SOME.format(table="counts_span"),
    people=OF_SOME.format(table="counts_person"),
    standings=OF_SOME.format(table="counts_standing"),
)
STOCK_BY_OF_ALL = STOCK_BY.format(spans="counts_span", people="counts_person", standings="counts_standing")
# Most changes of a person change few of these sums: only those that differ are written.
CHANGE_BY = f"""
    INSERT INTO counts_stock_by AS total ({BY_KEYS}, {", ".join(BY_SUMS)})
    SELECT {BY_KEYS}, {", ".join(f"sum({name})::integer" for name in BY_SUMS)} FROM (
        SELECT {BY_KEYS}, {", ".join(BY_SUMS)} FROM ({STOCK_BY_OF_SOME}) AS now
        UNION ALL
        SELECT {BY_KEYS}, {", ".join(f"-{name}" for name in BY_SUMS)} FROM unnest(before)
    ) AS both_states
    GROUP BY {BY_KEYS}
    HAVING {" OR ".join(f"sum({name}) <> 0" for name in BY_SUMS)}
    ON CONFLICT ({BY_KEYS}) DO UPDATE SET {", ".join(f"{name} = total.{name} + excluded.{name}" for name in BY_SUMS)};
    DELETE FROM counts_stock_by WHERE {BY_EMPTY};"""

# The plans are made once for each connection: making them takes longer than running them.
SETTINGS = "SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off"

HIDDEN = """
CREATE OR REPLACE FUNCTION counts_hidden_people() RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY WITH RECURSIVE hidden (id) AS (
        SELECT prisoner.id FROM prisoners_prisoner AS prisoner WHERE publication = 'withheld'
        -- A record that was merged into one that is withheld.
        UNION SELECT merged_key FROM prisoners_merge JOIN hidden ON kept_key = hidden.id WHERE undone_at IS NULL
    ) SELECT hidden.id FROM hidden;
END $$;
"""

REFRESH = f"""
CREATE OR REPLACE FUNCTION counts_refresh(people bigint[]) RETURNS void LANGUAGE plpgsql {SETTINGS} AS $$
#variable_conflict use_column
DECLARE
    before counts_stock_by[];
BEGIN
    -- Writers commit one after another, so that each sees what the last one left and no sum is lost.
    PERFORM pg_advisory_xact_lock(hashtext('registry.changeset'));
    {change("-")}
    before := ARRAY(SELECT told::counts_stock_by FROM ({STOCK_BY_OF_SOME}) AS told);
    DELETE FROM counts_event WHERE person = ANY (people);
    DELETE FROM counts_span WHERE person = ANY (people);
    DELETE FROM counts_person WHERE person = ANY (people);
    DELETE FROM counts_standing WHERE person = ANY (people);
    INSERT INTO counts_event SELECT * FROM counts_events_of(people);
    INSERT INTO counts_span SELECT * FROM counts_spans_of(people);
    INSERT INTO counts_person SELECT * FROM counts_people_of(people);
    INSERT INTO counts_standing SELECT * FROM counts_standings_of(people);
    {change("")}
    {CHANGE_BY}
    DELETE FROM counts_tally WHERE events = 0;
    DELETE FROM counts_several WHERE {" AND ".join(f"{name} = 0" for name in SEVERAL_SUMS)};
    DELETE FROM counts_unchecked WHERE people = 0;
    DELETE FROM counts_stock WHERE possible = 0 AND sure = 0 AND confirmed = 0 AND silent = 0;
END $$;

CREATE OR REPLACE FUNCTION counts_catch_up() RETURNS void LANGUAGE plpgsql {SETTINGS} AS $$
DECLARE
    people bigint[];
BEGIN
    WITH caught AS (DELETE FROM counts_stale RETURNING person) SELECT array_agg(person) FROM caught INTO people;
    IF people IS NOT NULL THEN
        PERFORM counts_refresh(people);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION counts_catch_up_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Called for each person, and the first call does them all. The others ask by the key: to ask for anybody would go
    -- through all that was taken out, which is quadratic.
    IF EXISTS (SELECT FROM counts_stale WHERE person = NEW.person) THEN
        PERFORM counts_catch_up();
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION counts_rebuild() RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp SET jit = off SET work_mem = '128MB' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('registry.changeset'));
    DELETE FROM counts_stale;
    DELETE FROM counts_event;
    DELETE FROM counts_tally;
    DELETE FROM counts_several;
    DELETE FROM counts_unchecked;
    DELETE FROM counts_span;
    DELETE FROM counts_stock;
    DELETE FROM counts_person;
    DELETE FROM counts_standing;
    DELETE FROM counts_stock_by;
    INSERT INTO counts_event SELECT * FROM counts_every_event();
    INSERT INTO counts_span SELECT * FROM counts_every_span();
    INSERT INTO counts_tally {TALLIES.format(events="counts_event")};
    INSERT INTO counts_several {SEVERAL.format(events="counts_event")};
    INSERT INTO counts_unchecked {several.UNCHECKED.format(events="counts_event")};
    INSERT INTO counts_stock {STOCK.format(spans="counts_span")};
    INSERT INTO counts_person SELECT * FROM counts_every_person();
    INSERT INTO counts_standing SELECT * FROM counts_every_standing();
    INSERT INTO counts_stock_by {STOCK_BY_OF_ALL};
END $$;

CREATE OR REPLACE FUNCTION counts_note_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM counts_rebuild();
    RETURN NULL;
END $$;
"""

FUNCTIONS = (
    HIDDEN
    + function("counts_events_of", "people bigint[]", "counts_event", EVENTS.format(people=SOME))
    + function("counts_every_event", "", "counts_event", EVENTS.format(people=""))
    + function("counts_spans_of", "people bigint[]", "counts_span", SPANS.format(people=SOME))
    + function("counts_every_span", "", "counts_span", SPANS.format(people=""))
    + function("counts_people_of", "people bigint[]", "counts_person", PEOPLE.format(people=SOME))
    + function("counts_every_person", "", "counts_person", PEOPLE.format(people=""))
    + function("counts_standings_of", "people bigint[]", "counts_standing", STANDINGS.format(by=OF_ACTS, of=OF_BACK))
    + function("counts_every_standing", "", "counts_standing", STANDINGS.format(by="", of=""))
    + REFRESH
)

DROP_FUNCTIONS = """
DROP FUNCTION counts_note_emptied();
DROP FUNCTION counts_rebuild();
DROP FUNCTION counts_catch_up_at_the_end();
DROP FUNCTION counts_catch_up();
DROP FUNCTION counts_refresh(bigint[]);
DROP FUNCTION counts_every_span();
DROP FUNCTION counts_spans_of(bigint[]);
DROP FUNCTION counts_every_event();
DROP FUNCTION counts_events_of(bigint[]);
DROP FUNCTION IF EXISTS counts_every_person();
DROP FUNCTION IF EXISTS counts_people_of(bigint[]);
DROP FUNCTION IF EXISTS counts_every_standing();
DROP FUNCTION IF EXISTS counts_standings_of(bigint[]);
DROP FUNCTION IF EXISTS counts_hidden_people();
"""

# Whose rows a changed row is about: everyone whose events or spans it can alter.
OF_DETENTION = "JOIN prisoners_detention AS detention ON detention.id = row.detention_id"
OF_CASE = """SELECT prosecution.prisoner_id FROM {rows} JOIN prisoners_case AS prosecution ON prosecution.id = {case}
    UNION ALL SELECT detention.prisoner_id FROM {rows}
    JOIN prisoners_casedetention AS link ON link.case_id = {case}
    JOIN prisoners_detention AS detention ON detention.id = link.detention_id"""
OF_VERDICT = "changed AS row JOIN prisoners_conviction AS verdict ON verdict.id = row.conviction_id"
OF_LINK = """SELECT detention.prisoner_id FROM {rows}
    JOIN prisoners_release AS release ON release.id = {link}.release_id
    JOIN prisoners_detention AS detention ON detention.id = release.detention_id
    UNION ALL
    SELECT pardon.prisoner_id FROM {rows} JOIN pardons_pardon AS pardon ON pardon.id = {link}.pardon_id"""
LINKS_OF = "changed AS row JOIN pardons_identification AS link ON link.{column} = row.id"
# Whom a withdrawal is about, whoever it is entered for.
OF_WITHDRAWAL = "JOIN prisoners_recognition AS act ON act.id = withdrawal.withdraws_id"
TOUCHED = {
    "prisoners_prisoner": "SELECT id FROM changed UNION ALL "
    + OF_LINK.format(rows=LINKS_OF.format(column="prisoner_id"), link="link")
    + f""" UNION ALL SELECT act.prisoner_id FROM changed AS row
    JOIN prisoners_recognition AS withdrawal ON withdrawal.prisoner_id = row.id {OF_WITHDRAWAL}""",
    "prisoners_prisoneroccupation": "SELECT prisoner_id FROM changed",
    "prisoners_detention": "SELECT prisoner_id FROM changed",
    "prisoners_stay": f"SELECT detention.prisoner_id FROM changed AS row {OF_DETENTION}",
    "prisoners_release": f"SELECT detention.prisoner_id FROM changed AS row {OF_DETENTION}",
    "prisoners_case": "SELECT prisoner_id FROM changed UNION ALL "
    + OF_CASE.format(rows="changed AS row", case="row.id"),
    "prisoners_casedetention": f"SELECT detention.prisoner_id FROM changed AS row {OF_DETENTION}",
    "prisoners_conviction": OF_CASE.format(rows="changed AS row", case="row.case_id"),
    "prisoners_appeal": OF_CASE.format(rows=OF_VERDICT, case="verdict.case_id"),
    "prisoners_charge": """SELECT prosecution.prisoner_id FROM changed AS row
    JOIN prisoners_case AS prosecution ON prosecution.id = row.case_id""",
    "prisoners_article": """SELECT prosecution.prisoner_id FROM changed AS row
    JOIN prisoners_charge AS charge ON charge.article_id = row.id
    JOIN prisoners_case AS prosecution ON prosecution.id = charge.case_id""",
    "prisoners_recognition": f"""SELECT prisoner_id FROM changed
    UNION ALL SELECT act.prisoner_id FROM changed AS withdrawal {OF_WITHDRAWAL}""",
    "prisoners_recognitionby": """SELECT recognition.prisoner_id FROM changed AS row
    JOIN prisoners_recognition AS recognition ON recognition.id = row.recognition_id""",
    "pardons_pardon": "SELECT prisoner_id FROM changed",
    "pardons_identification": OF_LINK.format(rows="changed AS row", link="row"),
    "pardons_announcement": OF_LINK.format(rows=LINKS_OF.format(column="announcement_id"), link="link"),
}


def noting(table: str, rows: str, touched: str) -> str:
    """A function of its own for each trigger, so that its plan is kept."""
    return f"""
CREATE OR REPLACE FUNCTION counts_note_{table}_{rows}() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    people bigint[] := ARRAY(SELECT DISTINCT person FROM ({touched}) AS touched (person) WHERE person IS NOT NULL);
BEGIN
    IF people <> '{{}}' THEN
        -- First what every writer waits for: a statement that changes nothing writes no history, which takes it else.
        PERFORM pg_advisory_xact_lock(hashtext('registry.changeset'));
        INSERT INTO counts_stale SELECT unnest(people) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
"""


def both_states(touched: str) -> str:
    """Whom the rows of an UPDATE concern, as they were and as they are."""
    return f"{touched} UNION ALL {touched.replace('changed', 'replaced')}"


def triggers(table: str) -> str:
    """For each statement, whether it came through Django, as a bulk change, as raw SQL or as COPY."""
    call = f"FOR EACH STATEMENT EXECUTE FUNCTION counts_note_{table}_"
    return f"""
CREATE TRIGGER counts_follow_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed {call}rows();
CREATE TRIGGER counts_follow_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS changed {call}rows();
CREATE TRIGGER counts_follow_update AFTER UPDATE ON {table}
REFERENCING OLD TABLE AS replaced NEW TABLE AS changed {call}update();
CREATE TRIGGER counts_follow_truncate AFTER TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION counts_note_emptied();
"""


NOTING = "".join(
    noting(table, "rows", touched) + noting(table, "update", both_states(touched)) for table, touched in TOUCHED.items()
)
TRIGGERS = (
    NOTING
    + "".join(triggers(table) for table in TOUCHED)
    + """
CREATE CONSTRAINT TRIGGER counts_catch_up AFTER INSERT ON counts_stale DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION counts_catch_up_at_the_end();
SELECT counts_rebuild();
"""
)
DROP_TRIGGERS = "DROP TRIGGER counts_catch_up ON counts_stale;\n" + "".join(
    f"""
DROP TRIGGER IF EXISTS counts_follow_insert ON {table};
DROP TRIGGER IF EXISTS counts_follow_delete ON {table};
DROP TRIGGER IF EXISTS counts_follow_update ON {table};
DROP TRIGGER IF EXISTS counts_follow_truncate ON {table};
DROP FUNCTION IF EXISTS counts_note_{table}_rows();
DROP FUNCTION IF EXISTS counts_note_{table}_update();
"""
    for table in TOUCHED
)
