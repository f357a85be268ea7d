"""Keysets by tink: made, wrapped by a master key, opened.

Master key → practice → purpose. A keyset carries key ids, so it can hold old keys beside the one that seals now.
Source: NIST SP 800-57 part 1 §5.3 (a key serves one purpose), 45 CFR 164.312(a)(2)(iv).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import tink
from google.protobuf.message import DecodeError
from tink import aead, prf, secret_key_access, signature
from tink.proto import ed25519_pb2, tink_pb2

from claimkeep.engine.crypto import succession
from claimkeep.engine.terms.errors import SealError

aead.register()
prf.register()
signature.register()


class Purpose(StrEnum):
    """What a keyset is for; one never does another's work."""

    FIELD = "field"
    DOCUMENT = "document"
    INDEX = "index"
    SIGNATURE = "signature"


_ED25519 = signature.signature_key_templates.ED25519
_BARE_ED25519 = tink_pb2.KeyTemplate(type_url=_ED25519.type_url, value=_ED25519.value, output_prefix_type=tink_pb2.RAW)
"""Signatures without a prefix of tink's own: others check them with nothing but the public key."""

_TEMPLATES: Mapping[Purpose, tink_pb2.KeyTemplate] = {
    Purpose.FIELD: aead.aead_key_templates.AES256_GCM,
    Purpose.DOCUMENT: aead.aead_key_templates.AES256_GCM,
    Purpose.INDEX: prf.prf_key_templates.HMAC_SHA256,
    Purpose.SIGNATURE: _BARE_ED25519,
}


def new_keyset(purpose: Purpose) -> tink.KeysetHandle:
    """A fresh random keyset of one key."""
    return tink.new_keyset_handle(_TEMPLATES[purpose])


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


def new_wrapping_keyset() -> tink.KeysetHandle:
    """A fresh keyset of one key that wraps other keysets: a master key, or a practice's own."""
    return tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)


def wraps_with(keyset: tink.KeysetHandle) -> aead.Aead:
    """What wraps and unwraps with this keyset."""
    return keyset.primitive(aead.Aead)


def new_master() -> bytes:
    """A fresh master keyset in the clear: the caller stores it where only its owner can read."""
    return master_octets(new_wrapping_keyset())


def master_octets(keyset: tink.KeysetHandle) -> bytes:
    """A master keyset in the clear, as its file holds it."""
    clear: bytes = tink.proto_keyset_format.serialize(keyset, secret_key_access.TOKEN)
    return clear


def master_keyset(clear: bytes) -> tink.KeysetHandle:
    """The keyset of a master key file. Raises SealError when the bytes are not one."""
    try:
        keyset = tink.proto_keyset_format.parse(clear, secret_key_access.TOKEN)
        keyset.primitive(aead.Aead)
    except tink.TinkError as error:
        raise SealError("the master key file is not a keyset") from error
    return keyset


def open_master(clear: bytes) -> aead.Aead:
    """The master key. Raises SealError when the bytes are not a keyset."""
    return wraps_with(master_keyset(clear))


def wrapped_by(wrapped: bytes) -> int | None:
    """The id of the key that wrapped a keyset, or None when the bytes are no wrapped keyset."""
    try:
        return succession.key_of(tink_pb2.EncryptedKeyset.FromString(wrapped).encrypted_keyset)
    except DecodeError:
        return None


class Signer:
    """Signs with the first key of a keyset. public : its 32 octets, for whoever checks (RFC 8032 5.1.5)"""

    def __init__(self, keyset: tink.KeysetHandle) -> None:
        self._sign = keyset.primitive(signature.PublicKeySign)
        self.public = _public_keys(keyset)[0]

    def sign(self, data: bytes) -> bytes:
        """The 64 octets of the signature."""
        signed: bytes = self._sign.sign(data)
        return signed


class Verifier:
    """Checks what one public key signed."""

    def __init__(self, public: bytes) -> None:
        key = ed25519_pb2.Ed25519PublicKey(key_value=public)
        self.public = public
        data = tink_pb2.KeyData(
            type_url="type.googleapis.com/google.crypto.tink.Ed25519PublicKey",
            value=key.SerializeToString(),
            key_material_type=tink_pb2.KeyData.ASYMMETRIC_PUBLIC,
        )
        one = tink_pb2.Keyset.Key(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
        keyset = tink_pb2.Keyset(primary_key_id=1, key=[one])
        handle = tink.proto_keyset_format.parse_without_secret(keyset.SerializeToString())
        self._verify = handle.primitive(signature.PublicKeyVerify)

    def is_signed(self, signed: bytes, data: bytes) -> bool:
        """True when the signature is of these octets by this key."""
        try:
            self._verify.verify(signed, data)
        except tink.TinkError:
            return False
        return True


def verifiers(keyset: tink.KeysetHandle) -> list[Verifier]:
    """A verifier for each key of a signing keyset, the one that signs now first."""
    return [Verifier(one) for one in _public_keys(keyset)]


def _public_keys(keyset: tink.KeysetHandle) -> list[bytes]:
    clear = tink.proto_keyset_format.serialize_without_secret(keyset.public_keyset_handle())
    found = tink_pb2.Keyset.FromString(clear)
    keys = sorted(found.key, key=lambda one: one.key_id != found.primary_key_id)
    return [ed25519_pb2.Ed25519PublicKey.FromString(one.key_data.value).key_value for one in keys]
