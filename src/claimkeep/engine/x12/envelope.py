"""Interchanges, functional groups and transaction sets: what arrived whole, and what did not.

A set is *sound* when its own trailer, its group's and its interchange's all agree with what is there. Readers take
sound sets only: a set that lost its end is skipped whole, never half read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place, Skipped
from claimkeep.engine.x12 import segments, separators
from claimkeep.engine.x12.segments import Spans
from claimkeep.engine.x12.separators import Separators

_CITE = "005010X222A1 C.1"
_ISA = re.compile(rb"ISA(?<![A-Za-z0-9]ISA)[^A-Za-z0-9 \r\n]")
_NOTHING = b" \t\r\n\v\f\x00\x1a"
"""Octets that may stand between interchanges and mean nothing: space, line ends, padding, an old end-of-file mark."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an envelope cannot be trusted: the code its acknowledgement carries, and the reason in words."""

    code: str
    segment: int
    element: int | None
    reason: str
    cite: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction set. `first` and `last` are its ST and its SE among the spans of its interchange.

    `version` is ST03, or GS08 where there is none; `ordinal` counts the sets of the interchange from 1.
    `fault` is coded as 005010X231A1 2000 IK502.
    """

    ordinal: int
    first: int
    last: int
    code: str
    control_number: str
    version: str
    group_control_number: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One functional group; `fault` is coded as 005010X231A1 AK905."""

    control_number: str
    functional_id: str
    version: str
    sender: str
    receiver: str
    transactions: tuple[Transaction, ...]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Interchange:
    """One interchange, `ordinal` from 1 in the file; `answers` are its TA1 segments, `fault` is coded as TA105.

    `begin` is where its octets stand among those of the file (`decoded`).
    """

    ordinal: int
    spans: Spans
    control_number: str
    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    usage: str
    groups: tuple[Group, ...]
    answers: tuple[int, ...]
    fault: Fault | None = None
    begin: int = 0

    def sound(self) -> tuple[Transaction, ...]:
        """The transaction sets whose every trailer agrees."""
        if self.fault is not None:
            return ()
        whole = (group.transactions for group in self.groups if group.fault is None)
        return tuple(one for sets in whole for one in sets if one.fault is None)

    def place(
        self, transaction: Transaction, segment: int, element: int | None = None, component: int | None = None
    ) -> Place:
        """Where a segment of the spans stands, counted inside its transaction set (ST is 1)."""
        return Place(
            interchange=self.ordinal,
            transaction=transaction.ordinal,
            segment=segment - transaction.first + 1,
            segment_id=self.spans.id(segment),
            element=element,
            component=component,
        )


@dataclass(frozen=True, slots=True)
class Received:
    """A file taken apart: every interchange whose header could be read, and all that was lost, with its place."""

    interchanges: tuple[Interchange, ...]
    skipped: tuple[Skipped, ...]

    def sound(self) -> Iterator[tuple[Interchange, Transaction]]:
        """Each transaction set that may be read, with its interchange."""
        return ((one, transaction) for one in self.interchanges for transaction in one.sound())


def read(data: bytes) -> Received:
    """The interchanges of a file, each judged by its own trailers.

    Takes any separators, line ends as terminators, indentation, UTF-8 and UTF-16 byte-order marks, several
    interchanges, and a missing last terminator.
    Raises X12Error when no interchange header can be read.
    Source: X12.5 3; 005010X222A1 C.1 ISA, IEA, GS, GE, ST, SE.
    """
    octets = decoded(data).octets
    found: list[Interchange] = []
    skipped: list[Skipped] = []
    at, ordinal = 0, 0
    while (header := _ISA.search(octets, at)) is not None:
        ordinal += 1
        place = Place(interchange=ordinal, segment_id="ISA")
        if octets[at : header.start()].strip(_NOTHING):
            skipped.append(Skipped(place, "text that belongs to no interchange stands before this one", _CITE))
        begin = header.start()
        try:
            marks = separators.read(octets[begin : begin + separators.ISA_WIDTH])
        except separators.NotSeparators as wrong:
            skipped.append(Skipped(place, str(wrong), f"{_CITE} ISA"))
            after = _ISA.search(octets, begin + 1)
            at = len(octets) if after is None else after.start()
            continue
        end, at = _extent(octets, begin, marks)
        interchange = replace(_interchange(ordinal, segments.scan(octets[begin:end], marks)), begin=begin)
        found.append(interchange)
        skipped.extend(_lost(interchange))
    if not found:
        place = Place(interchange=1, segment_id="ISA")
        raise X12Error("no readable interchange header", place=place, cite=f"{_CITE} ISA")
    if octets[at:].strip(_NOTHING):
        place = Place(interchange=ordinal, segment_id="IEA")
        skipped.append(Skipped(place, "text that belongs to no interchange stands after this one", _CITE))
    return Received(tuple(found), tuple(skipped))


@dataclass(frozen=True, slots=True)
class Decoded:
    """The octets of a file, one a character for all that X12 itself writes, and how they were written.

    mark : the byte-order mark that stood before them; encoding : empty when they stand as they came
    """

    octets: bytes
    mark: bytes = b""
    encoding: str = ""

    def encoded(self, octets: bytes) -> bytes:
        """Octets written as this file was."""
        return self.mark + (octets.decode().encode(self.encoding) if self.encoding else octets)


def decoded(data: bytes) -> Decoded:
    """The file without its byte-order mark. Raises X12Error when it is marked as UTF-16 and is not."""
    if data.startswith(b"\xef\xbb\xbf"):
        return Decoded(data[3:], data[:3])
    wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(data[:2])
    if wide is None:
        wide = {b"I\0S\0": "utf-16-le", b"\0I\0S": "utf-16-be"}.get(data[:4])
    if wide is None:
        return Decoded(data)
    try:
        text = data.decode(wide)
    except UnicodeDecodeError:
        raise X12Error("the file is marked as UTF-16 and is not", place=Place(interchange=1), cite=_CITE) from None
    bare = text.lstrip("\ufeff")
    return Decoded(bare.encode(), data[: 2 * (len(text) - len(bare))], wide)


MOST_SEGMENTS = 50_000
"""Segments read to tables at once, unless one set has more: what is held for them beside their octets stays small."""


def batches(interchange: Interchange, sets: Sequence[Transaction]) -> Iterator[tuple[Interchange, list[Transaction]]]:
    """The sets, some at a time, each time with an interchange that holds their segments alone; places stay right."""
    batch: list[Transaction] = []
    for number, one in enumerate(sets):
        batch.append(one)
        is_last = number + 1 == len(sets)
        if not is_last and sets[number + 1].last - batch[0].first < MOST_SEGMENTS:
            continue
        first = batch[0].first
        spans = interchange.spans.between(first, one.last)
        moved = [replace(each, first=each.first - first, last=each.last - first) for each in batch]
        yield replace(interchange, spans=spans), moved
        batch = []


def _extent(octets: bytes, begin: int, marks: Separators) -> tuple[int, int]:
    """Where this interchange ends and where the next may begin: after its IEA, before the next ISA, or at the end."""
    element, terminator = re.escape(marks.element.encode("latin-1")), marks.segment.encode("latin-1")
    trailer = re.compile(rb"I(?:(EA)" + element + rb"|SA[^A-Za-z0-9 \r\n])")
    for found in trailer.finditer(octets, begin + separators.ISA_WIDTH):
        if not _begins_segment(octets, found.start(), terminator):
            continue
        if found[1] is None:
            return found.start(), found.start()
        stop = re.compile(re.escape(terminator) + rb"|[\r\n]").search(octets, found.end())
        return (len(octets), len(octets)) if stop is None else (stop.start(), stop.end())
    return len(octets), len(octets)


def _begins_segment(octets: bytes, at: int, terminator: bytes) -> bool:
    """True when nothing but space stands between this place and a segment terminator."""
    while octets[at - 1 : at] in (b" ", b"\t", b"\r", b"\n") and octets[at - 1 : at] != terminator:
        at -= 1
    return octets[at - 1 : at] == terminator


def _interchange(ordinal: int, spans: Spans) -> Interchange:
    """The groups and sets of one interchange, judged."""
    walk = _Walk(spans)
    for segment in spans.where("GS", "GE", "ST", "SE", "TA1", "IEA").tolist():
        walk.take(spans.id(segment), segment)
    return walk.close(ordinal)


@dataclass(slots=True)
class _Walk:
    """The control segments of an interchange in their order."""

    spans: Spans
    groups: list[Group] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    sets: list[Transaction] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)
    group: tuple[int, Group] | None = None
    open: Transaction | None = None
    ordinal: int = 0
    trailer: int | None = None

    def take(self, segment_id: str, segment: int) -> None:
        if segment_id == "ST":
            self._end_set(segment, None)
            self._begin_set(segment)
        elif segment_id == "SE":
            self._end_set(segment, segment)
        elif segment_id == "GS":
            self._end_group(segment, None)
            self._begin_group(segment)
        elif segment_id == "GE":
            self._end_group(segment, segment)
        elif segment_id == "IEA":
            self._end_group(segment, None)
            self.trailer = segment
        elif self.open is None:
            self.answers.append(segment)

    def _begin_group(self, segment: int) -> None:
        element = self.spans.element
        control_number, functional_id, version, sender, receiver = (element(segment, at) for at in (6, 1, 8, 2, 3))
        self.group = (segment, Group(control_number, functional_id, version, sender, receiver, ()))

    def _end_group(self, segment: int, trailer: int | None) -> None:
        self._end_set(segment, None)
        if self.group is None:
            return
        header, group = self.group
        fault = _group_fault(self.spans, group, header, trailer, len(self.sets))
        self.groups.append(replace(group, transactions=tuple(self.sets), fault=fault))
        self.group, self.sets = None, []

    def _begin_set(self, segment: int) -> None:
        self.ordinal += 1
        element = self.spans.element
        group = self.group[1] if self.group else Group("", "", "", "", "", ())
        if self.group is None:
            self.group = (segment, group)
        self.open = Transaction(
            self.ordinal,
            segment,
            segment,
            element(segment, 1),
            element(segment, 2),
            element(segment, 3) or group.version,
            group.control_number,
        )

    def _end_set(self, segment: int, trailer: int | None) -> None:
        if self.open is None:
            return
        last = segment - 1 if trailer is None else trailer
        self.sets.append(replace(self.open, last=last, fault=_set_fault(self.spans, self.open, trailer)))
        self.open = None

    def close(self, ordinal: int) -> Interchange:
        self._end_group(len(self.spans), None)
        element = self.spans.element
        return Interchange(
            ordinal,
            self.spans,
            element(0, 13),
            element(0, 5),
            element(0, 6),
            element(0, 7),
            element(0, 8),
            element(0, 15),
            tuple(self.groups),
            tuple(self.answers),
            _interchange_fault(self.spans, self.trailer, len(self.groups)),
        )


def _number(text: str) -> int | None:
    """A type N0 element; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _same_number(one: str, other: str) -> bool:
    """Type N0 control numbers agree whatever their leading zeros; anything else agrees as text."""
    first, second = _number(one), _number(other)
    return one == other if first is None or second is None else first == second


def _set_fault(spans: Spans, opened: Transaction, trailer: int | None) -> Fault | None:
    if trailer is None:
        return Fault("2", opened.first, None, "the transaction set has no SE", f"{_CITE} SE")
    if spans.element(trailer, 2) != opened.control_number or not opened.control_number:
        return Fault("3", trailer, 2, "SE02 is not the control number of ST02", f"{_CITE} SE02")
    if _number(spans.element(trailer, 1)) != trailer - opened.first + 1:
        return Fault("4", trailer, 1, "SE01 is not the number of segments that are there", f"{_CITE} SE01")
    return None


def _group_fault(spans: Spans, group: Group, header: int, trailer: int | None, sets: int) -> Fault | None:
    if spans.id(header) != "GS":
        return Fault("3", header, None, "the transaction set stands in no functional group", f"{_CITE} GS")
    if trailer is None:
        return Fault("3", header, None, "the functional group has no GE", f"{_CITE} GE")
    if not _same_number(spans.element(trailer, 2), group.control_number):
        return Fault("4", trailer, 2, "GE02 is not the control number of GS06", f"{_CITE} GE02")
    if _number(spans.element(trailer, 1)) != sets:
        return Fault("5", trailer, 1, "GE01 is not the number of transaction sets that are there", f"{_CITE} GE01")
    return None


def _interchange_fault(spans: Spans, trailer: int | None, groups: int) -> Fault | None:
    if trailer is None:
        return Fault("023", 0, None, "the interchange ends before its IEA", f"{_CITE} IEA")
    if not _same_number(spans.element(trailer, 2), spans.element(0, 13)):
        return Fault("001", trailer, 2, "IEA02 is not the control number of ISA13", f"{_CITE} IEA02")
    if _number(spans.element(trailer, 1)) != groups:
        return Fault("021", trailer, 1, "IEA01 is not the number of functional groups that are there", f"{_CITE} IEA01")
    return None


def _lost(interchange: Interchange) -> Iterator[Skipped]:
    """One Skipped for each envelope that cannot be trusted, the outermost first."""
    spans, number = interchange.spans, interchange.ordinal

    def skipped(fault: Fault, lost: str, transaction: Transaction | None = None) -> Skipped:
        if transaction is None:
            place = Place(interchange=number, segment_id=spans.id(fault.segment), element=fault.element)
        else:
            place = interchange.place(transaction, fault.segment, fault.element)
        return Skipped(place, f"{fault.reason}; {lost} is left out", fault.cite)

    if interchange.fault is not None:
        yield skipped(interchange.fault, "the whole interchange")
    held = len(interchange.answers) + 1 + (spans.where("IEA").size > 0)
    for group in interchange.groups:
        if group.fault is not None:
            yield skipped(group.fault, "the whole functional group")
        for transaction in group.transactions:
            held += transaction.last - transaction.first + 1
            if transaction.fault is not None:
                yield skipped(transaction.fault, "the whole transaction set", transaction)
    held += spans.where("GS").size + spans.where("GE").size
    if len(spans) > held:
        reason = "segments stand outside every transaction set and are left out"
        yield Skipped(Place(interchange=number), reason, f"{_CITE} ST")
