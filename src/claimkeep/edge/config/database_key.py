"""The embedded database's key beside the database, sealed by the master key: shares on paper so bring back both."""

from __future__ import annotations

from pathlib import Path

from tink import aead

from claimkeep.apps.vault import keyfiles
from claimkeep.edge.config import environment, files
from claimkeep.engine.terms.errors import SetupError

_PLACE = b"claimkeep/1|database.key"


def seal(kept: files.Kept) -> None:
    """The database's key stands sealed beside the database, under the master key that wraps now."""
    if not environment.database_url():
        keyfiles.replace(_file(kept), keyfiles.master().encrypt(kept.database_key.read_bytes(), _PLACE))


def restore(kept: files.Kept, master: aead.Aead) -> bool:
    """True when the database's key was not here and is again. Raises SetupError when it does not open."""
    import tink

    if kept.database_key.exists() or not _file(kept).exists():
        return False
    try:
        clear = master.decrypt(_file(kept).read_bytes(), _PLACE)
    except tink.TinkError:
        raise SetupError(f"{_file(kept).name} is of another master key than these shares") from None
    files.write_secret(kept.database_key, clear)
    return True


def _file(kept: files.Kept) -> Path:
    return kept.database.with_name("database.key.sealed")
