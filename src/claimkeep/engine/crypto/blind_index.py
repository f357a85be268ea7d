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


def whole(column: str, *values: str) -> str:
    """What the token of a whole value is made of; several values stay apart: folding leaves no bar, so one parts them.

    >>> whole("patients.identity", "O'Brien", "1970-01-31")
    'patients.identity|whole|OBRIEN|19700131'
    """
    return f"{column}|whole|{'|'.join(map(folded, values))}"


def exact(column: str, text: str) -> str:
    """What the token of a text as it is is made of, nothing folded: a changed sign or comma is another text."""
    return f"{column}|exact|{text}"


class BlindIndex:
    """Tokens of one practice. `column` keeps tokens of different columns apart, whole values apart from prefixes.

    keyset : its primary makes the tokens, or the key of this id
    key_id : of the key that makes them
    """

    def __init__(self, keyset: tink.KeysetHandle, key_id: int | None = None) -> None:
        keys = keyset.primitive(prf.PrfSet)
        self.key_id: int = keys.primary_id() if key_id is None else key_id
        self._prf = keys.all()[self.key_id]
        others = [each for each in keys.all() if each != self.key_id] if key_id is None else []
        self._others = tuple(BlindIndex(keyset, each) for each in others)

    def each(self) -> tuple[BlindIndex, ...]:
        """An index for every key of the keyset, the one that makes new tokens first: what was written may be of any."""
        return (self, *self._others)

    def of(self, spelled: str) -> bytes:
        """The token of what `whole` or `exact` spelled."""
        token: bytes = self._prf.compute(spelled.encode(), TOKEN_BYTES)
        return token

    def known_as(self, *spelled: str) -> list[bytes]:
        """The tokens of these spellings under every key: what was written before may carry any of them."""
        return [one.of(text) for one in self.each() for text in spelled]

    def _token(self, column: str, kind: str, text: str) -> bytes:
        return self.of(f"{column}|{kind}|{text}")

    def whole(self, column: str, *values: str) -> bytes:
        """The token of the whole value, or of several that stay apart."""
        return self.of(whole(column, *values))

    def exact(self, column: str, text: str) -> bytes:
        """The token of a text as it is."""
        return self.of(exact(column, text))

    def prefix(self, column: str, beginning: str) -> bytes:
        """The token of a beginning; longer than the longest prefix is cut to it."""
        return self._token(column, "prefix", folded(beginning)[:LONGEST_PREFIX])

    def prefixes(self, column: str, value: str) -> Iterator[bytes]:
        """The tokens of every beginning of 2 to 16 letters."""
        text = folded(value)
        for length in range(SHORTEST_PREFIX, min(len(text), LONGEST_PREFIX) + 1):
            yield self._token(column, "prefix", text[:length])
