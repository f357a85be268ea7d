"""Rows of the ledger."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One event in money. `source` names what caused it; the same cause enters the books once."""

    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    source = models.CharField(max_length=160)
    kind = models.CharField(max_length=24)
    entry_day = models.DateField()
    reverses = models.CharField(max_length=160, blank=True, help_text="source of the entry this one reverses")
    actor = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "source"), name="ledger_source_once"),)


class Posting(models.Model):
    """One side of an entry: cents on one account, debit positive, with what it belongs to."""

    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=32)
    cents = models.BigIntegerField()
    claim_number = models.CharField(max_length=20, blank=True)
    line_control_number = models.CharField(max_length=30, blank=True)
    payer_sequence = models.CharField(max_length=1, blank=True)
    patient_id = models.UUIDField(null=True)
    payer_id = models.UUIDField(null=True)
    reason = models.CharField(
        max_length=160, blank=True, help_text="CO-45, a PLB code, or the remittance on its clearing"
    )

    class Meta:
        indexes = (
            models.Index(fields=("practice", "account"), name="ledger_account"),
            models.Index(fields=("practice", "claim_number"), name="ledger_claim"),
            models.Index(fields=("practice", "line_control_number"), name="ledger_line"),
        )
