"""The stock by what people are: definition, region, occupation, charge and age; by month, as the triggers keep it.

`counts_person` and `counts_standing` say what each person is, `counts_stock_by` adds up the changes of each month by
one definition and one of the other dimensions together. Any month's end of any size of registry is a sum of a few rows.
"""

from __future__ import annotations

from itertools import zip_longest

from counts.groups import AGES, group_of_age
from counts.stretches import EVER, NEVER, POINTS, USUAL, one_span, put_together

# --- What a person is ---

PEOPLE = """
SELECT prisoner.id AS person, coalesce(home_region_id, 0) AS region,
    coalesce((
        SELECT array_agg(DISTINCT occupation_id) FROM prisoners_prisoneroccupation AS link
        WHERE link.prisoner_id = prisoner.id
    ), ARRAY[0]::bigint[]) AS occupations,
    coalesce((
        SELECT array_agg(DISTINCT code || ' ' || article.number) FROM prisoners_case AS prosecution
        JOIN prisoners_charge AS charge ON case_id = prosecution.id AND charge.publication = 'published'
        JOIN prisoners_article AS article ON article.id = article_id
        WHERE prosecution.prisoner_id = prisoner.id AND prosecution.publication = 'published'
    ), ARRAY['unknown']) AS charges,
    born_on_earliest, born_on_latest
FROM prisoners_prisoner AS prisoner
WHERE publication IN ('published', 'withheld') {people}
"""

# The recognitions of a definition, each with what withdraws it. {by} and {of} narrow them, and what withdraws them.
STANDING = """standing AS (
    SELECT act.id AS act, act.prisoner_id AS person, coalesce(act.acted_earliest, '-infinity') AS since_earliest,
        coalesce(act.acted_latest, 'infinity') AS since_latest, back.withdraws_id IS NOT NULL AS is_withdrawn,
        coalesce(back.acted_earliest, '-infinity') AS until_earliest,
        coalesce(back.acted_latest, 'infinity') AS until_latest
    FROM prisoners_recognition AS act
    JOIN prisoners_prisoner AS prisoner
        ON prisoner.id = act.prisoner_id AND prisoner.publication IN ('published', 'withheld')
    LEFT JOIN (
        SELECT DISTINCT ON (withdraws_id) withdraws_id, acted_earliest, acted_latest
        FROM prisoners_recognition AS withdrawal
        JOIN prisoners_prisoner AS of ON of.id = prisoner_id AND of.publication IN ('published', 'withheld')
        WHERE act = 'withdrawn' AND withdrawal.publication = 'published' {of}
        ORDER BY withdraws_id, withdrawal.id DESC
    ) AS back ON back.withdraws_id = act.id
    WHERE act.publication = 'published' AND act.act IN ('recognised', 'ex_post_facto') {by}
)"""

# The days on which a person surely, and possibly, meets a definition by these recognitions.
DAYS_MET = f"""
    range_agg({one_span("since_latest", "CASE WHEN is_withdrawn THEN until_earliest ELSE 'infinity' END")}) AS surely,
    range_agg({one_span("since_earliest", "CASE WHEN is_withdrawn THEN until_latest ELSE 'infinity' END")}) AS possibly
"""

# Of whoever was ever recognised, the days of each definition; an organisation's is its key.
STANDINGS = f"""
WITH {STANDING}, named AS (
    SELECT *, 'recognised' AS definition FROM standing
    UNION ALL
    SELECT standing.*, by.organisation_id::text
    FROM standing JOIN prisoners_recognitionby AS by ON by.recognition_id = standing.act
), days AS (
    SELECT person, definition, {DAYS_MET} FROM named GROUP BY person, definition
)
SELECT person, definition, surely, possibly FROM days
UNION ALL
SELECT person, 'unrecognised', {EVER} - possibly, {EVER} - surely FROM days WHERE definition = 'recognised'
"""

# --- Ages ---

# From which day on somebody is of an age, born on the last day that is known to be possible, to the one on which they
# cease to be, born on the first. Whoever is born on 29 February grows older on 1 March.
BIRTHDAY = """(({born} + interval '{age} years')::date
    + (date_part('day', {born} + interval '{age} years') <> date_part('day', {born}))::integer)"""


def ages_by_day() -> str:
    """Joins the days on which a person is in each age group; those on which nobody can say are a group as well."""
    groups = []
    for start, end in zip_longest(AGES, AGES[1:]):
        first = BIRTHDAY.format(born="born_on_latest", age=start)
        last = "'infinity'" if end is None else BIRTHDAY.format(born="born_on_earliest", age=end)
        known = (
            f"CASE WHEN born_on_latest IS NOT NULL AND born_on_earliest IS NOT NULL THEN {one_span(first, last)} END"
        )
        groups.append((group_of_age(start), f"coalesce({known}, {NEVER})"))
    values = ", ".join(f"('{group}', {days})" for group, days in groups)
    rest = " - ".join([EVER, *(days for _group, days in groups)])
    return f"CROSS JOIN LATERAL (VALUES {values}, ('unknown', {rest})) AS of_age (value, days)"


# --- The stock by them ---

AGES_OF = "'everyone', 'recognised'"
SUMS = ("possible", "sure", "confirmed", "silent", "lasting")
SUMMED = ", ".join(f"sum({name})::integer AS {name}" for name in SUMS)
# `lasting` are those who are held surely, and with news, from that month on for good: of people whose detentions
# cannot overlap.
STOCK_BY = f"""
WITH counted AS (
    SELECT *, {USUAL} AS is_usual, bool_and({USUAL}) OVER (PARTITION BY detention) AS is_always_usual
    FROM {{spans}} AS spans WHERE NOT withheld AND NOT mixed
), mine AS (
    SELECT detention, person, country, sex, clear, since, until, sure_since, sure_until, silent_since, news, last_news,
        taken
    FROM counted WHERE is_usual AND NOT is_always_usual
    UNION ALL
    -- From one usual form to another nothing changes: such a detention is one stretch.
    SELECT detention, min(person), min(country), min(sex), bool_and(clear), min(since), max(until),
        coalesce(min(sure_since) FILTER (WHERE sure_since < sure_until), 'infinity'),
        coalesce(max(sure_until) FILTER (WHERE sure_since < sure_until), 'infinity'),
        min(silent_since), min(news), min(last_news), min(taken)
    FROM counted WHERE is_always_usual GROUP BY detention
), people AS (
    SELECT * FROM {{people}} AS people WHERE person IN (SELECT person FROM mine)
), standings AS (
    SELECT * FROM {{standings}} AS standings WHERE person IN (SELECT person FROM mine)
), met AS (
    SELECT person, 'everyone' AS definition, {EVER} AS surely, {EVER} AS possibly FROM people
    UNION ALL
    SELECT person, definition, surely, possibly FROM standings
    UNION ALL
    SELECT person, 'unrecognised', {EVER}, {EVER} FROM people
    WHERE NOT EXISTS (SELECT FROM standings WHERE standings.person = people.person)
), ages AS MATERIALIZED (
    SELECT person, of_age.value, of_age.days FROM people {ages_by_day()} WHERE of_age.days <> {NEVER}
), parts AS (
    SELECT person, definition, '' AS age, surely, possibly FROM met
    UNION ALL
    SELECT person, definition, value, surely * days, possibly * days FROM met JOIN ages USING (person)
    WHERE definition IN ({AGES_OF}) AND possibly && days
), clipped AS (
    SELECT mine.*, definition, age, days.* FROM mine JOIN parts USING (person)
    CROSS JOIN LATERAL (
        SELECT lower(each), upper(each), lower(each), upper(each) FROM unnest(surely) AS each WHERE surely = possibly
        UNION ALL
        SELECT lower(each), upper(each), 'infinity', 'infinity' FROM unnest(possibly) AS each WHERE surely <> possibly
        UNION ALL
        SELECT 'infinity', 'infinity', lower(each), upper(each) FROM unnest(surely) AS each WHERE surely <> possibly
    ) AS days (possible_from, possible_to, sure_from, sure_to)
    WHERE clear AND possibly && daterange(since, until)
), alone AS (
    SELECT person, country, sex, definition, age,
        greatest(since, possible_from) AS since, greatest(since, possible_from, least(until, possible_to)) AS until,
        greatest(sure_since, sure_from) AS sure_since,
        greatest(sure_since, sure_from, least(sure_until, sure_to)) AS sure_until, silent_since, news, last_news
    FROM clipped
), crowd AS (
    SELECT person, person AS person_here, detention, country, sex, taken, news, last_news, silent_since,
        {one_span("since", "until")} * possibly AS possibly, {one_span("sure_since", "sure_until")} * surely AS surely,
        country AS in_country, sex AS of_sex, definition, age
    FROM mine JOIN parts USING (person) WHERE NOT clear
), {", ".join(put_together("crowd", ("person_here", "in_country", "of_sex", "definition", "age")))}, every AS (
    SELECT person, country, sex, definition, age, points.*
    FROM alone CROSS JOIN LATERAL (
        VALUES {POINTS},
            (CASE WHEN sure_until = 'infinity' AND silent_since = 'infinity' THEN sure_since ELSE 'infinity' END,
                0, 0, 0, 0, NULL)
    ) AS points (day, possible, sure, confirmed, silent, with_news)
    UNION ALL
    SELECT person_here, in_country, of_sex, definition, age, day, possible, sure, confirmed, silent, 0 FROM changes
), of_person AS (
    SELECT person, country, sex, definition, age,
        CASE WHEN isfinite(day) THEN date_trunc('month', day)::date ELSE day END AS month,
        sum(possible) AS possible, sum(sure) AS sure, sum(confirmed) AS confirmed, sum(silent) AS silent,
        count(*) FILTER (WHERE with_news IS NULL) AS lasting
    FROM every WHERE day < 'infinity' GROUP BY 1, 2, 3, 4, 5, 6
), told AS (
    SELECT definition, dimension, value, country, sex, month, of_person.possible, of_person.sure, of_person.confirmed,
        of_person.silent, of_person.lasting
    FROM of_person JOIN people USING (person)
    CROSS JOIN LATERAL (
        SELECT '', '' UNION ALL SELECT 'region', region::text
        UNION ALL SELECT 'occupation', occupation::text FROM unnest(occupations) AS occupation
        UNION ALL SELECT 'charge', charge FROM unnest(charges) AS charge
    ) AS traits (dimension, value)
    WHERE age = '' AND (definition <> 'unrecognised' OR dimension IN ('', 'region'))
    AND (possible <> 0 OR sure <> 0 OR confirmed <> 0 OR silent <> 0 OR lasting <> 0)
    UNION ALL
    SELECT definition, 'age', age, country, sex, month, possible, sure, confirmed, silent, lasting
    FROM of_person WHERE age <> ''
), summed AS (
    SELECT definition, dimension, value, country, sex, month, {SUMMED}
    FROM told GROUP BY definition, dimension, value, country, sex, month
)
SELECT * FROM summed WHERE {" OR ".join(f"{name} <> 0" for name in SUMS)}
"""
