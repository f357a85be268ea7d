"""Who bills, who did it, who sent the patient and where: the providers of a FHIR R4 Claim."""

from __future__ import annotations

from claimkeep.engine.intake.batch import Row, UnusableError
from claimkeep.engine.intake.resource import (
    NPI,
    Finder,
    Resource,
    address,
    coded,
    identifier,
    item,
    items,
    person_name,
    sequence_number,
    tax_id,
    taxonomy,
    telecom,
    text,
)

RENDERS = {"primary", "rendering", "performing", "performer"}
REFERS = {"referring", "referrer"}


def _provider(reference: object, claim: Resource, document: int, finder: Finder) -> Resource | None:
    """The Practitioner or Organization of a reference; of a PractitionerRole its practitioner, with its specialty."""
    found = finder.follow(reference, claim, document)
    if found is None or found.get("resourceType") != "PractitionerRole":
        return found
    person_of_role = finder.follow(found.get("practitioner"), found, document)
    if person_of_role is None:
        return finder.follow(found.get("organization"), found, document)
    return person_of_role | {"specialty": found.get("specialty")} if found.get("specialty") else person_of_role


def _is_person(resource: Resource) -> bool:
    return resource.get("resourceType") == "Practitioner"


def _names(prefix: str, resource: Resource) -> Row:
    """Last and first name columns; an organization's name stands in the last."""
    if _is_person(resource):
        whole = person_name(prefix, resource)
        return {name: whole[name] for name in (f"{prefix}_last_name", f"{prefix}_first_name")}
    return {f"{prefix}_last_name": text(resource, "name")}


def billing_provider(claim: Resource, document: int, finder: Finder) -> tuple[Row, Resource]:
    """The columns of who bills, and the resource itself; empty where the Claim names none."""
    found = _provider(claim.get("provider"), claim, document, finder)
    if found is None:
        return {}, {}
    number_of_tax, qualifier = tax_id(found)
    return {
        "billing_provider_npi": identifier(found, NPI),
        "billing_provider_entity_type": "1" if _is_person(found) else "2",
        **_names("billing_provider", found),
        "billing_provider_taxonomy": taxonomy(found),
        "billing_provider_tax_id": number_of_tax,
        "billing_provider_tax_id_qualifier": qualifier,
        "billing_provider_phone": telecom(found, "phone"),
        **address("billing_provider", found),
    }, found


def care_team(claim: Resource, document: int, finder: Finder) -> dict[int, tuple[str, Resource]]:
    """sequence -> (role, resource) of the care team; a role that is not told is that of who renders."""
    team = {}
    for count, each in enumerate(items(claim, "careTeam"), start=1):
        field = f"careTeam[{count}]"
        found = _provider(each.get("provider"), claim, document, finder)
        if found is None:
            raise UnusableError(f"{field}.provider", "names a resource that is not in the file")
        role = coded(item(each, "role"), f"{field}.role") or "primary"
        team[sequence_number(each.get("sequence"), f"{field}.sequence")] = (role.lower(), found)
    return team


def other_providers(team: dict[int, tuple[str, Resource]], billing: Row) -> Row:
    """Rendering (unless it is who bills) and referring provider columns."""
    columns: Row = {}
    rendering = next((resource for role, resource in team.values() if role in RENDERS), None)
    if rendering is not None and identifier(rendering, NPI) != billing.get("billing_provider_npi"):
        columns |= {
            "rendering_provider_npi": identifier(rendering, NPI),
            "rendering_provider_entity_type": "1" if _is_person(rendering) else "2",
            **_names("rendering_provider", rendering),
            "rendering_provider_taxonomy": taxonomy(rendering),
        }
    referring = next((resource for role, resource in team.values() if role in REFERS), None)
    if referring is not None:
        columns |= {"referring_provider_npi": identifier(referring, NPI), **_names("referring_provider", referring)}
    return columns


def service_facility(claim: Resource, billing: Resource, document: int, finder: Finder) -> Row:
    """Where the service was, when that is not where the biller is (005010X222A1 2310C)."""
    place = finder.follow(claim.get("facility"), claim, document)
    if place is None:
        return {}
    where = address("service_facility", place)
    if where == address("service_facility", billing) or not any(where.values()):
        return {}
    owner = finder.follow(place.get("managingOrganization"), place, document) or {}
    return {
        "service_facility_name": text(place, "name"),
        "service_facility_npi": identifier(place, NPI) or identifier(owner, NPI),
        **where,
    }
