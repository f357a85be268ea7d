"""837P bytes -> the four claim tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from claimkeep.engine.terms import claim as terms
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.finding import Place, Skipped
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12 import envelope, kind, loops, values
from claimkeep.engine.x12.arrow import Cells, chosen
from claimkeep.engine.x12.columns import Frame, Unreadable, framed, gathered, occurrences
from claimkeep.engine.x12.envelope import Interchange, Part, Transaction
from claimkeep.engine.x12.guides import g005010x222a1 as guide
from claimkeep.engine.x12.loops import Labels
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import SPACE, Offsets, Spans, pack

_NOT_OURS = {
    "837I": "an institutional claim set (837I) is not read",
    "837D": "a dental claim set (837D) is not read",
    "837": "a claim set that names no known guide and holds no service line is not read",
}


def read(data: Octets) -> tuple[ClaimTables, tuple[Skipped, ...]]:
    """The professional claims of a file, and what was left out, each with its place.

    data : any number of interchanges; 005010X222, A1, A2
    ->     the four tables, `claim_row` from 0 in the order of the file; `source_id` is CLM01
    A set whose service lines are professional (SV1) is read as professional whatever guide it names.
    A claim with one unreadable value is left out; the others of its set go in.
    Raises X12Error when no interchange header can be read.
    Source: 005010X222A1 2000A to 2420A.
    """
    received = envelope.read(data)
    skipped = list(received.skipped)
    parts: list[ClaimTables] = []
    row = 0
    for interchange in received.interchanges:
        sets, refused = _professional(interchange)
        skipped.extend(refused)
        for part, batch in envelope.batches(received.octets, interchange, sets):
            tables, lost = _Sets(part, batch).tables(row)
            row += tables.size
            parts.append(tables)
            skipped.extend(lost)
    if not parts:
        return ClaimTables.empty(), tuple(skipped)
    return ClaimTables(
        pl.concat([one.claims for one in parts]),
        pl.concat([one.service_lines for one in parts]),
        pl.concat([one.diagnoses for one in parts]),
        pl.concat([one.other_payers for one in parts]),
    ), tuple(skipped)


def _professional(interchange: Interchange) -> tuple[list[Transaction], list[Skipped]]:
    """The sound sets that hold professional claims; the others with the reason they are not read."""
    sets: list[Transaction] = []
    refused: list[Skipped] = []
    for transaction in interchange.sound():
        what = kind.kind(transaction)
        reason = "" if what == "837P" else _NOT_OURS.get(what, "the transaction set holds no claims")
        if not reason and not transaction.version.startswith("005010"):
            reason = "the claim set is not of version 005010, the only one adopted (45 CFR 162.1102)"
        if reason:
            refused.append(Skipped(interchange.place(transaction, transaction.first), reason, f"{guide.VERSION} ST03"))
        else:
            sets.append(transaction)
    return sets, refused


@dataclass(frozen=True, slots=True)
class _Levels:
    """Which billing provider, subscriber and patient each claim stands under; no patient is -1. One entry a CLM."""

    claims: Offsets
    billing: Offsets
    subscriber: Offsets
    patient: Offsets


class _Sets:
    """The professional sets of one interchange, all their claims at once."""

    def __init__(self, interchange: Part, sets: list[Transaction]) -> None:
        self.interchange = interchange
        self.sets = sets
        self.spans: Spans = interchange.spans
        self.labels: Labels = loops.label(self.spans, [(one.first, one.last) for one in sets], guide.LOOPS)
        self.firsts = np.array([one.first for one in sets])
        self.claims = self.labels.openers("2300")
        self.lines = self.labels.openers("2400")
        self.payers = self.labels.openers("2320")
        self.faults: dict[int, Unreadable] = {}

    def tables(self, row: int) -> tuple[ClaimTables, list[Skipped]]:
        """The tables, claims counted from `row`, and the claims that are left out."""
        levels = self._levels()
        claims = self._claim_columns(levels)
        lines, line_claim = self._below(guide.LINE, self.lines)
        before = np.searchsorted(self.lines, self.claims)[line_claim]
        lines["line_number"] = pl.Series(np.arange(len(self.lines)) - before + 1)
        payers, payer_claim = self._below(guide.OTHER_PAYER, self.payers)
        diagnoses, diagnosis_claim = self._diagnoses()
        self._whole(line_claim)
        self._printable(levels)
        kept = np.ones(len(self.claims), dtype=bool)
        kept[list(self.faults)] = False
        rows = np.cumsum(kept) - 1 + row
        tables = ClaimTables(
            _frame(terms.claim, claims, np.arange(len(self.claims)), kept, rows),
            _frame(terms.service_line, lines, line_claim, kept, rows),
            _frame(terms.diagnosis, diagnoses, diagnosis_claim, kept, rows),
            _frame(terms.other_payer, payers, payer_claim, kept, rows),
        )
        return tables, [*self._ownerless(), *self._left_out()]

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
                self._fault(Unreadable(int(rows[at]), int(lower[at]), 2, reason, f"{guide.VERSION} 2000B, 2000C HL02"))

    def _claim_columns(self, levels: _Levels) -> Frame:
        columns: Frame = {}
        subscriber = self._above(guide.SUBSCRIBER, "2000B", levels.subscriber)
        columns.update(self._above(guide.BILLING, "2000A", levels.billing))
        columns.update(subscriber)
        patient = self._above(guide.PATIENT, "2000C", levels.patient)
        for name, own in patient.items():
            other = name.replace("patient_", "subscriber_")
            columns[name] = chosen(levels.patient >= 0, own, subscriber[name if other not in subscriber else other])
        own_claim, wrong = gathered(self.spans, self.labels, guide.CLAIM + guide.PROVIDERS, self.claims)
        for one in wrong:
            self._fault(one)
        columns.update(own_claim)
        columns["source_id"] = own_claim["claim_number"]
        return columns

    def _above(self, layout: tuple[Any, ...], loop: str, which: Offsets) -> dict[str, Cells]:
        """The columns of a level, repeated for each claim under it; a fault there is a fault of each."""
        columns, wrong = gathered(self.spans, self.labels, layout, self.labels.openers(loop))
        self._fault_below(which, wrong)
        return {name: one.take(which) for name, one in columns.items()}

    def _below(self, layout: tuple[Any, ...], openers: Offsets) -> tuple[Frame, Offsets]:
        """The columns of a table below the claim, and the claim of each row."""
        columns, wrong = gathered(self.spans, self.labels, layout, openers)
        claim_of = np.searchsorted(self.claims, openers) - 1
        for one in wrong:
            self._fault(replace(one, row=int(claim_of[one.row])))
        return columns, claim_of

    def _diagnoses(self) -> tuple[Frame, Offsets]:
        """Every diagnosis of every HI, in order; codes lose their dot. Other codes of an HI are none."""
        spans = self.spans
        where = occurrences(spans, self.labels, "2300", "HI")
        segment, element, begins, ends = values.repetitions(spans, where)
        kinds = values.components(spans, begins, ends, 1, is_bare=False)
        is_one = values.is_one_of(spans, *kinds, guide.DIAGNOSIS_QUALIFIERS)
        segment, element, begins, ends = (one[is_one] for one in (segment, element, begins, ends))
        bounds = {
            "qualifier": values.components(spans, begins, ends, 1),
            "code": values.components(spans, begins, ends, 2),
        }
        columns = values.texts(spans, bounds)
        code = columns["code"].str.replace_all(".", "", literal=True).str.strip_chars(SPACE)
        claim_of = np.searchsorted(self.claims, segment) - 1
        for at in np.flatnonzero((code.fill_null("") == "").to_numpy()).tolist():
            row, place = int(claim_of[at]), (int(segment[at]), int(element[at]))
            self._fault(Unreadable(row, *place, "a diagnosis has no code", f"{guide.VERSION} 2300 HI01-2"))
        position = np.arange(len(claim_of)) - np.searchsorted(claim_of, claim_of) + 1
        return {**columns, "code": code, "position": pl.Series(position)}, claim_of

    def _whole(self, line_claim: Offsets) -> None:
        """A claim without a line and a line without just one professional service are faults."""
        for row in np.flatnonzero(np.bincount(line_claim, minlength=len(self.claims)) == 0).tolist():
            cite = f"{guide.VERSION} 2400 LX"
            self._fault(Unreadable(row, int(self.claims[row]), 0, "the claim has no service line", cite))
        services = occurrences(self.spans, self.labels, "2400", "SV1")
        served = np.searchsorted(self.lines, services) - 1
        times = np.bincount(served, minlength=len(self.lines))
        for line in np.flatnonzero(times == 0).tolist():
            row, reason = int(line_claim[line]), "the service line has no professional service (SV1)"
            self._fault(Unreadable(row, int(self.lines[line]), 0, reason, f"{guide.VERSION} 2400 SV1"))
        for line in np.flatnonzero(times > 1).tolist():
            row, reason = int(line_claim[line]), "the service line has more than one professional service (SV1)"
            self._fault(Unreadable(row, int(self.lines[line]), 0, reason, f"{guide.VERSION} 2400 SV1"))

    def _printable(self, levels: _Levels) -> None:
        """A control character is a fault of every claim that takes a value from its segment."""
        controls = self.spans.with_control_characters()
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

    def _left_out(self) -> Iterator[Skipped]:
        for row in sorted(self.faults):
            fault = self.faults[row]
            place = self._place(fault.segment, fault.element, fault.component)
            yield Skipped(place, f"{fault.reason}; the claim is left out", fault.cite)
        holding = np.searchsorted(self.firsts, np.flatnonzero(self.spans.code == pack("CLM")), side="right") - 1
        for index in np.setdiff1d(np.arange(len(self.sets)), holding).tolist():
            place = self._place(self.sets[index].first)
            yield Skipped(place, "the claim set holds no claim", f"{guide.VERSION} 2300 CLM")

    def _ownerless(self) -> Iterator[Skipped]:
        """Claims that stand under no subscriber."""
        lost = (self.spans.code == pack("CLM")) & (self.labels.loop == self.labels.number(guide.LOST))
        for segment in np.flatnonzero(lost).tolist():
            reason = "the claim stands under no subscriber; it is left out"
            yield Skipped(self._place(segment), reason, f"{guide.VERSION} 2000B HL")


def _frame(
    shape: TableShape, columns: Frame, claim_of: Offsets, kept: np.typing.NDArray[np.bool_], rows: Offsets
) -> pl.DataFrame:
    """The rows of the claims that are kept, `claim_row` counted anew."""
    frame = framed(shape, {**columns, "claim_row": pl.Series(rows[claim_of])}, len(claim_of))
    return frame if kept.all() else frame.filter(pl.Series(kept[claim_of]))
