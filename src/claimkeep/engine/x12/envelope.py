"""Interchanges, functional groups and transaction sets: what arrived whole, and what did not.

A set is *sound* when its own trailer, its group's and its interchange's all agree with what is there. Readers take
sound sets only: a set that lost its end is skipped whole, never half read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from sys import intern
from typing import Any

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place, Skipped
from claimkeep.engine.x12 import separators
from claimkeep.engine.x12.decoding import decoded
from claimkeep.engine.x12.octets import WINDOW, Octets
from claimkeep.engine.x12.outline import Control, Outline, outline
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
    segment_id: str
    element: int | None
    reason: str
    cite: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction set. `first` and `last` are its ST and its SE among the segments of its interchange, from 0.

    `version` is ST03, or GS08 where there is none; `ordinal` counts the sets of the interchange from 1.
    `begin` and `end` are where its octets stand in the file; `services` are the ids of service segments in it.
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
    begin: int = 0
    end: int = 0
    services: tuple[str, ...] = ()


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
class Answer:
    """A TA1: its ordinal among the segments of its interchange, from 0, and its elements, the id first."""

    segment: int
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interchange:
    """One interchange, `ordinal` from 1 in the file; `answers` are its TA1 segments, `fault` is coded as TA105.

    `begin` and `end` are where its octets stand among those of the file (`decoded`).
    """

    ordinal: int
    separators: Separators
    control_number: str
    sender_qualifier: str
    sender: str
    receiver_qualifier: str
    receiver: str
    usage: str
    groups: tuple[Group, ...]
    answers: tuple[Answer, ...]
    fault: Fault | None
    begin: int
    end: int

    def sound(self) -> tuple[Transaction, ...]:
        """The transaction sets whose every trailer agrees."""
        if self.fault is not None:
            return ()
        whole = (group.transactions for group in self.groups if group.fault is None)
        return tuple(one for sets in whole for one in sets if one.fault is None)

    def place(
        self, transaction: Transaction, segment: int, element: int | None = None, component: int | None = None
    ) -> Place:
        """Where a segment stands, counted inside its transaction set (ST is 1)."""
        return Place(
            interchange=self.ordinal,
            transaction=transaction.ordinal,
            segment=int(self.counted(segment, transaction.first)),
            segment_id=self.id(transaction, segment),
            element=element,
            component=component,
        )

    def counted(self, segment: Any, first: Any) -> Any:
        """What a segment counts from the ST of its set, which is 1."""
        return segment - first + 1

    def id(self, transaction: Transaction, segment: int) -> str:
        """The id of a segment, where it is known without looking at the set."""
        return "ST" if segment == transaction.first else ""


@dataclass(frozen=True, slots=True)
class Received:
    """A file taken apart: every interchange whose header could be read, and all that was lost, with its place.

    octets : those of the file, decoded; the places of interchanges and sets are among them
    """

    octets: Octets
    interchanges: tuple[Interchange, ...]
    skipped: tuple[Skipped, ...]

    def sound(self) -> Iterator[tuple[Interchange, Transaction]]:
        """Each transaction set that may be read, with its interchange."""
        return ((one, transaction) for one in self.interchanges for transaction in one.sound())


def read(data: Octets) -> Received:
    """The interchanges of a file, each judged by its own trailers.

    Takes any separators, line ends as terminators, indentation, UTF-8 and UTF-16 byte-order marks, several
    interchanges, and a missing last terminator. What the sets say is not looked at (`batches`).
    Raises X12Error when no interchange header can be read.
    Source: X12.5 3; 005010X222A1 C.1 ISA, IEA, GS, GE, ST, SE.
    """
    octets = decoded(data).octets
    found: list[Interchange] = []
    skipped: list[Skipped] = []
    at, ordinal = 0, 0
    while (begin := _header(octets, at)) is not None:
        ordinal += 1
        place = Place(interchange=ordinal, segment_id="ISA")
        if _is_something(octets, at, begin):
            skipped.append(Skipped(place, "text that belongs to no interchange stands before this one", _CITE))
        try:
            marks = separators.read(octets[begin : begin + separators.ISA_WIDTH])
        except separators.NotSeparators as wrong:
            skipped.append(Skipped(place, str(wrong), f"{_CITE} ISA"))
            after = _header(octets, begin + 1)
            at = len(octets) if after is None else after
            continue
        outlined = outline(octets, begin, marks)
        at = outlined.after
        interchange, lost = _interchange(ordinal, marks, outlined)
        found.append(interchange)
        skipped.extend(lost)
    if not found:
        place = Place(interchange=1, segment_id="ISA")
        raise X12Error("no readable interchange header", place=place, cite=f"{_CITE} ISA")
    if _is_something(octets, at, len(octets)):
        place = Place(interchange=ordinal, segment_id="IEA")
        skipped.append(Skipped(place, "text that belongs to no interchange stands after this one", _CITE))
    return Received(octets, tuple(found), tuple(skipped))


def _header(octets: Octets, at: int) -> int | None:
    """Where the next ISA begins, from here on."""
    while at < len(octets):
        # One octet more before, since an ISA inside a word is none, and three after, so that none is cut in two.
        before = min(at, 1)
        window = octets[at - before : at + WINDOW + len("ISA")]
        if (found := _ISA.search(window, before)) is not None:
            return at - before + found.start()
        at += WINDOW
    return None


def _is_something(octets: Octets, begin: int, end: int) -> bool:
    """True when anything but space, padding and old end-of-file marks stands between two places."""
    return any(octets[at : min(at + WINDOW, end)].strip(_NOTHING) for at in range(begin, end, WINDOW))


def _interchange(ordinal: int, marks: Separators, outlined: Outline) -> tuple[Interchange, list[Skipped]]:
    """The groups and sets of one interchange, judged, and what of it is lost."""
    walk = _Walk(outlined)
    for control in outlined.controls:
        walk.take(control)
    interchange = walk.close(ordinal, marks)
    return interchange, list(_lost(interchange, outlined))


@dataclass(slots=True)
class _Walk:
    """The control segments of an interchange in their order."""

    outlined: Outline
    groups: list[Group] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    sets: list[Transaction] = field(default_factory=list)
    group: tuple[Control, Group] | None = None
    open: Transaction | None = None
    ordinal: int = 0
    trailer: Control | None = None

    def take(self, control: Control) -> None:
        if control.id == "ST":
            self._end_set(control, None)
            self._begin_set(control)
        elif control.id == "SE":
            self._end_set(control, control)
        elif control.id == "GS":
            self._end_group(control, None)
            element = control.element
            group = Group(element(6), element(1), element(8), element(2), element(3), ())
            self.group = (control, group)
        elif control.id == "GE":
            self._end_group(control, control)
        elif control.id == "IEA":
            self._end_group(control, None)
            self.trailer = control
        elif self.open is None:
            self.answers.append(Answer(control.segment, control.elements))

    def _end_group(self, control: Control | None, trailer: Control | None) -> None:
        self._end_set(control, None)
        if self.group is None:
            return
        header, group = self.group
        fault = _group_fault(group, header, trailer, len(self.sets))
        self.groups.append(replace(group, transactions=tuple(self.sets), fault=fault))
        self.group, self.sets = None, []

    def _begin_set(self, control: Control) -> None:
        self.ordinal += 1
        group = self.group[1] if self.group else Group("", "", "", "", "", ())
        if self.group is None:
            self.group = (control, group)
        self.open = Transaction(
            self.ordinal,
            control.segment,
            control.segment,
            intern(control.element(1)),
            control.element(2),
            intern(control.element(3) or group.version),
            group.control_number,
            begin=control.begin,
            services=tuple(sorted(control.services)),
        )

    def _end_set(self, control: Control | None, trailer: Control | None) -> None:
        if self.open is None:
            return
        fault = _set_fault(self.open, trailer)
        last, end = self.outlined.segments - 1, self.outlined.end
        if trailer is not None:
            last, end = trailer.segment, trailer.end
        elif control is not None:
            last, end = control.segment - 1, control.begin
        self.sets.append(replace(self.open, last=last, end=end, fault=fault))
        self.open = None

    def close(self, ordinal: int, marks: Separators) -> Interchange:
        self._end_group(None, None)
        element = self.outlined.header.element
        return Interchange(
            ordinal,
            marks,
            element(13),
            element(5),
            element(6),
            element(7),
            element(8),
            element(15),
            tuple(self.groups),
            tuple(self.answers),
            _interchange_fault(self.outlined.header, self.trailer, len(self.groups)),
            self.outlined.header.begin,
            self.outlined.end,
        )


def _number(text: str) -> int | None:
    """A type N0 element; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _same_number(one: str, other: str) -> bool:
    """Type N0 control numbers agree whatever their leading zeros; anything else agrees as text."""
    first, second = _number(one), _number(other)
    return one == other if first is None or second is None else first == second


def _set_fault(opened: Transaction, trailer: Control | None) -> Fault | None:
    if trailer is None:
        return Fault("2", opened.first, "ST", None, "the transaction set has no SE", f"{_CITE} SE")
    if trailer.element(2) != opened.control_number or not opened.control_number:
        return _fault("3", trailer, 2, "SE02 is not the control number of ST02")
    if _number(trailer.element(1)) != trailer.segment - opened.first + 1:
        return _fault("4", trailer, 1, "SE01 is not the number of segments that are there")
    return None


def _fault(code: str, trailer: Control, element: int, reason: str) -> Fault:
    return Fault(code, trailer.segment, trailer.id, element, reason, f"{_CITE} {trailer.id}{element:02d}")


def _group_fault(group: Group, header: Control, trailer: Control | None, sets: int) -> Fault | None:
    if header.id != "GS":
        reason = "the transaction set stands in no functional group"
        return Fault("3", header.segment, header.id, None, reason, f"{_CITE} GS")
    if trailer is None:
        return Fault("3", header.segment, header.id, None, "the functional group has no GE", f"{_CITE} GE")
    if not _same_number(trailer.element(2), group.control_number):
        return _fault("4", trailer, 2, "GE02 is not the control number of GS06")
    if _number(trailer.element(1)) != sets:
        return _fault("5", trailer, 1, "GE01 is not the number of transaction sets that are there")
    return None


def _interchange_fault(header: Control, trailer: Control | None, groups: int) -> Fault | None:
    if trailer is None:
        return Fault("023", 0, "ISA", None, "the interchange ends before its IEA", f"{_CITE} IEA")
    if not _same_number(trailer.element(2), header.element(13)):
        return _fault("001", trailer, 2, "IEA02 is not the control number of ISA13")
    if _number(trailer.element(1)) != groups:
        return _fault("021", trailer, 1, "IEA01 is not the number of functional groups that are there")
    return None


def _lost(interchange: Interchange, outlined: Outline) -> Iterator[Skipped]:
    """One Skipped for each envelope that cannot be trusted, the outermost first."""
    number = interchange.ordinal

    def skipped(fault: Fault, lost: str, transaction: Transaction | None = None) -> Skipped:
        place = Place(interchange=number, segment_id=fault.segment_id, element=fault.element)
        if transaction is not None:
            segment = fault.segment - transaction.first + 1
            place = replace(place, transaction=transaction.ordinal, segment=segment)
        return Skipped(place, f"{fault.reason}; {lost} is left out", fault.cite)

    if interchange.fault is not None:
        yield skipped(interchange.fault, "the whole interchange")
    ids = [one.id for one in outlined.controls]
    held = len(interchange.answers) + 1 + ("IEA" in ids) + ids.count("GS") + ids.count("GE")
    for group in interchange.groups:
        if group.fault is not None:
            yield skipped(group.fault, "the whole functional group")
        for transaction in group.transactions:
            held += transaction.last - transaction.first + 1
            if transaction.fault is not None:
                yield skipped(transaction.fault, "the whole transaction set", transaction)
    if outlined.segments > held:
        reason = "segments stand outside every transaction set and are left out"
        yield Skipped(Place(interchange=number), reason, f"{_CITE} ST")
