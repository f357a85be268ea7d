"""Encounters become claims; claims are scrubbed; a claim with a fault is held with its reasons, another is ready."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.claims import queries, tables
from claimkeep.apps.claims.actions.steps import Step, take
from claimkeep.apps.claims.models import Claim, ClaimFinding
from claimkeep.apps.encounters import queries as encounters
from claimkeep.apps.encounters.models import Encounter
from claimkeep.apps.encounters.tables import facts
from claimkeep.apps.organization import actions as organization
from claimkeep.engine.scrub.run import run
from claimkeep.engine.terms.finding import Finding

BATCH = 500


@dataclass(frozen=True, slots=True)
class Built:
    """How many claims were made, and what became of those that were scrubbed."""

    claims: int = 0
    held: int = 0
    ready: int = 0

    def plus(self, other: Built) -> Built:
        """Both together."""
        return Built(self.claims + other.claims, self.held + other.held, self.ready + other.ready)


def build(*, actor: Actor, now: datetime) -> Built:
    """Every insured encounter has its primary claim, held with reasons or ready."""
    require(actor, "claim:edit")
    result = Built()
    while True:
        with transaction.atomic():
            organization.take_turn(actor, "turn:claims")
            waiting = encounters.without_claim(actor, BATCH)
            if not waiting:
                return result
            made = _make(waiting, actor, now)
            result = result.plus(Built(claims=len(made))).plus(_scrub(made, actor, now))


def scrub_again(*, actor: Actor, now: datetime) -> Built:
    """Claims that are drafts or held are scrubbed anew; what is no longer wrong is resolved."""
    require(actor, "claim:edit")
    result = Built()
    open_claims = queries.whole(actor).filter(build__in=("draft", "held"))
    for batch in queries.batches(open_claims, BATCH):
        with transaction.atomic():
            result = result.plus(_scrub(batch, actor, now))
    return result


def _make(waiting: Sequence[Encounter], actor: Actor, now: datetime) -> list[Claim]:
    rows = []
    for encounter in waiting:
        plan = next(c.coverage for c in encounter.coverages.all() if c.payer_sequence == "P")
        stated = encounter.stated_charge_cents
        rows.append(
            Claim(
                practice_id=actor.practice_id,
                number=encounter.number,
                encounter=encounter,
                patient_id=encounter.patient_id,
                coverage=plan,
                payer_id=plan.payer_id,
                payer_sequence="P",
                frequency_code=str(facts(encounter).get("frequency_code") or "1")[:1],
                charge_cents=stated if stated is not None else encounter.charge_cents or 0,
                created_at=now,
            )
        )
    Claim.objects.bulk_create(rows, batch_size=1000)
    take((Step(c.pk, "build", "draft") for c in rows), actor=actor, now=now)
    take((Step(c.pk, "responsibility", "primary") for c in rows), actor=actor, now=now)
    return list(queries.whole(actor).filter(pk__in=[c.pk for c in rows]))


def _scrub(claims: Sequence[Claim], actor: Actor, now: datetime) -> Built:
    by_claim: dict[int, list[Finding]] = defaultdict(list)
    for finding in run(tables.framed(tables.content(c) for c in claims), now.date()):
        by_claim[finding.claim_row].append(finding)
    ClaimFinding.objects.filter(
        practice_id=actor.practice_id, claim__in=[c.pk for c in claims], resolved_at=None
    ).update(resolved_at=now)
    ClaimFinding.objects.bulk_create(
        _finding_row(claims[row], f, actor, now) for row, found in by_claim.items() for f in found
    )
    steps = []
    for row, c in enumerate(claims):
        holding = [f for f in by_claim[row] if f.severity.holds]
        steps.append(Step(c.pk, "build", "held" if holding else "ready", code=holding[0].edit if holding else ""))
    take(steps, actor=actor, now=now)
    notes = [audit.Note("claim:scrub", f"patient:{c.patient_id}", f"claim:{c.number}") for c in claims]
    audit.note_all(notes, actor=actor.id, now=now, practice_id=actor.practice_id)
    held = sum(s.state == "held" for s in steps)
    return Built(held=held, ready=len(steps) - held)


def _finding_row(claim: Claim, f: Finding, actor: Actor, now: datetime) -> ClaimFinding:
    return ClaimFinding(
        practice_id=actor.practice_id,
        claim=claim,
        edit=f.edit,
        severity=f.severity,
        line=f.line,
        diagnosis=f.diagnosis,
        message=f.message[:240],
        fix=f.fix[:240],
        cite=f.cite[:120],
        carc=f.carc[:16],
        found_at=now,
    )
