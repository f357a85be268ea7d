"""The open keys of this process: kept for a minute at most, wrapped in the database, never written elsewhere.

A keyset that changes is so known to every process within FRESH_S seconds: a rotation waits for that between its steps.
"""

from __future__ import annotations

from time import monotonic
from uuid import UUID

import tink

from claimkeep.apps.vault import keyfiles
from claimkeep.apps.vault.models import SYSTEM, DataKey
from claimkeep.engine.crypto import keyring
from claimkeep.engine.crypto.blind_index import BlindIndex
from claimkeep.engine.crypto.envelope import Sealer
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError

FRESH_S = 60.0
"""Seconds for which an opened keyset is used without a look at whether it is still the one."""

MOST_OPEN = 4096
"""Keysets held open at once; with more practices than that the oldest are read again."""

_sealers: dict[tuple[UUID, Purpose], tuple[float, Sealer]] = {}
_indexes: dict[UUID, tuple[float, BlindIndex]] = {}


def key_place(practice_id: UUID, purpose: Purpose) -> bytes:
    """What a wrapped keyset is bound to."""
    return f"claimkeep/1|{practice_id}|{purpose}".encode()


def wrapped(keyset: tink.KeysetHandle, practice_id: UUID, purpose: Purpose) -> bytes:
    """The keyset as its row holds it: wrapped by the practice's own key, or by the master key where it has none."""
    key = None if practice_id == SYSTEM else keyfiles.practice_key(practice_id)
    return keyring.wrap(keyset, key or keyfiles.master(), key_place(practice_id, purpose))


def unwrapped(row: DataKey) -> tink.KeysetHandle:
    """The keyset of a row. Raises SealError when neither the practice's own key nor the master key opens it."""
    if not row.wrapped:
        raise SealError(f"the keys of practice {row.practice_id} were destroyed: nothing of it can be opened")
    purpose = Purpose(row.purpose)
    own = None if row.practice_id == SYSTEM else keyfiles.practice_key(row.practice_id)
    for key in filter(None, (own, keyfiles.master())):
        try:
            return keyring.unwrap(bytes(row.wrapped), key, key_place(row.practice_id, purpose))
        except SealError:
            continue
    whose = "this installation" if row.practice_id == SYSTEM else f"practice {row.practice_id}"
    raise SealError(f"the {purpose} key of {whose} does not open: the master key or its own key file is another one")


def _keyset(practice_id: UUID, purpose: Purpose) -> tink.KeysetHandle:
    row = _row(practice_id, purpose)
    try:
        return unwrapped(row)
    except SealError:
        again = _row(practice_id, purpose)  # it may have been wrapped anew between the two looks
        if bytes(again.wrapped) == bytes(row.wrapped):
            raise
        return unwrapped(again)


def _row(practice_id: UUID, purpose: Purpose) -> DataKey:
    row = DataKey.objects.filter(practice_id=practice_id, purpose=purpose).first()
    if row is None:
        raise SealError("this practice has no such key")
    return row


def sealer(practice_id: UUID, purpose: Purpose = Purpose.FIELD) -> Sealer:
    """Seals and opens the values of one practice."""
    held = _sealers.get((practice_id, purpose))
    now = monotonic()
    if held is not None and now - held[0] < FRESH_S:
        return held[1]
    found = Sealer(_keyset(practice_id, purpose))
    if len(_sealers) >= MOST_OPEN:
        _sealers.clear()
    _sealers[practice_id, purpose] = (now, found)
    return found


def opened(practice_id: UUID, sealed: bytes, where: bytes, purpose: Purpose = Purpose.FIELD) -> bytes:
    """A value in the clear. A key this process does not know yet is looked for once. Raises SealError."""
    held = sealer(practice_id, purpose)
    if not held.knows(sealed):
        _sealers.pop((practice_id, purpose), None)
        held = sealer(practice_id, purpose)
    return held.open(sealed, where)


def index(practice_id: UUID) -> BlindIndex:
    """The search tokens of one practice, to look for rows with: ask for the tokens of `each` of its keys."""
    held = _indexes.get(practice_id)
    now = monotonic()
    if held is not None and now - held[0] < FRESH_S:
        return held[1]
    found = BlindIndex(_keyset(practice_id, Purpose.INDEX))
    if len(_indexes) >= MOST_OPEN:
        _indexes.clear()
    _indexes[practice_id] = (now, found)
    return found


def index_for_writing(practice_id: UUID) -> BlindIndex:
    """The same to write tokens with, read anew: its key makes them until the caller's transaction ends.

    Two writers of one practice so agree on the token of a person, and a rotation does not change keys between.
    """
    row = DataKey.objects.select_for_update().filter(practice_id=practice_id, purpose=Purpose.INDEX).first()
    if row is None:
        raise SealError("this practice has no such key")
    return BlindIndex(unwrapped(row))


def master_turn() -> None:
    """Until the caller's transaction ends, nobody else wraps a new key by the master key, or takes an old one away."""
    list(DataKey.objects.select_for_update().filter(practice_id=SYSTEM, purpose=Purpose.FIELD))


def signer() -> keyring.Signer:
    """Signs in the name of this installation."""
    return keyring.Signer(_keyset(SYSTEM, Purpose.SIGNATURE))


def verifiers() -> list[keyring.Verifier]:
    """Check what this installation signed, with any key it has had."""
    return keyring.verifiers(_keyset(SYSTEM, Purpose.SIGNATURE))


def forget() -> None:
    """Every open key of this process is dropped; the next use reads it again."""
    _sealers.clear()
    _indexes.clear()
