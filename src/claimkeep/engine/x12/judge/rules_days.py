"""The days of a claim: none after the file was made that cannot be, each in the order in which life goes.

Local to a claim and the levels (HL) above it; the day of the file is that of its BHT.
"""

from __future__ import annotations

import numpy as np

from claimkeep.engine.codes.words import Days
from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.judge.care import Care, Dated, earliest, made
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.look import true_in
from claimkeep.engine.x12.judge.within import Values
from claimkeep.engine.x12.segments import Offsets

_PAST = ("431", "439", "454", "304", "484", "453", "455", "435", "096")
"""DTP01 of days that have been when a professional claim is made: onset, accident, admission and the like."""

_INPATIENT_BILLS = ("11", "18", "21", "41")
"""Facility codes of inpatient bills: hospitals, swing beds, skilled nursing, religious care (source 236)."""

_INPATIENT_PLACES = ("21", "51", "61")
"""Places of service where patients lie in (source 237)."""

_GUIDE, _INSTITUTIONAL, _DENTAL = 10, "005010X223", "005010X224"
"""Characters of a version that name its guide."""

_DAY, _WITH_TIME = 8, 12
"""Characters of a day, and of one with hours and minutes."""


def _days_of(context: Context, segments: Offsets, element: int) -> Days:
    """The day in an element, be it with a time behind it; 0 where there is none."""
    values = Values.of(context, segments, element)
    values.length = np.where(values.length == _WITH_TIME, _DAY, values.length)
    return values.days()[0]


def not_to_come(context: Context) -> None:
    """What is past when a claim is made does not lie after the file (2300 DTP03, BHT04)."""
    days = context.with_code(context.where("DTP", "2300"), 1, *_PAST)
    if not len(days):
        return
    day, last = _days_of(context, days, 3), made(context).of(context, days)[1]
    for segment in days[(day > last) & (last > 0)].tolist():
        context.tell(segment, "X12-4-DTP-FUTURE", 4, "the day lies after the day of the file", 3, answer="8")


def after_care(context: Context) -> None:
    """An illness began, and an accident was, before the last care that the claim is for (DTP 431, 439)."""
    days = context.with_code(context.where("DTP", "2300"), 1, "431", "439")
    if not len(days):
        return
    day, last = _days_of(context, days, 3), Care.of(context).claims.of(context, days)[1]
    for segment in days[(day > last) & (last > 0)].tolist():
        message = "the illness or accident came after the care that the claim is for"
        context.tell(segment, "X12-6-DTP-ONSET", 6, message, 3, answer="8", severity=Severity.REVIEW)


def causeless(context: Context) -> None:
    """The day of an accident stands where the claim says that there was one (2300 DTP 439, CLM11)."""
    days = context.with_code(context.where("DTP", "2300"), 1, "439")
    claims = context.where("CLM", "2300")
    if not len(days) or not len(claims):
        return
    rows = context.owner(claims, days)
    says_none = (rows >= 0) & (context.look.span(claims, 11)[1][rows] == 0)
    for segment in days[says_none].tolist():
        message = "an accident has a day, and the claim says of none"
        context.tell(segment, "X12-4-CLM11-DAY", 4, message, 1, answer="I13", severity=Severity.REVIEW)


def admissions(context: Context) -> None:
    """Who lies in has been admitted on a day (2300 DTP 435; CLM05-1).

    An inpatient bill says so in its type (005010X223A2); of a professional claim the place alone tells it, so somebody
    looks at it (005010X222A1).
    """
    guide = context.guide.guide.version[:_GUIDE]
    if guide == _DENTAL:
        return
    claims, is_bill = context.where("CLM", "2300"), guide == _INSTITUTIONAL
    place = Values.of(context, claims, 5).part(1)
    inside = true_in(place.is_one_of(*(_INPATIENT_BILLS if is_bill else _INPATIENT_PLACES)))
    if not len(inside):
        return
    admitted = context.owner(claims, context.with_code(context.where("DTP", "2300"), 1, "435"))
    for row in np.setdiff1d(inside, admitted).tolist():
        message = "somebody who lies in has no day of admission"
        severity = Severity.REJECT if is_bill else Severity.REVIEW
        context.absent(int(claims[row]), "DTP", "X12-4-DTP-435", message, 5, 1, severity=severity)


def stay(context: Context) -> None:
    """Nobody is discharged before admission (005010X222A1 DTP 096, 435), or admitted after the bill (434)."""
    days = context.where("DTP", "2300")
    admitted = context.with_code(days, 1, "435")
    if not len(admitted):
        return
    claims = context.where("CLM", "2300")
    begins = Dated(claims, np.zeros(len(claims), dtype=np.int64), np.zeros(len(claims), dtype=np.int64))
    rows, day = context.owner(claims, admitted), _days_of(context, admitted, 3)
    begins.first[rows[rows >= 0]] = day[rows >= 0]
    for qualifier, at in (("096", 0), ("434", 1)):
        ends = context.with_code(days, 1, qualifier)
        values = Values.of(context, ends, 3)
        end = values.days()[at]
        began = begins.of(context, ends)[0]
        for row in true_in((end > 0) & (began > end)).tolist():
            message = "the stay ends before the admission"
            context.tell(int(ends[row]), f"X12-4-DTP-{qualifier}", 4, message, 3, answer="8")


def period(context: Context) -> None:
    """Every service was given in the period of the statement (005010X223A2 2300 DTP 434, 2400 DTP 472)."""
    if not len(context.with_code(context.where("DTP", "2300"), 1, "434")):
        return
    days = context.with_code(context.where("DTP", "2400"), 1, "472")
    begins, ends = Values.of(context, days, 3).days()
    first, last = Care.of(context).claims.of(context, days)
    outside = (begins > 0) & (last > 0) & ((begins < first) | (ends > last))
    for segment in days[outside].tolist():
        message = "the service lies outside the period of the statement"
        context.tell(segment, "X12-6-DTP-472", 6, message, 3, answer="8", severity=Severity.REVIEW)


def _born(context: Context) -> Days:
    """The birth days of everybody, made once."""
    found: Days | None = context.kept.get("born")
    if found is None:
        found = context.kept["born"] = _days_of(context, context.where("DMG", "2010BA", "2010CA"), 2)
    return found


def births(context: Context) -> None:
    """Nobody was born after the file was made (2010BA, 2010CA DMG02; BHT04)."""
    people = context.where("DMG", "2010BA", "2010CA")
    born, file = _born(context), made(context)
    if not len(file.first) or not (born > file.first.min()).any():
        return
    last = file.of(context, people)[1]
    for segment in people[(born > last) & (last > 0)].tolist():
        context.tell(segment, "X12-4-DMG02", 4, "the birth lies after the day of the file", 2, answer="8")


def unborn(context: Context) -> None:
    """Nobody was treated before being born (2010BA, 2010CA DMG02)."""
    people = context.where("DMG", "2010BA", "2010CA")
    born = _born(context)
    if not (born > earliest(context)).any():
        return
    care = Care.of(context)
    rows = _of_patient(context, care, people)
    birth = np.where(rows >= 0, born[rows], 0)
    is_early = (care.claims.first > 0) & (care.claims.first < birth)
    for segment in people[np.unique(rows[is_early])].tolist():
        message = "care was given before the patient was born"
        context.tell(segment, "X12-6-DMG02", 6, message, 2, answer="8", severity=Severity.REVIEW)


def deaths(context: Context) -> None:
    """Nobody is treated after death (PAT06)."""
    patients = context.where("PAT")
    if not len(patients):
        return
    patients = context.with_code(patients, 5, "D8")
    if not len(patients):
        return
    died, care = _days_of(context, patients, 6), Care.of(context)
    rows = _of_patient(context, care, patients)
    is_late = (rows >= 0) & (died[rows] > 0) & (care.claims.first > died[rows])
    for segment in patients[np.unique(rows[is_late])].tolist():
        message = "all the care was given after the patient's death"
        context.tell(segment, "X12-6-PAT06", 6, message, 6, answer="8", severity=Severity.REVIEW)


def _of_patient(context: Context, care: Care, segments: Offsets) -> Offsets:
    """The row of the segment that speaks of each claim's patient: the last one under the same HL; -1 where none is."""
    levels, claims = context.where("HL"), care.claims.segments
    rows = context.owner(segments, claims)
    if not len(segments) or not len(levels):
        return np.full(len(claims), -1, dtype=np.intp)
    same = context.owner(levels, segments)[rows] == context.owner(levels, claims)
    return np.where((rows >= 0) & same, rows, -1)


RULES = (
    (4, not_to_come),
    (6, after_care),
    (4, causeless),
    (4, admissions),
    (4, stay),
    (6, period),
    (4, births),
    (6, unborn),
    (6, deaths),
)
"""Every rule of days, and the level each belongs to."""
