"""Does a remittance balance: three equations in integer cents, never a plug."""

from __future__ import annotations

import polars as pl

from claimkeep.engine.terms.money import dollars
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.terms.table import Column, TableShape

_G = "005010X221A1 "
LINE_CITE = _G + "2110 SVC02, SVC03, CAS"
CLAIM_CITE = _G + "2100 CLP03, CLP04, CAS; 2110 CAS"
LINES_CITE = _G + "2100 CLP03, CLP04, CAS; 2110 SVC02, SVC03"
REMIT_CITE = _G + "BPR02, 2100 CLP04, PLB04"

fault = TableShape(
    "balance_faults",
    (
        Column("payment_row", pl.Int64),
        Column("claim_row", pl.Int64, "null for a fault of the whole remittance"),
        Column("service_row", pl.Int64, "null unless the fault is of one line"),
        Column("equation", pl.String, "in words with amounts: 'charge 200.00 - adjustments 80.00 = 120.00, but ...'"),
        Column("difference_cents", pl.Int64, "what should be less what is; null where an amount is missing"),
        Column("cite", pl.String),
    ),
)
"""One row an equation that does not hold."""


def faults(tables: RemittanceTables) -> pl.DataFrame:
    """Every equation that does not hold, a `fault` row each; an empty frame is a file in balance.

    Line: SVC02 - CAS = SVC03. Claim: CLP03 - all CAS = CLP04 and, with lines, sum SVC02 = CLP03 and
    sum SVC03 - claim CAS = CLP04. Remittance: BPR02 = sum CLP04 - sum PLB, and BPR02 is not negative.
    An amount that is missing or unreadable is a fault too. Source: 005010X221A1 1.10.2.1.
    """
    found = [_line_faults(tables), *_claim_faults(tables), *_remit_faults(tables), *_missing(tables)]
    return pl.concat(found).sort("payment_row", "claim_row", "service_row", maintain_order=True, nulls_last=True)


def quarantined(found: pl.DataFrame) -> pl.Series:
    """The payment rows that hold a fault: each such remittance is kept back whole, the others of the file go on."""
    return found["payment_row"].unique().sort()


def without(tables: RemittanceTables, payment_rows: pl.Series) -> RemittanceTables:
    """The tables less these remittances; row numbers stay as they were."""
    kept = ~pl.col("payment_row").is_in(payment_rows.to_list())
    return RemittanceTables(
        tables.payments.filter(kept),
        tables.claim_payments.filter(kept),
        tables.service_payments.filter(kept),
        tables.adjustments.filter(kept),
        tables.provider_adjustments.filter(kept),
    )


def _sum(frame: pl.DataFrame, by: str, amount: str, name: str) -> pl.DataFrame:
    return frame.group_by(by).agg(pl.col(amount).sum().alias(name))


def _faults(
    frame: pl.DataFrame, left: str, less: str, right: str, words: tuple[str, str, str], cite: str
) -> pl.DataFrame:
    """Rows of `frame` where left - less is not right, as `fault` rows; `words` name them, '' what is always 0."""
    difference = pl.col(left) - pl.col(less).fill_null(0) - pl.col(right)
    bad = frame.with_columns(difference_cents=difference).filter(pl.col("difference_cents") != 0)
    rows = []
    for row in bad.iter_rows(named=True):
        minus, told = row[less] or 0, f"{words[0]} {dollars(row[left])}"
        if words[1]:
            told += f" - {words[1]} {dollars(minus)} = {dollars(row[left] - minus)}"
        equation = f"{told}, but {words[2]} is {dollars(row[right])}"
        rows.append(
            {name: row.get(name) for name in ("payment_row", "claim_row", "service_row", "difference_cents")}
            | {"equation": equation, "cite": cite}
        )
    return fault.frame(rows)


def _line_faults(tables: RemittanceTables) -> pl.DataFrame:
    lines = tables.service_payments.join(
        _sum(tables.adjustments.drop_nulls("service_row"), "service_row", "amount_cents", "adjusted"),
        on="service_row",
        how="left",
    )
    return _faults(lines, "charge_cents", "adjusted", "paid_cents", ("charge", "adjustments", "paid"), LINE_CITE)


def _claim_faults(tables: RemittanceTables) -> list[pl.DataFrame]:
    on_claim = tables.adjustments.filter(pl.col("service_row").is_null())
    lines = tables.service_payments.group_by("claim_row").agg(
        pl.col("charge_cents").sum().alias("line_charge"), pl.col("paid_cents").sum().alias("line_paid")
    )
    claims = (
        tables.claim_payments.join(
            _sum(tables.adjustments, "claim_row", "amount_cents", "adjusted"), on="claim_row", how="left"
        )
        .join(_sum(on_claim, "claim_row", "amount_cents", "claim_adjusted"), on="claim_row", how="left")
        .join(lines, on="claim_row", how="left")
        .with_columns(nothing=pl.lit(0, pl.Int64))
    )
    with_lines = claims.filter(pl.col("line_charge").is_not_null())
    return [
        _faults(
            claims,
            "charge_cents",
            "adjusted",
            "paid_cents",
            ("claim charge", "all adjustments", "claim paid"),
            CLAIM_CITE,
        ),
        _faults(
            with_lines,
            "line_charge",
            "nothing",
            "charge_cents",
            ("line charges", "", "claim charge"),
            LINES_CITE,
        ),
        _faults(
            with_lines,
            "line_paid",
            "claim_adjusted",
            "paid_cents",
            ("line payments", "claim adjustments", "claim paid"),
            LINES_CITE,
        ),
    ]


def _remit_faults(tables: RemittanceTables) -> list[pl.DataFrame]:
    remits = (
        tables.payments.join(
            _sum(tables.claim_payments, "payment_row", "paid_cents", "paid"), on="payment_row", how="left"
        )
        .join(
            _sum(tables.provider_adjustments, "payment_row", "amount_cents", "adjusted"), on="payment_row", how="left"
        )
        .with_columns(pl.col("paid").fill_null(0))
    )
    words = ("claim payments", "provider adjustments", "remittance paid")
    negative = remits.filter(pl.col("payment_cents") < 0).select(
        "payment_row",
        claim_row=pl.lit(None, pl.Int64),
        service_row=pl.lit(None, pl.Int64),
        equation=pl.lit("the payment of a remittance is never negative"),
        difference_cents=-pl.col("payment_cents"),
        cite=pl.lit(_G + "BPR02"),
    )
    return [_faults(remits, "paid", "adjusted", "payment_cents", words, REMIT_CITE), negative]


def _missing(tables: RemittanceTables) -> list[pl.DataFrame]:
    looked_at = (
        (tables.payments, ("payment_cents",), REMIT_CITE),
        (tables.claim_payments, ("charge_cents", "paid_cents"), CLAIM_CITE),
        (tables.service_payments, ("charge_cents", "paid_cents"), LINE_CITE),
        (tables.adjustments, ("amount_cents",), CLAIM_CITE),
        (tables.provider_adjustments, ("amount_cents",), REMIT_CITE),
    )
    found = []
    for frame, amounts, cite in looked_at:
        bad = frame.filter(pl.any_horizontal(pl.col(amount).is_null() for amount in amounts))
        rows = [
            {name: row.get(name) for name in ("payment_row", "claim_row", "service_row")}
            | {"equation": "an amount is missing or is not money", "cite": cite}
            for row in bad.iter_rows(named=True)
        ]
        found.append(fault.frame(rows))
    return found
