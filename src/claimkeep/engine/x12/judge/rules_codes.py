"""External code sets: every code is one on the day it is for. Without tables nothing is told.

A claim's rules are local to the claim but for the file's own day (BHT04, BPR16): without it a code is judged by the
newest release, and what it does not know is for somebody to look at.
"""

from __future__ import annotations

import numpy as np

from claimkeep.engine.codes import Kind
from claimkeep.engine.codes.words import Days
from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.judge.asking import FINDINGS, ask, loaded, tell
from claimkeep.engine.x12.judge.care import Care, Dated, dated, made
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.look import Flags, true_in
from claimkeep.engine.x12.judge.within import Values
from claimkeep.engine.x12.segments import Offsets

_DIAGNOSES = ("ABK", "ABF", "ABJ", "APR", "ABN")
_PROCEDURES = ("BBR", "BBQ")
_ANESTHESIA = ("BP", "BO")
"""HI qualifiers of ICD-10-CM, ICD-10-PCS and HCPCS codes; ICD-9 has others and is not judged."""

_REASONS = tuple(range(2, 20, 3))
"""CAS02, CAS05 … CAS17."""

_REMARKS = {"MOA": (3, 4, 5, 6, 7), "MIA": (5, 20, 21, 22, 23)}
"""Elements that hold remittance remark codes."""

_STATUSES = (1, 10, 11)
"""STC01, STC10, STC11."""

_REASON_LENGTH = 3
_MODIFIERS = range(3, 7)

_PAIR = 2
_FROM, _TO = (np.frombuffer(letters, dtype=np.uint8) for letters in (b"DEGHIJNPRS", b"DEGHIJNPRSX"))
"""First and last place of a ride, as modifiers of A0 codes tell them (Medicare Claims Processing Manual 15 30.A)."""

_MEASURED = ("1P", "2P", "3P", "8P")
"""Modifiers of HCPCS level I that only its performance measures have."""

_LINES = {"SV1": (1, ("HC",)), "SV2": (2, ("HC",)), "SV3": (1, ())}
"""Where each service segment carries its procedure, and by which qualifier it is one of HCPCS; CDT is not judged."""

_CPT_SECTIONS = ((100, 1999), (10004, 69990), (70010, 79999), (80047, 89398), (90281, 99607))
"""First and last number of the sections of HCPCS level I, as any index of it prints them."""

_CPT_LENGTH = _ZIP_LENGTH = 5
_CPT_LETTERS = b"AFMTU"
_LEVEL_I, _LEVEL_II, _DENTAL, _NEITHER = range(4)

_OF_CLAIMS = (Kind.ICD10CM, Kind.HCPCS, Kind.CPT, Kind.MODIFIER, Kind.TAXONOMY, Kind.CARC, Kind.RARC, Kind.ZIP)
_OF_PAYMENTS = (Kind.HCPCS, Kind.CPT, Kind.MODIFIER, Kind.CARC, Kind.RARC, Kind.ZIP)
_OF_ANSWERS = (Kind.STATUS_CATEGORY, Kind.STATUS, Kind.HCPCS, Kind.CPT, Kind.MODIFIER)

_WANTED: dict[tuple[str, str], tuple[Kind, ...]] = {
    ("837", "005010X222"): (*_OF_CLAIMS, Kind.PLACE_OF_SERVICE),
    ("837", "005010X223"): (*_OF_CLAIMS, Kind.ICD10PCS, Kind.REVENUE),
    ("837", "005010X224"): (Kind.ICD10CM, Kind.PLACE_OF_SERVICE, Kind.TAXONOMY, Kind.CARC, Kind.RARC, Kind.ZIP),
    ("835", "005010X221"): _OF_PAYMENTS,
    ("277", "005010X212"): _OF_ANSWERS,
    ("277", "005010X214"): _OF_ANSWERS,
}


def wanted(sets: str, version: str) -> tuple[Kind, ...]:
    """The code sets that such a transaction set is judged by, where they are loaded."""
    return _WANTED.get((sets, version[:10]), ())


def judge(context: Context) -> None:
    """Every code of the claims, remittances and answers of a chunk."""
    if context.codes is None:
        return
    match context.guide.guide.sets:
        case "837":
            _claims(context)
        case "835":
            _payments(context)
        case "277":
            _answers(context)


def _claims(context: Context) -> None:
    """Every code of claims (005010X222A1, 005010X223A2, 005010X224A2)."""
    care = Care.of(context)
    _listed(context, care.claims)
    _services(context, care)
    _places(context, care)
    _taxonomies(context)
    decided = dated(context, care.claims.segments, context.with_code(context.where("DTP"), 1, "573"), 3)
    _reasons(context, decided)
    _remarks(context, decided)
    _zips(context)


def _listed(context: Context, claims: Dated) -> None:
    """Diagnoses and procedures of the claim (2300 HI01-2 … HI12-2)."""
    values = Values.every(context, context.where("HI", "2300"))
    qualifier, code = values.part(1), values.part(2)
    for kind, qualifiers in ((Kind.ICD10CM, _DIAGNOSES), (Kind.ICD10PCS, _PROCEDURES)):
        listed = code.where(true_in(qualifier.is_one_of(*qualifiers)))
        ask(context, kind, listed, *claims.of(context, listed.segments))
    listed = code.where(true_in(qualifier.is_one_of(*_ANESTHESIA)))
    _hcpcs(context, listed, *claims.of(context, listed.segments), Severity.REJECT)


def _services(context: Context, care: Care) -> None:
    """Procedures and modifiers of the lines (2400 SV101, SV202; 2430 SVD03) and revenue codes (SV201)."""
    lines, services = care.lines, care.lines.segments
    name = context.spans.id(int(services[0])) if len(services) else "SV1"
    element, qualifiers = _LINES[name]
    if qualifiers:
        _procedures(context, services, element, qualifiers, lines, Severity.REJECT)
    if name == "SV2":
        ask(context, Kind.REVENUE, Values.of(context, services, 1), lines.first, lines.last)
    decided = context.where("SVD", "2430")
    _procedures(context, decided, 3, ("HC",), lines, Severity.REVIEW)
    _procedures(context, context.where("SV5", "2400"), 1, ("HC",), lines, Severity.REJECT)


def _procedures(
    context: Context, segments: Offsets, element: int, qualifiers: tuple[str, ...], days: Dated, severity: Severity
) -> None:
    """The code and modifiers of a procedure that one of these qualifiers says is of HCPCS."""
    if not len(segments) or not loaded(context, Kind.HCPCS, Kind.CPT, Kind.MODIFIER):
        return
    values = Values.of(context, segments, element)
    rows = true_in(values.part(1).is_one_of(*qualifiers))
    values = values.where(rows)
    first, last = days.of(context, values.segments)
    code = values.part(2)
    _hcpcs(context, code, first, last, severity)
    for number in _MODIFIERS:
        part = values.part(number)
        there = true_in(part.length > 0)
        if not len(there):
            break
        there = there[~_is_elsewhere(part.where(there), code.where(there))]
        ask(context, Kind.MODIFIER, part.where(there), first[there], last[there], unknown=severity, ended=severity)


def _is_elsewhere(modifiers: Values, codes: Values) -> Flags:
    """True for modifiers that stand in no list: where a ride began and ended, and those of measured performance."""
    octets = modifiers.look.octets
    rode = np.isin(octets[modifiers.begin], _FROM) & np.isin(octets[modifiers.begin + 1], _TO)
    ride = (octets[codes.begin] == ord("A")) & (octets[codes.begin + 1] == ord("0")) & (modifiers.length == _PAIR)
    found: Flags = (rode & ride) | modifiers.is_one_of(*_MEASURED)
    return found


def _hcpcs(context: Context, values: Values, first: Days, last: Days, severity: Severity) -> None:
    """Codes of HCPCS: level II by its table, level I by the user's, by its form and sections where there is none."""
    if not loaded(context, Kind.HCPCS, Kind.CPT) or not len(values.segments):
        return
    level = _levels(values)
    for kind, which in ((Kind.HCPCS, _LEVEL_II), (Kind.CPT, _LEVEL_I)):
        rows = true_in(level == which)
        ask(context, kind, values.where(rows), first[rows], last[rows], unknown=severity, ended=severity)
    for row in true_in((level == _NEITHER) & (values.length > 0)).tolist():
        message = "the code is written as no code of HCPCS"
        tell(context, FINDINGS[Kind.HCPCS], values, row, message, severity)
    if not loaded(context, Kind.CPT):
        rows = true_in(level == _LEVEL_I)
        for row in rows[_outside_sections(values.where(rows))].tolist():
            message = "the code lies in no section of HCPCS level I"
            tell(context, FINDINGS[Kind.CPT], values, row, message, Severity.REVIEW)


def _levels(values: Values) -> Offsets:
    """What kind of code each is, by its form."""
    octets = values.look.octets[values.begin[:, None] + np.arange(_CPT_LENGTH)]
    is_digit = octets - np.uint8(ord("0")) <= 9
    is_letter = octets - np.uint8(ord("A")) <= ord("Z") - ord("A")
    is_right = values.length == _CPT_LENGTH
    ends = np.isin(octets[:, 4], np.frombuffer(_CPT_LETTERS, dtype=np.uint8)) | is_digit[:, 4]
    level_1 = is_right & is_digit[:, :4].all(axis=1) & ends
    level_2 = is_right & is_letter[:, 0] & is_digit[:, 1:].all(axis=1)
    dental = level_2 & (octets[:, 0] == ord("D"))
    return np.select([level_1, dental, level_2], [_LEVEL_I, _DENTAL, _LEVEL_II], _NEITHER)


def _outside_sections(values: Values) -> Flags:
    """True for numbers of level I that lie between its sections; codes that end in a letter have sections of theirs."""
    digits = values.look.octets[values.begin[:, None] + np.arange(_CPT_LENGTH)].astype(np.int64) - ord("0")
    number = digits @ np.array([10_000, 1_000, 100, 10, 1])
    inside: Flags = digits[:, 4] > 9
    for first, last in _CPT_SECTIONS:
        inside |= (first <= number) & (number <= last)
    return ~inside


def _places(context: Context, care: Care) -> None:
    """Places of service (2300 CLM05-1 where CLM05-2 is B; 2400 SV105, SV303)."""
    facilities = Values.of(context, care.claims.segments, 5)
    rows = true_in(facilities.part(2).is_one_of("B"))
    first, last = care.claims.first[rows], care.claims.last[rows]
    ask(context, Kind.PLACE_OF_SERVICE, facilities.part(1).where(rows), first, last)
    for name, element in (("SV1", 5), ("SV3", 3)):
        services = context.where(name, "2400")
        there = services[context.look.span(services, element)[1] > 0]
        first, last = care.lines.of(context, there)
        ask(context, Kind.PLACE_OF_SERVICE, Values.of(context, there, element), first, last)


def _taxonomies(context: Context) -> None:
    """Provider taxonomy, on the day of the file (PRV03 where PRV02 is PXC)."""
    providers = context.with_code(context.where("PRV"), 2, "PXC")
    ask(context, Kind.TAXONOMY, Values.of(context, providers, 3), made(context).of(context, providers)[0])


def _reasons(context: Context, days: Dated) -> None:
    """Reasons of adjustments (CAS02, CAS05 …). One that has ended may be told again by whoever repeats it."""
    values = Values.every(context, context.where("CAS"))
    wanted = np.isin(values.elements, _REASONS)
    if context.guide.guide.sets == "835":
        wanted &= _is_written_as_reason(values)
    values = values.where(wanted)
    ask(context, Kind.CARC, values, days.of(context, values.segments)[0], ended=Severity.REVIEW)


def _is_written_as_reason(values: Values) -> Flags:
    """True where up to three characters stand: of a remittance, the others are told already (X12-5-CARC)."""
    octet = values.look.octets[values.begin]
    written: Flags = (values.length > 0) & (values.length <= _REASON_LENGTH) & (octet != ord("0"))
    return written


def _remarks(context: Context, days: Dated) -> None:
    """Remarks (MOA03 … MOA07, MIA05, MIA20 … MIA23, and 2110 LQ02 where LQ01 is HE)."""
    for name, elements in _REMARKS.items():
        remarks = context.where(name)
        if len(remarks):
            values = Values.every(context, remarks)
            _remark(context, values.where(np.isin(values.elements, elements)), days)
    if context.guide.guide.sets == "835":
        _remark(context, Values.of(context, context.with_code(context.where("LQ", "2110"), 1, "HE"), 2), days)


def _remark(context: Context, values: Values, days: Dated) -> None:
    ask(context, Kind.RARC, values, days.of(context, values.segments)[0], ended=Severity.REVIEW)


def _zips(context: Context) -> None:
    """American ZIP codes (N403): one that is not listed is for somebody to look at, new ones come every month."""
    if not loaded(context, Kind.ZIP):
        return
    addresses = context.with_code(context.where("N4"), 4, "", "US")
    values = Values.of(context, addresses, 3)
    values = values.where(values.look.octets[values.begin] - np.uint8(ord("0")) <= 9)
    values.length = np.minimum(values.length, _ZIP_LENGTH)
    ask(context, Kind.ZIP, values, np.zeros(len(values.segments), dtype=np.int64), unknown=Severity.REVIEW)


def _payments(context: Context) -> None:
    """The remittance: reasons and remarks on the day of payment, procedures as the payer repeats them."""
    payments = context.where("BPR")
    day = Values.of(context, payments, 16).days()[0]
    paid = Dated(payments, day, day)
    _reasons(context, paid)
    _remarks(context, paid)
    services = context.where("SVC", "2110")
    given = dated(context, services, context.with_code(context.where("DTM", "2110"), 1, "472", "150"), 2)
    claims = context.where("CLP", "2100")
    claimed = dated(context, claims, context.with_code(context.where("DTM", "2100"), 1, "232", "233"), 2)
    first, last = claimed.of(context, services)
    given.first = np.where(given.first > 0, given.first, first)
    given.last = np.where(given.last > 0, given.last, last)
    for element in (1, 6):
        there = services[context.spans.count[services] >= element]
        _procedures(context, there, element, ("HC",), given, Severity.REVIEW)
    _zips(context)


def _answers(context: Context) -> None:
    """Answers on claims: status categories and statuses on the day they are told (STC01-1, STC01-2; BHT04)."""
    told = context.where("STC")
    day_made = made(context)
    for element in _STATUSES:
        there = told[context.spans.count[told] >= element]
        values, day = Values.of(context, there, element), day_made.of(context, there)[0]
        for number, kind in ((1, Kind.STATUS_CATEGORY), (2, Kind.STATUS)):
            ask(context, kind, values.part(number), day)
    services = context.where("SVC")
    given = dated(context, services, context.with_code(context.where("DTP"), 1, "472"), 3)
    _procedures(context, services, 1, ("HC",), given, Severity.REVIEW)
