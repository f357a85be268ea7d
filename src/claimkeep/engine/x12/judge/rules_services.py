"""What a claim is for: diagnoses in their order and of their time, and service lines in the units of their kind.

Local to a claim.
"""

from __future__ import annotations

import re

import numpy as np

from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.judge.care import Care, earliest
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.look import WORD_MASK, Flags, true_in, word
from claimkeep.engine.x12.judge.within import Values
from claimkeep.engine.x12.segments import Offsets

ICD10_BEGINS = 20151001
"""45 CFR 162.1002(b), (c): ICD-9 before this day, ICD-10 from it on."""

_NINTH = ("BK", "BF", "BJ", "PR", "BN", "BR", "BQ")
_TENTH = ("ABK", "ABF", "ABJ", "APR", "ABN", "BBR", "BBQ")
_SHORT = 2
"""Characters of the qualifiers that ICD-10 has not."""

_CODES_OF_BILLS = ("BG", "BH", "BI", "BE")
"""HI qualifiers of conditions, occurrences, their spans and values (external code source 132)."""

_ANESTHESIA = (100, 1999)
"""HCPCS level I numbers of anesthesia."""

_UNTIMED = (1953, 1996)
"""Of them, those that count something else than time: further burns, days of pain management."""

_AMBULANCE = (425, 436)
"""Numbers of the level II codes A0425 to A0436: ambulance mileage and transports."""

_NDC_LENGTH, _CODE_LENGTH, _BILL_CODE = 11, 5, 2
_TOOTH = re.compile(r"(?:[1-9]|[12]\d|3[0-2])|(?:5[1-9]|[67]\d|8[0-2])|[A-T]S?", re.ASCII)
"""Permanent teeth 1 to 32, primary A to T; supernumerary 51 to 82 and AS to TS (external code source 135)."""

_MOUTH = re.compile(r"0\d|10|20|30|40|L|R", re.ASCII)
"""Areas of the oral cavity (external code source 135)."""


def _listed(context: Context) -> Values:
    """Every element of every HI of a claim, found once."""
    found: Values | None = context.kept.get("listed")
    if found is None:
        found = context.kept["listed"] = Values.every(context, context.where("HI", "2300"))
    return found


def _opened_by(context: Context, listed: Values, *qualifiers: str) -> Offsets:
    """Rows of the HI elements whose first component is one of these."""
    words = listed.look.words[listed.begin]
    mark = context.spans.separators.component
    found: Flags = np.zeros(len(words), dtype=bool)
    for one in qualifiers:
        found |= words & WORD_MASK[len(one) + 1] == np.uint64(word(one + mark))
    return true_in(found)


def eras(context: Context) -> None:
    """Diagnoses and inpatient procedures are of the ICD that the day of care calls for (HI01-1 … HI12-1)."""
    listed = _listed(context)
    mark = ord(context.spans.separators.component)
    has_short = bool((listed.look.octets[listed.begin + _SHORT] == mark).any())
    for qualifiers, is_asked in ((_NINTH, has_short), (_TENTH, earliest(context) < ICD10_BEGINS)):
        rows = _opened_by(context, listed, *qualifiers) if is_asked else np.empty(0, dtype=np.intp)
        if not len(rows):
            continue
        first, last = Care.of(context).claims.of(context, listed.segments[rows])
        wrong = (last > 0) & (last < ICD10_BEGINS) if qualifiers is _TENTH else first >= ICD10_BEGINS
        for row in rows[wrong].tolist():
            segment, element = int(listed.segments[row]), int(listed.elements[row])
            message = "the code set is not the one of the day of service"
            context.tell(segment, "X12-4-HI-ICD", 4, message, element, 1, "7")


def external_causes(context: Context) -> None:
    """The principal diagnosis is no external cause (ICD-10-CM Official Guidelines I.C.20; 45 CFR 162.1002(c)(2))."""
    listed = _listed(context)
    rows = _opened_by(context, listed, "ABK")
    octet = listed.look.octets[listed.begin[rows] + len("ABK:")]
    for row in rows[(octet >= ord("V")) & (octet <= ord("Y"))].tolist():
        segment, element = int(listed.segments[row]), int(listed.elements[row])
        message = "an external cause stands as the principal diagnosis"
        context.tell(segment, "X12-4-HI-EXTERNAL", 4, message, element, 2, "7")


def bill_codes(context: Context) -> None:
    """Condition, occurrence, span and value codes have two characters (005010X223A2 2300 HI; external source 132)."""
    if not context.guide.guide.version.startswith("005010X223"):
        return
    listed = _listed(context)
    codes = listed.where(_opened_by(context, listed, *_CODES_OF_BILLS)).part(2)
    for row in true_in((codes.length > 0) & (codes.length != _BILL_CODE)).tolist():
        segment, element = int(codes.segments[row]), int(codes.elements[row])
        context.tell(segment, "X12-5-NUBC", 5, "the code is not of two characters", element, 2, "7")


def _numbers(values: Values) -> tuple[Offsets, Flags]:
    """The number of each code of five characters after its first; and whether it is one of digits alone."""
    octets = values.look.octets[values.begin[:, None] + np.arange(_CODE_LENGTH)].astype(np.int64) - ord("0")
    is_digit = (octets >= 0) & (octets <= 9)
    right: Flags = (values.length == _CODE_LENGTH) & is_digit[:, 1:].all(axis=1)
    number = octets[:, 1:] @ np.array([1_000, 100, 10, 1])
    return np.where(right, number, -1), is_digit[:, 0] & right


def anesthesia(context: Context) -> None:
    """Anesthesia is counted in minutes, and nothing else is (005010X222A1 2400 SV103)."""
    services = context.where("SV1", "2400")
    if not len(services):
        return
    in_minutes = context.has_code(services, 3, "MJ")
    begin, _ = context.look.span(services, 1)
    octets = context.look.octets
    maybe = true_in(in_minutes | ((octets[begin + 3] == ord("0")) & (octets[begin + 4] <= ord("1"))))
    if not len(maybe):
        return
    values = Values.of(context, services[maybe], 1)
    number, is_level_1 = _numbers(values.part(2))
    number = np.where(is_level_1 & (context.look.octets[values.part(2).begin] == ord("0")), number, -1)
    is_timed = (number >= _ANESTHESIA[0]) & (number <= _ANESTHESIA[1]) & ~np.isin(number, _UNTIMED)
    for row in true_in(values.part(1).is_one_of("HC") & (is_timed != in_minutes[maybe])).tolist():
        message = "anesthesia is counted in minutes, and nothing else is"
        context.tell(int(values.segments[row]), "X12-4-SV103", 4, message, 3, answer="7", severity=Severity.REVIEW)


def ambulances(context: Context) -> None:
    """A claim for an ambulance says how far and why, and from where to where (CR1; 2310E, 2310F, 2420G, 2420H)."""
    services = context.where("SV1", "2400")
    begin, _ = context.look.span(services, 1)
    octets = context.look.octets
    rides = services[
        (octets[begin + 3] == ord("A")) & (octets[begin + 4] == ord("0")) & (octets[begin + 5] == ord("4"))
    ]
    if not len(rides):
        return
    code = Values.of(context, rides, 1).part(2)
    number, _ = _numbers(code)
    rides = rides[(number >= _AMBULANCE[0]) & (number <= _AMBULANCE[1])]
    claims = context.where("CLM", "2300")
    wanted = np.unique(context.owner(claims, rides))
    for segment_id, qualifier, loops in (
        ("CR1", "", ("2300", "2400")),
        ("NM1", "PW", ("2310E", "2420G")),
        ("NM1", "45", ("2310F", "2420H")),
    ):
        there = context.where(segment_id, *loops)
        there = context.with_code(there, 1, qualifier) if qualifier else there
        for row in np.setdiff1d(wanted[wanted >= 0], context.owner(claims, there)).tolist():
            message = "a claim for an ambulance lacks what tells of the ride"
            name = f"X12-4-AMBULANCE-{segment_id}{f'-{qualifier}' if qualifier else ''}"
            context.absent(int(claims[row]), segment_id, name, message, 2)


def drugs(context: Context) -> None:
    """A national drug code has eleven digits (2410 LIN03 where LIN02 is N4; external code source 240)."""
    drugs = context.where("LIN", "2410")
    if not len(drugs):
        return
    drugs = context.with_code(drugs, 2, "N4")
    values = Values.of(context, drugs, 3)
    octets = values.look.octets[values.begin[:, None] + np.arange(_NDC_LENGTH)]
    right = (values.length == _NDC_LENGTH) & np.all(octets - np.uint8(ord("0")) <= 9, axis=1)
    for segment in drugs[~right & (values.length > 0)].tolist():
        context.tell(segment, "X12-5-NDC", 5, "the drug code is not eleven digits", 3)


def teeth(context: Context) -> None:
    """Teeth and areas of the mouth are ones that there are (005010X224A2 TOO02, DN201, SV304)."""
    status = context.where("DN2", "2300")
    if not len(context.where("SV3", "2400")) and not len(status):
        return
    teeth = context.with_code(context.where("TOO", "2400"), 1, "JP")
    for segments, element in ((teeth, 2), (status, 1)):
        for segment, text in zip(segments.tolist(), context.texts(segments, element), strict=True):
            if text and not _TOOTH.fullmatch(text):
                context.tell(segment, "X12-5-TOOTH", 5, "there is no such tooth", element, answer="7")
    services = context.where("SV3", "2400")
    mark = context.spans.separators.component
    for segment, text in zip(services.tolist(), context.texts(services, 4), strict=True):
        for number, area in enumerate(text.split(mark) if text else (), 1):
            if area and not _MOUTH.fullmatch(area):
                context.tell(segment, "X12-5-MOUTH", 5, "there is no such area of the mouth", 4, number, "7")


def dental_pointers(context: Context) -> None:
    """Every pointer of SV311 points at a diagnosis of the claim (005010X224A2 2400 SV311)."""
    services = context.where("SV3", "2400")
    services = services[context.spans.count[services] >= _POINTERS]
    lists = context.where("HI", "2300")
    if not len(services):
        return
    claims = context.where("CLM", "2300")
    many = np.zeros(max(len(claims), 1), dtype=np.intp)
    rows = context.owner(claims, lists)
    many[rows[rows >= 0]] = context.spans.count[lists[rows >= 0]]
    of = context.owner(claims, services).tolist()
    mark = context.spans.separators.component
    for segment, row, text in zip(services.tolist(), of, context.texts(services, _POINTERS), strict=True):
        for number, part in enumerate(text.split(mark), 1):
            if part.isascii() and part.isdigit() and row >= 0 and not 0 < int(part) <= many[row]:
                message = "the pointer points at a diagnosis that is not there"
                context.tell(segment, "X12-4-SV311", 4, message, _POINTERS, number, "7")


_POINTERS = 11
"""SV311."""


RULES = (
    (4, eras),
    (4, external_causes),
    (5, bill_codes),
    (4, anesthesia),
    (4, ambulances),
    (5, drugs),
    (5, teeth),
    (4, dental_pointers),
)
"""Every rule of services and their diagnoses, and the level each belongs to."""
