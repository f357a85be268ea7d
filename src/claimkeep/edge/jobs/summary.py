"""A day in figures, counted from the rows and the ledger alone."""

from __future__ import annotations

from django.db import transaction

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.encounters import queries as encounters
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.remits import queries as remits


@transaction.atomic
def summary(actor: Actor) -> dict[str, int]:
    """Visits, claims by where they stand, and money by account, in cents; all of one moment."""
    states = claims.counts(actor)
    waiting = remits.counts(actor)
    balance = {row.account: row.balance_cents for row in ledger.trial_balance(actor)}
    transport, outcome = states["transport"], states["adjudication"]
    return {
        "visits": encounters.count(actor),
        "claims": sum(transport.values()),
        "held": states["build"].get("held", 0),
        "files_sent": claims.files(actor).filter(state="sent").count(),
        "accepted": transport.get("payer_accepted", 0),
        "rejected": sum(n for state, n in transport.items() if state.endswith("_rejected")),
        "paid": sum(outcome.get(state, 0) for state in ("paid", "partial")),
        "denied": outcome.get("denied", 0),
        "unmatched": waiting["unmatched"],
        "out_of_balance": waiting.get("quarantined", 0),
        "charge_cents": -balance.get("revenue_gross", 0),
        "paid_cents": ledger.received_cents(actor),
        "adjusted_cents": balance.get("contractual", 0),
        "patient_cents": balance.get("ar_patient", 0),
        "open_cents": balance.get("ar_insurance", 0),
        "trial_balance_cents": sum(balance.values()),
    }
