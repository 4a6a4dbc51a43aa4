"""The embedded PostgreSQL and the start check."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_cyrillic_folds_on_the_test_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('Ы')")
        found = cursor.fetchone()

    assert found == ("ы",)
