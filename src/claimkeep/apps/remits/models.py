"""Rows of remits."""

from __future__ import annotations

import uuid

from django.db import models

from claimkeep.apps.vault.fields import SealedDate, SealedText


class Remittance(models.Model):
    """One transaction set of an 835: a check, a transfer, or word that there is none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    received_file = models.ForeignKey("claims.ReceivedFile", on_delete=models.PROTECT, related_name="remittances")
    payer = models.ForeignKey("organization.Payer", on_delete=models.PROTECT, null=True)
    payer_name = models.CharField(max_length=80, blank=True)
    interchange_sender = models.CharField(max_length=15, blank=True)
    interchange_control_number = models.CharField(max_length=9, blank=True)
    group_control_number = models.CharField(max_length=9, blank=True)
    transaction_control_number = models.CharField(max_length=9, blank=True)
    trace_number = models.CharField(max_length=50, blank=True)
    payer_trace_id = models.CharField(max_length=30, blank=True)
    payment_cents = models.BigIntegerField()
    method = models.CharField(max_length=3, blank=True)
    payment_day = models.DateField(null=True)
    content_sha256 = models.BinaryField(max_length=32, help_text="of the facts, not of the envelope")
    state = models.CharField(max_length=16, help_text="posted, partly_posted, quarantined, duplicate")
    note = models.CharField(max_length=240, blank=True, help_text="why it was set apart, with the equation")
    received_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("practice", "trace_number"), name="remits_trace"),
            models.Index(fields=("practice", "state"), name="remits_state"),
        )


class ClaimPayment(models.Model):
    """One CLP: what a payer says of one claim."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    remittance = models.ForeignKey("remits.Remittance", on_delete=models.PROTECT, related_name="claim_payments")
    position = models.PositiveIntegerField(help_text="ordinal of the CLP in its remittance, from 1")
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, null=True, related_name="payments")
    claim_number = SealedText(help_text="CLP01 as sent back: ours, or the account number of somebody we do not know")
    status_code = models.CharField(max_length=2)
    charge_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    patient_responsibility_cents = models.BigIntegerField(null=True)
    payer_claim_control_number = SealedText()
    patient_last_name = SealedText()
    patient_first_name = SealedText()
    member_id = SealedText()
    match = models.CharField(max_length=12, help_text="exact, proposed, none")
    state = models.CharField(max_length=12, help_text="posted, quarantined, unmatched, suspense, forwarded")
    outcome = models.CharField(max_length=16, blank=True)
    fingerprint = models.BinaryField(max_length=32, help_text="of all it says of the claim, whatever carries it")
    note = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("remittance", "position"), name="remits_position_once"),)
        indexes = (models.Index(fields=("practice", "fingerprint"), name="remits_fingerprint"),)


class ServicePayment(models.Model):
    """One SVC of a claim payment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    claim_payment = models.ForeignKey("remits.ClaimPayment", on_delete=models.PROTECT, related_name="services")
    position = models.PositiveIntegerField()
    line_control_number = models.CharField(max_length=50, blank=True, help_text="of our line, when matched")
    procedure_code = models.CharField(max_length=48, blank=True)
    modifiers = models.CharField(max_length=16, blank=True)
    charge_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    allowed_cents = models.BigIntegerField(null=True)
    paid_units_milli = models.BigIntegerField(null=True)
    service_day = SealedDate()


class Adjustment(models.Model):
    """One CAS triplet; without a service it is of the whole claim."""

    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    claim_payment = models.ForeignKey("remits.ClaimPayment", on_delete=models.PROTECT, related_name="adjustments")
    service = models.ForeignKey(
        "remits.ServicePayment", on_delete=models.PROTECT, null=True, related_name="adjustments"
    )
    group_code = models.CharField(max_length=2)
    reason_code = models.CharField(max_length=5)
    amount_cents = models.BigIntegerField()
    quantity_milli = models.BigIntegerField(null=True)


class ProviderAdjustment(models.Model):
    """One PLB pair: money that belongs to no claim of this remittance."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    remittance = models.ForeignKey("remits.Remittance", on_delete=models.PROTECT, related_name="provider_adjustments")
    reason_code = models.CharField(max_length=2)
    reference = SealedText()
    amount_cents = models.BigIntegerField()
