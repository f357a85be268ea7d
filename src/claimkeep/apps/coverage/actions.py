"""Writes of coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.coverage import tables
from claimkeep.apps.coverage.models import Coverage
from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault import keyring


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Coverages by identity, and how many of them are new."""

    by_identity: dict[bytes, Coverage]
    new: int


@transaction.atomic
def enroll(plans: Iterable[tuple[bytes, UUID, UUID, Mapping[str, Any]]], *, actor: Actor, now: datetime) -> Enrolled:
    """Every plan (identity, patient id, payer row id, facts) is a coverage; its member number finds the patient."""
    require(actor, "patient:write")
    wanted: dict[bytes, tuple[UUID, UUID, Mapping[str, Any]]] = {}
    for identity, patient_id, payer_id, facts in plans:
        wanted.setdefault(identity, (patient_id, payer_id, facts))
    rows = Coverage.objects.filter(practice_id=actor.practice_id, identity__in=list(wanted))
    there = {bytes(c.identity): c for c in rows}
    index = keyring.index(actor.practice_id)
    fresh, tokens = [], []
    for identity, (patient_id, payer_id, facts) in wanted.items():
        if identity not in there:
            fresh.append(
                Coverage(
                    practice_id=actor.practice_id,
                    patient_id=patient_id,
                    payer_id=payer_id,
                    identity=identity,
                    created_at=now,
                    **facts,
                )
            )
            if facts.get("member_id"):
                tokens.append((index.whole("coverage.member_id", facts["member_id"]), patient_id))
    Coverage.objects.bulk_create(fresh, batch_size=1000)
    vault.add_tokens(tokens)
    return Enrolled(there | {bytes(c.identity): c for c in fresh}, len(fresh))


def identity_of(actor: Actor, patient_id: UUID, payer_id: UUID, facts: Mapping[str, Any]) -> bytes:
    """The identity under which `enroll` knows a plan."""
    return tables.identity(keyring.index(actor.practice_id), patient_id, payer_id, facts)
