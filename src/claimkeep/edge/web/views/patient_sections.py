"""The parts of a patient's page: masked identifiers, coverage, claims, money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.claims.models import Claim
from claimkeep.apps.coverage.models import Coverage
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.patients.models import Patient
from claimkeep.edge.web import claim_money, masks, states
from claimkeep.edge.web.templatetags.words import day

MOST_CLAIMS = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """One identifier: its end, or all of it once its showing is in the log."""

    field: str
    label: str
    text: str
    shown: bool
    may_show: bool


_LABELS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "birth_day": ("Birth date", masks.year_of),
    "ssn": ("Social security number", masks.end_of),
    "member_id": ("Member id", masks.end_of),
    "phone": ("Telephone", masks.end_of),
    "email": ("Mail address", masks.end_of),
}


def member_id(actor: Actor, person: Patient) -> str:
    """The member id of the patient's newest plan."""
    newest = _plans(actor, person)
    return newest[0].member_id or "" if newest else ""


def masked(person: Patient, field: str, member: str, *, shown: bool, may_show: bool = True) -> Cell:
    """One identifier of the patient."""
    label, mask = _LABELS[field]
    value: Any = member if field == "member_id" else getattr(person, field)
    whole = day(value) if field == "birth_day" else value
    return Cell(field, label, (whole if shown else mask(value)) if value else "", shown, may_show)


def cells(actor: Actor, person: Patient, shown: str) -> list[Cell]:
    """Every identifier that is masked until somebody asks; `shown` names the one that was asked for."""
    member, may = member_id(actor, person), actor.may("patient:reveal")
    return [masked(person, field, member, shown=field == shown, may_show=may) for field in _LABELS]


def _plans(actor: Actor, person: Patient) -> list[Coverage]:
    plans = person.coverages.filter(practice_id=actor.practice_id).select_related("payer")
    return list(plans.order_by("-created_at", "pk"))


def money_and_claims(actor: Actor, person: Patient) -> dict[str, Any]:
    """The plans, the newest claims, and what is open on each and in all; money only for who may see it."""
    plans = [{"plan": p, "member": masks.end_of(p.member_id)} for p in _plans(actor, person)]
    if not actor.may("claim:read"):
        return {"plans": plans, "claims": None, "open": None}
    rows = list(claims.of_patient(actor, person.pk)[:MOST_CLAIMS])
    money = _money(actor, rows)
    return {
        "plans": plans,
        "claims": [
            {
                "claim": c,
                "money": money.get(c.number),
                "adjudication": states.badge_of(c.adjudication),
                "transport": states.badge_of(c.transport),
                "build": states.badge_of(c.build),
            }
            for c in rows
        ],
        "most": MOST_CLAIMS if len(rows) == MOST_CLAIMS else 0,
        "open": {
            "insurance": sum(m.open_insurance for m in money.values()),
            "patient": sum(m.open_patient for m in money.values()),
        }
        if actor.may("ledger:read")
        else None,
    }


def _money(actor: Actor, rows: list[Claim]) -> dict[str, claim_money.Money]:
    if not actor.may("ledger:read"):
        return {}
    journal = ledger.journal_of_claims(actor, [c.number for c in rows])
    parts = journal.postings.drop_nulls("claim_number").partition_by("claim_number", as_dict=True)
    return {str(key[0]): claim_money.of_claim(part) for key, part in parts.items()}
