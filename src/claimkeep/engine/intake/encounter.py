"""An Encounter that nobody made a Claim of, told as the Claim it would be."""

from __future__ import annotations

from collections.abc import Sequence

from claimkeep.engine.intake.batch import UnusableError
from claimkeep.engine.intake.resource import Finder, Resource, item, items


def claim_of_encounter(encounter: Resource, of_it: Sequence[Resource], document: int, finder: Finder) -> Resource:
    """The Claim that the Encounter, its Conditions and its ChargeItems would make.

    of_it : the Conditions, Procedures and ChargeItems that name this Encounter
    Raises UnusableError for a meeting that did not take place, or whose charges no ChargeItem tells.
    """
    status = encounter.get("status")
    if status != "finished":
        raise UnusableError("status", "the encounter is not finished")
    charges = [each for each in of_it if each.get("resourceType") == "ChargeItem"]
    if not charges:
        done = sum(each.get("resourceType") == "Procedure" for each in of_it)
        raise UnusableError("", f"no Claim and no ChargeItem tells the charges of its {done} procedures")
    diagnoses = _diagnoses(encounter, of_it, document, finder)
    participants = [item(each, "individual") for each in items(encounter, "participant")]
    locations = [item(each, "location") for each in items(encounter, "location")]
    return {
        "resourceType": "Claim",
        "identifier": encounter.get("identifier"),
        "id": encounter.get("id"),
        "contained": encounter.get("contained"),
        "status": "active",
        "use": "claim",
        "patient": encounter.get("subject"),
        "provider": encounter.get("serviceProvider"),
        "billablePeriod": encounter.get("period"),
        "facility": locations[0] if locations else None,
        "careTeam": [{"sequence": n, "provider": each} for n, each in enumerate(participants[:1], start=1)],
        "diagnosis": [{"sequence": n, "diagnosisCodeableConcept": code} for n, code in enumerate(diagnoses, start=1)],
        "insurance": _insurance(encounter, document, finder),
        "item": [_line(n, each, len(diagnoses)) for n, each in enumerate(charges, start=1)],
    }


def _diagnoses(encounter: Resource, of_it: Sequence[Resource], document: int, finder: Finder) -> list[Resource]:
    """Codes in the Encounter's own order of rank; where it names none, of its Conditions as they come."""
    named = []
    for position, each in enumerate(items(encounter, "diagnosis"), start=1):
        rank = each.get("rank")
        condition = finder.follow(each.get("condition"), encounter, document)
        if condition is None:
            raise UnusableError(f"diagnosis[{position}].condition", "names a resource that is not in the file")
        named.append((rank if isinstance(rank, int) else position, item(condition, "code")))
    if named:
        return [code for _, code in sorted(named, key=lambda pair: pair[0])]
    return [item(each, "code") for each in of_it if each.get("resourceType") == "Condition"]


def _insurance(encounter: Resource, document: int, finder: Finder) -> list[Resource]:
    """The patient's active Coverages, in their `order`."""
    patient = finder.follow(encounter.get("subject"), encounter, document)
    covers = finder.covers_of(patient, document) if patient is not None else []
    return [
        {"sequence": n, "focal": n == 1, "coverage": {"reference": f"#{n}"}, "resolved": each}
        for n, each in enumerate(covers, start=1)
    ]


def _line(sequence: int, charge: Resource, diagnoses: int) -> Resource:
    """A ChargeItem as a Claim item; its price is that of the whole item (HL7 FHIR R4 ChargeItem.priceOverride)."""
    return {
        "sequence": sequence,
        "productOrService": charge.get("code"),
        "quantity": charge.get("quantity"),
        "net": charge.get("priceOverride"),
        "servicedDate": charge.get("occurrenceDateTime"),
        "servicedPeriod": charge.get("occurrencePeriod"),
        "diagnosisSequence": list(range(1, min(diagnoses, 4) + 1)),
    }
