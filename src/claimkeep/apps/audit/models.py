"""Rows of the audit log."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models

from claimkeep.engine.crypto.event import detail_text


class Detail(models.TextField):
    """A JSON object kept as the very text that was hashed, so that a check never spells it anew."""

    _pyi_private_set_type: Mapping[str, Any]  # type: ignore[assignment]
    _pyi_private_get_type: dict[str, Any]  # type: ignore[assignment]

    def get_prep_value(self, value: Any) -> str:
        return detail_text(value)

    def from_db_value(self, value: str, expression: Any, connection: Any) -> Any:
        """The object."""
        return json.loads(value)


class Event(models.Model):
    """One thing somebody did. Never changed, never deleted: the database refuses (45 CFR 164.312(b))."""

    seq = models.BigIntegerField(primary_key=True, help_text="1, 2, 3 … without a gap")
    at = models.DateTimeField()
    practice_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=64, help_text="user:<id> or system:<name>")
    tag = models.CharField(max_length=48, help_text="subject:verb, for example claim:submit")
    subject = models.CharField(max_length=96, help_text="<kind>:<id>")
    why = models.CharField(max_length=64, blank=True, help_text="the work that explains it, as a code or an id")
    detail = Detail(default=dict, help_text="ids, codes and counts; never a value of a patient")
    leaf = models.BinaryField(max_length=32, help_text="what stands in the tree for it")

    class Meta:
        indexes = (
            models.Index(fields=("subject", "seq"), name="audit_subject"),
            models.Index(fields=("actor", "seq"), name="audit_actor"),
        )


class Tile(models.Model):
    """The root over 256 events, or over 256 such roots, and so on: proofs need not read the whole log."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    root = models.BinaryField(max_length=32)


class SignedHead(models.Model):
    """Where the log stood, signed. A copy kept elsewhere is an anchor; these rows are only what was given out."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    note = models.TextField()


class Head(models.Model):
    """The one row that says where the log ends; locked while events are added, so that they stand in one line."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    log_id = models.UUIDField(default=uuid.uuid4, help_text="which log it is, among all logs of the world")
    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"", help_text="the roots of the whole subtrees, the largest first")
