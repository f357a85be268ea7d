"""Rows of encounters."""

from __future__ import annotations

import uuid

from django.db import models

from claimkeep.apps.vault.fields import SealedDate, SealedText


class Encounter(models.Model):
    """One visit as it was charged. Dates of service are sealed (164.514(b)(2)(i)(C)); the year alone is not.

    `facts` is the sealed JSON of what a claim says once about the visit: accident, onset, admission, authorisations,
    note. The same visit imported again has the same `source`; when its `content` is another one, a person must look.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    number = models.CharField(max_length=16)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="encounters")
    billing_provider = models.ForeignKey("organization.BillingProvider", on_delete=models.PROTECT)
    rendering_provider = models.ForeignKey(
        "organization.Provider", on_delete=models.PROTECT, null=True, related_name="rendered"
    )
    referring_provider = models.ForeignKey(
        "organization.Provider", on_delete=models.PROTECT, null=True, related_name="referred"
    )
    facility = models.ForeignKey("organization.Facility", on_delete=models.PROTECT, null=True)
    service_day = SealedDate()
    service_year = models.PositiveSmallIntegerField(null=True)
    place_of_service = models.CharField(max_length=2, blank=True)
    charge_cents = models.BigIntegerField(null=True)
    stated_charge_cents = models.BigIntegerField(null=True, help_text="the total the source stated")
    facts = SealedText()
    source = models.BinaryField(max_length=12, help_text="blind index of where the visit came from")
    content = models.BinaryField(max_length=12, help_text="blind index of all it said")
    source_of = SealedText(token="source")
    content_of = SealedText(token="content")
    source_kind = models.CharField(max_length=8)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("practice", "number"), name="encounters_number_once"),
            models.UniqueConstraint(fields=("practice", "source"), name="encounters_source_once"),
        )


class EncounterCoverage(models.Model):
    """Who pays for this visit, in which order."""

    encounter = models.ForeignKey("encounters.Encounter", on_delete=models.PROTECT, related_name="coverages")
    coverage = models.ForeignKey("coverage.Coverage", on_delete=models.PROTECT)
    payer_sequence = models.CharField(max_length=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("encounter", "payer_sequence"), name="encounters_one_payer_a_rank"),
        )


class ChargeLine(models.Model):
    """One service charged. Its line control number goes out as REF*6R and comes back in the 835; it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    encounter = models.ForeignKey("encounters.Encounter", on_delete=models.PROTECT, related_name="lines")
    line_number = models.PositiveSmallIntegerField()
    line_control_number = models.CharField(max_length=30)
    procedure_qualifier = models.CharField(max_length=2, default="HC")
    procedure_code = models.CharField(max_length=48, blank=True)
    modifiers = models.CharField(max_length=16, blank=True, help_text="up to four, comma between")
    procedure_text = SealedText()
    charge_cents = models.BigIntegerField(null=True)
    unit_basis = models.CharField(max_length=2, blank=True)
    units_milli = models.BigIntegerField(null=True)
    place_of_service = models.CharField(max_length=2, blank=True)
    pointers = models.CharField(max_length=16, blank=True, help_text="diagnosis positions, comma between")
    service_day = SealedDate()
    service_day_to = SealedDate()
    ndc = models.CharField(max_length=48, blank=True)
    ndc_units_milli = models.BigIntegerField(null=True)
    ndc_unit_basis = models.CharField(max_length=2, blank=True)
    rendering_provider_npi = models.CharField(max_length=80, blank=True)
    rendering_provider_entity_type = models.CharField(max_length=1, blank=True)
    rendering_provider_last_name = models.CharField(max_length=80, blank=True)
    rendering_provider_first_name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("practice", "line_control_number"), name="encounters_line_once"),
            models.UniqueConstraint(fields=("encounter", "line_number"), name="encounters_line_number_once"),
        )


class Diagnosis(models.Model):
    """One diagnosis of a visit, position 1 is principal."""

    encounter = models.ForeignKey("encounters.Encounter", on_delete=models.PROTECT, related_name="diagnoses")
    position = models.PositiveSmallIntegerField()
    qualifier = models.CharField(max_length=3, blank=True)
    code = models.CharField(max_length=30)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("encounter", "position"), name="encounters_diagnosis_once"),)
