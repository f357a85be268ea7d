"""Keys that follow each other in one keyset: a new one is added, later it seals, at last the old ones go.

A key is known by its id, which stands in front of everything it sealed; so what a key still holds can be counted
without opening anything. The *primary* seals; all of them open.
Source: NIST SP 800-57 part 1 5.3.4-5.3.6 (a key's cryptoperiod ends), tink's wire format (0x01, key id, ciphertext).
"""

from __future__ import annotations

import tink
from tink import secret_key_access
from tink.proto import tink_pb2

from claimkeep.engine.terms.errors import SealError

_TINK = b"\x01"
MARK_BYTES = 5
"""How much of a sealed value says which key sealed it."""


def mark(key_id: int) -> bytes:
    """The octets in front of what this key sealed.

    >>> mark(258)
    b'\\x01\\x00\\x00\\x01\\x02'
    """
    return _TINK + key_id.to_bytes(4, "big")


def key_of(sealed: bytes) -> int | None:
    """The id of the key that sealed a value, or None when it is no sealed value.

    >>> key_of(mark(258) + b"..."), key_of(b"LASTNAME")
    (258, None)
    """
    if len(sealed) < MARK_BYTES or sealed[:1] != _TINK:
        return None
    return int.from_bytes(sealed[1:MARK_BYTES], "big")


def key_ids(keyset: tink.KeysetHandle) -> tuple[int, ...]:
    """The ids of the keys of a keyset: the primary first, then the others as they were added."""
    info = keyset.keyset_info()
    others = [key.key_id for key in info.key_info if key.key_id != info.primary_key_id]
    return (info.primary_key_id, *others)


def with_successor(keyset: tink.KeysetHandle, fresh: tink.KeysetHandle) -> tink.KeysetHandle:
    """The keyset with the one key of `fresh` added: it opens, and does not seal yet.

    Raises SealError when a key of that id is there already.
    """
    held, new = _clear(keyset), _clear(fresh)
    if new.primary_key_id in {key.key_id for key in held.key}:
        raise SealError("a new key has the id of an old one")
    held.key.extend(new.key)
    return _handle(held)


def with_primary(keyset: tink.KeysetHandle, key_id: int) -> tink.KeysetHandle:
    """The keyset in which this key seals."""
    held = _clear(keyset)
    held.primary_key_id = key_id
    return _handle(held)


def with_primary_only(keyset: tink.KeysetHandle) -> tink.KeysetHandle:
    """The keyset without the keys that no longer seal."""
    held = _clear(keyset)
    kept = [key for key in held.key if key.key_id == held.primary_key_id]
    return _handle(tink_pb2.Keyset(primary_key_id=held.primary_key_id, key=kept))


def _clear(keyset: tink.KeysetHandle) -> tink_pb2.Keyset:
    return tink_pb2.Keyset.FromString(tink.proto_keyset_format.serialize(keyset, secret_key_access.TOKEN))


def _handle(keyset: tink_pb2.Keyset) -> tink.KeysetHandle:
    try:
        return tink.proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
    except tink.TinkError as error:
        raise SealError("a keyset does not hold the keys it should") from error
