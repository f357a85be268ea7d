"""What a remittance does to the books."""

from __future__ import annotations

import polars as pl
import pytest

from claimkeep.engine.books.balance import open_by_line
from claimkeep.engine.books.entry import Journal, check, contra, together
from claimkeep.engine.remit.post import Posted
from claimkeep.engine.terms.remittance import RemittanceTables
from tests.engine.remit.remittances import DAY, Clp, Line, Practice, Remit, tables

NORMAL = Line(20000, 12000, [("CO-45", 6000), ("PR-2", 2000)])
REVERSAL = Line(-20000, -12000, [("CO-45", -6000), ("PR-2", -2000)])
CORRECTION = Line(20000, 10000, [("CO-45", 8000), ("PR-2", 2000)])


def ours(**claims: list[int]) -> Practice:
    return Practice.with_claims(claims)


def sums(journal: Journal) -> dict[str, int]:
    """Balance of each account."""
    totals = journal.postings.group_by("account").agg(pl.col("cents").sum()).filter(pl.col("cents") != 0)
    return dict(totals.rows())


def take(practice: Practice, *remits: Remit) -> Posted:
    """Post a file and keep its entries."""
    posted = practice.post(tables(*remits))
    practice.books = together([practice.books, posted.journal])
    check(practice.books)
    return posted


def test_a_payment_clears_the_line_into_cash_allowance_and_patient() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [NORMAL])]))
    assert sums(practice.books) == {
        "remit_clearing": 12000,
        "contractual": 6000,
        "ar_patient": 2000,
        "revenue_gross": -20000,
    }
    patient = open_by_line(practice.books.postings).row(0, named=True)
    assert (patient["claim_number"], patient["line_control_number"], patient["patient_id"]) == ("A", "AL1", "patient-A")
    reasons = practice.books.postings.filter(pl.col("account").is_in(["contractual", "ar_patient"]))["reason"]
    assert reasons.to_list() == ["CO-45", "PR-2"]


def test_what_the_first_payer_leaves_goes_to_the_second_where_there_is_one() -> None:
    practice = Practice.with_claims({"A": [20000]}, second="SYNTH02")
    take(practice, Remit([Clp("A", [NORMAL])]))
    row = open_by_line(practice.books.postings).row(0, named=True)
    assert (row["account"], row["payer_sequence"], row["payer_id"], row["open_cents"]) == (
        "ar_insurance",
        "S",
        "SYNTH02",
        2000,
    )


def test_the_second_payer_does_not_write_off_again_what_the_first_did() -> None:
    practice = Practice.with_claims({"A": [20000]}, second="SYNTH02")
    take(practice, Remit([Clp("A", [NORMAL])]))
    take(practice, Remit([Clp("A", [Line(20000, 1500, [("OA-23", 18000), ("PR-3", 500)])], status="2")], trace="T2"))
    assert sums(practice.books) == {
        "remit_clearing": 13500,
        "contractual": 6000,
        "ar_patient": 500,
        "revenue_gross": -20000,
    }


def test_only_the_part_of_oa_23_that_the_books_lack_is_posted() -> None:
    practice = Practice.with_claims({"A": [20000]}, second="SYNTH02")
    take(practice, Remit([Clp("A", [NORMAL])]))
    take(practice, Remit([Clp("A", [Line(20000, 1500, [("OA-23", 18500)])], status="2")], trace="T2"))
    assert sums(practice.books) == {"remit_clearing": 13500, "contractual": 6500, "revenue_gross": -20000}


def test_the_second_payer_waits_in_suspense_until_the_first_is_posted() -> None:
    practice = Practice.with_claims({"A": [20000]}, second="SYNTH02")
    posted = take(practice, Remit([Clp("A", [Line(20000, 2000, [("OA-23", 18000)])], status="2")]))
    assert posted.suspended["reason"].to_list() == ["nothing was charged to this payer on a line"]
    assert sums(practice.books) == {
        "remit_clearing": 2000,
        "suspense": -2000,
        "ar_insurance": 20000,
        "revenue_gross": -20000,
    }


def test_a_first_payer_that_speaks_of_an_earlier_one_is_disputed() -> None:
    practice = ours(A=[20000])
    posted = take(practice, Remit([Clp("A", [Line(20000, 0, [("OA-23", 20000)])])]))
    assert posted.disputed.select("reason_code", "cents").rows() == [("23", 20000)]
    assert sums(practice.books) == {"ar_insurance": 20000, "revenue_gross": -20000}


@pytest.mark.parametrize(
    ("reason", "route"),
    [("CO-29", "denial"), ("PR-27", "eligibility"), ("PR-31", "eligibility"), ("PR-96", "patient_review")],
)
def test_a_denial_moves_no_money_and_is_returned_to_be_worked(reason: str, route: str) -> None:
    practice = ours(A=[20000])
    before = sums(practice.books)
    posted = take(practice, Remit([Clp("A", [Line(20000, 0, [(reason, 20000)])], status="4")]))
    assert posted.journal.entries.height == 0
    assert sums(practice.books) == before
    assert posted.disputed.select("line_control_number", "cents", "route").rows() == [("AL1", 20000, route)]


def test_zero_pay_still_posts_its_allowance_and_the_patients_part() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [Line(20000, 0, [("CO-45", 8000), ("PR-1", 12000)])])]))
    assert sums(practice.books) == {"contractual": 8000, "ar_patient": 12000, "revenue_gross": -20000}


def test_a_negative_contractual_amount_keeps_its_sign() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [Line(20000, 21000, [("CO-94", -1000)])])]))
    assert sums(practice.books) == {"remit_clearing": 21000, "contractual": -1000, "revenue_gross": -20000}


def test_a_reversal_undoes_exactly_what_the_claim_posted() -> None:
    practice = ours(A=[20000])
    charged = sums(practice.books)
    first = take(practice, Remit([Clp("A", [NORMAL])]))
    undone = take(practice, Remit([Clp("A", [REVERSAL], status="22")], [("WO", "A", -12000)], trace="T2"))
    assert undone.journal.entries["reverses"].to_list()[0] == first.journal.entries["source"][0]
    assert sums(practice.books) == charged | {"remit_clearing": 12000, "payer_debt": -12000}


def test_a_correction_after_its_reversal_leaves_the_corrected_amounts() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [NORMAL])]))
    for order in (1, -1):
        here = Practice(practice.claims, practice.lines, practice.books)
        pair = [Clp("A", [REVERSAL], status="22"), Clp("A", [CORRECTION])][::order]
        posted = take(here, Remit(pair, [("WO", "A", -2000)], trace="T2"))
        assert posted.suspended.height == 0
        assert sums(here.books) == {
            "remit_clearing": 12000,
            "contractual": 8000,
            "ar_patient": 2000,
            "payer_debt": -2000,
            "revenue_gross": -20000,
        }


def test_a_reversal_that_leaves_out_the_adjustments_is_known_by_what_was_paid() -> None:
    practice = ours(A=[20000])
    charged = sums(practice.books)
    take(practice, Remit([Clp("A", [NORMAL])]))
    bare = Line(-20000, -12000, [("CO-45", -8000)])
    take(practice, Remit([Clp("A", [bare], status="22")], [("FB", "", -12000)], trace="T2"))
    assert sums(practice.books) == charged | {"remit_clearing": 12000, "payer_debt": -12000}


def test_a_reversal_with_nothing_to_reverse_goes_to_suspense_and_no_receivable_moves() -> None:
    practice = ours(A=[20000])
    before = sums(practice.books)
    posted = take(practice, Remit([Clp("A", [REVERSAL], status="22")], [("FB", "", -12000)]))
    assert posted.suspended.select("cents", "reason").rows() == [(-12000, "nothing was posted that this could reverse")]
    assert sums(practice.books) == before | {"suspense": 12000, "payer_debt": -12000}


def test_a_payment_is_reversed_once() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [NORMAL])]))
    take(practice, Remit([Clp("A", [REVERSAL], status="22")], [("FB", "", -12000)], trace="T2"))
    again = take(practice, Remit([Clp("A", [REVERSAL], status="22")], [("FB", "", -12000)], trace="T3"))
    assert again.suspended["cents"].to_list() == [-12000]


def test_a_reversal_before_its_original_in_a_file_still_finds_it() -> None:
    practice = ours(A=[20000])
    charged = sums(practice.books)
    posted = take(
        practice,
        Remit([Clp("A", [REVERSAL], status="22")], [("FB", "", -12000)], trace="T1"),
        Remit([Clp("A", [NORMAL])], trace="T2"),
    )
    assert posted.suspended.height == 0
    assert sums(practice.books) == charged | {"remit_clearing": 12000, "payer_debt": -12000}


def test_the_reversal_of_a_denial_has_nothing_to_undo() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [Line(20000, 0, [("CO-16", 20000)])], status="4")]))
    posted = take(
        practice,
        Remit([Clp("A", [Line(-20000, 0, [("CO-16", -20000)])], status="22"), Clp("A", [NORMAL])], trace="T2"),
    )
    assert posted.suspended.height == 0 and posted.disputed.height == 0
    assert sums(practice.books)["remit_clearing"] == 12000


def test_paying_a_claim_twice_does_not_make_its_receivable_negative() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [NORMAL])]))
    posted = take(practice, Remit([Clp("A", [NORMAL])], trace="T2"))
    assert posted.suspended.select("cents", "reason").rows() == [(12000, "more than what is open on a line")]
    assert sums(practice.books)["suspense"] == -12000


def test_what_is_not_ours_goes_to_suspense() -> None:
    practice = ours(A=[20000])
    posted = take(practice, Remit([Clp("Z", [Line(5000, 5000)]), Clp("A", [], charge=21000, paid=21000)]))
    assert posted.suspended["claim_row"].to_list() == [0, 1]
    assert sums(practice.books) == {
        "remit_clearing": 26000,
        "suspense": -26000,
        "ar_insurance": 20000,
        "revenue_gross": -20000,
    }


def test_a_predetermination_changes_nothing() -> None:
    practice = ours(A=[20000])
    before = sums(practice.books)
    posted = take(practice, Remit([Clp("A", [Line(20000, 0, [("CO-45", 20000)])], status="25")]))
    assert posted.suspended.height == 0
    assert sums(practice.books) == before


@pytest.mark.parametrize(
    ("code", "account"),
    [
        ("WO", "payer_debt"),
        ("FB", "payer_debt"),
        ("L6", "interest_income"),
        ("LE", "levy"),
        ("E3", "withhold"),
        ("IP", "incentive_income"),
        ("XX", "suspense"),
    ],
)
def test_a_provider_adjustment_goes_to_the_account_of_its_code(code: str, account: str) -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [NORMAL])], [(code, "", 700)]))
    balances = sums(practice.books)
    assert (balances["remit_clearing"], balances[account]) == (11300, 700)


def test_a_recovery_names_the_claim_it_speaks_of() -> None:
    practice = ours(A=[20000])
    posted = take(practice, Remit([Clp("A", [NORMAL])], [("WO", "ICNA", 700), ("72", "A", -100)]))
    debt = posted.journal.postings.filter(pl.col("account") == "payer_debt")
    assert debt["claim_number"].to_list() == ["A", "A"]


def test_an_adjustment_of_the_whole_claim_is_shared_by_what_lines_were_paid() -> None:
    practice = ours(A=[10000, 10000, 10000, 5000])
    paid = [Line(10000, 10000, number=f"AL{n}") for n in (1, 2, 3)]
    refused = Line(5000, 0, [("CO-29", 5000)], number="AL4")
    posted = take(practice, Remit([Clp("A", [*paid, refused], adjustments=[("CO-45", 1000)])]))
    shares = posted.journal.postings.filter(pl.col("account") == "contractual")
    assert shares.select("line_control_number", "cents").rows() == [("AL1", 333), ("AL2", 333), ("AL3", 334)]
    assert open_by_line(practice.books.postings).select("line_control_number", "open_cents").rows() == [("AL4", 5000)]


def test_a_claim_payment_without_lines_is_shared_by_their_charges() -> None:
    practice = ours(A=[10000, 20000])
    posted = take(practice, Remit([Clp("A", [], charge=30000, paid=20000, adjustments=[("CO-45", 10000)])]))
    cash = posted.journal.postings.filter(pl.col("account") == "remit_clearing")
    assert cash.select("line_control_number", "cents").rows() == [("AL1", 6667), ("AL2", 13333)]
    assert open_by_line(practice.books.postings).height == 0


def test_posting_the_same_remittance_twice_changes_nothing() -> None:
    practice = ours(A=[20000])
    remit = Remit([Clp("A", [NORMAL])], [("L6", "", -137)])
    take(practice, remit)
    before = sums(practice.books)
    again = take(practice, remit)
    assert again.journal.entries.height == 0
    assert len(again.repeated) == 2
    assert sums(practice.books) == before


def test_a_remittance_that_comes_twice_in_one_file_is_posted_once() -> None:
    practice = ours(A=[20000])
    remit = Remit([Clp("A", [NORMAL])], [("L6", "", -137)])
    take(practice, remit, remit)
    assert sums(practice.books)["remit_clearing"] == 12137


def test_a_remittance_sent_again_with_other_content_is_not_posted_by_halves() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [NORMAL])], [("FB", "", 12000)]))
    before = sums(practice.books)
    again = take(practice, Remit([Clp("A", [REVERSAL], status="22")], [("FB", "", -12001), ("WO", "", 1)]))
    assert again.journal.entries.height == 0
    assert len(again.repeated) == 3
    assert sums(practice.books) == before


def test_the_contra_of_a_posting_gives_the_books_back() -> None:
    practice = ours(A=[20000])
    before = sums(practice.books)
    posted = take(practice, Remit([Clp("A", [NORMAL])], [("L6", "", -137)]))
    assert sums(together([practice.books, contra(posted.journal, DAY, "undo:")])) == before


def test_an_empty_file_posts_nothing() -> None:
    assert ours(A=[20000]).post(RemittanceTables.empty()).journal.entries.height == 0


def test_of_two_payments_of_the_same_amount_the_one_that_is_turned_is_undone() -> None:
    practice = ours(A=[10000, 10000])
    first = Line(10000, 5000, [("CO-45", 5000)], number="AL1")
    second = Line(10000, 5000, [("PR-1", 5000)], number="AL2")
    posted = take(practice, Remit([Clp("A", [first])], trace="T1"))
    take(practice, Remit([Clp("A", [second])], trace="T2"))
    turned = Line(-10000, -5000, [("CO-45", -5000)], number="AL1")
    undone = take(practice, Remit([Clp("A", [turned], status="22")], [("FB", "", -5000)], trace="T3"))
    assert undone.journal.entries["reverses"].to_list()[0] == posted.journal.entries["source"][0]


def test_the_cash_of_a_reversal_belongs_to_the_remittance_that_brought_it() -> None:
    practice = ours(A=[20000])
    take(practice, Remit([Clp("A", [NORMAL])]))
    take(practice, Remit([Clp("A", [REVERSAL], status="22")], [("FB", "", -12000)], trace="T2"))
    cash = practice.books.postings.filter(pl.col("account") == "remit_clearing")
    totals = dict(cash.group_by("reason").agg(pl.col("cents").sum()).rows())
    assert {key.split(":")[2]: cents for key, cents in totals.items()} == {"TRACE1": 12000, "T2": 0}


def test_a_negative_adjustment_of_the_whole_claim_is_shared_with_its_sign() -> None:
    practice = ours(A=[10000, 10000, 10000])
    paid = [Line(10000, 10000, number=f"AL{n}") for n in (1, 2, 3)]
    posted = take(practice, Remit([Clp("A", paid, adjustments=[("CO-144", -1000)])]))
    shares = posted.journal.postings.filter(pl.col("account") == "contractual")
    assert shares["cents"].to_list() == [-333, -333, -334]


@pytest.mark.parametrize("second", [None, "SYNTH02"])
def test_a_negative_patient_part_is_held_and_no_receivable_sinks(second: str | None) -> None:
    practice = Practice.with_claims({"A": [20000]}, second=second)
    posted = take(practice, Remit([Clp("A", [Line(20000, 20001, [("PR-3", -1)])])]))
    assert posted.suspended["reason"].to_list() == ["more than what is open on a line"]
    assert open_by_line(practice.books.postings)["open_cents"].to_list() == [20000]
