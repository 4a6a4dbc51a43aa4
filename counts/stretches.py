"""Stretches of days in SQL: where each part of a stock begins and ends, and those of one person put together."""

from __future__ import annotations

from collections.abc import Sequence

# The days on which each part of a stock begins and ends, as +1 and -1: possibly held, certainly, of these confirmed
# lately (in the twelve months after the earlier and after the later piece of news), without news, with news.
POINTS = """
    (since, 1, 0, 0, 0, 0), (until, -1, 0, 0, 0, 0),
    (sure_since, 0, 1, 0, 0, 1), (sure_until, 0, -1, 0, 0, 0),
    (greatest(sure_since, least(news, sure_until)), 0, 0, 1, 0, 0),
    (greatest(sure_since, least(news + 366, last_news, sure_until)), 0, 0, -1, 0, 0),
    (greatest(sure_since, least(last_news, sure_until)), 0, 0, 1, 0, 0),
    (greatest(sure_since, least(last_news + 366, sure_until)), 0, 0, -1, 0, 0),
    (greatest(sure_since, least(silent_since, sure_until)), 0, 0, 0, 1, -1), (sure_until, 0, 0, 0, -1, 0)
"""

# No days, all days, and the days from one on to another, which is not among them; none where it comes first.
EVER, NEVER = "datemultirange(daterange('-infinity', 'infinity'))", "datemultirange()"


def one_span(first: str, end: str) -> str:
    return f"datemultirange(daterange({first}, greatest({first}, {end})))"


def put_together(spans: str, same: Sequence[str]) -> list[str]:
    """The changes of people whose detentions may overlap: the days of each are put together, as `changes`.

    `spans` has the days on which each detention surely and possibly counts. People are told apart by `same` as well.
    Where one is certainly held twice, the detention that was entered last speaks for them.
    """
    own, apart = "".join(f", {name}" for name in same), ", ".join(["person", *same])
    lately = "datemultirange(daterange(news, news + 366), daterange(last_news, last_news + 366))"
    chosen = f"""chosen AS (
        SELECT *, surely - coalesce(range_agg(surely) OVER (
            PARTITION BY {apart} ORDER BY detention GROUPS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ), {NEVER}) AS mine
        FROM {spans}
    )"""
    changes = f"""changes AS (
        SELECT country, sex, taken, points.*{own} FROM chosen
        CROSS JOIN LATERAL (
            SELECT lower(days) AS since, upper(days) AS until, 1 AS sure, 0 AS confirmed, 0 AS silent
            FROM unnest(mine) AS days
            UNION ALL
            SELECT lower(days), upper(days), 0, 1, 0 FROM unnest(mine * {lately}) AS days WHERE news IS NOT NULL
            UNION ALL
            SELECT lower(days), upper(days), 0, 0, 1
            FROM unnest(mine * {one_span("silent_since", "'infinity'::date")}) AS days
        ) AS stretches
        CROSS JOIN LATERAL (
            VALUES (since, 0, sure, confirmed, silent, sure - silent),
                (until, 0, -sure, -confirmed, -silent, silent - sure)
        ) AS points (day, possible, sure, confirmed, silent, with_news)
        UNION ALL
        SELECT '', '', '-infinity', points.*{own}
        FROM (SELECT {apart}, unnest(range_agg(possibly)) AS days FROM {spans} GROUP BY {apart}) AS people
        CROSS JOIN LATERAL (VALUES (lower(days), 1, 0, 0, 0, 0), (upper(days), -1, 0, 0, 0, 0))
            AS points (day, possible, sure, confirmed, silent, with_news)
    )"""
    return [chosen, changes]


USUAL = "form IN ('custody', 'prison', 'open-type', 'unknown')"
