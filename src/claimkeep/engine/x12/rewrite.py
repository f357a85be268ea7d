"""A file taken apart into its segments and put together again, octet for octet.

The octets and the offsets into them are the truth: what nobody changed is written as it came, never formatted anew.
No more of a file is held than a block of it, or all of it when it is UTF-16.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.x12 import segments, separators
from claimkeep.engine.x12.judge import blocks
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import Spans
from claimkeep.engine.x12.separators import Separators


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment, or what stands between two of them.

    elements : the id and the elements of a segment as sent; empty for what is no segment
    separator: the octet that stands between its elements
    between  : terminators, line ends, indentation, text that belongs to no interchange; empty for a segment
    """

    elements: tuple[bytes, ...] = ()
    separator: bytes = b""
    between: bytes = b""

    @property
    def octets(self) -> bytes:
        """The piece as it stands in the file."""
        return self.separator.join(self.elements) if self.elements else self.between


def pieces(data: Octets) -> Iterator[Piece]:
    """Every octet of a file once, in order, as segments and what stands between them.

    Raises X12Error when no interchange header can be read.
    """
    found = blocks.decoded(data)
    for one in _parts(found.octets, found.begin, _first(found)):
        if isinstance(one, Spans):
            yield from _pieces(one)
        else:
            yield Piece(between=one)


def _pieces(spans: Spans) -> Iterator[Piece]:
    data, separator = spans.data, spans.separators.element.encode("latin-1")
    marks = spans.marks.tolist()
    at = 0
    for start, first, count in zip(spans.start.tolist(), spans.first.tolist(), spans.count.tolist(), strict=True):
        if start > at:
            yield Piece(between=data[at:start])
        ends = marks[first : first + count + 1]
        begins = (start, *(end + 1 for end in ends[:-1]))
        yield Piece(tuple(data[a:b] for a, b in zip(begins, ends, strict=True)), separator)
        at = ends[-1]
    if at < len(data):
        yield Piece(between=data[at:])


def rewrite(data: Octets) -> Iterator[bytes]:
    """The same octets, put together from the segments they were taken apart into: what `pieces` joined would be.

    data : any number of interchanges, sound or not; any separators, byte-order marks, UTF-16
    Raises X12Error when no interchange header can be read, before anything is given.
    """
    found = blocks.decoded(data)
    written = (
        bytes(_together(one)) if isinstance(one, Spans) else one
        for one in _parts(found.octets, found.begin, _first(found))
    )
    if found.whole is not None:
        return iter((found.whole.encoded(b"".join(written)),))
    return _behind(data[: found.begin], written)


def _behind(mark: bytes, written: Iterator[bytes]) -> Iterator[bytes]:
    if mark:
        yield mark
    yield from written


def _first(found: blocks.Decoded) -> tuple[int, Separators]:
    """The first header that can be read, and what it names."""
    at: int | None = found.begin
    while at is not None and (at := blocks.next_isa(found.octets, at)) is not None:
        marks = _marks(found.octets, at)
        if marks is not None:
            return at, marks
        at += 1
    raise X12Error("no readable interchange header", place=Place(interchange=1, segment_id="ISA"), cite=blocks.CITE)


def _marks(octets: Octets, at: int) -> Separators | None:
    try:
        return separators.read(octets[at : at + separators.ISA_WIDTH])
    except separators.NotSeparators:
        return None


def _parts(octets: Octets, at: int, header: tuple[int, Separators]) -> Iterator[Spans | bytes]:
    """The segments of each interchange, and the octets that belong to none."""
    begin: int | None = header[0]
    while begin is not None:
        marks = _marks(octets, begin)
        if marks is not None:
            yield from _octets(octets, at, begin)
            here = blocks.Blocks(octets, begin, marks)
            for block, _ in here:
                yield segments.scan(block, marks)
            at = here.end
        begin = blocks.next_isa(octets, at if marks is not None else begin + 1)
    yield from _octets(octets, at, len(octets))


def _octets(octets: Octets, begin: int, end: int) -> Iterator[bytes]:
    for at in range(begin, end, blocks.BLOCK):
        yield octets[at : min(at + blocks.BLOCK, end)]


def _together(spans: Spans) -> bytearray:
    """The octets between the marks as they came, and at each mark inside a segment its separator."""
    written = bytearray(spans.data)
    change = np.zeros(len(spans.marks), dtype=np.int8)
    change[spans.first] += 1
    change[spans.first + spans.count] -= 1
    inside = spans.marks[np.cumsum(change, dtype=np.int8) > 0]
    np.frombuffer(written, dtype=np.uint8)[inside] = ord(spans.separators.element)
    return written
