"""A file taken apart into its segments and put together again, octet for octet.

The octets and the offsets into them are the truth: what nobody changed is written as it came, never formatted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from claimkeep.engine.x12 import envelope
from claimkeep.engine.x12.segments import Spans


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


def pieces(data: bytes) -> Iterator[Piece]:
    """Every octet of a file once, in order, as segments and what stands between them.

    Raises X12Error when no interchange header can be read.
    """
    octets = envelope.decoded(data).octets
    at = 0
    for interchange in envelope.read(data).interchanges:
        if interchange.begin > at:
            yield Piece(between=octets[at : interchange.begin])
        yield from _pieces(envelope.whole(octets, interchange))
        at = interchange.end
    if at < len(octets):
        yield Piece(between=octets[at:])


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


def rewrite(data: bytes) -> bytes:
    """The same octets, put together from the segments they were taken apart into: what `pieces` joined would be.

    data : any number of interchanges, sound or not; any separators, byte-order marks, UTF-16
    Raises X12Error when no interchange header can be read.
    """
    read = envelope.read(data).interchanges
    octets = envelope.decoded(data)
    written: list[bytes | bytearray] = []
    at = 0
    for interchange in read:
        written += (octets.octets[at : interchange.begin], _together(envelope.whole(octets.octets, interchange)))
        at = interchange.end
    return octets.encoded(b"".join((*written, octets.octets[at:])))


def _together(spans: Spans) -> bytearray:
    """The octets between the marks as they came, and at each mark inside a segment its separator."""
    written = bytearray(spans.data)
    change = np.zeros(len(spans.marks), dtype=np.int8)
    change[spans.first] += 1
    change[spans.first + spans.count] -= 1
    inside = spans.marks[np.cumsum(change, dtype=np.int8) > 0]
    np.frombuffer(written, dtype=np.uint8)[inside] = ord(spans.separators.element)
    return written
