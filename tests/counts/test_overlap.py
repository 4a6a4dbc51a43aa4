"""The fewest people that announcements can be about: against brute force, and on cases worked out by hand."""

from __future__ import annotations

import os
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counts.overlap import fewest_people
from tests.counts.slow_twin import fewest_of_both, fewest_others

# Announcements of the random cases: brute force tries every way.
MOST = 6 if "TEST_LONG" in os.environ else 5


def test_announcements_that_share_nobody_add_up():
    assert fewest_people({"july": 18, "august": 30}, []) == 48


def test_of_two_that_may_overlap_the_smaller_may_lie_in_the_larger():
    assert fewest_people({"july": 18, "august": 30}, [("july", "august")]) == 30


def test_middle_one_of_three_can_be_shared_out_between_its_neighbours():
    places = {"july": 10, "august": 15, "september": 8}

    assert fewest_people(places, [("july", "august"), ("august", "september")]) == 18


def test_three_that_may_all_overlap_are_as_many_as_the_largest():
    places = {"july": 10, "august": 15, "september": 8}

    assert fewest_people(places, list(combinations(places, 2))) == 15


def test_ring_of_five_needs_three_people_though_no_three_of_them_are_apart():
    ring = [(number, (number + 1) % 5) for number in range(5)]

    assert fewest_people(dict.fromkeys(range(5), 1), ring) == 3


def test_no_places_are_nobody():
    assert fewest_people({"july": 0}, []) == 0
    assert fewest_people({}, []) == 0


@st.composite
def small_cases(draw) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """A few announcements of a few places, and any answers about their overlap."""
    names = "abcdef"[: draw(st.integers(1, MOST))]
    places = {name: draw(st.integers(0, MOST - 2)) for name in names}
    return places, [pair for pair in combinations(names, 2) if draw(st.booleans())]


@given(small_cases())
def test_fewest_people_agrees_with_brute_force(case):
    places, edges = case

    assert fewest_people(places, edges) == fewest_others(places, [], {frozenset(edge) for edge in edges})


@st.composite
def small_cases_by_sex(draw) -> tuple[dict[str, tuple[int, int, int]], list[tuple[str, str]]]:
    """A few announcements of women's places, men's and others, and any answers about their overlap."""
    names = "abcde"[: draw(st.integers(1, MOST - 2))]
    places = {name: draw(st.tuples(*[st.integers(0, 2)] * 3)) for name in names}
    return places, [pair for pair in combinations(names, 2) if draw(st.booleans())]


@given(small_cases_by_sex())
def test_fewest_people_of_two_sexes_agree_with_brute_force(case):
    places, edges = case

    assert fewest_people(*by_sex(places, edges)) == fewest_of_both(places, [], frozenset(map(frozenset, edges)))


def by_sex(places: dict, edges: list) -> tuple[dict, list]:
    """A node for each sex of each announcement; edges between all that can be one person."""
    nodes = {(name, sex): count for name, own in places.items() for sex, count in zip("fm?", own, strict=True)}
    pairs = [pair for pair in combinations(nodes, 2) if {pair[0][1], pair[1][1]} != {"f", "m"}]
    sharing = set(map(frozenset, edges))
    return nodes, [(one, other) for one, other in pairs if frozenset((one[0], other[0])) in sharing]


@pytest.mark.parametrize("seed", range(3))
def test_years_of_weekly_rounds_of_both_sexes_are_counted_at_once(seed):
    random = Random(seed)
    rounds = {7 * week: tuple(random.randrange(20) for _sex in "fm?") for week in range(60)}
    near = [(one, other) for one, other in combinations(rounds, 2) if other - one <= 60]

    found = fewest_people(*by_sex(rounds, near))

    apart = [heaviest_apart([own[which] for own in rounds.values()]) for which in (0, 1)]
    assert max(heaviest_apart([sum(own) for own in rounds.values()]), sum(apart)) <= found


@given(
    st.lists(st.tuples(st.integers(0, 800), st.integers(0, 90), st.integers(0, 5000)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_many_announcements_are_at_least_the_largest_and_at_most_their_sum(spans, random):
    places = {number: count for number, (_start, _length, count) in enumerate(spans)}
    near = [(a, b) for a, b in combinations(places, 2) if meet(spans[a], spans[b]) and random.random() < 0.9]

    found = fewest_people(places, near)

    assert max(places.values(), default=0) <= found <= sum(places.values())


def meet(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return one[0] <= other[0] + other[1] + 60 and other[0] <= one[0] + one[1] + 60


@given(small_cases(), st.data())
def test_one_more_answer_that_two_are_distinct_never_lowers_the_fewest(case, data):
    places, edges = case
    if not edges:
        return
    answered = data.draw(st.sampled_from(edges))

    assert fewest_people(places, [edge for edge in edges if edge != answered]) >= fewest_people(places, edges)


@pytest.mark.parametrize("count", [60, 200])
def test_years_of_weekly_rounds_are_counted_exactly_and_at_once(count):
    days = range(0, 7 * count, 7)
    places = {day: 10 + day % 13 for day in days}
    near = [(one, other) for one, other in combinations(days, 2) if other - one <= 60]

    assert fewest_people(places, near) == heaviest_apart([places[day] for day in days])


def heaviest_apart(counts: list[int]) -> int:
    """The most places in weekly rounds of which no two lie within 60 days: the rounds' graph is perfect."""
    best = [0] * (len(counts) + 1)
    for number, count in enumerate(counts):
        best[number + 1] = max(best[number], count + best[max(0, number - 8)])
    return best[-1]
