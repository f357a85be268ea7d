"""Columns + positions -> segments, and the envelope around them. Counts are computed, never passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.finding import Place
from claimkeep.engine.terms.money import MOST_CENTS
from claimkeep.engine.x12.columns import At, Kind, SegmentAt
from claimkeep.engine.x12.separators import Separators

MARKS = Separators()
"""What we write with: * ^ : ~, the separators the guides themselves use."""

_CITE = "005010X222A1 C.1"

_UNWRITABLE = r"[*^:~\p{C}\p{Zl}\p{Zp}]"
"""Our separators, and every control, format, private, unassigned and line-breaking character."""

_WIDTHS = {
    "sender_id": (2, 15),
    "receiver_id": (2, 15),
    "sender_qualifier": (2, 2),
    "receiver_qualifier": (2, 2),
    "usage": (1, 1),
    "submitter_name": (1, 60),
    "submitter_id": (2, 80),
    "contact_name": (1, 60),
    "contact_phone": (1, 256),
    "receiver_name": (1, 60),
    "receiver_code": (0, 80),
}
"""Least and most characters of each value of an envelope (005010X222A1 C.1, 1000A, 1000B)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends what to whom, and when: everything around the claims of one interchange.

    Ids have 2 to 15 characters, qualifiers two; control numbers are 1 to 999,999,999; `usage` is T or P.
    Source: 005010X222A1 C.1 ISA, GS; 1000A, 1000B.
    """

    sender_id: str
    receiver_id: str
    submitter_name: str
    submitter_id: str
    contact_name: str
    contact_phone: str
    receiver_name: str
    interchange_control_number: int
    group_control_number: int
    when: datetime
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    usage: str = "T"
    receiver_code: str = ""
    """1000B NM109; the receiver id where it is empty."""

    def __post_init__(self) -> None:
        for name, (least, most) in _WIDTHS.items():
            value: str = getattr(self, name)
            bad = pl.select(pl.lit(value).str.contains(_UNWRITABLE)).item()
            if bad or not least <= len(value) <= most or value != value.strip():
                reason = "the value cannot stand in an envelope"
                raise X12Error(reason, place=Place(field=name), cite=f"{_CITE} ISA, GS")
        if self.usage not in ("T", "P"):
            raise X12Error("the usage is neither T nor P", place=Place(field="usage"), cite=f"{_CITE} ISA15")
        for name in ("interchange_control_number", "group_control_number"):
            if not 1 <= getattr(self, name) <= 999_999_999:
                reason = "the control number is not of 1 to 9 digits"
                raise X12Error(reason, place=Place(field=name), cite=f"{_CITE} ISA13")
        if not (self.sender_id + self.receiver_id + self.sender_qualifier + self.receiver_qualifier).isascii():
            raise X12Error("an id holds a letter ASCII does not have", place=Place(field="sender_id, receiver_id"))


@dataclass(frozen=True, slots=True)
class Party:
    """One end of an interchange. `id` has 2 to 15 characters, `qualifier` two; `group_code` is the id where empty.

    Source: 005010X222A1 C.1 ISA05 to ISA08, GS02, GS03.
    """

    id: str
    qualifier: str = "ZZ"
    group_code: str = ""

    def __post_init__(self) -> None:
        for name, least, most in (("id", 2, 15), ("qualifier", 2, 2), ("group_code", 0, 15)):
            value: str = getattr(self, name)
            bad = pl.select(pl.lit(value).str.contains(_UNWRITABLE)).item()
            if bad or not value.isascii() or not least <= len(value) <= most or value != value.strip():
                reason = "the value cannot stand in an envelope"
                raise X12Error(reason, place=Place(field=name), cite=f"{_CITE} ISA, GS")


@dataclass(frozen=True, slots=True)
class ControlNumbers:
    """The numbers of an interchange (ISA13) and of its group (GS06), each 1 to 999,999,999."""

    interchange: int
    group: int

    def __post_init__(self) -> None:
        for name in ("interchange", "group"):
            if not 1 <= getattr(self, name) <= 999_999_999:
                reason = "the control number is not of 1 to 9 digits"
                raise X12Error(reason, place=Place(field=name), cite=f"{_CITE} ISA13, GS06")


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the transaction sets of one interchange; `usage` is T or P."""

    sender: Party
    receiver: Party
    when: datetime
    control_numbers: ControlNumbers
    usage: str = "T"
    asks_for_answer: bool = False

    def __post_init__(self) -> None:
        if self.usage not in ("T", "P"):
            raise X12Error("the usage is neither T nor P", place=Place(field="usage"), cite=f"{_CITE} ISA15")


def segment(*elements: str) -> str:
    """One segment with its terminator; empty elements at its end are not written (X12.6 3.6.1)."""
    return MARKS.element.join(elements).rstrip(MARKS.element) + MARKS.segment


def interchange(envelope: Envelope, functional_id: str, version: str, sets: Sequence[str]) -> bytes:
    """One interchange with one functional group around these transaction sets; UTF-8."""
    sender = Party(envelope.sender_id, envelope.sender_qualifier)
    receiver = Party(envelope.receiver_id, envelope.receiver_qualifier)
    numbers = ControlNumbers(envelope.interchange_control_number, envelope.group_control_number)
    around = Around(sender, receiver, envelope.when, numbers, envelope.usage, asks_for_answer=True)
    return enclosed(around, functional_id, version, sets)


def enclosed(around: Around, functional_id: str, version: str, sets: Sequence[str]) -> bytes:
    """One interchange with one functional group around these transaction sets; UTF-8."""
    day, time = around.when.strftime("%Y%m%d"), around.when.strftime("%H%M")
    control = f"{around.control_numbers.interchange:09d}"
    isa = (
        MARKS.element.join(
            (
                "ISA",
                "00",
                " " * 10,
                "00",
                " " * 10,
                around.sender.qualifier,
                f"{around.sender.id:15}",
                around.receiver.qualifier,
                f"{around.receiver.id:15}",
                day[2:],
                time,
                MARKS.repetition,
                "00501",
                control,
                "1" if around.asks_for_answer else "0",
                around.usage,
                MARKS.component,
            )
        )
        + MARKS.segment
    )
    group = str(around.control_numbers.group)
    sent = (around.sender.group_code or around.sender.id, around.receiver.group_code or around.receiver.id)
    gs = segment("GS", functional_id, *sent, day, time, group, "X", version)
    ge = segment("GE", str(len(sets)), group)
    return "".join((isa, gs, *sets, ge, segment("IEA", "1", control))).encode()


def transaction_set(code: str, control_number: str, version: str, body: str, segments: int) -> str:
    """One transaction set around a body of so many segments."""
    se = segment("SE", str(segments + 2), control_number)
    return segment("ST", code, control_number, version) + body + se


def render(
    frame: pl.DataFrame,
    layout: Sequence[SegmentAt],
    always: frozenset[str] = frozenset(),
    inside: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    """The segments of each row, in the order of the layout.

    always : loops whose first segment stands though every column is null
    inside : loops that have begun before, so that no segment here is their first
    ->     one row a row of `frame`: `text`, its segments; `segments`, how many
    A segment stands when one of its columns does; the first segment of a loop when anything in that loop does.
    """
    texts: list[pl.Expr] = []
    stands: list[pl.Expr] = []
    begun = set(inside)
    for one in layout:
        needs = [*one.at]
        if one.loop not in begun:
            needs = [at for other in layout if other.loop == one.loop for at in other.at]
        present = pl.lit(one.loop in always and one.loop not in begun) | pl.any_horizontal(
            [_told(at, _worded(at.column, frame.schema[at.column])).is_not_null() for at in needs]
        )
        begun.add(one.loop)
        texts.append(pl.when(present).then(_segment(one)).otherwise(pl.lit("")))
        stands.append(present.cast(pl.Int64))
    return frame.select(text=pl.concat_str(texts), segments=pl.sum_horizontal(stands))


def _worded(name: str, dtype: pl.DataType) -> pl.Expr:
    """The column; in text columns nothing but space is null, as it would be read."""
    if dtype != pl.String:
        return pl.col(name)
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text)


def _told(at: At, value: pl.Expr) -> pl.Expr:
    """The value where the columns it depends on let it be written, else null."""
    if at.beside:
        value = pl.when(pl.col(at.beside).is_not_null()).then(value)
    if at.unless:
        value = pl.when(pl.col(at.unless).is_null()).then(value)
    return value


def _segment(one: SegmentAt) -> pl.Expr:
    """The text of one segment, every optional part empty where its column is null."""
    parts: dict[tuple[int, int], pl.Expr] = {(element, 0): pl.lit(values[0]) for element, values in one.match.items()}
    parts |= {place: pl.lit(value) for place, value in one.constant.items()}
    for at in one.at:
        text = _element(at)
        if at.kind is Kind.MOMENT:
            time = pl.col(at.until)
            text = pl.concat_str([text, time.dt.strftime("%H%M")], ignore_nulls=True)
            parts[(2, 0)] = pl.when(time.is_null()).then(pl.lit("D8")).otherwise(pl.lit("DT"))
        if at.kind is Kind.PERIOD:
            last = pl.col(at.until)
            text = pl.concat_str([text, pl.lit("-") + last.dt.strftime("%Y%m%d")], ignore_nulls=True)
            parts[(2, 0)] = pl.when(last.is_null()).then(pl.lit("D8")).otherwise(pl.lit("RD8"))
        if at.qualifier is not None:
            said = pl.when(_told(at, text).is_not_null()).then(pl.lit(at.qualifier[1][0])).otherwise(pl.lit(""))
            _put(parts, (at.qualifier[0], 0), said)
        _put(parts, (at.element, at.component), _told(at, text.fill_null(at.absent)).fill_null(""))
    words = [pl.lit(one.segment)]
    for element in range(1, max(element for element, _ in parts) + 1):
        words.append(_composite(parts, element))
    return pl.concat_str(words, separator=MARKS.element).str.strip_chars_end(MARKS.element) + MARKS.segment


def _put(parts: dict[tuple[int, int], pl.Expr], place: tuple[int, int], text: pl.Expr) -> None:
    """Sets one place; where two columns share it, or a column and a constant, the last that stands is written."""
    before = parts.get(place)
    parts[place] = text if before is None else pl.when(text != "").then(text).otherwise(before)


def _composite(parts: dict[tuple[int, int], pl.Expr], element: int) -> pl.Expr:
    """An element, its components joined where it has any; empty components at its end are not written."""
    numbers = [number for at, number in parts if at == element and number]
    if not numbers:
        return parts.get((element, 0), pl.lit(""))
    components = [parts.get((element, number), pl.lit("")) for number in range(1, max(numbers) + 1)]
    return pl.concat_str(components, separator=MARKS.component).str.strip_chars_end(MARKS.component)


def _element(at: At) -> pl.Expr:
    """A column as X12 text; null where it is null."""
    column = pl.col(at.column)
    match at.kind:
        case Kind.CENTS:
            return decimal(column, 2)
        case Kind.MILLI:
            return decimal(column, 3)
        case Kind.DAY | Kind.PERIOD | Kind.MOMENT:
            return column.dt.strftime("%Y%m%d")
        case Kind.TIME:
            return column.dt.strftime("%H%M")
        case Kind.NUMBER:
            return column.cast(pl.String)
        case Kind.TEXT:
            return _worded(at.column, pl.String())


def decimal(value: pl.Expr, places: int) -> pl.Expr:
    """X12 type R text of an integer with so many implied decimal places: no needless zero on either side."""
    scale = 10**places
    size = value.abs()
    whole = pl.when(size >= scale).then((size // scale).cast(pl.String)).otherwise(pl.lit(""))
    part = (size % scale).cast(pl.String).str.zfill(places).str.strip_chars_end("0")
    fraction = pl.when(part != "").then(pl.lit(".") + part).otherwise(pl.lit(""))
    digits = pl.when(size == 0).then(pl.lit("0")).otherwise(whole + fraction)
    return pl.when(value < 0).then(pl.lit("-") + digits).when(value.is_not_null()).then(digits)


def refuse_unwritable(frame: pl.DataFrame, layout: Sequence[SegmentAt], row: str = "claim_row") -> None:
    """Raises X12Error when a value of the layout cannot be written so that it reads back the same.

    row : the column the place takes its row from, counted from 1; it names too the column and where the value would
          stand, never the value
    """
    for one, at in ((segment_at, at) for segment_at in layout for at in segment_at.at):
        there = Place(segment_id=one.segment, element=at.element, component=at.component or None, loop=one.loop)
        for name in (at.column, at.until) if at.until else (at.column,):
            reason = "the value holds a separator or control character, or is too large"
            kind = Kind.TIME if at.kind is Kind.MOMENT and name == at.until else at.kind
            refuse(frame, _unwritable(kind, name), name, reason, at.cite, there, row)
        if at.is_required:
            missing = _worded(at.column, frame.schema[at.column]).is_null()
            refuse(frame, missing, at.column, "a required value is not there", at.cite, there, row)
        if at.until and at.unless != at.column:
            lost = pl.col(at.until).is_not_null() & pl.col(at.column).is_null()
            what = "a time stands without its day" if at.kind is Kind.MOMENT else "a last day stands without a first"
            refuse(frame, lost, at.until, what, at.cite, there, row)
    _refuse_untold(frame, layout, row)


def _refuse_untold(frame: pl.DataFrame, layout: Sequence[SegmentAt], row: str) -> None:
    """Raises X12Error when a value stands where what it depends on is not there: it would be lost."""
    places: dict[str, list[tuple[SegmentAt, At]]] = {}
    for one in layout:
        for at in one.at:
            places.setdefault(at.column, []).append((one, at))
    for column, found in places.items():
        if not all(at.beside or at.unless for _, at in found):
            continue
        value = _worded(column, frame.schema[column])
        lost = value.is_not_null() & pl.all_horizontal([_told(at, value).is_null() for _, at in found])
        one, at = found[0]
        there = Place(segment_id=one.segment, element=at.element, component=at.component or None, loop=one.loop)
        refuse(frame, lost, column, "the value stands without the one it belongs to", at.cite, there, row)


def _unwritable(kind: Kind, name: str) -> pl.Expr:
    column = pl.col(name)
    match kind:
        case Kind.TEXT:
            return column.str.contains(_UNWRITABLE)
        case Kind.DAY | Kind.PERIOD | Kind.MOMENT:
            return ~column.dt.year().is_between(1, 9999)
        case Kind.TIME:
            return (column.dt.second() != 0) | (column.dt.nanosecond() != 0)
        case Kind.NUMBER:
            return ~column.is_between(0, 999_999_999)
        case Kind.CENTS | Kind.MILLI:
            return ~column.is_between(-MOST_CENTS + 1, MOST_CENTS - 1)


def refuse(
    frame: pl.DataFrame,
    bad: pl.Expr,
    column: str,
    reason: str,
    cite: str,
    there: Place | None = None,
    row: str = "claim_row",
) -> None:
    """Raises X12Error at the first row where `bad` holds. there : where in the set the value would stand"""
    found = frame.lazy().filter(bad).select(row).head(1).collect()[row]
    if len(found):
        number = None if found[0] is None else found[0] + 1
        raise X12Error(reason, place=replace(there or Place(), row=number, field=column), cite=cite)
