"""Verdict -> TA1 and 999: what a receiver says of an interchange. Places and codes, never a value of a patient."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from claimkeep.engine.x12.guides.schema import Element
from claimkeep.engine.x12.judge import Finding, GroupVerdict, InterchangeVerdict, SetVerdict
from claimkeep.engine.x12.judge.elements import value_fault
from claimkeep.engine.x12.judge.envelope import ISA_QUALIFIERS
from claimkeep.engine.x12.write import MARKS, segment

VERSION = "005010X231A1"

_PRINTABLE = re.compile(r"[A-Za-z0-9 .,'&()/+_#@!?=;<>\"%-]*", re.ASCII)
_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)
_IMPLEMENTATION = "I"
_MOST_CODES = 5
"""Codes that an IK5 and an AK9 have room for."""

_DAY, _TIME = Element("R", "DT", 6, 6), Element("R", "TM", 4, 4)
"""TA102 and TA103: theirs where they can be given back, else ours."""

_ACKNOWLEDGMENTS = frozenset({"FA"})
"""GS01 of groups that answer: nobody answers an answer (005010X231A1 1.4)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back for one interchange; None where nothing does. `accepted` and `rejected` count its sets."""

    ta1: bytes | None
    x999: bytes | None
    accepted: int
    rejected: int


def answer(interchange: InterchangeVerdict, *, when: datetime, control_number: int) -> Answer:
    """The TA1 and the 999 of one interchange.

    control_number : ISA13 of the TA1, from 1; the 999 takes the next
    A refused interchange is answered by its TA1 alone: none of its groups was looked into. Acknowledgments are not
    answered, neither a TA1 nor a group of 999s.
    Source: 005010X231A1 2000 to 2110, C.1 TA1.
    """
    is_refused = any(one.severity.holds for one in interchange.findings)
    sets = [one for group in interchange.groups for one in group.sets if _is_answered(group)]
    ta1 = None
    if interchange.groups or not interchange.answers:
        ta1 = _interchange(interchange, when, control_number, (_ta1(interchange, is_refused, when),))
    if is_refused:
        return Answer(ta1, None, 0, len(sets))
    groups = [group for group in interchange.groups if _is_answered(group)]
    accepted = sum(one.is_accepted for group in groups if not _is_lost(group) for one in group.sets)
    if not groups:
        return Answer(ta1, None, accepted, len(sets) - accepted)
    bodies = [_acknowledgment(group, number) for number, group in enumerate(groups, 1)]
    first = groups[0]
    header = segment(
        "GS",
        "FA",
        _named(first.receiver, 2, 15),
        _named(first.sender, 2, 15),
        when.strftime("%Y%m%d"),
        when.strftime("%H%M"),
        str(control_number + 1),
        "X",
        VERSION,
    )
    trailer = segment("GE", str(len(bodies)), str(control_number + 1))
    x999 = _interchange(interchange, when, control_number + 1, (header, *bodies, trailer), groups=1)
    return Answer(ta1, x999, accepted, len(sets) - accepted)


def _is_answered(group: GroupVerdict) -> bool:
    return group.functional_id not in _ACKNOWLEDGMENTS


def _is_lost(group: GroupVerdict) -> bool:
    """True when the envelope of the group refuses all of it."""
    return any(one.severity.holds for one in group.findings)


def _ta1(interchange: InterchangeVerdict, is_refused: bool, when: datetime) -> str:
    isa = interchange.isa
    note = next((one.ta1 for one in interchange.findings if one.ta1), "024" if is_refused else "000")
    day = isa[9] if value_fault(_DAY, isa[9]) is None else when.strftime("%y%m%d")
    time = isa[10] if value_fault(_TIME, isa[10]) is None else when.strftime("%H%M")
    return segment("TA1", _digits(isa[13], 9), day, time, "R" if is_refused else "A", note)


def _digits(text: str, width: int) -> str:
    return text if text.isascii() and text.isdigit() and len(text) == width else "0" * width


def _named(text: str, least: int, most: int) -> str:
    """An id of theirs, given back; written as zeros where it could not stand in what we write."""
    fits = _PRINTABLE.fullmatch(text) and least <= len(text.strip()) <= most
    return text.strip() if fits else "0" * least


def _interchange(
    received: InterchangeVerdict, when: datetime, control_number: int, body: tuple[str, ...], groups: int = 0
) -> bytes:
    """Their ISA turned round, with our time and number."""
    isa = received.isa
    control = f"{control_number % 1_000_000_000:09d}"
    header = MARKS.element.join(
        (
            "ISA",
            "00",
            " " * 10,
            "00",
            " " * 10,
            _qualifier(isa[7]),
            f"{_named(isa[8], 1, 15):15}",
            _qualifier(isa[5]),
            f"{_named(isa[6], 1, 15):15}",
            when.strftime("%y%m%d"),
            when.strftime("%H%M"),
            MARKS.repetition,
            "00501",
            control,
            "0",
            isa[15] if isa[15] in ("P", "T") else "T",
            MARKS.component,
        )
    )
    return "".join((header, MARKS.segment, *body, segment("IEA", str(groups), control))).encode("ascii")


def _qualifier(text: str) -> str:
    return text if text in ISA_QUALIFIERS else "ZZ"


def _acknowledgment(group: GroupVerdict, number: int) -> str:
    """One 999 for one group. Of a group that is refused as a whole no set is said to be accepted."""
    body = [_ak1(group)]
    for one in group.sets:
        if not (one.is_accepted and _is_lost(group)):
            body.extend(_set(one))
    body.append(_ak9(group))
    control = f"{number:04d}"
    opened, closed = segment("ST", "999", control, VERSION), segment("SE", str(len(body) + 2), control)
    return "".join((opened, *body, closed))


def _ak1(group: GroupVerdict) -> str:
    functional = group.functional_id if re.fullmatch(r"[A-Z0-9]{2}", group.functional_id, re.ASCII) else "00"
    number = group.control_number
    number = number if number.isascii() and number.isdigit() and len(number) <= 9 else "0"
    version = group.version if 0 < len(group.version) <= 12 and _PRINTABLE.fullmatch(group.version) else "0"
    return segment("AK1", functional, number, version)


def _ak9(group: GroupVerdict) -> str:
    accepted = 0 if _is_lost(group) else sum(one.is_accepted for one in group.sets)
    counted = group.counted if group.counted.isascii() and group.counted.isdigit() else str(len(group.sets))
    if _is_lost(group) or (not accepted and group.sets):
        status = "R"
    else:
        noted = any(one.findings for one in group.sets)
        status = "P" if accepted < len(group.sets) else "E" if noted else "A"
    codes = list(dict.fromkeys(one.ak9 for one in group.findings if one.ak9))[:_MOST_CODES]
    return segment("AK9", status, counted[:6], str(len(group.sets)), str(accepted), *codes)


def _set(one: SetVerdict) -> Iterator[str]:
    code = one.code if re.fullmatch(r"[A-Z0-9]{3}", one.code, re.ASCII) else "000"
    version = one.version if len(one.version) <= 35 and _PRINTABLE.fullmatch(one.version) else ""
    yield segment("AK2", code, _named(one.control_number, 4, 9), version)
    placed = [found for found in one.findings if found.ik3 and _SEGMENT_ID.fullmatch(found.segment_id)]
    for (position, name, loop, ik3), same in groupby(placed, lambda f: (f.segment or 1, f.segment_id, f.loop, f.ik3)):
        found = list(same)
        if ik3 == "8":
            yield _ik3(name, position, loop, ik3)
            for fault in found:
                yield _ik4(fault)
            continue
        for fault in found:
            yield _ik3(name, position, loop, ik3)
            if fault.trigger is not None:
                yield _context(fault)
    yield _ik5(one)


def _ik3(name: str, position: int, loop: str, code: str) -> str:
    """IK303 has room for four characters of a loop id; what stands in no loop names none."""
    return segment("IK3", name, str(position), loop[:4] if loop[:1].isdigit() else "", code)


def _ik4(fault: Finding) -> str:
    parts = [str(fault.element or 1), str(fault.component or ""), str(fault.repeat or "")]
    return segment("IK4", MARKS.component.join(parts).rstrip(MARKS.component), "", fault.ik4 or "7")


def _context(fault: Finding) -> str:
    """Which element called for a segment that is not there."""
    if fault.trigger is None:
        return ""
    name, position, loop, element, component = fault.trigger
    place = f"{element}{MARKS.component}{component}" if component else str(element)
    return segment("CTX", "SITUATIONAL TRIGGER", name, str(position), loop[:4], place)


def _ik5(one: SetVerdict) -> str:
    """Accepted, accepted with errors or refused, and why."""
    if not one.findings:
        return segment("IK5", "A")
    codes = [found.ik5 for found in one.findings if found.ik5]
    placed = [found for found in one.findings if found.ik3]
    if any((found.ik4 or found.ik3)[:1] != _IMPLEMENTATION for found in placed):
        codes.append("5")
    if any((found.ik4 or found.ik3)[:1] == _IMPLEMENTATION for found in placed):
        codes.append("I5")
    return segment("IK5", "E" if one.is_accepted else "R", *list(dict.fromkeys(codes))[:_MOST_CODES])
