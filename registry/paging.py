"""Keyset pages: each begins after a row named by its public identifier, so page 18,000 is as quick as page one."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from registry.parameters import BadParameter, Parameters

PAGE_SIZE = 50
PAGE_PARAMETERS = Parameters.of(one=("after", "before", "sort"))


@dataclass(frozen=True)
class Order:
    """One way to sort a list. `keys` are annotations or columns that are never null; the identifier breaks ties."""

    name: str
    label: Any
    keys: tuple[str, ...]
    descending: bool = False
    annotations: dict[str, Any] = field(default_factory=dict)
    # What every row meets: it lets the database walk an index in the order of the list.
    always: Q = field(default_factory=Q)

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.keys, "public_id")

    def applied(self, queryset: QuerySet, backwards: bool = False) -> QuerySet:
        sign = "-" if self.descending != backwards else ""
        # Django writes into a filtered relation that it is given.
        own = {name: copy(each) for name, each in self.annotations.items()}
        return queryset.annotate(**own).filter(self.always).order_by(*(sign + name for name in self.fields))


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the identifiers by which its neighbours begin: None where there is no neighbour."""

    rows: list[Any]
    total: int
    order: Order
    orders: Sequence[Order]
    after: str | None
    before: str | None


def chosen_order(answers: Any, orders: Sequence[Order]) -> Order:
    """The order that `sort` names, else the first."""
    name = answers.get("sort") or orders[0].name
    for order in orders:
        if order.name == name:
            return order
    known = ", ".join(order.name for order in orders)
    raise BadParameter("sort", _("This list can be sorted by: %(known)s.") % {"known": known})


def keyset_page(queryset: QuerySet, answers: Any, orders: Sequence[Order], size: int = PAGE_SIZE) -> Page:
    """The page that `after`, `before` and `sort` ask for; the first page without them."""
    order = chosen_order(answers, orders)
    if answers.get("after") and answers.get("before"):
        raise BadParameter("before", _("Give “after” or “before”, not both."))
    name = "before" if answers.get("before") else "after"
    backwards, start = name == "before", answers.get(name)
    ordered = order.applied(queryset, backwards)
    if start:
        ordered = ordered.filter(beyond(anchor(queryset, order, name, start), order, backwards))
    rows = list(ordered[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_later, has_earlier = (bool(start), has_more) if backwards else (has_more, bool(start))
    return Page(
        rows=rows,
        total=queryset.count(),
        order=order,
        orders=orders,
        after=rows[-1].public_id if rows and has_later else None,
        before=rows[0].public_id if rows and has_earlier else None,
    )


def anchor(queryset: QuerySet, order: Order, name: str, public_id: str) -> dict[str, Any]:
    """The sort keys of the row a page begins at. It may meet the filters no more, but it must be public still."""
    rows = order.applied(queryset.model.public.all())
    found = rows.filter(public_id=public_id[:50]).values(*order.fields).first()
    if found is None:
        raise BadParameter(name, _("The list has no such row any more: start again from its first page."))
    return dict(found)


def beyond(start: dict[str, Any], order: Order, backwards: bool) -> Q:
    """Rows that stand after `start` in the order, or before it when read backwards."""
    step = "lt" if order.descending != backwards else "gt"
    condition = Q()
    for name in reversed(order.fields):
        nearer = Q(**{f"{name}__{step}": start[name]})
        condition = nearer | (Q(**{name: start[name]}) & condition) if condition else nearer
    first = order.fields[0]
    # Said once more on the first key alone, so that an index can begin there.
    return Q(**{f"{first}__{step}e": start[first]}) & condition
