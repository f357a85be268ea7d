"""A master key on paper: three lists of words, any two of which are the key again, and one of which is nothing.

Words, check sums and the sharing itself are SLIP-39's, by the library of its authors: none of it is ours. What is
shared is the id and the octets of the one key that wraps, so that the keyset made of it is the same keyset.
Source: SLIP-0039 (Shamir's secret sharing for mnemonic codes); 45 CFR 164.308(a)(7)(ii)(B) (recovery).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import shamir_mnemonic
import tink
from shamir_mnemonic.share import Share
from tink import secret_key_access
from tink.proto import aes_gcm_pb2, tink_pb2

from claimkeep.engine.crypto import keyring
from claimkeep.engine.terms.errors import SealError

SHARES, NEEDED = 3, 2
_ID_BYTES, _KEY_BYTES = 4, 32


def of_master(keyset: tink.KeysetHandle) -> list[str]:
    """Three shares of the key that wraps; each pair was put together again before they are given.

    Raises SealError when the keyset holds older keys too: what they wrapped would be lost.
    """
    clear = tink_pb2.Keyset.FromString(tink.proto_keyset_format.serialize(keyset, secret_key_access.TOKEN))
    if len(clear.key) != 1:
        raise SealError("the master key is being changed: end its rotation, then make shares")
    key = aes_gcm_pb2.AesGcmKey.FromString(clear.key[0].key_data.value)
    secret = clear.primary_key_id.to_bytes(_ID_BYTES, "big") + key.key_value
    made: list[str] = shamir_mnemonic.generate_mnemonics(1, [(NEEDED, SHARES)], secret)[0]
    for pair in combinations(made, NEEDED):
        if shamir_mnemonic.combine_mnemonics(list(pair)) != secret:
            raise SealError("the shares that were made do not give the key again: none is shown")
    return made


def master_of(shares: Sequence[str]) -> tink.KeysetHandle:
    """The master keyset that these shares are of. Raises SealError that says which share is wrong, and how."""
    read = [_read(number, share) for number, share in enumerate(shares, start=1)]
    if len({share.identifier for share in read}) > 1:
        raise SealError("these shares are of different keys, or were not made together: their first two words differ")
    if len({share.index for share in read}) < len(read):
        raise SealError("the same share was given twice: two different ones are needed")
    if len(read) < NEEDED:
        raise SealError(f"{NEEDED} shares are needed, and {len(read)} was given")
    try:
        secret = shamir_mnemonic.combine_mnemonics([" ".join(share.words()) for share in read[:NEEDED]])
    except shamir_mnemonic.MnemonicError:
        raise SealError("these shares do not make a key together") from None
    if len(secret) != _ID_BYTES + _KEY_BYTES:
        raise SealError("these shares are not of a master key")
    key = aes_gcm_pb2.AesGcmKey(key_value=secret[_ID_BYTES:])
    data = tink_pb2.KeyData(
        type_url="type.googleapis.com/google.crypto.tink.AesGcmKey",
        value=key.SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    key_id = int.from_bytes(secret[:_ID_BYTES], "big")
    one = tink_pb2.Keyset.Key(key_data=data, status=tink_pb2.ENABLED, key_id=key_id, output_prefix_type=tink_pb2.TINK)
    return keyring.master_keyset(tink_pb2.Keyset(primary_key_id=key_id, key=[one]).SerializeToString())


def _read(number: int, text: str) -> Share:
    """One share. A message names its number, never a word of it."""
    try:
        return Share.from_mnemonic(" ".join(text.split()).lower())
    except (shamir_mnemonic.MnemonicError, ValueError):
        raise SealError(f"share {number} is not as it was printed: a word is wrong, missing or too many") from None
