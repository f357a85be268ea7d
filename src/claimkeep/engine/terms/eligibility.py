"""Eligibility in columns: what is asked about a person's coverage, what a payer says, and what it refused to answer.

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


def _told_of_payer() -> tuple[Column, ...]:
    """What else names the payer."""
    return (
        _text("payer_entity", "2100A NM101"),
        _text("payer_entity_type", "2100A NM102"),
        _text("payer_id_qualifier", "2100A NM108"),
    )


def _told_of_provider() -> tuple[Column, ...]:
    """What else names who asked."""
    return (
        _text("provider_entity", "2100B NM101"),
        _text("provider_entity_type", "2100B NM102"),
        _text("provider_first_name", "2100B NM104"),
    )


def _told_of_person(who: str, loop: str) -> tuple[Column, ...]:
    """What else names a person, and where it lives."""
    places = {"middle_name": "NM105", "suffix": "NM107", "address1": "N301", "address2": "N302"}
    places |= {"city": "N401", "state": "N402", "zip": "N403"}
    return tuple(_text(f"{who}_{name}", f"{loop} {place}") for name, place in places.items())


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
        *_told_of_payer(),
        _text("provider_last_name", "2100B NM103"),
        *_told_of_provider(),
        _text("provider_id_qualifier", "2100B NM108"),
        _text("provider_id", "2100B NM109"),
        _text("trace_number", "2000C, 2000D TRN02"),
        _text("trace_origin", "2000C, 2000D TRN03"),
        _text("subscriber_last_name", "2100C NM103"),
        _text("subscriber_first_name", "2100C NM104"),
        *_told_of_person("subscriber", "2100C"),
        _text("subscriber_entity_type", "2100C NM102"),
        _text("subscriber_id_qualifier", "2100C NM108"),
        _text("subscriber_member_id", "2100C NM109"),
        _text("subscriber_group_number", "2100C REF02 6P"),
        _day("subscriber_birth_day", "2100C DMG02"),
        _text("subscriber_sex", "2100C DMG03"),
        _text("dependent_last_name", "2100D NM103"),
        _text("dependent_first_name", "2100D NM104"),
        *_told_of_person("dependent", "2100D"),
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
        _text("authorization_qualifier", "2110 REF01: 9F for a referral, G1 for a prior authorization"),
        Column("messages", pl.List(pl.String), _G + "2110 MSG01, every one"),
        _text("related_entity", "2120 NM101"),
        _text("related_entity_type", "2120 NM102"),
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

inquiry = TableShape(
    "inquiries",
    (
        Column("level", pl.String, "subscriber or dependent: the person who is asked about"),
        _text("interchange_control_number", "ISA13"),
        _text("transaction_control_number", "ST02"),
        _text("reference", "BHT03: comes back with the answer"),
        # who asks whom about whom
        _text("payer_name", "2100A NM103"),
        _text("payer_id", "2100A NM109"),
        *_told_of_payer(),
        _text("provider_last_name", "2100B NM103"),
        *_told_of_provider(),
        _text("provider_id_qualifier", "2100B NM108"),
        _text("provider_id", "2100B NM109"),
        _text("trace_number", "2000C, 2000D TRN02: comes back with the answer"),
        _text("trace_origin", "2000C, 2000D TRN03"),
        _text("subscriber_last_name", "2100C NM103"),
        _text("subscriber_first_name", "2100C NM104"),
        *_told_of_person("subscriber", "2100C"),
        _text("subscriber_entity_type", "2100C NM102"),
        _text("subscriber_id_qualifier", "2100C NM108"),
        _text("subscriber_member_id", "2100C NM109"),
        _text("subscriber_group_number", "2100C REF02 6P"),
        _text("subscriber_ssn", "2100C REF02 SY"),
        _day("subscriber_birth_day", "2100C DMG02"),
        _text("subscriber_sex", "2100C DMG03"),
        _text("dependent_last_name", "2100D NM103"),
        _text("dependent_first_name", "2100D NM104"),
        *_told_of_person("dependent", "2100D"),
        _day("dependent_birth_day", "2100D DMG02"),
        _text("dependent_sex", "2100D DMG03"),
        _text("dependent_relationship", "2100D INS02"),
        _day("service_day", "2100C, 2100D DTP03 291"),
        _day("service_day_to", "2100C, 2100D DTP03 291"),
        # what is asked
        Column("service_types", pl.List(pl.String), _G + "2110 EQ01, every repeat; null when nothing certain is asked"),
        _text("procedure_qualifier", "2110 EQ02-1"),
        _text("procedure_code", "2110 EQ02-2"),
        _text("modifier1", "2110 EQ02-3"),
        _text("modifier2", "2110 EQ02-4"),
        _text("modifier3", "2110 EQ02-5"),
        _text("modifier4", "2110 EQ02-6"),
        _text("coverage_level", "2110C EQ03"),
        _text("place_of_service", "2110 III02 ZZ"),
        _text("authorization_qualifier", "2110 REF01: 9F for a referral, G1 for a prior authorization"),
        _text("authorization_number", "2110 REF02 9F, G1"),
        _day("inquiry_day", "2110 DTP03 291"),
        _day("inquiry_day_to", "2110 DTP03 291"),
        Column("segment", pl.Int64, "ordinal of the EQ, or of the NM1 of a person, inside its ST, which is 1"),
    ),
)
"""One row an EQ; one a person about whom nothing certain is asked. A question of 005010X279A1 (270)."""
