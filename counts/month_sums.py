"""Which stocks `counts_stock_by` can tell: a definition and one other dimension, of month ends, by sex and country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from counts.questions import (
    ANY_ORGANISATION,
    BY_CUTOFF,
    DEFAULT_FORMS,
    EVERYONE,
    UNRECOGNISED,
    WIDE_DEFINITIONS,
    Question,
)
from counts.selecting import REGION, Select
from registry.known import looking_back

OWN_COLUMNS = {"sex", "country"}
DIMENSIONS = {"region", "occupation", "charge", "age"}
# One organisation's are not told by age.
DIMENSIONS_OF = {EVERYONE: DIMENSIONS, ANY_ORGANISATION: DIMENSIONS, UNRECOGNISED: {"region"}}
FILTERS = {"sex", "region", "occupation"}
# The values as an answer has them.
VALUES = {
    "region": f"coalesce({REGION}, 'unknown')",
    "occupation": "coalesce(occupation.slug, 'unknown')",
    "charge": "row.value",
    "age": "row.value",
}
NAMED_IN = {
    "region": "LEFT JOIN prisoners_region AS region ON region.id::text = row.value",
    "occupation": "LEFT JOIN prisoners_occupation AS occupation ON occupation.id::text = row.value",
}


@dataclass(frozen=True)
class MonthSums:
    """The sums of one question, with the dimension that it is grouped or filtered by, if any."""

    question: Question
    dimension: str

    def rows(self) -> Select:
        question, asked = self.question, dict(self.question.filters)
        found = Select(tables=["counts_stock_by AS row", NAMED_IN.get(self.dimension, "")])
        found.where("row.dimension = %(dimension)s", dimension=self.dimension)
        if question.definition in WIDE_DEFINITIONS:
            found.where("row.definition = %(definition)s", definition=question.definition)
        else:
            key = "SELECT id::text FROM prisoners_organisation WHERE slug = %(definition)s"
            found.where(f"row.definition = ({key})", definition=question.definition)
        if question.country is not None:
            found.where("row.country = %(country)s", country=question.country)
        if "sex" in asked:
            found.where("row.sex = ANY(%(sexes)s)", sexes=asked["sex"].split(","))
        if "occupation" in asked:
            found.where("occupation.slug = %(occupation)s", occupation=asked["occupation"])
        if "region" in asked:
            # With its country before it or alone, as the list of people takes them.
            names = "region.slug = ANY(%(regions)s) OR region.country || '/' || region.slug = ANY(%(regions)s)"
            found.where(f"({names})", regions=asked["region"].split(","))
        found.parameters["asked_country"] = question.country or ""
        return found

    def groups(self) -> list[str]:
        return [VALUES.get(dimension, f"row.{dimension}") for dimension in self.question.group]

    def changes(self) -> Select:
        """As of detentions one by one, with the first of the month for the day."""
        groups = "".join(f", {value} AS group_{place}" for place, value in enumerate(self.groups()))
        found = self.rows()
        columns = f"""row.country, '' AS sex, date '-infinity' AS taken, month AS day, possible, sure, confirmed,
            silent, 0 AS with_news{groups}"""
        return Select(
            parts=[f"changes AS ({found.sql(columns)})"], tables=["changes"], conditions=["true"],
            parameters=found.parameters,
        )  # fmt: skip

    def lasting(self) -> Iterable[tuple[tuple[str, ...], str, str, date, int]]:
        """By group, country, sex and the last day of a month: who began in it to be held for good, with news."""
        found = self.rows()
        found.where("lasting <> 0")
        own = "".join(f", {value}" for value in self.groups())
        columns = f"row.country, row.sex, (month + interval '1 month - 1 day')::date, sum(lasting){own}"
        by = ", ".join(str(place) for place in (1, 2, 3, *range(5, 5 + len(self.question.group))))
        for country, sex, day, number, *group in found.rows(columns, f"GROUP BY {by} ORDER BY 3"):
            yield tuple(group), country, sex, day, number


def month_sums(question: Question) -> MonthSums | None:
    """The sums that answer a question; None where they can't."""
    asked, group = dict(question.filters), set(question.group)
    if looking_back() is not None or question.forms != DEFAULT_FORMS or not group <= OWN_COLUMNS | DIMENSIONS:
        return None
    if (question.definition != EVERYONE and question.recognised == BY_CUTOFF) or not asked.keys() <= FILTERS:
        return None
    used = (group | asked.keys()) & DIMENSIONS
    # People with two of the occupations that are asked for would count twice.
    several = "occupation" in asked and ("," in asked["occupation"] or "occupation" in group)
    if len(used) > 1 or several or not used <= DIMENSIONS_OF.get(question.definition, DIMENSIONS - {"age"}):
        return None
    return MonthSums(question, next(iter(used), ""))
