"""What cannot be written as a claim so that it reads back the same: told by row and column, never by value."""

from __future__ import annotations

from dataclasses import fields

import polars as pl

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.x12.claim_837.prior_writing import grouped, positioned
from claimkeep.engine.x12.guides.claim_layout import MOST_DECISIONS, MOST_GROUPS, MOST_PAYERS, Layout, Rows
from claimkeep.engine.x12.write import refuse, refuse_unwritable

MOST_CLAIM_NUMBER = 17
"""Characters of a claim number that come back whole in CLP01: the guides allow 38, payers keep fewer."""

_BESIDE = frozenset(
    {
        "claim_row",
        "claim_kind",
        "source_id",
        "patient_phone",
        "patient_email",
        "patient_ssn",
        "line_number",
        "position",
        "qualifier",
        "kind",
    }
)
"""Columns that keep a table together, or say of a patient what no claim tells."""


def refuse_tables(tables: ClaimTables, guide: Layout) -> None:
    """Raises X12Error where something cannot be written whole as a claim of this guide."""
    _refuse_claims(tables.claims, guide)
    own = tables.claims["claim_row"].implode()
    for name in (one.name for one in fields(tables)):
        orphan = pl.col("claim_row").is_null() | ~pl.col("claim_row").is_in(own)
        refuse(getattr(tables, name), orphan, "claim_row", "the row belongs to no claim", "")
    _refuse_lines(tables, guide)
    _refuse_codes(tables, guide)
    _refuse_teeth(tables, guide)
    _refuse_payers(tables, guide)
    _refuse_adjustments(tables, guide)


def _refuse_claims(claims: pl.DataFrame, guide: Layout) -> None:
    bad = pl.col("claim_row").is_null() | pl.col("claim_row").is_duplicated()
    refuse(claims, bad, "claim_row", "the claim row is missing or stands twice", "")
    layout = guide.of_claim + guide.listed
    refuse_unwritable(claims, layout)
    _refuse_strangers(claims, layout, guide)
    long = pl.col("claim_number").str.len_chars() > MOST_CLAIM_NUMBER
    cite = f"{guide.version} 2300 CLM01"
    refuse(claims, long, "claim_number", "the claim number has more than 17 characters", cite)
    for own, other in guide.patient_pairs:
        differs = pl.col(own).is_not_null() & pl.col(own).ne_missing(pl.col(other))
        reason = "the patient is the subscriber and yet differs"
        refuse(claims, differs & (pl.col("patient_relationship") == "18"), own, reason, f"{guide.version} 2000B SBR02")


def _refuse_strangers(frame: pl.DataFrame, layout: Rows, guide: Layout) -> None:
    """A value that the guide has no place for would be lost."""
    carried = {name for one in layout for at in one.at for name in (at.column, at.until)} | _BESIDE
    for column in (name for name in frame.columns if name not in carried):
        reason = f"no {guide.kind} claim carries the value there"
        refuse(frame, pl.col(column).is_not_null(), column, reason, f"{guide.version} 2300, 2400")


def _refuse_lines(tables: ClaimTables, guide: Layout) -> None:
    lines, cite = tables.service_lines, f"{guide.version} 2400"
    refuse_unwritable(lines, guide.line)
    _refuse_strangers(lines, guide.line, guide)
    if guide.needs_line_control:
        control = pl.col("line_control_number").str.strip_chars()
        reason = "the line has no control number, and its payment could not be matched"
        refuse(lines, control.is_null() | (control == ""), "line_control_number", reason, f"{cite} REF02 6R")
    lacks = ~pl.col("claim_row").is_in(lines["claim_row"].implode())
    refuse(tables.claims, lacks, "line_number", "the claim has no service line", f"{cite} LX")
    many = pl.len().over("claim_row") > guide.most_lines
    refuse(lines, many, "line_number", f"the claim has more than {guide.most_lines} service lines", f"{cite} LX")


def _refuse_codes(tables: ClaimTables, guide: Layout) -> None:
    cite = f"{guide.version} 2300 HI01-2"
    for table, layout in (
        ("diagnoses", guide.diagnosis),
        ("procedures", guide.procedure),
        ("claim_codes", guide.claim_code),
    ):
        _refuse_listed(getattr(tables, table), guide, table, "kind" if table == "claim_codes" else "qualifier")
        _refuse_strangers(getattr(tables, table), (layout,), guide)
        refuse_unwritable(getattr(tables, table), (layout,))
    no_code = ~pl.col("code").str.contains(r"^[0-9A-Za-z.]+$").fill_null(False)
    refuse(tables.diagnoses, no_code, "code", "the diagnosis is no code", cite)
    dotted = pl.col("code").str.contains(".", literal=True)
    refuse(tables.procedures, dotted, "code", "the procedure code has a dot", cite)


def _refuse_listed(frame: pl.DataFrame, guide: Layout, table: str, column: str) -> None:
    """Codes are of a list of the guide, are counted from 1, stand in the order of the lists and are not too many."""
    listed = [one for one in guide.lists if one.table == table]
    numbers = {name: at for at, one in enumerate(listed) for name in ((one.kind,) if one.kind else one.qualifiers)}
    which = pl.lit(None, dtype=pl.Int64)
    if numbers:
        which = pl.col(column).replace_strict(numbers, default=None, return_dtype=pl.Int64)
    frame = frame.with_columns(which=which)
    name, cite = table.replace("_", " "), f"{guide.version} 2300 HI01-1"
    refuse(frame, pl.col("which").is_null(), column, f"a {guide.kind} claim has no {name} of this {column}", cite)
    over = ["claim_row", "kind"] if column == "kind" else ["claim_row"]
    counted = pl.col("position").rank("ordinal").over(over)
    bad = pl.col("position").is_null() | (pl.col("position") != counted)
    refuse(frame, bad, "position", f"the {name} are not counted from 1", f"{guide.version} 2300 HI")
    early = pl.col("which") < pl.col("which").shift(1).over(over, order_by="position")
    refuse(frame, early, "position", f"the {name} do not stand in the order of the guide", cite)
    for at, one in enumerate(listed):
        many = (pl.col("which") == at) & (pl.len().over("claim_row", "which") > one.most)
        refuse(frame, many, "position", f"the claim has more than {one.most} {name} of one list", cite)


def _refuse_teeth(tables: ClaimTables, guide: Layout) -> None:
    on_claim, lines = pl.col("line_number").is_null(), tables.service_lines
    of_lines = tables.teeth.filter(~on_claim)
    for layout, teeth in ((guide.tooth_status, tables.teeth.filter(on_claim)), (guide.line_tooth, of_lines)):
        _refuse_strangers(teeth, layout, guide)
        refuse_unwritable(teeth, layout)
    if tables.teeth.height or tables.line_payments.height:
        twice = pl.struct("claim_row", "line_number").is_duplicated() | pl.col("line_number").is_null()
        refuse(lines, twice, "line_number", "the line number is missing or stands twice", f"{guide.version} 2400 LX")
    treated = of_lines.join(lines, on=["claim_row", "line_number"], how="anti")
    refuse(treated, pl.lit(True), "line_number", "the tooth belongs to no line", f"{guide.version} 2400 TOO")


def _refuse_payers(tables: ClaimTables, guide: Layout) -> None:
    payers, payments = positioned(tables.other_payers), tables.line_payments
    for frame, layout, keys, most in (
        (payers, guide.other_payer, ["claim_row"], MOST_PAYERS),
        (payments, guide.line_payment, ["claim_row", "line_number"], MOST_DECISIONS),
    ):
        refuse_unwritable(frame, layout)
        _refuse_strangers(frame, layout, guide)
        cite = f"{guide.version} {layout[0].loop}"
        bad = pl.col("position").is_null() | (pl.col("position") != pl.col("position").rank("ordinal").over(keys))
        refuse(frame, bad, "position", "the further payers are not counted from 1", cite)
        refuse(frame, pl.col("position") > most, "position", f"there are more than {most} further payers", cite)
    lost = payments.join(tables.service_lines, on=["claim_row", "line_number"], how="anti")
    refuse(lost, pl.lit(True), "line_number", "the payment belongs to no line", f"{guide.version} 2430 SVD")


def _refuse_adjustments(tables: ClaimTables, guide: Layout) -> None:
    adjusted, on_claim = tables.prior_adjustments, pl.col("line_number").is_null()
    refuse_unwritable(adjusted, (guide.adjustment,))
    payers, payments = positioned(tables.other_payers), tables.line_payments
    for frame, owners, keys, loop in (
        (adjusted.filter(on_claim), payers, ["claim_row", "position"], "2320"),
        (adjusted.filter(~on_claim), payments, ["claim_row", "line_number", "position"], "2430"),
    ):
        cite = f"{guide.version} {loop} CAS"
        lost = frame.join(owners, on=keys, how="anti")
        refuse(lost, pl.lit(True), "position", "the adjustment belongs to no further payer", cite)
        many = pl.len().over(keys) > MOST_GROUPS
        reason = f"the adjustments of a further payer need more than {MOST_GROUPS} CAS"
        refuse(grouped(frame, keys), many, "group_code", reason, cite)
