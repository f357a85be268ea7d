"""The visits in the box: deterministic, visibly synthetic, real FHIR R4, faulty where they say so."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date

import pytest

from claimkeep.edge.simulator.clinic import AUTHORIZATION_CODES, NOT_COVERED_CODES
from claimkeep.edge.simulator.visits import PLANTED, bundles, decide, fault_of
from claimkeep.engine.terms.identifiers import npi_is_valid

TODAY = date(2026, 3, 2)


def _resources(visits: int, seed: int, kind: str) -> list[dict]:
    found = {}
    for data in bundles(visits, seed, TODAY):
        for entry in json.loads(data)["entry"]:
            if entry["resource"]["resourceType"] == kind:
                found[entry["resource"]["id"]] = entry["resource"]
    return list(found.values())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert list(bundles(150, 7, TODAY)) == list(bundles(150, 7, TODAY))
    assert list(bundles(150, 7, TODAY)) != list(bundles(150, 8, TODAY))


def test_every_visit_has_one_claim_and_the_bundles_hold_as_many_as_asked():
    sizes = [
        sum(entry["resource"]["resourceType"] == "Claim" for entry in json.loads(data)["entry"])
        for data in bundles(250, 3, TODAY, per_bundle=100)
    ]
    assert sizes == [100, 100, 50]


def test_a_sample_is_valid_fhir_r4():
    """Judged by models that are not ours; the unusable record is unusable on purpose and left out."""
    models = pytest.importorskip("fhir.resources.R4B.bundle")
    for data in bundles(120, 11, TODAY, per_bundle=60):
        bundle = json.loads(data)
        bundle["entry"] = [
            entry
            for entry in bundle["entry"]
            if entry["resource"]["resourceType"] != "Claim" or "patient" in entry["resource"]
        ]
        assert models.Bundle.model_validate(bundle).type == "collection"


def test_every_reference_leads_to_a_resource_of_the_same_bundle():
    for data in bundles(200, 5, TODAY):
        bundle = json.loads(data)
        names = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]}
        assert set(re.findall(r'"reference":"([^"]+)"', data.decode())) <= names


def test_the_same_patient_never_changes_from_one_bundle_to_the_next():
    seen: dict[str, dict] = {}
    repeated = 0
    for data in bundles(600, 2, TODAY, per_bundle=20):
        for entry in json.loads(data)["entry"]:
            if entry["resource"]["resourceType"] in ("Patient", "Coverage", "RelatedPerson"):
                name = entry["fullUrl"]
                repeated += name in seen
                assert seen.setdefault(name, entry["resource"]) == entry["resource"]
    assert repeated > 20


def test_planted_faults_come_at_about_their_rates():
    count = Counter(fault_of(number, 1) for number in range(20_000))
    for fault, rate in PLANTED:
        assert 0.6 * rate < count[fault] / 20_000 < 1.4 * rate, fault


def test_a_claim_carries_the_fault_it_is_said_to_carry_and_a_sound_one_none():
    claims = {int(c["id"].split("-")[1]): c for c in _resources(3000, 4, "Claim")}
    npis = {p["id"]: p["identifier"][0]["value"] for p in _resources(1, 4, "Practitioner")}
    uncovered = {s.code for s in NOT_COVERED_CODES}
    authorised = {s.code for s in AUTHORIZATION_CODES}
    seen = Counter()
    for number, claim in claims.items():
        codes = {i["productOrService"]["coding"][0]["code"] for i in claim["item"]}
        pointers = {p for i in claim["item"] for p in i.get("diagnosisSequence", [])}
        member = decide(number, 4, TODAY).member_id
        days = (TODAY - date.fromisoformat(claim["item"][0]["servicedDate"])).days
        sums = round(sum(i["net"]["value"] for i in claim["item"]) * 100) == round(claim["total"]["value"] * 100)
        faults = {
            "npi_check_digit": not npi_is_valid(npis[claim["careTeam"][0]["provider"]["reference"].split("/")[1]]),
            "no_diagnosis": "diagnosis" not in claim,
            "pointer_past_diagnoses": bool(pointers) and max(pointers) > len(claim.get("diagnosis", [])),
            "total_not_sum": not sums,
            "future_service": days < 0,
            "unknown_member": member.startswith("UNKNOWN"),
            "not_covered": bool(codes & uncovered),
            "no_authorization": bool(codes & authorised) and "preAuthRef" not in claim["insurance"][0],
            "coverage_ended": member.endswith("TERM"),
            "filed_late": days > 365,
            "no_patient": "patient" not in claim,
        }
        fault = fault_of(number, 4)
        seen[fault] += 1
        if fault == "billed_twice":
            assert any(
                other != number
                and claims[other]["item"][0]["servicedDate"] == claim["item"][0]["servicedDate"]
                and claims[other].get("patient") == claim["patient"]
                for other in range(number)
            )
        assert {name for name, present in faults.items() if present} == ({fault} - {"", "billed_twice"}), number
    assert set(seen) == {"", *(fault for fault, _ in PLANTED)}


def test_about_fifteen_in_a_hundred_patients_depend_on_somebody_else():
    plans = [c for c in _resources(2000, 6, "Coverage") if c["order"] == 1]
    dependants = sum(c["relationship"]["coding"][0]["code"] != "self" for c in plans)
    assert 0.12 < dependants / len(plans) < 0.18
    assert {c["payor"][0]["reference"] for c in plans} == {
        "Organization/SYNTH01",
        "Organization/SYNTH02",
        "Organization/SYNTH03",
    }


def test_every_name_and_number_of_a_person_is_visibly_synthetic():
    for person in _resources(300, 9, "Patient"):
        assert re.fullmatch(r"LASTNAME\d{5}", person["name"][0]["family"])
        assert re.fullmatch(r"FIRSTNAME\d{5}", person["name"][0]["given"][0])
        assert re.fullmatch(r"900\d{6}", person["identifier"][1]["value"])
        assert re.fullmatch(r"201-555-01\d\d", person["telecom"][0]["value"])
        assert person["telecom"][1]["value"].endswith("@example.invalid")


def test_codes_stand_without_descriptors():
    for data in bundles(100, 1, TODAY):
        assert b'"display"' not in data and b'"text"' not in data
