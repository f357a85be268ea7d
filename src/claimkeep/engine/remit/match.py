"""Whose claim is this: claim payments to our claims, service payments to our lines.

By our own numbers first (CLM01 comes back as CLP01, REF*6R on the line); never by a procedure code alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from claimkeep.engine.terms.money import dollars
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.terms.table import Column, TableShape

REVERSAL = "22"
PROCESSED_AS = {"1": "P", "19": "P", "2": "S", "20": "S", "3": "T", "21": "T"}
"""Payer sequence that a claim status code states (005010X221A1 2100 CLP02)."""

claim_match = TableShape(
    "claim_matches",
    (
        Column("claim_row", pl.Int64, "of the remittance"),
        Column("claim_number", pl.String, "of ours; null when how is none"),
        Column("claim_id", pl.String, "of ours"),
        Column("payer_sequence", pl.String, "for which this payment counts: ours, or the next after a crossover"),
        Column("payer_id", pl.String, "of ours, for that sequence"),
        Column("how", pl.String, "exact, proposed or none; only exact is posted"),
        Column("reason", pl.String, "why it is not exact"),
    ),
)
"""One row a claim payment."""

line_match = TableShape(
    "line_matches",
    (
        Column("claim_row", pl.Int64),
        Column("service_row", pl.Int64),
        Column("line_control_number", pl.String, "of ours; null when how is none"),
        Column("how", pl.String, "exact, proposed (our line, another charge) or none"),
        Column("reason", pl.String, "why it is not exact"),
    ),
)
"""One row a service payment of a claim payment that has a claim of ours."""

OUR_CLAIMS = pl.Schema(
    {
        "claim_number": pl.String,
        "claim_id": pl.String,
        "payer_sequence": pl.String,
        "charge_cents": pl.Int64,
        "payer_id": pl.String,
        "patient_id": pl.String,
        "next_payer_sequence": pl.String,
        "next_payer_id": pl.String,
    }
)
"""What is asked of our claims, one row a claim and payer; next_payer_* is null when the patient is next."""

OUR_LINES = pl.Schema(
    {
        "claim_number": pl.String,
        "line_control_number": pl.String,
        "procedure_code": pl.String,
        "modifier1": pl.String,
        "modifier2": pl.String,
        "modifier3": pl.String,
        "modifier4": pl.String,
        "charge_cents": pl.Int64,
        "service_day": pl.Date,
    }
)
"""What is asked of our lines, one row a service line."""

MODIFIERS = ("modifier1", "modifier2", "modifier3", "modifier4")


@dataclass(frozen=True, slots=True)
class Matches:
    """`claims` as `claim_match`, `lines` as `line_match`."""

    claims: pl.DataFrame
    lines: pl.DataFrame


def shaped(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The named columns in their types; one the frame does not have is null."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def match(tables: RemittanceTables, our_claims: pl.DataFrame, our_lines: pl.DataFrame) -> Matches:
    """Each claim payment with its claim, each service payment with its line, and how sure that is.

    our_claims : columns of OUR_CLAIMS (claim_id in any type that casts to text; missing columns are null)
    our_lines  : columns of OUR_LINES
    exact      : our claim number, a payer sequence that agrees, every line one of ours, charges as we sent them
                 (one of several claim payments for a claim may hold a part of its lines)
    """
    ours = shaped(our_claims, OUR_CLAIMS)
    lines = shaped(our_lines, OUR_LINES).unique(("claim_number", "line_control_number"), maintain_order=True)
    claims = _claim_candidates(tables, ours, lines)
    line_matches = _match_lines(tables, claims, lines)
    return Matches(_judge_claims(tables, claims, line_matches, lines), line_matches)


# -- claims --------------------------------------------------------------------------------------------------------


def _claim_candidates(tables: RemittanceTables, ours: pl.DataFrame, our_lines: pl.DataFrame) -> pl.DataFrame:
    """claim_row -> at most one row of ours, `doubt` telling what speaks against it."""
    sent = tables.claim_payments.join(
        tables.payments.select("payment_row", remit_payer="payer_id"), on="payment_row", how="left"
    ).select("claim_row", "claim_number", "status_code", "charge_cents", "remit_payer")
    pairs = sent.join(ours, on="claim_number", how="inner", suffix="_ours")
    stated = pl.col("status_code").replace_strict(PROCESSED_AS, default=None, return_dtype=pl.String)
    score = (
        (stated == pl.col("payer_sequence")).fill_null(False).cast(pl.Int8) * 4
        + (stated == pl.col("next_payer_sequence")).fill_null(False).cast(pl.Int8) * 2
        + (pl.col("remit_payer") == pl.col("payer_id")).fill_null(False).cast(pl.Int8)
    )
    ranked = pairs.with_columns(stated=stated, score=score).filter(
        pl.col("score") == pl.col("score").max().over("claim_row")
    )
    alike = pl.len().over("claim_row") > 1
    crossed = (pl.col("stated") == pl.col("next_payer_sequence")).fill_null(False) & (
        pl.col("stated") != pl.col("payer_sequence")
    )
    doubt = (
        pl.when(alike)
        .then(pl.lit("the claim number stands for more than one payer of ours"))
        .when((pl.col("stated") != pl.col("payer_sequence")).fill_null(False) & ~crossed)
        .then(pl.lit("processed as another payer sequence than we sent"))
    )
    named = ranked.select(
        "claim_row",
        "claim_number",
        "claim_id",
        "charge_cents",
        "status_code",
        "charge_cents_ours",
        payer_sequence=pl.when(crossed).then("next_payer_sequence").otherwise("payer_sequence"),
        payer_id=pl.when(crossed).then("next_payer_id").otherwise("payer_id"),
        doubt=doubt,
    ).unique("claim_row", keep="first", maintain_order=True)
    return pl.concat([named, _by_other_numbers(tables, sent, named, ours, our_lines)])


def _by_other_numbers(
    tables: RemittanceTables, sent: pl.DataFrame, named: pl.DataFrame, ours: pl.DataFrame, our_lines: pl.DataFrame
) -> pl.DataFrame:
    """Proposals where the claim number is not ours: it is but for case and zeros, or lines carry our numbers."""
    lost = sent.join(named, on="claim_row", how="anti")
    bare = pl.col("claim_number").str.strip_chars().str.to_uppercase().str.strip_chars_start("0")
    alike = (
        lost.with_columns(bare=bare)
        .join(ours.with_columns(bare=bare), on="bare", how="inner", suffix="_ours")
        .with_columns(doubt=pl.lit("the claim number is ours but for zeros, blanks or case"))
    )
    by_line = (
        lost.join(tables.service_payments.select("claim_row", "line_control_number"), on="claim_row")
        .join(our_lines.select("line_control_number", number="claim_number"), on="line_control_number")
        .drop("line_control_number")
        .unique()
        .join(ours, left_on="number", right_on="claim_number", how="inner", suffix="_ours")
        .with_columns(claim_number_ours=pl.col("number"), doubt=pl.lit("the claim number is not ours, its lines are"))
    )
    columns = [
        pl.col("claim_row"),
        pl.col("claim_number_ours").alias("claim_number"),
        pl.col("claim_id"),
        pl.col("charge_cents"),
        pl.col("status_code"),
        pl.col("charge_cents_ours"),
        pl.col("payer_sequence"),
        pl.col("payer_id"),
        pl.col("doubt"),
    ]
    return pl.concat([alike.select(columns), by_line.select(columns)]).unique(
        "claim_row", keep="first", maintain_order=True
    )


def _judge_claims(
    tables: RemittanceTables, claims: pl.DataFrame, line_matches: pl.DataFrame, our_lines: pl.DataFrame
) -> pl.DataFrame:
    per_claim = (
        line_matches.join(tables.service_payments.select("service_row", "charge_cents"), on="service_row")
        .group_by("claim_row")
        .agg(
            (pl.col("how") == "none").sum().alias("foreign"),
            (pl.col("how") == "proposed").sum().alias("other_charge"),
            pl.len().alias("answered"),
        )
    )
    size = our_lines.group_by("claim_number").agg(pl.len().alias("size"))
    judged = claims.join(per_claim, on="claim_row", how="left").join(size, on="claim_number", how="left")
    sign = pl.when(pl.col("status_code") == REVERSAL).then(-1).otherwise(1)
    charge = pl.col("charge_cents") * sign
    part = (charge < pl.col("charge_cents_ours")) & (pl.col("answered") < pl.col("size"))
    reason = (
        pl.when(pl.col("doubt").is_not_null())
        .then(pl.col("doubt"))
        .when(pl.col("foreign") > 0)
        .then(pl.lit("a line is none of ours"))
        .when(pl.col("other_charge") > 0)
        .then(pl.lit("a line has another charge than we sent"))
        .when((charge == pl.col("charge_cents_ours")) | part.fill_null(False))
        .then(None)
        .otherwise(pl.lit("charge"))
    )
    judged = judged.with_columns(
        reason=reason, how=pl.when(reason.is_null()).then(pl.lit("exact")).otherwise(pl.lit("proposed"))
    )
    matched = judged.with_columns(
        reason=pl.when(pl.col("reason") == "charge")
        .then(pl.struct("charge_cents", "charge_cents_ours").map_elements(_charge_words, return_dtype=pl.String))
        .otherwise(pl.col("reason"))
    )
    everyone = tables.claim_payments.select("claim_row").join(
        matched, on="claim_row", how="left", maintain_order="left"
    )
    return everyone.with_columns(
        pl.col("how").fill_null("none"),
        reason=pl.when(pl.col("how").is_null())
        .then(pl.lit("no claim of ours has this claim number"))
        .otherwise(pl.col("reason")),
    ).select(claim_match.schema.names())


def _charge_words(pair: dict[str, int | None]) -> str:
    theirs, ours = pair["charge_cents"], pair["charge_cents_ours"]
    said = "missing" if theirs is None else dollars(theirs)
    return f"the claim charge is {said}, ours is {'not known' if ours is None else dollars(ours)}"


# -- lines ---------------------------------------------------------------------------------------------------------


def _match_lines(tables: RemittanceTables, claims: pl.DataFrame, our_lines: pl.DataFrame) -> pl.DataFrame:
    sign = pl.when(pl.col("status_code") == REVERSAL).then(-1).otherwise(1)
    sent = (
        tables.service_payments.drop("payment_row")
        .join(
            claims.select("claim_row", "claim_number", "status_code"),
            on="claim_row",
            how="inner",
            maintain_order="left",
        )
        .with_columns(charge_cents=pl.col("charge_cents") * sign)
    )
    sent = sent.with_columns(
        procedure_code=pl.coalesce("submitted_procedure_code", "procedure_code"),
        **{name: pl.col(name).fill_null("") for name in MODIFIERS},
    )
    ours = our_lines.with_columns(**{name: pl.col(name).fill_null("") for name in MODIFIERS})
    numbered = _by_control_number(sent, ours)
    rest = sent.join(numbered, on="service_row", how="anti", maintain_order="left")
    # A line may be answered once in each claim payment, so what is left is counted per claim payment.
    free = claims.select("claim_row", "claim_number").join(ours, on="claim_number", how="inner")
    free = free.join(
        numbered.select("claim_row", "line_control_number"), on=["claim_row", "line_control_number"], how="anti"
    )
    full = _in_order(rest, free, ("procedure_code", *MODIFIERS, "charge_cents", "service_day"), alone=False)
    rest = rest.join(full, on="service_row", how="anti", maintain_order="left")
    free = free.join(
        full.select("claim_row", "line_control_number"), on=["claim_row", "line_control_number"], how="anti"
    )
    coarse = _in_order(rest, free, ("procedure_code", "charge_cents"), alone=True)
    rest = rest.join(coarse, on="service_row", how="anti", maintain_order="left").select(
        "claim_row",
        "service_row",
        line_control_number=pl.lit(None, pl.String),
        how=pl.lit("none"),
        reason=pl.lit("no line of ours, or no single one, has this code and charge"),
    )
    return pl.concat([numbered, full, coarse, rest]).sort("service_row")


def _by_control_number(sent: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """By REF*6R; a line that the payer split or unbundled repeats the number, so charges are added before comparing."""
    pairs = sent.join(
        ours.select("claim_number", "line_control_number", our_charge="charge_cents"),
        on=["claim_number", "line_control_number"],
        how="inner",
        maintain_order="left",
    )
    same = pl.col("charge_cents").sum().over("claim_row", "line_control_number") == pl.col("our_charge")
    return pairs.select(
        "claim_row",
        "service_row",
        "line_control_number",
        how=pl.when(same).then(pl.lit("exact")).otherwise(pl.lit("proposed")),
        reason=pl.when(same).then(None).otherwise(pl.lit("the charge is not the one we sent")),
    )


def _in_order(sent: pl.DataFrame, free: pl.DataFrame, key: tuple[str, ...], *, alone: bool) -> pl.DataFrame:
    """One to one by equal keys, duplicates in their order: nothing tells lines of the same full key apart.

    alone : the key is coarse, so lines that share it may differ; only a pair that is alone on both sides counts
    """
    group = ["claim_row", *key]
    left = sent.with_columns(nth=pl.int_range(pl.len()).over(group), size=pl.len().over(group))
    right = free.with_columns(nth=pl.int_range(pl.len()).over(group), size=pl.len().over(group))
    if alone:
        left, right = left.filter(pl.col("size") == 1), right.filter(pl.col("size") == 1)
    pairs = left.drop("line_control_number").join(
        right.select(*group, "nth", "line_control_number"), on=[*group, "nth"], how="inner", nulls_equal=True
    )
    return pairs.select(
        "claim_row", "service_row", "line_control_number", how=pl.lit("exact"), reason=pl.lit(None, pl.String)
    )
