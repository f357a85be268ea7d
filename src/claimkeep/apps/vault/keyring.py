"""The open keys of this process: read once, wrapped in the database, never written elsewhere."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from uuid import UUID

import tink
from django.conf import settings
from tink import aead

from claimkeep.apps.vault.models import SYSTEM, DataKey
from claimkeep.engine.crypto import keyring
from claimkeep.engine.crypto.blind_index import BlindIndex
from claimkeep.engine.crypto.envelope import Sealer
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError


def key_place(practice_id: UUID, purpose: Purpose) -> bytes:
    """What a wrapped keyset is bound to."""
    return f"claimkeep/1|{practice_id}|{purpose}".encode()


@lru_cache(maxsize=1)
def master() -> aead.Aead:
    """The master key of this installation. Raises SealError when its file is not a keyset."""
    return keyring.open_master(Path(settings.CLAIMKEEP_MASTER_KEY_FILE).read_bytes())


def _keyset(practice_id: UUID, purpose: Purpose) -> tink.KeysetHandle:
    row = DataKey.objects.filter(practice_id=practice_id, purpose=purpose).first()
    if row is None:
        raise SealError("this practice has no such key")
    return keyring.unwrap(bytes(row.wrapped), master(), key_place(practice_id, purpose))


@lru_cache(maxsize=1024)
def sealer(practice_id: UUID, purpose: Purpose = Purpose.FIELD) -> Sealer:
    """Seals and opens the values of one practice."""
    return Sealer(_keyset(practice_id, purpose))


@lru_cache(maxsize=1024)
def index(practice_id: UUID) -> BlindIndex:
    """Makes the search tokens of one practice."""
    return BlindIndex(_keyset(practice_id, Purpose.INDEX))


def signer() -> keyring.Signer:
    """Signs in the name of this installation."""
    return keyring.Signer(_keyset(SYSTEM, Purpose.SIGNATURE))


def verifiers() -> list[keyring.Verifier]:
    """Check what this installation signed, with any key it has had."""
    return keyring.verifiers(_keyset(SYSTEM, Purpose.SIGNATURE))


def forget() -> None:
    """Every open key of this process is dropped; the next use reads it again."""
    master.cache_clear()
    sealer.cache_clear()
    index.cache_clear()
