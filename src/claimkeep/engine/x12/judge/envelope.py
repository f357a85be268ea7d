"""ISA to IEA, GS to GE, ST to SE, judged strictly: what the readers forgive is told here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from sys import intern

from claimkeep.engine.x12.guides.schema import Segment, guide
from claimkeep.engine.x12.judge.elements import faults
from claimkeep.engine.x12.judge.findings import MOST, Finding, Kind
from claimkeep.engine.x12.segments import Spans

CITE = "005010X222A1 C.1"

ISA_QUALIFIERS = ("01", "14", "20", "27", "28", "29", "30", "33", "ZZ")
"""What ISA05 and ISA07 may say an id is."""

_TABLE = guide(
    "005010",
    sets="",
    functional="",
    text=f"""
ISA R 1 R{{00 03}} R R{{00 01}} R R{{{" ".join(ISA_QUALIFIERS)}}} R R{{{" ".join(ISA_QUALIFIERS)}}} R R R R \
R{{00401 00501}} R R{{0 1}} R{{P T}} R
GS R >1 R R R R R R R{{T X}} R
GE R >1 R R
IEA R 1 R R
TA1 S >1 R R R R{{A E R}} R
""",
)
_SEGMENTS = {one.id: one for one in _TABLE.root.children if isinstance(one, Segment)}

_ISA_ANSWERS = {1: "010", 3: "012", 5: "005", 6: "006", 7: "007", 8: "008", 9: "014", 10: "015", 12: "017", 13: "018",
                14: "019", 15: "020"}  # fmt: skip
"""TA105 of a fault in each element of the ISA; 024, invalid content, elsewhere."""

_GROUP_ANSWERS = defaultdict(lambda: "2", {("GS", 1): "1", ("GS", 6): "6", ("GE", 1): "5", ("GE", 2): "4"})
"""AK905 of a fault in each element of the GS and GE."""


_MOST_KEPT = 100
"""Characters kept of an element of the envelope."""

MOST_SETS = 999_999
"""Transaction sets of one file that are looked at: as many as GE01 can count."""

MOST_GROUPS = 99_999
"""Functional groups of one file that are looked at: as many as IEA01 can count."""

MOST_TOLD = 50_000
"""Findings of one file that are all kept; of a set that comes after so many, one is."""


@dataclass(slots=True)
class SetVerdict:
    """One transaction set: what it says it is, by which guide it was judged, and what is wrong with it."""

    ordinal: int
    code: str
    control_number: str
    version: str
    guide: str = ""
    claims: int = 0
    findings: Sequence[Finding] = ()

    @property
    def is_accepted(self) -> bool:
        """True when nothing that is wrong with it refuses it."""
        return not any(one.severity.holds for one in self.findings)


@dataclass(slots=True)
class GroupVerdict:
    """One functional group: its GS, its sets, how many its GE counts, and what is wrong with its envelope."""

    functional_id: str
    sender: str
    receiver: str
    control_number: str
    version: str
    sets: list[SetVerdict] = field(default_factory=list)
    counted: str = ""
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class InterchangeVerdict:
    """One interchange: the elements of its ISA (index 1 is ISA01), its groups, and what is wrong with its envelope."""

    ordinal: int
    isa: tuple[str, ...]
    groups: list[GroupVerdict] = field(default_factory=list)
    answers: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Room:
    """How much of one file is still kept: sets, groups and findings. Whatever a file holds, its verdict stays small."""

    sets: int = MOST_SETS
    groups: int = MOST_GROUPS
    findings: int = MOST_TOLD


@dataclass(slots=True)
class Envelope:
    """A set that is open: its verdict and group, how many segments were taken, what is wrong with its envelope."""

    verdict: SetVerdict
    group: GroupVerdict
    taken: int = 0
    last_id: str = "ST"
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SetPart:
    """Segments of one set in a block: `first` to `last`, none where the set ended with the block before.

    base : segments of the set before these; none before its ST
    """

    first: int
    last: int
    base: int
    ends: bool
    envelope: Envelope


@dataclass(slots=True)
class EnvelopeWalk:
    """The control segments of one interchange, block after block."""

    interchange: InterchangeVerdict
    room: Room
    group: GroupVerdict | None = None
    open: Envelope | None = None
    ordinal: int = 0
    base: int = 0
    numbers: set[str] = field(default_factory=set)
    group_numbers: set[str] = field(default_factory=set)
    is_closed: bool = False
    is_outside: bool = False
    _begin: int = 0

    def take(self, spans: Spans, begin: int, end: int, *, is_last: bool) -> Iterator[SetPart]:
        """The sets of a block, in order, as far as they stand in it.

        begin, end : the segments to take; before and after them stand some that were, and that will be taken
        """
        self._begin = begin
        controls = spans.where("ISA", "GS", "GE", "ST", "SE", "IEA", "TA1")
        reach = begin
        for at in controls[(controls >= begin) & (controls < end)].tolist():
            name = spans.id(at)
            if self.open is not None:
                if name == "TA1":
                    continue
                last = at if name == "SE" else at - 1
                yield self._end_set(spans, reach, last, has_end=name == "SE")
                reach = last + 1
                if name == "SE":
                    continue
            self._outside(spans, reach, at)
            self.is_outside, reach = False, at + 1
            if name == "ST":
                reach = at
                self._begin_set(spans, at)
            else:
                self._control(spans, at, name)
        if self.open is None:
            self._outside(spans, reach, end)
            self.is_outside = self.is_outside or end > reach
        elif is_last:
            yield self._end_set(spans, reach, end - 1, has_end=False)
        elif end > reach:
            yield SetPart(reach, end - 1, self.open.taken, False, self.open)
            self.open.taken += end - reach
            self.open.last_id = spans.id(end - 1)
        self.base += end - begin

    def _outside(self, spans: Spans, begin: int, end: int) -> None:
        if end > begin and not self.is_outside:
            message = "a segment stands outside every transaction set"
            self._tell(self.interchange.findings, spans, begin, "X12-1-OUTSIDE", message, ta1="022")

    def _control(self, spans: Spans, at: int, name: str) -> None:
        if name == "GS":
            self.end_group()
            self._begin_group(spans, at)
        self._elements(spans, at, name)
        if name == "GS":
            return
        if name == "GE":
            self._close_group(spans, at)
        elif name == "IEA":
            self.end_group()
            self._close(spans, at)
        elif name == "TA1":
            self.interchange.answers += 1
        elif name == "SE":
            message = "an SE stands where no transaction set is open"
            self._tell(self.interchange.findings, spans, at, "X12-1-OUTSIDE", message, ta1="022")

    def _elements(self, spans: Spans, at: int, name: str) -> None:
        """The elements of ISA, GS, GE, IEA and TA1."""
        segment = _SEGMENTS.get(name)
        if segment is None:
            return
        row = _raw(spans, at)
        found: list[tuple[int, Kind | None]] = [
            (one.element, one.kind) for one in faults(segment, row[1:], spans.separators)
        ]
        if name == "ISA":
            found = [one for one in found if one[0] not in (2, 4, 6, 8, 11, 16)]
            if not spans.separators.repetition and row[12:13] == ["00501"]:
                found.append((11, None))
        for element, kind in found:
            code, message = (kind.code, kind.message) if kind else ("X12-1-ISA11", "ISA11 is no repetition separator")
            if name in ("GS", "GE") and self.group is not None:
                self._tell(self.group.findings, spans, at, code, message, element, ak9=_GROUP_ANSWERS[name, element])
            else:
                ta1 = _ISA_ANSWERS.get(element, "024") if name == "ISA" else "024"
                self._tell(self.interchange.findings, spans, at, code, message, element, ta1=ta1)

    def _begin_group(self, spans: Spans, at: int) -> None:
        functional, sender, receiver, control, version = (_short(spans, at, number) for number in (1, 2, 3, 6, 8))
        self.group = GroupVerdict(functional, sender, receiver, control, version)
        if self.group.control_number in self.group_numbers:
            message = "GS06 is that of another group of the interchange"
            self._tell(self.group.findings, spans, at, "X12-1-GS06", message, 6, ak9="19")
        self._add_group(self.group)
        if self.room.groups >= 0:
            self.group_numbers.add(self.group.control_number)

    def _add_group(self, group: GroupVerdict) -> None:
        self.numbers = set()
        self.room.groups -= 1
        if self.room.groups >= 0:
            self.interchange.groups.append(group)
        elif self.room.groups == -1:
            self._too_many("functional groups")

    def _too_many(self, what: str) -> None:
        message = f"there are more {what} than are judged; the rest is not looked at"
        self.interchange.findings.append(Finding("X12-1-TOO-MANY", 1, message, f"{CITE} IEA", ta1="022"))

    def _close_group(self, spans: Spans, at: int) -> None:
        if self.group is None:
            message = "a GE stands where no functional group is open"
            self._tell(self.interchange.findings, spans, at, "X12-1-OUTSIDE", message, ta1="022")
            return
        group, self.group = self.group, None
        group.counted = _short(spans, at, 1)
        if not same_number(spans.element(at, 2), group.control_number):
            message = "GE02 is not the control number of GS06"
            self._tell(group.findings, spans, at, "X12-1-GE02", message, 2, ak9="4")
        if not same_number(group.counted, str(len(group.sets))):
            message = "GE01 is not the number of transaction sets that are there"
            self._tell(group.findings, spans, at, "X12-1-GE01", message, 1, ak9="5")

    def end_group(self) -> None:
        """A group that is still open has lost its GE."""
        if self.group is not None:
            found = Finding("X12-1-NO-GE", 1, "the functional group has no GE", f"{CITE} GE", segment_id="GS", ak9="3")
            self.group.findings.append(found)
            self.group = None

    def _close(self, spans: Spans, at: int) -> None:
        self.is_closed = True
        findings = self.interchange.findings
        if not same_number(spans.element(at, 2), self.interchange.isa[13]):
            message = "IEA02 is not the control number of ISA13"
            self._tell(findings, spans, at, "X12-1-IEA02", message, 2, ta1="001")
        if not same_number(spans.element(at, 1), str(len(self.interchange.groups))):
            message = "IEA01 is not the number of functional groups that are there"
            self._tell(findings, spans, at, "X12-1-IEA01", message, 1, ta1="021")

    def end(self) -> None:
        """The interchange is over: an IEA that never came is told."""
        self.end_group()
        if not self.is_closed:
            message = "the interchange ends before its IEA"
            self.interchange.findings.append(
                Finding("X12-1-NO-IEA", 1, message, f"{CITE} IEA", segment_id="IEA", ta1="023")
            )
        elif not self.interchange.groups and not self.interchange.answers and not self.interchange.findings:
            message = "the interchange holds nothing"
            self.interchange.findings.append(Finding("X12-1-EMPTY", 1, message, f"{CITE} IEA", ta1="022"))

    def _begin_set(self, spans: Spans, at: int) -> None:
        self.ordinal += 1
        code, control, version = (_short(spans, at, number) for number in (1, 2, 3))
        if self.group is None:
            self.group = GroupVerdict("", "", "", "", version)
            self._add_group(self.group)
            message = "the transaction set stands in no functional group"
            self._tell(self.interchange.findings, spans, at, "X12-1-NO-GS", message, ta1="022")
        verdict = SetVerdict(self.ordinal, intern(code), control, intern(version))
        self.open = Envelope(verdict, self.group)
        if control in self.numbers:
            self._in_set(self.open, 1, "ST", "X12-1-ST02", "ST02 is that of another set of the group", 2, "23")
        self.room.sets -= 1
        if self.room.sets >= 0:
            self.numbers.add(control)
            self.group.sets.append(verdict)
        elif self.room.sets == -1:
            self._too_many("transaction sets")

    def _end_set(self, spans: Spans, first: int, last: int, *, has_end: bool) -> SetPart:
        one, self.open = self.open, None
        assert one is not None
        many = one.taken + last - first + 1
        if not has_end:
            name = spans.id(last) if last >= first else one.last_id
            self._in_set(one, many, name, "X12-1-NO-SE", "the transaction set has no SE", 0, "2")
            return SetPart(first, last, one.taken, True, one)
        control = one.verdict.control_number
        if _short(spans, last, 2) != control or not control:
            self._in_set(one, many, "SE", "X12-1-SE02", "SE02 is not the control number of ST02", 2, "3")
        if not same_number(spans.element(last, 1), str(many)):
            message = "SE01 is not the number of segments that are there"
            self._in_set(one, many, "SE", "X12-1-SE01", message, 1, "4")
        return SetPart(first, last, one.taken, True, one)

    def _in_set(self, one: Envelope, position: int, name: str, code: str, message: str, element: int, ik5: str) -> None:
        cite = f"{CITE} {name}{f'{element:02}' if element else ''}"
        one.findings.append(Finding(code, 1, message, cite, position, name, element=element or None, ik5=ik5))

    def _tell(
        self,
        findings: list[Finding],
        spans: Spans,
        at: int,
        code: str,
        message: str,
        element: int = 0,
        ak9: str = "",
        ta1: str = "",
    ) -> None:
        if len(findings) >= MOST:
            return
        name = spans.id(at)
        cite = f"{CITE} {name}{f'{element:02}' if element else ''}"
        findings.append(
            Finding(
                code,
                int(code[4]),
                message,
                cite,
                self.base + at - self._begin + 1,
                name,
                element=element or None,
                ak9=ak9,
                ta1=ta1,
            )
        )


def _short(spans: Spans, at: int, element: int) -> str:
    """An element of the envelope, of which no more is kept than any of them may hold."""
    return spans.element(at, element)[:_MOST_KEPT]


def _raw(spans: Spans, at: int) -> list[str]:
    end = int(spans.marks[int(spans.first[at]) + int(spans.count[at])])
    return spans.text[int(spans.start[at]) : end].split(spans.separators.element)


def same_number(one: str, other: str) -> bool:
    """Counts and control numbers of type N0 agree whatever their leading zeros; anything else agrees as text."""
    if one.isascii() and one.isdigit() and other.isascii() and other.isdigit():
        return one.lstrip("0") == other.lstrip("0")
    return one == other and bool(one)
