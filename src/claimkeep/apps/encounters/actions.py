"""Writes of encounters: visits come in, and what was charged enters the books."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db import models, transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.coverage import actions as coverage
from claimkeep.apps.coverage import tables as plans
from claimkeep.apps.coverage.models import Coverage
from claimkeep.apps.encounters import tables
from claimkeep.apps.encounters.models import ChargeLine, Diagnosis, Encounter, EncounterCoverage
from claimkeep.apps.encounters.tables import Visit
from claimkeep.apps.ledger import actions as ledger
from claimkeep.apps.organization import actions as organization
from claimkeep.apps.organization import tables as facts
from claimkeep.apps.organization.models import BillingProvider, Facility, Payer, Provider
from claimkeep.apps.patients import actions as patients
from claimkeep.apps.patients import tables as people
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault import keyring
from claimkeep.engine.books.charge import charge
from claimkeep.engine.crypto.blind_index import BlindIndex, exact, whole
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.finding import Place, Skipped

MOST_A_TRANSACTION = 500
"""Visits written in one transaction: long enough to be fast, short enough that others can write between."""

MOST_LINES = 50
"""Service lines a professional claim may carry (005010X222A1 2400 LX)."""


@dataclass(frozen=True, slots=True)
class Received:
    """What an import changed, in counts, and what it could not use."""

    patients: int = 0
    coverages: int = 0
    encounters: int = 0
    charges: int = 0
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()

    def plus(self, other: Received) -> Received:
        """Both together."""
        return Received(
            self.patients + other.patients,
            self.coverages + other.coverages,
            self.encounters + other.encounters,
            self.charges + other.charges,
            self.unchanged + other.unchanged,
            self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A visit on its way in: its ordinal in the file, and what the tokens of its source and content are made of.

    Each is spelled as it is now, then as rows before spelled it.
    """

    ordinal: int
    visit: Visit
    source: tuple[str, ...]
    content: tuple[str, ...]


def receive(visits: ClaimTables, *, source_kind: str, actor: Actor, now: datetime) -> Received:
    """The visits are encounters of the practice, their charges in the books.

    A visit that came before changes nothing; one that came before with other content is skipped, for a person to see.
    Written in transactions of MOST_A_TRANSACTION visits: stopped in between, the same file can be imported again.
    """
    require(actor, "visit:import")
    result = Received()
    arrived = [_arrived(ordinal, visit) for ordinal, visit in enumerate(tables.spread(visits), start=1)]
    for start in range(0, len(arrived), MOST_A_TRANSACTION):
        with transaction.atomic():
            result = result.plus(_receive(arrived[start : start + MOST_A_TRANSACTION], source_kind, actor, now))
    return result


def _arrived(ordinal: int, visit: Visit) -> _Arrived:
    said = visit.canonical()
    digest = hashlib.sha256(said.encode()).hexdigest()
    content = exact("encounters.content", digest), exact("encounters.content", said)
    name = visit.claim.get("source_id")
    if not name:
        return _Arrived(ordinal, visit, content, content)
    whose = ("billing_provider_npi", "patient_last_name", "patient_first_name", "patient_birth_day")
    parts = [name, *(str(visit.claim.get(k) or "") for k in whose), str(visit.service_day or "")]
    return _Arrived(ordinal, visit, (whole("encounters.source", *parts),), content)


def _receive(arrived: Sequence[_Arrived], source_kind: str, actor: Actor, now: datetime) -> Received:
    index = keyring.index_for_writing(actor.practice_id)
    fresh, unchanged, skipped = _new_ones(arrived, index, actor)
    if not fresh:
        return Received(unchanged=unchanged, skipped=tuple(skipped))
    persons = [(_identity(a.visit), people.facts(a.visit.claim)) for a in fresh]
    registered = patients.register(persons, actor=actor, now=now, why=f"import:{source_kind}")
    known = _Known.of(actor, [a.visit for a in fresh])
    rows, enrolled_plans, links = [], [], []
    numbers = organization.next_numbers(actor, "encounter", len(fresh))
    for number, a, (identity, _) in zip(numbers, fresh, persons, strict=True):
        patient = registered.by_identity[identity]
        encounter = known.encounter(actor, f"CK{number:08d}", patient.pk, a, index, source_kind, now)
        rows.append(encounter)
        for sequence, payer_id, plan in _plans(known, a.visit):
            key = plans.identity(patient.pk, payer_id, plan)
            enrolled_plans.append((key, patient.pk, payer_id, plan))
            links.append((encounter, key, sequence))
    enrolled = coverage.enroll(enrolled_plans, actor=actor, now=now)
    Encounter.objects.bulk_create(rows, batch_size=1000)
    EncounterCoverage.objects.bulk_create(
        EncounterCoverage(encounter=e, coverage=enrolled.by_identity[key], payer_sequence=sequence)
        for e, key, sequence in links
    )
    lines = [
        tables.line_row(e, n, values)
        for e, a in zip(rows, fresh, strict=True)
        for n, values in enumerate(a.visit.lines, start=1)
    ]
    ChargeLine.objects.bulk_create(lines, batch_size=1000)
    Diagnosis.objects.bulk_create(
        (d for e, a in zip(rows, fresh, strict=True) for d in tables.diagnosis_rows(e, a.visit.diagnoses)),
        batch_size=2000,
    )
    _charge(rows, lines, {e.pk: enrolled.by_identity[key].payer_id for e, key, s in links if s == "P"}, actor, now)
    notes = [audit.Note("encounter:receive", f"patient:{e.patient_id}", f"encounter:{e.number}") for e in rows]
    audit.note_all(notes, actor=actor.id, now=now, practice_id=actor.practice_id)
    return Received(registered.new, enrolled.new, len(rows), len(lines), unchanged, tuple(skipped))


def _new_ones(
    arrived: Sequence[_Arrived], index: BlindIndex, actor: Actor
) -> tuple[list[_Arrived], int, list[Skipped]]:
    """Which visits are new, how many came before just so, and which came before differently or cannot be kept."""
    names = {token: a.source[0] for a in arrived for token in index.known_as(*a.source)}
    stored = Encounter.objects.filter(practice_id=actor.practice_id, source__in=list(names))
    there = {names[bytes(source)]: bytes(content) for source, content in stored.values_list("source", "content")}
    fresh: list[_Arrived] = []
    unchanged, skipped = 0, []
    for a in arrived:
        place = Place(visit=a.ordinal)
        if a.source[0] in there:
            if there[a.source[0]] in index.known_as(*a.content):
                unchanged += 1
            else:
                skipped.append(
                    Skipped(
                        place,
                        "this visit came in before with other content: correct it here or send it under a new number",
                    )
                )
            continue
        fault = _unkeepable(a.visit)
        if fault:
            skipped.append(Skipped(place, fault))
            continue
        there[a.source[0]] = index.of(a.content[0])
        fresh.append(a)
    return fresh, unchanged, skipped


def _unkeepable(visit: Visit) -> str:
    """Why a visit cannot be kept at all, or ''. What can be kept but not sent is the edits' affair."""
    if not (visit.claim.get("patient_last_name") or visit.claim.get("subscriber_member_id")):
        return "the visit names no patient"
    if visit.claim.get("payer_sequence") not in (None, "P"):
        return "it asks a payer after the first: such claims are made here from the first payer's remittance"
    if not visit.lines:
        return "the visit has no service line"
    if len(visit.lines) > MOST_LINES:
        return f"the visit has more than {MOST_LINES} service lines: split it"
    if not (visit.claim.get("billing_provider_npi") or visit.claim.get("billing_provider_last_name")):
        return "the visit names no billing provider"
    wrong = next(filter(None, (tables.misfit(model, values) for model, values in _rows_of(visit))), "")
    return f"{wrong.replace('_', ' ')} is longer than it may be, or holds a control character" if wrong else ""


def _rows_of(visit: Visit) -> Iterator[tuple[type[models.Model], Mapping[str, Any]]]:
    """The rows a visit would make, as far as they hold text in the clear."""
    claim = visit.claim
    yield Encounter, {"place_of_service": claim.get("place_of_service") or ""}
    yield BillingProvider, facts.facts(claim, "billing_provider", facts.BILLING)
    yield Provider, facts.facts(claim, "rendering_provider", facts.PERSON)
    yield Provider, facts.facts(claim, "referring_provider", facts.PERSON)
    yield Facility, facts.facts(claim, "service_facility", facts.PLACE)
    yield Payer, facts.payer_facts(claim)
    yield Patient, people.facts(claim)
    yield Coverage, plans.primary(claim)
    for other in visit.other_payers:
        yield Payer, _other_payer(other)
        yield Coverage, plans.other(other)
    yield from ((ChargeLine, tables.line_values(line)) for line in visit.lines)
    yield from ((Diagnosis, tables.diagnosis_values(diagnosis)) for diagnosis in visit.diagnoses)


def _identity(visit: Visit) -> str:
    return people.identity(people.facts(visit.claim), visit.claim.get("subscriber_member_id"))


def _plans(known: _Known, visit: Visit) -> list[tuple[str, UUID, dict[str, Any]]]:
    """The plans of a visit: payer sequence, payer row id, facts. A sequence is used once, the first given stays."""
    found: dict[str, tuple[str, UUID, dict[str, Any]]] = {}
    own = facts.payer_facts(visit.claim)
    if own["payer_id"] or own["name"]:
        sequence = visit.claim.get("payer_sequence") or "P"
        found[sequence] = (sequence, known.payers[facts.payer_key(own)].pk, plans.primary(visit.claim))
    for other in visit.other_payers:
        payer = _other_payer(other)
        sequence = other.get("payer_sequence") or "S"
        if (payer["payer_id"] or payer["name"]) and sequence in ("P", "S", "T"):
            found.setdefault(sequence, (sequence, known.payers[facts.payer_key(payer)].pk, plans.other(other)))
    return list(found.values())


def _other_payer(row: Mapping[str, Any]) -> dict[str, str]:
    return {"payer_id": row.get("payer_id") or "", "name": row.get("payer_name") or ""}


@dataclass(frozen=True, slots=True)
class _Known:
    """The organization rows a batch of visits speaks of."""

    billing: dict[bytes, models.Model]
    providers: dict[bytes, models.Model]
    facilities: dict[bytes, models.Model]
    payers: dict[str, Any]

    @staticmethod
    def of(actor: Actor, visits: Sequence[Visit]) -> _Known:
        claims = [v.claim for v in visits]
        persons = [
            facts.facts(c, f"{who}_provider", facts.PERSON) for c in claims for who in ("rendering", "referring")
        ]
        named = [facts.payer_facts(c) for c in claims] + [_other_payer(o) for v in visits for o in v.other_payers]
        return _Known(
            organization.know_billing_providers(
                actor, (facts.facts(c, "billing_provider", facts.BILLING) for c in claims)
            ),
            organization.know_providers(actor, (p for p in persons if any(p.values()))),
            organization.know_facilities(
                actor, (f for f in (facts.facts(c, "service_facility", facts.PLACE) for c in claims) if any(f.values()))
            ),
            organization.know_payers(actor, (p for p in named if p["payer_id"] or p["name"])),
        )

    def encounter(
        self,
        actor: Actor,
        number: str,
        patient_id: UUID,
        a: _Arrived,
        index: BlindIndex,
        source_kind: str,
        now: datetime,
    ) -> Encounter:
        """The row of one visit."""
        claim, day = a.visit.claim, a.visit.service_day
        charges = [line["charge_cents"] for line in a.visit.lines]

        def found(rows: dict[bytes, models.Model], prefix: str, names: tuple[str, ...]) -> Any:
            return rows.get(facts.digest(facts.facts(claim, prefix, names)))

        return Encounter(
            practice_id=actor.practice_id,
            number=number,
            patient_id=patient_id,
            billing_provider=found(self.billing, "billing_provider", facts.BILLING),
            rendering_provider=found(self.providers, "rendering_provider", facts.PERSON),
            referring_provider=found(self.providers, "referring_provider", facts.PERSON),
            facility=found(self.facilities, "service_facility", facts.PLACE),
            service_day=day,
            service_year=day.year if day else None,
            place_of_service=claim.get("place_of_service") or "",
            charge_cents=sum(c for c in charges if c is not None),
            stated_charge_cents=claim.get("charge_cents"),
            facts=tables.facts_text(claim),
            source=index.of(a.source[0]),
            source_of=a.source[0],
            content=index.of(a.content[0]),
            content_of=a.content[0],
            source_kind=source_kind,
            created_at=now,
        )


def _charge(
    encounters: Sequence[Encounter],
    lines: Sequence[ChargeLine],
    payers: Mapping[UUID, UUID],
    actor: Actor,
    now: datetime,
) -> None:
    """What was done becomes what is owed; a line without a charge, or with less than nothing, owes nothing yet."""
    owed = [line for line in lines if line.charge_cents is not None and line.charge_cents > 0]
    by_key = {e.pk: e for e in encounters}
    frame = pl.DataFrame(
        {
            "claim_number": [by_key[line.encounter_id].number for line in owed],
            "line_control_number": [line.line_control_number for line in owed],
            "charge_cents": [line.charge_cents for line in owed],
            "patient_id": [str(by_key[line.encounter_id].patient_id) for line in owed],
            "payer_id": [_text(payers.get(line.encounter_id)) for line in owed],
            "payer_sequence": ["P" if line.encounter_id in payers else None for line in owed],
        },
        schema={
            "claim_number": pl.String,
            "line_control_number": pl.String,
            "charge_cents": pl.Int64,
            "patient_id": pl.String,
            "payer_id": pl.String,
            "payer_sequence": pl.String,
        },
    )
    ledger.record(charge(frame, day=now.date()), actor=actor, now=now)


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
