"""Remittances are judged by three equations."""

from __future__ import annotations

import polars as pl
import pytest

from claimkeep.engine.remit.balance import faults, quarantined, without
from tests.engine.remit.remittances import Clp, Line, Remit, tables

NORMAL = Line(20000, 12000, [("CO-45", 6000), ("PR-2", 2000)])
REVERSAL = Line(-20000, -12000, [("CO-45", -6000), ("PR-2", -2000)])
CORRECTION = Line(20000, 10000, [("CO-45", 8000), ("PR-2", 2000)])


def simple(paid: int) -> Line:
    return Line(paid, paid)


CASES = {
    "normal": Remit([Clp("A", [NORMAL])], paid=12000),
    "reversal and correction, collected later": Remit(
        [Clp("A", [REVERSAL], status="22"), Clp("A", [CORRECTION])], [("WO", "A", -2000)], paid=0
    ),
    "later collection": Remit([Clp("B", [simple(5000)])], [("WO", "A", 2000)], paid=3000),
    "balance forward, first": Remit(
        [Clp("A", [simple(60000)]), Clp("B", [simple(-80000)], status="22")], [("FB", "", -20000)], paid=0
    ),
    "balance forward, second": Remit([Clp("C", [simple(5000)])], [("FB", "", 20000), ("FB", "", -15000)], paid=0),
    "interest": Remit([Clp("A", [NORMAL])], [("L6", "", -137)], paid=12137),
    "refund acknowledged": Remit([Clp("A", [NORMAL])], [("WO", "X", 7500), ("72", "X", -7500)], paid=12000),
    "adjusted on the claim": Remit([Clp("A", [simple(20000)], adjustments=[("CO-45", 8000)])], paid=12000),
    "claim without lines": Remit([Clp("A", [], charge=20000, paid=12000, adjustments=[("CO-45", 8000)])], paid=12000),
    "nothing paid": Remit([Clp("A", [Line(10000, 0, [("CO-45", 4000), ("PR-1", 6000)])])], paid=0),
}


@pytest.mark.parametrize("name", CASES)
def test_a_remittance_in_balance_has_no_fault(name: str) -> None:
    assert faults(tables(CASES[name])).height == 0


@pytest.mark.parametrize("name", CASES)
def test_a_cent_more_in_the_payment_of_any_of_them_is_found(name: str) -> None:
    remit = CASES[name]
    assert remit.paid is not None
    found = faults(tables(Remit(remit.claims, remit.plb, paid=remit.paid + 1)))
    assert found.select("claim_row", "service_row", "difference_cents").rows() == [(None, None, -1)]
    assert found["cite"][0].startswith("005010X221A1 BPR02")


def test_a_line_a_cent_short_is_told_as_an_equation() -> None:
    short = Line(20000, 11999, [("CO-45", 6000), ("PR-2", 2000)])
    found = faults(tables(Remit([Clp("A", [short])])))
    line = found.row(by_predicate=pl.col("service_row") == 0, named=True)
    assert line["equation"] == "charge 200.00 - adjustments 80.00 = 120.00, but paid is 119.99"
    assert line["difference_cents"] == 1
    assert "2110" in line["cite"]


def test_line_charges_that_are_not_the_claim_charge_are_found() -> None:
    found = faults(tables(Remit([Clp("A", [NORMAL], charge=21000, adjustments=[("CO-45", 1000)], paid=12000)])))
    assert found.filter(pl.col("equation").str.starts_with("line charges")).select("difference_cents").rows() == [
        (-1000,)
    ]
    assert "line charges 200.00, but claim charge is 210.00" in found["equation"].to_list()
    assert found.filter(pl.col("equation").str.starts_with("line payments")).height == 1


def test_a_payment_below_zero_is_found_even_where_the_sum_is_right() -> None:
    found = faults(tables(Remit([Clp("A", [REVERSAL], status="22")], paid=-12000)))
    assert found.select("equation", "claim_row").rows() == [("the payment of a remittance is never negative", None)]


def test_a_missing_amount_is_a_fault_and_not_zero() -> None:
    whole = tables(Remit([Clp("A", [NORMAL])]))
    for name, amount in (
        ("payments", "payment_cents"),
        ("claim_payments", "paid_cents"),
        ("adjustments", "amount_cents"),
    ):
        parts = {slot: getattr(whole, slot) for slot in type(whole).__slots__}
        parts[name] = parts[name].with_columns(pl.lit(None, pl.Int64).alias(amount))
        assert "an amount is missing or is not money" in faults(type(whole)(**parts))["equation"].to_list()


def test_only_the_remittance_with_the_fault_is_kept_back() -> None:
    found = tables(Remit([Clp("A", [NORMAL])], trace="T1"), Remit([Clp("B", [NORMAL])], trace="T2", paid=1))
    held = quarantined(faults(found))
    assert held.to_list() == [1]
    rest = without(found, held)
    assert rest.claim_payments["claim_number"].to_list() == ["A"]
    assert rest.adjustments.height == 2
    assert faults(rest).height == 0
