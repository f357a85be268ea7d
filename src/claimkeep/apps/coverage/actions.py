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
from claimkeep.apps.coverage.tables import Identity
from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault import keyring


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Coverages by identity, and how many of them are new."""

    by_identity: dict[Identity, Coverage]
    new: int


@transaction.atomic
def enroll(plans: Iterable[tuple[Identity, UUID, UUID, Mapping[str, Any]]], *, actor: Actor, now: datetime) -> Enrolled:
    """Every plan (identity, patient id, payer row id, facts) is a coverage; its member number finds the patient."""
    require(actor, "patient:write")
    wanted: dict[Identity, tuple[UUID, UUID, Mapping[str, Any]]] = {}
    for identity, patient_id, payer_id, facts in plans:
        wanted.setdefault(identity, (patient_id, payer_id, facts))
    index = keyring.index_for_writing(actor.practice_id)
    names = {token: identity for identity in wanted for token in index.known_as(*identity)}
    rows = Coverage.objects.filter(practice_id=actor.practice_id, identity__in=list(names))
    there = {names[bytes(c.identity)]: c for c in rows}
    missing = [identity for identity in wanted if identity not in there]
    fresh, tokens = [], []
    for identity in missing:
        patient_id, payer_id, facts = wanted[identity]
        row = Coverage(
            practice_id=actor.practice_id,
            patient_id=patient_id,
            payer_id=payer_id,
            identity=index.of(identity[0]),
            identity_of=identity[0],
            created_at=now,
            **facts,
        )
        fresh.append(row)
        tokens += [(token, patient_id) for token in tables.tokens(index, facts)]
    Coverage.objects.bulk_create(fresh, batch_size=1000)
    vault.add_tokens(tokens, key_id=index.key_id)
    return Enrolled(there | dict(zip(missing, fresh, strict=True)), len(fresh))
