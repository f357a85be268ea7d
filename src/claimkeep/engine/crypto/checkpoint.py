"""Signed heads of a log, in the form that outside witnesses read: a checkpoint in a signed note.

A *checkpoint* is the log's name, its size, its root and when it was taken, one a line. A *note* is that text, an empty
line, and a line for each signature. Kept by somebody else, it is an anchor: whoever holds the database, the keys and
the owner's powers cannot make another log agree with it.
Source: C2SP tlog-checkpoint and signed-note (Ed25519, RFC 8032).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from claimkeep.engine.crypto.keyring import Signer, Verifier
from claimkeep.engine.terms.errors import AuditError

_ED25519 = b"\x01"
_KEY_ID, _ROOT = 4, 32
_DASH = "\u2014"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a log stood: so many entries under this root, at this time."""

    origin: str
    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        """The lines that are signed."""
        taken = self.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{taken}\n"


def signed(checkpoint: Checkpoint, signer: Signer) -> str:
    """The note: the checkpoint and one signature in the log's name."""
    text = checkpoint.text()
    told = key_id(checkpoint.origin, signer.public) + signer.sign(text.encode())
    return f"{text}\n{_DASH} {checkpoint.origin} {base64.b64encode(told).decode()}\n"


def key_id(origin: str, public: bytes) -> bytes:
    """The four octets by which a signature line names its key."""
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID]


def parse(note: str) -> tuple[Checkpoint, bytes]:
    """The checkpoint of a note, and the octets of its first signature line. Raises AuditError when it is no note."""
    text, gap, signatures = note.replace("\r\n", "\n").partition("\n\n")
    lines = text.split("\n")
    try:
        origin, size, root, taken = lines
        dash, name, encoded = signatures.split("\n")[0].split(" ")
        found = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), datetime.fromisoformat(taken))
        told = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise AuditError("an anchor is no signed checkpoint: four lines, an empty line, a signature") from None
    is_whole = gap and dash == _DASH and name == origin and len(found.root) == _ROOT and found.size >= 0
    if not is_whole or found.at.tzinfo is None or found.text() != f"{text}\n":
        raise AuditError("an anchor is no signed checkpoint: four lines, an empty line, a signature")
    return found, told


def opened(note: str, keys: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint of a note that one of these keys signed. Raises AuditError when none did."""
    found, told = parse(note)
    for one in keys:
        named = told[:_KEY_ID] == key_id(found.origin, one.public)
        if named and one.is_signed(told[_KEY_ID:], found.text().encode()):
            return found
    raise AuditError("an anchor is not signed by a key of this installation")


def notes(text: str) -> list[str]:
    """Every note of a file that holds several, one after another with or without empty lines between."""
    found: list[str] = []
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line or lines:
            lines.append(line)
        if line.startswith(_DASH):
            found.append("\n".join(lines) + "\n")
            lines = []
    if any(lines):
        raise AuditError("an anchor file ends in the middle of a checkpoint")
    return found
