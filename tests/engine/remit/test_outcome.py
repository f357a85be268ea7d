"""What came out of a claim is told by groups, reasons and what was allowed, not by the amount."""

from __future__ import annotations

import pytest

from claimkeep.engine.remit.outcome import outcomes
from tests.engine.remit.remittances import Clp, Line, Remit, tables


@pytest.mark.parametrize(
    ("status", "line", "expected"),
    [
        ("1", Line(20000, 12000, [("CO-45", 6000), ("PR-2", 2000)]), "paid"),
        ("1", Line(20000, 0, [("CO-45", 6000), ("PR-1", 14000)]), "paid"),
        ("2", Line(20000, 2000, [("OA-23", 18000)]), "paid"),
        ("2", Line(20000, 20900, [("OA-94", -900)]), "paid"),
        ("1", Line(20000, 12000, [("CO-45", 3000), ("CO-97", 5000)]), "partial"),
        ("1", Line(20000, 0, [("CO-24", 20000)]), "zero_allowed"),
        ("4", Line(20000, 0, [("CO-45", 20000)]), "denied"),
        ("1", Line(20000, 0, [("CO-45", 5000), ("CO-50", 15000)]), "denied"),
        ("1", Line(20000, 0, [("PR-27", 20000)]), "denied"),
        ("22", Line(-20000, -12000, [("CO-45", -6000), ("PR-2", -2000)]), "reversed"),
        ("23", Line(20000, 0, [("OA-109", 20000)]), "forwarded"),
        ("25", Line(20000, 0, [("OA-101", 20000)]), "predetermined"),
    ],
)
def test_the_outcome_follows_groups_and_what_was_allowed(status: str, line: Line, expected: str) -> None:
    assert outcomes(tables(Remit([Clp("A", [line], status=status)])))["outcome"].to_list() == [expected]


def test_the_parts_of_an_outcome_add_up() -> None:
    line = Line(20000, 11000, [("CO-45", 3000), ("CO-97", 5000), ("PR-2", 1000)])
    row = outcomes(tables(Remit([Clp("A", [line])]))).row(0, named=True)
    assert (row["allowed_cents"], row["contractual_cents"], row["disputed_cents"], row["patient_cents"]) == (
        12000,
        3000,
        5000,
        1000,
    )


@pytest.mark.parametrize(("status", "crossed"), [("1", False), ("19", True), ("20", True), ("21", True)])
def test_a_claim_the_payer_sent_on_is_marked(status: str, crossed: bool) -> None:
    assert outcomes(tables(Remit([Clp("A", [Line(1, 1)], status=status)])))["crossed_over"].to_list() == [crossed]
