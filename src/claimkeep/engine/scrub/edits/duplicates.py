"""The same thing billed twice: DUP-02, DUP-04."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import edit
from claimkeep.engine.terms.claim import claim

SAME = (
    "claim_row",
    "procedure_code",
    "modifier1",
    "modifier2",
    "modifier3",
    "modifier4",
    "service_day",
    "service_day_to",
    "place_of_service",
    "rendering_provider_npi",
    "ndc",
)
"""What two lines share when they are one."""

REPEATED = ("59", "76", "77", "91", "XE", "XP", "XS", "XU")
"""Modifiers that say a service was done again or apart."""


@edit(
    "DUP-02",
    on="line",
    says="repeats an earlier line of the claim",
    fix="merge the units, or say with a modifier why it was done again",
    cite="005010X222A1 2400 SV1",
    carc="18",
)
def line_is_told_once(today: date) -> pl.Expr:
    """A claim has a line once: same code, modifiers, day, place and provider."""
    said = pl.any_horizontal(pl.col(f"modifier{n}").is_in(REPEATED).fill_null(False) for n in range(1, 5))
    return ~said & pl.col("procedure_code").is_not_null() & (pl.int_range(pl.len()).over(SAME) > 0)


@edit(
    "DUP-04",
    on="claim",
    says="another claim of the batch has the same claim number",
    fix="give it a new number",
    cite="005010X222A1 2300 CLM01",
)
def claim_number_is_its_own(today: date) -> pl.Expr:
    """A claim number stands for one claim."""
    return claim.claim_number.is_not_null() & (pl.int_range(pl.len()).over("claim_number") > 0)


EDITS = (line_is_told_once, claim_number_is_its_own)
