"""Each value of an institutional claim stands in the column its position is named for; bad claims are left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import claim_837

Interchange = Callable[..., bytes]

INSTITUTIONAL = """\
BHT*0019*00*REFERENCE*20260101*0000*CH
NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID
NM1*40*2*RECEIVERNAME*****46*RECEIVERID
HL*1**20*1
PRV*BI*PXC*BILLINGTAXONOMY
NM1*85*2*HOSPITALNAME*****XX*1234567893
REF*EI*BILLINGTAXID
HL*2*1*22*0
SBR*P*18*GROUPNUMBER******MB
NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID
DMG*D8*19400501*F
NM1*PR*2*PAYERNAME*****PI*PAYERID
CLM*STAYONE*1000.5***11:A:1**A*Y*Y***********7
DTP*096*TM*1134
DTP*434*RD8*20251201-20251205
DTP*435*DT*202512011402
CL1*3*4*01
AMT*F3*12.5
REF*4N*1
REF*9F*REFERRALNUMBER
REF*G1*AUTHNUMBER
REF*F8*PAYERNUMBER
REF*D9*CLEARINGNUMBER
REF*LU*FL
REF*EA*RECORDNUMBER
REF*P4*PROJECTNUMBER
REF*G4*REVIEWNUMBER
NTE*DME*OTHERNOTE
NTE*ADD*BILLINGNOTE
HI*ABK:S72.001A:::::::Y
HI*ABJ:R079
HI*APR:R0789*APR:R0602
HI*ABN:W19XXXA:::::::N
HI*DR:470
HI*ABF:I10:::::::W*ABF:E119
HI*BBR:0SR9019:D8:20251202
HI*BBQ:0SRB01Z:D8:20251203*BBQ:0SRC07Z
HI*BI:70:RD8:20251101-20251105
HI*BH:11:D8:20251130*BH:A1:D8:20200101
HI*BE:80:::4*BE:01:::1532.25
HI*BG:09*BG:C1
HI*TC:TREATMENT
NM1*71*1*ATTENDINGLAST*ATTENDINGFIRST****XX*1234567893
PRV*AT*PXC*ATTENDINGTAXONOMY
NM1*72*1*OPERATINGLAST*OPERATINGFIRST****XX*1999999984
NM1*ZZ*1*SECONDLAST*SECONDFIRST****XX*1999999992
NM1*82*1*RENDERINGLAST*RENDERINGFIRST****XX*1000000004
NM1*77*2*FACILITYNAME*****XX*1000000012
N3*FACILITYADDRESS
N4*FACILITYCITY*FL*334130001
NM1*DN*1*REFERRINGLAST*REFERRINGFIRST****XX*1000000020
SBR*S*18*OTHERGROUP******CI
AMT*D*500
OI***Y***Y
NM1*IL*1*OTHERLAST*OTHERFIRST****MI*OTHERMEMBER
NM1*PR*2*OTHERPAYERNAME*****PI*OTHERPAYERID
NM1*71*1
REF*G2*OTHERATTENDING
LX*1
SV2*0120**900*DA*4**100
DTP*472*RD8*20251201-20251204
REF*6R*LINEONE
AMT*GT*1.5
AMT*N8*2.5
NTE*TPO*LINENOTE
LX*2
SV2*0250*HC:J3301:M1:M2:M3:M4:LINETEXT*100.5*UN*1.5
DTP*472*D8*20251202
LIN**N4*00000000001
CTP****2.5*ML
NM1*72*1*LINEOPERATING*FIRST****XX*1000000038
NM1*ZZ*1*LINESECOND*FIRST****XX*1000000046
NM1*82*1*LINERENDERING*FIRST****XX*1000000053
NM1*DN*1*LINEREFERRING*FIRST****XX*1000000061
HL*3*1*22*0
SBR*P*18*******MB
NM1*IL*1*OTHERPATIENT*FIRSTNAME****MI*MEMBERTWO
NM1*PR*2*PAYERNAME*****PI*PAYERID
CLM*STAYTWO*50***13:A:1**A*Y*Y
DTP*434*D8*20251210
DTP*435*D8*20251210
CL1*1**01
HI*BK:3669
LX*1
SV2*0300*HC:85087*50*UN*1
DTP*472*D8*20251210""".split("\n")


def first(frame: Any, row: int = 0) -> dict[str, Any]:
    """One row without what is null."""
    return {name: value for name, value in frame.row(row, named=True).items() if value is not None}


@pytest.fixture
def institutional() -> list[str]:
    """Two claims: a stay that says everything, a visit that says little."""
    return list(INSTITUTIONAL)


@pytest.fixture
def tables(interchange: Interchange, institutional: list[str]) -> Any:
    found, skipped = claim_837.read(interchange(institutional, version="005010X223A2"))
    assert skipped == ()
    return found


def provider(prefix: str, last: str, given: str, npi: str) -> dict[str, str]:
    return {f"{prefix}_last_name": last, f"{prefix}_first_name": given, f"{prefix}_npi": npi}


def test_a_stay_stands_in_its_columns(tables: Any) -> None:
    row = first(tables.claims)
    above = ("billing_", "subscriber_", "payer_name", "payer_id", "patient_last", "patient_first", "patient_birth")
    assert {k: v for k, v in row.items() if not k.startswith((*above, "patient_sex"))} == {
        "claim_row": 0,
        "claim_kind": "institutional",
        "claim_number": "STAYONE",
        "source_id": "STAYONE",
        "payer_sequence": "P",
        "group_number": "GROUPNUMBER",
        "claim_filing_indicator": "MB",
        "patient_relationship": "18",
        "charge_cents": 100050,
        "facility_type_code": "11",
        "frequency_code": "1",
        "assignment": "A",
        "benefits_assignment": "Y",
        "release_of_information": "Y",
        "delay_reason": "7",
        "discharge_time": time(11, 34),
        "statement_day_from": date(2025, 12, 1),
        "statement_day_to": date(2025, 12, 5),
        "admission_day": date(2025, 12, 1),
        "admission_time": time(14, 2),
        "admission_type_code": "3",
        "admission_source_code": "4",
        "patient_status_code": "01",
        "patient_due_cents": 1250,
        "service_authorization_exception": "1",
        "referral_number": "REFERRALNUMBER",
        "prior_authorization": "AUTHNUMBER",
        "payer_claim_control_number": "PAYERNUMBER",
        "clearinghouse_claim_number": "CLEARINGNUMBER",
        "accident_state": "FL",
        "medical_record_number": "RECORDNUMBER",
        "demonstration_project": "PROJECTNUMBER",
        "peer_review_authorization": "REVIEWNUMBER",
        "claim_note": "BILLINGNOTE",
        "drg": "470",
        **provider("attending_provider", "ATTENDINGLAST", "ATTENDINGFIRST", "1234567893"),
        "attending_provider_taxonomy": "ATTENDINGTAXONOMY",
        **provider("operating_provider", "OPERATINGLAST", "OPERATINGFIRST", "1999999984"),
        **provider("other_operating_provider", "SECONDLAST", "SECONDFIRST", "1999999992"),
        **provider("rendering_provider", "RENDERINGLAST", "RENDERINGFIRST", "1000000004"),
        "rendering_provider_entity_type": "1",
        "service_facility_name": "FACILITYNAME",
        "service_facility_npi": "1000000012",
        "service_facility_address1": "FACILITYADDRESS",
        "service_facility_city": "FACILITYCITY",
        "service_facility_state": "FL",
        "service_facility_zip": "334130001",
        **provider("referring_provider", "REFERRINGLAST", "REFERRINGFIRST", "1000000020"),
    }
    assert (row["billing_provider_last_name"], row["subscriber_last_name"]) == ("HOSPITALNAME", "LASTNAME")


def test_a_statement_or_an_admission_of_one_day_has_no_last_day_and_no_time(tables: Any) -> None:
    visit = first(tables.claims, 1)
    assert (visit["statement_day_from"], visit["admission_day"]) == (date(2025, 12, 10), date(2025, 12, 10))
    assert not {"statement_day_to", "admission_time", "drg", "admission_source_code"} & set(visit)


def test_lines_stand_in_their_columns(tables: Any) -> None:
    assert first(tables.service_lines) == {
        "claim_row": 0,
        "line_number": 1,
        "line_control_number": "LINEONE",
        "revenue_code": "0120",
        "charge_cents": 90000,
        "unit_basis": "DA",
        "units_milli": 4000,
        "noncovered_cents": 10000,
        "service_day": date(2025, 12, 1),
        "service_day_to": date(2025, 12, 4),
        "service_tax_cents": 150,
        "facility_tax_cents": 250,
        "line_note": "LINENOTE",
    }
    assert first(tables.service_lines, 1) == {
        "claim_row": 0,
        "line_number": 2,
        "revenue_code": "0250",
        "procedure_qualifier": "HC",
        "procedure_code": "J3301",
        **{f"modifier{n}": f"M{n}" for n in range(1, 5)},
        "procedure_text": "LINETEXT",
        "charge_cents": 10050,
        "unit_basis": "UN",
        "units_milli": 1500,
        "service_day": date(2025, 12, 2),
        "ndc": "00000000001",
        "ndc_units_milli": 2500,
        "ndc_unit_basis": "ML",
        **provider("operating_provider", "LINEOPERATING", "FIRST", "1000000038"),
        **provider("other_operating_provider", "LINESECOND", "FIRST", "1000000046"),
        **provider("rendering_provider", "LINERENDERING", "FIRST", "1000000053"),
        "rendering_provider_entity_type": "1",
        **provider("referring_provider", "LINEREFERRING", "FIRST", "1000000061"),
    }


def test_codes_stand_in_the_order_of_the_guide(tables: Any) -> None:
    assert tables.diagnoses.rows() == [
        (0, 1, "ABK", "S72001A", "Y"),
        (0, 2, "ABJ", "R079", None),
        (0, 3, "APR", "R0789", None),
        (0, 4, "APR", "R0602", None),
        (0, 5, "ABN", "W19XXXA", "N"),
        (0, 6, "ABF", "I10", "W"),
        (0, 7, "ABF", "E119", None),
        (1, 1, "BK", "3669", None),
    ]
    assert tables.procedures.rows() == [
        (0, 1, "BBR", "0SR9019", date(2025, 12, 2)),
        (0, 2, "BBQ", "0SRB01Z", date(2025, 12, 3)),
        (0, 3, "BBQ", "0SRC07Z", None),
    ]
    assert tables.claim_codes.rows() == [
        (0, "occurrence_span", 1, "70", date(2025, 11, 1), date(2025, 11, 5), None),
        (0, "occurrence", 1, "11", date(2025, 11, 30), None, None),
        (0, "occurrence", 2, "A1", date(2020, 1, 1), None, None),
        (0, "value", 1, "80", None, None, 400),
        (0, "value", 2, "01", None, None, 153225),
        (0, "condition", 1, "09", None, None, None),
        (0, "condition", 2, "C1", None, None, None),
        (0, "treatment", 1, "TREATMENT", None, None, None),
    ]


def test_the_other_payers_people_are_not_the_claims(tables: Any) -> None:
    assert first(tables.other_payers) == {
        "claim_row": 0,
        "payer_sequence": "S",
        "position": 1,
        "relationship": "18",
        "group_number": "OTHERGROUP",
        "claim_filing_indicator": "CI",
        "subscriber_last_name": "OTHERLAST",
        "subscriber_first_name": "OTHERFIRST",
        "subscriber_member_id": "OTHERMEMBER",
        "payer_name": "OTHERPAYERNAME",
        "payer_id": "OTHERPAYERID",
        "paid_cents": 50000,
    }


def test_codes_may_come_in_any_order_and_in_repetitions(
    interchange: Interchange, institutional: list[str], tables: Any
) -> None:
    codes = [one for one in institutional if one.startswith("HI*") and one != "HI*BK:3669"]
    at = institutional.index(codes[0])
    joined = "HI*" + "^".join(one[3:].replace("*", "^") for one in reversed(codes))
    scattered = [*institutional[:at], joined, *institutional[at + len(codes) :]]
    found, skipped = claim_837.read(interchange(scattered, version="005010X223A2"))
    assert skipped == ()
    for name in ("diagnoses", "procedures", "claim_codes"):
        again = getattr(found, name)
        assert set(again.drop("position").rows()) == set(getattr(tables, name).drop("position").rows())
        kinds = "kind" if name == "claim_codes" else "qualifier"
        assert again[kinds].to_list() == getattr(tables, name)[kinds].to_list()
    assert found.claims["drg"].to_list() == ["470", None]


BAD = {
    "an amount": ("CLM*STAYONE*1000.5", "CLM*STAYONE*1OOO.5", "CLM", 2, None),
    "a claim without a number": ("CLM*STAYONE*", "CLM**", "CLM", 1, None),
    "a discharge time": ("DTP*096*TM*1134", "DTP*096*TM*2460", "DTP", 3, None),
    "a discharge hour alone": ("DTP*096*TM*1134", "DTP*096*TM*11", "DTP", 3, None),
    "an admission time": ("DT*202512011402", "DT*202512012402", "DTP", 3, None),
    "an admission day": ("DT*202512011402", "DT*202513011402", "DTP", 3, None),
    "a statement period": ("RD8*20251201-20251205", "RD8*20251201-2025120", "DTP", 3, None),
    "a patient's share": ("AMT*F3*12.5", "AMT*F3*12.505", "AMT", 2, None),
    "a diagnosis": ("HI*ABK:S72.001A:::::::Y", "HI*ABK", "HI", 1, None),
    "a diagnosis divided otherwise": ("HI*ABJ:R079", "HI*ABJ>R079", "HI", 1, None),
    "a procedure without a code": ("*BBQ:0SRC07Z", "*BBQ", "HI", 2, None),
    "a procedure's day": ("BBR:0SR9019:D8:20251202", "BBR:0SR9019:D8:20251232", "HI", 1, 4),
    "an occurrence's day": ("*BH:A1:D8:20200101", "*BH:A1:D8:2020", "HI", 2, 4),
    "a span": ("RD8:20251101-20251105", "RD8:20251101-20251131", "HI", 1, 4),
    "a value's amount": ("*BE:01:::1532.25", "*BE:01:::1532.255", "HI", 2, 5),
    "a condition without a code": ("HI*BG:09*BG:C1", "HI*BG:09*BG:", "HI", 2, None),
    "a line's amount": ("SV2*0120**900*", "SV2*0120**9OO*", "SV2", 3, None),
    "a line's quantity": ("*DA*4**100", "*DA*4D**100", "SV2", 5, None),
    "what a line does not cover": ("*DA*4**100", "*DA*4**1OO", "SV2", 7, None),
    "no revenue code": ("SV2*0120**900", "SV2***900", "SV2", 1, None),
    "a procedure divided otherwise": ("HC:J3301:M1:M2:M3:M4:LINETEXT", "HC>J3301", "SV2", 2, 2),
    "a service of another kind": ("SV2*0120**900*DA*4**100", "SV3*AD:D0120*900", "LX", None, None),
    "a line's tax": ("AMT*GT*1.5", "AMT*GT*FREE", "AMT", 2, None),
    "a control character": ("NTE*TPO*LINENOTE", "NTE*TPO*LINE\x07NOTE", "NTE", None, None),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_claim_is_left_out_with_its_place(name: str, interchange: Interchange, institutional: list[str]) -> None:
    good, bad, segment_id, element, component = BAD[name]
    at = next(number for number, one in enumerate(institutional) if good in one)
    institutional[at] = institutional[at].replace(good, bad)
    found, skipped = claim_837.read(interchange(institutional, version="005010X223A2"))
    assert found.claims["claim_number"].to_list() == ["STAYTWO"]
    assert found.claims["claim_row"].to_list() == found.service_lines["claim_row"].to_list() == [0]
    assert found.diagnoses.rows() == [(0, 1, "BK", "3669", None)]
    assert [one.height for one in (found.procedures, found.claim_codes, found.other_payers)] == [0, 0, 0]
    (told,) = skipped
    assert (told.place.segment_id, told.place.element, told.place.component) == (segment_id, element, component)
    assert told.place.segment == at + (1 if segment_id == "LX" else 2)
    assert "X223" in told.cite or told.cite.startswith("X12.6")


@pytest.mark.parametrize(
    ("moved", "before"),
    [
        ("HI*BBR:0SR9019:D8:20251202", "NM1*72*1*OPERATINGLAST*OPERATINGFIRST****XX*1999999984"),
        ("HI*BG:09*BG:C1", "SV2*0120**900*DA*4**100"),
        ("CAS*CO*45*1", "OI***Y***Y"),
        ("CAS*CO*45*1", "AMT*GT*1.5"),
        ("SVD*OTHERPAYERID*1*HC:J3301", "NTE*ADD*BILLINGNOTE"),
    ],
)
def test_a_row_where_none_may_stand_is_not_lost_in_silence(
    moved: str, before: str, interchange: Interchange, institutional: list[str]
) -> None:
    body = [one for one in institutional if one != moved]
    at = body.index(before)
    found, skipped = claim_837.read(interchange([*body[:at], moved, *body[at:]], version="005010X223A2"))
    if before == "OI***Y***Y":
        assert skipped == () and found.prior_adjustments.height == 1
        return
    assert found.claims["claim_number"].to_list() == ["STAYTWO"]
    (told,) = skipped
    assert (told.place.segment, told.place.segment_id) == (at + 2, moved.split("*")[0])
    assert "stands where none may" in told.reason


@pytest.mark.parametrize("version", ["005010X223", "005010X223A1", "005010X223A2", "005010X223A3", "005010X222A1"])
def test_a_set_is_institutional_by_its_lines_whatever_guide_it_names(
    version: str, interchange: Interchange, institutional: list[str]
) -> None:
    found, skipped = claim_837.read(interchange(institutional, version=version))
    assert skipped == () and found.claims["claim_kind"].to_list() == ["institutional"] * 2


def test_sets_of_every_kind_are_read_in_the_order_of_the_file(
    interchange: Interchange, institutional: list[str], professional: list[str]
) -> None:
    data = interchange(institutional, professional, institutional, professional, version="005010X223A2")
    found, skipped = claim_837.read(data)
    assert skipped == () and found.claims["claim_row"].to_list() == list(range(8))
    one = ["STAYONE", "STAYTWO", "CLAIMONE", "CLAIMTWO"]
    assert found.claims["claim_number"].to_list() == one * 2
    assert found.claims["claim_kind"].to_list() == (["institutional"] * 2 + ["professional"] * 2) * 2
    assert found.service_lines["claim_row"].to_list() == [0, 0, 1, 2, 3, 4, 4, 5, 6, 7]
    assert found.procedures["claim_row"].to_list() == [0] * 3 + [4] * 3
    chosen, refused = claim_837.read(data, kinds={"837P"})
    assert chosen.claims["claim_number"].to_list() == ["CLAIMONE", "CLAIMTWO"] * 2
    assert [("institutional" in one.reason, one.place.transaction) for one in refused] == [(True, 1), (True, 3)]


def test_a_professional_claim_has_its_condition_codes(interchange: Interchange, professional: list[str]) -> None:
    at = professional.index("HI*ABK:E11.9*ABF:I10") + 1
    found, skipped = claim_837.read(interchange([*professional[:at], "HI*BG:45", *professional[at:]]))
    assert skipped == () and found.claim_codes.rows() == [(0, "condition", 1, "45", None, None, None)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_disturbed_set_gives_whole_claims_or_says_what_is_lost(
    data: st.DataObject, interchange: Interchange, institutional: list[str], disturbed: Any
) -> None:
    body = data.draw(disturbed(institutional))
    found, skipped = claim_837.read(interchange(body, institutional, version="005010X223A2"))
    numbers = found.claims["claim_number"].to_list()
    assert numbers[-2:] == ["STAYONE", "STAYTWO"], "the other set stands"
    sent = sum(one.split("*")[0] == "CLM" for one in body)
    assert len(numbers) - 2 == sent or skipped
    assert set(found.service_lines["claim_row"]) == set(range(found.size))
    for frame in (found.diagnoses, found.other_payers, found.claim_codes, found.procedures):
        assert set(frame["claim_row"]) <= set(range(found.size))
    assert found.claim_codes["code"].null_count() == found.procedures["code"].null_count() == 0
