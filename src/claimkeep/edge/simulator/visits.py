"""Visits of patients who never were: FHIR R4 bundles, by seed.

Every name reads LASTNAME00042 or FIRSTNAME00042, every identifier lies where no real one is issued, and codes stand
without descriptors. Some visits carry a planted fault; `fault_of` says which, so a test knows what must happen to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from claimkeep.edge.simulator.clinic import (
    AUTHORIZATION_CODES,
    DIAGNOSES,
    EVALUATIONS,
    EXTRAS,
    NOT_COVERED_CODES,
    PAYERS,
    Payer,
    Service,
    Visit,
)
from claimkeep.edge.simulator.resources import (
    Resource,
    claim,
    conditions,
    coverage,
    encounter,
    entry,
    patient,
    procedures,
    standing_resources,
    subscriber,
)

PLANTED = (
    ("npi_check_digit", 0.006),
    ("no_diagnosis", 0.006),
    ("pointer_past_diagnoses", 0.006),
    ("total_not_sum", 0.006),
    ("future_service", 0.006),
    ("unknown_member", 0.020),
    ("not_covered", 0.030),
    ("no_authorization", 0.030),
    ("coverage_ended", 0.015),
    ("filed_late", 0.0025),
    ("billed_twice", 0.0025),
    ("no_patient", 0.003),
)
"""What is wrong with a visit, and how often: five faults an edit holds, one a payer refuses at the door, five it
denies, one record no importer can use."""

RETURNING = 0.2
"""Share of sound visits made by somebody who has been here before."""


def bundles(visits: int, seed: int, today: date, per_bundle: int = 100) -> Iterator[bytes]:
    """The visits as FHIR R4 collection Bundles in JSON, `per_bundle` visits each; the same for the same arguments.

    A bundle stands alone: organisations, practitioners and every patient it speaks of are in it. A patient seen twice
    in one bundle is in it once; seen again in a later bundle, the resources have the same ids and content.
    """
    for first in range(0, visits, per_bundle):
        entries = [entry(each) for each in standing_resources()]
        present: set[str] = set()
        for number in range(first, min(first + per_bundle, visits)):
            for resource in _visit_resources(decide(number, seed, today), today):
                name = f"{resource['resourceType']}/{resource['id']}"
                if name not in present:
                    present.add(name)
                    entries.append(entry(resource))
        bundle = {"resourceType": "Bundle", "id": f"visits-{seed}-{first}", "type": "collection", "entry": entries}
        yield json.dumps(bundle, separators=(",", ":")).encode()


def fault_of(number: int, seed: int) -> str:
    """Which fault of PLANTED the visit carries, counted from 0, or "" when it is sound."""
    fault = _drawn_fault(number, seed)
    return "" if fault == "billed_twice" and _earlier_sound(number, seed, 1) is None else fault


def decide(number: int, seed: int, today: date) -> Visit:
    """Everything about one visit, drawn from its number and the seed alone."""
    fault = fault_of(number, seed)
    if fault == "billed_twice":
        repeated = decide(_earlier_sound(number, seed, 1) or 0, seed, today)
        return replace(repeated, number=number, fault=fault)
    person = _person_of(number, seed)
    who = Random(f"{seed} person {person}")
    payer = _payer(who, fault)
    relationship = _relationship(who, payer)
    has_second = who.random() < 0.1
    second = next(p for p in PAYERS if p is not payer) if has_second else None
    what = Random(f"{seed} visit {number}")
    services = _services(what, fault, person == number)
    return Visit(
        number=number,
        person=person,
        fault=fault,
        day=_day(what, fault, today),
        payer=payer,
        second_payer=second,
        relationship=relationship,
        member_id=_member_id(payer, person, fault),
        services=services,
        diagnoses=() if fault == "no_diagnosis" else tuple(what.sample(DIAGNOSES, what.randint(1, 4))),
        practitioner=what.randrange(4),
    )


def _drawn_fault(number: int, seed: int) -> str:
    drawn = Random(f"{seed} fault {number}").random()
    for fault, rate in PLANTED:
        drawn -= rate
        if drawn < 0:
            return fault
    return ""


def _returns(number: int, seed: int) -> bool:
    return Random(f"{seed} returning {number}").random() < RETURNING


def _earlier_sound(number: int, seed: int, least: int) -> int | None:
    """The nearest visit at least `least` before this one that is sound and the first of its person."""
    for earlier in range(number - least, max(-1, number - least - 50), -1):
        if _drawn_fault(earlier, seed) == "" and not _returns(earlier, seed):
            return earlier
    return None


def _person_of(number: int, seed: int) -> int:
    if _drawn_fault(number, seed) or not _returns(number, seed):
        return number
    earlier = _earlier_sound(number, seed, 1 + Random(f"{seed} whom {number}").randrange(40))
    return number if earlier is None else earlier


def _payer(who: Random, fault: str) -> Payer:
    commercial = [p for p in PAYERS if p.filing_indicator != "MB"]
    # Medicare's member ids have a fixed form, so the telling ids are only given to the other plans
    return who.choice(commercial if fault in ("unknown_member", "coverage_ended") else PAYERS)


def _relationship(who: Random, payer: Payer) -> str:
    if payer.filing_indicator == "MB" or who.random() >= 0.225:
        return "self"
    return who.choice(("spouse", "child"))


def _member_id(payer: Payer, person: int, fault: str) -> str:
    if fault == "unknown_member":
        return f"UNKNOWN{person:06d}"
    if fault == "coverage_ended":
        return f"M{person:06d}TERM"
    if payer.filing_indicator == "MB":
        digits = f"{person:06d}"
        return f"1A{digits[0]}{digits[1]}A{digits[2]}{digits[3]}AA{digits[4]}{digits[5]}"
    return f"M{person:08d}"


def _services(what: Random, fault: str, is_first: bool) -> tuple[Service, ...]:
    visit = what.choice([each for each in EVALUATIONS if each.is_new_patient == is_first])
    extras = list(what.sample(EXTRAS, what.choice((0, 0, 1, 1, 2, 3))))
    if fault == "not_covered":
        extras = [what.choice(NOT_COVERED_CODES), *extras[:2]]
    if fault == "no_authorization" or (fault == "" and what.random() < 0.02):
        extras = [what.choice(AUTHORIZATION_CODES), *extras[:2]]
    return (visit, *extras)


def _day(what: Random, fault: str, today: date) -> date:
    back = what.randint(1, 28)
    if fault == "future_service":
        return today + timedelta(days=back)
    return today - timedelta(days=380 + back if fault == "filed_late" else back)


def _visit_resources(visit: Visit, today: date) -> Iterator[Resource]:
    yield patient(visit)
    if visit.relationship != "self":
        yield subscriber(visit)
    yield coverage(visit, order=1)
    if visit.second_payer:
        yield coverage(visit, order=2)
    yield encounter(visit)
    yield from conditions(visit)
    yield from procedures(visit)
    yield claim(visit, today)
