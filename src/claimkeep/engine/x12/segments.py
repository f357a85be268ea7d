"""Bytes -> spans: where each segment and each element begins and ends.

The octets stay as they came; every table is offsets into them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12 import fast
from claimkeep.engine.x12.fast import Kernels
from claimkeep.engine.x12.separators import Separators

Offsets = npt.NDArray[np.intp]

_CHUNK = 1 << 17
"""Octets compared at once: the temporaries of so few stay in cache."""

_SHORT = 8
"""Octets of space that all segments lose together; a longer indentation is stripped segment by segment."""

SPACE = " \t\r\n\v\f"
"""What may stand around a segment or an element and mean nothing: the space of ASCII, no other."""


_IS_SPACE = np.isin(np.arange(256), list(SPACE.encode()))


def pack(segment_id: str) -> int:
    """A segment id as a number: its octets, lowest first. Ids have two or three characters (X12.6 3.6)."""
    return int.from_bytes(segment_id.encode("ascii"), "little")


@dataclass(frozen=True)
class Spans:
    """The segments of one interchange.

    data    : the octets of the interchange
    start   : n segments, offset of the first octet of the segment id
    code    : n, the packed segment id; 0 when it is no id
    count   : n, how many elements follow the id
    first   : n, index into `marks` of the end of the segment id
    marks   : m, where each id and each element ends, in order
    """

    data: bytes
    text: str
    separators: Separators
    start: Offsets
    code: npt.NDArray[np.int64]
    count: Offsets
    first: Offsets
    marks: Offsets
    is_ascii: bool

    def __len__(self) -> int:
        return len(self.start)

    def id(self, segment: int) -> str:
        """The id of one segment as sent, cut to three characters so that it can stand in a place."""
        begin = int(self.start[segment])
        found = self.text[begin : min(int(self.marks[self.first[segment]]), begin + 3)]
        return found if found.isascii() and found.isalnum() else ""

    def element(self, segment: int, element: int) -> str:
        """One element without surrounding space; empty when the segment is shorter."""
        if element > self.count[segment]:
            return ""
        at = self.first[segment] + element
        return self._decoded(self.text[self.marks[at - 1] + 1 : self.marks[at]].strip(SPACE))

    def bounds(self, segments: Offsets, element: int) -> tuple[Offsets, Offsets]:
        """Where one element of many segments begins and ends, without surrounding space; empty where it is shorter."""
        at = self.first.take(segments) + element
        there = self.count.take(segments) >= element
        if there.all():
            begins, ends = self.marks.take(at - 1) + 1, self.marks.take(at)
        else:
            at = np.where(there, at, self.first.take(segments) + 1)
            ends = self.marks.take(at, mode="clip")
            begins = np.where(there, self.marks.take(at - 1) + 1, ends)
        if self.is_padded or not segments.all():
            return self.stripped(begins, ends)
        return begins, ends

    def stripped(self, begins: Offsets, ends: Offsets) -> tuple[Offsets, Offsets]:
        """The same values without surrounding space."""
        octets = self.octets
        led = np.flatnonzero((begins < ends) & _IS_SPACE[octets[begins]])
        if len(led):
            begins = begins.copy()
        while len(led):
            begins[led] += 1
            led = led[(begins[led] < ends[led]) & _IS_SPACE[octets[begins[led]]]]
        trailed = np.flatnonzero((begins < ends) & _IS_SPACE[octets[np.maximum(ends - 1, 0)]])
        if len(trailed):
            ends = ends.copy()
        while len(trailed):
            ends[trailed] -= 1
            trailed = trailed[(begins[trailed] < ends[trailed]) & _IS_SPACE[octets[ends[trailed] - 1]]]
        return begins, ends

    def elements(self, segments: Offsets, element: int) -> list[str]:
        """One element of many segments; empty where the segment is shorter."""
        return self.texts(*self.bounds(segments, element))

    def texts(self, begins: Offsets, ends: Offsets) -> list[str]:
        """The values that stand there."""
        text = self.text
        found = [text[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
        return found if self.is_ascii else [self._decoded(one) for one in found]

    @cached_property
    def is_padded(self) -> bool:
        """False when no space stands beside an element separator, but for those of the ISA."""
        begin = 0
        if len(self.code) and self.code[0] == pack("ISA"):
            begin = int(self.marks[self.first[0] + self.count[0]])
        return _is_padded(np.frombuffer(self.data, dtype=np.uint8)[begin:], ord(self.separators.element))

    @cached_property
    def octets(self) -> npt.NDArray[np.uint8]:
        """The octets, and sixteen of nothing past their end."""
        return np.frombuffer(self.data + bytes(16), dtype=np.uint8)

    @cached_property
    def words(self) -> npt.NDArray[np.uint64]:
        """The eight octets that begin at each octet, the lowest first."""
        return np.ndarray((len(self.data) + 9,), dtype="<u8", buffer=self.octets.data, strides=(1,))

    @cached_property
    def words32(self) -> npt.NDArray[np.uint32]:
        """The four octets that begin at each octet, the lowest first."""
        return np.ndarray((len(self.data) + 9,), dtype="<u4", buffer=self.octets.data, strides=(1,))

    @cached_property
    def recoded(self) -> bytearray:
        """Texts of tables that do not stand in the octets as they are, in UTF-8, one after another."""
        return bytearray()

    @cached_property
    def component_cuts(self) -> Offsets:
        """Every component separator, in order, and a last one that no value reaches."""
        octets = self.octets[: len(self.data)]
        return np.append(np.flatnonzero(octets == ord(self.separators.component)), len(octets))

    @cached_property
    def is_loose(self) -> bool:
        """True when a space stands beside a component separator."""
        cuts = self.component_cuts[:-1]
        octets = self.octets
        return bool((_IS_SPACE[octets[cuts + 1]] | _IS_SPACE[octets[np.maximum(cuts - 1, 0)]]).any())

    def segment(self, segment: int) -> list[str]:
        """Id and elements of one segment, without surrounding space."""
        at = int(self.first[segment])
        ends = self.marks[at : at + int(self.count[segment]) + 1].tolist()
        begins = [int(self.start[segment]), *(end + 1 for end in ends[:-1])]
        return [self._decoded(self.text[a:b].strip(SPACE)) for a, b in zip(begins, ends, strict=True)]

    def where(self, *segment_ids: str) -> Offsets:
        """The segments with one of these ids, in order."""
        found = self.code == pack(segment_ids[0])
        for one in segment_ids[1:]:
            found |= self.code == pack(one)
        return np.flatnonzero(found)

    def between(self, first: int, last: int) -> Spans:
        """The segments from `first` to `last`, both included, as spans of their own octets; `first` becomes 0."""
        begin, mark = int(self.start[first]), int(self.first[first])
        final = int(self.first[last] + self.count[last])
        end = int(self.marks[final])
        here = slice(first, last + 1)
        return replace(
            self,
            data=self.data[begin:end],
            text=self.text[begin:end],
            start=self.start[here] - begin,
            code=self.code[here],
            count=self.count[here],
            first=self.first[here] - mark,
            marks=self.marks[mark : final + 1] - begin,
        )

    def with_control_characters(self) -> Offsets:
        """The segments in which a control character stands, which no element may hold (X12.6 3.3.1)."""
        octets = np.frombuffer(self.data, dtype=np.uint8)
        found = np.flatnonzero(octets < 0x20 if b"\x7f" not in self.data else (octets < 0x20) | (octets == 0x7F))
        if self._are_line_ends(found):
            return np.empty(0, dtype=np.intp)
        marks = self.separators
        ours = [ord(one) for one in (marks.element, marks.component, marks.segment, marks.repetition) if one]
        found = found[~np.isin(octets[found], ours)]
        if not len(found) or not len(self.start):
            return np.empty(0, dtype=np.intp)
        segment = np.searchsorted(self.start, found, side="right") - 1
        ends = self.marks[self.first + self.count]
        return np.unique(segment[(segment >= 0) & (found < ends[segment])])

    def _are_line_ends(self, found: Offsets) -> bool:
        """True when these octets are one or two of space behind every segment, as most files have, and no others."""
        ends = self.marks[self.first + self.count]
        for each in (1, 2):
            rows, rest = divmod(len(found), each)
            if not rest and rows <= len(ends):
                behind = ends[:rows, None] + np.arange(1, each + 1)
                if np.array_equal(found.reshape(rows, each), behind):
                    return bool(_IS_SPACE[self.octets[found]].all())
        return False

    def _decoded(self, value: str) -> str:
        return value if self.is_ascii or value.isascii() else decoded(value.encode("latin-1"))


def decoded(value: bytes) -> str:
    """UTF-8 where it is UTF-8, else octet for character: files of both kinds are sent."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def scan(data: bytes, separators: Separators) -> Spans:
    """The spans of every segment in `data`; space and line ends around a segment belong to none, nor do empty segments.

    A last segment without its terminator counts.
    """
    kernels = fast.kernels(len(data))
    return scanned(data, separators) if kernels is None else scanned_by(kernels, data, separators)


def scanned_by(kernels: Kernels, data: bytes, separators: Separators) -> Spans:
    """The same by compiled code."""
    octets = np.frombuffer(data, dtype=np.uint8)
    element, terminator = ord(separators.element), ord(separators.segment)
    marked, ended = kernels.count(octets, element, terminator)
    start, code, count, first = np.empty((4, ended + 1), dtype=np.int64)
    marks = np.empty(marked + 1, dtype=np.int64)
    is_space = _is_space(separators.element, separators.component)
    found = kernels.scan(octets, element, terminator, is_space, start, code, count, first, marks)
    if data[-1:] == separators.segment.encode("latin-1"):
        marks = marks[:-1]
    text = data.decode("latin-1")
    columns = start[:found], code[:found], count[:found], first[:found], marks
    return Spans(data, text, separators, *columns, data.isascii())


@cache
def _is_space(*but: str) -> npt.NDArray[np.bool_]:
    """True for what is space of ASCII, of 256 octets, but for these."""
    return _IS_SPACE & ~np.isin(np.arange(256), [ord(one) for one in but])


def scanned(data: bytes, separators: Separators) -> Spans:
    """The same by numpy."""
    octets = np.frombuffer(data, dtype=np.uint8)
    element, terminator = ord(separators.element), ord(separators.segment)
    delimiters = _delimiters(octets, element, terminator)
    is_end = octets[delimiters] == terminator
    if not len(delimiters) or delimiters[-1] != len(data) - 1 or not is_end[-1]:
        delimiters = np.append(delimiters, len(data))
        is_end = np.append(is_end, True)
    ends_at = np.flatnonzero(is_end)
    first = np.concatenate(([0], ends_at[:-1] + 1)).astype(np.intp)
    end = delimiters[ends_at]
    start = np.concatenate(([0], end[:-1] + 1)).astype(np.intp)
    start, end = _without_space(octets, start, end, separators)
    delimiters[ends_at] = end
    real = end > start
    if not real.all():
        start, first, ends_at = start[real], first[real], ends_at[real]
    code = _codes(octets, start, delimiters[first])
    text = data.decode("latin-1")
    return Spans(data, text, separators, start, code, ends_at - first, first, delimiters, data.isascii())


def _is_padded(octets: npt.NDArray[np.uint8], element: int) -> bool:
    """True when a space stands beside an element separator."""
    is_space = np.zeros(256, dtype=bool)
    is_space[list(SPACE.encode())] = True
    is_space[element] = False
    parts = (octets[begin : begin + _CHUNK + 1] for begin in range(0, len(octets), _CHUNK))
    if not any(_may_be_padded(part, element) for part in parts):
        return False
    low = np.flatnonzero(octets <= ord(" "))
    low = low[is_space[octets[low]]]
    last = len(octets) - 1
    beside = (octets[np.maximum(low - 1, 0)] == element) | (octets[np.minimum(low + 1, last)] == element)
    return bool(beside.any())


def _may_be_padded(octets: npt.NDArray[np.uint8], element: int) -> bool:
    """False when neither a space nor a control character stands beside an element separator."""
    is_low, is_element = octets <= ord(" "), octets == element
    return bool((is_low[1:] & is_element[:-1]).any() or (is_low[:-1] & is_element[1:]).any())


def _delimiters(octets: npt.NDArray[np.uint8], element: int, terminator: int) -> Offsets:
    if len(octets) <= _CHUNK:
        return np.flatnonzero((octets == element) | (octets == terminator))
    parts = ((begin, octets[begin : begin + _CHUNK]) for begin in range(0, len(octets), _CHUNK))
    return np.concatenate([np.flatnonzero((part == element) | (part == terminator)) + at for at, part in parts])


def _without_space(
    octets: npt.NDArray[np.uint8], start: Offsets, end: Offsets, separators: Separators
) -> tuple[Offsets, Offsets]:
    """Starts moved past, ends moved before, the space around each segment; indentation and line ends are no data."""
    space = bytes(one for one in SPACE.encode() if chr(one) not in (separators.element, separators.component))
    is_space = np.zeros(256, dtype=bool)
    is_space[list(space)] = True
    if not len(octets):
        return start, end
    led = np.flatnonzero((start < end) & is_space[octets.take(start, mode="clip")])
    for _ in range(_SHORT):
        start[led] += 1
        if not len(led):
            break
        led = led[(start[led] < end[led]) & is_space[octets.take(start[led], mode="clip")]]
    for segment in led.tolist():
        inside = octets[start[segment] : end[segment]].tobytes()
        start[segment] += len(inside) - len(inside.lstrip(space))
    trailed = np.flatnonzero((start < end) & is_space[octets.take(end - 1, mode="clip")])
    for _ in range(_SHORT):
        if not len(trailed):
            break
        end[trailed] -= 1
        trailed = trailed[(start[trailed] < end[trailed]) & is_space[octets.take(end[trailed] - 1, mode="clip")]]
    for segment in trailed.tolist():
        inside = octets[start[segment] : end[segment]].tobytes()
        end[segment] -= len(inside) - len(inside.rstrip(space))
    return start, end


def _codes(octets: npt.NDArray[np.uint8], start: Offsets, end: Offsets) -> npt.NDArray[np.int64]:
    """Packed ids; 0 where the id has not two or three octets."""
    length = end - start
    first, second, third = (octets.take(start + at, mode="clip").astype(np.int64) for at in range(3))
    third *= length > 2
    code: npt.NDArray[np.int64] = (first | second << 8 | third << 16) * ((length == 2) | (length == 3))
    return code
