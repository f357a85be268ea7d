"""The remittance: 835 bytes -> the five remittance tables, values as sent, and back.

Reading leaves balancing to another; what does not balance is not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from claimkeep.engine.terms import remittance as terms
from claimkeep.engine.terms.finding import Place, Skipped
from claimkeep.engine.terms.money import cents
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.x12 import cutting, envelope, loops, values
from claimkeep.engine.x12.arrow import Numbers
from claimkeep.engine.x12.columns import (
    Columns,
    Frame,
    Kind,
    SegmentAt,
    Unreadable,
    component,
    day,
    framed,
    gathered,
    milli,
)
from claimkeep.engine.x12.cutting import Cut, CutOut, Part
from claimkeep.engine.x12.envelope import Received, Transaction
from claimkeep.engine.x12.guides import g005010x221a1 as guide
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.repeats import repeated
from claimkeep.engine.x12.segments import Offsets, pack
from claimkeep.engine.x12.writing.remittance_835 import write

__all__ = ["pieces", "read", "write"]


def read(data: Octets) -> tuple[RemittanceTables, tuple[Skipped, ...]]:
    """The remittances of a file, and what was left out, each with its place.

    data : any number of interchanges; 005010X221, A1
    ->     the five tables; `payment_row`, `claim_row` and `service_row` count from 0 through the file
    A transaction set in which one amount or quantity cannot be read is left out whole: a check is posted whole or not
    at all. A date that is none (payers send 00000000) is null and told; the rest stands.
    Raises X12Error when no interchange header can be read.
    Source: 005010X221A1 1000A to 2110, PLB.
    """
    parts: list[RemittanceTables] = []
    skipped: list[Skipped] = []
    for tables, lost in pieces(envelope.read(data)):
        skipped.extend(lost)
        parts.append(tables)
    return RemittanceTables(*(pl.concat(same) for same in zip(*map(_frames, parts), strict=True))), tuple(skipped)


def pieces(received: Received) -> Iterator[tuple[RemittanceTables, tuple[Skipped, ...]]]:
    """What `read` gives, a piece at a time: rows count through them. No more than a piece is in memory.

    A set larger than a piece is read twice: first whether all of it can be read, since it is posted whole or not at
    all, and then what it says.
    """
    yield RemittanceTables.empty(), received.skipped
    through = _Through()
    for interchange in received.interchanges:
        sets: list[Transaction] = []
        refused: list[Skipped] = []
        for transaction in interchange.sound():
            reason = _refused(transaction)
            if reason:
                place = interchange.place(transaction, transaction.first)
                refused.append(Skipped(place, reason, f"{guide.VERSION} ST"))
            else:
                sets.append(transaction)
        yield RemittanceTables.empty(), tuple(refused)
        for run in cutting.runs(sets):
            if not cutting.is_large(run[0]):
                tables, lost = _Sets(*cutting.part(received.octets, interchange, run)).tables()
                yield through.counted(tables), tuple(lost)
                continue
            told = [
                one
                for part, batch in cutting.parts(received.octets, interchange, run[0], _CUT)
                for one in _Sets(part, batch).told()
            ]
            faults = [one for one in told if not one.is_date]
            left_out = (
                [min(faults, key=lambda one: one.ordinal)] if faults else sorted(told, key=lambda one: one.ordinal)
            )
            yield RemittanceTables.empty(), tuple(one.skipped for one in left_out)
            if not faults:
                for part, batch in cutting.parts(received.octets, interchange, run[0], _CUT):
                    yield through.counted(_Sets(part, batch).tables()[0]), ()


def _carried(part: Part) -> Offsets:
    """The header of the remittance, the last LX, and the PLB that ended the claims, if one has."""
    begins = part.spans.where("LX", "CLP", "PLB")
    header = np.arange(begins[0] if len(begins) else len(part.spans))
    last = [part.spans.where(one)[-1:] for one in ("LX", "PLB")]
    return np.unique(np.concatenate([header, *last])).astype(np.intp)


_CUT = Cut(("CLP", "LX", "PLB"), _carried)


@dataclass(frozen=True, slots=True)
class _Told:
    """Something left out: where it stands in its set, and whether it is only a date."""

    ordinal: int
    is_date: bool
    skipped: Skipped


def _refused(transaction: Transaction) -> str:
    if transaction.code != "835":
        return "the transaction set is no remittance"
    if not transaction.version.startswith("005010"):
        return "the remittance is not of version 005010, the only one adopted (45 CFR 162.1602)"
    return ""


class _Sets:
    """The remittances of one interchange, all their claims at once."""

    def __init__(self, interchange: Part, sets: list[Transaction]) -> None:
        self.interchange = interchange
        self.sets = sets
        self.spans = interchange.spans
        self.labels = loops.label(self.spans, [(one.first, one.last) for one in sets], guide.LOOPS)
        self.payments = np.array([one.first for one in sets], dtype=np.intp)
        self.claims = self.labels.openers("2100")
        self.services = self.labels.openers("2110")
        self.faults: dict[int, Unreadable] = {}
        self.without_date: list[Unreadable] = []

    def tables(self) -> tuple[RemittanceTables, list[Skipped]]:
        """The tables of the sets that could be read whole, rows from 0, and the sets that are left out."""
        payments = self._payments()
        claims = self._gathered(guide.CLAIM_PAYMENT, self.claims)
        services = self._gathered(guide.SERVICE_PAYMENT, self.services)
        services["claim_row"] = Numbers(_above(self.claims, self.services))
        services["remark_codes"] = repeated(self.spans, self.labels, guide.REMARK, self.services)
        adjustments = self._adjustments()
        provider = self._provider_adjustments()
        self._whole()
        kept = np.ones(len(self.sets), dtype=bool)
        kept[list(self.faults)] = False
        tables = RemittanceTables(
            framed(terms.payment, payments, len(self.sets)),
            framed(terms.claim_payment, claims, len(self.claims)),
            framed(terms.service_payment, services, len(self.services)),
            framed(terms.adjustment, adjustments, len(adjustments["payment_row"])),
            pl.DataFrame(provider, schema=terms.provider_adjustment.schema),
        )
        return _continued(_kept(tables, kept), self.interchange.cut), [one.skipped for one in self._left_out()]

    def told(self) -> list[_Told]:
        """What of the sets cannot be read, each set on its own whole; a part does not tell what it carries again."""
        self.tables()
        return self._left_out()

    def _payments(self) -> Frame:
        columns, wrong = gathered(self.spans, self.labels, guide.PAYMENT, self.payments)
        for one in wrong:
            self._fault(one)
        every = np.arange(len(self.sets))
        said = {
            "interchange_control_number": [self.interchange.control_number] * len(self.sets),
            "interchange_sender": [self.interchange.sender] * len(self.sets),
            "group_control_number": [one.group_control_number for one in self.sets],
            "transaction_control_number": [one.control_number for one in self.sets],
        }
        columns |= {name: values.written(self.spans, texts, every) for name, texts in said.items()}
        return {**columns, "payment_row": Numbers(every)}

    def _gathered(self, layout: Sequence[SegmentAt], openers: Offsets) -> Frame:
        """The columns of claims or services, their own row and ordinal, and the payment they stand in."""
        found, wrong = gathered(self.spans, self.labels, layout, openers)
        columns: Frame = {**found}
        payment = _above(self.payments, openers)
        for one in wrong:
            self._fault(replace(one, row=int(payment[one.row])))
        columns["payment_row"] = Numbers(payment)
        columns["segment"] = Numbers(self.interchange.counted(openers, self.payments[payment]))
        own = "claim_row" if openers is self.claims else "service_row"
        columns[own] = Numbers(np.arange(len(openers)))
        return columns

    def _adjustments(self) -> Frame:
        """Every triplet of every CAS; `service_row` is null for one that stands at the claim."""
        spans = self.spans
        cas = np.flatnonzero((spans.code == pack("CAS")) & (self._stands("2100") | self._stands("2110")))
        most = int(spans.count[cas].max(initial=0))
        triplets = [one for one in guide.CAS_TRIPLETS if one[0] <= most] or [guide.CAS_TRIPLETS[0]]
        bounds = [[spans.bounds(cas, element) for element in triplet] for triplet in triplets]
        # One row a triplet of each CAS, in the order of the file; those that say nothing are left out.
        begins, ends = (np.stack([[said[side] for said in one] for one in bounds]) for side in (0, 1))
        begins, ends = (one.transpose(1, 2, 0).reshape(3, -1) for one in (begins, ends))
        stands = np.flatnonzero((ends > begins).any(axis=0))
        begins, ends = begins[:, stands], ends[:, stands]
        where, number = cas[stands // len(triplets)], stands % len(triplets)
        payment = _above(self.payments, where)
        amounts, known = values.decimals(spans, begins[1], ends[1], 2, cents)
        quantities, counted = values.decimals(spans, begins[2], ends[2], 3, milli)
        for at in np.flatnonzero(~known | (~counted & (ends[2] > begins[2]))).tolist():
            what, element, cite = ("quantity", 4, "CAS04") if known[at] else ("amount", 3, "CAS03")
            reason, cite = f"the {what} cannot be read", f"{guide.VERSION} 2100, 2110 {cite}"
            element += 3 * int(number[at])
            self._fault(Unreadable(int(payment[at]), int(where[at]), element, reason, cite))
        group = spans.bounds(where, 1)
        return {
            "group_code": values.views(spans, *group),
            "reason_code": values.views(spans, begins[0], ends[0]),
            "payment_row": Numbers(payment),
            "claim_row": Numbers(_above(self.claims, where)),
            "service_row": Numbers(_above(self.services, where), self._stands("2110")[where]),
            "amount_cents": Numbers(amounts, known),
            "quantity_milli": Numbers(quantities, counted),
        }

    def _provider_adjustments(self) -> Columns:
        columns: Columns = {name: [] for name in terms.provider_adjustment.schema}
        where = np.flatnonzero((self.spans.code == pack("PLB")) & self._stands("summary"))
        where = where[where >= (self.interchange.cut.carried if self.interchange.cut else 0)]
        marks = self.spans.separators.component
        for segment, payment in zip(where.tolist(), _above(self.payments, where).tolist(), strict=True):
            elements = self.spans.segment(segment)
            elements += [""] * (15 - len(elements))
            fiscal_day = day(elements[2])
            if fiscal_day is None and elements[2]:
                reason = "the date cannot be read"
                self._fault(Unreadable(payment, segment, 2, reason, f"{guide.VERSION} PLB02", kind=Kind.DAY))
            for pair, amount in guide.PLB_PAIRS:
                if not (elements[pair] or elements[amount]):
                    continue
                self._append(
                    columns,
                    {
                        "payment_row": payment,
                        "provider_id": elements[1] or None,
                        "reason_code": component(elements[pair], marks, 1) or None,
                        "reference": component(elements[pair], marks, 2) or None,
                        "amount_cents": self._amount(payment, segment, amount, elements[amount], "PLB04"),
                        "fiscal_day": fiscal_day,
                    },
                )
        return columns

    @staticmethod
    def _append(columns: Columns, row: dict[str, object]) -> None:
        for name, value in row.items():
            columns[name].append(value)

    def _amount(self, payment: int, segment: int, element: int, text: str, cite: str) -> int | None:
        value = cents(text)
        if value is None:
            self._fault(Unreadable(payment, segment, element, "the amount cannot be read", f"{guide.VERSION} {cite}"))
        return value

    def _whole(self) -> None:
        """A set without its payment, with money outside a claim, or with a control character is a fault."""
        code = self.spans.code
        paid = _above(self.payments, np.flatnonzero((code == pack("BPR")) & self._stands(loops.HEADER)))
        for row in np.flatnonzero(np.bincount(paid, minlength=len(self.sets)) != 1).tolist():
            reason = "the remittance has not just one BPR"
            self._fault(Unreadable(row, self.sets[row].first, 0, reason, f"{guide.VERSION} BPR"))
        inside = np.zeros(len(self.spans), dtype=bool)
        for one in self.sets:
            inside[one.first : one.last + 1] = True
        homes = (("CAS", ("2100", "2110")), ("SVC", ("2110",)), ("CLP", ("2100",)), ("BPR", (loops.HEADER,)))
        for segment_id, loop_names in homes:
            at_home = np.logical_or.reduce([self._stands(name) for name in loop_names])
            self._flag(
                np.flatnonzero((code == pack(segment_id)) & inside & ~at_home),
                f"a {segment_id} stands where none may",
                f"{guide.VERSION} {segment_id}",
            )
        controls = self.spans.with_control_characters()
        self._flag(controls[inside[controls]], "a control character stands in the segment", "X12.6 3.3.1")

    def _flag(self, where: Offsets, reason: str, cite: str) -> None:
        for segment, payment in zip(where.tolist(), _above(self.payments, where).tolist(), strict=True):
            self._fault(Unreadable(payment, segment, 0, reason, cite))

    def _stands(self, loop: str) -> np.typing.NDArray[np.bool_]:
        return np.asarray(self.labels.loop == self.labels.number(loop))

    def _fault(self, fault: Unreadable) -> None:
        """Keeps the first fault of each set, by its place; a date that is none is no fault of the money."""
        if fault.kind is Kind.DAY:
            self.without_date.append(fault)
            return
        known = self.faults.get(fault.row)
        if known is None or fault.segment < known.segment:
            self.faults[fault.row] = fault

    def _left_out(self) -> list[_Told]:
        cut = self.interchange.cut
        new = 0 if cut is None else cut.carried
        lost = [(one, False, "the whole remittance is left out") for one in self.faults.values()]
        dates = [one for one in self.without_date if one.row not in self.faults and one.segment >= new]
        lost += [(one, True, "it is left empty") for one in dates]
        return [
            _Told(place.segment or 0, is_date, Skipped(place, f"{one.reason}; {outcome}", one.cite))
            for one, is_date, outcome in sorted(lost, key=lambda lost: lost[0].segment)
            for place in (self._place(one),)
        ]

    def _place(self, fault: Unreadable) -> Place:
        return self.interchange.place(
            self.sets[fault.row], fault.segment, fault.element or None, fault.component or None
        )


def _above(openers: Offsets, segments: Offsets) -> Offsets:
    """The last opener at or before each segment."""
    return np.searchsorted(openers, segments, side="right") - 1


_ROWS = ("payment_row", "claim_row", "service_row")


def _frames(tables: RemittanceTables) -> tuple[pl.DataFrame, ...]:
    return (
        tables.payments,
        tables.claim_payments,
        tables.service_payments,
        tables.adjustments,
        tables.provider_adjustments,
    )


def _kept(tables: RemittanceTables, kept: np.typing.NDArray[np.bool_]) -> RemittanceTables:
    """Without the sets that are left out; every row counted anew."""
    if kept.all():
        return tables
    whole = [frame.filter(pl.Series(kept[frame["payment_row"].to_numpy()])) for frame in _frames(tables)]
    anew = {name: {old: new for new, old in enumerate(whole[at][name].to_list())} for at, name in enumerate(_ROWS)}
    renamed = [
        frame.with_columns(
            pl.col(name).replace_strict(anew[name], return_dtype=pl.Int64) for name in _ROWS if name in frame.columns
        )
        for frame in whole
    ]
    return RemittanceTables(*renamed)


def _continued(tables: RemittanceTables, cut: CutOut | None) -> RemittanceTables:
    """A part that goes on with a payment has no row for it: the payment is the last one before, -1."""
    if cut is None or cut.is_first:
        return tables
    payments, *others = _frames(tables)
    return RemittanceTables(payments.clear(), *(one.with_columns(pl.col("payment_row") - 1) for one in others))


class _Through:
    """Rows counted through the pieces."""

    def __init__(self) -> None:
        self._next = dict.fromkeys(_ROWS, 0)

    def counted(self, tables: RemittanceTables) -> RemittanceTables:
        """These tables, their rows counted on."""
        frames = _frames(tables)
        found = RemittanceTables(
            *(
                frame.with_columns(pl.col(name) + self._next[name] for name in _ROWS if name in frame.columns)
                for frame in frames
            )
        )
        for name, frame in zip(_ROWS, frames, strict=False):
            self._next[name] += frame.height
        return found
