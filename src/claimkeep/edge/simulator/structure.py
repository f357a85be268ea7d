"""Is it well formed? The judgement that TA1 and 999 tell.

Own and short on purpose: the envelope, the segments a claim cannot do without, the elements those cannot do without,
and the shape of dates and amounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from claimkeep.edge.simulator.reading import Group, Interchange, Segment, TransactionSet, at, cents, day

VERSION = "005010X222A1"

REQUIRED_ELEMENTS = {
    "BHT": (1, 2, 3, 4, 5, 6),
    "HL": (1, 3, 4),
    "NM1": (1, 2),
    "PER": (1, 3, 4),
    "N3": (1,),
    "N4": (1,),
    "REF": (1, 2),
    "SBR": (1,),
    "DMG": (1, 2, 3),
    "PRV": (1, 2, 3),
    "CLM": (1, 2, 5, 6, 7, 8, 9),
    "DTP": (1, 2, 3),
    "HI": (1,),
    "AMT": (1, 2),
    "CAS": (1, 2, 3),
    "OI": (3, 6),
    "NTE": (1, 2),
    "LX": (1,),
    "SV1": (1, 2, 3, 4, 7),
    "LIN": (2, 3),
    "CTP": (4, 5),
    "SVD": (1, 2, 3, 5),
}
"""Elements without which the segment says nothing (005010X222A1, usage R)."""

NAMED_ENTITIES = frozenset({"41", "40", "85", "IL", "PR", "QC", "DN", "82", "77"})
"""NM101 of parties whose NM103 is required."""

OTHER_SEGMENTS = frozenset("ST SE CUR PAT PWK CN1 K3 CR1 CR2 CR3 CRC HCP MOA SV5 MEA PS1 QTY LQ FRM".split())

MOST_LINES = 50
MOST_ELEMENTS = {"CLM": 20, "SV1": 21, "HI": 12, "NM1": 12, "DTP": 3, "REF": 4, "HL": 4, "SBR": 9, "DMG": 11}


@dataclass(frozen=True, slots=True)
class Fault:
    """An IK3: segment name, its ordinal in the set, code; with `element` an IK4 of that position and code."""

    segment_id: str
    segment: int
    code: str
    element: int = 0
    element_code: str = ""


def envelope_fault(interchange: Interchange, seen_before: bool) -> str:
    """TA105: 000, or the first thing wrong with the envelope (X12.5 TA1)."""
    trailer = interchange.trailer
    if trailer is None:
        return "023"
    if at(interchange.header, 12) != "00501":
        return "017"
    if not at(interchange.header, 13).isdigit() or len(at(interchange.header, 13)) != 9:
        return "018"
    if at(trailer, 2) != at(interchange.header, 13):
        return "001"
    if at(trailer, 1) != str(len(interchange.groups)):
        return "021"
    if interchange.stray or not interchange.groups:
        return "022"
    return "025" if seen_before else "000"


def group_fault(group: Group) -> str:
    """AK905: "", or what is wrong with the group (005010X231A1 AK905)."""
    if at(group.header, 1) != "HC":
        return "1"
    if at(group.header, 8) != VERSION:
        return "2"
    if group.trailer is None:
        return "3"
    if at(group.trailer, 2) != at(group.header, 6):
        return "4"
    return "" if at(group.trailer, 1) == str(len(group.sets)) else "5"


def set_faults(transaction: TransactionSet) -> list[str]:
    """IK502 and on: what is wrong with ST and SE (005010X231A1 IK502)."""
    segments = transaction.segments
    if at(segments[0], 0) != "ST" or at(segments[0], 1) != "837":
        return ["1"]
    if not transaction.complete:
        return ["2"]
    trailer = segments[-1]
    wrong = [] if at(trailer, 2) == transaction.control_number else ["3"]
    return wrong + ([] if at(trailer, 1) == str(len(segments)) else ["4"])


def faults(transaction: TransactionSet) -> Iterator[Fault]:
    """Every segment or element that is missing or malformed, in order of place."""
    yield from _missing_at_the_head(transaction.segments)
    for ordinal, segment in enumerate(transaction.segments, start=1):
        if segment[0] not in REQUIRED_ELEMENTS and segment[0] not in OTHER_SEGMENTS:
            yield Fault(segment[0][:3], ordinal, "1")
            continue
        yield from _elements(segment, ordinal)
        if segment[0] == "NM1":
            entity = at(segment, 1)
            if entity in NAMED_ENTITIES and not at(segment, 3):
                yield Fault("NM1", ordinal, "8", 3, "1")
            if entity in ("IL", "PR", "41", "40") and not at(segment, 9):
                yield Fault("NM1", ordinal, "8", 9, "1")
            if entity == "85":
                yield from _follow(transaction.segments, ordinal, ("N3", "N4", "REF"))
    yield from _claims(transaction.segments)
    yield from _levels(transaction.segments)


def _missing_at_the_head(segments: list[Segment]) -> Iterator[Fault]:
    for ordinal, name in ((2, "BHT"), (3, "NM1")):
        if len(segments) < ordinal or segments[ordinal - 1][0] != name:
            yield Fault(name, ordinal, "3")
    if not any(segment[0] == "CLM" for segment in segments):
        yield Fault("CLM", len(segments), "3")


def _elements(segment: Segment, ordinal: int) -> Iterator[Fault]:
    name = segment[0]
    for position in REQUIRED_ELEMENTS.get(name, ()):
        if not at(segment, position):
            yield Fault(name, ordinal, "8", position, "1")
    if len(segment) - 1 > MOST_ELEMENTS.get(name, 99):
        yield Fault(name, ordinal, "8", MOST_ELEMENTS[name] + 1, "3")
    amounts = {"CLM": (2,), "SV1": (2, 4), "AMT": (2,), "SVD": (2,)}.get(name, ())
    for position in amounts:
        # units may carry three decimals, which is no amount; only their digits matter here
        number = at(segment, position).replace(".", "", 1) if position == 4 else at(segment, position)
        if number and cents(number) is None:
            yield Fault(name, ordinal, "8", position, "6")
    if name in ("DTP", "DMG"):
        kind, value = (at(segment, 2), at(segment, 3)) if name == "DTP" else (at(segment, 1), at(segment, 2))
        parts = value.split("-") if kind == "RD8" else [value]
        if value and kind in ("D8", "RD8") and any(day(part) is None for part in parts):
            yield Fault(name, ordinal, "8", 3 if name == "DTP" else 2, "8")


def _follow(segments: list[Segment], ordinal: int, names: tuple[str, ...]) -> Iterator[Fault]:
    """The segments that must stand between this NM1 and the next NM1, HL or CLM."""
    place = _next(segments, ordinal, ("NM1", "HL", "CLM", "SE"))
    found = {segment[0] for segment in segments[ordinal:place]}
    for name in names:
        if name not in found:
            yield Fault(name, place + 1, "3")


def _claims(segments: list[Segment]) -> Iterator[Fault]:
    """A claim has diagnoses and lines, a line has a service and a date, a claim at most fifty lines."""
    ends = [n for n, segment in enumerate(segments) if segment[0] in ("CLM", "HL", "SE")] + [len(segments)]
    for start, end in pairwise(ends):
        if segments[start][0] != "CLM":
            continue
        body = segments[start:end]
        lines = [n for n, segment in enumerate(body) if segment[0] == "LX"]
        before_lines = body[: lines[0]] if lines else body
        if not any(segment[0] == "HI" for segment in before_lines):
            yield Fault("HI", start + len(before_lines) + 1, "3")
        if not lines:
            yield Fault("LX", end + 1, "3")
        if len(lines) > MOST_LINES:
            yield Fault("LX", start + lines[MOST_LINES] + 1, "4")
        for first, last in zip(lines, [*lines[1:], len(body)], strict=True):
            line = body[first:last]
            if not any(segment[0] == "SV1" for segment in line):
                yield Fault("SV1", start + first + 2, "3")
            if not any(segment[:2] == ["DTP", "472"] for segment in line):
                yield Fault("DTP", start + first + 3, "3")


def _levels(segments: list[Segment]) -> Iterator[Fault]:
    """HL numbers count from 1, and a parent stands before its child; a subscriber level has its SBR, IL and PR."""
    number = 0
    for ordinal, segment in enumerate(segments, start=1):
        if segment[0] != "HL":
            continue
        number += 1
        if at(segment, 1) != str(number):
            yield Fault("HL", ordinal, "8", 1, "7")
        parent = at(segment, 2)
        if (at(segment, 3) == "20") != (parent == "") or (parent and not (parent.isdigit() and int(parent) < number)):
            yield Fault("HL", ordinal, "8", 2, "7")
        if at(segment, 3) == "22":
            yield from _subscriber(segments, ordinal)


def _subscriber(segments: list[Segment], ordinal: int) -> Iterator[Fault]:
    place = _next(segments, ordinal, ("HL", "CLM", "SE"))
    inside = segments[ordinal:place]
    if not any(segment[0] == "SBR" for segment in inside):
        yield Fault("SBR", ordinal + 1, "3")
    for entity in ("IL", "PR"):
        if ["NM1", entity] not in (segment[:2] for segment in inside):
            yield Fault("NM1", place + 1, "3")


def _next(segments: list[Segment], start: int, names: tuple[str, ...]) -> int:
    """Index of the first segment with one of these names, from `start` on; the end when there is none."""
    return next((n for n in range(start, len(segments)) if segments[n][0] in names), len(segments))
