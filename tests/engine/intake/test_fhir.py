"""FHIR R4 in, claim tables out."""

from __future__ import annotations

import copy
import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.edge.simulator.visits import bundles, decide, fault_of
from claimkeep.engine.intake.fhir import read
from claimkeep.engine.terms.claim import ClaimTables, claim
from claimkeep.engine.terms.errors import IntakeError

SHARED = Path(__file__).parents[4] / "shared" / "data" / "claims"
TODAY = date(2026, 3, 2)
NPI = "http://hl7.org/fhir/sid/us-npi"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"

Resource = dict[str, Any]


def coding(code: str, system: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "LASTNAME", "given": ["FIRSTNAME", "MIDDLE"]}],
    "birthDate": "1980-01-31",
    "gender": "female",
}
PROVIDER: Resource = {
    "resourceType": "Practitioner",
    "id": "d1",
    "identifier": [{"system": NPI, "value": "1234567893"}],
    "name": [{"family": "DOCTORLAST", "given": ["DOCTORFIRST"]}],
}
COVERAGE: Resource = {
    "resourceType": "Coverage",
    "id": "c1",
    "status": "active",
    "beneficiary": {"reference": "Patient/p1"},
    "subscriber": {"reference": "Patient/p1"},
    "subscriberId": "MEMBERID",
    "payor": [{"display": "PAYERNAME"}],
}
CLAIM: Resource = {
    "resourceType": "Claim",
    "id": "v1",
    "status": "active",
    "use": "claim",
    "patient": {"reference": "Patient/p1"},
    "provider": {"reference": "Practitioner/d1"},
    "diagnosis": [
        {"sequence": 20, "diagnosisCodeableConcept": coding("E03.9", ICD)},
        {"sequence": 10, "diagnosisCodeableConcept": coding("I10", ICD)},
    ],
    "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/c1"}}],
    "item": [
        {
            "sequence": 1,
            "productOrService": coding("G0463", HCPCS),
            "servicedDate": "2026-02-27",
            "quantity": {"value": 2},
            "unitPrice": {"value": 62.5, "currency": "USD"},
            "diagnosisSequence": [20, 10],
        },
    ],
}


def bundle(*resources: Resource) -> bytes:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    ).encode()


def changed(path: str, value: object) -> bytes:
    """The bundle of one visit with one element of the Claim changed; None takes it out."""
    told = copy.deepcopy(CLAIM)
    at: Any = told
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return bundle(PATIENT, PROVIDER, COVERAGE, told)


def only(tables: ClaimTables) -> Resource:
    assert tables.size == 1
    return tables.claims.row(0, named=True)


def test_every_synthetic_visit_is_read_whole_but_those_planted_without_a_patient() -> None:
    for number, data in enumerate(bundles(200, 3, TODAY, per_bundle=50)):
        told = [decide(n, 3, TODAY) for n in range(number * 50, number * 50 + 50)]
        sound = [visit for visit in told if fault_of(visit.number, 3) != "no_patient"]
        tables, skipped = read(data)
        assert tables.claims["source_id"].to_list() == [f"V{visit.number:06d}" for visit in sound]
        assert [s.reason for s in skipped] == ["names no patient of this file"] * (50 - len(sound))
        assert tables.claims["subscriber_member_id"].to_list() == [visit.member_id for visit in sound]
        assert tables.service_lines["procedure_code"].to_list() == [s.code for v in sound for s in v.services]
        assert tables.service_lines["charge_cents"].to_list() == [
            s.charge_cents * s.units for v in sound for s in v.services
        ]
        assert tables.service_lines["units_milli"].to_list() == [s.units * 1000 for v in sound for s in v.services]
        assert tables.diagnoses["code"].to_list() == [code.replace(".", "") for v in sound for code in v.diagnoses]
        assert tables.other_payers["payer_id"].to_list() == [v.second_payer.payer_id for v in sound if v.second_payer]
        for column in (
            "billing_provider_tax_id",
            "billing_provider_taxonomy",
            "payer_id",
            "patient_zip",
            "patient_ssn",
            "medical_record_number",
            "subscriber_birth_day",
            "rendering_provider_npi",
            "place_of_service",
        ):
            assert tables.claims[column].null_count() == 0, column


def test_bundles_one_a_line_are_read_like_one_file() -> None:
    whole = list(bundles(60, 5, TODAY, per_bundle=20))
    tables, skipped = read(b"\n".join(whole) + b"\n")
    assert tables.size + len(skipped) == 60
    apart = [read(each)[0].claims.drop("claim_row").rows() for each in whole]
    assert tables.claims.drop("claim_row").rows() == [row for part in apart for row in part]


def test_a_claim_is_read_with_its_diagnoses_in_order_of_sequence() -> None:
    tables, skipped = read(bundle(PATIENT, PROVIDER, COVERAGE, CLAIM))
    assert skipped == ()
    row = only(tables)
    assert (row["source_id"], row["charge_cents"], row["payer_sequence"], row["patient_relationship"]) == (
        "v1",
        12500,
        "P",
        "18",
    )
    assert (row["subscriber_last_name"], row["subscriber_middle_name"], row["payer_name"]) == (
        "LASTNAME",
        "MIDDLE",
        "PAYERNAME",
    )
    assert (row["billing_provider_entity_type"], row["billing_provider_first_name"]) == ("1", "DOCTORFIRST")
    assert tables.diagnoses.rows() == [(0, 1, "ABK", "I10", None), (0, 2, "ABF", "E039", None)]
    assert tables.service_lines.select("pointer1", "pointer2", "pointer3").rows() == [(2, 1, None)]


def test_references_are_followed_by_full_url_urn_and_containment() -> None:
    told = copy.deepcopy(CLAIM)
    told["contained"] = [PROVIDER]
    told["provider"] = {"reference": "#d1"}
    told["patient"] = {"reference": "urn:uuid:11111111-1111-4111-8111-111111111111"}
    told["insurance"][0]["coverage"] = {"reference": "https://records.example.invalid/fhir/Coverage/c1/_history/2"}
    entries = [
        {"fullUrl": "urn:uuid:11111111-1111-4111-8111-111111111111", "resource": {**PATIENT, "id": "other"}},
        {"fullUrl": "https://records.example.invalid/fhir/Coverage/c1", "resource": COVERAGE},
        {"resource": told},
    ]
    row = only(read(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())[0])
    assert (row["patient_last_name"], row["billing_provider_npi"], row["subscriber_member_id"]) == (
        "LASTNAME",
        "1234567893",
        "MEMBERID",
    )


@pytest.mark.parametrize(
    ("path", "value", "field", "reason"),
    [
        ("patient", None, "Claim.patient", "names no patient of this file"),
        ("status", "cancelled", "Claim.status", "the claim is cancelled, in error, or a draft"),
        ("use", "preauthorization", "Claim.use", "is a request for authorization or predetermination, not a claim"),
        ("type", coding("institutional", "any"), "Claim.type", "is not a professional claim"),
        ("item", [], "Claim.item", "the claim has no service line"),
        ("item.0.unitPrice", None, "Claim.item[1].net", "the charge of the line cannot be known"),
        (
            "item.0.unitPrice",
            {"value": 1, "currency": "EUR"},
            "Claim.item[1].unitPrice",
            "is in another currency than USD",
        ),
        ("item.0.quantity", {"value": "2"}, "Claim.item[1].quantity", "is not a number"),
        ("item.0.servicedDate", "27.02.2026", "Claim.item[1].servicedDate", "is not a date of the form YYYY-MM-DD"),
        (
            "item.0.productOrService",
            coding("1", "http://snomed.info/sct"),
            "Claim.item[1].productOrService",
            "has no HCPCS or CPT code",
        ),
        (
            "diagnosis.1.diagnosisCodeableConcept",
            coding("1", "http://snomed.info/sct"),
            "Claim.diagnosis[2]",
            "has no ICD-10-CM code",
        ),
        (
            "insurance.0.coverage",
            {"reference": "Coverage/none"},
            "Claim.insurance[1].coverage",
            "names a resource that is not in the file",
        ),
        ("total", {"value": 1.005}, "Claim.total", "has more than 2 decimals"),
        ("total", {"value": 10**400}, "Claim.total", "is not a number a claim can hold"),
        ("id", "\ud800", "Claim.id", "is not readable text"),
    ],
)
def test_a_visit_that_cannot_be_used_is_skipped_with_its_place_and_why(
    path: str, value: object, field: str, reason: str
) -> None:
    tables, skipped = read(changed(path, value))
    assert tables.size == 0
    assert [(s.place.entry, s.place.field, s.reason) for s in skipped] == [(4, field, reason)]


def test_the_other_providers_and_the_place_are_read_where_they_differ_from_who_bills() -> None:
    team = [
        {"sequence": 1, "role": coding("primary", "any"), "provider": {"reference": "PractitionerRole/r2"}},
        {"sequence": 2, "role": coding("referring", "any"), "provider": {"reference": "Practitioner/d1"}},
    ]
    told = {**CLAIM, "careTeam": team, "facility": {"reference": "Location/l1"}}
    second = {**PROVIDER, "id": "d2", "identifier": [{"system": NPI, "value": "1999999018"}]}
    role = {
        "resourceType": "PractitionerRole",
        "id": "r2",
        "practitioner": {"reference": "Practitioner/d2"},
        "specialty": [coding("207Q00000X", "http://nucc.org/provider-taxonomy")],
    }
    place = {
        "resourceType": "Location",
        "id": "l1",
        "name": "FACILITYNAME",
        "address": {"line": ["9 PLACE STREET"], "city": "TESTVILLE", "state": "NJ", "postalCode": "07001-0001"},
    }
    row = only(read(bundle(PATIENT, PROVIDER, second, role, place, COVERAGE, told))[0])
    assert (row["rendering_provider_npi"], row["rendering_provider_taxonomy"]) == ("1999999018", "207Q00000X")
    assert (row["referring_provider_npi"], row["referring_provider_last_name"]) == ("1234567893", "DOCTORLAST")
    assert (row["service_facility_name"], row["service_facility_zip"]) == ("FACILITYNAME", "070010001")


def test_who_bills_and_did_it_alone_is_not_told_twice() -> None:
    alone = {**CLAIM, "careTeam": [{"sequence": 1, "provider": {"reference": "Practitioner/d1"}}]}
    row = only(read(bundle(PATIENT, PROVIDER, COVERAGE, alone))[0])
    assert row["rendering_provider_npi"] is None


def test_a_pointer_to_no_diagnosis_stays_wrong_for_an_edit_to_find() -> None:
    tables, _ = read(changed("item.0.diagnosisSequence", [1, 30]))
    assert tables.service_lines.select("pointer1", "pointer2").rows() == [(3, 30)]


def test_a_total_that_is_not_the_sum_is_kept_for_an_edit_to_find() -> None:
    assert only(read(changed("total", {"value": 130, "currency": "USD"}))[0])["charge_cents"] == 13000


def test_the_focal_insurance_is_whom_the_claim_goes_to() -> None:
    told = copy.deepcopy(CLAIM)
    told["insurance"] = [
        {"sequence": 1, "focal": False, "coverage": {"reference": "Coverage/c1"}},
        {"sequence": 2, "focal": True, "coverage": {"reference": "Coverage/c2"}},
    ]
    tables, _ = read(bundle(PATIENT, PROVIDER, COVERAGE, {**COVERAGE, "id": "c2", "subscriberId": "SECOND"}, told))
    row = only(tables)
    assert (row["payer_sequence"], row["subscriber_member_id"]) == ("S", "SECOND")
    assert tables.other_payers.select("payer_sequence", "subscriber_member_id").rows() == [("P", "MEMBERID")]


ENCOUNTER: Resource = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "subject": {"reference": "Patient/p1"},
    "period": {"start": "2026-02-27", "end": "2026-02-27"},
    "participant": [{"individual": {"reference": "Practitioner/d1"}}],
}
CONDITION: Resource = {
    "resourceType": "Condition",
    "id": "x1",
    "encounter": {"reference": "Encounter/e1"},
    "code": coding("E03.9", ICD),
}
CHARGE: Resource = {
    "resourceType": "ChargeItem",
    "id": "i1",
    "context": {"reference": "Encounter/e1"},
    "code": coding("G0463", HCPCS),
    "quantity": {"value": 1},
    "priceOverride": {"value": 125, "currency": "USD"},
}
PROCEDURE: Resource = {
    "resourceType": "Procedure",
    "id": "y1",
    "encounter": {"reference": "Encounter/e1"},
    "code": coding("G0463", HCPCS),
}


def test_an_encounter_without_a_claim_is_a_visit_when_its_charges_are_told() -> None:
    tables, skipped = read(bundle(PATIENT, PROVIDER, COVERAGE, ENCOUNTER, CONDITION, CHARGE))
    assert skipped == ()
    row = only(tables)
    assert (row["source_id"], row["charge_cents"], row["subscriber_member_id"], row["rendering_provider_npi"]) == (
        "e1",
        12500,
        "MEMBERID",
        "1234567893",
    )
    assert tables.service_lines.select("procedure_code", "service_day", "pointer1").rows() == [
        ("G0463", date(2026, 2, 27), 1)
    ]
    assert tables.diagnoses["code"].to_list() == ["E039"]


def test_an_encounter_whose_procedures_have_no_charge_is_skipped() -> None:
    tables, skipped = read(bundle(PATIENT, ENCOUNTER, CONDITION, PROCEDURE))
    assert tables.size == 0
    assert [(s.place.entry, s.reason) for s in skipped] == [
        (2, "no Claim and no ChargeItem tells the charges of its 1 procedures")
    ]


def test_an_encounter_that_a_claim_bills_is_not_billed_again() -> None:
    told = copy.deepcopy(CLAIM)
    told["item"][0]["encounter"] = [{"reference": "Encounter/e1"}]
    tables, skipped = read(bundle(PATIENT, PROVIDER, COVERAGE, ENCOUNTER, CHARGE, told))
    assert (tables.size, skipped) == (1, ())


def test_a_payers_answer_is_no_visit() -> None:
    tables, skipped = read(b'{"resourceType":"ExplanationOfBenefit","id":"1"}\n{"resourceType":"ClaimResponse"}\n')
    assert tables.size == 0
    assert [(s.place.row, s.place.field) for s in skipped] == [(1, "ExplanationOfBenefit"), (2, "ClaimResponse")]
    assert all("not a visit" in s.reason for s in skipped)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared claim data are not on this machine")
def test_the_published_answers_of_payers_are_skipped_one_by_one() -> None:
    for path in sorted((SHARED / "bfd_eob").glob("*.json")):
        tables, skipped = read(path.read_bytes())
        assert (tables.size, [s.place.field for s in skipped]) == (0, ["ExplanationOfBenefitBase"])
    tables, skipped = read(gzip.decompress((SHARED / "hccinfhir_eob" / "sample_eob_200.ndjson.gz").read_bytes()))
    assert (tables.size, len(skipped)) == (0, 200)
    assert {s.place.field for s in skipped} == {"ExplanationOfBenefit"}


def test_a_file_with_no_visit_says_so() -> None:
    tables, skipped = read(bundle(PATIENT))
    assert tables.claims.schema == claim.schema
    assert [s.reason for s in skipped] == ["holds no Claim and no Encounter"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"resourceType": NaN}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"\0",
        b'{"resourceType": "Bundle"',
        b'{"value": 1e99999999999999999999}',
    ],
)
def test_what_is_not_fhir_stops_the_import_and_nothing_else_does(data: bytes) -> None:
    with pytest.raises(IntakeError):
        read(data)


@given(st.binary(max_size=300))
def test_any_bytes_give_tables_or_intake_error(data: bytes) -> None:
    try:
        read(data)
    except IntakeError:
        pass


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["Patient/p1", "#1", "\ud800", "\0", 10**30, 1e300, "2026-02-30"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
PATHS = [
    "patient",
    "provider",
    "diagnosis",
    "insurance",
    "item",
    "total",
    "id",
    "identifier",
    "careTeam",
    "facility",
    "accident",
    "supportingInfo",
    "type",
    "contained",
    "billablePeriod",
    "item.0.productOrService",
    "item.0.quantity",
    "item.0.unitPrice",
    "item.0.servicedDate",
    "item.0.diagnosisSequence",
    "item.0.modifier",
    "item.0.encounter",
    "item.0.careTeamSequence",
    "item.0.locationCodeableConcept",
    "diagnosis.0.sequence",
    "insurance.0.sequence",
]


@given(st.sampled_from(PATHS), JSON)
def test_a_strange_element_skips_its_visit_or_is_passed_over(path: str, value: object) -> None:
    tables, skipped = read(changed(path, value) if value is not None else changed("total", {}))
    assert tables.size + len(skipped) >= 1


@given(st.sampled_from([PATIENT, PROVIDER, COVERAGE]), st.data())
def test_a_strange_resource_beside_the_claim_never_stops_the_file(resource: Resource, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(resource)))
    strange = {**resource, name: data.draw(JSON)}
    others = [each for each in (PATIENT, PROVIDER, COVERAGE) if each is not resource]
    tables, skipped = read(bundle(strange, *others, CLAIM))
    assert tables.size + len(skipped) >= 1
