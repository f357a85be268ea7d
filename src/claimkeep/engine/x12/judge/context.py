"""What rules look at: the sets of a chunk that one guide judges, each segment with its node, and a way to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes import CodeSets
from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12 import fast
from claimkeep.engine.x12.fast import Kernels
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge.findings import Finding
from claimkeep.engine.x12.judge.look import Flags, Look, true_in, word
from claimkeep.engine.x12.judge.units import Units
from claimkeep.engine.x12.segments import Offsets, Spans

Cents = npt.NDArray[np.int64]
ODD_AMOUNT = np.int64(-(2**63))
"""An amount that compiled code leaves to be read exactly."""

UNREADABLE = np.int64(-(2**62))
"""An amount that is none; whoever adds it up has nothing to say."""

_EXACT = 2.0**52
"""Sums up to this are whole in floating point, which adds faster."""


@dataclass(frozen=True, slots=True)
class Level:
    """An HL of which is not known yet whether one stands below it: its ordinal in the set, node and what HL04 says."""

    position: int
    node: int
    says: str


@dataclass(slots=True)
class Carried:
    """What rules know of a set from the pieces before.

    levels, level : how many HL there were, and the last of them
    sums          : what was counted or added up under a segment that still stands open, by name and its ordinal
    is_partial    : true once something was too large to be looked at: nothing that is added up is whole then
    """

    levels: int = 0
    level: Level | None = None
    is_partial: bool = False
    sums: dict[tuple[str, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class Context:
    """The sets of one guide in a block, as far as their claims are complete.

    nodes       : n segments, -1 where none is known
    first, last : the first and last segment of each set, in order
    positions   : ordinals in its set of the first segments, those of a set that came in earlier pieces
    base        : how many segments of that set came in earlier pieces
    ruled       : how many of its segments rules have seen; they stand here for what follows to refer to
    before      : what is known of that set
    open        : what is to be known of the last set, when it goes on; None when it ends here
    standing    : segments of that set under which more may come
    partial     : rows of sets in which something is not looked at
    units       : what is looked at whole
    codes       : the external code sets at hand; None where the sets are judged without
    """

    guide: Compiled
    look: Look
    nodes: Offsets
    first: Offsets
    last: Offsets
    units: Units
    codes: CodeSets | None = None
    positions: Offsets = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    base: int = 0
    ruled: int = 0
    before: Carried | None = None
    open: Carried | None = None
    standing: frozenset[int] = frozenset()
    partial: frozenset[int] = frozenset()
    found: list[tuple[int, Finding]] = field(default_factory=list)
    _where: dict[tuple[str, ...], Offsets] = field(default_factory=dict)
    _by_node: Offsets | None = None
    _edges: Offsets | None = None
    _unit: Offsets | None = None
    _closes: Offsets | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    """What one rule made of the sets and others want too."""

    @property
    def spans(self) -> Spans:
        """The segments of the chunk."""
        return self.look.spans

    def where(self, segment_id: str, *loops: str) -> Offsets:
        """The segments of this id in these loops, in order."""
        key = (segment_id, *loops)
        found = self._where.get(key)
        if found is None:
            found = self._where[key] = self._of(true_in(self.guide.nodes_of(segment_id, loops)))
        return found

    def _of(self, nodes: Offsets) -> Offsets:
        """The segments of these nodes, in order. All segments are put in the order of their nodes once."""
        if self._edges is None or self._by_node is None:
            self._by_node = np.argsort(self.nodes.astype(np.int16), kind="stable")
            self._edges = np.cumsum(np.bincount(self.nodes + 1, minlength=len(self.guide.nodes) + 1))
        begins, ends = self._edges[nodes], self._edges[nodes + 1]
        there = true_in(ends > begins).tolist()
        parts = [self._by_node[begins[one] : ends[one]] for one in there]
        if len(parts) == 1:
            return parts[0]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, dtype=np.intp)

    def with_code(self, segments: Offsets, element: int, *codes: str) -> Offsets:
        """Those of the segments with one of these codes in this element."""
        return segments[self.has_code(segments, element, *codes)]

    def has_code(self, segments: Offsets, element: int, *codes: str) -> Flags:
        """True where this element is one of these codes."""
        value = self.look.word(segments, element)
        found: Flags = np.zeros(len(segments), dtype=bool)
        for code in codes:
            found |= value == np.uint64(word(code))
        return found

    def texts(self, segments: Offsets, element: int) -> list[str]:
        """The element as text, exactly as sent; empty where the segment is shorter."""
        begin, length = self.look.span(segments, element)
        text = self.spans.text
        return [text[a:b] for a, b in zip(begin.tolist(), (begin + length).tolist(), strict=True)]

    def owner(self, owners: Offsets, of: Offsets) -> Offsets:
        """The row of the last owner before each segment that still stands open there; -1 where there is none."""
        row = np.searchsorted(owners, of, side="right") - 1
        if not len(owners):
            return row
        return np.where((row >= 0) & self.stands_open(owners[row], of), row, -1)

    def stands_open(self, owners: Offsets, of: Offsets) -> Flags:
        """True where the unit of the owner stands open at the segment: no claim has the lines of a later level."""
        if self._unit is None or self._closes is None:
            begins, depths = self.units.begins[self.nodes], self.units.depths
            begins[self.first] = True
            at = true_in(begins)
            depth = depths[self.nodes[at]]
            depth[np.searchsorted(at, self.first)] = 0
            self._unit = np.cumsum(begins)
            self._closes = np.full(len(at) + 1, len(at) + 1, dtype=np.intp)
            for one in np.unique(depth).tolist():
                rows, closers = true_in(depth == one), np.append(true_in(depth <= one), len(at))
                self._closes[rows + 1] = closers[np.searchsorted(closers, rows, side="right")] + 1
        open_: Flags = self._unit[of] < self._closes[self._unit[owners]]
        return open_

    def set_of(self, segments: Offsets) -> Offsets:
        """The row of the set each segment stands in."""
        if len(self.first) == 1:
            return np.zeros(len(segments), dtype=np.intp)
        return np.searchsorted(self.first, segments, side="right") - 1

    def cents(self, segments: Offsets, element: int) -> Cents:
        """Amounts in cents; 0 where the element is empty, UNREADABLE where it is no amount."""
        kernels = fast.kernels()
        if kernels is not None:
            return self._cents_by(kernels, segments, element)
        there = true_in(self.spans.count[segments] >= element)
        value = np.zeros(len(segments), dtype=np.int64)
        if len(there):
            begin, length = self.look.span(segments[there], element)
            told, odd = self.look.amounts(begin, length)
            value[there] = told
            self._read_exactly(segments, element, there[odd], value)
        return value

    def _cents_by(self, kernels: Kernels, segments: Offsets, element: int) -> Cents:
        """The same by compiled code."""
        value = np.empty(len(segments), dtype=np.int64)
        spans = self.spans
        segments = np.ascontiguousarray(segments, dtype=np.intp)
        if kernels.cents(self.look.octets, spans.count, spans.first, spans.marks, segments, element, value):
            self._read_exactly(segments, element, true_in(value == ODD_AMOUNT), value)
        return value

    def _read_exactly(self, segments: Offsets, element: int, rows: Offsets, value: Cents) -> None:
        """Put amounts that are not written as most are into `value`."""
        begin, length = self.look.span(segments[rows], element)
        for row, at, many in zip(rows.tolist(), begin.tolist(), length.tolist(), strict=True):
            exact = cents(self.look.text(at, at + many))
            value[row] = UNREADABLE if exact is None else exact

    def sums(self, owners: Offsets, segments: Offsets, elements: Sequence[int]) -> Cents:
        """What these elements of the segments under each owner come to; UNREADABLE where one of them is."""
        rows, found = self.owner(owners, segments), np.zeros(len(owners), dtype=np.int64)
        for element in elements:
            long = self.spans.count[segments] >= element
            rows, segments = rows[long], segments[long]
            if not len(segments):
                break
            found = plus(found, total(rows, self.cents(segments, element), len(owners)))
        return found

    def fresh(self, segments: Offsets) -> Offsets:
        """Those of the segments that no piece before has shown to rules."""
        return segments[segments >= self.ruled] if self.ruled else segments

    def gathered(self, name: str, owners: Offsets, here: Cents) -> tuple[Cents, Flags]:
        """What stands under each owner in all pieces, and whether no more can come; UNREADABLE where a part is lost.

        name   : of what is gathered
        owners : segments that stay while more may come under them
        here   : what is new (`fresh`) under them in this piece
        """
        found, is_whole = here.copy(), np.ones(len(owners), dtype=bool)
        if self.before is None and self.open is None and not self.partial:
            return found, is_whole
        for row, (owner, of) in enumerate(zip(owners.tolist(), self.set_of(owners).tolist(), strict=True)):
            key = (name, self.position(owner, of))
            if of == 0 and self.before is not None:
                found[row : row + 1] = plus(found[row : row + 1], np.array([self.before.sums.pop(key, 0)]))
            if self.open is not None and owner in self.standing:
                self.open.sums[key], is_whole[row] = int(found[row]), False
            if of in self.partial:
                found[row] = UNREADABLE
        return found, is_whole

    def position(self, segment: int, row: int) -> int:
        """The ordinal of a segment in its set; ST is 1."""
        kept = len(self.positions)
        if row or not kept:
            return segment - int(self.first[row]) + 1
        return int(self.positions[segment]) if segment < kept else self.base + segment - kept + 1

    def positions_to(self, last: int) -> Offsets:
        """The ordinals of the segments of the last set, up to this segment."""
        begin, kept = int(self.first[-1]), len(self.positions)
        if len(self.first) > 1 or not kept:
            return np.arange(1, last - begin + 2)
        return np.concatenate((self.positions, np.arange(self.base + 1, self.base + last - kept + 2)))

    def tell(
        self,
        segment: int,
        code: str,
        snip: int,
        message: str,
        element: int = 0,
        component: int = 0,
        answer: str = "I12",
        severity: Severity = Severity.REJECT,
    ) -> None:
        """One finding at this segment; `answer` is IK403, or IK304 when no element is named."""
        row = int(self.set_of(np.array([segment], dtype=np.intp))[0])
        place = (self.position(segment, row), int(self.nodes[segment]), self.spans.id(segment))
        self.tell_at(row, place, code, snip, message, element, component, answer, severity)

    def tell_at(
        self,
        row: int,
        place: tuple[int, int, str],
        code: str,
        snip: int,
        message: str,
        element: int = 0,
        component: int = 0,
        answer: str = "I12",
        severity: Severity = Severity.REJECT,
    ) -> None:
        """The same at a segment that need not stand here any more: its ordinal in the set, its node and its id."""
        position, node, name = place
        loop = self.guide.nodes[node].loop if node >= 0 else ""
        cite = f"{self.guide.guide.version} {loop} {name}"
        if element:
            cite += f"{element:02}" + (f"-{component}" if component else "")
        found = Finding(
            code,
            snip,
            message,
            cite,
            position,
            name,
            loop,
            element or None,
            component or None,
            severity=severity,
            ik3="8" if element else answer,
            ik4=answer if element else "",
        )
        self.found.append((row, found))

    def absent(
        self,
        by: int,
        segment_id: str,
        code: str,
        message: str,
        element: int,
        component: int = 0,
        snip: int = 4,
        severity: Severity = Severity.REJECT,
    ) -> None:
        """One finding: this segment is not there, though that element of the segment `by` calls for it."""
        row = int(self.set_of(np.array([by], dtype=np.intp))[0])
        loop = self.guide.nodes[int(self.nodes[by])].loop
        position = self.position(by, row)
        cite = f"{self.guide.guide.version} {loop} {segment_id}"
        trigger = (self.spans.id(by), position, loop, element, component)
        found = Finding(
            code, snip, message, cite, position, segment_id, loop, severity=severity, ik3="I6", trigger=trigger
        )
        self.found.append((row, found))


def total(rows: Offsets, amounts: Cents, count: int) -> Cents:
    """The sum of the amounts of each row; UNREADABLE where one of them is."""
    there = rows >= 0
    good = there & (amounts != UNREADABLE)
    sums = np.zeros(count, dtype=np.int64)
    if np.abs(amounts[good]).sum(dtype=np.float64) < _EXACT:
        sums += np.bincount(rows[good], weights=amounts[good], minlength=count).astype(np.int64)
    else:
        np.add.at(sums, rows[good], amounts[good])
    sums[rows[there & ~good]] = UNREADABLE
    return sums


def plus(one: Cents, other: Cents) -> Cents:
    """The sum row by row; UNREADABLE where either is."""
    known = (one != UNREADABLE) & (other != UNREADABLE)
    return np.where(known, one + np.where(known, other, 0), UNREADABLE)


def differs(one: Cents, other: Cents) -> Sequence[int]:
    """Rows where both are known and not the same."""
    known = (one != UNREADABLE) & (other != UNREADABLE)
    rows: list[int] = true_in(known & (one != other)).tolist()
    return rows
