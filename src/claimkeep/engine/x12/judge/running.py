"""A transaction set that comes in pieces: what must be known of it until its end, whatever its size.

A *unit* is what rules look at whole: a claim, a level of a hierarchy, what stands before the first of them. A unit
reaches from its trigger to the next trigger of any. Rules see a unit once it is complete, beside the units that stand
above it; those are kept while they stand open, and a unit that is not complete is kept until it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from claimkeep.engine.x12.guides.compile import COUNTED, Compiled, State
from claimkeep.engine.x12.guides.schema import UNBOUNDED
from claimkeep.engine.x12.judge.context import Carried
from claimkeep.engine.x12.judge.envelope import Envelope
from claimkeep.engine.x12.judge.findings import MOST, Finding
from claimkeep.engine.x12.judge.look import true_in
from claimkeep.engine.x12.judge.units import Units
from claimkeep.engine.x12.judge.walk import Walk
from claimkeep.engine.x12.segments import Offsets, Spans

MOST_UNIT = 1 << 23
"""Octets of the largest claim whose rules are asked; the largest that a guide allows has about half as many."""

_NONE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Kept:
    """Segments of a set that what follows must see: their octets, nodes and ordinals in the set.

    ruled : how many of them, from the first, rules have seen
    """

    octets: bytes = b""
    nodes: Offsets = field(default_factory=lambda: _NONE)
    positions: Offsets = field(default_factory=lambda: _NONE)
    ruled: int = 0


@dataclass(slots=True)
class Running:
    """One set while it is judged; `state` is behind its last segment, with every repeat counted."""

    envelope: Envelope
    state: State | None = None
    walk: Walk | None = None
    kept: Kept = field(default_factory=Kept)
    carried: Carried = field(default_factory=Carried)
    found: list[Finding] = field(default_factory=list)
    is_lost: bool = False

    def add(self, found: list[Finding], ruled: int = 0) -> None:
        """Takes what rules found, but for elements whose form is wrong already: what follows from that is not told.

        ruled : the last segment rules have seen before; what they find there again is told already
        """
        if self.walk is not None:
            told = {(one.segment, one.element) for one in self.walk.told() if one.element}
            found = [one for one in found if (one.segment, one.element) not in told]
        if ruled and found:
            known = {order(one) for one in self.found}
            found = [one for one in found if (one.segment or 0) > ruled or order(one) not in known]
        self.found += found
        if len(self.found) > 2 * MOST:
            self.found = sorted(self.found, key=order)[:MOST]

    def told(self) -> list[Finding]:
        """Everything that is wrong with the set, in order; what rules found gives way when it is too much."""
        walked = [] if self.walk is None else self.walk.told()
        ruled = sorted(self.found, key=order)[: max(0, MOST - len(walked) - len(self.envelope.findings))]
        return sorted([*self.envelope.findings, *walked, *ruled], key=order)


def order(one: Finding) -> tuple[int, int, int, int, str]:
    """Where a finding stands among those of its set."""
    return one.segment or 0, one.element or 0, one.component or 0, one.repeat or 0, one.code


def counted(guide: Compiled, before: State | None, nodes: Offsets, state: State) -> State:
    """The state behind these segments, in which nothing is wrong, with every repeat counted.

    before : the state they were taken up in; None for the ST
    state  : the one behind them with repeats counted up to COUNTED
    """
    exact = []
    for level, (place, group, counts) in enumerate(state):
        frame = before[level] if before is not None and level < len(before) else None
        opened = true_in(nodes == guide.places[place].trigger)
        since = nodes[int(opened[-1]) :] if len(opened) else nodes
        is_same = not len(opened) and frame is not None and frame[:2] == (place, group)
        seen = []
        for number, many in enumerate(counts):
            child = guide.places[place].groups[group][number]
            if child.most > COUNTED:
                many = int(np.count_nonzero(since == guide.arrives(child)))
                many += frame[2][number] if is_same and frame is not None else 0
            seen.append(many)
        exact.append((place, group, tuple(seen)))
    return tuple(exact)


def is_crowded(guide: Compiled, before: State, nodes: Offsets) -> bool:
    """True when these segments are too many beside those that were counted before them in the same loop."""
    for place, group, counts in before:
        again = true_in(nodes == guide.places[place].trigger)
        inside = nodes[: int(again[0])] if len(again) else nodes
        for child, many in zip(guide.places[place].groups[group] if counts else (), counts, strict=True):
            if COUNTED < child.most < UNBOUNDED and many:
                if many + int(np.count_nonzero(inside == guide.arrives(child))) > child.most:
                    return True
    return False


def oversized(units: Units, spans: Spans, nodes: Offsets, begin: int) -> list[int]:
    """Where the units begin that are too large for rules; counted from `begin`, to which `nodes` belong."""
    starts = np.concatenate(([0], true_in(units.begins[nodes])))
    here = slice(begin, begin + len(nodes))
    sizes = np.cumsum(spans.marks[spans.first[here] + spans.count[here]] - spans.start[here] + 1)
    before = np.where(starts > 0, sizes[starts - 1], 0)
    found: list[int] = starts[np.append(before[1:], sizes[-1]) - before > MOST_UNIT].tolist()
    return found


def rest_of(units: Units, nodes: Offsets, start: int) -> slice:
    """What follows the first segment of a unit, up to the next unit."""
    after = true_in(units.begins[nodes[start + 1 :]])
    return slice(start + 1, start + 1 + int(after[0]) if len(after) else len(nodes))


def kept(
    units: Units, spans: Spans, nodes: Offsets, positions: Offsets, begin: int, lost: Sequence[int]
) -> tuple[Kept, int, Offsets]:
    """What is to be kept of a set that goes on, where what is not complete begins, and what stands above that.

    nodes, positions : of the segments from `begin` to the last that was taken; `begin` stands in the first unit
    lost             : where units begin of which only that first segment is kept
    """
    starts = true_in(units.begins[nodes])
    edges = np.append(starts, len(nodes))
    tail = int(starts[-1]) if len(starts) else 0
    open_ones, depths = [tail], units.depths[nodes[starts]]
    at = len(starts) - 1
    while at >= 0:
        above = true_in(depths[:at] < depths[at])
        at = int(above[-1]) if len(above) else -1
        open_ones.append(int(starts[at]) if at >= 0 else 0)
    ranges = [
        np.arange(one, one + 1 if one in lost else int(edges[np.searchsorted(edges, one, side="right")]))
        for one in reversed(open_ones)
    ]
    which = np.concatenate(ranges)
    ruled = len(which) - len(ranges[-1])
    return Kept(joined(spans, begin + which), nodes[which], positions[which], ruled), tail, which[:ruled]


def joined(spans: Spans, which: Offsets) -> bytes:
    """The octets of these segments, each with its terminator and without what stands between them."""
    ends = spans.marks[spans.first[which] + spans.count[which]]
    terminator = spans.separators.segment.encode("latin-1")
    data = spans.data
    return b"".join(
        data[begin:end] + terminator for begin, end in zip(spans.start[which].tolist(), ends.tolist(), strict=True)
    )
