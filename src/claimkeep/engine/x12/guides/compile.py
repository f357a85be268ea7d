"""A guide as tables: which segment may follow which, and one row an element for numpy to look up.

A *place* is a loop where it stands in the tree (2300 under 2000B and 2300 under 2000C are two), a *node* a segment of
a place, a *row* an element or component of a segment. Children of a place that follow one another and begin with the
same segment id form a *group*: the standard gives them one position, so inside a group any order will do.

A *state* is the path of places that are open, each with its group and how often each child of that group was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.guides.dictionary import PERIODS
from claimkeep.engine.x12.guides.schema import UNBOUNDED, Element, Guide, Loop, Segment

COUNTED = 10
"""Repeats up to this are counted in a state; more are counted over the whole set, so that states stay few."""

LENGTHS = 128
"""Lengths of which the table knows whether they will do; longer ones are looked at by themselves."""

Frame = tuple[int, int, tuple[int, ...]]
State = tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A segment (node >= 0) or loop (place >= 0) inside a place; `codes` are what tells it from its neighbours."""

    segment: Segment
    is_required: bool
    most: int
    node: int
    place: int
    codes: frozenset[str]


@dataclass(slots=True)
class Place:
    """A loop where it stands. `groups` leave its trigger out: that one is always there."""

    loop: str
    parent: int
    trigger: int = -1
    groups: tuple[tuple[Child, ...], ...] = ()
    by_id: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """A segment where it stands, and the first of its rows."""

    segment: Segment
    place: int
    loop: str
    row: int


@dataclass(frozen=True, slots=True)
class Move:
    """What one segment does to a state: where it leads, its node, what was left out, and what stands once too often."""

    state: State
    node: int
    missing: tuple[tuple[int, Child], ...] = ()
    exceeds: Child | None = None


@dataclass(slots=True)
class Rows:
    """One row an element or component, and one past the end; row 0 is no element."""

    element: list[Element]
    fits: npt.NDArray[np.uint8]
    codes: npt.NDArray[np.intp]
    first_part: npt.NDArray[np.intp]
    parts: npt.NDArray[np.intp]
    kind: npt.NDArray[np.uint8]


PLAIN, DATE, TIME, PERIOD = range(4)
"""What a row's value must be beside its characters."""


@dataclass(slots=True)
class Compiled:
    """A guide ready to judge with."""

    guide: Guide
    places: list[Place]
    nodes: list[Node]
    keys: dict[str, tuple[int, int]]
    rows: Rows
    lists: list[frozenset[str]]
    _masks: dict[tuple[str, ...], npt.NDArray[np.bool_]] = field(default_factory=dict)
    place_of: npt.NDArray[np.intp] = field(init=False)
    parent_of: npt.NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        self.place_of = np.array([node.place for node in self.nodes], dtype=np.intp)
        self.parent_of = np.array([place.parent for place in self.places], dtype=np.intp)

    def start(self) -> State:
        """The state after the ST."""
        return (self._opened(0),)

    def _opened(self, place: int) -> Frame:
        groups = self.places[place].groups
        return (place, 0, (0,) * len(groups[0]) if groups else ())

    def step(self, state: State, segment_id: str, qualifier: str, *, is_exact: bool = False) -> Move | None:
        """What this segment does here; None when it may not stand here.

        qualifier : its value where `keys` says, '' where it has none
        is_exact  : count every repeat; else only those up to COUNTED
        """
        for is_over in (False, True):
            for depth in range(len(state) - 1, -1, -1):
                place, at, counts = state[depth]
                for group in self.places[place].by_id.get(segment_id, ()):
                    if group < at:
                        continue
                    found = self._fits(place, group, counts if group == at else (), qualifier, is_over)
                    if found is not None:
                        return self._move(state, depth, group, found, is_exact, is_over)
        return None

    def capped(self, state: State) -> State:
        """The same state with repeats counted only up to COUNTED, as `step` counts them."""
        return tuple((place, group, self._capped(place, group, counts)) for place, group, counts in state)

    def _capped(self, place: int, group: int, counts: tuple[int, ...]) -> tuple[int, ...]:
        groups = self.places[place].groups
        return tuple(min(n, 1) if groups[group][number].most > COUNTED else n for number, n in enumerate(counts))

    def arrives(self, child: Child) -> int:
        """The node of the segment by which this child comes."""
        return child.node if child.place < 0 else self.places[child.place].trigger

    def depth(self, place: int) -> int:
        """How many places stand around this one."""
        above = self.places[place].parent
        return 0 if above < 0 else 1 + self.depth(above)

    def kept_by(self, node: int) -> int:
        """How many of the places that are open stay open when a segment of this node comes."""
        place = self.nodes[node].place
        return self.depth(place) + (self.places[place].trigger != node)

    def _fits(self, place: int, group: int, counts: tuple[int, ...], qualifier: str, is_over: bool) -> int | None:
        for number, child in enumerate(self.places[place].groups[group]):
            if child.codes and qualifier not in child.codes:
                continue
            if is_over or not counts or counts[number] < child.most:
                return number
        return None

    def _move(self, state: State, depth: int, group: int, number: int, is_exact: bool, is_over: bool) -> Move:
        place, at, counts = state[depth]
        children = self.places[place].groups[group]
        child = children[number]
        seen = list(counts) if group == at else [0] * len(children)
        seen[number] = seen[number] + 1 if is_exact or child.most <= COUNTED else 1
        frames = [*state[:depth], (place, group, tuple(seen))]
        if child.place >= 0:
            frames.append(self._opened(child.place))
        return Move(
            tuple(frames), self.arrives(child), tuple(self._missing(state, depth, group)), child if is_over else None
        )

    def _missing(self, state: State, depth: int, group: int) -> Iterator[tuple[int, Child]]:
        """What should have come before, the innermost loop first."""
        for level in range(len(state) - 1, depth - 1, -1):
            place, at, counts = state[level]
            groups = self.places[place].groups
            until = len(groups) if level > depth else group
            for passed in range(at, until):
                for number, child in enumerate(groups[passed]):
                    if child.is_required and (passed > at or not counts[number]):
                        yield place, child

    def nodes_of(self, segment_id: str, loops: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """True for each node of this id in these loops, or in any; false for the one past the end, which is no node."""
        key = (segment_id, *loops)
        if key not in self._masks:
            fits = [one.segment.id == segment_id and (not loops or one.loop in loops) for one in self.nodes]
            self._masks[key] = np.array([*fits, False])
        return self._masks[key]

    def large_loops(self) -> Iterator[tuple[int, int]]:
        """(trigger node, most) of each loop or segment that may repeat more often than a state counts."""
        for place in self.places:
            for child in (one for group in place.groups for one in group):
                if COUNTED < child.most < UNBOUNDED:
                    yield self.arrives(child), child.most


def compiled(guide: Guide) -> Compiled:
    """The tables of a guide."""
    keys = _keys(guide)
    places: list[Place] = []
    nodes: list[Node] = []
    builder = _RowBuilder()
    _place(guide.root, -1, keys, places, nodes, builder)
    for place in places:
        by_id: dict[str, list[int]] = {}
        for number, group in enumerate(place.groups):
            by_id.setdefault(group[0].segment.id, []).append(number)
        place.by_id = {name: tuple(numbers) for name, numbers in by_id.items()}
    rows, lists = builder.finished()
    return Compiled(guide, places, nodes, keys, rows, lists)


def _variants(loop: Loop, found: dict[str, list[list[Segment]]], triggers: dict[str, set[str]]) -> None:
    """The segments of each id, neighbours together; and which loops an id begins."""
    before = ""
    for child in loop.children:
        segment = child.trigger if isinstance(child, Loop) else child
        groups = found.setdefault(segment.id, [])
        if segment.id == before:
            groups[-1].append(segment)
        else:
            groups.append([segment])
        before = segment.id
        if isinstance(child, Loop):
            triggers.setdefault(segment.id, set()).add(child.id)
            _variants(child, found, triggers)


def _keys(guide: Guide) -> dict[str, tuple[int, int]]:
    """(element, component) that tells the segments of one id apart, for those that need telling."""
    found: dict[str, list[list[Segment]]] = {}
    triggers: dict[str, set[str]] = {}
    _variants(guide.root, found, triggers)
    keys = {}
    for segment_id, groups in found.items():
        if all(len(group) == 1 for group in groups) and len(triggers.get(segment_id, ())) < 2:
            continue
        shortest = min(len(one.elements) for group in groups for one in group)
        for number in range(1, shortest + 1):
            key = (number, 1 if groups[0][0].elements[number - 1].parts else 0)
            if _tells_apart(groups, key):
                keys[segment_id] = key
                break
        else:
            if any(len(group) > 1 for group in groups):
                raise ValueError(f"{guide.version}: nothing tells the {segment_id} apart")
    return keys


def _tells_apart(groups: list[list[Segment]], key: tuple[int, int]) -> bool:
    lists = [[key_codes(one, key) for one in group] for group in groups]
    every = [one for group in lists for one in group]
    apart = all(not one & other for group in lists for at, one in enumerate(group) for other in group[:at])
    return all(every) and len(set(every)) > 1 and apart


def key_codes(segment: Segment, key: tuple[int, int] | None) -> frozenset[str]:
    """The codes of a segment where its key stands; none without a key."""
    if key is None:
        return frozenset()
    element = segment.elements[key[0] - 1]
    return element.parts[key[1] - 1].codes if key[1] and element.parts else element.codes


def _place(
    loop: Loop,
    parent: int,
    keys: Mapping[str, tuple[int, int]],
    places: list[Place],
    nodes: list[Node],
    rows: _RowBuilder,
) -> int:
    number = len(places)
    here = Place(loop.id, parent)
    places.append(here)
    children: list[Child] = []
    for child in loop.children:
        segment = child.trigger if isinstance(child, Loop) else child
        codes = key_codes(segment, keys.get(segment.id))
        below, node = -1, -1
        if isinstance(child, Loop):
            below = _place(child, number, keys, places, nodes, rows)
        else:
            node = len(nodes)
            nodes.append(Node(child, number, loop.id, rows.segment(child)))
        children.append(Child(segment, child.usage == "R", child.most, node, below, codes))
    here.trigger = children[0].node
    here.groups = tuple(tuple(group) for group in _grouped(children[1:], loop.id))
    return number


def _grouped(children: list[Child], loop: str) -> list[list[Child]]:
    groups: list[list[Child]] = []
    for child in children:
        if groups and groups[-1][0].segment.id == child.segment.id:
            if any(not child.codes or child.codes & one.codes for one in groups[-1]):
                raise ValueError(f"loop {loop}: two {child.segment.id} that nothing tells apart")
            groups[-1].append(child)
        else:
            groups.append([child])
    return groups


class _RowBuilder:
    """Rows in the making. Segments that are the same object share their rows."""

    def __init__(self) -> None:
        self._nothing = Element("S", "AN", 0, UNBOUNDED)
        self._elements: list[Element] = [self._nothing]
        self._parts: dict[int, tuple[int, int]] = {}
        self._periods: set[int] = set()
        self._of: dict[int, int] = {}
        self._kept: list[Segment] = []

    def segment(self, segment: Segment) -> int:
        """The row of the segment id; its elements follow."""
        known = self._of.get(id(segment))
        if known is not None:
            return known
        first = len(self._elements)
        self._elements.extend((self._nothing, *segment.elements))
        self._mark(first, segment.id)
        for number, element in enumerate(segment.elements, first + 1):
            if element.parts:
                begin = len(self._elements)
                self._elements.extend(element.parts)
                self._parts[number] = (begin, len(element.parts))
                self._mark(begin - 1, element.composite)
        self._kept.append(segment)
        self._of[id(segment)] = first
        return first

    def _mark(self, before: int, name: str) -> None:
        if name in PERIODS and before + PERIODS[name][1] < len(self._elements):
            self._periods.add(before + PERIODS[name][1])

    def finished(self) -> tuple[Rows, list[frozenset[str]]]:
        """The rows as tables, and the code lists that `codes` numbers from 1."""
        elements = self._elements
        count = len(elements)
        lists: dict[frozenset[str], int] = {}
        fits = np.zeros((count, LENGTHS), dtype=np.uint8)
        table = {name: np.zeros(count, dtype=np.intp) for name in ("codes", "first_part", "parts")}
        kind = np.zeros(count, dtype=np.uint8)
        for row, element in enumerate(elements):
            fits[row, 0] = element.usage != "R"
            if element.usage != "-":
                is_free = bool(element.parts) or element.most == UNBOUNDED
                most = LENGTHS - 1 if is_free else min(element.most, LENGTHS - 2)
                fits[row, max(1, element.least) : most + 1] = 1
            if element.codes and not element.parts:
                table["codes"][row] = lists.setdefault(element.codes, len(lists) + 1)
            if row in self._parts:
                table["first_part"][row], table["parts"][row] = self._parts[row]
            if row in self._periods and element.type == "AN":
                kind[row] = PERIOD
            elif element.type in ("DT", "TM"):
                kind[row] = DATE if element.type == "DT" else TIME
        return Rows(elements, fits, table["codes"], table["first_part"], table["parts"], kind), list(lists)
