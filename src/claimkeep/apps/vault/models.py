"""Rows of the vault."""

from __future__ import annotations

import uuid

from django.db import models

SYSTEM = uuid.UUID(int=0)
"""The practice of what belongs to no practice: people's second factors."""


STAGES = ("steady", "added", "promoted", "checked", "destroyed")
"""Where a key stands on its way to the next one.

steady    : one key seals and opens (a signing keyset: one signs, all check)
added     : the next key opens everywhere, and seals nowhere yet
promoted  : the next key seals; what older ones sealed is sealed anew
checked   : nothing is left that an older key sealed
destroyed : there is no key any more
"""


class DataKey(models.Model):
    """A keyset of one practice and purpose, wrapped by the practice's own key (the system's by the master key)."""

    practice_id = models.UUIDField()
    purpose = models.CharField(max_length=16)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    stage = models.CharField(max_length=12, default="steady")
    stage_at = models.DateTimeField(null=True, help_text="since when it is in this stage")
    key_at = models.DateTimeField(null=True, help_text="when the key that seals was made; null: with the keyset")
    mark = models.BinaryField(max_length=5, null=True, help_text="begins what the sealing key sealed; null: not known")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice_id", "purpose"), name="vault_one_key_a_purpose"),)


class Token(models.Model):
    """One blind-index token of one row. Which column it is of is inside the token.

    key_id : of the index key that made it; null in rows older than this column
    """

    pk = models.CompositePrimaryKey("token", "row_id")
    token = models.BinaryField(max_length=12)
    row_id = models.UUIDField()
    key_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("row_id",), name="vault_token_row"),)


class Document(models.Model):
    """A file as it came or went, sealed whole. `sha256` is of the clear bytes; `name` carries no patient's value."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=128)
    sha256 = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("practice_id", "sha256"), name="vault_document_digest"),)
