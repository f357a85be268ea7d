"""What rules look at: the sets of a chunk that one guide judges, each segment with its node, and a way to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge.findings import Finding
from claimkeep.engine.x12.segments import Offsets, Spans

Cents = npt.NDArray[np.int64]
UNREADABLE = np.int64(-(2**62))
"""An amount that is none; whoever adds it up has nothing to say."""


@dataclass(slots=True)
class Context:
    """first, last : the ST and last segment of each set, in order. nodes : n segments, -1 where none is known."""

    guide: Compiled
    spans: Spans
    nodes: Offsets
    first: Offsets
    last: Offsets
    found: list[tuple[int, Finding]] = field(default_factory=list)
    _loops: dict[tuple[str, ...], npt.NDArray[np.bool_]] = field(default_factory=dict)
    _amounts: dict[str, int] = field(default_factory=dict)

    def where(self, segment_id: str, *loops: str) -> Offsets:
        """The segments of this id in these loops, in order."""
        key = (segment_id, *loops)
        wanted = self._loops.get(key)
        if wanted is None:
            fits = [n.segment.id == segment_id and (not loops or n.loop in loops) for n in self.guide.nodes]
            wanted = self._loops[key] = np.array([*fits, False])
        found: Offsets = np.flatnonzero(wanted[self.nodes])
        return found

    def with_code(self, segments: Offsets, element: int, *codes: str) -> Offsets:
        """Those of the segments with one of these codes in this element."""
        values = self.spans.elements(segments, element)
        return segments[np.array([one in codes for one in values], dtype=bool)]

    def owner(self, owners: Offsets, of: Offsets) -> Offsets:
        """The row of the last owner before each segment of the same set; -1 where there is none."""
        row = np.searchsorted(owners, of, side="right") - 1
        if not len(owners):
            return row
        same = self.set_of(owners[np.maximum(row, 0)]) == self.set_of(of)
        return np.where(same, row, -1)

    def set_of(self, segments: Offsets) -> Offsets:
        """The row of the set each segment stands in."""
        return np.searchsorted(self.first, segments, side="right") - 1

    def cents(self, segments: Offsets, element: int) -> Cents:
        """Amounts in cents; 0 where the element is empty, UNREADABLE where it is no amount."""
        memo = self._amounts
        texts = self.spans.elements(segments, element)
        for text in set(texts):
            if text not in memo:
                value = cents(text) if text else 0
                memo[text] = int(UNREADABLE) if value is None else value
        return np.array([memo[text] for text in texts], dtype=np.int64)

    def tell(
        self,
        segment: int,
        code: str,
        snip: int,
        message: str,
        element: int = 0,
        component: int = 0,
        answer: str = "I12",
        loop: str = "",
    ) -> None:
        """One finding at this segment; `answer` is IK403, or IK304 when no element is named."""
        row = int(self.set_of(np.array([segment], dtype=np.intp))[0])
        node = int(self.nodes[segment])
        loop = loop or (self.guide.nodes[node].loop if node >= 0 else "")
        name = self.spans.id(segment)
        cite = f"{self.guide.guide.version} {loop} {name}"
        if element:
            cite += f"{element:02}" + (f"-{component}" if component else "")
        found = Finding(
            code,
            snip,
            message,
            cite,
            segment - int(self.first[row]) + 1,
            name,
            loop,
            element or None,
            component or None,
            ik3="8" if element else answer,
            ik4=answer if element else "",
        )
        self.found.append((row, found))

    def absent(self, by: int, segment_id: str, code: str, message: str, element: int, component: int) -> None:
        """One finding: this segment is not there, though that element of the segment `by` calls for it."""
        row = int(self.set_of(np.array([by], dtype=np.intp))[0])
        loop = self.guide.nodes[int(self.nodes[by])].loop
        position = by - int(self.first[row]) + 1
        cite = f"{self.guide.guide.version} {loop} {segment_id}"
        trigger = (self.spans.id(by), position, loop, element, component)
        self.found.append((row, Finding(code, 4, message, cite, position, segment_id, loop, ik3="I6", trigger=trigger)))


def total(rows: Offsets, amounts: Cents, count: int) -> Cents:
    """The sum of the amounts of each row; UNREADABLE where one of them is."""
    there = rows >= 0
    unreadable = np.bincount(rows[there & (amounts == UNREADABLE)], minlength=count)[:count] > 0
    good = there & (amounts != UNREADABLE)
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, rows[good], amounts[good])
    sums[unreadable] = UNREADABLE
    return sums


def plus(one: Cents, other: Cents) -> Cents:
    """The sum row by row; UNREADABLE where either is."""
    known = (one != UNREADABLE) & (other != UNREADABLE)
    return np.where(known, one + np.where(known, other, 0), UNREADABLE)


def differs(one: Cents, other: Cents) -> Sequence[int]:
    """Rows where both are known and not the same."""
    known = (one != UNREADABLE) & (other != UNREADABLE)
    rows: list[int] = np.flatnonzero(known & (one != other)).tolist()
    return rows
