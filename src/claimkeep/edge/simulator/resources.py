"""One visit as FHIR R4 resources: plain dictionaries, one function a resource type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from claimkeep.edge.simulator.clinic import (
    AUTHORIZATION_CODES,
    BAD_NPI,
    BILLING_NAME,
    BILLING_NPI,
    BILLING_TAX_ID,
    BILLING_TAXONOMY,
    PAYERS,
    PRACTITIONERS,
    Payer,
    Service,
    Visit,
)

Resource = dict[str, Any]

BASE = "https://records.example.invalid/fhir"
NPI = "http://hl7.org/fhir/sid/us-npi"
EIN = "urn:oid:2.16.840.1.113883.4.4"
SSN = "http://hl7.org/fhir/sid/us-ssn"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
TAXONOMY = "http://nucc.org/provider-taxonomy"
FILING_INDICATOR = "https://codesystem.x12.org/005010/1032"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

RELATED_TO_PATIENT = {"spouse": "SPS", "child": "PRN"}
"""The subscriber is the spouse, or the parent, of the patient."""
OFFICE = "11"


def entry(resource: Resource) -> Resource:
    """The resource as an entry of a collection Bundle."""
    return {"fullUrl": f"{BASE}/{resource['resourceType']}/{resource['id']}", "resource": resource}


def standing_resources() -> Iterator[Resource]:
    """The practice, its place, its payers and practitioners, one of them with a wrong NPI."""
    yield {
        "resourceType": "Organization",
        "id": "practice",
        "active": True,
        "identifier": [{"system": NPI, "value": BILLING_NPI}, {"system": EIN, "value": BILLING_TAX_ID}],
        "type": [_concept(f"{TERMINOLOGY}/organization-type", "prov"), _concept(TAXONOMY, BILLING_TAXONOMY)],
        "name": BILLING_NAME,
        "telecom": [{"system": "phone", "value": "201-555-0100"}],
        "address": [_address("100 SYNTHETIC PLAZA", zip_code="070010001")],
    }
    yield {
        "resourceType": "Location",
        "id": "office",
        "name": BILLING_NAME,
        "address": _address("100 SYNTHETIC PLAZA", zip_code="070010001"),
        "managingOrganization": {"reference": "Organization/practice"},
    }
    for payer in PAYERS:
        yield _payer(payer)
    for number, (last, first, npi) in enumerate(PRACTITIONERS):
        yield _practitioner(f"practitioner-{number}", last, first, npi)
    yield _practitioner("practitioner-unchecked", "DOCTORLAST9", "DOCTORFIRST9", BAD_NPI)


def patient(visit: Visit) -> Resource:
    """The person treated."""
    person = visit.person
    return {
        "resourceType": "Patient",
        "id": f"patient-{person}",
        "identifier": [
            {
                "type": _concept(f"{TERMINOLOGY}/v2-0203", "MR"),
                "system": f"{BASE}/medical-record-number",
                "value": f"MRN{person:06d}",
            },
            {"system": SSN, "value": f"900{person:06d}"},
        ],
        "name": [{"use": "official", "family": f"LASTNAME{person:05d}", "given": [f"FIRSTNAME{person:05d}"]}],
        "gender": "female" if person % 2 else "male",
        "birthDate": patient_birth_day(visit).isoformat(),
        "address": [_address(f"{person} SYNTHETIC STREET")],
        "telecom": [
            {"system": "phone", "value": f"201-555-01{person % 100:02d}", "use": "home"},
            {"system": "email", "value": f"person{person:05d}@example.invalid"},
        ],
    }


def patient_birth_day(visit: Visit) -> date:
    """Children are born after 2011, members of Medicare before 1955, the others between."""
    if visit.relationship == "child":
        return date(2011, 1, 1) + timedelta(days=visit.person * 37 % 3650)
    if visit.payer.filing_indicator == "MB":
        return date(1935, 1, 1) + timedelta(days=visit.person * 37 % 7300)
    return date(1962, 1, 1) + timedelta(days=visit.person * 37 % 14600)


def subscriber(visit: Visit) -> Resource:
    """The person insured, where it is not the patient."""
    person = visit.person
    return {
        "resourceType": "RelatedPerson",
        "id": f"subscriber-{person}",
        "patient": {"reference": f"Patient/patient-{person}"},
        "relationship": [_concept(f"{TERMINOLOGY}/v3-RoleCode", RELATED_TO_PATIENT[visit.relationship])],
        "name": [{"use": "official", "family": f"LASTNAME{person:05d}", "given": [f"SUBSCRIBER{person:05d}"]}],
        "gender": "male" if person % 2 else "female",
        "birthDate": (date(1965, 1, 1) + timedelta(days=person * 41 % 7300)).isoformat(),
        "address": [_address(f"{person} SYNTHETIC STREET")],
    }


def coverage(visit: Visit, order: int) -> Resource:
    """One plan of the patient: `order` 1 pays first."""
    payer = visit.payer if order == 1 else visit.second_payer
    if payer is None:
        raise ValueError("the visit has no second payer")
    person = visit.person
    holder = f"Patient/patient-{person}" if visit.relationship == "self" else f"RelatedPerson/subscriber-{person}"
    return {
        "resourceType": "Coverage",
        "id": f"coverage-{person}-{order}",
        "status": "active",
        "type": _concept(FILING_INDICATOR, payer.filing_indicator),
        "subscriber": {"reference": holder},
        "subscriberId": visit.member_id if order == 1 else _second_member_id(visit, payer),
        "beneficiary": {"reference": f"Patient/patient-{person}"},
        "relationship": _concept(f"{TERMINOLOGY}/subscriber-relationship", visit.relationship),
        "payor": [{"reference": f"Organization/{payer.payer_id}"}],
        "class": [{"type": _concept(f"{TERMINOLOGY}/coverage-class", "group"), "value": f"GROUP{person % 20:02d}"}],
        "order": order,
    }


def encounter(visit: Visit) -> Resource:
    """The meeting itself, in the office."""
    resource: Resource = {
        "resourceType": "Encounter",
        "id": f"encounter-{visit.number}",
        "status": "finished",
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/patient-{visit.person}"},
        "participant": [{"individual": {"reference": f"Practitioner/{_renders(visit)}"}}],
        "period": {"start": visit.day.isoformat(), "end": visit.day.isoformat()},
        "diagnosis": [
            {"condition": {"reference": f"Condition/condition-{visit.number}-{position}"}, "rank": position}
            for position in range(1, len(visit.diagnoses) + 1)
        ],
        "location": [{"location": {"reference": "Location/office"}}],
        "serviceProvider": {"reference": "Organization/practice"},
    }
    if not visit.diagnoses:
        del resource["diagnosis"]
    return resource


def conditions(visit: Visit) -> Iterator[Resource]:
    """What was found, one a diagnosis."""
    for position, code in enumerate(visit.diagnoses, start=1):
        yield {
            "resourceType": "Condition",
            "id": f"condition-{visit.number}-{position}",
            "clinicalStatus": _concept(f"{TERMINOLOGY}/condition-clinical", "active"),
            "code": _concept(ICD_10_CM, code),
            "subject": {"reference": f"Patient/patient-{visit.person}"},
            "encounter": {"reference": f"Encounter/encounter-{visit.number}"},
        }


def procedures(visit: Visit) -> Iterator[Resource]:
    """What was done, one a service line."""
    for position, service in enumerate(visit.services, start=1):
        yield {
            "resourceType": "Procedure",
            "id": f"procedure-{visit.number}-{position}",
            "status": "completed",
            "code": _concept(_system(service), service.code),
            "subject": {"reference": f"Patient/patient-{visit.person}"},
            "encounter": {"reference": f"Encounter/encounter-{visit.number}"},
            "performedDateTime": visit.day.isoformat(),
            "performer": [{"actor": {"reference": f"Practitioner/{_renders(visit)}"}}],
        }


def claim(visit: Visit, today: date) -> Resource:
    """What is to be billed, with the visit's planted fault if that lies in the claim."""
    items = [_item(visit, position, service) for position, service in enumerate(visit.services, start=1)]
    total_cents = sum(service.charge_cents * service.units for service in visit.services)
    if visit.fault == "total_not_sum":
        total_cents += 1_000
    resource: Resource = {
        "resourceType": "Claim",
        "id": f"claim-{visit.number}",
        "identifier": [{"system": f"{BASE}/visit-number", "value": f"V{visit.number:06d}"}],
        "status": "active",
        "type": _concept(f"{TERMINOLOGY}/claim-type", "professional"),
        "use": "claim",
        "patient": {"reference": f"Patient/patient-{visit.person}"},
        "billablePeriod": {"start": visit.day.isoformat(), "end": visit.day.isoformat()},
        "created": today.isoformat(),
        "insurer": {"reference": f"Organization/{visit.payer.payer_id}"},
        "provider": {"reference": "Organization/practice"},
        "priority": _concept(f"{TERMINOLOGY}/processpriority", "normal"),
        "facility": {"reference": "Location/office"},
        "careTeam": [
            {
                "sequence": 1,
                "provider": {"reference": f"Practitioner/{_renders(visit)}"},
                "role": _concept(f"{TERMINOLOGY}/claimcareteamrole", "primary"),
            }
        ],
        "diagnosis": [
            {"sequence": position, "diagnosisCodeableConcept": _concept(ICD_10_CM, code)}
            for position, code in enumerate(visit.diagnoses, start=1)
        ],
        "procedure": [
            {"sequence": position, "procedureReference": {"reference": f"Procedure/{each['id']}"}}
            for position, each in enumerate(procedures(visit), start=1)
        ],
        "insurance": list(_insurance(visit)),
        "item": items,
        "total": _money(total_cents),
    }
    if visit.fault == "no_patient":
        del resource["patient"]
    if not visit.diagnoses:
        del resource["diagnosis"]
    return resource


def _item(visit: Visit, position: int, service: Service) -> Resource:
    pointers = list(range(1, len(visit.diagnoses) + 1))
    if visit.fault == "pointer_past_diagnoses" and position == 1:
        pointers = [len(visit.diagnoses) + 1]
    item: Resource = {
        "sequence": position,
        "careTeamSequence": [1],
        "diagnosisSequence": pointers,
        "procedureSequence": [position],
        "productOrService": _concept(_system(service), service.code),
        "modifier": [_concept(HCPCS, modifier) for modifier in service.modifiers],
        "servicedDate": visit.day.isoformat(),
        "locationCodeableConcept": _concept(PLACE_OF_SERVICE, OFFICE),
        "quantity": {"value": service.units},
        "unitPrice": _money(service.charge_cents),
        "net": _money(service.charge_cents * service.units),
        "encounter": [{"reference": f"Encounter/encounter-{visit.number}"}],
    }
    # FHIR has no empty list: what is not there has no key
    return {name: value for name, value in item.items() if value != []}


def _insurance(visit: Visit) -> Iterator[Resource]:
    needs_authorization = any(service in AUTHORIZATION_CODES for service in visit.services)
    first: Resource = {
        "sequence": 1,
        "focal": True,
        "coverage": {"reference": f"Coverage/coverage-{visit.person}-1"},
    }
    if needs_authorization and visit.fault != "no_authorization":
        first["preAuthRef"] = [f"AUTH{visit.number:06d}"]
    yield first
    if visit.second_payer:
        yield {"sequence": 2, "focal": False, "coverage": {"reference": f"Coverage/coverage-{visit.person}-2"}}


def _payer(payer: Payer) -> Resource:
    return {
        "resourceType": "Organization",
        "id": payer.payer_id,
        "active": True,
        "identifier": [{"system": f"{BASE}/payer-id", "value": payer.payer_id}],
        "type": [_concept(f"{TERMINOLOGY}/organization-type", "pay")],
        "name": payer.name,
        "address": [_address("200 PAYER PLAZA")],
    }


def _practitioner(name: str, last: str, first: str, npi: str) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": name,
        "active": True,
        "identifier": [{"system": NPI, "value": npi}],
        "name": [{"family": last, "given": [first]}],
        "qualification": [{"code": _concept(TAXONOMY, BILLING_TAXONOMY)}],
    }


def _renders(visit: Visit) -> str:
    return "practitioner-unchecked" if visit.fault == "npi_check_digit" else f"practitioner-{visit.practitioner}"


def _second_member_id(visit: Visit, payer: Payer) -> str:
    if payer.filing_indicator == "MB":
        digits = f"{visit.person:06d}"
        return f"1B{digits[0]}{digits[1]}A{digits[2]}{digits[3]}AA{digits[4]}{digits[5]}"
    return f"S{visit.person:08d}"


def _system(service: Service) -> str:
    return CPT if service.code[0].isdigit() else HCPCS


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _money(amount_cents: int) -> Resource:
    return {"value": amount_cents / 100, "currency": "USD"}


def _address(line: str, zip_code: str = "07001") -> Resource:
    return {"line": [line], "city": "TESTVILLE", "state": "NJ", "postalCode": zip_code, "country": "US"}
