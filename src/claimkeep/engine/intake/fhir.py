"""FHIR R4 in, claim tables out: a Claim is a visit; an Encounter without one is, when its ChargeItems tell the charges.

Read: Bundle, Claim, Encounter, Condition, Procedure, ChargeItem, Patient, RelatedPerson, Coverage, Organization,
Practitioner, PractitionerRole, Location; alone, in bundles, or one a line (NDJSON). Source: HL7 FHIR R4, claim.html.
"""

from __future__ import annotations

from dataclasses import replace

from claimkeep.engine.intake.batch import UnusableError, Visit, tables
from claimkeep.engine.intake.document import documents
from claimkeep.engine.intake.encounter import claim_of_encounter
from claimkeep.engine.intake.resource import Finder, Found, Resource, items
from claimkeep.engine.intake.visit import visit_of_claim
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import IntakeError
from claimkeep.engine.terms.finding import Place, Skipped

CITE = "HL7 FHIR R4"

NOT_VISITS = {
    "ExplanationOfBenefit": "an ExplanationOfBenefit is a payer's answer, not a visit to bill",
    "ExplanationOfBenefitBase": "an ExplanationOfBenefitBase is a payer's own record (not R4), not a visit to bill",
    "ClaimResponse": "a ClaimResponse is a payer's answer, not a visit to bill",
    "PaymentReconciliation": "a PaymentReconciliation is a payer's payment, not a visit to bill",
    "Bundle": "a bundle inside a bundle is not read",
}
"""Resources that look like visits and are none; every other kind that is not read is passed over."""


def read(data: bytes) -> tuple[ClaimTables, tuple[Skipped, ...]]:
    """The visits of the file, and the records that could not be used: each with its place and why.

    Places: `entry` counts a bundle's entries from 1, `row` the lines of an NDJSON file, `field` is a FHIR path.
    Raises IntakeError for bytes that hold no FHIR resource at all.
    """
    everything, skipped = _resources(data)
    finder = Finder(everything)
    visits: list[Visit] = []
    for found in everything:
        if found.resource["resourceType"] == "Claim":
            try:
                visits.append(visit_of_claim(found.resource, found.document, finder))
            except UnusableError as reason:
                skipped.append(_skipped(found, reason))
    billed = _billed_encounters(everything, finder)
    of_encounter = _by_encounter(everything, finder)
    for found in everything:
        if found.resource["resourceType"] != "Encounter" or id(found.resource) in billed:
            continue
        try:
            claim = claim_of_encounter(found.resource, of_encounter.get(id(found.resource), []), found.document, finder)
            visits.append(visit_of_claim(claim, found.document, finder))
        except UnusableError as reason:
            skipped.append(_skipped(found, reason))
    if not visits and not skipped:
        skipped.append(Skipped(Place(), "holds no Claim and no Encounter", CITE))
    return tables(visits), tuple(skipped)


def _skipped(found: Found, reason: UnusableError) -> Skipped:
    kind = found.resource["resourceType"]
    field = f"{kind}.{reason.field}" if reason.field and reason.field[0].islower() else reason.field or kind
    return Skipped(replace(found.place, field=field), reason.reason, CITE)


def _resources(data: bytes) -> tuple[list[Found], list[Skipped]]:
    """Every resource of the file that might be used, and what is not."""
    given, skipped = documents(data)
    kinds = [value.get("resourceType") for _, value in given]
    if not any(isinstance(kind, str) for kind in kinds):
        raise IntakeError("no JSON object of the file is a FHIR resource", cite=CITE)
    everything: list[Found] = []
    for document, (place, value) in enumerate(given):
        if value.get("resourceType") != "Bundle":
            _take(Found(value, replace(place, entry=1) if place == Place() else place, document), everything, skipped)
            continue
        for number, each in enumerate(items(value, "entry"), start=1):
            resource, full_url = each.get("resource"), each.get("fullUrl")
            here = replace(place, entry=number)
            found = Found(
                resource if isinstance(resource, dict) else {},
                here,
                document,
                full_url if isinstance(full_url, str) else "",
            )
            _take(found, everything, skipped)
    return everything, skipped


def _take(found: Found, everything: list[Found], skipped: list[Skipped]) -> None:
    kind = found.resource.get("resourceType")
    if not isinstance(kind, str):
        skipped.append(Skipped(found.place, "is not a FHIR resource", CITE))
    elif kind in NOT_VISITS:
        skipped.append(Skipped(replace(found.place, field=kind), NOT_VISITS[kind], CITE))
    else:
        everything.append(found)


def _billed_encounters(everything: list[Found], finder: Finder) -> set[int]:
    """Identities of the Encounters that a Claim of the file speaks of: they are not visits of their own."""
    billed = set()
    for found in everything:
        if found.resource["resourceType"] == "Claim":
            for line in items(found.resource, "item"):
                for reference in items(line, "encounter"):
                    billed.add(id(finder.follow(reference, found.resource, found.document)))
    return billed


def _by_encounter(everything: list[Found], finder: Finder) -> dict[int, list[Resource]]:
    """Conditions, Procedures and ChargeItems by the identity of their Encounter."""
    gathered: dict[int, list[Resource]] = {}
    for found in everything:
        kind = found.resource["resourceType"]
        if kind in ("Condition", "Procedure", "ChargeItem"):
            reference = found.resource.get("context" if kind == "ChargeItem" else "encounter")
            meeting = finder.follow(reference, found.resource, found.document)
            if meeting is not None:
                gathered.setdefault(id(meeting), []).append(found.resource)
    return gathered
