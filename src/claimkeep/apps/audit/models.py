"""Rows of the audit log."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing somebody did. Never changed, never deleted: the database refuses (45 CFR 164.312(b))."""

    seq = models.BigIntegerField(primary_key=True, help_text="1, 2, 3 … without a gap")
    at = models.DateTimeField()
    practice_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=64, help_text="user:<id> or system:<name>")
    tag = models.CharField(max_length=48, help_text="subject:verb, for example claim:submit")
    subject = models.CharField(max_length=96, help_text="<kind>:<id>")
    why = models.CharField(max_length=64, blank=True, help_text="the work that explains it, as a code or an id")
    detail = models.JSONField(default=dict, help_text="ids, codes and counts; never a value of a patient")
    digest = models.BinaryField(max_length=32)
    head = models.BinaryField(max_length=32)

    class Meta:
        indexes = (
            models.Index(fields=("subject", "seq"), name="audit_subject"),
            models.Index(fields=("actor", "seq"), name="audit_actor"),
        )


class Head(models.Model):
    """The one row that says where the chain ends; locked while events are added, so that they stand in one line."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))
