"""Sealed values: AES-256-GCM by tink, bound to the place where they stand.

A value moved to another row, column, table or practice does not open (45 CFR 164.312(c)(2)).
"""

from __future__ import annotations

import tink
from tink import aead

from claimkeep.engine.crypto import succession
from claimkeep.engine.terms.errors import SealError


def place(practice: str, table: str, column: str, row: str) -> bytes:
    """Associated data of a sealed value.

    >>> place("p", "patients_patient", "last_name", "r")
    b'claimkeep/1|p|patients_patient|last_name|r'
    """
    return f"claimkeep/1|{practice}|{table}|{column}|{row}".encode()


class Sealer:
    """Seals and opens bytes with one keyset. Failure is one opaque SealError, whatever the cause.

    mark : the octets in front of whatever it seals now; key_ids : every key it opens with, the sealing one first
    """

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self._aead = keyset.primitive(aead.Aead)
        self.key_ids = succession.key_ids(keyset)
        self.mark = succession.mark(self.key_ids[0])
        self._marks = frozenset(map(succession.mark, self.key_ids))

    def knows(self, sealed: bytes) -> bool:
        """True when the value names a key of this keyset; whether it opens is another question."""
        return sealed[: succession.MARK_BYTES] in self._marks

    def seal(self, clear: bytes, where: bytes) -> bytes:
        """Ciphertext with key id and nonce; two seals of one value differ."""
        sealed: bytes = self._aead.encrypt(clear, where)
        return sealed

    def open(self, sealed: bytes, where: bytes) -> bytes:
        """The value. Raises SealError when key, bytes or place are not those of the seal."""
        try:
            clear: bytes = self._aead.decrypt(sealed, where)
        except tink.TinkError as error:
            raise SealError("a sealed value did not open") from error
        return clear
