"""Whatever payers send, the books balance: to the cent, by entry, by line and by remittance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from claimkeep.engine.books.account import RECEIVABLE
from claimkeep.engine.books.balance import open_by_line, trial_balance
from claimkeep.engine.books.entry import check, contra, together
from claimkeep.engine.remit.balance import faults
from claimkeep.engine.remit.post import remit_keys
from tests.engine.remit.remittances import Clp, Line, Practice, Remit, tables

CLAIMS = {"A": [20000, 333], "B": [10000], "C": [5000, 5000, 7001]}
REASONS = ["CO-45", "PR-2", "PR-1", "CO-29", "PR-27", "OA-23", "CO-94", "PI-204"]


@st.composite
def adjudications(draw: st.DrawFn) -> Clp:
    """A claim payment in balance: of ours or a stranger, paid, denied, in part, above the charge, with claim CAS."""
    number = draw(st.sampled_from(["A", "B", "C", "Z"]))
    lines = []
    for position, charge in enumerate(CLAIMS.get(number, [4200]), 1):
        adjustments = []
        left = charge
        for reason in draw(st.lists(st.sampled_from(REASONS), max_size=3, unique=True)):
            cents = draw(st.integers(-500, max(left, 0)))
            adjustments.append((reason, cents))
            left -= cents
        numbered = draw(st.booleans())
        lines.append(Line(charge, left, adjustments, number=f"{number}L{position}" if numbered else None))
    on_claim = draw(
        st.lists(st.tuples(st.sampled_from(["CO-45", "PR-3", "CO-16"]), st.integers(-300, 3000)), max_size=1)
    )
    status = draw(st.sampled_from(["1", "1", "1", "4", "2", "25"]))
    if draw(st.booleans()) and draw(st.booleans()):
        total = sum(line.charge for line in lines)
        return Clp(number, [], status, on_claim, charge=total, paid=total - sum(cents for _, cents in on_claim))
    return Clp(number, lines, status, on_claim)


def turned(clp: Clp) -> Clp:
    """The reversal of a claim payment."""
    lines = [
        replace(x, charge=-x.charge, paid=-x.paid, adjustments=[(reason, -cents) for reason, cents in x.adjustments])
        for x in clp.lines
    ]
    return Clp(
        clp.number,
        lines,
        "22",
        [(reason, -cents) for reason, cents in clp.adjustments],
        charge=None if clp.charge is None else -clp.charge,
        paid=None if clp.paid is None else -clp.paid,
    )


@st.composite
def files(draw: st.DrawFn) -> list[list[Remit]]:
    """Files of remittances in balance; reversals turn something sent before, or something never sent."""
    sent: list[Clp] = []
    made = []
    for number in range(draw(st.integers(1, 3))):
        remits = []
        for ordinal in range(draw(st.integers(1, 2))):
            claims = []
            for _ in range(draw(st.integers(0, 3))):
                clp = draw(adjudications())
                if sent and draw(st.booleans()):
                    clp = turned(draw(st.sampled_from(sent)))
                else:
                    sent.append(clp)
                claims.append(clp)
            codes = st.sampled_from(["WO", "FB", "L6", "72", "LE", "ZZ"])
            plb = [
                (code, "A", cents)
                for code, cents in draw(st.lists(st.tuples(codes, st.integers(-500, 500)), max_size=2))
            ]
            trace = draw(st.sampled_from([f"T{number}-{ordinal}", "TRACE"]))
            paid = tables(Remit(claims, plb)).payments["payment_cents"][0]
            remits.append(Remit(claims, [*plb, ("FB", "", min(paid, 0))], trace=trace))
        made.append(remits)
    return made


@settings(deadline=None, max_examples=50)
@given(files(), st.booleans())
def test_books_hold_after_any_files(made: list[list[Remit]], has_second: bool) -> None:
    practice = Practice.with_claims(CLAIMS, second="SYNTH02" if has_second else None)
    charged = practice.books
    for remits in made:
        found = tables(*remits)
        assert faults(found).height == 0
        posted = practice.post(found)
        before = practice.books
        practice.books = together([before, posted.journal])
        check(practice.books)

        # posting the same file again changes nothing, and says so
        again = practice.post(found)
        assert again.journal.entries.height == 0
        assert len(again.repeated) >= posted.journal.entries.height

        # each remittance, once, is what its payment says
        new = posted.journal.postings.filter(pl.col("account") == "remit_clearing")
        cash = dict(new.group_by("reason").agg(pl.col("cents").sum()).rows())
        known = set(before.postings["reason"].drop_nulls())
        for key, cents in (
            remit_keys(found).join(found.payments, on="payment_row").select("key", "payment_cents").rows()
        ):
            if key not in known:
                assert cash.get(key, 0) == cents

        # the contra of a file gives the books back
        undone = together([practice.books, contra(posted.journal, date(2026, 3, 3), "undo:")])
        assert (
            trial_balance(undone.postings)
            .filter(pl.col("balance_cents") != 0)
            .select("account", "balance_cents")
            .rows()
            == trial_balance(before.postings)
            .filter(pl.col("balance_cents") != 0)
            .select("account", "balance_cents")
            .rows()
        )

    if not any(clp.status == "22" for remits in made for remit in remits for clp in remit.claims):
        owed = open_by_line(practice.books.postings)
        assert owed.filter((pl.col("account") == "ar_insurance") & (pl.col("open_cents") < 0)).height == 0
    of_line = practice.books.postings.drop_nulls("line_control_number")
    per_line = of_line.group_by("claim_number", "line_control_number").agg(
        charge=-pl.col("cents").filter(pl.col("account") == "revenue_gross").sum(),
        paid=pl.col("cents").filter(pl.col("account") == "remit_clearing").sum(),
        adjusted=pl.col("cents").filter(pl.col("account") == "contractual").sum(),
        still_open=pl.col("cents").filter(pl.col("account").is_in(RECEIVABLE)).sum(),
    )
    assert per_line.filter(pl.col("charge") != pl.col("paid") + pl.col("adjusted") + pl.col("still_open")).height == 0
    assert per_line["charge"].sum() == charged.postings.filter(pl.col("cents") > 0)["cents"].sum()
