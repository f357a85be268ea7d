"""The shape of an edit: a cited sentence about claims, lines or diagnoses that is true where something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.finding import Severity

Breach = Callable[[date], pl.Expr]
"""Given today, true for each row of the view that breaks the rule; null counts as false."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One rule. `on` is the view it judges: claim, line or diagnosis.

    says : what is wrong, in a biller's words; {names} are whole numbers of the view, never a patient's value
    fix  : what to do about it
    carc : the adjustment reasons it prevents, '' when a front end would refuse the claim
    """

    id: str
    on: str
    says: str
    fix: str
    cite: str
    severity: Severity
    carc: str
    rule: str
    breach: Breach


def edit(
    id: str, *, on: str, says: str, fix: str, cite: str, severity: Severity = Severity.REJECT, carc: str = ""
) -> Callable[[Breach], Edit]:
    """The function below it as an Edit; the first line of its docstring is the rule as it should hold."""

    def made(breach: Breach) -> Edit:
        rule = (breach.__doc__ or "").strip().splitlines()[0]
        return Edit(id, on, says, fix, cite, severity, carc, rule, breach)

    return made


@dataclass(frozen=True, slots=True)
class Views:
    """What the edits of each kind look at.

    claim     : the claim table, with line_count, line_charge_cents, first_service_day, diagnosis_count, icd_9_count
    line      : the service lines, with claim_kind, diagnosis_count and, as claim_*, what of the claim they are judged
                against
    diagnosis : the diagnoses, with claim_kind and first_service_day of their claim
    """

    claim: pl.DataFrame
    line: pl.DataFrame
    diagnosis: pl.DataFrame

    @staticmethod
    def of(tables: ClaimTables) -> Views:
        """The views of a batch; rows stay in their order."""
        per_line = tables.service_lines.group_by("claim_row").agg(
            pl.len().cast(pl.Int64).alias("line_count"),
            pl.col("charge_cents").sum().alias("line_charge_cents"),
            pl.col("service_day").min().alias("first_service_day"),
        )
        per_diagnosis = tables.diagnoses.group_by("claim_row").agg(
            pl.len().cast(pl.Int64).alias("diagnosis_count"),
            pl.col("qualifier").is_in(["BK", "BF"]).sum().cast(pl.Int64).alias("icd_9_count"),
        )
        claims = (
            tables.claims.join(per_line, on="claim_row", how="left", maintain_order="left")
            .join(per_diagnosis, on="claim_row", how="left", maintain_order="left")
            .with_columns(pl.col("line_count", "line_charge_cents", "diagnosis_count", "icd_9_count").fill_null(0))
        )
        beside = claims.select(
            "claim_row",
            "claim_kind",
            "diagnosis_count",
            claim_place_of_service="place_of_service",
            claim_admission_day="admission_day",
            claim_discharge_day="discharge_day",
        )
        pointers = [pl.col(f"pointer{n}") for n in range(1, 5)]
        lines = tables.service_lines.join(beside, on="claim_row", how="left", maintain_order="left").with_columns(
            highest_pointer=pl.max_horizontal(pointers), lowest_pointer=pl.min_horizontal(pointers)
        )
        days = claims.select("claim_row", "claim_kind", "first_service_day")
        return Views(claims, lines, tables.diagnoses.join(days, on="claim_row", how="left", maintain_order="left"))
