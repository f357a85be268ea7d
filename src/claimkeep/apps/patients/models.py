"""Rows of patients."""

from __future__ import annotations

import uuid

from django.db import models

from claimkeep.apps.vault.fields import SealedDate, SealedText


class Patient(models.Model):
    """One person treated by a practice. `number` is ours and derived from nothing of the person's.

    Sealed are all identifiers of 164.514(b)(2)(i) that billing holds here: names (A), address below the state (B),
    dates (C), telephone (D), mail address (F), social security number (G), medical record number (H).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    number = models.CharField(max_length=16)
    last_name = SealedText()
    first_name = SealedText()
    middle_name = SealedText()
    suffix = SealedText()
    birth_day = SealedDate()
    sex = models.CharField(max_length=1, blank=True)
    address1 = SealedText()
    address2 = SealedText()
    city = SealedText()
    state = models.CharField(max_length=2, blank=True)
    zip = SealedText()
    phone = SealedText()
    email = SealedText()
    ssn = SealedText()
    medical_record_number = SealedText()
    identity = models.BinaryField(max_length=12, help_text="blind index over what makes the person the same person")
    identity_of = SealedText(token="identity")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("practice", "number"), name="patients_number_once"),
            models.UniqueConstraint(fields=("practice", "identity"), name="patients_person_once"),
        )
