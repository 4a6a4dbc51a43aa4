"""No cell begins as a formula does, and every guarded text comes back as it was."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from registry.columns import guarded_in_sql
from registry.formula_guard import DANGEROUS, guarded, unguarded

# Mostly of what matters: signs, apostrophes, semicolons and blanks.
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(DANGEROUS + "';; \0ab"), st.characters(exclude_categories=["Cs"])))


@given(TEXTS)
@example("=1+1")
@example("a; =1")
@example("'=1")
def test_no_cell_begins_as_a_formula_does(text):
    cells = guarded(text).split(";")

    assert not any(cell.lstrip(" ").startswith((*DANGEROUS, "\0")) for cell in cells)


@given(TEXTS)
@example("'=1")
@example("''=1;'-2")
def test_guarded_text_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["Ivan Examplovich", "O'Example", "'quoted'", "a-b", "2024-07", "", "a = b"])
def test_harmless_text_stays_as_it_is(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@pytest.mark.django_db
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_database_guards_as_python_does(texts):
    # PostgreSQL's texts hold no NUL.
    texts = [text.replace("\0", "") for text in texts]

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {guarded_in_sql('each').replace('%', '%%')} FROM unnest(%s::text[]) AS each", [texts])
        assert [row for (row,) in cursor.fetchall()] == [guarded(text) for text in texts]
