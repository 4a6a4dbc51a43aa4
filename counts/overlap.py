"""The fewest distinct people that announcements can be about (rule 10).

Each announcement has open places. A place of one and a place of another can be the same person unless the two are
distinct, or one is a woman's and the other a man's. Nodes are the women's, the men's and the other places of each
announcement, edges join those that can be one person's; one person fills one place in each node of a clique. The fewest
people are a minimum weighted clique cover.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
Neighbours = dict[Node, set[Node]]


def fewest_people(places: Mapping[Node, int], edges: Iterable[tuple[Node, Node]]) -> int:
    """The smallest number of distinct people who can fill all places, each person at most one per node.

    Nodes whose neighbours all know each other are taken first, which changes no minimum. Of what is left the answer is
    the most places of which no two can be one person's: never too high, since we claim no more than we can stand by,
    and exact for announcements joined by nearness in time. Where answers join them otherwise, small leftovers are
    searched through.
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


# What is left is searched through where it has at most so many nodes and places.
SEARCHED_NODES, SEARCHED_PLACES = 9, 20


def fewest_in_leftover(left: dict[Node, int], neighbours: Neighbours[Node]) -> int:
    if not left:
        return 0
    if len(left) <= SEARCHED_NODES and sum(left.values()) <= SEARCHED_PLACES:
        return fewest_by_search(left, neighbours, {})
    return heaviest_independent(left, neighbours)


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


# Of the ways to choose that lead on, so many are followed at most.
MOST_STATES = 3_000


def heaviest_independent(weights: Mapping[Node, int], neighbours: Neighbours[Node]) -> int:
    """The most places among nodes of which no two can share people: no fewer people can fill them.

    Node after node is taken or left, in an order in which neighbours stand near each other, so that of all choices only
    those of the last few nodes matter to what may still be taken. Exact unless more ways than `MOST_STATES` lead on;
    then the heaviest are followed, which gives less and never more.
    """
    order = neighbours_together(weights, neighbours)
    place = {node: 1 << number for number, node in enumerate(order)}
    forbidden = {node: sum(place[other] for other in neighbours[node] if other in place) for node in order}
    heaviest = {(1 << len(order)) - 1: 0}
    for node in order:
        ways: dict[int, int] = {}
        for free, weight in heaviest.items():
            left_out = free & ~place[node]
            ways[left_out] = max(ways.get(left_out, 0), weight)
            if free & place[node]:
                taken = left_out & ~forbidden[node]
                ways[taken] = max(ways.get(taken, 0), weight + weights[node])
        if len(ways) > MOST_STATES:
            ways = dict(sorted(ways.items(), key=lambda way: -way[1])[:MOST_STATES])
        heaviest = ways
    return max(heaviest.values())


def neighbours_together(nodes: Collection[Node], neighbours: Neighbours[Node]) -> list[Node]:
    """The nodes so that neighbours stand near each other: from one with few neighbours outwards, part after part."""
    found: dict[Node, None] = {}
    left = set(nodes)
    # Few neighbours first, and as given where they have as many: the same order in every run.
    rank = {node: (len(neighbours[node] & left), number) for number, node in enumerate(nodes)}
    for start in sorted(left, key=rank.__getitem__):
        reached = [start]
        for node in reached:
            if node not in found:
                found[node] = None
                reached += sorted((neighbours[node] & left) - found.keys(), key=rank.__getitem__)
    return list(found)
