"""Requests for review in columns: what care a provider asks a payer to certify before it is given.

Money is int64 cents, quantities are thousandths.
"""

from __future__ import annotations

import polars as pl

from claimkeep.engine.terms.table import Column, TableShape

_G = "005010X217 "

MOST_DIAGNOSES = 12
"""Diagnoses an event has room for (005010X217 2000E HI)."""


def _text(name: str, cite: str) -> Column:
    return Column(name, pl.String, _G + cite)


def _day(name: str, cite: str) -> Column:
    return Column(name, pl.Date, _G + cite)


def _party(who: str, loop: str) -> tuple[Column, ...]:
    places = {"entity": "NM101", "entity_type": "NM102", "last_name": "NM103", "first_name": "NM104"}
    places |= {"id_qualifier": "NM108", "id": "NM109"}
    return tuple(_text(f"{who}_{name}", f"{loop} {place}") for name, place in places.items())


def _person(who: str, loop: str) -> tuple[Column, ...]:
    places = {"last_name": "NM103", "first_name": "NM104", "middle_name": "NM105", "suffix": "NM107"}
    places |= {"address1": "N301", "address2": "N302", "city": "N401", "state": "N402", "zip": "N403"}
    names = tuple(_text(f"{who}_{name}", f"{loop} {place}") for name, place in places.items())
    return (*names, _day(f"{who}_birth_day", f"{loop} DMG02"), _text(f"{who}_sex", f"{loop} DMG03"))


review_request = TableShape(
    "review_requests",
    (
        Column("level", pl.String, "event for what a patient comes or stays for, service for one service of it"),
        _text("interchange_control_number", "ISA13"),
        _text("transaction_control_number", "ST02"),
        _text("reference", "BHT03: comes back with the answer"),
        # who asks whom about whom
        *_party("reviewer", "2010A"),
        *_party("provider", "2010B"),
        _text("provider_contact_name", "2010B PER02"),
        _text("provider_contact_phone", "2010B PER04 TE"),
        *_person("subscriber", "2010C"),
        _text("subscriber_id_qualifier", "2010C NM108"),
        _text("subscriber_member_id", "2010C NM109"),
        _text("subscriber_group_number", "2010C REF02 6P"),
        *_person("dependent", "2010D"),
        _text("dependent_relationship", "2010D INS02"),
        # for what
        _text("trace_number", "2000E TRN02: comes back with the answer"),
        _text("trace_origin", "2000E TRN03"),
        _text("request_category", "2000E UM01"),
        _text("certification_type", "2000E UM02"),
        _text("service_type", "2000E UM03"),
        _text("place_of_service", "2000E UM04-1"),
        _text("place_qualifier", "2000E UM04-2"),
        _text("level_of_service", "2000E UM06"),
        _text("previous_authorization", "2000E REF02 BB"),
        _day("accident_day", "2000E DTP03 439"),
        _day("event_day", "2000E DTP03 AAH"),
        _day("event_day_to", "2000E DTP03 AAH"),
        _day("admission_day", "2000E DTP03 435"),
        _day("discharge_day", "2000E DTP03 096"),
        *(
            _text(f"diagnosis{at}{what}", f"2000E HI{at:02}-{part}")
            for at in range(1, MOST_DIAGNOSES + 1)
            for part, what in ((1, "_qualifier"), (2, ""))
        ),
        _text("quantity_qualifier", "2000E HSD01"),
        Column("quantity_milli", pl.Int64, _G + "2000E HSD02"),
        _text("message", "2000E MSG01"),
        *_party("event_provider", "2010EA"),
        # for which service of it
        _text("service_trace_number", "2000F TRN02"),
        _text("service_trace_origin", "2000F TRN03"),
        _day("service_day", "2000F DTP03 472"),
        _day("service_day_to", "2000F DTP03 472"),
        _text("revenue_code", "2000F SV201"),
        _text("procedure_qualifier", "2000F SV101-1, SV202-1"),
        _text("procedure_code", "2000F SV101-2, SV202-2"),
        *(_text(f"modifier{at}", f"2000F SV101-{at + 2}, SV202-{at + 2}") for at in range(1, 5)),
        Column("charge_cents", pl.Int64, _G + "2000F SV102, SV203"),
        _text("unit_basis", "2000F SV103, SV204"),
        Column("units_milli", pl.Int64, _G + "2000F SV104, SV205"),
        _text("service_message", "2000F MSG01"),
        *_party("service_provider", "2010F"),
        Column("segment", pl.Int64, "ordinal of the HL of the event or service inside its ST, which is 1"),
    ),
)
"""One row an event (HL of EV), and after it one a service (SS), each with all that stands above it."""
