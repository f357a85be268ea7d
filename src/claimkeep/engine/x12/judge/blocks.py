"""The octets of one interchange after another, some whole segments at a time: nothing here holds a file.

An interchange begins with an ISA that can be read. It ends after its IEA, before the next ISA, or with the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import decoding, separators
from claimkeep.engine.x12.judge.look import true_in
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.separators import Separators

BLOCK = 1 << 18
"""Octets given at once, and what is missing to the end of a segment: what is made of them stays in cache."""

MOST_SEGMENT = 1 << 22
"""Octets of the longest segment that is looked at; with one that is longer an interchange is over."""

_NEAR = 1 << 12
"""Octets first looked at for the end of an interchange; each further look takes in twice as many."""

CITE = "005010X222A1 C.1"
"""Where the envelope is described."""

_MARKS = 4
"""Octets that tell how a file is written."""

_A, _E, _I, _S = b"AEIS"
_ISA = re.compile(rb"ISA(?<![A-Za-z0-9]ISA)[^A-Za-z0-9 \r\n]")
_BEFORE, _AFTER = 1, 3
"""Octets before and after the first of an ISA that tell it from a word."""

_NOTHING = b" \t\r\n\v\f\x00\x1a"
"""Octets that may stand between interchanges and mean nothing: space, line ends, padding, an old end-of-file mark."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The octets of a file, each a character for all that X12 itself writes; the first is at `begin`.

    whole : how they were written, when they do not stand as they came: UTF-16 is held whole
    """

    octets: Octets
    begin: int = 0
    whole: decoding.Decoded | None = None


def decoded(data: Octets) -> Decoded:
    """The file without its byte-order mark. Raises X12Error when it is marked as UTF-16 and is not."""
    try:
        first = decoding.decoded(data[:_MARKS])
    except X12Error:
        first = decoding.decoded(data[:])
    if not first.encoding:
        return Decoded(data, len(first.mark))
    whole = decoding.decoded(data[:])
    return Decoded(whole.octets, whole=whole)


def next_isa(octets: Octets, at: int) -> int | None:
    """Where the next ISA stands; None where there is none."""
    width = _NEAR
    while at < len(octets):
        begin = max(at - _BEFORE, 0)
        found = _ISA.search(octets[begin : at + width + _AFTER], at - begin)
        if found is not None:
            return begin + found.start()
        at, width = at + width, min(width * 2, BLOCK)
    return None


def is_text(octets: Octets, begin: int, end: int) -> bool:
    """True when something stands between two places that means something."""
    return any(octets[at : min(at + BLOCK, end)].strip(_NOTHING) for at in range(begin, end, BLOCK))


@dataclass(slots=True)
class Blocks:
    """One interchange from its ISA on. Once all blocks are given, `end` is where it ended.

    `is_broken` when a segment was too long to look at; the interchange ended before it.
    """

    octets: Octets
    begin: int
    marks: Separators
    end: int = 0
    is_broken: bool = False
    least: int = 0

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        """Whole segments with their terminators, and whether they are the last."""
        terminator = self.marks.segment.encode("latin-1")
        at, width, rest, searched = self.begin, min(_NEAR, BLOCK), b"", separators.ISA_WIDTH
        while True:
            new = self.octets[at : at + width]
            at, width = at + len(new), min(width * 2, BLOCK)
            held = rest + new
            start, is_last = at - len(held), at >= len(self.octets)
            end = _end(held, searched, self.marks, is_last=is_last)
            if end is not None:
                held, is_last = held[:end], True
            too_long = _too_long(held, terminator)
            if too_long is not None:
                held, is_last, self.is_broken = held[:too_long], True, True
            if is_last:
                self.end = start + len(held)
                yield held, True
                return
            cut = held.rfind(terminator) + 1
            rest, searched = held, max(searched, cut)
            if cut and len(held) >= max(BLOCK, self.least):
                yield held[:cut], False
                rest, searched = held[cut:], searched - cut
            width = max(width, len(rest))


def _end(held: bytes, begin: int, marks: Separators, *, is_last: bool) -> int | None:
    """Where the interchange ends among octets that begin with a segment; None where that is not yet to be seen."""
    terminator = marks.segment.encode("latin-1")
    trailer = b"IEA" + marks.element.encode("latin-1")
    here = np.frombuffer(held, dtype=np.uint8)[begin:]
    is_control = (here[:-2] == _I) & (here[2:] == _A) & ((here[1:-1] == _S) | (here[1:-1] == _E))
    places: list[int] = (true_in(is_control) + begin).tolist()
    for at in places:
        is_trailer = held.startswith(trailer, at)
        if (is_trailer or _ISA.match(held, at)) and _begins_segment(held, at, terminator):
            if not is_trailer:
                return at
            stop = held.find(terminator, at)
            return stop + 1 if stop >= 0 else len(held) if is_last else None
    return None


def _begins_segment(held: bytes, at: int, terminator: bytes) -> bool:
    """True when nothing but space stands between this place and a segment terminator, or the first octet."""
    while held[at - 1 : at] in (b" ", b"\t", b"\r", b"\n") and held[at - 1 : at] != terminator:
        at -= 1
    return not at or held[at - 1 : at] == terminator


def _too_long(held: bytes, terminator: bytes) -> int | None:
    """Where the first segment begins that is too long to look at."""
    if len(held) <= MOST_SEGMENT:
        return None
    ends = true_in(np.frombuffer(held, dtype=np.uint8) == terminator[0])
    begins = np.concatenate(([0], ends + 1))
    found = true_in(np.append(ends, len(held)) - begins > MOST_SEGMENT)
    return int(begins[found[0]]) if len(found) else None
