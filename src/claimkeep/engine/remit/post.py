"""What a remittance does to the books: matched and balanced tables become entries, each summing to zero.

Cash that cannot be explained goes to suspense, never to a receivable on a guess: an unmatched claim payment, a reversal
of something that was never posted, a payment of more than is open on a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from claimkeep.engine.books.account import RECEIVABLE
from claimkeep.engine.books.entry import Journal, check
from claimkeep.engine.remit.flat import FLAT, flat_of, journal_of
from claimkeep.engine.remit.match import OUR_CLAIMS, OUR_LINES, REVERSAL, Matches, shaped
from claimkeep.engine.remit.move import moves
from claimkeep.engine.remit.reason import route
from claimkeep.engine.remit.reverse import reversed_entries, undo
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.terms.table import Column, TableShape

PLB_ACCOUNT = {
    "50": "write_off",
    "51": "interest_income",
    "72": "payer_debt",
    "AP": "payer_debt",
    "BN": "incentive_income",
    "CR": "interest_income",
    "CT": "capitation_income",
    "E3": "withhold",
    "FB": "payer_debt",
    "IP": "incentive_income",
    "IR": "levy",
    "L3": "write_off",
    "L6": "interest_income",
    "LE": "levy",
    "OB": "payer_debt",
    "SL": "levy",
    "WO": "payer_debt",
    "WU": "payer_debt",
}
"""Account of a provider adjustment by its code (005010X221A1 PLB03-1); a code that is not here goes to suspense."""

NO_MONEY = ("23", "25")
"""Not our claim, and a predetermination: their adjustments change nothing (005010X221A1 2100 CLP02)."""

disputed = TableShape(
    "disputed",
    (
        Column("claim_row", pl.Int64),
        Column("service_row", pl.Int64),
        Column("claim_number", pl.String),
        Column("line_control_number", pl.String),
        Column("group_code", pl.String),
        Column("reason_code", pl.String),
        Column("cents", pl.Int64, "stays open on the line until someone decides"),
        Column("route", pl.String, "eligibility, patient_review or denial"),
    ),
)
"""One row a refused amount: no money moved for it."""

suspended = TableShape(
    "suspended",
    (
        Column("claim_row", pl.Int64),
        Column("claim_number", pl.String, "CLP01 as sent"),
        Column("cents", pl.Int64, "CLP04: what went to suspense, may be 0"),
        Column("reason", pl.String),
    ),
)
"""One row a claim payment that was not posted to receivables."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The journal of a file, what was disputed and suspended in it, and the sources of remittances posted before."""

    journal: Journal
    disputed: pl.DataFrame
    suspended: pl.DataFrame
    repeated: tuple[str, ...]


def post(
    tables: RemittanceTables,
    matches: Matches,
    our_claims: pl.DataFrame,
    our_lines: pl.DataFrame,
    earlier: Journal,
    *,
    day: date,
) -> Posted:
    """The checked journal of every remittance in `tables`; per remittance its remit_clearing postings sum to BPR02.

    tables  : in balance (`balance.faults` is empty for them)
    matches : of these tables; our_claims and our_lines as they were given to `match`
    earlier : every entry so far that touches one of these claims, charges included, oldest first
    A remittance whose key has entries in `earlier`, or came before in the file, makes none and is named in `repeated`.
    Source: 005010X221A1 1.10.2.
    """
    ours = shaped(our_claims, OUR_CLAIMS)
    lines = shaped(our_lines, OUR_LINES).unique(("claim_number", "line_control_number"), maintain_order=True)
    keys = remit_keys(tables)
    everything = _claims_in_order(tables, matches, ours, keys)
    every_plb = _provider_adjustments(tables, ours, keys)
    fresh = _fresh(keys, earlier)["payment_row"].to_list()
    claims, plb = (frame.filter(pl.col("payment_row").is_in(fresh)) for frame in (everything, every_plb))
    sources = pl.concat([frame.select("payment_row", "source") for frame in (everything, every_plb)])
    again = sources.filter(~pl.col("payment_row").is_in(fresh))["source"].unique(maintain_order=True)
    moved = _moves_of(tables, matches, claims, lines)
    made, held = _in_turns(claims, moved, lines, flat_of(earlier))
    journal = journal_of([*made, _suspense(held), plb.select(FLAT.names())], day)
    check(journal)
    refused = (
        moved.join(claims.filter(pl.col("postable") & ~pl.col("reversal")), on="claim_row", how="semi")
        .join(held, on="claim_row", how="anti")
        .filter(pl.col("treatment") == "disputed")
        .with_columns(route=route())
    )
    return Posted(
        journal,
        refused.select(disputed.schema.names()),
        held.select("claim_row", "held_reason", claim_number="sent_number", cents="paid_cents")
        .rename({"held_reason": "reason"})
        .select(suspended.schema.names())
        .sort("claim_row"),
        tuple(again.to_list()),
    )


def remit_keys(tables: RemittanceTables) -> pl.DataFrame:
    """payment_row, key: what names a remittance for ever, however often it is sent (TRN03, TRN02, BPR16, BPR02)."""
    parts = [
        pl.lit("835"),
        pl.col("payer_trace_id").fill_null(""),
        pl.col("trace_number").fill_null(""),
        pl.col("payment_day").dt.strftime("%Y%m%d").fill_null(""),
        pl.col("payment_cents").cast(pl.String),
    ]
    return tables.payments.select("payment_row", key=pl.concat_str(parts, separator=":"))


def _fresh(keys: pl.DataFrame, earlier: Journal) -> pl.DataFrame:
    """The keys of remittances that no entry came from yet, each the first of its key in the file.

    A remittance is posted whole or not at all: half of one that was sent again with other content would not balance.
    """
    posted = earlier.entries["source"].str.extract(r"^(835:.*?):(?:clp|plb):").drop_nulls()
    return keys.filter(~pl.col("key").is_in(posted.to_list()) & pl.col("key").is_first_distinct())


def _claims_in_order(
    tables: RemittanceTables, matches: Matches, ours: pl.DataFrame, keys: pl.DataFrame
) -> pl.DataFrame:
    """Every claim payment with its match, our facts, its source, and `turn`: one claim is posted once a turn.

    In a remittance the reversals of a claim come before its other payments, whatever the order of the file.
    """
    facts = ours.unique(("claim_number", "payer_sequence"), maintain_order=True).select(
        "claim_number", "payer_sequence", "next_payer_sequence", "next_payer_id"
    )
    patients = ours.select("claim_number", "patient_id").unique("claim_number", maintain_order=True)
    sent = tables.claim_payments.select(
        "payment_row", "claim_row", "status_code", "paid_cents", "charge_cents", sent_number="claim_number"
    )
    ordinal = (pl.int_range(pl.len()).over("payment_row") + 1).cast(pl.String)
    source = pl.concat_str("key", pl.lit(":clp:"), ordinal)
    reversal = pl.col("status_code") == REVERSAL
    no_money = pl.col("status_code").is_in(NO_MONEY)
    return (
        sent.sort("claim_row")
        .join(keys, on="payment_row", how="left", maintain_order="left")
        .with_columns(source=source, reversal=reversal.fill_null(False))
        .join(matches.claims, on="claim_row", how="left")
        .join(facts, on=["claim_number", "payer_sequence"], how="left")
        .join(patients, on="claim_number", how="left")
        .with_columns(
            postable=(pl.col("how") == "exact") & ~no_money.fill_null(False),
            held_reason=pl.when((pl.col("how") == "exact") & no_money)
            .then(pl.lit("no payment is expected with this status"))
            .otherwise("reason"),
        )
        .sort("payment_row", ~pl.col("reversal"), "claim_row")
        .with_columns(turn=pl.int_range(pl.len()).over("claim_number"))
    )


def _moves_of(tables: RemittanceTables, matches: Matches, claims: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The moves of the claims; what a primary payer says of an earlier payer is disputed, for there is none."""
    first = claims.filter(pl.col("payer_sequence") == "P")["claim_row"].to_list()
    odd = (pl.col("treatment") == "prior_payer") & pl.col("claim_row").is_in(first)
    return moves(tables, matches, lines).with_columns(
        treatment=pl.when(odd).then(pl.lit("disputed")).otherwise("treatment")
    )


def _in_turns(
    claims: pl.DataFrame, moved: pl.DataFrame, lines: pl.DataFrame, history: pl.DataFrame
) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """FLAT postings made, and the claims held back with `held_reason`.

    A claim may be paid, reversed and paid again in one file, so its payments are posted one after the other, the
    n-th of all claims at once. A reversal that comes before what it reverses waits until the end.
    """
    postable = claims.filter("postable")
    mechanical = _mechanical(postable, moved)
    history = history.filter(pl.col("claim_number").is_in(postable["claim_number"].unique().to_list()))
    made: list[pl.DataFrame] = []
    waiting: list[pl.DataFrame] = []
    no_cash = (pl.col("how") == "exact") & (pl.col("paid_cents") == 0)
    held = [claims.filter(~pl.col("postable") & ~no_cash)]
    for turn in postable["turn"].unique().sort():
        for reversal in (True, False):
            part = postable.filter((pl.col("turn") == turn) & (pl.col("reversal") == reversal))
            if part.height == 0:
                continue
            ours = mechanical.join(part, on="claim_row", how="semi")
            if reversal:
                flat, late = _reverse(part, ours, history, mirrored_only=False)
                waiting.append(late)
            else:
                flat, refused = _pay(part, ours, moved, lines, history)
                held.append(refused)
            made.append(flat)
            history = pl.concat([history, flat])
    for part in waiting:
        ours = mechanical.join(part, on="claim_row", how="semi")
        flat, lost = _reverse(part, ours, history, mirrored_only=True)
        made.append(flat)
        history = pl.concat([history, flat])
        held.append(lost.with_columns(held_reason=pl.lit("nothing was posted that this could reverse")))
    return made, pl.concat(held)


def _mechanical(claims: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """FLAT postings (with claim_row) that the moves would make with nothing else in the books; OA-23 makes none."""
    rows = moved.filter(pl.col("treatment").is_in(["payment", "contractual", "patient"])).join(
        claims.drop("claim_number", "reason", "charge_cents"), on="claim_row", how="inner", maintain_order="left"
    )
    passed_on = pl.col("treatment") == "patient"
    insured_next = passed_on & pl.col("next_payer_sequence").is_not_null()
    account = (
        pl.when(pl.col("treatment") == "payment")
        .then(pl.lit("remit_clearing"))
        .when(insured_next)
        .then(pl.lit("ar_insurance"))
        .when(passed_on)
        .then(pl.lit("ar_patient"))
        .otherwise(pl.lit("contractual"))
    )
    debit = rows.with_columns(
        account=account,
        reason=pl.when(pl.col("treatment") == "payment").then("key").otherwise("reason"),
        payer_sequence=pl.when(passed_on).then("next_payer_sequence").otherwise("payer_sequence"),
        payer_id=pl.when(passed_on).then("next_payer_id").otherwise("payer_id"),
    )
    credit = rows.with_columns(account=pl.lit("ar_insurance"), cents=-pl.col("cents"))
    both = pl.concat([debit, credit]).with_columns(kind=pl.lit("payment"), reverses=pl.lit(None, pl.String))
    return both.select(*FLAT.names(), "claim_row")


def _reverse(
    batch: pl.DataFrame, mechanical: pl.DataFrame, history: pl.DataFrame, *, mirrored_only: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Contra postings of what the batch reverses, and the reversals that found nothing though money had moved."""
    found = reversed_entries(batch, mechanical, history, mirrored_only=mirrored_only)
    money_moved = (pl.col("paid_cents") != 0) | pl.col("claim_row").is_in(mechanical["claim_row"].unique().to_list())
    lost = batch.join(found, on="claim_row", how="anti").filter(money_moved)
    return undo(batch, found, history), lost


def _pay(
    batch: pl.DataFrame, mechanical: pl.DataFrame, moved: pl.DataFrame, lines: pl.DataFrame, history: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Postings of the batch that fit what is open on its lines, and the claims that do not fit, with `held_reason`.

    No receivable may sink below zero by a payment; one that is below already may rise.
    """
    line = ["claim_number", "line_control_number", "account", "payer_sequence"]
    receivable = pl.col("account").is_in(RECEIVABLE)
    still_open = history.filter(receivable).group_by(line).agg(pl.col("cents").sum().alias("open"))
    flat = pl.concat([mechanical, _prior_payer(batch, moved, lines, still_open)])
    own = (pl.col("account") == "ar_insurance") & pl.col("payer_sequence").eq_missing(pl.col("own_sequence"))
    change = (
        flat.filter(receivable)
        .join(batch.select("claim_row", own_sequence="payer_sequence"), on="claim_row")
        .with_columns(own=own)
        .group_by("claim_row", "own", *line)
        .agg(pl.col("cents").sum().alias("change"))
        .join(still_open, on=line, how="left", nulls_equal=True)
    )
    judged = change.with_columns(
        held_reason=pl.when(pl.col("own") & pl.col("open").is_null())
        .then(pl.lit("nothing was charged to this payer on a line"))
        .when((pl.col("change") < 0) & (pl.col("open").fill_null(0) + pl.col("change") < 0))
        .then(pl.lit("more than what is open on a line"))
    ).drop_nulls("held_reason")
    reasons = judged.group_by("claim_row").agg(pl.col("held_reason").sort().first())
    refused = batch.drop("held_reason").join(reasons, on="claim_row", how="inner").select(batch.columns)
    return flat.join(refused, on="claim_row", how="anti").select(FLAT.names()), refused


def _prior_payer(
    batch: pl.DataFrame, moved: pl.DataFrame, lines: pl.DataFrame, still_open: pl.DataFrame
) -> pl.DataFrame:
    """Postings of the part of OA-23 that is not in the books yet, for payers after the first.

    What earlier payers did on a line is its charge less what is open for this payer; only the difference to OA-23 is
    an allowance, so that charge = payments + adjustments + what is open still holds.
    """
    line = ["claim_number", "line_control_number"]
    stated = (
        moved.filter(pl.col("treatment") == "prior_payer")
        .group_by("claim_row", "line_control_number")
        .agg(pl.col("cents").sum().alias("stated"))
        .join(batch, on="claim_row", how="inner")
        .drop("charge_cents")
        .join(
            lines.select(*line, "charge_cents"),
            on=line,
        )
        .join(
            still_open.filter(pl.col("account") == "ar_insurance").drop("account"),
            on=[*line, "payer_sequence"],
            how="left",
        )
    )
    known = pl.col("charge_cents") - pl.col("open").fill_null(0)
    rows = stated.with_columns(cents=pl.col("stated") - known).filter(pl.col("cents") != 0)
    debit = rows.with_columns(account=pl.lit("contractual"))
    credit = rows.with_columns(account=pl.lit("ar_insurance"), cents=-pl.col("cents"))
    return (
        pl.concat([debit, credit])
        .with_columns(kind=pl.lit("payment"), reverses=pl.lit(None, pl.String), reason=pl.lit("OA-23"))
        .select(*FLAT.names(), "claim_row")
    )


def _suspense(held: pl.DataFrame) -> pl.DataFrame:
    """DR remit_clearing, CR suspense for the cash of each claim payment held back.

    A claim number that is not ours stays out of the books: whose account it names is not known.
    """
    rows = held.filter(pl.col("paid_cents") != 0).select(
        "source",
        "key",
        kind=pl.lit("suspense"),
        reverses=pl.lit(None, pl.String),
        cents="paid_cents",
        claim_number="claim_number",
        line_control_number=pl.lit(None, pl.String),
        payer_sequence=pl.lit(None, pl.String),
        patient_id=pl.lit(None, pl.String),
        payer_id="payer_id",
    )
    debit = rows.with_columns(account=pl.lit("remit_clearing"), reason=pl.col("key"))
    credit = rows.with_columns(account=pl.lit("suspense"), cents=-pl.col("cents"), reason=pl.lit(None, pl.String))
    return pl.concat([debit, credit]).select(FLAT.names())


def _provider_adjustments(tables: RemittanceTables, ours: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """FLAT postings (with payment_row) of every PLB amount: positive takes from the payment, negative adds to it.

    A reference that is one of our claim numbers, or a payer's number of a claim in this file, links the claim.
    """
    numbers = (
        pl.concat(
            [
                ours.select(reference="claim_number", claim_number="claim_number"),
                tables.claim_payments.select(reference="payer_claim_control_number", claim_number="claim_number"),
            ]
        )
        .drop_nulls()
        .unique("reference", keep="first", maintain_order=True)
    )
    ordinal = (pl.int_range(pl.len()).over("payment_row") + 1).cast(pl.String)
    rows = (
        tables.provider_adjustments.join(keys, on="payment_row", how="left", maintain_order="left")
        .with_columns(source=pl.concat_str("key", pl.lit(":plb:"), ordinal))
        .join(numbers, on="reference", how="left", maintain_order="left")
        .join(tables.payments.select("payment_row", "payer_id"), on="payment_row", how="left", maintain_order="left")
        .filter(pl.col("amount_cents") != 0)
        .with_columns(
            kind=pl.lit("provider_adjustment"),
            **{
                name: pl.lit(None, pl.String)
                for name in ("reverses", "line_control_number", "payer_sequence", "patient_id")
            },
        )
    )
    account = pl.col("reason_code").replace_strict(PLB_ACCOUNT, default="suspense", return_dtype=pl.String)
    debit = rows.with_columns(account=account, cents=pl.col("amount_cents"), reason=pl.col("reason_code"))
    credit = rows.with_columns(account=pl.lit("remit_clearing"), cents=-pl.col("amount_cents"), reason=pl.col("key"))
    return pl.concat([debit, credit]).select(*FLAT.names(), "payment_row")
