"""Keyset pages: nothing twice, nothing left out, in both directions."""

import pytest
from django.db.models import DateField, Value
from django.db.models.functions import Coalesce

from prisoners.listing import BY_NAME, LONG_AGO
from prisoners.models import Detention, Prisoner
from registry.paging import Order, Page, keyset_page
from registry.parameters import BadParameter
from tests.factories import make_detention, make_prisoner

pytestmark = pytest.mark.django_db

KEYS = {"day_key": Coalesce("taken_earliest", Value(LONG_AGO), output_field=DateField())}
NEWEST = Order("-date", "newest first", ("day_key",), descending=True, annotations=KEYS)
OLDEST = Order("date", "oldest first", ("day_key",), annotations=KEYS)


@pytest.fixture
def detentions() -> None:
    """Seven detentions: three on the same day, one without a date."""
    for taken in ["2020-08-09", "2020-08-09", "2020-08-09", "2021", "2022-05", None, "2023-01-01"]:
        make_detention(make_prisoner(), taken)


def page(order: Order, size: int = 2, **answers: str) -> Page:
    return keyset_page(Detention.public.all(), answers, [order], size=size)


@pytest.mark.parametrize("order", [NEWEST, OLDEST])
def test_pages_together_are_the_whole_list_once(detentions, order: Order):
    found = page(order)
    rows = list(found.rows)
    while found.after:
        found = page(order, after=found.after)
        rows += found.rows

    assert rows == list(order.applied(Detention.public.all()))
    assert len(set(rows)) == 7


@pytest.mark.parametrize("order", [NEWEST, OLDEST])
def test_way_back_shows_the_same_pages(detentions, order: Order):
    first = page(order)
    second = page(order, after=first.after or "")

    back = page(order, before=second.before or "")

    assert back.rows == first.rows
    assert (first.before, back.before) == (None, None)


def test_last_page_has_no_next_one(detentions):
    whole = page(NEWEST, size=7)

    assert (whole.after, whole.before, whole.total) == (None, None, 7)


def test_page_that_begins_at_a_row_taken_back_says_so(detentions):
    first = page(NEWEST)
    Detention.objects.filter(public_id=first.after).update(publication="retracted")

    with pytest.raises(BadParameter, match="first page"):
        page(NEWEST, after=first.after or "")


def test_withheld_person_can_not_be_found_as_the_start_of_a_page():
    hidden = make_prisoner(publication="withheld")

    with pytest.raises(BadParameter) as withheld:
        keyset_page(Prisoner.public.all(), {"after": hidden.public_id}, [BY_NAME])
    with pytest.raises(BadParameter) as invented:
        keyset_page(Prisoner.public.all(), {"after": "nobody"}, [BY_NAME])

    assert str(withheld.value) == str(invented.value)


def test_unknown_order_is_answered_with_the_known_ones():
    with pytest.raises(BadParameter, match="date"):
        keyset_page(Detention.public.all(), {"sort": "size"}, [OLDEST])
