"""Reads of the vault: finding rows by token, opening documents."""

from __future__ import annotations

from uuid import UUID

from claimkeep.apps.vault import keyring
from claimkeep.apps.vault.models import Document, Token
from claimkeep.engine.crypto.envelope import place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import AccessDenied


def rows_with(*tokens: bytes, limit: int | None = None) -> list[UUID]:
    """The ids of the rows that carry every one of these tokens."""
    rows = Token.objects.filter(token=tokens[0]).values_list("row_id", flat=True)
    for token in tokens[1:]:
        rows = rows.filter(row_id__in=Token.objects.filter(token=token).values("row_id"))
    return list(rows if limit is None else rows[:limit])


def document_bytes(practice_id: UUID, document_id: UUID) -> bytes:
    """A document in the clear. Raises AccessDenied when this practice has none such, SealError when it was changed."""
    row = Document.objects.filter(practice_id=practice_id, pk=document_id).first()
    if row is None:
        raise AccessDenied("there is no such document here")
    return keyring.sealer(practice_id, Purpose.DOCUMENT).open(bytes(row.sealed), document_place(row))


def document_place(row: Document) -> bytes:
    """What a sealed document is bound to."""
    return place(str(row.practice_id), "vault_document", row.kind, str(row.pk))
