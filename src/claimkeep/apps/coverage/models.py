"""Rows of coverage."""

from __future__ import annotations

import uuid

from django.db import models

from claimkeep.apps.vault.fields import SealedDate, SealedText


class Coverage(models.Model):
    """A patient's membership in one plan. Health plan numbers are sealed (45 CFR 164.514(b)(2)(i)(I))."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="coverages")
    payer = models.ForeignKey("organization.Payer", on_delete=models.PROTECT)
    relationship = models.CharField(max_length=2, blank=True)
    claim_filing_indicator = models.CharField(max_length=2, blank=True)
    insurance_type = models.CharField(max_length=3, blank=True)
    group_name = models.CharField(max_length=60, blank=True)
    group_number = SealedText()
    member_id = SealedText()
    subscriber_last_name = SealedText()
    subscriber_first_name = SealedText()
    subscriber_middle_name = SealedText()
    subscriber_suffix = SealedText()
    subscriber_birth_day = SealedDate()
    subscriber_sex = models.CharField(max_length=1, blank=True)
    subscriber_ssn = SealedText()
    subscriber_address1 = SealedText()
    subscriber_address2 = SealedText()
    subscriber_city = SealedText()
    subscriber_state = models.CharField(max_length=2, blank=True)
    subscriber_zip = SealedText()
    identity = models.BinaryField(max_length=12, help_text="blind index over patient, payer, member and group")
    identity_of = SealedText(token="identity")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "identity"), name="coverage_once"),)
