"""A benefit says what its own positions say, about the person and the payer it stands under."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.eligibility import benefit
from claimkeep.engine.x12 import eligibility_271

Interchange = Callable[..., bytes]

ANSWER = """\
BHT*0022*11*REFERENCE*20260101*0102
HL*1**20*1
NM1*PR*2*PAYERNAME*****PI*PAYERID
HL*2*1*21*1
NM1*1P*2*PROVIDERLAST*****XX*PROVIDERID
HL*3*2*22*0
TRN*1*PAYERTRACE*PAYERORIGIN
TRN*2*TRACENUMBER*TRACEORIGIN
NM1*IL*1*SUBSCRIBERLAST*SUBSCRIBERFIRST****MI*MEMBERID
REF*6P*GROUPNUMBER
DMG*D8*19800102*F
DTP*346*D8*20260103
DTP*347*D8*20261204
DTP*307*RD8*20260105-20261206
EB*B*IND*30^98*HM*PLANNAME*27*12.5*.2*VS*1.5*Y*N*HC:PROCEDURE:M1:M2:M3:M4
REF*G1*AUTHORIZATION
DTP*292*RD8*20260107-20261208
MSG*MESSAGEONE
MSG*MESSAGETWO
III*ZZ*11
LS*2120
NM1*P3*1*RELATEDLAST*RELATEDFIRST****XX*RELATEDID
LE*2120
EB*1**1
AAA*N**52*C
HL*4*2*22*1
NM1*IL*1*PARENTLAST*PARENTFIRST****MI*PARENTID
DTP*291*D8*20260109
HL*5*4*23*0
TRN*2*CHILDTRACE*CHILDORIGIN
NM1*03*1*CHILDLAST*CHILDFIRST
DMG*D8*20200110*M
INS*N*19
EB*6
HL*6*2*22*0
NM1*IL*1*UNKNOWNLAST*UNKNOWNFIRST****MI*UNKNOWNID
AAA*Y**75*R""".split("\n")


def answer(interchange: Interchange, body: list[str]) -> bytes:
    return interchange(body, code="271", version="005010X279A1")


def rows(data: bytes) -> list[dict[str, Any]]:
    found, skipped = eligibility_271.read(data)
    assert skipped == ()
    return found.rows(named=True)


def test_every_value_stands_in_the_column_of_its_name(interchange: Interchange) -> None:
    first = rows(answer(interchange, ANSWER))[0]
    assert {name: value for name, value in first.items() if value is not None} == {
        "kind": "benefit",
        "level": "subscriber",
        "benefit_row": 0,
        "interchange_control_number": "000000007",
        "transaction_control_number": "0001",
        "reference": "REFERENCE",
        "payer_entity": "PR",
        "payer_entity_type": "2",
        "payer_name": "PAYERNAME",
        "payer_id_qualifier": "PI",
        "payer_id": "PAYERID",
        "provider_entity": "1P",
        "provider_entity_type": "2",
        "subscriber_entity_type": "1",
        "subscriber_id_qualifier": "MI",
        "authorization_qualifier": "G1",
        "related_entity_type": "1",
        "provider_last_name": "PROVIDERLAST",
        "provider_id_qualifier": "XX",
        "provider_id": "PROVIDERID",
        "trace_number": "TRACENUMBER",
        "trace_origin": "TRACEORIGIN",
        "subscriber_last_name": "SUBSCRIBERLAST",
        "subscriber_first_name": "SUBSCRIBERFIRST",
        "subscriber_member_id": "MEMBERID",
        "subscriber_group_number": "GROUPNUMBER",
        "subscriber_birth_day": date(1980, 1, 2),
        "subscriber_sex": "F",
        "plan_begin_day": date(2026, 1, 3),
        "plan_end_day": date(2026, 12, 4),
        "eligibility_begin_day": date(2026, 1, 5),
        "eligibility_end_day": date(2026, 12, 6),
        "information_code": "B",
        "coverage_level": "IND",
        "service_types": ["30", "98"],
        "insurance_type": "HM",
        "plan_name": "PLANNAME",
        "time_period": "27",
        "amount_cents": 1250,
        "share_millionths": 200_000,
        "quantity_qualifier": "VS",
        "quantity_milli": 1500,
        "authorization_required": "Y",
        "in_network": "N",
        "procedure_qualifier": "HC",
        "procedure_code": "PROCEDURE",
        "modifier1": "M1",
        "modifier2": "M2",
        "modifier3": "M3",
        "modifier4": "M4",
        "benefit_begin_day": date(2026, 1, 7),
        "benefit_end_day": date(2026, 12, 8),
        "place_of_service": "11",
        "authorization_number": "AUTHORIZATION",
        "messages": ["MESSAGEONE", "MESSAGETWO"],
        "related_entity": "P3",
        "related_last_name": "RELATEDLAST",
        "related_first_name": "RELATEDFIRST",
        "related_id_qualifier": "XX",
        "related_id": "RELATEDID",
        "segment": 16,
    }


def test_a_benefit_belongs_to_the_person_it_stands_under(interchange: Interchange) -> None:
    names = ("kind", "level", "benefit_row", "subscriber_member_id", "dependent_last_name", "trace_number")
    found = [tuple(row[name] for name in names) for row in rows(answer(interchange, ANSWER))]
    assert found == [
        ("benefit", "subscriber", 0, "MEMBERID", None, "TRACENUMBER"),
        ("benefit", "subscriber", 1, "MEMBERID", None, "TRACENUMBER"),
        ("refusal", "subscriber", 1, "MEMBERID", None, "TRACENUMBER"),
        ("benefit", "dependent", 2, "PARENTID", "CHILDLAST", "CHILDTRACE"),
        ("refusal", "subscriber", None, "UNKNOWNID", None, None),
    ]


def test_a_dependent_keeps_the_plan_days_of_the_subscriber(interchange: Interchange) -> None:
    child = rows(answer(interchange, ANSWER))[3]
    assert (child["plan_begin_day"], child["plan_end_day"]) == (date(2026, 1, 9), None)
    assert (child["dependent_birth_day"], child["dependent_sex"]) == (date(2020, 1, 10), "M")
    assert child["dependent_relationship"] == "19"


def test_a_refusal_says_why_and_what_to_do(interchange: Interchange) -> None:
    found = rows(answer(interchange, ANSWER))
    refusals = [(row["request_valid"], row["reject_reason"], row["follow_up"], row["segment"]) for row in found]
    assert refusals[2] == ("N", "52", "C", 26) and refusals[4] == ("Y", "75", "R", 38)
    assert refusals[0] == (None, None, None, 16)


def test_a_refusal_of_the_payer_itself_needs_no_patient(interchange: Interchange) -> None:
    body = ["BHT*0022*11*REFERENCE*20260101*0102", "HL*1**20*0", "AAA*Y**42*P", "NM1*PR*2*PAYERNAME*****PI*PAYERID"]
    (row,) = rows(answer(interchange, [*body, "AAA*Y**79*N"]))[1:]
    assert (row["level"], row["reject_reason"], row["payer_id"]) == ("payer", "79", "PAYERID")


@pytest.mark.parametrize(
    ("segment", "changed", "place"),
    [
        ("EB*B*IND", "EB*B*IND**HM*PLANNAME*27*TWELVE", "segment 16 (EB), element 7"),
        ("EB*B*IND", "EB*B*IND**HM*PLANNAME*27**1.2.3", "segment 16 (EB), element 8"),
        ("EB*B*IND", "EB**IND", "segment 16 (EB), element 1"),
    ],
)
def test_a_benefit_that_cannot_be_read_is_left_out_and_told(
    interchange: Interchange, segment: str, changed: str, place: str
) -> None:
    body = [changed if one.startswith(segment) else one for one in ANSWER]
    found, skipped = eligibility_271.read(answer(interchange, body))
    assert [str(one.place) for one in skipped] == [f"interchange 1, transaction 1, {place}"]
    assert found["benefit_row"].to_list() == [0, 0, 1, None]
    assert "TWELVE" not in str(skipped)


def test_a_date_that_is_none_is_left_empty_and_told(interchange: Interchange) -> None:
    body = [one.replace("19800102", "19800230") for one in ANSWER]
    found, skipped = eligibility_271.read(answer(interchange, body))
    assert found["subscriber_birth_day"].to_list()[:2] == [None, None] and found.height == 5
    assert [one.place.segment_id for one in skipped] == ["DMG"] and "left empty" in skipped[0].reason


@pytest.mark.parametrize("level", ["HL*5*3*23*0", "HL*5*4*99*0"])
def test_a_benefit_whose_person_is_uncertain_is_left_out(interchange: Interchange, level: str) -> None:
    body = [level if one.startswith("HL*5") else one for one in ANSWER]
    found, skipped = eligibility_271.read(answer(interchange, body))
    assert "dependent" not in found["level"].to_list() and found.height == 4
    assert len(skipped) == 1 and skipped[0].place.segment_id == "HL"


def test_rows_of_several_sets_and_interchanges_are_counted_through(interchange: Interchange) -> None:
    one = interchange(ANSWER, ANSWER, code="271", version="005010X279A1")
    found = rows(one + one)
    assert [row["benefit_row"] for row in found if row["kind"] == "benefit"] == list(range(12))


def test_what_is_no_answer_is_left_out_with_a_reason(interchange: Interchange, professional: list[str]) -> None:
    found, skipped = eligibility_271.read(interchange(professional))
    assert found.height == 0 and found.schema == benefit.schema
    assert [one.reason for one in skipped] == ["the transaction set is no eligibility answer"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_disturbed_answer_is_read_or_told(
    interchange: Interchange, disturbed: Callable[[list[str]], Any], data: st.DataObject
) -> None:
    found, _ = eligibility_271.read(answer(interchange, data.draw(disturbed(ANSWER))))
    assert found.schema == benefit.schema
    numbers = found["benefit_row"].drop_nulls().unique(maintain_order=True).to_list()
    assert numbers == list(range(len(numbers)))
