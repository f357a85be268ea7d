"""Octets -> the control segments of one interchange, window by window: where its sets stand, not what they say.

Every segment is counted and seven ids are looked for; so a file of any size is gone through in bounded memory, and the
octets of one set can then be read by themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12 import segments
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import SPACE, Offsets
from claimkeep.engine.x12.separators import Separators

WINDOW = 1 << 18
"""Octets looked at once."""

_CONTROLS = ("GS", "ST", "SE", "GE", "TA1", "IEA")
SERVICES = ("SV1", "SV2", "SV3")
"""The service segment of each claim guide (005010X222A1, 005010X223A2, 005010X224A2 2400)."""

_ISA = re.compile(rb"ISA[^A-Za-z0-9 \r\n]")
_LINE = re.compile(rb"[\r\n]")
_SPACE = SPACE.encode()

_MOST = 1 << 16
"""Octets of a control segment that are looked at; what is longer is none that could agree with anything."""

_SHORT = 8
"""Octets of space that all segments of a window lose together; more is taken off segment by segment."""


def _beginnings() -> npt.NDArray[np.bool_]:
    """By the first two octets of a segment: true where it may be one that is looked for."""
    found = np.zeros(1 << 16, dtype=np.bool_)
    for one in (*_CONTROLS, *SERVICES, "ISA"):
        found[int.from_bytes(one[:2].encode(), "little")] = True
    return found


_MAY_BE_ONE = _beginnings()
_LONG = [int.from_bytes(one.encode(), "little") for one in ("TA1", "IEA", "ISA")]
_IN_AN_ID = np.array([chr(one).isascii() and chr(one).isalnum() for one in range(256)])


@dataclass(frozen=True, slots=True)
class Control:
    """A control segment: its ordinal in the interchange from 0, its octets from `begin` to `end`, what it says.

    services : which service segments stand between it and the next control segment
    """

    segment: int
    begin: int
    end: int
    elements: tuple[str, ...]
    services: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """GS, ST, SE, GE, TA1 or IEA."""
        return self.elements[0]

    def element(self, number: int) -> str:
        """One element without surrounding space; empty when the segment is shorter."""
        return self.elements[number] if number < len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Outline:
    """What `outline` found: the ISA and the control segments, how many segments there are, where all of it ends.

    end   : after the last octet of the interchange, its terminator left out
    after : where the next interchange may begin
    """

    header: Control
    controls: tuple[Control, ...]
    segments: int
    end: int
    after: int


def outline(octets: Octets, begin: int, marks: Separators) -> Outline:
    """The control segments from an ISA to its IEA, the next ISA or the end of the file."""
    walk = _Walk(octets, begin, marks)
    at = begin
    while at < len(octets) and walk.stop is None:
        at = walk.window(at)
    end, after = walk.stop or (len(octets), len(octets))
    header, *controls = walk.controls
    return Outline(header, tuple(controls), walk.count, end, after)


class _Walk:
    """The windows of one interchange, in order."""

    def __init__(self, octets: Octets, begin: int, marks: Separators) -> None:
        self.octets = octets
        self.begin = begin
        self.marks = marks
        self.terminator = marks.segment.encode("latin-1")
        self.trailer = b"IEA" + marks.element.encode("latin-1")
        self.space = bytes(one for one in SPACE.encode() if chr(one) not in (marks.element, marks.component))
        self.is_space = np.isin(np.arange(256), list(self.space))
        self.codes = [int.from_bytes(one.encode(), "little") for one in SERVICES]
        self.count = 0
        self.controls: list[Control] = []
        self.stop: tuple[int, int] | None = None

    def window(self, at: int) -> int:
        """Takes whole segments from here on; -> where the next window begins."""
        data = self.octets[at : at + WINDOW]
        whole = len(data) if at + len(data) >= len(self.octets) else data.rfind(self.terminator) + 1
        if not whole:
            return self._long(at, data)
        padded = np.frombuffer(data + bytes(8), dtype=np.uint8)
        found = padded[:whole]
        ends = np.flatnonzero(found == ord(self.marks.segment))
        if not len(ends) or ends[-1] != whole - 1:
            ends = np.append(ends, whole)
        starts = np.empty_like(ends)
        starts[0], starts[1:] = 0, ends[:-1] + 1
        starts = self._without_space(data, padded, starts, ends)
        real = starts < ends
        if not real.all():
            starts, ends = starts[real], ends[real]
        self._segments(at, data, padded, starts, ends)
        return at + whole

    def _long(self, at: int, data: bytes) -> int:
        """One segment that is longer than a window."""
        end = at + len(data)
        is_real = bool(data.strip(self.space))
        while end < len(self.octets):
            part = self.octets[end : end + WINDOW]
            stop = part.find(self.terminator)
            is_real = is_real or bool(part[: stop if stop >= 0 else None].strip(self.space))
            if stop >= 0:
                self.count += is_real
                return end + stop + 1
            end += len(part)
        self.count += is_real
        return end

    def _without_space(self, data: bytes, padded: npt.NDArray[np.uint8], starts: Offsets, ends: Offsets) -> Offsets:
        led = np.flatnonzero(self.is_space[padded[starts]] & (starts < ends))
        for _ in range(_SHORT):
            if not len(led):
                return starts
            starts[led] += 1
            led = led[(starts[led] < ends[led]) & self.is_space[padded[starts[led]]]]
        for segment in led.tolist():
            inside = data[starts[segment] : ends[segment]]
            starts[segment] += len(inside) - len(inside.lstrip(self.space))
        return starts

    def _segments(self, at: int, data: bytes, padded: npt.NDArray[np.uint8], starts: Offsets, ends: Offsets) -> None:
        """Counts the segments of a window, and keeps those that are control segments."""
        words = np.ndarray((len(data) + 5,), dtype="<u4", buffer=padded.data, strides=(1,))[starts]
        may_be = np.flatnonzero(_MAY_BE_ONE[words & 0xFFFF])
        codes = words[may_be] & 0xFFFFFF
        # A control segment has one of the long ids, or its short one and then something that is none of an id.
        is_control = ~_IN_AN_ID[codes >> 16]
        for code in _LONG:
            is_control |= codes == code
        kept: list[int] = []
        count = len(starts)
        for index in may_be[is_control].tolist():
            begin, end = at + int(starts[index]), at + int(ends[index])
            raw = data[begin - at : min(end - at, begin - at + _MOST)]
            if begin > self.begin and _ISA.match(raw):
                self.stop, count = (begin, begin), index
                break
            if raw.startswith(self.trailer):
                cut = _LINE.search(raw)
                raw, end = (raw, end) if cut is None else (raw[: cut.start()], begin + cut.start())
                self.stop, count = (end, min(end + 1, len(self.octets))), index + 1
            elements = self._elements(raw)
            if elements[0] in _CONTROLS or begin == self.begin:
                kept.append(index)
                self.controls.append(Control(self.count + index, begin, end, elements))
            if self.stop is not None:
                break
        for code, name in zip(self.codes, SERVICES, strict=True):
            where = may_be[codes == code]
            where = where[where < count]
            after = np.searchsorted(kept, where) - len(kept)
            for owner in np.unique(after).tolist():
                mine = where[after == owner]
                if any(self._elements(data[starts[one] : ends[one]])[0] == name for one in mine.tolist()):
                    self.controls[owner - 1].services.add(name)
        self.count += count

    def _elements(self, raw: bytes) -> tuple[str, ...]:
        """Id and elements of one segment, without surrounding space."""
        identity, *elements = raw.rstrip(self.space).split(self.marks.element.encode("latin-1"))
        return identity.decode("latin-1"), *(segments.decoded(one.strip(_SPACE)) for one in elements)
