"""What the books say of one claim: charged, paid, adjusted, open, for it and for each of its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from claimkeep.engine.books.account import CHART, RECEIVABLE

CASH = ("remit_clearing", "card_clearing", "bank")
ADJUSTED = tuple(a.code for a in CHART if a.kind in ("contra_income", "expense"))


@dataclass(frozen=True, slots=True)
class Money:
    """Sums of postings in cents. Paid is cash that explains a receivable; `unexplained` lies in suspense."""

    charged: int = 0
    paid: int = 0
    adjusted: int = 0
    open_insurance: int = 0
    open_patient: int = 0
    open_third_party: int = 0
    unexplained: int = 0

    @property
    def open(self) -> int:
        """What somebody still owes; negative is a credit."""
        return self.open_insurance + self.open_patient + self.open_third_party


def of_claim(postings: pl.DataFrame) -> Money:
    """The money of all these postings, which are of one claim."""
    sums: dict[str, int] = {}
    for account, cents in postings.select("account", "cents").iter_rows():
        sums[account] = sums.get(account, 0) + cents
    insurance, patient, third_party = (sums.get(account, 0) for account in RECEIVABLE)
    unexplained = -sums.get("suspense", 0)
    return Money(
        charged=-sums.get("revenue_gross", 0),
        paid=_total(sums, CASH) - unexplained,
        adjusted=_total(sums, ADJUSTED),
        open_insurance=insurance,
        open_patient=patient,
        open_third_party=third_party,
        unexplained=unexplained,
    )


def of_lines(postings: pl.DataFrame) -> dict[str, Money]:
    """The money of each line control number among these postings."""
    known = postings.filter(pl.col("line_control_number").is_not_null())
    parts = known.partition_by("line_control_number", as_dict=True)
    return {str(key[0]): of_claim(part) for key, part in parts.items()}


def _total(sums: dict[str, int], accounts: Iterable[str]) -> int:
    return sum(sums.get(account, 0) for account in accounts)
