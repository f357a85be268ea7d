"""Keys that stand in files: the master key, and each practice's own key, wrapped by it.

They are files because a copy of the database must not be enough: what the database wraps opens with them alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import tink
from django.conf import settings
from tink import aead

from claimkeep.engine.crypto import keyring, succession
from claimkeep.engine.terms.errors import SealError, SetupError


def master_file() -> Path:
    """The file of the master key."""
    return Path(settings.CLAIMKEEP_MASTER_KEY_FILE)


def master_keyset() -> tink.KeysetHandle:
    """The master keyset, as its file holds it now. Raises SealError when it is not there or is none."""
    try:
        octets = master_file().read_bytes()
    except OSError:
        raise SealError("the master key file is not here: put it back") from None
    return keyring.master_keyset(octets)


def master() -> aead.Aead:
    """What wraps and unwraps with the master key. Raises SealError as `master_keyset` does."""
    return keyring.wraps_with(master_keyset())


def practice_file(practice_id: UUID) -> Path:
    """The file of a practice's own key."""
    return Path(settings.CLAIMKEEP_PRACTICE_KEYS) / f"{practice_id}.keyset"


def _place(practice_id: UUID) -> bytes:
    return f"claimkeep/1|{practice_id}|practice".encode()


def practice_key(practice_id: UUID) -> aead.Aead | None:
    """The practice's own key, or None while it has no file.

    Raises SealError when the file is another practice's, damaged, or of another master key.
    """
    try:
        wrapped = practice_file(practice_id).read_bytes()
    except FileNotFoundError:
        return None
    return keyring.wraps_with(keyring.unwrap(wrapped, master(), _place(practice_id)))


def make_practice_key(practice_id: UUID) -> aead.Aead:
    """The practice has a key of its own in a file; one that is there already stays."""
    there = practice_key(practice_id)
    if there is not None:
        return there
    fresh = keyring.new_wrapping_keyset()
    replace(practice_file(practice_id), keyring.wrap(fresh, master(), _place(practice_id)))
    return keyring.wraps_with(fresh)


def wrap_again(practice_id: UUID) -> None:
    """The practice's key stands wrapped by the master key that wraps now."""
    _store_practice(practice_id, _practice_keyset(practice_id))


def add_practice_successor(practice_id: UUID) -> None:
    """The practice's own keyset has a new key, which wraps; those before open. A change begun before goes on."""
    keyset = _practice_keyset(practice_id)
    if len(succession.key_ids(keyset)) == 1:
        _store_practice(practice_id, _with_new_primary(keyset))


def drop_practice_predecessors(practice_id: UUID) -> None:
    """The practice's own keyset has only the key that wraps."""
    _store_practice(practice_id, succession.with_primary_only(_practice_keyset(practice_id)))


def add_master_successor() -> int:
    """The master keyset has a new key, which wraps; those before open. A change begun before goes on. The key's id."""
    keyset = master_keyset()
    if len(succession.key_ids(keyset)) == 1:
        keyset = _with_new_primary(keyset)
        replace(master_file(), keyring.master_octets(keyset))
    return succession.key_ids(keyset)[0]


def older_masters() -> tuple[int, ...]:
    """The ids of the master keys that no longer wrap."""
    return succession.key_ids(master_keyset())[1:]


def drop_master_predecessors() -> None:
    """The master keyset has only the key that wraps."""
    replace(master_file(), keyring.master_octets(succession.with_primary_only(master_keyset())))


def _with_new_primary(keyset: tink.KeysetHandle) -> tink.KeysetHandle:
    longer = succession.with_successor(keyset, keyring.new_wrapping_keyset())
    return succession.with_primary(longer, succession.key_ids(longer)[-1])


def _practice_keyset(practice_id: UUID) -> tink.KeysetHandle:
    return keyring.unwrap(practice_file(practice_id).read_bytes(), master(), _place(practice_id))


def _store_practice(practice_id: UUID, keyset: tink.KeysetHandle) -> None:
    replace(practice_file(practice_id), keyring.wrap(keyset, master(), _place(practice_id)))


def practices_with_a_file() -> list[UUID]:
    """The practices that have a key file."""
    folder = Path(settings.CLAIMKEEP_PRACTICE_KEYS)
    return sorted(UUID(file.stem) for file in folder.glob("*.keyset"))


def replace(file: Path, octets: bytes) -> None:
    """The file holds these octets, readable by its owner alone; whenever it is read it is whole, the old or the new.

    Raises SetupError when it cannot be written; then the old one stands.
    """
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as opened:
            opened.write(octets)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(fresh, file)
        _settle_folder(file.parent)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise SetupError(f"{file.name} cannot be written: {error.strerror}; the one there stays") from None


def shred(file: Path) -> None:
    """The file is gone, its octets written over first as far as the disk below allows that."""
    try:
        with file.open("r+b") as opened:
            size = os.fstat(opened.fileno()).st_size
            opened.write(os.urandom(size))
            opened.flush()
            os.fsync(opened.fileno())
    except FileNotFoundError:
        return
    file.unlink(missing_ok=True)
    _settle_folder(file.parent)


def _settle_folder(folder: Path) -> None:
    """What was renamed or removed in the folder survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
