"""The changeset's number and author, and the key people are sorted by."""

from django.db import migrations

from registry.history import CHANGESET_FUNCTIONS, DROP_CHANGESET_FUNCTIONS

# Not ICU: the embedded PostgreSQL has none. Letters with marks sort with their plain forms; і and ł, which have no
# decomposition, are mapped by hand.
SORT_KEY = r"""
CREATE FUNCTION registry_sort_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT translate(
        regexp_replace(normalize(lower(name), NFKD), '[\u0300-\u036f''’ʼ`]', '', 'g'),
        'іїєґłøđıəßæ', 'ииегlodiesa'
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_partial_dates")]

    operations = [
        migrations.RunSQL(CHANGESET_FUNCTIONS, DROP_CHANGESET_FUNCTIONS),
        migrations.RunSQL(SORT_KEY, "DROP FUNCTION registry_sort_key(text);"),
    ]
