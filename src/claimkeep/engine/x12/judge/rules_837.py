"""What the claim guides ask beyond the place of each segment: totals that add up, elements that call for others."""

from __future__ import annotations

import numpy as np

from claimkeep.engine.x12.columns import component
from claimkeep.engine.x12.judge import rules_chain
from claimkeep.engine.x12.judge.context import Context, differs, plus
from claimkeep.engine.x12.judge.look import true_in
from claimkeep.engine.x12.segments import Offsets

_SERVICE = {"SV1": 2, "SV2": 3, "SV3": 2}
"""Where each service segment carries its charge."""

_AGAIN = ("7", "8")
_ACCIDENTS = ("AA", "OA")
_DAY = 8
"""Characters of CCYYMMDD."""

_SINGLE = 7
"""Characters of four pointers of one digit each: the common case, looked at without splitting."""

_AMOUNTS = tuple(range(3, 20, 3))
"""CAS03, CAS06 ... CAS18."""


def _services(context: Context) -> tuple[Offsets, int]:
    for segment_id, element in _SERVICE.items():
        found = context.where(segment_id, "2400")
        if len(found):
            return found, element
    return context.where("SV1", "2400"), 2


def _lines(context: Context) -> None:
    rules_chain.lines(context, "2400", "2300")


def charges(context: Context) -> None:
    """CLM02 is the sum of its lines (005010X222A1 2300 CLM02)."""
    claims = context.where("CLM", "2300")
    services, element = _services(context)
    sums = context.sums(claims, services, (element,))
    for row in differs(context.cents(claims, 2), sums):
        message = "the charge of the claim is not the sum of its lines"
        context.tell(int(claims[row]), "X12-3-CLM02", 3, message, 2)


def other_payers(context: Context) -> None:
    """What another payer paid and adjusted is the charge of the line (005010X222A1 2430 SVD02, CAS)."""
    decided = context.where("SVD", "2430")
    if not len(decided):
        return
    services, element = _services(context)
    adjustments = context.where("CAS", "2430")
    adjusted = context.sums(decided, adjustments, _AMOUNTS)
    owner = context.owner(services, decided)
    charge = context.cents(services, element)[np.maximum(owner, 0)] if len(services) else adjusted
    for row in differs(charge, plus(adjusted, context.cents(decided, 2))):
        if owner[row] >= 0:
            message = "what the other payer paid and adjusted is not the charge of the line"
            context.tell(int(decided[row]), "X12-3-SVD02", 3, message, 2)


def pointers(context: Context) -> None:
    """Every pointer of SV107 points at a diagnosis of the claim (005010X222A1 2400 SV107)."""
    claims, services = context.where("CLM", "2300"), context.where("SV1", "2400")
    if not len(services) or not len(claims):
        return
    diagnoses = _diagnoses(context)
    rows = context.owner(claims, diagnoses)
    many = np.full(len(claims), -1, dtype=np.intp)
    many[rows[rows >= 0]] = context.spans.count[diagnoses[rows >= 0]]
    owner = context.owner(claims, services)
    most = np.where(owner >= 0, many[owner], -1)
    begin, length = context.look.span(services, 7)
    doubtful = length > _SINGLE
    for at in range(0, _SINGLE, 2):
        digit = context.look.octets[begin + at] - np.uint8(ord("0"))
        doubtful |= (at < length) & ((digit > most) | (digit == 0))
    for row in true_in(doubtful & (most >= 0)).tolist():
        value = context.look.text(int(begin[row]), int(begin[row] + length[row]))
        for number, part in enumerate(value.split(context.spans.separators.component), 1):
            if part.isascii() and part.isdigit() and not 0 < int(part) <= most[row]:
                message = "the pointer points at a diagnosis that is not there"
                context.tell(int(services[row]), "X12-4-SV107", 4, message, 7, number, "7")


def _diagnoses(context: Context) -> Offsets:
    """The HI of the claim that lists its diagnoses."""
    lists = context.where("HI", "2300")
    begin, _ = context.look.span(lists, 1)
    octets = context.look.octets
    is_ninth = (octets[begin] == ord("B")) & (octets[begin + 1] == ord("K"))
    is_tenth = (octets[begin] == ord("A")) & (octets[begin + 1] == ord("B")) & (octets[begin + 2] == ord("K"))
    found: Offsets = lists[is_ninth | is_tenth]
    return found


def patients(context: Context) -> None:
    """SBR02 says self exactly when no dependent stands below (005010X222A1 2000B SBR02, HL04)."""
    levels, subscribers = context.where("HL", "2000B"), context.where("SBR", "2000B")
    if not len(levels):
        return
    rows = context.owner(levels, subscribers)
    is_self, is_empty = context.has_code(subscribers, 2, "18"), context.has_code(subscribers, 2, "")
    above = np.maximum(rows, 0)
    announced = context.has_code(levels, 4, "1")[above] & (rows >= 0)
    alone = context.has_code(levels, 4, "0")[above] & (rows >= 0)
    for segment in subscribers[is_self & announced].tolist():
        message = "the subscriber is said to be the patient, yet a dependent is announced"
        context.tell(segment, "X12-4-SBR02", 4, message, 2, answer="I13")
    for segment in subscribers[is_empty & alone].tolist():
        message = "no dependent is announced, yet the subscriber is not said to be the patient"
        context.tell(segment, "X12-4-SBR02", 4, message, 2, answer="I9")


def insured(context: Context) -> None:
    """A subscriber who is a person has a member number (005010X222A1 2010BA NM108, NM109)."""
    people = context.with_code(context.where("NM1", "2010BA"), 2, "1")
    for segment in people[context.look.span(people, 9)[1] == 0].tolist():
        context.tell(segment, "X12-4-NM109", 4, "a subscriber who is a person has no member number", 9, answer="I9")


def replacements(context: Context) -> None:
    """A replacement or void carries the payer's claim number (005010X222A1 2300 CLM05-3, REF F8)."""
    claims = context.where("CLM", "2300")
    begin, length = context.look.span(claims, 5)
    last = context.look.octets[begin + np.maximum(length - 1, 0)]
    mark = context.spans.separators.component
    again = [
        row
        for row in true_in((length > 0) & ((last == ord("7")) | (last == ord("8")))).tolist()
        if component(context.look.text(int(begin[row]), int(begin[row] + length[row])), mark, 3) in _AGAIN
    ]
    if not again:
        return
    named = context.owner(claims, context.with_code(context.where("REF", "2300"), 1, "F8"))
    for row in np.setdiff1d(again, named).tolist():
        message = "a replacement or void does not carry the payer's claim number"
        context.absent(int(claims[row]), "REF", "X12-4-REF-F8", message, 5, 3)


def accidents(context: Context) -> None:
    """An accident has its day, and an automobile accident its state (005010X222A1 2300 CLM11, DTP 439)."""
    every = context.where("CLM", "2300")
    claims = every[context.look.span(every, 11)[1] > 0]
    if not len(claims):
        return
    mark = context.spans.separators.component
    days = context.with_code(context.where("DTP", "2300"), 1, "439")
    owners = context.owner(every, days)
    dated = set(every[owners[owners >= 0]].tolist())
    for segment, value in zip(claims.tolist(), context.texts(claims, 11), strict=True):
        causes = [component(value, mark, at) for at in (1, 2, 3)]
        if any(one in _ACCIDENTS for one in causes) and segment not in dated:
            context.absent(segment, "DTP", "X12-4-DTP-439", "an accident has no day", 11, 1)
        if "AA" in causes and not component(value, mark, 4) and not component(value, mark, 5):
            context.tell(segment, "X12-4-CLM11", 4, "an automobile accident has no state", 11, 4, "I9")


def service_days(context: Context) -> None:
    """No service was given after the file was made (005010X222A1 2400 DTP 472, BHT04)."""
    made = context.where("BHT")
    days = context.with_code(context.where("DTP", "2400"), 1, "472")
    if not len(made) or not len(days):
        return
    rows = context.owner(made, days)
    begin, length = context.look.span(days, 3)
    begin_made, length_made = context.look.span(made, 4)
    made_on = np.where(length_made == _DAY, context.look.words[begin_made].byteswap(), np.uint64(2**64 - 1))
    last = context.look.words[begin + np.maximum(length - _DAY, 0)].byteswap()
    is_late = (rows >= 0) & (length >= _DAY) & (last > made_on[np.maximum(rows, 0)])
    for segment in days[is_late].tolist():
        context.tell(segment, "X12-4-DTP-472", 4, "the service was given after the file was made", 3, answer="8")


RULES = (
    (2, rules_chain.levels),
    (2, _lines),
    (3, charges),
    (3, other_payers),
    (4, pointers),
    (4, patients),
    (4, insured),
    (4, replacements),
    (4, accidents),
    (4, service_days),
    (5, rules_chain.identifiers),
    (5, rules_chain.states),
)
"""Every rule of a claim, and the level each belongs to."""
