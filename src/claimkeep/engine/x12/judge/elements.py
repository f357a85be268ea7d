"""One segment beside its row of the guide, element by element: the slow path, taken only where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from claimkeep.engine.x12.columns import day
from claimkeep.engine.x12.guides.dictionary import PERIODS, SEGMENTS
from claimkeep.engine.x12.guides.schema import Element, Segment
from claimkeep.engine.x12.judge import findings
from claimkeep.engine.x12.judge.findings import Kind
from claimkeep.engine.x12.separators import Separators

_WHOLE = re.compile(r"-?\d+", re.ASCII)
_DECIMAL = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""What no element may hold, as the readers have it: octets above ASCII are letters, 0x80 to 0x9F in UTF-8 too."""
_TIME = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d\d{0,2})?", re.ASCII)
_MONEY = 18
"""Only monetary amounts, data element 782, may have so many digits."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one segment. Numbers count from 1; 0 is none."""

    kind: Kind
    element: int
    component: int = 0
    repeat: int = 0


def faults(segment: Segment, values: Sequence[str], marks: Separators, skip: int = 0) -> Iterator[Fault]:
    """Everything wrong with one segment, by itself.

    values : its elements as sent, without the id
    skip   : an element that has been told about already
    """
    told = {skip}
    for fault in _alone(segment, values, marks, skip):
        told.add(fault.element)
        yield fault
    yield from _together(segment.id, segment.notes, values, told)


def _alone(segment: Segment, values: Sequence[str], marks: Separators, skip: int) -> Iterator[Fault]:
    """What is wrong with single elements."""
    if values and not values[-1] and not _is_required(segment.elements, len(values)):
        yield Fault(findings.TRAILING, len(values))
    for number, value in enumerate(values, 1):
        if number > len(segment.elements):
            if value and number > _width(segment.id):
                yield Fault(findings.TOO_MANY, number)
                break
            if value:
                yield Fault(findings.NOT_USED, number)
        elif number != skip:
            yield from _element(segment.elements[number - 1], value, number, marks)
    for number in range(len(values) + 1, len(segment.elements) + 1):
        if segment.elements[number - 1].usage == "R" and number != skip:
            yield Fault(findings.MISSING, number)


def _together(name: str, notes: Sequence[str], values: Sequence[str], told: Container[int]) -> Iterator[Fault]:
    """What elements ask of one another, where none of the two has been told about."""
    yield from (one for one in condition_faults(notes, values) if one.element not in told)
    yield from _period(name, values, told)


def _is_required(elements: Sequence[Element], number: int) -> bool:
    return number <= len(elements) and elements[number - 1].usage == "R"


def _width(segment_id: str) -> int:
    return len(SEGMENTS[segment_id].partition(";")[0].split())


def _element(element: Element, value: str, number: int, marks: Separators) -> Iterator[Fault]:
    if not value:
        if element.usage == "R":
            yield Fault(findings.MISSING, number)
        return
    if element.usage == "-":
        yield Fault(findings.NOT_USED, number)
        return
    repeats = value.split(marks.repetition) if marks.repetition else [value]
    if len(repeats) > element.repeats:
        yield Fault(findings.REPEATS, number, 0, element.repeats + 1)
        return
    for ordinal, one in enumerate(repeats, 1):
        repeat = ordinal if len(repeats) > 1 else 0
        if element.parts:
            yield from _composite(element, one.split(marks.component), number, repeat)
        elif marks.component in one:
            yield Fault(findings.PARTS, number, 2, repeat)
        else:
            kind = value_fault(element, one)
            if kind is not None:
                yield Fault(kind, number, 0, repeat)


def _composite(element: Element, values: list[str], number: int, repeat: int) -> Iterator[Fault]:
    told = set()
    for fault in _components(element, values, number, repeat):
        told.add(fault.component)
        yield fault
    for one in _together(element.composite, element.notes, values, told):
        yield Fault(one.kind, number, one.element, repeat)


def _components(element: Element, values: list[str], number: int, repeat: int) -> Iterator[Fault]:
    """What is wrong with single components."""
    if len(values) > 1 and not values[-1] and not _is_required(element.parts, len(values)):
        yield Fault(findings.TRAILING, number, len(values), repeat)
    for at, value in enumerate(values, 1):
        if at > len(element.parts):
            if value:
                yield Fault(findings.PARTS, number, at, repeat)
                break
            continue
        part = element.parts[at - 1]
        if not value:
            if part.usage == "R":
                yield Fault(findings.MISSING, number, at, repeat)
        elif part.usage == "-":
            yield Fault(findings.NOT_USED, number, at, repeat)
        else:
            kind = value_fault(part, value)
            if kind is not None:
                yield Fault(kind, number, at, repeat)
    for at in range(len(values) + 1, len(element.parts) + 1):
        if element.parts[at - 1].usage == "R":
            yield Fault(findings.MISSING, number, at, repeat)


def value_fault(element: Element, value: str) -> Kind | None:
    """The first thing wrong with one value that is there."""
    length = _characters(value)
    if element.type in ("R", "DT", "TM") or element.type[0] == "N":
        form = _DECIMAL if element.type == "R" else _WHOLE
        if not form.fullmatch(value) or (element.type in ("DT", "TM") and value[0] == "-"):
            return findings.CHARACTER
        length -= value.count("-") + value.count(".")
    elif _CONTROL.search(value) or not value.strip(" "):
        return findings.CHARACTER
    if length < element.least:
        return findings.SHORT
    if length > element.most:
        return findings.LONG
    if element.type == "R" and element.most == _MONEY and len(value.partition(".")[2]) > 2:
        return findings.DECIMALS
    if element.type == "DT" and not is_day(value):
        return findings.DATE
    if element.type == "TM" and not _TIME.fullmatch(value):
        return findings.TIME
    if element.codes and value not in element.codes:
        return findings.CODE
    return None


def _characters(value: str) -> int:
    """How many characters an element has: a letter in UTF-8 is one, though it takes two octets or more."""
    if not value.isascii():
        with suppress(UnicodeError):
            return len(value.encode("latin-1").decode("utf-8"))
    return len(value)


def is_day(value: str) -> bool:
    """True for CCYYMMDD, and for YYMMDD of an envelope, that the calendar has."""
    return day(value if len(value) == 8 else "20" + value) is not None


def is_period(form: str, value: str) -> bool:
    """True when a value is of the form that a date qualifier names; forms we do not know are not judged."""
    if form == "D8":
        return day(value) is not None
    if form == "RD8":
        first, dash, last = value.partition("-")
        return bool(dash) and day(first) is not None and day(last) is not None and first <= last
    if form == "D6":
        return len(value) == 6 and is_day(value)
    if form == "TM":
        return _TIME.fullmatch(value) is not None
    if form == "DT":
        return day(value[:8]) is not None and _TIME.fullmatch(value[8:]) is not None
    return True


def _period(name: str, values: Sequence[str], told: Container[int]) -> Iterator[Fault]:
    if name in PERIODS:
        form, at = PERIODS[name]
        if len(values) >= at and form not in told and at not in told and values[form - 1] and values[at - 1]:
            if not is_period(values[form - 1], values[at - 1]):
                yield Fault(findings.DATE, at)


def condition_faults(notes: Sequence[str], values: Sequence[str]) -> Iterator[Fault]:
    """The relational conditions that do not hold, one fault each."""
    for note in notes:
        numbers = [int(note[at : at + 2]) for at in range(1, len(note), 2)]
        there = [number <= len(values) and bool(values[number - 1]) for number in numbers]
        lost = next((n for n, is_there in zip(numbers, there, strict=True) if not is_there), 0)
        match note[0]:
            case "P" if any(there) and lost:
                yield Fault(findings.CONDITION, lost)
            case "R" if not any(there):
                yield Fault(findings.CONDITION, numbers[0])
            case "C" if there[0] and lost:
                yield Fault(findings.CONDITION, lost)
            case "L" if there[0] and not any(there[1:]):
                yield Fault(findings.CONDITION, numbers[1])
            case "E" if sum(there) > 1:
                yield Fault(findings.EXCLUDED, numbers[-1])
