"""Each value stands in the column its position is named for; a bad claim is left out alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import claim_837

Interchange = Callable[..., bytes]


def first(frame: Any, row: int = 0) -> dict[str, Any]:
    """One row without what is null."""
    return {name: value for name, value in frame.row(row, named=True).items() if value is not None}


@pytest.fixture
def tables(interchange: Interchange, professional: list[str]) -> Any:
    found, skipped = claim_837.read(interchange(professional))
    assert skipped == ()
    return found


def test_a_subscribers_own_claim_stands_in_its_columns(tables: Any) -> None:
    assert first(tables.claims) == {
        "claim_row": 0,
        "claim_number": "CLAIMONE",
        "source_id": "CLAIMONE",
        "claim_kind": "professional",
        "billing_provider_npi": "1234567893",
        "billing_provider_entity_type": "2",
        "billing_provider_last_name": "BILLINGNAME",
        "billing_provider_taxonomy": "BILLINGTAXONOMY",
        "billing_provider_tax_id": "BILLINGTAXID",
        "billing_provider_tax_id_qualifier": "EI",
        "billing_provider_phone": "5555550100",
        "billing_provider_address1": "BILLINGADDRESSONE",
        "billing_provider_address2": "BILLINGADDRESSTWO",
        "billing_provider_city": "BILLINGCITY",
        "billing_provider_state": "FL",
        "billing_provider_zip": "BILLINGZIP",
        "payer_sequence": "P",
        "claim_filing_indicator": "CI",
        "group_number": "GROUPNUMBER",
        "group_name": "GROUPNAME",
        "insurance_type": "12",
        "payer_name": "PAYERNAME",
        "payer_id": "PAYERID",
        "payer_id_qualifier": "PI",
        "patient_relationship": "18",
        "subscriber_member_id": "MEMBERID",
        "subscriber_ssn": "123456789",
        **{
            f"{who}_{name}": value
            for who in ("subscriber", "patient")
            for name, value in {
                "last_name": "LASTNAME",
                "first_name": "FIRSTNAME",
                "middle_name": "MIDDLENAME",
                "suffix": "SUFFIX",
                "birth_day": date(1980, 5, 1),
                "sex": "F",
            }.items()
        },
        "charge_cents": 10050,
        "place_of_service": "11",
        "frequency_code": "1",
        "provider_signature": "Y",
        "assignment": "A",
        "benefits_assignment": "Y",
        "release_of_information": "Y",
        "accident_day": date(2025, 12, 1),
        "patient_paid_cents": 1000,
        "prior_authorization": "AUTHNUMBER",
        "claim_note": "CLAIMNOTE",
        "rendering_provider_npi": "1234567893",
        "rendering_provider_entity_type": "1",
        "rendering_provider_last_name": "RENDERINGLAST",
        "rendering_provider_first_name": "RENDERINGFIRST",
        "rendering_provider_taxonomy": "RENDERINGTAXONOMY",
    }


def test_a_dependent_is_not_the_subscriber(tables: Any) -> None:
    child = first(tables.claims, 1)
    assert (child["patient_relationship"], child["patient_last_name"], child["patient_birth_day"]) == (
        "19",
        "CHILDLAST",
        date(2020, 5, 1),
    )
    assert (child["subscriber_last_name"], child["subscriber_member_id"]) == ("PARENTLAST", "PARENTMEMBER")
    assert child["billing_provider_last_name"] == "BILLINGNAME"
    assert "prior_authorization" not in child and "subscriber_birth_day" not in child


def test_lines_diagnoses_and_other_payers_stand_in_their_columns(tables: Any) -> None:
    assert first(tables.service_lines) == {
        "claim_row": 0,
        "line_number": 1,
        "line_control_number": "LINEONE",
        "procedure_qualifier": "HC",
        "procedure_code": "99213",
        "modifier1": "25",
        "charge_cents": 10050,
        "unit_basis": "UN",
        "units_milli": 1500,
        "place_of_service": "22",
        "pointer1": 1,
        "pointer2": 2,
        "service_day": date(2026, 1, 1),
        "service_day_to": date(2026, 1, 3),
    }
    line = first(tables.service_lines, 1)
    assert (line["ndc"], line["ndc_units_milli"], line["ndc_unit_basis"], line["rendering_provider_last_name"]) == (
        "00000000001",
        2500,
        "ML",
        "LINELAST",
    )
    assert tables.diagnoses.rows() == [
        (0, 1, "ABK", "E119", None),
        (0, 2, "ABF", "I10", None),
        (1, 1, "ABK", "J020", None),
    ]
    assert first(tables.other_payers) == {
        "claim_row": 1,
        "payer_sequence": "S",
        "position": 1,
        "relationship": "18",
        "group_number": "OTHERGROUP",
        "claim_filing_indicator": "BL",
        "subscriber_last_name": "OTHERLAST",
        "subscriber_first_name": "OTHERFIRST",
        "subscriber_member_id": "OTHERMEMBER",
        "payer_name": "OTHERPAYERNAME",
        "payer_id": "OTHERPAYERID",
        "paid_cents": 500,
    }


def test_a_person_outside_the_tables_lends_no_value_to_its_neighbours(
    interchange: Interchange, professional: list[str]
) -> None:
    at = professional.index("NM1*82*1*RENDERINGLAST*RENDERINGFIRST****XX*1234567893")
    strangers = ["NM1*XX*1*STRANGERLAST", "N3*STRANGERADDRESS", "NM1*DQ*1*SUPERVISOR****XX*1999999992"]
    found, skipped = claim_837.read(interchange(professional[:at] + strangers + professional[at:]))
    assert skipped == () and "STRANGERADDRESS" not in str(found.claims.rows())
    assert found.claims["rendering_provider_last_name"].to_list() == ["RENDERINGLAST", None]


BAD = {
    "an amount": ("CLM*CLAIMONE*100.5*", "CLM*CLAIMONE*1O0.5*", "CLM", 2),
    "an amount of half cents": ("CLM*CLAIMONE*100.5*", "CLM*CLAIMONE*100.505*", "CLM", 2),
    "a claim without a number": ("CLM*CLAIMONE*", "CLM**", "CLM", 1),
    "a birth date": ("DMG*D8*19800501*F", "DMG*D8*19800532*F", "DMG", 2),
    "a service date": ("RD8*20260101-20260103", "RD8*20260101-2026010", "DTP", 3),
    "a quantity": ("*UN*1.5*22", "*UN*1.5X*22", "SV1", 4),
    "a pointer": ("22**1:2", "22**1:B", "SV1", 7),
    "a diagnosis": ("HI*ABK:E11.9", "HI*ABK", "HI", 1),
    "a service of another kind": ("SV1*HC:99213:25*100.5", "SV3*HC:99213:25*100.5", "LX", None),
    "a composite divided otherwise": ("SV1*HC:99213:25", "SV1*HC>99213>25", "SV1", 1),
    "a parent": ("HL*2*1*22*0", "HL*2*9*22*0", "HL", 2),
    "a control character": ("NTE*ADD*CLAIMNOTE", "NTE*ADD*CLAIM\x07NOTE", "NTE", None),
    "a control character above": ("N3*BILLINGADDRESSONE", "N3*BILLING\x07ADDRESSONE", "N3", None),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_claim_is_left_out_with_its_place(name: str, interchange: Interchange, professional: list[str]) -> None:
    good, bad, segment_id, element = BAD[name]
    at = next(number for number, one in enumerate(professional) if good in one)
    professional[at] = professional[at].replace(good, bad)
    found, skipped = claim_837.read(interchange(professional))
    left = [] if name.endswith("above") else ["CLAIMTWO"]
    assert found.claims["claim_number"].to_list() == left
    assert found.claims["claim_row"].to_list() == list(range(len(left)))
    assert found.service_lines["line_control_number"].to_list() == ["LINETWO"] * len(left)
    assert set(found.diagnoses["claim_row"]) == set(found.claims["claim_row"])
    assert {(one.place.segment_id, one.place.element) for one in skipped} == {(segment_id, element)}
    offset = 1 if segment_id == "LX" else 2
    assert {one.place.segment for one in skipped} == {at + offset} and len(skipped) == 2 - len(left)


def test_a_claim_without_a_line_or_a_subscriber_is_left_out(interchange: Interchange, professional: list[str]) -> None:
    cut = professional[: professional.index("LX*1")] + professional[professional.index("HL*3*1*22*1") :]
    found, skipped = claim_837.read(interchange(cut))
    assert found.claims["claim_number"].to_list() == ["CLAIMTWO"] and "no service line" in skipped[0].reason
    orphan = [one for one in professional if not one.startswith("HL")]
    found, skipped = claim_837.read(interchange(orphan))
    assert found.size == 0 and ["no subscriber" in one.reason for one in skipped] == [True, True]


def test_two_services_on_one_line_are_no_line(interchange: Interchange, professional: list[str]) -> None:
    at = professional.index("SV1*HC:99213:25*100.5*UN*1.5*22**1:2")
    found, skipped = claim_837.read(interchange([*professional[:at], professional[at], *professional[at:]]))
    assert found.claims["claim_number"].to_list() == ["CLAIMTWO"] and "more than one" in skipped[0].reason


def test_diagnoses_may_come_in_many_segments_and_repetitions(interchange: Interchange, professional: list[str]) -> None:
    at = professional.index("HI*ABK:E11.9*ABF:I10")
    professional[at : at + 1] = ["HI*ABK:E11.9", "HI*ABF:I10^ABF:E785*BG:01", "HI*ABF:Z000"]
    found = claim_837.read(interchange(professional))[0]
    assert found.diagnoses["code"].to_list() == ["E119", "I10", "E785", "Z000", "J020"]
    assert found.diagnoses["position"].to_list() == [1, 2, 3, 4, 1]


@pytest.mark.parametrize("version", ["005010X222", "005010X222A1", "005010X222A2"])
def test_each_edition_of_the_guide_is_read(version: str, interchange: Interchange, professional: list[str]) -> None:
    assert claim_837.read(interchange(professional, version=version))[0].size == 2


def test_an_older_version_is_left_out_with_a_reason(interchange: Interchange, professional: list[str]) -> None:
    found, skipped = claim_837.read(interchange(professional, version="004010X098A1"))
    assert found.size == 0 and "005010" in skipped[0].reason


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_disturbed_set_gives_whole_claims_or_says_what_is_lost(
    data: st.DataObject, interchange: Interchange, professional: list[str], disturbed: Any
) -> None:
    body = data.draw(disturbed(professional))
    found, skipped = claim_837.read(interchange(body, professional))
    numbers = found.claims["claim_number"].to_list()
    assert numbers[-2:] == ["CLAIMONE", "CLAIMTWO"], "the other set stands"
    sent = sum(one.split("*")[0] == "CLM" for one in body)
    assert len(numbers) - 2 == sent or skipped
    assert set(found.service_lines["claim_row"]) == set(range(found.size))
    for frame in (found.diagnoses, found.other_payers):
        assert set(frame["claim_row"]) <= set(range(found.size))
    assert found.claims["claim_number"].null_count() == 0
