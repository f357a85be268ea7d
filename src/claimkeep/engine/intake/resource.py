"""Reading FHIR R4 resources as plain dictionaries: tolerant of what is not used, strict on what is.

A *finder* knows where every resource of a file stands and follows references by fullUrl, urn:uuid, `Type/id`, or `#id`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from claimkeep.engine.intake.batch import Row, UnusableError, day_of, digits_of, scaled
from claimkeep.engine.terms.finding import Place

Resource = dict[str, Any]

NPI = "http://hl7.org/fhir/sid/us-npi"
EIN = ("urn:oid:2.16.840.1.113883.4.4", "http://hl7.org/fhir/sid/us-ein")
SSN = ("http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1")
TAXONOMY = ("http://nucc.org/provider-taxonomy", "urn:oid:2.16.840.1.113883.6.101")


@dataclass(frozen=True, slots=True)
class Found:
    """A resource and where it stands: `place` in the file, `document` it came in."""

    resource: Resource
    place: Place
    document: int
    full_url: str = ""


class Finder:
    """Follows references inside a document first, then in the whole file."""

    def __init__(self, everything: Iterable[Found]) -> None:
        self._by_name: dict[tuple[int | None, str], Resource] = {}
        covers = []
        for found in everything:
            if found.resource.get("resourceType") == "Coverage":
                covers.append(found)
            kind, number = found.resource.get("resourceType"), found.resource.get("id")
            names = [found.full_url] if found.full_url else []
            if isinstance(number, str) and number:
                names.append(f"{kind}/{number}")
            for name in names:
                self._by_name.setdefault((found.document, name), found.resource)
                self._by_name.setdefault((None, name), found.resource)
        self._covers: dict[tuple[int, int], list[Resource]] = {}
        for cover in covers:
            patient = self.follow(cover.resource.get("beneficiary"), cover.resource, cover.document)
            if patient is not None and cover.resource.get("status", "active") == "active":
                self._covers.setdefault((cover.document, id(patient)), []).append(cover.resource)

    def follow(self, reference: object, holder: Resource, document: int) -> Resource | None:
        """The resource that a Reference names, or None.

        A reference that names no resource of the file but tells an identifier or a display stands for itself.
        """
        if not isinstance(reference, dict):
            return None
        target = reference.get("reference")
        if isinstance(target, str) and target:
            if target.startswith("#"):
                return next((r for r in items(holder, "contained") if r.get("id") == target[1:]), None)
            name = target.split("/_history/")[0]
            tail = "/".join(name.split("/")[-2:])
            for known in ((document, name), (document, tail), (None, name), (None, tail)):
                if known in self._by_name:
                    return self._by_name[known]
        alone: Resource = {}
        if isinstance(reference.get("identifier"), dict):
            alone["identifier"] = [reference["identifier"]]
        if isinstance(reference.get("display"), str):
            alone["name"] = reference["display"]
        return alone or None

    def covers_of(self, patient: Resource, document: int) -> list[Resource]:
        """The active Coverages of a document whose beneficiary is this patient, by their `order`, then as they come."""
        found = self._covers.get((document, id(patient)), [])
        return sorted(found, key=_order)


def _order(cover: Resource) -> int:
    order = cover.get("order")
    return order if isinstance(order, int) else 10_000


def items(resource: Resource, name: str) -> list[Resource]:
    """The objects of a list element; what is not an object is not there. One object alone counts as a list of one."""
    value = resource.get(name)
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def item(resource: Resource, name: str) -> Resource:
    """The object of an element, or an empty one."""
    value = resource.get(name)
    return value if isinstance(value, dict) else {}


def text(resource: Resource, name: str, field: str = "") -> str | None:
    """The trimmed text of an element, null when there is none. Raises UnusableError as `clean` does."""
    return clean(resource.get(name), field or name)


def clean(value: object, field: str) -> str | None:
    """Trimmed text, null where it is empty or not text. Raises UnusableError for half of a surrogate pair."""
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnusableError(field, "is not readable text") from None
    return value.strip() or None


def texts(resource: Resource, name: str, field: str = "") -> list[str]:
    """The texts of a list element."""
    value = resource.get(name)
    found = [clean(each, field or name) for each in value] if isinstance(value, list) else []
    return [each for each in found if each]


def day(resource: Resource, name: str, field: str = "") -> date | None:
    """The day of a date or dateTime element; a year or month alone is not a day. Raises UnusableError."""
    given = text(resource, name, field)
    if given is None or len(given) in (4, 7):
        return None
    return day_of(given[:10], field or name)


def number(value: object, places: int, field: str) -> int | None:
    """A JSON number scaled to whole cents (2) or thousandths (3), null when there is none. Raises UnusableError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise UnusableError(field, "is not a number")
    return scaled(Decimal(value), places, field)


def sequence_number(value: object, field: str) -> int:
    """A positive whole number that other elements refer to. Raises UnusableError."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10_000:
        raise UnusableError(field, "is not a sequence number")
    return value


def money(resource: Resource, name: str, field: str) -> int | None:
    """Cents of a Money element. Raises UnusableError for another currency than USD."""
    amount = item(resource, name)
    if amount.get("currency", "USD") != "USD":
        raise UnusableError(field, "is in another currency than USD")
    return number(amount.get("value"), 2, field)


def codings(concept: Resource, field: str) -> list[tuple[str, str]]:
    """(system, code) of each coding of a CodeableConcept."""
    pairs = ((text(each, "system", field) or "", text(each, "code", field)) for each in items(concept, "coding"))
    return [(system, code) for system, code in pairs if code]


def coded(concept: Resource, field: str, *systems: str) -> str | None:
    """The code of the first coding of one of these systems; with no system given, of any."""
    return next((code for system, code in codings(concept, field) if not systems or system in systems), None)


def identifier(resource: Resource, *systems: str) -> str | None:
    """The value of the first identifier of one of these systems; with no system given, of the first."""
    for each in items(resource, "identifier"):
        if not systems or each.get("system") in systems:
            value = text(each, "value", "identifier")
            if value:
                return value
    return None


def typed_identifier(resource: Resource, code: str) -> str | None:
    """The value of the first identifier whose type has this code ('MR' medical record, 'MB' member)."""
    for each in items(resource, "identifier"):
        if any(found == code for _, found in codings(item(each, "type"), "identifier.type")):
            return text(each, "value", "identifier")
    return None


def tax_id(resource: Resource) -> tuple[str | None, str | None]:
    """(tax id, qualifier EI or SY) of an organization or practitioner (005010X222A1 2010AA REF01)."""
    employer = digits_of(identifier(resource, *EIN)) or digits_of(typed_identifier(resource, "TAX"))
    if employer:
        return employer, "EI"
    personal = digits_of(identifier(resource, *SSN))
    return (personal, "SY") if personal else (None, None)


def taxonomy(resource: Resource) -> str | None:
    """The provider taxonomy code of an organization (type), practitioner (qualification) or role (specialty)."""
    concepts = items(resource, "type") + items(resource, "specialty")
    concepts += [item(each, "code") for each in items(resource, "qualification")]
    return next((code for each in concepts if (code := coded(each, "taxonomy", *TAXONOMY))), None)


def telecom(resource: Resource, system: str) -> str | None:
    """The first telephone number (digits, without the country's 1) or email of a resource."""
    value = next((text(t, "value", "telecom") for t in items(resource, "telecom") if t.get("system") == system), None)
    if system != "phone":
        return value
    digits = digits_of(value)
    return digits[1:] if digits and len(digits) == 11 and digits[0] == "1" else digits


def address(prefix: str, resource: Resource) -> Row:
    """The five address columns of `prefix`, from the first address."""
    place = next(iter(items(resource, "address")), {})
    lines = texts(place, "line", "address.line")
    return {
        f"{prefix}_address1": lines[0] if lines else None,
        f"{prefix}_address2": lines[1] if len(lines) > 1 else None,
        f"{prefix}_city": text(place, "city", "address.city"),
        f"{prefix}_state": text(place, "state", "address.state"),
        f"{prefix}_zip": digits_of(text(place, "postalCode", "address.postalCode")),
    }


def person_name(prefix: str, resource: Resource) -> Row:
    """last, first, middle name and suffix columns of `prefix`, from the official name or the first."""
    names = items(resource, "name")
    name = next((n for n in names if n.get("use") == "official"), names[0] if names else {})
    given, suffix = texts(name, "given", "name.given"), texts(name, "suffix", "name.suffix")
    return {
        f"{prefix}_last_name": text(name, "family", "name.family"),
        f"{prefix}_first_name": given[0] if given else None,
        f"{prefix}_middle_name": given[1] if len(given) > 1 else None,
        f"{prefix}_suffix": suffix[0] if suffix else None,
    }


def person(prefix: str, resource: Resource, kind: str) -> Row:
    """Name, birth day, sex and address columns of a Patient or RelatedPerson."""
    sex = {"male": "M", "female": "F", "other": "U", "unknown": "U"}.get(str(resource.get("gender")))
    return {
        **person_name(prefix, resource),
        f"{prefix}_birth_day": day(resource, "birthDate", f"{kind}.birthDate"),
        f"{prefix}_sex": sex,
        **address(prefix, resource),
    }
