"""Keysets by tink: made, wrapped by a master key, opened.

Master key → practice → purpose. A keyset carries key ids, so it can hold old keys beside the one that seals now.
Source: NIST SP 800-57 part 1 §5.3 (a key serves one purpose), 45 CFR 164.312(a)(2)(iv).
"""

from __future__ import annotations

from enum import StrEnum

import tink
from tink import aead, prf, secret_key_access
from tink.proto import tink_pb2

from claimkeep.engine.terms.errors import SealError

aead.register()
prf.register()


class Purpose(StrEnum):
    """What a keyset is for; one never does another's work."""

    FIELD = "field"
    DOCUMENT = "document"
    INDEX = "index"


def _template(purpose: Purpose) -> tink_pb2.KeyTemplate:
    return prf.prf_key_templates.HMAC_SHA256 if purpose is Purpose.INDEX else aead.aead_key_templates.AES256_GCM


def new_keyset(purpose: Purpose) -> tink.KeysetHandle:
    """A fresh random keyset of one key."""
    return tink.new_keyset_handle(_template(purpose))


def wrap(keyset: tink.KeysetHandle, master: aead.Aead, place: bytes) -> bytes:
    """The keyset encrypted by the master key and bound to its place (practice and purpose)."""
    wrapped: bytes = tink.proto_keyset_format.serialize_encrypted(keyset, master, place)
    return wrapped


def unwrap(wrapped: bytes, master: aead.Aead, place: bytes) -> tink.KeysetHandle:
    """The keyset again. Raises SealError when the master key is another one, or the bytes or their place changed."""
    try:
        return tink.proto_keyset_format.parse_encrypted(wrapped, master, place)
    except tink.TinkError as error:
        raise SealError("a wrapped keyset does not open with this master key") from error


def new_master() -> bytes:
    """A fresh master keyset in the clear: the caller stores it where only its owner can read."""
    keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    clear: bytes = tink.proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)
    return clear


def open_master(clear: bytes) -> aead.Aead:
    """The master key. Raises SealError when the bytes are not a keyset."""
    try:
        return tink.proto_keyset_format.parse(clear, secret_key_access.TOKEN).primitive(aead.Aead)
    except tink.TinkError as error:
        raise SealError("the master key file is not a keyset") from error
