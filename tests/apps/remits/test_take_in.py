"""Remittances in: posted by rule, known again at every level, set apart with the reason, never repaired."""

from __future__ import annotations

from typing import Any

import pytest

from claimkeep.apps.audit.models import Event
from claimkeep.apps.claims import queries as claims
from claimkeep.apps.claims.models import Claim
from claimkeep.apps.ledger import queries as ledger
from claimkeep.apps.ledger.models import Entry
from claimkeep.apps.remits import actions, queries
from claimkeep.apps.remits.actions import Taken
from claimkeep.apps.remits.models import Adjustment, ClaimPayment, Remittance, ServicePayment
from claimkeep.engine.terms.errors import AccessDenied
from tests.apps.payer import paid, remittances, reversed_
from tests.apps.world import NOW, Place, line, person, visit
from tests.engine.remit.remittances import Clp, Line, Remit


@pytest.fixture
def one(here: Place) -> tuple[Place, Claim]:
    """A claim of 200.00, sent."""
    return here, here.claims(visit())[0]


@pytest.fixture
def two(here: Place) -> tuple[Place, list[Claim]]:
    """Two claims of two lines each, sent."""
    lines = (line(20_000, modifier1="25"), line(5_000, "G0101"))
    return here, here.claims(*(visit(*lines, **person(n)) for n in (1, 2)))


def balances(here: Place) -> dict[str, int]:
    """The balance of every account that is not zero; checked to sum to zero."""
    rows = ledger.trial_balance(here.actor)
    assert sum(row.balance_cents for row in rows) == 0
    assert ledger.unbalanced_entries(here.actor) == []
    return {row.account: row.balance_cents for row in rows if row.balance_cents}


def stands(claim: Claim) -> tuple[str, str, str]:
    """Adjudication, responsibility and recovery; checked to be what the events say."""
    claim.refresh_from_db()
    for axis, state in claims.replayed(claim.events.order_by("pk")).items():
        assert getattr(claim, axis) == state
    return claim.adjudication, claim.responsibility, claim.recovery


PAID = {"ar_insurance": 0, "remit_clearing": 14_000, "contractual": 6_000, "revenue_gross": -20_000}


def is_paid(here: Place) -> bool:
    """True when the one claim of 200.00 was paid 140.00 once and 60.00 was written off."""
    return balances(here) == {name: cents for name, cents in PAID.items() if cents}


def test_a_payment_is_posted_line_by_line_and_the_claim_stands_paid(one: tuple[Place, Claim]) -> None:
    here, claim = one
    got = here.take_in(remittances(Remit([paid(claim)])))
    assert (got.remits, got.posted, got.quarantined, got.duplicate, got.unmatched, got.cash_cents) == (
        1, 1, 0, 0, 0, 14_000,
    )  # fmt: skip
    assert is_paid(here)
    assert stands(claim) == ("paid", "none", "none")
    row = Remittance.objects.get()
    assert (row.state, row.payment_cents, row.trace_number, row.note) == ("posted", 14_000, "TRACE1", "")
    payment = ClaimPayment.objects.get()
    assert (payment.state, payment.match, payment.outcome, payment.claim) == ("posted", "exact", "paid", claim)
    assert (payment.patient_last_name, payment.payer_claim_control_number) == ("LASTNAME", f"ICN{claim.number}")
    assert ServicePayment.objects.get().line_control_number == "CK00000001L01"
    assert Adjustment.objects.get().amount_cents == 6_000


def test_what_the_patient_owes_moves_to_the_patient(one: tuple[Place, Claim]) -> None:
    here, claim = one
    here.take_in(remittances(Remit([paid(claim, group="PR", reason="2")])))
    assert balances(here) == {"ar_patient": 6_000, "remit_clearing": 14_000, "revenue_gross": -20_000}
    assert stands(claim) == ("paid", "patient", "none")


def test_a_denial_leaves_the_money_open_and_asks_for_rework(one: tuple[Place, Claim]) -> None:
    here, claim = one
    here.take_in(remittances(Remit([paid(claim, share=0, reason="197", status="4")])))
    assert balances(here) == {"ar_insurance": 20_000, "revenue_gross": -20_000}
    assert stands(claim) == ("denied", "primary", "rework")


def test_a_claim_forwarded_by_the_payer_stands_forwarded_and_moves_no_money(one: tuple[Place, Claim]) -> None:
    here, claim = one
    here.take_in(remittances(Remit([paid(claim, share=0, group="OA", reason="B11", status="23")])))
    assert balances(here) == {"ar_insurance": 20_000, "revenue_gross": -20_000}
    assert stands(claim)[0] == "forwarded"


# -- what comes again ------------------------------------------------------------------------------------------------


def test_the_same_bytes_under_another_name_are_the_same_file(one: tuple[Place, Claim]) -> None:
    here, claim = one
    data = remittances(Remit([paid(claim)]))
    first = here.keep(data, "FIRST")
    assert here.keep(data, "SECOND") == first


def test_the_same_remittance_in_a_new_envelope_moves_no_money(one: tuple[Place, Claim]) -> None:
    here, claim = one
    here.take_in(remittances(Remit([paid(claim)]), control=901))
    got = here.take_in(remittances(Remit([paid(claim)]), control=902, group=7))
    assert (got.duplicate, got.posted, got.entries, got.cash_cents) == (1, 0, 0, 0)
    assert is_paid(here)
    assert Remittance.objects.get(state="duplicate").note


def test_the_same_envelope_numbers_with_the_same_content_are_a_duplicate(one: tuple[Place, Claim]) -> None:
    here, claim = one
    data = remittances(Remit([paid(claim)]))
    here.take_in(data)
    assert here.take_in(data.replace(b"~", b"~\n")).duplicate == 1
    assert is_paid(here)


def test_the_same_envelope_numbers_with_other_content_are_quarantined(two: tuple[Place, list[Claim]]) -> None:
    here, (first, second) = two
    here.take_in(remittances(Remit([paid(first)])))
    before = balances(here)
    got = here.take_in(remittances(Remit([paid(second)], trace="TRACE2")))
    assert (got.quarantined, got.posted) == (1, 0)
    assert balances(here) == before
    assert "envelope" in Remittance.objects.get(state="quarantined").note


def test_the_same_trace_amount_and_day_with_other_content_is_quarantined(two: tuple[Place, list[Claim]]) -> None:
    here, (first, second) = two
    here.take_in(remittances(Remit([paid(first)])))
    before = balances(here)
    got = here.take_in(remittances(Remit([paid(second)]), control=902))
    assert (got.quarantined, got.posted) == (1, 0)
    assert balances(here) == before
    assert "trace" in Remittance.objects.get(state="quarantined").note


def test_a_claim_payment_repeated_in_another_remittance_is_quarantined(one: tuple[Place, Claim]) -> None:
    here, claim = one
    here.take_in(remittances(Remit([paid(claim)])))
    got = here.take_in(remittances(Remit([paid(claim)], trace="TRACE2"), control=902))
    assert (got.quarantined, got.posted) == (1, 0)
    assert is_paid(here)
    assert "1." in Remittance.objects.get(state="quarantined").note
    assert Claim.objects.get().adjudication == "paid", "what another remittance posted is not undone by one set apart"


def test_a_claim_payment_repeated_in_another_remittance_of_one_file_is_quarantined(one: tuple[Place, Claim]) -> None:
    here, claim = one
    part = paid(claim, share=3, reason="197")  # what is denied stays open, so that a second payment would fit
    got = here.take_in(remittances(Remit([part]), Remit([part], trace="TRACE2")))
    assert (got.posted, got.quarantined) == (1, 1)
    assert balances(here) == {"ar_insurance": 14_000, "remit_clearing": 6_000, "revenue_gross": -20_000}


def test_a_remittance_repeated_in_one_file_is_a_duplicate(one: tuple[Place, Claim]) -> None:
    here, claim = one
    got = here.take_in(remittances(Remit([paid(claim)]), Remit([paid(claim)])))
    assert (got.posted, got.duplicate) == (1, 1)
    assert is_paid(here)


def test_a_payment_reversed_and_paid_again_in_one_file_is_no_repetition(one: tuple[Place, Claim]) -> None:
    here, claim = one
    clp = paid(claim)
    data = remittances(
        Remit([clp]),
        Remit([reversed_(clp)], plb=[("WO", "TAKEBACK", -14_000)], trace="TRACE2"),
        Remit([clp], trace="TRACE3"),
    )
    got = here.take_in(data)
    assert (got.posted, got.quarantined) == (3, 0)
    assert balances(here)["contractual"] == 6_000


def test_a_payment_reversed_and_paid_again_just_so_in_a_later_file_is_no_repetition(one: tuple[Place, Claim]) -> None:
    here, claim = one
    clp = paid(claim)
    here.take_in(remittances(Remit([clp])))
    got = here.take_in(remittances(Remit([reversed_(clp), clp], trace="TRACE2"), control=902))
    assert (got.posted, got.quarantined) == (1, 0)
    assert is_paid(here)
    third = here.take_in(remittances(Remit([clp], trace="TRACE3"), control=903))
    assert (third.posted, third.quarantined) == (0, 1)


# -- what is set apart -----------------------------------------------------------------------------------------------


FAULTS: dict[str, Any] = {
    "a line": lambda clp: Clp(clp.number, [Line(20_000, 14_000, [("CO-45", 5_999)], clp.lines[0].number)]),
    "the claim": lambda clp: Clp(clp.number, clp.lines, charge=20_001),
    "no lines": lambda clp: Clp(clp.number, [], charge=20_000, paid=14_000, adjustments=[("CO-45", 5_999)]),
}


@pytest.mark.parametrize("fault", [*FAULTS, "the remittance"])
def test_what_does_not_balance_is_quarantined_whole_with_its_equation(one: tuple[Place, Claim], fault: str) -> None:
    here, claim = one
    clp = paid(claim)
    bad = Remit([FAULTS[fault](clp)]) if fault in FAULTS else Remit([clp], paid=14_001)
    before = balances(here)
    got = here.take_in(remittances(bad))
    assert (got.quarantined, got.posted, got.entries) == (1, 0, 0)
    assert balances(here) == before
    row = Remittance.objects.get()
    assert row.state == "quarantined" and row.note.startswith("Out of balance: ") and ", but " in row.note
    assert set(ClaimPayment.objects.values_list("state", flat=True)) == {"quarantined"}
    assert stands(claim)[0] == "quarantined"


def test_a_remittance_out_of_balance_does_not_keep_the_others_of_its_file(two: tuple[Place, list[Claim]]) -> None:
    here, (first, second) = two
    got = here.take_in(remittances(Remit([paid(first)], paid=1), Remit([paid(second)], trace="TRACE2")))
    assert (got.quarantined, got.posted) == (1, 1)
    assert stands(second)[0] == "paid"
    assert stands(first)[0] == "quarantined"


def test_cash_for_a_claim_that_is_not_ours_goes_to_suspense(one: tuple[Place, Claim]) -> None:
    here, claim = one
    got = here.take_in(remittances(Remit([paid(claim), Clp("NOBODYS", [Line(5_000, 5_000)])])))
    assert (got.posted, got.unmatched) == (1, 1)
    assert balances(here)["suspense"] == -5_000
    assert balances(here)["remit_clearing"] == 19_000
    assert Remittance.objects.get().state == "partly_posted"
    lost = ClaimPayment.objects.get(claim=None)
    assert (lost.state, lost.match, lost.claim_number) == ("unmatched", "none", "NOBODYS")
    queries.remittance(here.actor, lost.remittance_id, now=NOW)
    looked = set(Event.objects.filter(why=f"remittance:{lost.remittance_id}").values_list("subject", flat=True))
    assert f"claim_payment:{lost.pk}" in looked, "the person is not ours, and was looked at all the same"
    assert Event.objects.filter(tag="remittance:read", subject=f"remittance:{lost.remittance_id}").count() == 1
    assert stands(claim)[0] == "paid"


def test_more_than_is_open_goes_to_suspense(one: tuple[Place, Claim]) -> None:
    here, claim = one
    here.take_in(remittances(Remit([paid(claim)])))
    more = Clp(claim.number, [Line(20_000, 20_000, [], "CK00000001L01")])
    got = here.take_in(remittances(Remit([more], trace="TRACE2"), control=902))
    assert got.posted == 1
    assert balances(here)["suspense"] == -20_000
    assert "ar_insurance" not in balances(here)
    assert ClaimPayment.objects.get(paid_cents=20_000).state == "suspense"


def test_a_reversal_takes_the_payment_back_to_the_cent(one: tuple[Place, Claim]) -> None:
    here, claim = one
    clp = paid(claim)
    here.take_in(remittances(Remit([clp])))
    back = Remit([reversed_(clp)], plb=[("FB", "CARRIED", -14_000)], trace="TRACE2")
    assert here.take_in(remittances(back, control=902)).posted == 1
    found = balances(here)
    assert found["ar_insurance"] == 20_000 and "contractual" not in found
    assert stands(claim)[:2] == ("reversed", "primary")
    assert Entry.objects.filter(kind="contra").count() == 1
    again = Remit([clp], trace="TRACE3")
    assert here.take_in(remittances(again, control=903)).posted == 1
    assert "ar_insurance" not in balances(here)
    assert stands(claim)[0] == "paid"


def test_a_reversal_of_what_was_never_posted_moves_no_receivable(one: tuple[Place, Claim]) -> None:
    here, claim = one
    here.take_in(remittances(Remit([reversed_(paid(claim))], plb=[("FB", "CARRIED", -14_000)])))
    assert balances(here)["ar_insurance"] == 20_000
    assert "contractual" not in balances(here)


def test_lines_that_lost_their_modifiers_and_order_are_matched_by_our_own_numbers(
    two: tuple[Place, list[Claim]],
) -> None:
    here, (first, _) = two
    clp = paid(first)
    for each in clp.lines:
        each.modifiers = ()
    clp.lines.reverse()
    assert here.take_in(remittances(Remit([clp]))).unmatched == 0
    assert stands(first)[0] == "paid"
    assert sorted(ServicePayment.objects.values_list("line_control_number", "charge_cents")) == [
        ("CK00000001L01", 20_000), ("CK00000001L02", 5_000),
    ]  # fmt: skip


def test_two_lines_alike_without_our_numbers_are_not_told_apart_on_a_guess(here: Place) -> None:
    (claim,) = here.claims(visit(line(5_000), line(5_000, modifier1="76")))
    clp = paid(claim)
    for each in clp.lines:
        each.modifiers, each.number = (), None
    here.take_in(remittances(Remit([clp])))
    payment = ClaimPayment.objects.get()
    assert payment.state == "suspense" or balances(here).get("ar_insurance", 0) == 0
    assert balances(here)["remit_clearing"] == 7_000


def test_a_provider_adjustment_moves_the_cash_it_says(one: tuple[Place, Claim]) -> None:
    here, claim = one
    got = here.take_in(remittances(Remit([paid(claim)], plb=[("L6", "INTEREST", -100), ("WO", "OLD", 500)])))
    assert got.cash_cents == 13_600
    assert balances(here)["remit_clearing"] == 13_600


def test_a_file_cut_short_is_set_apart_and_moves_nothing(one: tuple[Place, Claim]) -> None:
    here, claim = one
    before = balances(here)
    data = remittances(Remit([paid(claim)]))
    got = here.take_in(data[: len(data) * 2 // 3])
    assert got.posted == 0 and got.skipped
    assert balances(here) == before
    assert stands(claim)[0] == "none"


def test_a_break_leaves_nothing_of_the_file_and_the_next_run_takes_it_whole(
    one: tuple[Place, Claim], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, claim = one
    file = here.keep(remittances(Remit([paid(claim)])))
    before = balances(here)

    def breaks(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "take", breaks)
    with pytest.raises(KeyboardInterrupt):
        actions.take_in(file, actor=here.actor, now=NOW)
    assert not Remittance.objects.exists() and balances(here) == before
    monkeypatch.undo()
    assert actions.take_in(file, actor=here.actor, now=NOW).posted == 1
    assert is_paid(here)


def test_a_payment_for_a_claim_of_another_practice_is_a_strangers(here: Place, elsewhere: Place) -> None:
    (theirs,) = elsewhere.claims(visit())
    got = here.take_in(remittances(Remit([paid(theirs)])))
    assert got.unmatched == 1
    assert stands(theirs)[0] == "none"
    assert balances(here) == {"remit_clearing": 14_000, "suspense": -14_000}


def test_who_may_not_post_posts_nothing(one: tuple[Place, Claim]) -> None:
    here, claim = one
    file = here.keep(remittances(Remit([paid(claim)])))
    actor = type(here.actor)("user:1", here.actor.practice_id, "biller")
    with pytest.raises(AccessDenied):
        actions.take_in(file, actor=actor, now=NOW)
    assert not Remittance.objects.exists()


def test_a_file_without_a_remittance_is_taken_for_none(here: Place) -> None:
    assert here.take_in(remittances()) == Taken()
