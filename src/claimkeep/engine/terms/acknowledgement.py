"""Acknowledgements in columns: what became of a file, a transaction set, a claim on its way to the payer."""

from __future__ import annotations

import polars as pl

from claimkeep.engine.terms.table import Column, TableShape

acknowledgement = TableShape(
    "acknowledgements",
    (
        Column("kind", pl.String, "TA1, 999 or 277CA"),
        Column("level", pl.String, "interchange, group, transaction or claim"),
        Column("interchange_control_number", pl.String, "TA101: ISA13 of ours"),
        Column("group_control_number", pl.String, "005010X231A1 AK102: GS06 of ours; null for a TA1"),
        Column("transaction_control_number", pl.String, "005010X231A1 2000 AK202: ST02 of ours"),
        Column("claim_number", pl.String, "005010X214 2200D TRN02: CLM01 of ours"),
        Column("accepted", pl.Boolean, "true when it went on to the next step"),
        Column("code", pl.String, "TA104, AK901, IK501 or STC01-1 as sent"),
        Column("reason", pl.String, "TA105, IK502, or STC01-1:STC01-2 (category:status)"),
        Column("payer_claim_control_number", pl.String, "005010X214 2200D REF02 1K"),
        Column("from_payer", pl.Boolean, "277CA only: true when 2100A NM101 is PR, false for a clearinghouse (AY)"),
        Column("segment", pl.Int64, "ordinal of the answering segment inside its ST (or the interchange for a TA1)"),
        Column(
            "note", pl.String, "the faults named by IK3, IK4 and CTX, as places: 'segment 14 (NM1), element 9: code 7'"
        ),
    ),
)
"""One row an answer: TA1 gives one, a 999 one a group and one a transaction set, a 277CA one a claim."""
