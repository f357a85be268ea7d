"""Reads of patients. Each is within the actor's practice and leaves an audit event in the same transaction."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault import keyring
from claimkeep.apps.vault import queries as vault
from claimkeep.engine.crypto.blind_index import LONGEST_PREFIX, SHORTEST_PREFIX, folded, whole
from claimkeep.engine.terms.errors import AccessDenied

MOST_FOUND = 50
"""A search gives no more than this: who needs more has not searched, but read the list."""

REVEALED = ("ssn", "birth_day", "member_id", "phone", "email")
"""What is masked until it is asked for."""


@transaction.atomic
def patient(actor: Actor, patient_id: UUID, *, now: datetime, why: str = "") -> Patient:
    """One patient of the actor's practice; the look is logged with the work that explains it.

    Raises AccessDenied when there is none such here: not yours and not there are the same.
    """
    require(actor, "patient:read")
    found = Patient.objects.filter(practice_id=actor.practice_id, pk=patient_id).first()
    if found is None:
        raise AccessDenied("there is no such patient here")
    _log(actor, "patient:read", [found.pk], now, why)
    return found


@transaction.atomic
def patients_named(actor: Actor, patient_ids: list[UUID], *, now: datetime, why: str) -> dict[UUID, Patient]:
    """These patients of the practice, for a list that shows them; each look is logged."""
    require(actor, "patient:read")
    found = {p.pk: p for p in Patient.objects.filter(practice_id=actor.practice_id, pk__in=patient_ids)}
    _log(actor, "patient:list", list(found), now, why)
    return found


@transaction.atomic
def search(
    actor: Actor,
    *,
    now: datetime,
    last_name: str = "",
    first_name: str = "",
    birth_day: date | None = None,
    member_id: str = "",
    phone: str = "",
    ssn: str = "",
    medical_record_number: str = "",
) -> list[Patient]:
    """Patients who match all that is given: names by their beginning (two letters at least), the rest exactly.

    At most MOST_FOUND; every one shown is logged, and the search itself: also one that finds nobody tells who asked.
    Nothing given finds nobody.
    """
    require(actor, "patient:read")
    index = keyring.index(actor.practice_id)
    wanted = [
        [one.prefix(f"patients.{column}", value) for one in index.each()]
        for column, value in (("last_name", last_name), ("first_name", first_name))
        if len(folded(value)) >= SHORTEST_PREFIX
    ]
    if birth_day is not None:
        wanted.append(index.known_as(whole("patients.birth_day", birth_day.isoformat())))
    exact = {
        "patients.phone": phone,
        "patients.ssn": ssn,
        "patients.medical_record_number": medical_record_number,
        "coverage.member_id": member_id,
    }
    wanted += [index.known_as(whole(column, value)) for column, value in exact.items() if folded(value)]
    if not wanted:
        return []
    asked = [c for c, v in {"last_name": last_name, "first_name": first_name, **exact}.items() if folded(v)]
    asked += ["birth_day"] if birth_day else []
    told_by_index = all(
        SHORTEST_PREFIX <= len(folded(n)) <= LONGEST_PREFIX for n in (last_name, first_name) if folded(n)
    )
    ids = vault.rows_with(*wanted, limit=MOST_FOUND if told_by_index else None)
    mine = Patient.objects.filter(practice_id=actor.practice_id, pk__in=ids).iterator()
    rows = islice((p for p in mine if _begins(p, last_name, first_name)), MOST_FOUND)
    found = sorted(rows, key=lambda p: (folded(p.last_name or ""), folded(p.first_name or ""), p.number))
    _log(actor, "patient:search", [p.pk for p in found], now, "search")
    audit.note(
        "search:run",
        subject=f"practice:{actor.practice_id}",
        actor=actor.id,
        now=now,
        practice_id=actor.practice_id,
        by=[name.rpartition(".")[2] for name in asked],
        found=len(found),
    )
    return found


def _begins(person: Patient, last_name: str, first_name: str) -> bool:
    """True when the names begin as asked beyond the longest prefix the index holds."""
    pairs = ((person.last_name, last_name), (person.first_name, first_name))
    return all(folded(name or "").startswith(folded(asked)) for name, asked in pairs)


@transaction.atomic
def reveal(actor: Actor, patient_id: UUID, *, field: str, reason: str, now: datetime) -> None:
    """The showing of one masked field of one patient is allowed and logged with its reason code."""
    require(actor, "patient:reveal")
    if field not in REVEALED or not Patient.objects.filter(practice_id=actor.practice_id, pk=patient_id).exists():
        raise AccessDenied("there is no such patient here")
    audit.note(
        "patient:reveal",
        subject=f"patient:{patient_id}",
        actor=actor.id,
        now=now,
        practice_id=actor.practice_id,
        why=reason,
        field=field,
    )


def _log(actor: Actor, tag: str, ids: list[UUID], now: datetime, why: str) -> None:
    notes = [audit.Note(tag, f"patient:{i}", why) for i in ids]
    audit.note_all(notes, actor=actor.id, now=now, practice_id=actor.practice_id)
