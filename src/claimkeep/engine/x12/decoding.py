"""Bytes as they came -> octets that are one a character: byte-order marks and UTF-16."""

from __future__ import annotations

from dataclasses import dataclass

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.x12.octets import Octets

_CITE = "005010X222A1 C.1"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The octets of a file, one a character for all that X12 itself writes, and how they were written.

    mark : the byte-order mark that stood before them; encoding : empty when they stand as they came
    """

    octets: Octets
    mark: bytes = b""
    encoding: str = ""

    def encoded(self, octets: bytes) -> bytes:
        """Octets written as this file was."""
        return self.mark + (octets.decode().encode(self.encoding) if self.encoding else octets)


@dataclass(frozen=True, slots=True)
class _Behind:
    """Octets without the first few."""

    octets: Octets
    skipped: int

    def __len__(self) -> int:
        return len(self.octets) - self.skipped

    def __getitem__(self, where: slice, /) -> bytes:
        begin, end, step = where.indices(len(self))
        return self.octets[begin + self.skipped : max(begin, end) + self.skipped : step]


def decoded(data: Octets) -> Decoded:
    """The file without its byte-order mark. UTF-16 is held whole, else only what is asked for.

    Raises X12Error when it is marked as UTF-16 and is not.
    """
    begin = data[:4]
    if begin.startswith(b"\xef\xbb\xbf"):
        return Decoded(data[3:] if isinstance(data, bytes) else _Behind(data, 3), begin[:3])
    wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(begin[:2])
    if wide is None:
        wide = {b"I\0S\0": "utf-16-le", b"\0I\0S": "utf-16-be"}.get(begin)
    if wide is None:
        return Decoded(data)
    whole = data[:]
    try:
        text = whole.decode(wide)
    except UnicodeDecodeError:
        raise X12Error("the file is marked as UTF-16 and is not", place=Place(interchange=1), cite=_CITE) from None
    bare = text.lstrip("\ufeff")
    return Decoded(bare.encode(), whole[: 2 * (len(text) - len(bare))], wide)
