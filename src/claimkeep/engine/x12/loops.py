"""Spans + guide -> which loop each segment stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12 import values
from claimkeep.engine.x12.segments import Offsets, Spans, pack


@dataclass(frozen=True, slots=True)
class Opens:
    """A segment that begins a loop: seen `under` one of these loops, with one of these `values` in `element`.

    With no values, any does. `is_parent` says that later segments are looked up under this loop until another parent
    begins; a loop that is none, such as 2310B, hands back to the parent it stands in.
    """

    loop: str
    segment: str
    under: frozenset[str]
    element: int = 0
    values: frozenset[str] = frozenset()
    is_parent: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """loop : n segments, index into `names`; 0 is no loop we know. begins : n, true where a loop begins."""

    names: tuple[str, ...]
    loop: npt.NDArray[np.int16]
    begins: npt.NDArray[np.bool_]

    def number(self, loop: str) -> int:
        """The index of a loop; -1 when the guide has none of that name."""
        return self.names.index(loop) if loop in self.names else -1

    def openers(self, loop: str) -> Offsets:
        """The segments that begin this loop, in order: one an instance."""
        return np.flatnonzero(self.begins & (self.loop == self.number(loop)))


HEADER = "header"
"""The loop an ST begins."""

_NO_TRIGGER = -1


def label(spans: Spans, sets: Iterable[tuple[int, int]], guide: Sequence[Opens]) -> Labels:
    """The loop of every segment inside the given sets (first and last segment of each); outside them, none.

    A qualifier the guide does not know begins no loop we know, so what follows it is not mistaken for its neighbour's.
    """
    machine = _machine(tuple(guide))
    inside = np.zeros(len(spans), dtype=bool)
    for first, last in sets:
        inside[first : last + 1] = True
    triggers = np.flatnonzero(inside & np.isin(spans.code, machine.codes))
    symbols = _symbols(spans, triggers, machine)
    parents = _parents(symbols, machine)
    labels = machine.loop[parents, symbols]
    known = labels != _NO_TRIGGER
    at, labels = triggers[known], labels[known]
    begins = np.zeros(len(inside), dtype=bool)
    begins[at] = labels != 0
    loop = np.zeros(len(inside), dtype=np.int16)
    if len(at):
        loop[at[0] :] = np.repeat(labels, np.diff(at, append=len(inside)))
    loop[~inside] = 0
    return Labels(machine.names, loop, begins)


@dataclass(frozen=True, slots=True)
class _Machine:
    """A guide as tables. A symbol is a segment id with one of its qualifiers, or with another one.

    codes    : the packed ids that are triggers
    symbols  : packed id -> its first symbol, the element of its qualifier (0 when it has none), and the qualifiers
    loop     : (parent, symbol) -> the loop the segment stands in; _NO_TRIGGER where that id is no trigger there
    after    : (parent, symbol) -> the parent from then on
    is_moving: symbol -> true when some parent changes at it
    """

    names: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    symbols: dict[int, tuple[int, int, tuple[str, ...]]]
    loop: npt.NDArray[np.int16]
    after: list[list[int]]
    is_moving: npt.NDArray[np.bool_]


@cache
def _machine(guide: tuple[Opens, ...]) -> _Machine:
    names = ("", HEADER, *dict.fromkeys(one.loop for one in guide))
    numbers = {name: number for number, name in enumerate(names)}
    ids = ["ST", "SE", *dict.fromkeys(one.segment for one in guide)]
    symbols: dict[int, tuple[int, int, tuple[str, ...]]] = {}
    size = 0
    for each in ids:
        element = max((one.element for one in guide if one.segment == each), default=0)
        known = dict.fromkeys(value for one in guide if one.segment == each for value in sorted(one.values))
        symbols[pack(each)] = (size, element, tuple(known) if element else ())
        size += len(known) + 1
    loop = np.full((len(names), size), _NO_TRIGGER, dtype=np.int16)
    after = np.repeat(np.arange(len(names)), size).reshape(len(names), size)
    loop[:, 0] = after[:, 0] = numbers[HEADER]
    loop[:, 1] = after[:, 1] = 0
    for one in sorted(guide, key=lambda one: bool(one.values)):
        first, _, known_values = symbols[pack(one.segment)]
        own = range(first, first + len(known_values) + 1)
        given = [first + known_values.index(value) for value in one.values] or list(own)
        for above in (numbers[name] for name in one.under):
            for symbol in own:
                loop[above, symbol] = max(loop[above, symbol], 0)
            loop[above, given] = numbers[one.loop]
            after[above, given] = numbers[one.loop] if one.is_parent else above
    is_moving = (after != np.arange(len(names))[:, None]).any(axis=0)
    return _Machine(names, np.array(list(symbols)), symbols, loop, after.tolist(), is_moving)


def _symbols(spans: Spans, triggers: Offsets, machine: _Machine) -> Offsets:
    codes = spans.code[triggers]
    found = np.zeros(len(triggers), dtype=np.intp)
    for code, (first, element, known) in machine.symbols.items():
        where = np.flatnonzero(codes == code)
        found[where] = first
        if element:
            found[where] += values.which(spans, *spans.bounds(triggers[where], element), known)
    return found


def _parents(symbols: Offsets, machine: _Machine) -> Offsets:
    """The parent each trigger is looked up under: the one that stands before it."""
    moving = np.flatnonzero(machine.is_moving[symbols])
    parent, after = 0, machine.after
    states = [0]
    for symbol in symbols[moving].tolist():
        parent = after[parent][symbol]
        states.append(parent)
    return np.repeat(np.array(states, dtype=np.intp), np.diff(moving, prepend=-1, append=len(symbols) - 1))
