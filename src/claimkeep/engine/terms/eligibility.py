"""Eligibility answers in columns: what a payer says a person is covered for, and what it refused to answer.

`benefit_row` counts the EB segments of a file from 0. Money is int64 cents, quantities are thousandths.
"""

from __future__ import annotations

import polars as pl

from claimkeep.engine.terms.table import Column, TableShape

_G = "005010X279A1 "


def _text(name: str, cite: str) -> Column:
    return Column(name, pl.String, _G + cite)


def _day(name: str, cite: str) -> Column:
    return Column(name, pl.Date, _G + cite)


benefit = TableShape(
    "benefits",
    (
        Column("kind", pl.String, "benefit for an EB, refusal for an AAA"),
        Column("level", pl.String, "payer, provider, subscriber or dependent: the HL the row stands under"),
        Column("benefit_row", pl.Int64, "the EB, or the EB an AAA stands under; null for an AAA above any benefit"),
        _text("interchange_control_number", "ISA13"),
        _text("transaction_control_number", "ST02"),
        _text("reference", "BHT03: the reference of the question"),
        # who answers whom about whom
        _text("payer_name", "2100A NM103"),
        _text("payer_id", "2100A NM109"),
        _text("provider_last_name", "2100B NM103"),
        _text("provider_id_qualifier", "2100B NM108"),
        _text("provider_id", "2100B NM109"),
        _text("trace_number", "2000C, 2000D TRN02"),
        _text("trace_origin", "2000C, 2000D TRN03"),
        _text("subscriber_last_name", "2100C NM103"),
        _text("subscriber_first_name", "2100C NM104"),
        _text("subscriber_member_id", "2100C NM109"),
        _text("subscriber_group_number", "2100C REF02 6P"),
        _day("subscriber_birth_day", "2100C DMG02"),
        _text("subscriber_sex", "2100C DMG03"),
        _text("dependent_last_name", "2100D NM103"),
        _text("dependent_first_name", "2100D NM104"),
        _day("dependent_birth_day", "2100D DMG02"),
        _text("dependent_sex", "2100D DMG03"),
        _text("dependent_relationship", "2100D INS02"),
        _day("plan_begin_day", "2100C, 2100D DTP03 291, 346"),
        _day("plan_end_day", "2100C, 2100D DTP03 291, 347"),
        _day("eligibility_begin_day", "2100C, 2100D DTP03 307, 356"),
        _day("eligibility_end_day", "2100C, 2100D DTP03 307, 357"),
        # the benefit
        _text("information_code", "2110 EB01"),
        _text("coverage_level", "2110 EB02"),
        Column("service_types", pl.List(pl.String), _G + "2110 EB03, every repeat"),
        _text("insurance_type", "2110 EB04"),
        _text("plan_name", "2110 EB05"),
        _text("time_period", "2110 EB06"),
        Column("amount_cents", pl.Int64, _G + "2110 EB07"),
        Column("share_millionths", pl.Int64, _G + "2110 EB08: a fifth is 200000"),
        _text("quantity_qualifier", "2110 EB09"),
        Column("quantity_milli", pl.Int64, _G + "2110 EB10"),
        _text("authorization_required", "2110 EB11"),
        _text("in_network", "2110 EB12"),
        _text("procedure_qualifier", "2110 EB13-1"),
        _text("procedure_code", "2110 EB13-2"),
        _text("modifier1", "2110 EB13-3"),
        _text("modifier2", "2110 EB13-4"),
        _text("modifier3", "2110 EB13-5"),
        _text("modifier4", "2110 EB13-6"),
        _day("benefit_begin_day", "2110 DTP03 292, 348"),
        _day("benefit_end_day", "2110 DTP03 292, 349"),
        _text("place_of_service", "2115 III02 ZZ"),
        _text("authorization_number", "2110 REF02 9F, G1"),
        Column("messages", pl.List(pl.String), _G + "2110 MSG01, every one"),
        _text("related_entity", "2120 NM101"),
        _text("related_last_name", "2120 NM103"),
        _text("related_first_name", "2120 NM104"),
        _text("related_id_qualifier", "2120 NM108"),
        _text("related_id", "2120 NM109"),
        # the refusal
        _text("request_valid", "AAA01"),
        _text("reject_reason", "AAA03"),
        _text("follow_up", "AAA04"),
        Column("segment", pl.Int64, "ordinal of the EB or AAA inside its ST, which is 1"),
    ),
)
"""One row an EB, and one an AAA, in the order of the file."""
