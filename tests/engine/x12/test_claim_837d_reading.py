"""Each value of a dental claim stands in the column its position is named for; a bad claim is left out alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import claim_837

Interchange = Callable[..., bytes]

DENTAL = """\
BHT*0019*00*REFERENCE*20260101*0000*CH
NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID
NM1*40*2*RECEIVERNAME*****46*RECEIVERID
HL*1**20*1
NM1*85*1*DENTISTLAST*DENTISTFIRST****XX*1234567893
REF*SY*BILLINGTAXID
HL*2*1*22*1
SBR*P**GROUPNUMBER******CI
NM1*IL*1*PARENTLAST*PARENTFIRST****MI*MEMBERID
NM1*PR*2*PAYERNAME*****PI*PAYERID
HL*3*2*23*0
PAT*19
NM1*QC*1*CHILDLAST*CHILDFIRST
DMG*D8*20150501*M
CLM*VISITONE*300.5***11:B:1*Y*A*Y*Y**AA:::FL*01*******PB*7
DTP*439*D8*20251101
DTP*452*D8*20251102
DTP*472*RD8*20251201-20251202
DN1*24*12.5**Y
DN2*1*M****JP
DN2*16*E****JP
AMT*F5*12.5
REF*G3*PREDETNUMBER
REF*F8*PAYERNUMBER
REF*9F*REFERRALNUMBER
REF*G1*AUTHNUMBER
REF*D9*CLEARINGNUMBER
NTE*ADD*CLAIMNOTE
HI*ABK:K02.51*ABF:K029
NM1*DN*1*REFERRINGLAST*REFERRINGFIRST****XX*1234567893
PRV*RF*PXC*REFERRINGTAXONOMY
NM1*82*1*RENDERINGLAST*RENDERINGFIRST****XX*1999999984
PRV*PE*PXC*RENDERINGTAXONOMY
NM1*77*2*FACILITYNAME*****XX*1999999992
NM1*DD*1*ASSISTANTLAST*ASSISTANTFIRST****XX*1000000004
PRV*AS*PXC*ASSISTANTTAXONOMY
NM1*DQ*1*SUPERVISINGLAST*SUPERVISINGFIRST****XX*1000000012
LX*1
SV3*AD:D2750:M1:M2:M3:M4:LINETEXT*200.5*22*10:20:30:40:00*R*1*****1:2
TOO*JP*12*L:O
TOO*JP*13
DTP*472*D8*20251201
DTP*441*D8*20150102
DTP*452*D8*20251103
DTP*446*D8*20251104
DTP*196*D8*20251105
DTP*198*D8*20251106
REF*G3*LINEPREDET
REF*6R*LINEONE
AMT*T*1.5
NM1*82*1*LINERENDERING*FIRST****XX*1000000020
PRV*PE*PXC*LINETAXONOMY
NM1*DD*1*LINEASSISTANT*FIRST****XX*1000000038
PRV*AS*PXC*LINEASSISTANTTAXONOMY
NM1*DQ*1*LINESUPERVISING*FIRST****XX*1000000046
LX*2
SV3*AD:D0230*100***I*4
TOO*JP*A*M
CLM*VISITTWO*50***11:B:1*Y*A*Y*Y
DTP*472*D8*20251210
LX*1
SV3*AD:D1110*50
REF*6R*LINETWO""".split("\n")


def first(frame: Any, row: int = 0) -> dict[str, Any]:
    """One row without what is null."""
    return {name: value for name, value in frame.row(row, named=True).items() if value is not None}


@pytest.fixture
def dental() -> list[str]:
    """Two claims of a child: one says everything, the other little."""
    return list(DENTAL)


@pytest.fixture
def tables(interchange: Interchange, dental: list[str]) -> Any:
    found, skipped = claim_837.read(interchange(dental, version="005010X224A2"))
    assert skipped == ()
    return found


def provider(prefix: str, last: str, given: str, npi: str) -> dict[str, str]:
    return {f"{prefix}_last_name": last, f"{prefix}_first_name": given, f"{prefix}_npi": npi}


def test_a_dental_claim_stands_in_its_columns(tables: Any) -> None:
    row = first(tables.claims)
    above = ("billing_", "subscriber_", "payer_name", "payer_id", "patient_last", "patient_first", "patient_birth")
    assert {k: v for k, v in row.items() if not k.startswith((*above, "patient_sex"))} == {
        "claim_row": 0,
        "claim_kind": "dental",
        "claim_number": "VISITONE",
        "source_id": "VISITONE",
        "payer_sequence": "P",
        "group_number": "GROUPNUMBER",
        "claim_filing_indicator": "CI",
        "patient_relationship": "19",
        "charge_cents": 30050,
        "place_of_service": "11",
        "frequency_code": "1",
        "provider_signature": "Y",
        "assignment": "A",
        "benefits_assignment": "Y",
        "release_of_information": "Y",
        "related_cause": "AA",
        "accident_state": "FL",
        "special_program": "01",
        "predetermination": "PB",
        "delay_reason": "7",
        "accident_day": date(2025, 11, 1),
        "appliance_placement_day": date(2025, 11, 2),
        "service_day": date(2025, 12, 1),
        "service_day_to": date(2025, 12, 2),
        "orthodontic_months_milli": 24000,
        "orthodontic_months_left_milli": 12500,
        "orthodontic_treatment": "Y",
        "patient_paid_cents": 1250,
        "predetermination_number": "PREDETNUMBER",
        "payer_claim_control_number": "PAYERNUMBER",
        "referral_number": "REFERRALNUMBER",
        "prior_authorization": "AUTHNUMBER",
        "clearinghouse_claim_number": "CLEARINGNUMBER",
        "claim_note": "CLAIMNOTE",
        **provider("referring_provider", "REFERRINGLAST", "REFERRINGFIRST", "1234567893"),
        "referring_provider_taxonomy": "REFERRINGTAXONOMY",
        **provider("rendering_provider", "RENDERINGLAST", "RENDERINGFIRST", "1999999984"),
        "rendering_provider_entity_type": "1",
        "rendering_provider_taxonomy": "RENDERINGTAXONOMY",
        "service_facility_name": "FACILITYNAME",
        "service_facility_npi": "1999999992",
        **provider("assistant_surgeon", "ASSISTANTLAST", "ASSISTANTFIRST", "1000000004"),
        "assistant_surgeon_entity_type": "1",
        "assistant_surgeon_taxonomy": "ASSISTANTTAXONOMY",
        **provider("supervising_provider", "SUPERVISINGLAST", "SUPERVISINGFIRST", "1000000012"),
    }
    assert (row["billing_provider_last_name"], row["billing_provider_tax_id_qualifier"]) == ("DENTISTLAST", "SY")
    assert (row["subscriber_last_name"], row["patient_last_name"]) == ("PARENTLAST", "CHILDLAST")


def test_lines_and_diagnoses_stand_in_their_columns(tables: Any) -> None:
    assert first(tables.service_lines) == {
        "claim_row": 0,
        "line_number": 1,
        "line_control_number": "LINEONE",
        "procedure_qualifier": "AD",
        "procedure_code": "D2750",
        **{f"modifier{n}": f"M{n}" for n in range(1, 5)},
        "procedure_text": "LINETEXT",
        "charge_cents": 20050,
        "place_of_service": "22",
        **{f"oral_cavity{n}": one for n, one in enumerate(("10", "20", "30", "40", "00"), start=1)},
        "prosthesis_code": "R",
        "units_milli": 1000,
        "pointer1": 1,
        "pointer2": 2,
        "service_day": date(2025, 12, 1),
        "prior_placement_day": date(2015, 1, 2),
        "appliance_placement_day": date(2025, 11, 3),
        "replacement_day": date(2025, 11, 4),
        "treatment_start_day": date(2025, 11, 5),
        "treatment_completion_day": date(2025, 11, 6),
        "predetermination_number": "LINEPREDET",
        "sales_tax_cents": 150,
        **provider("rendering_provider", "LINERENDERING", "FIRST", "1000000020"),
        "rendering_provider_entity_type": "1",
        "rendering_provider_taxonomy": "LINETAXONOMY",
        **provider("assistant_surgeon", "LINEASSISTANT", "FIRST", "1000000038"),
        "assistant_surgeon_entity_type": "1",
        "assistant_surgeon_taxonomy": "LINEASSISTANTTAXONOMY",
        **provider("supervising_provider", "LINESUPERVISING", "FIRST", "1000000046"),
    }
    assert tables.diagnoses.rows() == [(0, 1, "ABK", "K0251", None), (0, 2, "ABF", "K029", None)]


def test_teeth_stand_with_their_claim_or_their_line(tables: Any) -> None:
    assert [first(tables.teeth, row) for row in range(tables.teeth.height)] == [
        {"claim_row": 0, "tooth": "1", "status": "M"},
        {"claim_row": 0, "tooth": "16", "status": "E"},
        {"claim_row": 0, "line_number": 1, "tooth": "12", "surface1": "L", "surface2": "O"},
        {"claim_row": 0, "line_number": 1, "tooth": "13"},
        {"claim_row": 0, "line_number": 2, "tooth": "A", "surface1": "M"},
    ]


BAD = {
    "an amount": ("CLM*VISITONE*300.5", "CLM*VISITONE*3OO.5", "CLM", 2, None),
    "months of treatment": ("DN1*24*12.5", "DN1*24M*12.5", "DN1", 1, None),
    "a tooth without a number": ("DN2*1*M", "DN2**M", "DN2", 1, None),
    "a tooth of another system": ("DN2*1*M****JP", "DN2*1*M****JO", "DN2", 6, None),
    "a treated tooth without a number": ("TOO*JP*13", "TOO*JP**O", "TOO", 2, None),
    "a treated tooth of another system": ("TOO*JP*13", "TOO*JO*13", "TOO", 1, None),
    "a charge": ("*200.5*22*", "*2OO.5*22*", "SV3", 2, None),
    "a quantity": ("*R*1*****", "*R*1X*****", "SV3", 6, None),
    "a pointer": ("*****1:2", "*****1:B", "SV3", 11, 2),
    "a placement day": ("DTP*441*D8*20150102", "DTP*441*D8*20150132", "DTP", 3, None),
    "a completion day": ("DTP*198*D8*20251106", "DTP*198*D8*NEVER", "DTP", 3, None),
    "a procedure without a code": ("SV3*AD:D0230*100", "SV3*AD*100", "SV3", 1, 2),
    "a diagnosis": ("HI*ABK:K02.51", "HI*ABK", "HI", 1, None),
    "a service of another kind": ("SV3*AD:D0230*100***I*4", "SV1*HC:99213*100*UN*1", "LX", None, None),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_claim_is_left_out_with_its_place(name: str, interchange: Interchange, dental: list[str]) -> None:
    good, bad, segment_id, element, component = BAD[name]
    at = next(number for number, one in enumerate(dental) if good in one)
    dental[at] = dental[at].replace(good, bad)
    found, skipped = claim_837.read(interchange(dental, version="005010X224A2"))
    assert found.claims["claim_number"].to_list() == ["VISITTWO"]
    assert found.service_lines["line_control_number"].to_list() == ["LINETWO"]
    assert found.teeth.height == found.diagnoses.height == 0
    (told,) = skipped
    assert (told.place.segment_id, told.place.element, told.place.component) == (segment_id, element, component)
    assert told.place.segment == at + (1 if segment_id == "LX" else 2)
    assert "X224" in told.cite


@pytest.mark.parametrize("version", ["005010X224", "005010X224A1", "005010X224A2", "005010X224A3", "005010X222A1"])
def test_a_set_is_dental_by_its_lines_whatever_guide_it_names(
    version: str, interchange: Interchange, dental: list[str]
) -> None:
    found, skipped = claim_837.read(interchange(dental, version=version))
    assert skipped == () and found.claims["claim_kind"].to_list() == ["dental"] * 2


def test_a_predecessor_of_the_guide_is_left_out(interchange: Interchange, dental: list[str]) -> None:
    found, skipped = claim_837.read(interchange(dental, version="004010X097A1"))
    assert found.size == 0 and "005010" in skipped[0].reason


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_disturbed_set_gives_whole_claims_or_says_what_is_lost(
    data: st.DataObject, interchange: Interchange, dental: list[str], disturbed: Any
) -> None:
    body = data.draw(disturbed(dental))
    found, skipped = claim_837.read(interchange(body, dental, version="005010X224A2"))
    numbers = found.claims["claim_number"].to_list()
    assert numbers[-2:] == ["VISITONE", "VISITTWO"], "the other set stands"
    sent = sum(one.split("*")[0] == "CLM" for one in body)
    assert len(numbers) - 2 == sent or skipped
    assert set(found.service_lines["claim_row"]) == set(range(found.size))
    assert set(found.teeth["claim_row"]) <= set(range(found.size)) and found.teeth["tooth"].null_count() == 0
