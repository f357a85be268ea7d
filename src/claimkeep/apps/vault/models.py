"""Rows of the vault."""

from __future__ import annotations

import uuid

from django.db import models

SYSTEM = uuid.UUID(int=0)
"""The practice of what belongs to no practice: people's second factors."""


class DataKey(models.Model):
    """A keyset of one practice and purpose, wrapped by the master key."""

    practice_id = models.UUIDField()
    purpose = models.CharField(max_length=16)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice_id", "purpose"), name="vault_one_key_a_purpose"),)


class Token(models.Model):
    """One blind-index token of one row. Which column it is of is inside the token."""

    pk = models.CompositePrimaryKey("token", "row_id")
    token = models.BinaryField(max_length=12)
    row_id = models.UUIDField()

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
