"""Two roll-ups of flows in SQL: people with several events, and people whom announcements may be about (rule 23)."""

from __future__ import annotations

# The smallest month, quarter, year or run of years around an event: the line that it stands in where it has no row.
LINE_UNIT = """CASE WHEN NOT isfinite(earliest) OR NOT isfinite(latest) THEN 'year'
            WHEN date_trunc('month', earliest) = date_trunc('month', latest) THEN 'month'
            WHEN date_trunc('quarter', earliest) = date_trunc('quarter', latest) THEN 'quarter'
            ELSE 'year' END"""
LINE_FIRST = "nullif(date_trunc(unit, earliest)::date, '-infinity')"
LINE_LAST = """nullif((date_trunc(unit, latest) + CASE unit WHEN 'month' THEN interval '1 month'
            WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year' END - interval '1 day')::date, 'infinity')"""


# The whole periods around an event, a kind of period and its length in SQL; open ends stay open.
WHOLE_FIRST = "CASE WHEN isfinite(earliest) THEN date_trunc({by}, earliest)::date ELSE earliest END"
WHOLE_LAST = """CASE WHEN isfinite(latest) THEN (date_trunc({by}, latest) + {length} - interval '1 day')::date
        ELSE latest END"""
MONTH_FIRST = WHOLE_FIRST.format(by="'month'")
MONTH_LAST = WHOLE_LAST.format(by="'month'", length="interval '1 month'")

# Of whoever has several events and dates known in part or in two countries, whom no tally can count once: by country
# and of all (''), by sex and of all, and by how long a period is. The rows of one person are such that each period
# that some of them touch has `possible` once, each that an event lies in `certain` once, and each line `beside` once;
# `asks` are the events that make a line be told.
SEVERAL_SUMS = ("certain", "possible", "beside", "asks")
SEVERAL = f"""
WITH mine AS (
    SELECT metric, person, every.country, of.sex, periods.by, earliest, latest, {LINE_UNIT} AS unit,
        {WHOLE_FIRST.format(by="periods.by")} AS first, {WHOLE_LAST.format(by="periods.by", length="length")} AS last,
        isfinite(earliest) AND isfinite(latest)
            AND date_trunc(periods.by, earliest) = date_trunc(periods.by, latest) AS is_inside
    FROM (
        SELECT metric, person, country, sex, {MONTH_FIRST} AS earliest, {MONTH_LAST} AS latest
        FROM {{events}} AS events WHERE usual AND new_in = -1 AND NOT withheld
    ) AS dated
    CROSS JOIN LATERAL (VALUES (''), (dated.country)) AS every (country)
    CROSS JOIN LATERAL (VALUES (''), (dated.sex)) AS of (sex)
    CROSS JOIN (VALUES ('month', interval '1 month'), ('quarter', interval '3 months'), ('year', interval '1 year'))
        AS periods (by, length)
), told AS (
    SELECT DISTINCT metric, person, country, sex, 'total' AS by, date '-infinity' AS earliest,
        date 'infinity' AS latest, 1 AS certain, 1 AS possible, 0 AS beside, 0 AS asks
    FROM mine
    UNION ALL
    SELECT DISTINCT metric, person, country, sex, by, first, last, 1, 0, 0, 0 FROM mine WHERE is_inside
    UNION ALL
    SELECT metric, person, country, sex, by, lower(days), upper(days) - 1, 0, 1, 0, 0
    FROM (
        SELECT metric, person, country, sex, by, unnest(range_agg(daterange(first, last, '[]'))) AS days
        FROM mine GROUP BY metric, person, country, sex, by
    ) AS together
    UNION ALL
    SELECT metric, person, country, sex, by, earliest, latest, 0, 0, (row_number() OVER (
        PARTITION BY metric, person, country, sex, by, {LINE_FIRST}, {LINE_LAST} ORDER BY earliest, latest
    ) = 1)::integer, 1
    FROM mine WHERE NOT is_inside
)
SELECT metric, country, sex, by, earliest, latest,
    {", ".join(f"sum({name})::integer AS {name}" for name in SEVERAL_SUMS)}
FROM told GROUP BY metric, country, sex, by, earliest, latest
"""
SEVERAL_KEYS = "metric, country, sex, by, earliest, latest"

# People with one event that nobody has held against announcements, by the week that it lies in: weeks, since many lie
# wholly among the 67 days around an act.
UNCHECKED = """
SELECT metric, country, kind, sex, date_trunc('week', earliest)::date AS week, count(*)::integer AS people
FROM {events} AS events
WHERE unchecked AND alone AND usual AND NOT withheld AND isfinite(earliest)
AND date_trunc('week', earliest) = date_trunc('week', latest)
GROUP BY metric, country, kind, sex, date_trunc('week', earliest)
"""
UNCHECKED_KEYS = "metric, country, kind, sex, week"

TABLES = """
CREATE TABLE counts_several (
    metric text NOT NULL, country text NOT NULL, sex text NOT NULL, by text NOT NULL, earliest date NOT NULL,
    latest date NOT NULL, certain integer NOT NULL, possible integer NOT NULL, beside integer NOT NULL,
    asks integer NOT NULL,
    PRIMARY KEY (metric, country, sex, by, earliest, latest)
);
CREATE TABLE counts_unchecked (
    metric text NOT NULL, country text NOT NULL, kind text NOT NULL, sex text NOT NULL, week date NOT NULL,
    people integer NOT NULL,
    PRIMARY KEY (metric, country, kind, sex, week)
);
"""
DROP_TABLES = "DROP TABLE IF EXISTS counts_unchecked, counts_several;"
