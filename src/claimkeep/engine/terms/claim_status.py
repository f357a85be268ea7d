"""Claim status in columns: what was asked (276), what was answered (277), what was taken in (277CA).

Money is int64 cents, quantities are thousandths; `status_row` counts the STC segments of a file from 0.
"""

from __future__ import annotations

import polars as pl

from claimkeep.engine.terms.table import Column, TableShape

_G = "005010X212 "


def _text(name: str, cite: str) -> Column:
    return Column(name, pl.String, _G + cite)


claim_status = TableShape(
    "claim_status",
    (
        Column("kind", pl.String, "276 for a question, 277 for an answer, 277CA for an acknowledgement"),
        Column("level", pl.String, "receiver, provider, claim or service: what the status is about"),
        Column("status_row", pl.Int64, "the STC the row stands in; null for a question"),
        Column("position", pl.Int64, "1, 10 or 11: which element of the STC; null for a question"),
        _text("interchange_control_number", "ISA13"),
        _text("transaction_control_number", "ST02"),
        _text("reference", "BHT03"),
        # who says it to whom about whom
        _text("payer_name", "2100A NM103"),
        _text("payer_id", "2100A NM109"),
        _text("payer_id_qualifier", "2100A NM108"),
        _text("source_entity", "2100A NM101: AY where a clearinghouse speaks"),
        _text("source_trace_number", "005010X214 2200A TRN02"),
        Column("received_day", pl.Date, "005010X214 2200A DTP03 050"),
        Column("processed_day", pl.Date, "005010X214 2200A DTP03 009"),
        _text("receiver_name", "2100B NM103"),
        _text("receiver_entity_type", "2100B NM102"),
        _text("receiver_first_name", "2100B NM104"),
        _text("receiver_id", "2100B NM109"),
        _text("provider_last_name", "2100C NM103"),
        _text("provider_entity_type", "2100C NM102"),
        _text("provider_first_name", "2100C NM104"),
        _text("provider_middle_name", "2100C NM105"),
        _text("provider_suffix", "2100C NM107"),
        _text("provider_id_qualifier", "2100C NM108"),
        _text("provider_id", "2100C NM109"),
        _text("subscriber_last_name", "2100D NM103"),
        _text("subscriber_first_name", "2100D NM104"),
        _text("subscriber_entity_type", "2100D NM102"),
        _text("subscriber_middle_name", "2100D NM105"),
        _text("subscriber_suffix", "2100D NM107"),
        Column("subscriber_birth_day", pl.Date, _G + "2000D DMG02"),
        _text("subscriber_sex", "2000D DMG03"),
        _text("subscriber_id_qualifier", "2100D NM108"),
        _text("subscriber_member_id", "2100D NM109"),
        _text("dependent_last_name", "2100E NM103"),
        _text("dependent_first_name", "2100E NM104"),
        _text("dependent_middle_name", "2100E NM105"),
        _text("dependent_suffix", "2100E NM107"),
        Column("dependent_birth_day", pl.Date, _G + "2000E DMG02"),
        _text("dependent_sex", "2000E DMG03"),
        # about which claim
        _text("trace_number", "2200 TRN02"),
        _text("claim_number", "2200 REF02 EJ; 005010X214 2200D TRN02"),
        _text("payer_claim_control_number", "2200 REF02 1K"),
        _text("bill_type", "2200 REF02 BLT"),
        _text("clearinghouse_trace_number", "2200 REF02 D9"),
        _text("group_number", "2200 REF02 6P"),
        _text("prescription_number", "2200 REF02 XZ"),
        _text("voucher_number", "2200 REF02 VV"),
        Column("accepted_claims", pl.Int64, "005010X214 2200B QTY02 90, 2200C QTY02 QA"),
        Column("rejected_claims", pl.Int64, "005010X214 2200B QTY02 AA, 2200C QTY02 QC"),
        Column("accepted_cents", pl.Int64, "005010X214 2200B, 2200C AMT02 YU"),
        Column("rejected_cents", pl.Int64, "005010X214 2200B, 2200C AMT02 YY"),
        Column("claim_charge_cents", pl.Int64, _G + "2200 AMT02 T3 of a question"),
        Column("claim_day", pl.Date, _G + "2200 DTP03 472"),
        Column("claim_day_to", pl.Date, _G + "2200 DTP03 472"),
        # about which service
        _text("procedure_qualifier", "2220 SVC01-1, 2210 SVC01-1"),
        _text("procedure_code", "2220 SVC01-2, 2210 SVC01-2"),
        _text("modifier1", "2220 SVC01-3, 2210 SVC01-3"),
        _text("modifier2", "2220 SVC01-4, 2210 SVC01-4"),
        _text("modifier3", "2220 SVC01-5, 2210 SVC01-5"),
        _text("modifier4", "2220 SVC01-6, 2210 SVC01-6"),
        Column("service_charge_cents", pl.Int64, _G + "2220 SVC02, 2210 SVC02"),
        Column("service_paid_cents", pl.Int64, _G + "2220 SVC03"),
        _text("revenue_code", "2220 SVC04, 2210 SVC04"),
        Column("service_units_milli", pl.Int64, _G + "2220 SVC07, 2210 SVC07"),
        _text("line_control_number", "2220 REF02 FJ, 2210 REF02 FJ"),
        Column("service_day", pl.Date, _G + "2220 DTP03 472, 2210 DTP03 472"),
        Column("service_day_to", pl.Date, _G + "2220 DTP03 472, 2210 DTP03 472"),
        # the status
        _text("category_code", "STC01-1, STC10-1, STC11-1"),
        _text("status_code", "STC01-2, STC10-2, STC11-2"),
        _text("entity_code", "STC01-3, STC10-3, STC11-3"),
        _text("code_list", "STC01-4, STC10-4, STC11-4"),
        Column("status_day", pl.Date, _G + "STC02"),
        _text("action_code", "005010X214 STC03"),
        Column("charge_cents", pl.Int64, _G + "STC04"),
        Column("paid_cents", pl.Int64, _G + "STC05"),
        Column("final_day", pl.Date, _G + "STC06"),
        _text("payment_method", "STC07"),
        Column("payment_day", pl.Date, _G + "STC08"),
        _text("payment_number", "STC09"),
        _text("message", "005010X214 STC12"),
        Column("segment", pl.Int64, "ordinal of the STC, or the TRN or SVC of a question, inside its ST, which is 1"),
    ),
)
"""One row a status: every STC gives one to three; a question gives one a claim and one a service, without a status."""
