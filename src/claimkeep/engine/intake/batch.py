"""Visits gathered one by one into claim tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from claimkeep.engine.terms.claim import ClaimTables, claim, diagnosis, other_payer, service_line

Row = dict[str, Any]

MOST_DIAGNOSES_POINTED = 4
"""A line points to four diagnoses at most (005010X222A1 2400 SV107)."""

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_NUMBER_LIMIT = Decimal(10) ** 11
"""Above any charge or count of units; keeps cents and thousandths far inside int64."""


class UnusableError(Exception):
    """A record cannot be used: `field` says where in it, `reason` why, neither holding a value. Never leaves intake."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


@dataclass(slots=True)
class Visit:
    """One visit as rows without `claim_row`."""

    claim: Row
    lines: list[Row] = field(default_factory=list)
    diagnoses: list[Row] = field(default_factory=list)
    other_payers: list[Row] = field(default_factory=list)


def tables(visits: Sequence[Visit]) -> ClaimTables:
    """The claim tables of the visits, `claim_row` counting from 0 in their order."""
    numbered = list(enumerate(visits))
    return ClaimTables(
        claim.frame({"claim_row": n, **visit.claim} for n, visit in numbered),
        service_line.frame({"claim_row": n, **row} for n, visit in numbered for row in visit.lines),
        diagnosis.frame({"claim_row": n, **row} for n, visit in numbered for row in visit.diagnoses),
        other_payer.frame({"claim_row": n, **row} for n, visit in numbered for row in visit.other_payers),
    )


def diagnosis_row(position: int, code: str, *, is_icd_9: bool = False) -> Row:
    """A diagnosis row; the first is principal (005010X222A1 2300 HI01-1: ABK, then ABF; BK, BF for ICD-9-CM)."""
    qualifier = ("BK" if position == 1 else "BF") if is_icd_9 else ("ABK" if position == 1 else "ABF")
    return {"position": position, "qualifier": qualifier, "code": code.replace(".", "").upper()}


def day_of(text: str, field: str) -> date:
    """The day of 'YYYY-MM-DD'. Raises UnusableError."""
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise UnusableError(field, "is not a date of the form YYYY-MM-DD") from None


def scaled(number: Decimal, places: int, field: str) -> int:
    """The number as a whole count of its `places`-th decimals: 2 for cents, 3 for thousandths. Raises UnusableError."""
    if not number.is_finite() or number.copy_abs() > _NUMBER_LIMIT:
        raise UnusableError(field, "is not a number a claim can hold")
    whole = number.scaleb(places)
    if whole != whole.to_integral_value():
        raise UnusableError(field, f"has more than {places} decimals")
    return int(whole)


def digits_of(text: str | None) -> str | None:
    """Only the digits of a telephone number or postal code; null when there is none."""
    found = re.sub(r"[^0-9]", "", text) if text else ""
    return found or None
