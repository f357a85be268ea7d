"""Signed heads: what one key signed is read back, and nothing else is."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.crypto import checkpoint, keyring
from claimkeep.engine.crypto.checkpoint import Checkpoint
from claimkeep.engine.terms.errors import AuditError

KEYSET = keyring.new_keyset(keyring.Purpose.SIGNATURE)
SIGNER, KEYS = keyring.Signer(KEYSET), keyring.verifiers(KEYSET)
HEAD = Checkpoint("claimkeep/00000000", 5, bytes(range(32)), datetime(2026, 3, 2, 15, tzinfo=UTC))
NOTE = checkpoint.signed(HEAD, SIGNER)


@given(size=st.integers(0, 2**50), root=st.binary(min_size=32, max_size=32), at=st.datetimes(timezones=st.just(UTC)))
def test_what_was_signed_is_read_back(size: int, root: bytes, at: datetime) -> None:
    head = Checkpoint("claimkeep/00000000", size, root, at.replace(microsecond=0))
    assert checkpoint.opened(checkpoint.signed(head, SIGNER), KEYS) == head


def test_the_signature_is_plain_ed25519_over_the_lines_above_it() -> None:
    text, _, line = NOTE.partition("\n\n")
    told = base64.b64decode(line.split()[2])
    Ed25519PublicKey.from_public_bytes(SIGNER.public).verify(told[4:], f"{text}\n".encode())
    assert told[:4] == checkpoint.key_id(HEAD.origin, SIGNER.public)


@given(at=st.integers(0, len(NOTE) - 1), sign=st.sampled_from("A7 \n—"))
def test_a_changed_character_is_refused(at: int, sign: str) -> None:
    changed = NOTE[:at] + sign + NOTE[at + 1 :]
    if changed.rstrip("\n") == NOTE.rstrip("\n"):
        return
    with pytest.raises(AuditError):
        checkpoint.opened(changed, KEYS)


def test_another_installations_key_does_not_open_it() -> None:
    with pytest.raises(AuditError, match="not signed by a key of this installation"):
        checkpoint.opened(NOTE, keyring.verifiers(keyring.new_keyset(keyring.Purpose.SIGNATURE)))


@pytest.mark.parametrize(
    "text", ["", "claimkeep", "a\nb\nc\nd\n\n— a x\n", NOTE.replace("=", ""), NOTE.replace("5", "-5")]
)
def test_what_is_no_note_is_told_in_one_line(text: str) -> None:
    with pytest.raises(AuditError) as told:
        checkpoint.opened(text, KEYS)
    assert "\n" not in str(told.value)


def test_a_file_of_notes_gives_each_in_its_order() -> None:
    other = checkpoint.signed(Checkpoint(HEAD.origin, 9, bytes(32), HEAD.at), SIGNER)
    assert [checkpoint.opened(one, KEYS).size for one in checkpoint.notes(f"{NOTE}\n\n{other}{NOTE}")] == [5, 9, 5]
    assert checkpoint.notes("\n") == []
    with pytest.raises(AuditError, match="in the middle"):
        checkpoint.notes(NOTE + NOTE[:30])
