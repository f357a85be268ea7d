"""837P, 837I and 837D bytes -> the claim tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import groupby

import numpy as np
import polars as pl

from claimkeep.engine.terms import claim as terms
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.finding import Place, Skipped
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12 import cutting, envelope, kind, loops, values
from claimkeep.engine.x12.arrow import Cells, Numbers, chosen
from claimkeep.engine.x12.claim_837.listed import Listed, counted
from claimkeep.engine.x12.claim_837.prior_reading import adjustments
from claimkeep.engine.x12.columns import Frame, Unreadable, framed, gathered, occurrences
from claimkeep.engine.x12.cutting import Cut, Part
from claimkeep.engine.x12.envelope import Interchange, Received, Transaction
from claimkeep.engine.x12.guides import g005010x222a1, g005010x223a2, g005010x224a2
from claimkeep.engine.x12.guides.claim_layout import LOST, Layout, Rows
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import Offsets, Spans, pack

LAYOUTS = {one.transaction: one for one in (g005010x222a1.LAYOUT, g005010x223a2.LAYOUT, g005010x224a2.LAYOUT)}
"""The guides we read and write claims by, by the kind of their sets."""

_NOT_OURS = {
    "837P": "a professional claim set (837P) is not read here",
    "837I": "an institutional claim set (837I) is not read here",
    "837D": "a dental claim set (837D) is not read here",
    "837": "a claim set that names no known guide and holds no service line is not read",
}


def read(data: Octets, kinds: Collection[str] = frozenset(LAYOUTS)) -> tuple[ClaimTables, tuple[Skipped, ...]]:
    """The claims of a file, and what was left out, each with its place.

    data  : any number of interchanges; 005010X222, X223 and X224 in every edition
    kinds : what is read, of 837P, 837I, 837D; sets of another kind are left out with the reason
    ->      the tables, `claim_row` from 0 in the order of the file; `source_id` is CLM01
    A set whose service lines are professional (SV1) is read as professional whatever guide it names; so are
    institutional (SV2) and dental (SV3) ones. A claim with one unreadable value is left out; the others of its set go
    in. Raises X12Error when no interchange header can be read.
    Source: 005010X222A1, 005010X223A2, 005010X224A2 2000A to 2420.
    """
    parts: list[ClaimTables] = []
    skipped: list[Skipped] = []
    for tables, lost in pieces(envelope.read(data), kinds):
        skipped.extend(lost)
        if tables.size:
            parts.append(tables)
    if not parts:
        return ClaimTables.empty(), tuple(skipped)
    names = [one.name for one in fields(ClaimTables)]
    whole = ClaimTables(**{name: pl.concat([getattr(one, name) for one in parts]) for name in names})
    return whole, tuple(skipped)


def pieces(
    received: Received, kinds: Collection[str] = frozenset(LAYOUTS)
) -> Iterator[tuple[ClaimTables, tuple[Skipped, ...]]]:
    """What `read` gives, a piece at a time: `claim_row` counts through them. No more than a piece is in memory."""
    yield ClaimTables.empty(), received.skipped
    row = 0
    for interchange in received.interchanges:
        sets, refused = _of_kinds(interchange, kinds)
        yield ClaimTables.empty(), tuple(refused)
        for what, alike in groupby(sets, key=lambda one: one[0]):
            guide = LAYOUTS[what]
            cut = Cut(("CLM",), partial(_carried, guide=guide), else_before=("HL",))
            for part, batch in cutting.batches(received.octets, interchange, [one for _, one in alike], cut):
                tables, lost = _Sets(part, batch, guide).tables(row)
                row += tables.size
                yield tables, tuple(lost)


def _carried(part: Part, guide: Layout) -> Offsets:
    """The ST, and the levels that what follows this part stands under: each HL to the next one or to its first claim.

    What begins under no billing provider or no subscriber has no owner, nor has what follows it: it is carried instead.
    """
    spans = part.spans
    labels = loops.label(spans, [(0, len(spans) - 1)], guide.loops)
    begins = spans.where("HL", "CLM")
    carried = [np.zeros(1, dtype=np.intp)]
    above = 0
    for loop in ("2000A", "2000B", "2000C"):
        openers = labels.openers(loop)
        if loop == "2000B":
            after = begins[(begins > above) & (labels.loop[begins] > 0)]
            if len(after) and labels.names[labels.loop[after[0]]] == LOST:
                carried.append(after[:1])
                break
        if not len(openers) or openers[-1] < above:
            continue
        above = int(openers[-1])
        end = begins[begins > above]
        carried.append(np.arange(above, end[0] if len(end) else len(spans)))
    return np.concatenate(carried)


def _of_kinds(interchange: Interchange, kinds: Collection[str]) -> tuple[list[tuple[str, Transaction]], list[Skipped]]:
    """The sound sets that hold claims of these kinds, each with its kind; the others with the reason."""
    sets: list[tuple[str, Transaction]] = []
    refused: list[Skipped] = []
    for transaction in interchange.sound():
        what = kind.kind(transaction)
        reason = "" if what in kinds else _NOT_OURS.get(what, "the transaction set holds no claims")
        if not reason and not transaction.version.startswith("005010"):
            reason = "the claim set is not of version 005010, the only one adopted (45 CFR 162.1102)"
        if reason:
            cite = f"{LAYOUTS.get(what, g005010x222a1.LAYOUT).version} ST03"
            refused.append(Skipped(interchange.place(transaction, transaction.first), reason, cite))
        else:
            sets.append((what, transaction))
    return sets, refused


@dataclass(frozen=True, slots=True)
class _Levels:
    """Which billing provider, subscriber and patient each claim stands under; no patient is -1. One entry a CLM."""

    claims: Offsets
    billing: Offsets
    subscriber: Offsets
    patient: Offsets


class _Sets:
    """The sets of one kind of one interchange, all their claims at once."""

    def __init__(self, interchange: Part, sets: list[Transaction], guide: Layout) -> None:
        self.guide = guide
        self.interchange = interchange
        self.sets = sets
        self.spans: Spans = interchange.spans
        self.labels: Labels = loops.label(self.spans, [(one.first, one.last) for one in sets], guide.loops)
        self.firsts = np.array([one.first for one in sets])
        self.claims = self.labels.openers("2300")
        self.lines = self.labels.openers("2400")
        self.payers = self.labels.openers("2320")
        self.faults: dict[int, Unreadable] = {}

    def tables(self, row: int) -> tuple[ClaimTables, list[Skipped]]:
        """The tables, claims counted from `row`, and the claims that are left out."""
        levels = self._levels()
        claims = self._claim_columns(levels)
        lines, line_claim = self._below(self.guide.line, self.lines)
        before = np.searchsorted(self.lines, self.claims)[line_claim]
        line_numbers = np.arange(len(self.lines)) - before + 1
        lines["line_number"] = Numbers(line_numbers)
        payers, payer_claim = self._below(self.guide.other_payer, self.payers)
        positions = counted(payer_claim)
        payers["position"] = positions
        payments = self._payments(line_numbers)
        adjusted = self._adjustments(positions, payments)
        codes = Listed(self.spans, self.labels, self.guide, self.claims, self._fault)
        claims |= codes.of_claim()
        diagnoses, diagnosis_claim = codes.diagnoses()
        others, other_claim = codes.others()
        procedures, procedure_claim = codes.procedures()
        teeth, tooth_claim = self._teeth(line_numbers)
        self._whole(line_claim)
        self._procedures_said(lines, line_claim)
        self._at_home()
        self._printable(levels)
        kept = np.ones(len(self.claims), dtype=bool)
        kept[list(self.faults)] = False
        rows = np.cumsum(kept) - 1 + row
        tables = ClaimTables(
            _frame(terms.claim, claims, np.arange(len(self.claims)), kept, rows),
            _frame(terms.service_line, lines, line_claim, kept, rows),
            _frame(terms.diagnosis, diagnoses, diagnosis_claim, kept, rows),
            _frame(terms.other_payer, payers, payer_claim, kept, rows),
            _frame(terms.claim_code, others, other_claim, kept, rows),
            _frame(terms.procedure, procedures, procedure_claim, kept, rows),
            _frame(terms.tooth, teeth, tooth_claim, kept, rows),
            _kept(payments, kept, rows),
            _kept(adjusted, kept, rows),
        )
        told = sorted([*self._ownerless(), *self._left_out()], key=lambda one: one[0])
        return tables, [skipped for _, skipped in told]

    def _levels(self) -> _Levels:
        billing, subscriber, patient = (self.labels.openers(one) for one in ("2000A", "2000B", "2000C"))
        above = np.searchsorted(subscriber, self.claims) - 1
        own = np.searchsorted(patient, self.claims) - 1
        has_patient = own >= 0
        if len(patient):
            has_patient &= patient[np.maximum(own, 0)] > subscriber[above]
        own = np.where(has_patient, own, -1)
        levels = _Levels(self.claims, np.searchsorted(billing, self.claims) - 1, above, own)
        self._check_parents(levels, billing, subscriber, patient)
        return levels

    def _check_parents(self, levels: _Levels, billing: Offsets, subscriber: Offsets, patient: Offsets) -> None:
        """A claim whose HL names another parent than the one it stands under has no certain owner (HL02)."""
        rows = np.arange(len(self.claims))
        own = np.flatnonzero(levels.patient >= 0)
        self._check_pairs(rows, billing[levels.billing], subscriber[levels.subscriber])
        self._check_pairs(own, subscriber[levels.subscriber[own]], patient[levels.patient[own]])

    def _check_pairs(self, rows: Offsets, upper: Offsets, lower: Offsets) -> None:
        named, numbers = (self.spans.bounds(lower, 2), self.spans.bounds(upper, 1))
        same = values.words(self.spans, *named) == values.words(self.spans, *numbers)
        lengths = [ends - begins for begins, ends in (named, numbers)]
        sure = same & (lengths[0] == lengths[1]) & (lengths[0] <= values.WORD)
        for at in np.flatnonzero(~sure).tolist():
            if self.spans.element(int(lower[at]), 2) != self.spans.element(int(upper[at]), 1):
                reason = "HL02 does not name the level the claim stands under"
                self._fault(
                    Unreadable(int(rows[at]), int(lower[at]), 2, reason, f"{self.guide.version} 2000B, 2000C HL02")
                )

    def _claim_columns(self, levels: _Levels) -> Frame:
        columns: Frame = {}
        subscriber = self._above(self.guide.subscriber, "2000B", levels.subscriber)
        columns.update(self._above(self.guide.billing, "2000A", levels.billing))
        columns.update(subscriber)
        patient = self._above(self.guide.patient, "2000C", levels.patient)
        for name, own in patient.items():
            other = name.replace("patient_", "subscriber_")
            columns[name] = chosen(levels.patient >= 0, own, subscriber[name if other not in subscriber else other])
        layout = self.guide.claim + self.guide.claim_rest + self.guide.providers
        own_claim, wrong = gathered(self.spans, self.labels, layout, self.claims)
        for one in wrong:
            self._fault(one)
        columns.update(own_claim)
        columns["source_id"] = own_claim["claim_number"]
        columns["claim_kind"] = values.written(self.spans, [self.guide.kind], np.zeros(len(self.claims), dtype=np.intp))
        return columns

    def _above(self, layout: Rows, loop: str, which: Offsets) -> dict[str, Cells]:
        """The columns of a level, repeated for each claim under it; a fault there is a fault of each."""
        columns, wrong = gathered(self.spans, self.labels, layout, self.labels.openers(loop))
        self._fault_below(which, wrong)
        if len(which) == len(self.labels.openers(loop)) and np.array_equal(which, np.arange(len(which))):
            return columns
        return {name: one.take(which) for name, one in columns.items()}

    def _below(self, layout: Rows, openers: Offsets) -> tuple[dict[str, Cells], Offsets]:
        """The columns of a table below the claim, and the claim of each row."""
        columns, wrong = gathered(self.spans, self.labels, layout, openers)
        claim_of = np.searchsorted(self.claims, openers) - 1
        for one in wrong:
            self._fault(replace(one, row=int(claim_of[one.row])))
        return columns, claim_of

    def _payments(self, line_numbers: Offsets) -> pl.DataFrame:
        """What further payers decided of each line; `claim_row` is the row among all claims."""
        openers = self.labels.openers("2430")
        if not len(openers):
            return terms.line_payment.frame()
        columns, claim_of = self._below(self.guide.line_payment, openers)
        line_of = np.searchsorted(self.lines, openers) - 1
        told = {"claim_row": Numbers(claim_of), "position": counted(line_of)}
        told["line_number"] = Numbers(line_numbers[line_of])
        return framed(terms.line_payment, {**columns, **told}, len(openers))

    def _adjustments(self, positions: Numbers, payments: pl.DataFrame) -> pl.DataFrame:
        """What further payers adjusted; `claim_row` is the row among all claims."""
        payers = pl.DataFrame({"position": positions.values})
        found, wrong = adjustments(self.spans, self.labels, self.guide, self.claims, payers, payments)
        for one in wrong:
            self._fault(one)
        return found

    def _teeth(self, line_numbers: Offsets) -> tuple[Frame, Offsets]:
        """The status of teeth of each claim, then those each line treated."""
        parts: list[pl.DataFrame] = []
        for one in (*self.guide.tooth_status, *self.guide.line_tooth):
            where = occurrences(self.spans, self.labels, one.loop, one.segment)
            columns, claim_of = self._below((one,), where)
            qualifier, cite = next(iter(one.match)), f"{self.guide.version} {one.loop} {one.segment}"
            said = values.is_one_of(self.spans, *self.spans.bounds(where, qualifier), one.match[qualifier])
            for at in np.flatnonzero(~said).tolist():
                reason = "the tooth is not of the universal national designation system"
                self._fault(Unreadable(int(claim_of[at]), int(where[at]), qualifier, reason, cite))
            frame = framed(terms.tooth, {**columns, "claim_row": Numbers(claim_of)}, len(where))
            if one.loop == "2400":
                line_of = np.searchsorted(self.lines, where) - 1
                frame = frame.with_columns(line_number=pl.Series(line_numbers[line_of]))
            parts.append(frame)
        if not parts:
            return {}, np.empty(0, dtype=np.intp)
        found = pl.concat(parts).sort("claim_row", "line_number", maintain_order=True)
        return {**found.to_dict()}, found["claim_row"].to_numpy()

    def _whole(self, line_claim: Offsets) -> None:
        """A claim without a line and a line without just one service of its kind are faults."""
        for row in np.flatnonzero(np.bincount(line_claim, minlength=len(self.claims)) == 0).tolist():
            cite = f"{self.guide.version} 2400 LX"
            self._fault(Unreadable(row, int(self.claims[row]), 0, "the claim has no service line", cite))
        service = self.guide.service.segment
        named, cite = f"{self.guide.kind} service ({service})", f"{self.guide.version} 2400 {service}"
        services = occurrences(self.spans, self.labels, "2400", service)
        served = np.searchsorted(self.lines, services) - 1
        times = np.bincount(served, minlength=len(self.lines))
        for line in np.flatnonzero(times != 1).tolist():
            row, many = int(line_claim[line]), "more than one" if times[line] else "no"
            self._fault(Unreadable(row, int(self.lines[line]), 0, f"the service line has {many} {named}", cite))

    def _at_home(self) -> None:
        """A code, a tooth or a decision that stands where none may would be lost: it is a fault of its claim."""
        for segment_id, homes in self.guide.homes.items():
            where = np.flatnonzero(self.spans.code == pack(segment_id))
            is_home = np.isin(self.labels.loop[where], [self.labels.number(one) for one in homes])
            for segment in where[~is_home].tolist():
                row = int(np.searchsorted(self.claims, segment)) - 1
                one = self.sets[int(np.searchsorted(self.firsts, segment, side="right")) - 1]
                if row >= 0 and one.first < self.claims[row] and segment <= one.last:
                    reason = f"the {segment_id} stands where none may"
                    self._fault(Unreadable(row, segment, 0, reason, f"{self.guide.version} {homes[0]} {segment_id}"))

    def _procedures_said(self, lines: dict[str, Cells], line_claim: Offsets) -> None:
        """A procedure whose code is not there is a fault, though a line need not have a procedure."""
        bare = lines["procedure_qualifier"].given() & ~lines["procedure_code"].given()
        if not bare.any():
            return
        at = next(one for one in self.guide.service.at if one.column == "procedure_code")
        services = occurrences(self.spans, self.labels, "2400", self.guide.service.segment)
        served = np.searchsorted(self.lines, services) - 1
        bad = services[np.isin(served, np.flatnonzero(bare))]
        for segment in bad.tolist():
            row = int(line_claim[np.searchsorted(self.lines, segment) - 1])
            reason = "a required value is not there"
            self._fault(Unreadable(row, segment, at.element, reason, at.cite, at.component))

    def _printable(self, levels: _Levels) -> None:
        """A control character is a fault of every claim that takes a value from its segment."""
        controls = self.spans.with_control_characters()
        if not len(controls):
            return
        names = self.labels.names
        owners = (
            ("2000A", "2010A", levels.billing),
            ("2000B", "2010B", levels.subscriber),
            ("2000C", "2010C", levels.patient),
            ("23", "24", np.arange(len(self.claims))),
        )
        for begins, also, owner in owners:
            loops_here = [number for number, name in enumerate(names) if name.startswith((begins, also))]
            segments = controls[np.isin(self.labels.loop[controls], loops_here)]
            openers = self.claims if begins == "23" else self.labels.openers(begins)
            rows = (np.searchsorted(openers, segments, side="right") - 1).tolist()
            reason, cite = "a control character stands in the segment", "X12.6 3.3.1"
            self._fault_below(
                owner, [Unreadable(row, at, 0, reason, cite) for row, at in zip(rows, segments.tolist(), strict=True)]
            )

    def _fault_below(self, owner: Offsets, faults: list[Unreadable]) -> None:
        """A fault of a level is a fault of each claim under it. owner : the row of the level, one entry a claim."""
        first: dict[int, Unreadable] = {}
        for one in faults:
            if one.row not in first or one.segment < first[one.row].segment:
                first[one.row] = one
        for row in np.flatnonzero(np.isin(owner, list(first))).tolist():
            self._fault(replace(first[int(owner[row])], row=row))

    def _fault(self, fault: Unreadable) -> None:
        """Keeps the first fault of each claim, by its place."""
        known = self.faults.get(fault.row)
        if known is None or fault.segment < known.segment:
            self.faults[fault.row] = fault

    def _place(self, segment: int, element: int = 0, component: int = 0) -> Place:
        transaction = self.sets[int(np.searchsorted(self.firsts, segment, side="right")) - 1]
        return self.interchange.place(transaction, segment, element or None, component or None)

    def _left_out(self) -> Iterator[tuple[int, Skipped]]:
        """Claims that are left out and sets without any, each with the segment it is told at."""
        for row in sorted(self.faults):
            fault = self.faults[row]
            place = self._place(fault.segment, fault.element, fault.component)
            yield int(self.claims[row]), Skipped(place, f"{fault.reason}; the claim is left out", fault.cite)
        claims = np.flatnonzero(self.spans.code == pack("CLM"))
        held = np.bincount(np.searchsorted(self.firsts, claims, side="right") - 1, minlength=len(self.sets))
        cut = self.interchange.cut
        if cut is not None:
            held += cut.openers if cut.is_last else 1
        for index in np.flatnonzero(held == 0).tolist():
            first = self.sets[index].first
            yield first, Skipped(self._place(first), "the claim set holds no claim", f"{self.guide.version} 2300 CLM")

    def _ownerless(self) -> Iterator[tuple[int, Skipped]]:
        """Claims that stand under no subscriber, each with its segment."""
        lost = (self.spans.code == pack("CLM")) & (self.labels.loop == self.labels.number(LOST))
        if self.interchange.cut is not None:
            lost[: self.interchange.cut.carried] = False
        for segment in np.flatnonzero(lost).tolist():
            reason = "the claim stands under no subscriber; it is left out"
            yield segment, Skipped(self._place(segment), reason, f"{self.guide.version} 2000B HL")


def _kept(frame: pl.DataFrame, kept: np.typing.NDArray[np.bool_], rows: Offsets) -> pl.DataFrame:
    """The rows of the claims that are kept, `claim_row` counted anew."""
    claim_of = frame["claim_row"].to_numpy()
    return frame.with_columns(claim_row=pl.Series(rows[claim_of])).filter(pl.Series(kept[claim_of]))


def _frame(
    shape: TableShape,
    columns: Mapping[str, Cells | pl.Series],
    claim_of: Offsets,
    kept: np.typing.NDArray[np.bool_],
    rows: Offsets,
) -> pl.DataFrame:
    """The rows of the claims that are kept, `claim_row` counted anew."""
    frame = framed(shape, {**columns, "claim_row": Numbers(rows[claim_of])}, len(claim_of))
    return frame if kept.all() else frame.filter(pl.Series(kept[claim_of]))
