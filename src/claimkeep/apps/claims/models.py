"""Rows of claims."""

from __future__ import annotations

import uuid

from django.db import models

from claimkeep.apps.vault.fields import SealedText

BUILD = ("draft", "held", "ready", "frozen")
TRANSPORT = (
    "none",
    "queued",
    "sent",
    "interchange_accepted",
    "interchange_rejected",
    "group_accepted",
    "group_rejected",
    "clearinghouse_accepted",
    "clearinghouse_rejected",
    "payer_accepted",
    "payer_rejected",
)
ADJUDICATION = ("none", "paid", "partial", "zero_allowed", "denied", "reversed", "forwarded", "quarantined")
RESPONSIBILITY = ("primary", "secondary", "tertiary", "patient", "none")
RECOVERY = ("none", "rework", "appeal", "won", "lost", "abandoned")
AXES = {
    "build": BUILD,
    "transport": TRANSPORT,
    "adjudication": ADJUDICATION,
    "responsibility": RESPONSIBILITY,
    "recovery": RECOVERY,
}
"""The five axes a claim stands on, and the states of each in their usual order."""


class Claim(models.Model):
    """What one payer is asked to pay for one encounter. The five state columns repeat the last event of each axis."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    number = models.CharField(max_length=17, help_text="CLM01, ours, at most 17 characters")
    encounter = models.ForeignKey("encounters.Encounter", on_delete=models.PROTECT, related_name="claims")
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="claims")
    coverage = models.ForeignKey("coverage.Coverage", on_delete=models.PROTECT)
    payer = models.ForeignKey("organization.Payer", on_delete=models.PROTECT)
    payer_sequence = models.CharField(max_length=1)
    frequency_code = models.CharField(max_length=1, default="1")
    charge_cents = models.BigIntegerField()
    build = models.CharField(max_length=24, default="draft")
    transport = models.CharField(max_length=24, default="none")
    adjudication = models.CharField(max_length=24, default="none")
    responsibility = models.CharField(max_length=24, default="primary")
    recovery = models.CharField(max_length=24, default="none")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("practice", "number"), name="claims_number_once"),
            models.UniqueConstraint(fields=("encounter", "payer_sequence"), name="claims_one_a_payer"),
        )
        indexes = (
            models.Index(fields=("practice", "build"), name="claims_build"),
            models.Index(fields=("practice", "transport"), name="claims_transport"),
            models.Index(fields=("practice", "adjudication"), name="claims_adjudication"),
        )


class ClaimVersion(models.Model):
    """A claim as it stood when it was frozen: sealed content, its hash. Never changed, only sealed by a newer key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    content = SealedText(digest="sha256")
    sha256 = models.BinaryField(max_length=32)
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("claim", "version"), name="claims_version_once"),)


class ClaimEvent(models.Model):
    """One step of a claim on one axis. Insert only; the axes are what these rows say."""

    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="events")
    axis = models.CharField(max_length=16)
    state = models.CharField(max_length=24)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    code = models.CharField(max_length=80, blank=True, help_text="the code that was answered: A7:164, CO-45, R")
    document_id = models.UUIDField(null=True, help_text="the bytes that say so")
    cents = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("claim", "id"), name="claims_event_claim"),)


class ClaimFinding(models.Model):
    """What an edit found on a claim. Its words carry places, never values."""

    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="findings")
    edit = models.CharField(max_length=12)
    severity = models.CharField(max_length=1)
    line = models.PositiveSmallIntegerField(null=True)
    diagnosis = models.PositiveSmallIntegerField(null=True)
    message = models.CharField(max_length=240)
    fix = models.CharField(max_length=240, blank=True)
    cite = models.CharField(max_length=120, blank=True)
    carc = models.CharField(max_length=16, blank=True)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)


class SubmissionFile(models.Model):
    """A file of claims: its bytes stand sealed before anything is sent, its name is its own forever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    document = models.ForeignKey("vault.Document", on_delete=models.PROTECT)
    interchange_control_number = models.PositiveIntegerField()
    group_control_number = models.PositiveIntegerField()
    claims = models.PositiveIntegerField()
    charge_cents = models.BigIntegerField()
    state = models.CharField(max_length=12, default="queued", help_text="queued, then sent")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("practice", "name"), name="claims_file_name_once"),
            models.UniqueConstraint(fields=("practice", "interchange_control_number"), name="claims_interchange_once"),
        )


class Submission(models.Model):
    """One send of one version in one file. The key makes a second send of the same version impossible."""

    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    file = models.ForeignKey("claims.SubmissionFile", on_delete=models.PROTECT, related_name="submissions")
    version = models.ForeignKey("claims.ClaimVersion", on_delete=models.PROTECT, related_name="submissions")
    idempotency_key = models.BinaryField(max_length=32, unique=True)
    transaction_control_number = models.CharField(max_length=9)
    segment = models.PositiveIntegerField(help_text="ordinal of the CLM segment inside its ST")


class ReceivedFile(models.Model):
    """A file that came in by the wire, kept sealed before anything is read from it. The same bytes come in once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    name = models.CharField(max_length=128)
    document = models.ForeignKey("vault.Document", on_delete=models.PROTECT)
    sha256 = models.BinaryField(max_length=32)
    kinds = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, default="received", help_text="received, done, or unreadable")
    note = models.CharField(max_length=240, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "sha256"), name="claims_received_once"),)
