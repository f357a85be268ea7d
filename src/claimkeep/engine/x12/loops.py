"""Spans + guide -> which loop each segment stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

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


@dataclass(frozen=True)
class Labels:
    """loop : n segments, index into `names`; 0 is no loop we know. begins : n, true where a loop begins.

    code : n, the packed segment id
    """

    names: tuple[str, ...]
    loop: npt.NDArray[np.int16]
    begins: npt.NDArray[np.bool_]
    code: npt.NDArray[np.int64]

    @cached_property
    def _by_loop(self) -> tuple[Offsets, npt.NDArray[np.int64], list[int]]:
        """The segments, those of one loop together, their ids, and where each loop begins among them."""
        order = np.argsort(self.loop, kind="stable")
        first = np.searchsorted(self.loop[order], np.arange(len(self.names) + 1))
        return order, self.code[order], first.tolist()

    def _inside(self, loop: str) -> tuple[Offsets, npt.NDArray[np.int64]]:
        """The segments of this loop, in order, and their ids."""
        order, code, first = self._by_loop
        number = self.number(loop)
        here = slice(0, 0) if number < 0 else slice(first[number], first[number + 1])
        return order[here], code[here]

    def of(self, loop: str, segment_id: str) -> Offsets:
        """The segments of this id in this loop, in order."""
        inside, code = self._inside(loop)
        return np.asarray(inside[code == pack(segment_id)])

    def number(self, loop: str) -> int:
        """The index of a loop; -1 when the guide has none of that name."""
        return self.names.index(loop) if loop in self.names else -1

    def openers(self, loop: str) -> Offsets:
        """The segments that begin this loop, in order: one an instance."""
        inside, _ = self._inside(loop)
        return np.asarray(inside[self.begins[inside]])


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
    is_trigger = np.zeros(len(spans), dtype=bool)
    for code in machine.symbols:
        is_trigger |= spans.code == code
    triggers = np.flatnonzero(is_trigger & inside)
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
    return Labels(machine.names, loop, begins, spans.code)


@dataclass(frozen=True, slots=True)
class _Machine:
    """A guide as tables. A symbol is a segment id with one of its qualifiers, or with another one.

    symbols  : packed id -> its first symbol, the element of its qualifier (0 when it has none), and the qualifiers
    loop     : (parent, symbol) -> the loop the segment stands in; _NO_TRIGGER where that id is no trigger there
    after    : (parent, symbol) -> the parent from then on; steps is the same for many at once
    is_moving: symbol -> true when some parent changes at it
    """

    names: tuple[str, ...]
    symbols: dict[int, tuple[int, int, tuple[str, ...]]]
    loop: npt.NDArray[np.int16]
    after: list[list[int]]
    steps: Offsets
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
    return _Machine(names, symbols, loop, after.tolist(), after, is_moving)


def _symbols(spans: Spans, triggers: Offsets, machine: _Machine) -> Offsets:
    codes = spans.code[triggers]
    found = np.zeros(len(triggers), dtype=np.intp)
    for code, (first, element, known) in machine.symbols.items():
        where = np.flatnonzero(codes == code)
        if not len(where):
            continue
        found[where] = first
        if element:
            found[where] += values.which(spans, *spans.bounds(triggers[where], element), known)
    return found


_SAMPLE = 256
"""Symbols walked one by one, to learn which parent each of them leads to as a rule."""


def _parents(symbols: Offsets, machine: _Machine) -> Offsets:
    """The parent each trigger is looked up under: the one that stands before it.

    Files repeat themselves: nearly always a symbol leads to the parent it led to last. So that is supposed of all of
    them at once, and only where what is supposed does not follow from the parent before is the guide walked.
    """
    moving = np.flatnonzero(machine.is_moving[symbols])
    said = symbols[moving]
    states = np.zeros(len(said) + 1, dtype=np.intp)
    supposed = np.zeros(len(machine.is_moving), dtype=np.intp)
    parent, after = 0, machine.after
    for at, symbol in enumerate(said[:_SAMPLE].tolist()):
        parent = after[parent][symbol]
        states[at + 1] = supposed[symbol] = parent
    states[1 + _SAMPLE :] = supposed[said[_SAMPLE:]]
    follows = machine.steps[states[:-1], said] == states[1:]
    for begin in np.flatnonzero(~follows).tolist():
        at = begin
        while at < len(said):
            state = after[int(states[at])][int(said[at])]
            if state == states[at + 1]:
                break
            states[at + 1] = state
            at += 1
    return np.repeat(states, np.diff(moving, prepend=-1, append=len(symbols) - 1))
