"""What is wrong with an interchange: one row a fault, with its place, its rule and the codes an answer gives it."""

from __future__ import annotations

from dataclasses import dataclass

from claimkeep.engine.terms.finding import Severity

MOST = 1000
"""Findings told of one set, or of one envelope; what has more is garbage, and the first thousand say so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one transaction set, group or interchange. No message holds a value.

    code         : stable; `X12-<level>-<what>`
    snip         : the level of testing that finds it, 1 to 7
    transaction  : ordinal of the set in its interchange, from 1; None for the envelope
    segment      : counts from 1 inside the set (ST is 1), or inside the interchange when there is no set
    ik3, ik4     : 005010X231A1 IK304 and IK403
    ik5, ak9     : 005010X231A1 IK502 and AK905
    ta1          : TA105
    trigger      : what calls for a segment that is not there: its id, segment, loop, element, component
    """

    code: str
    snip: int
    message: str
    cite: str
    segment: int | None = None
    segment_id: str = ""
    loop: str = ""
    element: int | None = None
    component: int | None = None
    repeat: int | None = None
    severity: Severity = Severity.REJECT
    ik3: str = ""
    ik4: str = ""
    ik5: str = ""
    ak9: str = ""
    ta1: str = ""
    trigger: tuple[str, int, str, int, int] | None = None
    interchange: int = 1
    transaction: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its code, level and words, and the code an acknowledgment gives it."""

    code: str
    snip: int
    message: str
    answer: str


MISSING = Kind("X12-2-ELEMENT-MISSING", 2, "a required element is not there", "1")
CONDITION = Kind("X12-2-CONDITION", 2, "an element that another one calls for is not there", "2")
TOO_MANY = Kind("X12-2-TOO-MANY-ELEMENTS", 2, "more elements stand here than the segment has", "3")
TRAILING = Kind("X12-1-TRAILING-SEPARATOR", 1, "a separator stands before the end with nothing after it", "3")
SHORT = Kind("X12-1-TOO-SHORT", 1, "the element has fewer characters than it must", "4")
LONG = Kind("X12-1-TOO-LONG", 1, "the element has more characters than it may", "5")
CHARACTER = Kind("X12-1-CHARACTER", 1, "the element holds a character that its type does not allow", "6")
CODE = Kind("X12-2-CODE", 2, "the code is not one the guide allows here", "7")
QUALIFIER = Kind("X12-2-QUALIFIER", 2, "the qualifier is not one the guide allows here", "7")
DATE = Kind("X12-2-DATE", 2, "the date is not of its form, or no day of the calendar", "8")
TIME = Kind("X12-2-TIME", 2, "the time is not of its form, or no time of a day", "9")
EXCLUDED = Kind("X12-2-EXCLUDED", 2, "two elements stand here of which only one may", "10")
REPEATS = Kind("X12-2-ELEMENT-REPEATS", 2, "the element repeats more often than it may", "12")
PARTS = Kind("X12-2-TOO-MANY-COMPONENTS", 2, "the element has more components than it may", "13")
NOT_USED = Kind("X12-2-ELEMENT-NOT-USED", 2, "an element stands here that the guide does not use", "I10")
DECIMALS = Kind("X12-2-DECIMALS", 2, "an amount of money has more than two decimal places", "I12")

UNKNOWN = Kind("X12-1-SEGMENT-UNKNOWN", 1, "there is no segment of this id", "1")
UNEXPECTED = Kind("X12-2-SEGMENT-UNEXPECTED", 2, "the segment may not stand here", "2")
SEGMENT_MISSING = Kind("X12-2-SEGMENT-MISSING", 2, "a required segment is not there", "3")
LOOP_REPEATS = Kind("X12-2-LOOP-REPEATS", 2, "the loop occurs more often than it may", "4")
SEGMENT_REPEATS = Kind("X12-2-SEGMENT-REPEATS", 2, "the segment occurs more often than it may", "5")
NOT_IN_SET = Kind("X12-2-SEGMENT-NOT-USED", 2, "the guide does not use this segment", "6")
SEQUENCE = Kind("X12-2-SEQUENCE", 2, "the segment stands after others that it must come before", "7")
LOOP_MISSING = Kind("X12-2-LOOP-MISSING", 2, "a required loop is not there", "I7")
