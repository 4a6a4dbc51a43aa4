"""The first and the last day of a partial date, as SQL functions that generated columns rest on."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

# Both functions read the whole text, so that neither accepts what the other refuses. They call
# nothing outside pg_catalog and pin the search path: a restore and a hostile schema change nothing.
DAY_FUNCTION = """
CREATE FUNCTION registry_{end}_day(value text) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    point_form CONSTANT text := '^([12][0-9]{{3}})'
        '(?:-(?:(0[1-9]|1[0-2])(?:-(?:([0-9]{{2}})|XX))?|2([1-4])|XX(?:-XX)?))?[~?%]?$';
    points text[];
    point text;
    piece text[];
    opening date;
    closing date;
    earliest date;
    latest date;
BEGIN
    -- Nearly every date is a day that all months have.
    IF value ~ '^[12][0-9]{{3}}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$' THEN
        RETURN value::date;
    END IF;
    points := string_to_array(value, '/');
    IF cardinality(points) NOT IN (1, 2) OR value IN ('..', '../..') THEN
        RAISE check_violation;
    END IF;
    FOR position IN 1..cardinality(points) LOOP
        point := points[position];
        CONTINUE WHEN point = '..' AND cardinality(points) = 2;
        piece := regexp_match(point, point_form);
        IF piece IS NULL THEN
            RAISE check_violation;
        END IF;
        IF piece[4] IS NOT NULL THEN
            opening := make_date(piece[1]::int, piece[4]::int * 3, 1);
            closing := opening + interval '3 months' - interval '1 day';
        ELSIF piece[2] IS NULL THEN
            opening := make_date(piece[1]::int, 1, 1);
            closing := make_date(piece[1]::int, 12, 31);
        ELSE
            opening := make_date(piece[1]::int, piece[2]::int, 1);
            closing := opening + interval '1 month' - interval '1 day';
        END IF;
        IF piece[3] IS NOT NULL THEN
            IF piece[3]::int NOT BETWEEN 1 AND extract(day FROM closing) THEN
                RAISE check_violation;
            END IF;
            opening := opening + (piece[3]::int - 1);
            closing := opening;
        END IF;
        IF position = 1 THEN
            earliest := opening;
        END IF;
        IF position = cardinality(points) THEN
            latest := closing;
        END IF;
    END LOOP;
    IF earliest > latest THEN
        RAISE check_violation;
    END IF;
    RETURN {end};
END
$function$
"""


def create(end: str) -> str:
    refusal = (
        "RAISE check_violation USING\n"
        "                MESSAGE = format('\"%s\" is not a partial date', value),\n"
        "                HINT = 'Write 16 July 2024 as 2024-07-16, July 2024 as 2024-07, the year as 2024.'"
    )
    return DAY_FUNCTION.format(end=end).replace("RAISE check_violation", refusal)


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(create("earliest"), "DROP FUNCTION registry_earliest_day(text)"),
        migrations.RunSQL(create("latest"), "DROP FUNCTION registry_latest_day(text)"),
    ]
