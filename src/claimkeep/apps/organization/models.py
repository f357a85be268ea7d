"""Rows of the organization. Nothing here is about a patient."""

from __future__ import annotations

import uuid

from django.db import models


class Address(models.Model):
    """A postal address in the United States."""

    address1 = models.CharField(max_length=80, blank=True)
    address2 = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip = models.CharField(max_length=15, blank=True)

    class Meta:
        abstract = True


class Practice(models.Model):
    """A practice whose claims are billed here: the wall every query stands behind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=40, default="America/New_York")
    created_at = models.DateTimeField()


class BillingProvider(Address):
    """Who asks for payment (005010X222A1 2010AA). A practice may bill under several."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    npi = models.CharField(max_length=80)
    entity_type = models.CharField(max_length=1, default="2")
    last_name = models.CharField(max_length=80)
    first_name = models.CharField(max_length=40, blank=True)
    taxonomy = models.CharField(max_length=10, blank=True)
    tax_id = models.CharField(max_length=50, blank=True)
    tax_id_qualifier = models.CharField(max_length=3, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    digest = models.BinaryField(max_length=16, help_text="of all its facts: the same provider is one row")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "digest"), name="organization_billing_once"),)


class Provider(models.Model):
    """A person or organization that rendered, ordered or referred."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    npi = models.CharField(max_length=80, blank=True)
    entity_type = models.CharField(max_length=1, default="1")
    last_name = models.CharField(max_length=80, blank=True)
    first_name = models.CharField(max_length=40, blank=True)
    taxonomy = models.CharField(max_length=10, blank=True)
    digest = models.BinaryField(max_length=16)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "digest"), name="organization_provider_once"),)


class Facility(Address):
    """Where service was given when it is not the billing provider's own address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    name = models.CharField(max_length=80, blank=True)
    npi = models.CharField(max_length=80, blank=True)
    digest = models.BinaryField(max_length=16)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "digest"), name="organization_facility_once"),)


class Payer(Address):
    """Who pays (005010X222A1 2010BB)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    payer_id = models.CharField(max_length=80)
    payer_id_qualifier = models.CharField(max_length=2, default="PI")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "payer_id"), name="organization_payer_once"),)


class Clearinghouse(models.Model):
    """The wire a practice's claims go out on and answers come in by: SFTP with a pinned host key."""

    practice = models.OneToOneField("organization.Practice", on_delete=models.PROTECT, primary_key=True)
    name = models.CharField(max_length=80)
    host = models.CharField(max_length=120)
    port = models.PositiveIntegerField()
    username = models.CharField(max_length=40)
    host_key = models.TextField(help_text="the one key we trust, in OpenSSH form")
    sender_id = models.CharField(max_length=15)
    receiver_id = models.CharField(max_length=15)
    submitter_id = models.CharField(max_length=20)
    submitter_name = models.CharField(max_length=60)
    contact_name = models.CharField(max_length=60)
    contact_phone = models.CharField(max_length=20)
    usage = models.CharField(max_length=1, default="T", help_text="T test, P production (ISA15)")
    simulated = models.BooleanField(default=False)


class Sequence(models.Model):
    """The last number given out of one kind in one practice; numbers are never given twice."""

    practice = models.ForeignKey("organization.Practice", on_delete=models.PROTECT)
    kind = models.CharField(max_length=24)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("practice", "kind"), name="organization_sequence_once"),)
