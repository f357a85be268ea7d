"""Blind indexes: keyed tokens that find a value without showing it.

Equal values have equal tokens; that is what an index reveals, and all it should. Tokens are cut to 12 bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import tink
from tink import prf

TOKEN_BYTES = 12
SHORTEST_PREFIX = 2
LONGEST_PREFIX = 16


def folded(value: str) -> str:
    """The value as it is searched: letters and digits only, upper case, no accents.

    >>> folded("O'Brien-Núñez 2nd"), folded("1970-01-31")
    ('OBRIENNUNEZ2ND', '19700131')
    """
    plain = unicodedata.normalize("NFKD", value)
    return "".join(c for c in plain if c.isalnum()).upper()


class BlindIndex:
    """Tokens of one practice. `column` keeps tokens of different columns apart, whole values apart from prefixes."""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self._prf = keyset.primitive(prf.PrfSet).primary()

    def _token(self, column: str, kind: str, text: str) -> bytes:
        token: bytes = self._prf.compute(f"{column}|{kind}|{text}".encode(), TOKEN_BYTES)
        return token

    def whole(self, column: str, *values: str) -> bytes:
        """The token of the whole value, or of several that stay apart: folding leaves no bar, so one parts them."""
        return self._token(column, "whole", "|".join(map(folded, values)))

    def exact(self, column: str, text: str) -> bytes:
        """The token of a text as it is, nothing folded: a changed sign or comma is another text."""
        return self._token(column, "exact", text)

    def prefix(self, column: str, beginning: str) -> bytes:
        """The token of a beginning; longer than the longest prefix is cut to it."""
        return self._token(column, "prefix", folded(beginning)[:LONGEST_PREFIX])

    def prefixes(self, column: str, value: str) -> Iterator[bytes]:
        """The tokens of every beginning of 2 to 16 letters."""
        text = folded(value)
        for length in range(SHORTEST_PREFIX, min(len(text), LONGEST_PREFIX) + 1):
            yield self._token(column, "prefix", text[:length])
