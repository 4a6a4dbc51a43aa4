"""The fewest distinct people that announcements can be about (rule 10).

Each announcement has open places. A place of one and a place of another can be the same person unless the two are
distinct. Nodes are announcements, edges join those that can share people; one person fills one place in each
announcement of a clique. The fewest people are a minimum weighted clique cover.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
Neighbours = dict[Node, set[Node]]


def fewest_people(places: Mapping[Node, int], edges: Iterable[tuple[Node, Node]]) -> int:
    """The smallest number of distinct people who can fill all places, each person at most one per node.

    Exact wherever the graph's leftover after all simplicial steps is perfect, which holds for announcements joined by
    nearness in time; else a lower bound, except that leftovers of up to 7 announcements and 24 places are searched
    through. A bound is never too high: we claim no more than we can stand by.
    """
    left = {node: count for node, count in places.items() if count > 0}
    neighbours = neighbours_of(left, edges)
    people = 0
    while (node := simplicial_node(left, neighbours)) is not None:
        count = left[node]
        people += count
        for other in [node, *(neighbours[node] & left.keys())]:
            take_places(left, other, count)
    return people + fewest_in_leftover(left, neighbours)


def neighbours_of(nodes: Mapping[Node, int], edges: Iterable[tuple[Node, Node]]) -> Neighbours[Node]:
    neighbours: Neighbours[Node] = {node: set() for node in nodes}
    for one, other in edges:
        if one in neighbours and other in neighbours and one != other:
            neighbours[one].add(other)
            neighbours[other].add(one)
    return neighbours


def simplicial_node(left: Mapping[Node, int], neighbours: Neighbours[Node]) -> Node | None:
    """A node whose neighbours all know each other: its people may as well fill a place in every one of them."""
    for node in left:
        around = neighbours[node] & left.keys()
        if all(around - {other} <= neighbours[other] for other in around):
            return node
    return None


def take_places(left: dict[Node, int], node: Node, count: int) -> None:
    left[node] -= count
    if left[node] <= 0:
        del left[node]


def fewest_in_leftover(left: dict[Node, int], neighbours: Neighbours[Node]) -> int:
    if not left:
        return 0
    if len(left) <= 7 and sum(left.values()) <= 24:
        return fewest_by_search(left, neighbours, {})
    return heaviest_independent(frozenset(left), left, neighbours, {})


def fewest_by_search(left: dict[Node, int], neighbours: Neighbours[Node], known: dict[frozenset, int]) -> int:
    """Every way to place one person after another."""
    if not left:
        return 0
    state = frozenset(left.items())
    if state not in known:
        node = next(iter(sorted(left, key=lambda node: len(neighbours[node] & left.keys()))))
        known[state] = 1 + min(
            fewest_by_search(without_one(left, clique), neighbours, known)
            for clique in largest_cliques({node}, neighbours[node] & left.keys(), neighbours)
        )
    return known[state]


def without_one(left: dict[Node, int], clique: Iterable[Node]) -> dict[Node, int]:
    rest = dict(left)
    for node in clique:
        take_places(rest, node, 1)
    return rest


def largest_cliques(clique: set[Node], candidates: set[Node], neighbours: Neighbours[Node]) -> list[set[Node]]:
    """The cliques around `clique` that nothing can be added to."""
    if not candidates:
        return [clique]
    found = []
    for node in candidates:
        found += largest_cliques(clique | {node}, candidates & neighbours[node], neighbours)
    return found


def heaviest_independent(
    nodes: frozenset[Node], weights: Mapping[Node, int], neighbours: Neighbours[Node], known: dict[frozenset, int]
) -> int:
    """The most places among announcements of which no two can share people: no fewer people can fill them.

    Exact up to 24 nodes; above, the heaviest node for its neighbours is taken until 24 are left.
    """
    if not nodes:
        return 0
    if nodes not in known:
        degree = {node: len(neighbours[node] & nodes) for node in nodes}
        few = len(nodes) <= 24
        node = max(nodes, key=(lambda node: degree[node]) if few else (lambda node: weights[node] / (degree[node] + 1)))
        rest = nodes - neighbours[node] - {node}
        best = weights[node] + heaviest_independent(rest, weights, neighbours, known)
        if few and degree[node]:
            best = max(best, heaviest_independent(nodes - {node}, weights, neighbours, known))
        known[nodes] = best
    return known[nodes]
