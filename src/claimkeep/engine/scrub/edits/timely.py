"""Corrected claims: TIM-02."""

from __future__ import annotations

from datetime import date

import polars as pl

from claimkeep.engine.scrub.edit import edit
from claimkeep.engine.terms.claim import claim


@edit(
    "TIM-02",
    on="claim",
    says="a replacement or void does not name the claim it corrects",
    fix="add the payer's claim control number (REF F8)",
    cite="005010X222A1 2300 CLM05-3, REF01 F8",
    carc="16",
)
def replacement_names_original(today: date) -> pl.Expr:
    """A replacement (7) or void (8) carries the payer's claim control number."""
    return claim.frequency_code.is_in(["7", "8"]) & claim.payer_claim_control_number.is_null()


EDITS = (replacement_names_original,)
