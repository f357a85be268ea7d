"""Writes of patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.organization import actions as organization
from claimkeep.apps.patients import tables
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault import keyring


@dataclass(frozen=True, slots=True)
class Registered:
    """Patients by identity, and how many of them are new."""

    by_identity: dict[str, Patient]
    new: int


@transaction.atomic
def register(people: Iterable[tuple[str, Mapping[str, Any]]], *, actor: Actor, now: datetime, why: str) -> Registered:
    """Every person of the given identity and facts is a patient of the practice; who was one already stays as is."""
    require(actor, "patient:write")
    wanted: dict[str, Mapping[str, Any]] = {}
    for identity, facts in people:
        wanted.setdefault(identity, facts)
    index = keyring.index_for_writing(actor.practice_id)
    names = {token: identity for identity in wanted for token in index.known_as(identity)}
    found = Patient.objects.filter(practice_id=actor.practice_id, identity__in=list(names))
    there = {names[bytes(p.identity)]: p for p in found}
    missing = [(identity, facts) for identity, facts in wanted.items() if identity not in there]
    numbers = organization.next_numbers(actor, "patient", len(missing))
    fresh, tokens = [], []
    for number, (identity, facts) in zip(numbers, missing, strict=True):
        row = Patient(
            practice_id=actor.practice_id,
            number=f"P{number:08d}",
            identity=index.of(identity),
            identity_of=identity,
            created_at=now,
            **facts,
        )
        tokens += [(token, row.pk) for token in tables.tokens(index, facts)]
        fresh.append(row)
    Patient.objects.bulk_create(fresh, batch_size=1000)
    vault.add_tokens(tokens, key_id=index.key_id)
    notes = [audit.Note("patient:register", f"patient:{p.pk}", why) for p in fresh]
    notes += [audit.Note("patient:recognise", f"patient:{p.pk}", why) for p in there.values()]
    audit.note_all(notes, actor=actor.id, now=now, practice_id=actor.practice_id)
    return Registered(there | {identity: p for (identity, _), p in zip(missing, fresh, strict=True)}, len(fresh))
