"""One line of time for a claim: bytes that went and came, people who did something, money that moved."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from claimkeep.apps.claims.models import ClaimEvent
from claimkeep.apps.ledger.models import Posting
from claimkeep.edge.web.claim_money import ADJUSTED, CASH
from claimkeep.edge.web.states import badge_of
from claimkeep.edge.web.templatetags.parts import Happening
from claimkeep.edge.web.templatetags.words import spaced, who
from claimkeep.engine.books.account import CHART

NAMES = {account.code: account.name for account in CHART}

SAID = {
    ("build", "draft"): "Built from the visit",
    ("build", "held"): "Held by an edit",
    ("build", "ready"): "Passed every edit",
    ("build", "frozen"): "Frozen: this content goes out",
    ("transport", "queued"): "Written into a file",
    ("transport", "sent"): "837 sent",
    ("transport", "interchange_accepted"): "TA1: the interchange was accepted",
    ("transport", "interchange_rejected"): "TA1: the interchange was refused",
    ("transport", "group_accepted"): "999: the syntax was accepted",
    ("transport", "group_rejected"): "999: the syntax was refused",
    ("transport", "clearinghouse_accepted"): "277CA: the clearinghouse accepted it",
    ("transport", "clearinghouse_rejected"): "277CA: the clearinghouse refused it",
    ("transport", "payer_accepted"): "277CA: the payer accepted it",
    ("transport", "payer_rejected"): "277CA: the payer refused it",
    ("recovery", "rework"): "Needs rework",
}
"""What a step means to a biller; a step that is not here is told by its axis and state."""


def happenings(steps: Iterable[ClaimEvent], postings: Iterable[Posting], *, with_money: bool) -> list[Happening]:
    """Everything in order of time; steps of one moment keep their order and stand before its money.

    Without money no amount is told, neither of postings nor of what a payer said.
    """
    told = [_step(step, with_money) for step in steps]
    return sorted([*told, *(_moves(postings) if with_money else ())], key=lambda h: h.when)


def _step(step: ClaimEvent, with_money: bool) -> Happening:
    told = SAID.get((step.axis, step.state)) or f"{step.axis.capitalize()}: {spaced(step.state)}"
    lane = "bytes" if step.document_id is not None or step.axis == "transport" else "people"
    bad = badge_of(step.state).tone == "bad"
    return Happening(lane, told, step.at, who(step.actor), step.code, step.cents if with_money else None, bad=bad)


def _moves(postings: Iterable[Posting]) -> Iterable[Happening]:
    """One happening an entry and account that tells of money: charged, paid, adjusted, passed to the patient."""
    sums: dict[tuple[int, str, str], int] = {}
    entries = {}
    for posting in postings:
        if posting.account in (*CASH, *ADJUSTED, "revenue_gross", "ar_patient", "suspense"):
            key = (posting.entry_id, posting.account, posting.reason if posting.account in ADJUSTED else "")
            sums[key] = sums.get(key, 0) + posting.cents
            entries[posting.entry_id] = posting.entry
    for (entry_id, account, reason), cents in sums.items():
        if cents == 0:
            continue
        entry = entries[entry_id]
        told, amount = _told(account, entry.kind), _sign(account, cents)
        href = reverse("web:entry", args=[entry_id])
        yield Happening("money", told, entry.created_at, who(entry.actor), reason, amount, href)


def _told(account: str, kind: str) -> str:
    if account in CASH:
        return "Paid" if kind != "contra" else "Payment taken back"
    if account == "revenue_gross":
        return "Charged"
    if account == "ar_patient":
        return "Passed to the patient" if kind != "charge" else "Owed by the patient"
    if account == "suspense":
        return "Put in suspense"
    return NAMES[account]


def _sign(account: str, cents: int) -> int:
    """Credits to income and suspense read as positive amounts."""
    return -cents if account in ("revenue_gross", "suspense") else cents
