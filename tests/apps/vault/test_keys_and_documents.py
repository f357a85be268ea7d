"""Keys of a practice are made once; documents open whole, for their practice alone."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from claimkeep.apps.vault import actions, keyring, queries
from claimkeep.apps.vault.models import DataKey, Document, Token
from claimkeep.engine.crypto import keyring as keysets
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import AccessDenied, SealError
from tests.apps.world import NOW, Place

DATA = b"ISA*LASTNAME*FIRSTNAME~" * 40


def keep(here: Place, data: bytes = DATA) -> Document:
    """One document."""
    return actions.keep_document(here.actor.practice_id, kind="received", name="ANSWER", data=data, now=NOW)


def test_a_practice_has_one_key_for_each_purpose_however_often_they_are_made(here: Place) -> None:
    mine = DataKey.objects.filter(practice_id=here.actor.practice_id)
    before = {key.purpose: bytes(key.wrapped) for key in mine.all()}
    assert set(before) == set(Purpose) - {Purpose.SIGNATURE}
    actions.make_keys(here.actor.practice_id, now=NOW)
    assert {key.purpose: bytes(key.wrapped) for key in mine.all()} == before


def test_a_lost_key_is_made_anew_and_the_others_stay(here: Place) -> None:
    mine = DataKey.objects.filter(practice_id=here.actor.practice_id)
    before = {key.purpose: bytes(key.wrapped) for key in mine.all()}
    mine.filter(purpose=Purpose.INDEX).delete()
    actions.make_keys(here.actor.practice_id, now=NOW)
    after = {key.purpose: bytes(key.wrapped) for key in mine.all()}
    assert {purpose for purpose in after if after[purpose] != before[purpose]} == {Purpose.INDEX}


def test_a_key_does_not_serve_another_purpose_or_practice(here: Place, elsewhere: Place) -> None:
    field = DataKey.objects.get(practice_id=here.actor.practice_id, purpose=Purpose.FIELD)
    for practice_id, purpose in (
        (here.actor.practice_id, Purpose.DOCUMENT),
        (elsewhere.actor.practice_id, Purpose.FIELD),
    ):
        DataKey.objects.filter(practice_id=practice_id, purpose=purpose).update(wrapped=bytes(field.wrapped))
        keyring.forget()
        with pytest.raises(SealError):
            keyring.sealer(practice_id, purpose)


def test_nothing_opens_with_another_master_key(here: Place, settings: Any, tmp_path: Path) -> None:
    document = keep(here)
    other = tmp_path / "master.keyset"
    other.write_bytes(keysets.new_master())
    settings.CLAIMKEEP_MASTER_KEY_FILE = str(other)
    keyring.forget()
    with pytest.raises(SealError):
        queries.document_bytes(here.actor.practice_id, document.pk)


@pytest.mark.parametrize("data", [b"", b"\x00", DATA, bytes(300_000)], ids=["empty", "one byte", "text", "large"])
def test_a_document_opens_to_the_bytes_it_was(here: Place, data: bytes) -> None:
    document = keep(here, data)
    assert queries.document_bytes(here.actor.practice_id, document.pk) == data
    assert document.size == len(data)


def test_a_document_stands_sealed(here: Place) -> None:
    document = keep(here)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM vault_document")
        ((stands,),) = cursor.fetchall()
    assert b"LASTNAME" not in bytes(stands) and len(bytes(stands)) > document.size


def test_a_document_of_another_practice_is_not_there(here: Place, elsewhere: Place) -> None:
    document = keep(here)
    for practice_id, key in ((elsewhere.actor.practice_id, document.pk), (here.actor.practice_id, uuid.uuid4())):
        with pytest.raises(AccessDenied):
            queries.document_bytes(practice_id, key)


@pytest.mark.parametrize("fault", ["bit", "kind", "swapped", "practice"])
def test_a_document_that_was_changed_or_moved_does_not_open(here: Place, elsewhere: Place, fault: str) -> None:
    document, other = keep(here), keep(here, b"OTHER")
    stands = bytes(document.sealed)
    mine = Document.objects.filter(pk=document.pk)
    practice_id = here.actor.practice_id
    if fault == "bit":
        mine.update(sealed=stands[:-1] + bytes([stands[-1] ^ 1]))
    elif fault == "kind":
        mine.update(kind="837P")
    elif fault == "swapped":
        mine.update(sealed=bytes(other.sealed))
    else:
        practice_id = elsewhere.actor.practice_id
        mine.update(practice_id=practice_id)
    with pytest.raises(SealError):
        queries.document_bytes(practice_id, document.pk)


def test_a_row_is_found_by_all_of_its_tokens_and_by_no_others(here: Place) -> None:
    mine, other = uuid.uuid4(), uuid.uuid4()
    actions.add_tokens([(b"A", mine), (b"B", mine), (b"A", other)], key_id=1)
    actions.add_tokens([(b"A", mine)], key_id=1)
    assert set(queries.rows_with(b"A")) == {mine, other}
    assert queries.rows_with(b"A", b"B") == [mine]
    assert queries.rows_with(b"A", b"C") == []
    assert len(queries.rows_with(b"A", limit=1)) == 1
    assert sorted(queries.rows_with([b"A", b"C"])) == sorted([mine, other])
    assert queries.rows_with([b"C", b"A"], [b"B", b"D"]) == [mine]
    assert queries.rows_with([b"A", b"B"], [b"B"]) == [mine]
    actions.replace_tokens(mine, [b"C"], key_id=1)
    assert queries.rows_with(b"A") == [other]
    assert Token.objects.filter(row_id=mine).count() == 1
