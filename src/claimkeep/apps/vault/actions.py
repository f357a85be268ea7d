"""Writes of the vault: keys of a practice, tokens of a row, documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from claimkeep.apps.vault import keyfiles, keyring
from claimkeep.apps.vault.models import SYSTEM, DataKey, Document, Token
from claimkeep.apps.vault.queries import document_place
from claimkeep.engine.crypto import keyring as keysets
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.keyring import Purpose


@transaction.atomic
def make_keys(practice_id: UUID, *, now: datetime) -> None:
    """The practice has a keyset for every purpose, and the system alone one to sign; those it had stay as they are."""
    there = set(DataKey.objects.filter(practice_id=practice_id).values_list("purpose", flat=True))
    keyring.master_turn()
    if not there and practice_id != SYSTEM:
        keyfiles.make_practice_key(practice_id)
    for purpose in Purpose:
        if purpose not in there and (purpose is not Purpose.SIGNATURE or practice_id == SYSTEM):
            keyset = keysets.new_keyset(purpose)
            DataKey.objects.create(
                practice_id=practice_id,
                purpose=purpose,
                wrapped=keyring.wrapped(keyset, practice_id, purpose),
                created_at=now,
                mark=succession.mark(succession.key_ids(keyset)[0]),
            )


def add_tokens(tokens: Iterable[tuple[bytes, UUID]], *, key_id: int) -> None:
    """The rows can be found by these tokens, made by the index key of this id; one there already is left."""
    rows = [Token(token=token, row_id=row_id, key_id=key_id) for token, row_id in tokens]
    Token.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)


def replace_tokens(row_id: UUID, tokens: Iterable[bytes], *, key_id: int) -> None:
    """The row is found by these tokens and no others."""
    Token.objects.filter(row_id=row_id).delete()
    add_tokens(((token, row_id) for token in tokens), key_id=key_id)


def keep_document(practice_id: UUID, *, kind: str, name: str, data: bytes, now: datetime) -> Document:
    """The file is kept, sealed."""
    row = Document(
        practice_id=practice_id,
        kind=kind,
        name=name,
        sha256=hashlib.sha256(data).digest(),
        size=len(data),
        created_at=now,
    )
    row.sealed = keyring.sealer(practice_id, Purpose.DOCUMENT).seal(data, document_place(row))
    row.save(force_insert=True)
    return row
