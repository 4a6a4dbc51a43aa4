"""How many of those held may have been freed, unnamed, by acts: the most that their open places can be (rule 24).

A place is somebody's of its sex who was taken by the act; a place of no stated sex is anybody's, and somebody of
unknown or other sex can have any. The most who can be placed are the fewest who, with places, keep people and places
apart: all women taken by some act, all men by another, the others by the later of the two, and the places left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from counts.acts import NOT_KNOWN, SEXES, Acts


@dataclass(frozen=True)
class Freed:
    """The open places of one act that freed."""

    total: int
    female: int
    male: int
    unknown: int

    def most(self, *sexes: str) -> int:
        """So many of its places at most, of these sexes."""
        return min(self.total, sum(getattr(self, sex) for sex in sexes))


def freed_by(acts: Acts, key: int, among: set[int]) -> Freed:
    """None where the contents that lie elsewhere may hold more than the act has."""
    return Freed(*(acts.most_open(key, among, sex) for sex in (None, *SEXES, NOT_KNOWN)))


# How many were taken by one of the acts, by its place: women, men, and those of neither or unknown sex.
Held = Callable[[str, int], int]


def most_freed(places: Sequence[Freed], held: Held) -> int:
    """The most people who can have one of these places, of acts in the order of their last days."""
    if not places:
        return 0
    taken = {sex: [0, *(held(sex, act) for act in range(len(places)))] for sex in (*SEXES, NOT_KNOWN)}
    return min(least_given_up(places, taken, *sexes) for sexes in (SEXES, SEXES[::-1]))


def least_given_up(places: Sequence[Freed], taken: dict[str, list[int]], later: str, earlier: str) -> int:
    """The least where those of one sex are given up to a later act than those of the other, or to the same."""
    both = later, earlier, NOT_KNOWN
    left = behind([act.most(*both) - act.most(earlier, NOT_KNOWN) for act in places])
    left_earlier = behind([act.most(earlier, NOT_KNOWN) for act in places])
    ways_earlier = [taken[earlier][act] + left_earlier[act] for act in range(len(places) + 1)]
    best_so_far = list(accumulate(ways_earlier, min))
    return min(
        taken[later][act] + taken[NOT_KNOWN][act] + left[act] + best_so_far[act] for act in range(len(places) + 1)
    )


def behind(numbers: Sequence[int]) -> list[int]:
    """By act: the sum of it and of all later ones; nothing behind the last."""
    return [*reversed([*accumulate(reversed([*numbers, 0]))])]
