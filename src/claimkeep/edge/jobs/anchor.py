"""Heads of the audit log given to somebody else: what they keep, no owner of this database can undo."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from claimkeep.apps.audit import actions, queries
from claimkeep.apps.vault import keyring
from claimkeep.engine.crypto import checkpoint
from claimkeep.engine.crypto.checkpoint import Checkpoint
from claimkeep.engine.terms.errors import AuditError, SetupError

EVERY = timedelta(hours=1)
"""How long the log may grow without an anchor when a place for anchors is set."""


def anchor(file: Path | None, *, now: datetime) -> str:
    """The head of the log, signed; it also stands at the end of `file`, once.

    Raises AuditError when the log is empty, SetupError when the file cannot be written.
    """
    note = actions.sign_head(keyring.signer(), now=now)
    if file is not None:
        try:
            _append(file, note)
        except OSError as error:
            raise SetupError(f"an anchor cannot be written to {file.name}: {error.strerror}") from None
    return note


def anchor_when_due(file: Path, *, now: datetime) -> bool:
    """True when an anchor was written: the log has grown, and the last anchor is older than an hour or is not there."""
    size = queries.size()
    # What the file holds decides: a head that was signed for something else was given to nobody who keeps it.
    last = opened(file)[-1] if file.exists() else None
    if not size or (last is not None and (now - last.at < EVERY or last.size == size)):
        return False
    anchor(file, now=now)
    return True


def opened(file: Path) -> list[Checkpoint]:
    """The heads a file keeps, each signed by this installation. Raises AuditError, or SetupError when unreadable."""
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError):
        raise SetupError(
            f"the anchors in {file.name} cannot be read; `claimkeep audit anchor` writes the first"
        ) from None
    keys = keyring.verifiers()
    found = [checkpoint.opened(one, keys) for one in checkpoint.notes(text)]
    if not found:
        raise AuditError(f"{file.name} holds no anchor")
    return found


def given_out() -> list[Checkpoint]:
    """The heads this database says were signed. Raises AuditError for one that no key of this installation signed."""
    keys = keyring.verifiers()
    return [checkpoint.opened(note, keys) for note in queries.signed_heads()]


def _append(file: Path, note: str) -> None:
    """Adds the note and waits until it is on the disk; a file that ends with it already is left."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    with os.fdopen(descriptor, "r+b") as opened_file:
        octets = note.encode()
        opened_file.seek(0, os.SEEK_END)
        opened_file.seek(max(0, opened_file.tell() - len(octets)))
        if opened_file.read() != octets:
            opened_file.write(octets)
            opened_file.flush()
            os.fsync(opened_file.fileno())
