"""A FHIR R4 Claim as one visit. Source of every path: HL7 FHIR R4, claim.html."""

from __future__ import annotations

import re
from datetime import date

from claimkeep.engine.intake.batch import MOST_DIAGNOSES_POINTED, Row, UnusableError, Visit, diagnosis_row
from claimkeep.engine.intake.provider import RENDERS, billing_provider, care_team, other_providers, service_facility
from claimkeep.engine.intake.resource import (
    NPI,
    SSN,
    Finder,
    Resource,
    address,
    coded,
    codings,
    day,
    identifier,
    item,
    items,
    money,
    number,
    person,
    sequence_number,
    telecom,
    text,
    texts,
    typed_identifier,
)

ICD_10_CM = ("http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10")
ICD_9_CM = ("http://hl7.org/fhir/sid/icd-9-cm", "urn:oid:2.16.840.1.113883.6.103")
NDC = "http://hl7.org/fhir/sid/ndc"
FILING_INDICATOR = "https://codesystem.x12.org/005010/1032"
RELATIONSHIP = {"self": "18", "spouse": "01", "child": "19", "common": "53"}
"""Subscriber relationship to 005010X222A1 2000B SBR02; any other code is G8."""

SEQUENCE = "PST"


_PROCEDURE = re.compile(r"[A-Z0-9]{5}", re.ASCII)
_PLACE_OF_SERVICE = re.compile(r"\d{2}", re.ASCII)


def visit_of_claim(claim: Resource, document: int, finder: Finder) -> Visit:
    """The visit a Claim tells, whole. Raises UnusableError with the field and why.

    Of the diagnoses a line points to, four are kept. What FHIR has no place for (signature, assignment) stays null.
    """
    _must_be_a_claim_to_bill(claim)
    patient = finder.follow(claim.get("patient"), claim, document)
    if patient is None:
        raise UnusableError("patient", "names no patient of this file")
    diagnoses, positions = _diagnoses(claim, document, finder)
    team = care_team(claim, document, finder)
    lines = _lines(claim, positions, len(diagnoses), team)
    billing, billing_resource = billing_provider(claim, document, finder)
    covers = _covers(claim, document, finder)
    columns: Row = {
        "source_id": identifier(claim) or text(claim, "id"),
        "medical_record_number": typed_identifier(patient, "MR"),
        "frequency_code": "1",
        **billing,
        **person("patient", patient, "Patient"),
        "patient_ssn": identifier(patient, *SSN),
        "patient_phone": telecom(patient, "phone"),
        "patient_email": telecom(patient, "email"),
        **_accident(claim),
        **_occasions(claim),
        **other_providers(team, billing),
        **service_facility(claim, billing_resource, document, finder),
        "charge_cents": _total(claim, lines),
        "place_of_service": lines[0]["place_of_service"],
    }
    others: list[Row] = []
    for position, (cover, insurance, is_focal) in enumerate(covers):
        facts = _cover(cover, patient, document, finder) | {"payer_sequence": SEQUENCE[position]}
        if is_focal:
            columns |= facts | {"prior_authorization": next(iter(texts(insurance, "preAuthRef")), None)}
        else:
            others.append(_as_other(facts))
    for line in lines:
        if line["place_of_service"] == columns["place_of_service"]:
            line["place_of_service"] = None
        if line["rendering_provider_npi"] in (
            columns.get("rendering_provider_npi"),
            columns.get("billing_provider_npi"),
        ):
            line["rendering_provider_npi"] = None
    return Visit(columns, lines, diagnoses, others)


def _must_be_a_claim_to_bill(claim: Resource) -> None:
    if claim.get("status") in ("cancelled", "entered-in-error", "draft"):
        raise UnusableError("status", "the claim is cancelled, in error, or a draft")
    if claim.get("use", "claim") != "claim":
        raise UnusableError("use", "is a request for authorization or predetermination, not a claim")
    kinds = {code for _, code in codings(item(claim, "type"), "type")}
    if kinds & {"institutional", "oral", "pharmacy", "vision"}:
        raise UnusableError("type", "is not a professional claim")


# -- diagnoses and lines ---------------------------------------------------------------------------------------------


def _diagnoses(claim: Resource, document: int, finder: Finder) -> tuple[list[Row], dict[int, int]]:
    """The diagnosis rows by sequence, and where each sequence number ended up."""
    given = []
    for count, each in enumerate(items(claim, "diagnosis"), start=1):
        field = f"diagnosis[{count}]"
        concept = item(each, "diagnosisCodeableConcept")
        if not concept:
            condition = finder.follow(each.get("diagnosisReference"), claim, document) or {}
            concept = item(condition, "code")
        code, old = coded(concept, field, *ICD_10_CM), coded(concept, field, *ICD_9_CM)
        if code is None and old is None:
            raise UnusableError(field, "has no ICD-10-CM code")
        given.append((sequence_number(each.get("sequence"), f"{field}.sequence"), code or old or "", code is None))
    given.sort(key=lambda row: row[0])
    rows = [diagnosis_row(n, code, is_icd_9=is_old) for n, (_, code, is_old) in enumerate(given, start=1)]
    return rows, {sequence: n for n, (sequence, _, _) in enumerate(given, start=1)}


def _lines(claim: Resource, positions: dict[int, int], size: int, team: dict[int, tuple[str, Resource]]) -> list[Row]:
    given = items(claim, "item")
    if not given:
        raise UnusableError("item", "the claim has no service line")
    return [_line(claim, n, each, positions, size, team) for n, each in enumerate(given, start=1)]


def _line(
    claim: Resource,
    count: int,
    line: Resource,
    positions: dict[int, int],
    size: int,
    team: dict[int, tuple[str, Resource]],
) -> Row:
    field = f"item[{count}]"
    first, last = _days(claim, line, field)
    concept = item(line, "productOrService")
    quantity = item(line, "quantity")
    modifiers = [code for each in items(line, "modifier") if (code := coded(each, f"{field}.modifier"))]
    if len(modifiers) > 4:
        raise UnusableError(f"{field}.modifier", "has more than four modifiers")
    place = coded(item(line, "locationCodeableConcept"), f"{field}.location")
    minutes = (text(quantity, "code") or text(quantity, "unit") or "").lower() in ("min", "minute", "minutes")
    pointers = _pointers(line, positions, size, field)
    renders = [team[n] for n in _sequences(line, "careTeamSequence", field) if n in team]
    rendering = next((identifier(resource, NPI) for role, resource in renders if role in RENDERS), None)
    drug = coded(concept, field, NDC)
    return {
        "line_number": count,
        "procedure_qualifier": "HC",
        "procedure_code": _procedure(concept, field),
        **{f"modifier{n}": code for n, code in enumerate(modifiers, start=1)},
        "charge_cents": _charge(line, field),
        "unit_basis": "MJ" if minutes else "UN",
        "units_milli": number(quantity.get("value"), 3, f"{field}.quantity"),
        "place_of_service": place if place and _PLACE_OF_SERVICE.fullmatch(place) else None,
        **{f"pointer{n}": position for n, position in enumerate(pointers, start=1)},
        "service_day": first,
        "service_day_to": last if last != first else None,
        "ndc": drug.replace("-", "") if drug else None,
        "rendering_provider_npi": rendering,
    }


def _procedure(concept: Resource, field: str) -> str:
    """The HCPCS or CPT code: of a system that says so, or of none where it has the shape."""
    for system, code in codings(concept, f"{field}.productOrService"):
        named = system.lower()
        if "hcpcs" in named or "ama-assn.org/go/cpt" in named or named == "urn:oid:2.16.840.1.113883.6.12":
            return code.upper()
        if not named and _PROCEDURE.fullmatch(code.upper()):
            return code.upper()
    raise UnusableError(f"{field}.productOrService", "has no HCPCS or CPT code")


def _charge(line: Resource, field: str) -> int:
    """Cents of the line: its net, else unit price times quantity. Raises UnusableError where neither is known."""
    net = money(line, "net", f"{field}.net")
    if net is not None:
        return net
    price = money(line, "unitPrice", f"{field}.unitPrice")
    units = number(item(line, "quantity").get("value"), 3, f"{field}.quantity")
    if price is None or units is None:
        raise UnusableError(f"{field}.net", "the charge of the line cannot be known")
    cents, rest = divmod(price * units, 1000)
    if rest or abs(cents) > 10**13:
        raise UnusableError(f"{field}.unitPrice", "times the quantity is not an amount of whole cents")
    return cents


def _total(claim: Resource, lines: list[Row]) -> int:
    """CLM02: what the claim says, else the sum of its lines; a total that is not the sum is for an edit to find."""
    stated = money(claim, "total", "total")
    return sum(line["charge_cents"] for line in lines) if stated is None else stated


def _days(claim: Resource, line: Resource, field: str) -> tuple[date | None, date | None]:
    alone = day(line, "servicedDate", f"{field}.servicedDate")
    if alone is not None:
        return alone, alone
    period = item(line, "servicedPeriod") or item(claim, "billablePeriod")
    return day(period, "start", f"{field}.servicedPeriod.start"), day(period, "end", f"{field}.servicedPeriod.end")


def _sequences(line: Resource, name: str, field: str) -> list[int]:
    value = line.get(name)
    return [sequence_number(each, f"{field}.{name}") for each in value] if isinstance(value, list) else []


def _pointers(line: Resource, positions: dict[int, int], size: int, field: str) -> list[int]:
    """Positions of the diagnoses the line points to; one that is not there keeps a number past the last."""
    given = _sequences(line, "diagnosisSequence", field)[:MOST_DIAGNOSES_POINTED]
    return [positions.get(sequence, max(sequence, size + 1)) for sequence in given]


# -- insurance and occasions -------------------------------------------------------------------------------------------


def _covers(claim: Resource, document: int, finder: Finder) -> list[tuple[Resource, Resource, bool]]:
    """(Coverage, insurance element, is this whom the claim goes to) in order of sequence."""
    given = []
    for count, each in enumerate(items(claim, "insurance"), start=1):
        field = f"insurance[{count}]"
        resolved = each.get("resolved")
        cover = resolved if isinstance(resolved, dict) else finder.follow(each.get("coverage"), claim, document)
        if cover is None:
            raise UnusableError(f"{field}.coverage", "names a resource that is not in the file")
        given.append((sequence_number(each.get("sequence"), f"{field}.sequence"), cover, each))
    given.sort(key=lambda row: row[0])
    if len(given) > len(SEQUENCE):
        raise UnusableError("insurance", "has more than three payers")
    focal = next((n for n, (_, _, each) in enumerate(given) if each.get("focal") is True), 0)
    return [(cover, each, n == focal) for n, (_, cover, each) in enumerate(given)]


def _cover(cover: Resource, patient: Resource, document: int, finder: Finder) -> Row:
    """Payer, plan and subscriber columns of one Coverage."""
    holder = finder.follow(cover.get("subscriber"), cover, document)
    stated = coded(item(cover, "relationship"), "Coverage.relationship")
    relationship = RELATIONSHIP.get(stated, "G8") if stated else ("18" if holder is patient else None)
    if relationship == "18":
        holder = patient
    payers = items(cover, "payor")
    payer = (finder.follow(payers[0], cover, document) if payers else None) or {}
    groups = [
        each
        for each in items(cover, "class")
        if "group" in {c for _, c in codings(item(each, "type"), "Coverage.class")}
    ]
    group = groups[0] if groups else {}
    payer_address = address("payer", payer)
    return {
        "claim_filing_indicator": coded(item(cover, "type"), "Coverage.type", FILING_INDICATOR),
        "group_number": text(group, "value"),
        "group_name": text(group, "name"),
        "patient_relationship": relationship,
        "subscriber_member_id": text(cover, "subscriberId") or typed_identifier(cover, "MB"),
        **(person("subscriber", holder, "RelatedPerson") if holder else {}),
        "subscriber_ssn": identifier(holder, *SSN) if holder else None,
        "payer_name": text(payer, "name"),
        "payer_id": identifier(payer),
        "payer_id_qualifier": "PI" if identifier(payer) else None,
        **payer_address,
    }


def _as_other(facts: Row) -> Row:
    """The columns of an other payer, of one that is not whom the claim goes to."""
    same = (
        "payer_sequence",
        "group_number",
        "claim_filing_indicator",
        "subscriber_last_name",
        "subscriber_first_name",
        "subscriber_member_id",
        "payer_name",
        "payer_id",
    )
    return {name: facts.get(name) for name in same} | {"relationship": facts["patient_relationship"]}


def _accident(claim: Resource) -> Row:
    accident = item(claim, "accident")
    if not accident:
        return {}
    kind = coded(item(accident, "type"), "accident.type")
    cause = None if kind is None else "AA" if kind == "MVA" else "EM" if kind.startswith("W") else "OA"
    return {
        "related_cause": cause,
        "accident_state": text(item(accident, "locationAddress"), "state") if cause == "AA" else None,
        "accident_day": day(accident, "date", "accident.date"),
    }


def _occasions(claim: Resource) -> Row:
    """Onset and hospital days of the supporting information."""
    columns: Row = {}
    for count, each in enumerate(items(claim, "supportingInfo"), start=1):
        field = f"supportingInfo[{count}]"
        category = coded(item(each, "category"), field)
        if category == "onset":
            columns["onset_day"] = day(each, "timingDate", field) or day(item(each, "timingPeriod"), "start", field)
        elif category == "hospitalized":
            stay = item(each, "timingPeriod")
            columns |= {"admission_day": day(stay, "start", field), "discharge_day": day(stay, "end", field)}
    return columns
