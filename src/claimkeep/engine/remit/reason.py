"""What an adjustment is, by its group and reason: what the books do with it, and whose work it makes."""

from __future__ import annotations

import polars as pl

from claimkeep.engine.terms.codes import CONTRACTUAL_CARC

PATIENT_CARC = ("1", "2", "3")
"""Deductible, coinsurance, copayment: in group PR they move to the next who owes."""

EXCESS_CARC = ("94", "144")
"""Paid above the charge, an incentive: negative amounts, sent in group CO or OA."""

ELIGIBILITY_CARC = ("26", "27", "31", "32", "33", "109", "177")
"""Reasons that say the patient or the cover was wrong: look at eligibility before anyone bills the patient."""


def reason_text() -> pl.Expr:
    """'CO-45' of an adjustment row."""
    return pl.concat_str("group_code", pl.lit("-"), "reason_code", ignore_nulls=True)


def treatment() -> pl.Expr:
    """What the books do with an adjustment row: contractual, patient, prior_payer or disputed.

    contractual : group CO with a reason the contract explains, also where it is negative; OA with 94 or 144
    patient     : PR 1, 2, 3; moves to the next payer or the patient
    prior_payer : OA 23; tells what earlier payers did, which already stands in the books
    disputed    : all else; no money moves until a person accepts it
    Source: 005010X221A1 2100 and 2110 CAS01, CAS02.
    """
    group, reason = pl.col("group_code"), pl.col("reason_code")
    return (
        pl.when(
            ((group == "CO") & reason.is_in(sorted(CONTRACTUAL_CARC))) | ((group == "OA") & reason.is_in(EXCESS_CARC))
        )
        .then(pl.lit("contractual"))
        .when((group == "PR") & reason.is_in(PATIENT_CARC))
        .then(pl.lit("patient"))
        .when((group == "OA") & (reason == "23"))
        .then(pl.lit("prior_payer"))
        .otherwise(pl.lit("disputed"))
    )


def route() -> pl.Expr:
    """Where a disputed adjustment is worked: eligibility, patient_review (group PR) or denial."""
    group, reason = pl.col("group_code"), pl.col("reason_code")
    return (
        pl.when((group == "PR") & reason.is_in(ELIGIBILITY_CARC))
        .then(pl.lit("eligibility"))
        .when(group == "PR")
        .then(pl.lit("patient_review"))
        .otherwise(pl.lit("denial"))
    )
