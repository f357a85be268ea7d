"""A status says what its own positions say, about the claim or service it stands under."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.claim_status import claim_status
from claimkeep.engine.x12 import claim_status_277

Interchange = Callable[..., bytes]

LEVELS = """\
HL*1**20*1
NM1*PR*2*PAYERNAME*****PI*PAYERID
HL*2*1*21*1
NM1*41*2*RECEIVERNAME*****46*RECEIVERID
HL*3*2*19*1
NM1*1P*2*PROVIDERLAST*****XX*PROVIDERID""".split("\n")

ANSWER = [
    "BHT*0010*08*REFERENCE*20260101*0102*DG",
    *LEVELS,
    *"""\
HL*4*3*22*0
NM1*IL*1*SUBSCRIBERLAST*SUBSCRIBERFIRST****MI*MEMBERID
TRN*2*TRACENUMBER
STC*F1:65:PR:RX*20260102**100.5*80.25*20260103*CHK*20260104*CHECKNUMBER*F1:66:QC*F1:67:82
REF*1K*PAYERCONTROL
REF*BLT*111
REF*EJ*CLAIMNUMBER
REF*D9*CLEARINGHOUSETRACE
DTP*472*RD8*20260105-20260106
SVC*HC:PROCEDURE:M1:M2:M3:M4*60.5*50.25*0305***1.5
STC*F1:68*20260107**60.5*50.25
REF*FJ*LINECONTROL
DTP*472*D8*20260108
HL*5*3*22*1
NM1*IL*1*PARENTLAST*PARENTFIRST****MI*PARENTID
HL*6*5*23
NM1*QC*1*CHILDLAST*CHILDFIRST
TRN*2*CHILDTRACE
STC*P1:20*20260109
STC*P2:21*20260109""".split("\n"),
]

QUESTION = [
    "BHT*0010*13*REFERENCE*20260101*0102",
    *LEVELS,
    *"""\
HL*4*3*22*0
DMG*D8*19800102*F
NM1*IL*1*SUBSCRIBERLAST*SUBSCRIBERFIRST****MI*MEMBERID
TRN*1*TRACENUMBER
REF*6P*GROUPNUMBER
REF*EJ*CLAIMNUMBER
AMT*T3*100.5
DTP*472*D8*20260105
SVC*HC:PROCEDURE*60.5*****1
REF*FJ*LINECONTROL
DTP*472*D8*20260106""".split("\n"),
]

TAKEN_IN = [
    "BHT*0085*08*REFERENCE*20260101*0102*TH",
    *LEVELS[:2],
    "TRN*1*PAYERTRACE",
    *LEVELS[2:4],
    "TRN*2*BATCHREFERENCE",
    "STC*A1:19:PR*20260102*WQ*300",
    *LEVELS[4:],
    "HL*4*3*PT",
    "NM1*QC*1*PATIENTLAST*PATIENTFIRST****MI*MEMBERID",
    "TRN*2*CLAIMNUMBER",
    "STC*A7:500:85*20260103*U*200******A7:501**MESSAGE",
    "REF*1K*PAYERCONTROL",
]


def answer(interchange: Interchange, body: list[str]) -> bytes:
    return interchange(body, code="277", version="005010X212")


def rows(data: bytes) -> list[dict[str, Any]]:
    found, skipped = claim_status_277.read(data)
    assert skipped == ()
    return found.rows(named=True)


ABOVE = {
    "interchange_control_number": "000000007",
    "transaction_control_number": "0001",
    "reference": "REFERENCE",
    "payer_name": "PAYERNAME",
    "source_entity": "PR",
    "payer_id_qualifier": "PI",
    "payer_id": "PAYERID",
    "receiver_entity_type": "2",
    "provider_entity_type": "2",
    "receiver_name": "RECEIVERNAME",
    "receiver_id": "RECEIVERID",
    "provider_last_name": "PROVIDERLAST",
    "provider_id_qualifier": "XX",
    "provider_id": "PROVIDERID",
}

CLAIM = {
    "subscriber_last_name": "SUBSCRIBERLAST",
    "subscriber_first_name": "SUBSCRIBERFIRST",
    "subscriber_entity_type": "1",
    "subscriber_id_qualifier": "MI",
    "subscriber_member_id": "MEMBERID",
    "trace_number": "TRACENUMBER",
    "claim_number": "CLAIMNUMBER",
    "payer_claim_control_number": "PAYERCONTROL",
    "bill_type": "111",
    "clearinghouse_trace_number": "CLEARINGHOUSETRACE",
    "claim_day": date(2026, 1, 5),
    "claim_day_to": date(2026, 1, 6),
}

STATUS = {
    "status_day": date(2026, 1, 2),
    "charge_cents": 10050,
    "paid_cents": 8025,
    "final_day": date(2026, 1, 3),
    "payment_method": "CHK",
    "payment_day": date(2026, 1, 4),
    "payment_number": "CHECKNUMBER",
    "segment": 12,
}


def given_values(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def test_every_value_stands_in_the_column_of_its_name(interchange: Interchange) -> None:
    first, second, third, service = (given_values(row) for row in rows(answer(interchange, ANSWER))[:4])
    said = {"kind": "277", "level": "claim", "status_row": 0} | ABOVE | CLAIM | STATUS
    one = {"category_code": "F1", "status_code": "65", "entity_code": "PR", "code_list": "RX", "position": 1}
    assert first == said | one
    assert second == said | {"category_code": "F1", "status_code": "66", "entity_code": "QC", "position": 10}
    assert third == said | {"category_code": "F1", "status_code": "67", "entity_code": "82", "position": 11}
    assert service == ABOVE | CLAIM | {
        "kind": "277",
        "level": "service",
        "status_row": 1,
        "position": 1,
        "procedure_qualifier": "HC",
        "procedure_code": "PROCEDURE",
        "modifier1": "M1",
        "modifier2": "M2",
        "modifier3": "M3",
        "modifier4": "M4",
        "service_charge_cents": 6050,
        "service_paid_cents": 5025,
        "revenue_code": "0305",
        "service_units_milli": 1500,
        "line_control_number": "LINECONTROL",
        "service_day": date(2026, 1, 8),
        "category_code": "F1",
        "status_code": "68",
        "status_day": date(2026, 1, 7),
        "charge_cents": 6050,
        "paid_cents": 5025,
        "segment": 19,
    }


def test_a_status_belongs_to_the_person_it_stands_under(interchange: Interchange) -> None:
    names = ("status_row", "subscriber_member_id", "dependent_last_name", "trace_number", "claim_number", "status_code")
    found = [tuple(row[name] for name in names) for row in rows(answer(interchange, ANSWER))[4:]]
    assert found == [
        (2, "PARENTID", "CHILDLAST", "CHILDTRACE", None, "20"),
        (3, "PARENTID", "CHILDLAST", "CHILDTRACE", None, "21"),
    ]


def test_a_question_gives_its_claims_and_services_without_a_status(interchange: Interchange) -> None:
    claim, service = rows(interchange(QUESTION, code="276", version="005010X212"))
    asked = ABOVE | {name: CLAIM[name] for name in CLAIM if name.startswith(("subscriber", "trace", "claim_number"))}
    asked |= {"kind": "276", "group_number": "GROUPNUMBER", "claim_charge_cents": 10050, "claim_day": date(2026, 1, 5)}
    asked |= {"subscriber_birth_day": date(1980, 1, 2), "subscriber_sex": "F"}
    assert given_values(claim) == asked | {"level": "claim", "segment": 12}
    assert given_values(service) == asked | {
        "level": "service",
        "segment": 17,
        "procedure_qualifier": "HC",
        "procedure_code": "PROCEDURE",
        "service_charge_cents": 6050,
        "service_units_milli": 1000,
        "line_control_number": "LINECONTROL",
        "service_day": date(2026, 1, 6),
    }


def test_an_acknowledgement_names_the_claim_by_its_trace(interchange: Interchange) -> None:
    batch, refused, more = rows(interchange(TAKEN_IN, code="277", version="005010X214"))
    assert (batch["level"], batch["trace_number"], batch["claim_number"]) == ("receiver", "BATCHREFERENCE", None)
    assert (batch["provider_id"], batch["action_code"], batch["charge_cents"]) == (None, "WQ", 30000)
    assert {row["kind"] for row in (batch, refused, more)} == {"277CA"}
    assert (refused["claim_number"], refused["payer_claim_control_number"]) == ("CLAIMNUMBER", "PAYERCONTROL")
    names = ("category_code", "status_code", "action_code", "message")
    assert [row[name] for name in names for row in (refused, more)] == [
        "A7",
        "A7",
        "500",
        "501",
        *"UU",
        *["MESSAGE"] * 2,
    ]


@pytest.mark.parametrize(
    ("was", "changed", "place", "left"),
    [
        ("*100.5*", "*ALOT*", "segment 12 (STC), element 4", [0, 1, 2]),
        ("STC*F1:65:PR:RX", "STC*:65", "segment 12 (STC), element 1, component 1", [0, 1, 2]),
        ("M4*60.5*", "M4*ALOT*", "segment 18 (SVC), element 2", [0, 0, 0, 1, 2]),
        ("HL*6*5*23", "HL*6*4*23", "segment 24 (HL), element 2", [0, 0, 0, 1]),
    ],
)
def test_what_cannot_be_read_is_left_out_and_told(
    interchange: Interchange, was: str, changed: str, place: str, left: list[int]
) -> None:
    found, skipped = claim_status_277.read(answer(interchange, [one.replace(was, changed) for one in ANSWER]))
    assert [str(one.place) for one in skipped] == [f"interchange 1, transaction 1, {place}"]
    assert found["status_row"].to_list() == left
    assert "ALOT" not in str(skipped)


def test_a_date_that_is_none_is_left_empty_and_told_once(interchange: Interchange) -> None:
    found, skipped = claim_status_277.read(answer(interchange, [one.replace("20260104", "00000000") for one in ANSWER]))
    assert found["payment_day"].null_count() == found.height == 6
    assert [str(one.place) for one in skipped] == ["interchange 1, transaction 1, segment 12 (STC), element 8"]


def test_a_status_without_a_claim_is_told(interchange: Interchange) -> None:
    found, skipped = claim_status_277.read(answer(interchange, ["STC*A1:20*20260101", *ANSWER[1:]]))
    assert found.height == 6 and [one.place.segment for one in skipped] == [2]


def test_what_holds_no_status_is_left_out_with_a_reason(interchange: Interchange, professional: list[str]) -> None:
    found, skipped = claim_status_277.read(interchange(professional))
    assert found.height == 0 and found.schema == claim_status.schema
    assert [one.reason for one in skipped] == ["the transaction set holds no claim status"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.sampled_from([("276", "005010X212"), ("277", "005010X212"), ("277", "005010X214")]))
def test_a_disturbed_set_is_read_or_told(
    interchange: Interchange, disturbed: Callable[[list[str]], Any], data: st.DataObject, which: tuple[str, str]
) -> None:
    body = data.draw(disturbed({"276": QUESTION}.get(which[0], TAKEN_IN if which[1].endswith("214") else ANSWER)))
    found, _ = claim_status_277.read(interchange(body, code=which[0], version=which[1]))
    assert found.schema == claim_status.schema
    numbers = found["status_row"].drop_nulls().unique(maintain_order=True).to_list()
    assert numbers == list(range(len(numbers)))
