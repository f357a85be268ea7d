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
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge.findings import Finding
from claimkeep.engine.x12.judge.look import WORD, Flags, Look, word
from claimkeep.engine.x12.segments import Offsets, Spans

Cents = npt.NDArray[np.int64]
UNREADABLE = np.int64(-(2**62))
"""An amount that is none; whoever adds it up has nothing to say."""

_EXACT = 2.0**52
"""Sums up to this are whole in floating point, which adds faster."""

_POINT = ord(".")
_ZERO = ord("0")
_SCALE = np.array([100, 10, 1], dtype=np.int64)


@dataclass(slots=True)
class Context:
    """first, last : the ST and last segment of each set, in order. nodes : n segments, -1 where none is known.

    codes : the external code sets at hand; None where the sets are judged without
    """

    guide: Compiled
    look: Look
    nodes: Offsets
    first: Offsets
    last: Offsets
    codes: CodeSets | None = None
    found: list[tuple[int, Finding]] = field(default_factory=list)
    _where: dict[tuple[str, ...], Offsets] = field(default_factory=dict)
    _there: Flags | None = None
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
            wanted = self.guide.nodes_of(segment_id, loops)
            found = np.flatnonzero(wanted[self.nodes]) if self._is_there(wanted) else np.empty(0, dtype=np.intp)
            self._where[key] = found
        return found

    def _is_there(self, wanted: Flags) -> bool:
        """True when a segment of one of these nodes is there; most that a rule asks for are not, and cost no search."""
        if self._there is None:
            self._there = np.bincount(self.nodes + 1, minlength=len(wanted))[1:] > 0
        return bool((self._there & wanted[:-1]).any())

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
        """The row of the last owner before each segment of the same set; -1 where there is none."""
        row = np.searchsorted(owners, of, side="right") - 1
        if not len(owners):
            return row
        return np.where((row >= 0) & (owners[row] >= self.first[self.set_of(of)]), row, -1)

    def set_of(self, segments: Offsets) -> Offsets:
        """The row of the set each segment stands in."""
        if len(self.first) == 1:
            return np.zeros(len(segments), dtype=np.intp)
        return np.searchsorted(self.first, segments, side="right") - 1

    def cents(self, segments: Offsets, element: int) -> Cents:
        """Amounts in cents; 0 where the element is empty, UNREADABLE where it is no amount."""
        begin, length = self.look.span(segments, element)
        octets = self.look.words[begin].view(np.uint8).reshape(-1, WORD)
        value = np.zeros(len(segments), dtype=np.int64)
        points = np.zeros(len(segments), dtype=np.int64)
        places = np.zeros(len(segments), dtype=np.intp)
        odd = length > WORD
        for at in range(min(WORD, int(length.max(initial=0)))):
            inside = at < length
            octet = octets[:, at]
            digit = octet - np.uint8(_ZERO)
            is_digit, is_point = inside & (digit <= 9), inside & (octet == _POINT)
            value = np.where(is_digit, value * 10 + digit, value)
            places += is_digit & (points > 0)
            points += is_point
            odd |= inside & ~is_digit & ~is_point
        odd |= (points > 1) | (places > 2) | ((points > 0) & (length == 1))
        value *= _SCALE[np.minimum(places, 2)]
        for row in np.flatnonzero(odd).tolist():
            exact = cents(self.look.text(int(begin[row]), int(begin[row] + length[row])))
            value[row] = UNREADABLE if exact is None else exact
        return value

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
        node = int(self.nodes[segment])
        loop = self.guide.nodes[node].loop if node >= 0 else ""
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
        position = by - int(self.first[row]) + 1
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
    rows: list[int] = np.flatnonzero(known & (one != other)).tolist()
    return rows
