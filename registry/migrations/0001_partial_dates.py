"""The first and the last day of a partial date, as SQL functions that generated columns rest on."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

# The twin of registry/date_points.py. Both functions read the whole text, so that neither accepts
# what the other refuses. They call nothing outside pg_catalog and pin the search path: a restore
# with an empty one works, and no look-alike in another schema is called. No EXCEPTION block: it
# would need a subtransaction, which parallel workers do not have.
POINT = "[12][0-9]{3}(-((0[1-9]|1[0-2])(-([0-9]{2}|XX))?|2[1-4]|XX(-XX)?))?[~?%]?"
DAY_FUNCTION = """
CREATE FUNCTION registry_%(end)s_day(value text) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    points text[];
    month text;
    day text;
    opening date;
    closing date;
    earliest date;
    latest date;
BEGIN
    -- Most dates are a day that every month has, a month or a year: these need no taking apart.
    IF value ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$' THEN
        RETURN value::date;
    ELSIF value ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])$' THEN
        RETURN %(day_of_month)s;
    ELSIF value ~ '^[12][0-9]{3}$' THEN
        RETURN %(day_of_year)s;
    END IF;

    <<reading>>
    BEGIN
        EXIT reading WHEN value !~ '^(%(point)s|%(point)s/%(point)s|[.][.]/%(point)s|%(point)s/[.][.])$';
        points := string_to_array(value, '/');
        FOR position IN 1..cardinality(points) LOOP
            CONTINUE WHEN points[position] = '..';
            month := rtrim(substr(points[position], 6, 2), 'X~?%%');
            day := rtrim(substr(points[position], 9, 2), 'X~?%%');
            IF month = '' THEN
                opening := make_date(left(points[position], 4)::integer, 1, 1);
                closing := opening + interval '1 year' - interval '1 day';
            ELSIF month > '12' THEN
                -- Spring (21) begins in March; a winter ends in February of the next year.
                opening := make_date(left(points[position], 4)::integer, (month::integer - 20) * 3, 1);
                closing := opening + interval '3 months' - interval '1 day';
            ELSIF day = '' THEN
                opening := make_date(left(points[position], 4)::integer, month::integer, 1);
                closing := opening + interval '1 month' - interval '1 day';
            ELSE
                EXIT reading WHEN day NOT BETWEEN '01' AND '31';
                -- The 31st of a month of 30 days falls into the next month.
                opening := (left(points[position], 8) || '01')::date + (day::integer - 1);
                EXIT reading WHEN extract(month FROM opening) <> month::integer;
                closing := opening;
            END IF;
            IF position = 1 THEN
                earliest := opening;
            END IF;
            IF position = cardinality(points) THEN
                latest := closing;
            END IF;
        END LOOP;
        EXIT reading WHEN earliest > latest;
        RETURN %(end)s;
    END;
    RAISE check_violation USING
        MESSAGE = format('"%%s" is not a partial date', left(value, 64)),
        HINT = 'Write 16 July 2024 as 2024-07-16, July 2024 as 2024-07, the year as 2024.';
END
$function$
"""
EARLIEST = DAY_FUNCTION % {
    "point": POINT,
    "end": "earliest",
    "day_of_month": "(value || '-01')::date",
    "day_of_year": "(value || '-01-01')::date",
}
LATEST = DAY_FUNCTION % {
    "point": POINT,
    "end": "latest",
    "day_of_month": "(value || '-01')::date + interval '1 month' - interval '1 day'",
    "day_of_year": "(value || '-12-31')::date",
}


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(EARLIEST, "DROP FUNCTION registry_earliest_day(text)"),
        migrations.RunSQL(LATEST, "DROP FUNCTION registry_latest_day(text)"),
    ]
