"""A day of billing, end to end: visits in, claims out over a real wire, answers in, every cent in the books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.days import Installation, installation, settled

pytestmark = pytest.mark.database

VISITS = 300
MISBEHAVIOUR = "late,duplicate,reversed,line-order,modifier-lost,unmatched,takeback"

FACTS = """
import json
from django.db.models import Count, Sum
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.claims.models import Claim, ClaimEvent, ReceivedFile, Submission, SubmissionFile
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.ledger.models import Posting
from claimkeep.apps.remits.models import ClaimPayment, Remittance
actor = installation.actor()
posted = Remittance.objects.filter(state__in=("posted", "partly_posted"))
lines = Posting.objects.exclude(line_control_number="").values("line_control_number")
wrong_axes = [
    c.number for c in Claim.objects.all()
    if any(getattr(c, axis) != state for axis, state in claims.replayed(claims.events(actor, c.pk)).items())
]
print(json.dumps({
    "clearing": sum(r.balance_cents for r in ledger.trial_balance(actor) if r.account == "remit_clearing"),
    "bpr": posted.aggregate(t=Sum("payment_cents"))["t"],
    "balances": {r.account: r.balance_cents for r in ledger.trial_balance(actor)},
    "unbalanced_entries": len(ledger.unbalanced_entries(actor)),
    "lines_off": lines.annotate(t=Sum("cents")).exclude(t=0).count(),
    "overdrawn": Posting.objects.filter(account="ar_insurance").values("line_control_number", "payer_sequence")
        .annotate(t=Sum("cents")).filter(t__lt=0).count(),
    "wrong_axes": wrong_axes,
    "sent_twice": Submission.objects.values("version__claim").annotate(n=Count("pk")).filter(n__gt=1).count(),
    "states": list(Remittance.objects.values_list("state", flat=True)),
    "notes": list(Remittance.objects.exclude(note="").values_list("note", flat=True)),
    "payments": list(ClaimPayment.objects.values_list("state", "match", "outcome")),
    "files": list(ReceivedFile.objects.values_list("kinds", "state", "note")),
    "held": list(Claim.objects.filter(build="held").values_list("number", flat=True)),
    "findings": list(Claim.objects.filter(build="held").values_list("findings__message", "findings__fix")),
    "transport": dict(Claim.objects.values_list("transport").annotate(n=Count("pk"))),
}))
"""


def facts(day: Installation) -> dict[str, Any]:
    """What the rows of an installation say."""
    found: dict[str, Any] = json.loads(day.python(FACTS))
    return found


@pytest.fixture(scope="module")
def day() -> Iterator[tuple[Installation, dict[str, Any]]]:
    """A day with payers that behave."""
    with installation() as place:
        yield place, place.said("demo", "--visits", str(VISITS))


def test_a_day_has_claims_that_were_paid_denied_rejected_and_held(day: tuple[Installation, dict[str, Any]]) -> None:
    _, summary = day
    assert summary["visits"] >= VISITS * 0.98
    assert summary["claims"] == summary["visits"]
    assert all(summary[outcome] > 0 for outcome in ("paid", "denied", "rejected", "held"))
    assert summary["held"] + summary["accepted"] + summary["rejected"] == summary["claims"]
    assert summary["unmatched"] == summary["out_of_balance"] == 0


def test_the_books_balance_and_every_charge_is_paid_written_off_owed_or_open(
    day: tuple[Installation, dict[str, Any]],
) -> None:
    _, summary = day
    assert summary["trial_balance_cents"] == 0
    where = sum(summary[k] for k in ("paid_cents", "adjusted_cents", "patient_cents", "open_cents"))
    assert summary["charge_cents"] == where
    assert min(summary["paid_cents"], summary["adjusted_cents"], summary["patient_cents"], summary["open_cents"]) > 0


def test_cash_at_the_payers_is_what_their_remittances_say(day: tuple[Installation, dict[str, Any]]) -> None:
    found = facts(day[0])
    assert found["clearing"] == found["bpr"] == day[1]["paid_cents"]
    assert found["unbalanced_entries"] == found["lines_off"] == found["overdrawn"] == 0


def test_every_axis_of_every_claim_is_what_its_events_say(day: tuple[Installation, dict[str, Any]]) -> None:
    found = facts(day[0])
    assert found["wrong_axes"] == []
    assert found["sent_twice"] == 0


def test_a_held_claim_says_why_and_what_to_do(day: tuple[Installation, dict[str, Any]]) -> None:
    found = facts(day[0])
    assert len(found["held"]) == day[1]["held"]
    assert all(message and fix for message, fix in found["findings"])


def test_the_same_day_again_changes_nothing(day: tuple[Installation, dict[str, Any]]) -> None:
    place, summary = day
    assert settled(place.said("demo", "--visits", str(VISITS), "--resume")) == settled(summary)


def test_a_folder_that_holds_another_day_is_left_alone(day: tuple[Installation, dict[str, Any]]) -> None:
    place, _ = day
    status, said = place.run("demo", "--visits", str(VISITS + 1), "--json")
    assert (status, said) == (2, "")
    assert "--resume" in (place.root / "log").read_text().splitlines()[-1]


def test_the_log_and_the_books_verify(day: tuple[Installation, dict[str, Any]]) -> None:
    place, _ = day
    assert place.said("audit", "verify")["ok"] is True
    assert place.said("ledger", "verify")["unbalanced"] == 0
    balance = place.said("ledger", "trial-balance")
    assert balance["debits_cents"] == balance["credits_cents"] > 0
    assert sum(balance["accounts"].values()) == 0


def test_payers_that_misbehave_move_no_cent_twice_and_none_on_a_guess(
    day: tuple[Installation, dict[str, Any]],
) -> None:
    with installation() as place:
        summary = place.said("demo", "--visits", str(VISITS), "--misbehave", MISBEHAVIOUR)
        found = facts(place)
    assert summary["trial_balance_cents"] == 0
    assert (summary["claims"], summary["held"], summary["rejected"]) == tuple(
        day[1][k] for k in ("claims", "held", "rejected")
    )
    assert found["clearing"] == found["bpr"]
    assert found["unbalanced_entries"] == found["overdrawn"] == 0
    assert "duplicate" in found["states"]
    outcomes = {outcome for _, _, outcome in found["payments"]}
    assert "reversed" in outcomes
    unmatched = [p for p in found["payments"] if p[1] == "none"]
    assert len(unmatched) == summary["unmatched"] > 0
    assert {state for state, _, _ in unmatched} == {"unmatched"}
    assert found["balances"]["suspense"] < 0
    where = sum(summary[k] for k in ("paid_cents", "adjusted_cents", "patient_cents", "open_cents"))
    assert summary["charge_cents"] == -found["balances"]["revenue_gross"] == where


def test_a_remittance_out_of_balance_is_quarantined_with_its_equation(day: tuple[Installation, dict[str, Any]]) -> None:
    with installation() as place:
        summary = place.said("demo", "--visits", "60", "--misbehave", "out-of-balance")
        found = facts(place)
    assert summary["out_of_balance"] == len(found["notes"]) > 0
    assert all("but" in note and "Out of balance" in note for note in found["notes"])
    assert summary["paid_cents"] == found["balances"].get("remit_clearing", 0) == 0
    assert summary["open_cents"] == summary["charge_cents"]
    assert {state for state, _, _ in found["payments"]} == {"quarantined"}


def test_a_remittance_cut_short_is_set_apart_whole_and_a_silent_payer_is_visible(
    day: tuple[Installation, dict[str, Any]],
) -> None:
    with installation() as place:
        summary = place.said("demo", "--visits", "60", "--misbehave", "truncated")
        cut = [(state, note) for kinds, state, note in facts(place)["files"] if "835" in kinds]
    assert cut and all(state == "unreadable" and "IEA" in note for state, note in cut)
    assert summary["paid_cents"] == summary["trial_balance_cents"] == 0
    with installation() as place:
        quiet = place.said("demo", "--visits", "60", "--misbehave", "silent")
        found = facts(place)
    assert quiet["accepted"] == quiet["rejected"] == 0
    assert found["transport"]["sent"] == quiet["claims"] - quiet["held"]
