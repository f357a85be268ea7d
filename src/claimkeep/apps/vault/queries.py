"""Reads of the vault: finding rows by token, opening documents."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from claimkeep.apps.vault import keyring
from claimkeep.apps.vault.models import Document, Token
from claimkeep.engine.crypto.envelope import place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import AccessDenied


def rows_with(*terms: bytes | Sequence[bytes], limit: int | None = None) -> list[UUID]:
    """The ids of the rows that carry every one of these terms.

    A term is a token, or the tokens of one value under each key of a practice: a row carries it that carries any.
    """
    rows = _carrying(terms[0]).values_list("row_id", flat=True)
    for term in terms[1:]:
        rows = rows.filter(row_id__in=_carrying(term).values("row_id"))
    if not isinstance(terms[0], bytes) and len(terms[0]) > 1:
        rows = rows.distinct()
    return list(rows if limit is None else rows[:limit])


def _carrying(term: bytes | Sequence[bytes]) -> QuerySet[Token]:
    if isinstance(term, bytes):
        return Token.objects.filter(token=term)
    return Token.objects.filter(token=term[0]) if len(term) == 1 else Token.objects.filter(token__in=term)


def document_bytes(practice_id: UUID, document_id: UUID) -> bytes:
    """A document in the clear. Raises AccessDenied when this practice has none such, SealError when it was changed."""
    row = Document.objects.filter(practice_id=practice_id, pk=document_id).first()
    if row is None:
        raise AccessDenied("there is no such document here")
    return keyring.opened(practice_id, bytes(row.sealed), document_place(row), Purpose.DOCUMENT)


def document_place(row: Document) -> bytes:
    """What a sealed document is bound to."""
    return place(str(row.practice_id), "vault_document", row.kind, str(row.pk))
