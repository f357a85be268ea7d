"""What stands above a segment: the last instance of each level (HL) that no level further out has ended since.

An answer about a patient (271, 277) stands under a payer, a provider, a subscriber and perhaps a dependent; every row
of its table repeats what those say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from claimkeep.engine.terms.finding import Place, Skipped
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12 import loops
from claimkeep.engine.x12.columns import Columns, Kind, SegmentAt, Unreadable, gather
from claimkeep.engine.x12.cutting import Part
from claimkeep.engine.x12.envelope import Interchange, Transaction
from claimkeep.engine.x12.loops import Labels, Opens
from claimkeep.engine.x12.segments import Offsets, Spans, pack

Layout = Sequence[SegmentAt]


def under(openers: Offsets, segments: Offsets, fences: Offsets) -> Offsets:
    """For each segment the index of the opener it stands under; -1 where a fence stands between, or there is none.

    openers, fences : in order; a segment that is itself an opener stands under itself

    >>> under(np.array([1, 5]), np.array([0, 2, 4, 6]), np.array([3])).tolist()
    [-1, 0, -1, 1]
    """
    row = np.searchsorted(openers, segments, side="right") - 1
    fence = np.searchsorted(fences, segments, side="right") - 1
    begun = np.where(row >= 0, np.append(openers, 0)[row], -1)
    ended = np.where(fence >= 0, np.append(fences, 0)[fence], -1)
    return np.where(begun >= ended, row, -1)


def joined(*openers: Offsets) -> Offsets:
    """Openers of several loops in one order."""
    return np.unique(np.concatenate(openers)).astype(np.intp)


@dataclass(slots=True)
class Rows:
    """The rows of one table over some sets of one interchange, one a segment of `at`, filled from the outside in.

    columns : what is known of each row so far
    lost    : rows that must be left out, because something they say could not be read
    skipped : what was left out or left empty, with its place
    """

    interchange: Part
    sets: Sequence[Transaction]
    labels: Labels
    at: Offsets
    version: str
    columns: Columns = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def spans(self) -> Spans:
        """The segments of the interchange."""
        return self.interchange.spans

    @property
    def firsts(self) -> Offsets:
        """The ST of each set."""
        return np.array([one.first for one in self.sets], dtype=np.intp)

    def fill(self, layout: Layout, openers: Offsets, fences: Offsets) -> Offsets:
        """Gives each row what the instance it stands under says; a value given before stands where there is none.

        -> for each row, the index of its instance among `openers`, or -1
        """
        found, wrong = gather(self.spans, self.labels, layout, openers)
        which = under(openers, self.at, fences)
        for name, values in found.items():
            before = self.columns.get(name, [None] * len(self.at))
            given = [None if row < 0 else values[row] for row in which.tolist()]
            self.columns[name] = [old if new is None else new for old, new in zip(before, given, strict=True)]
        for one in wrong:
            self.tell(one, np.flatnonzero(which == one.row).tolist())
        return which

    def levels(self, chain: Sequence[tuple[str, Layout]]) -> Offsets:
        """Fills from each level of a chain of HL loops, the outermost first; -> every HL of the sets, in order.

        Rows under a level that names another parent than the one it stands under (HL02), or that is none of the chain
        (HL03), have no certain owner and are lost.
        """
        fences = self.firsts
        above = np.full(len(self.at), -1, dtype=np.intp)
        for loop, layout in chain:
            openers = self.labels.openers(loop)
            which = self.fill(layout, openers, fences)
            stands = which >= 0
            begun = np.where(stands, np.append(openers, 0)[which], -1)
            self._parents(np.unique(np.stack([begun, above])[:, stands & (above >= 0)], axis=1), begun)
            above = np.where(stands, begun, above)
            fences = joined(fences, openers)
        return self._known(fences)

    def _known(self, fences: Offsets) -> Offsets:
        inside = [np.arange(one.first, one.last + 1) for one in self.sets]
        levels = np.intersect1d(self.spans.where("HL"), np.concatenate(inside))
        for segment in np.setdiff1d(levels, fences).tolist():
            owned = np.flatnonzero(levels[under(levels, self.at, self.firsts)] == segment).tolist()
            fault = Unreadable(0, segment, 3, "HL03 is no level of the guide", f"{self.version} HL03")
            self.tell(fault, owned)
        return levels

    def _parents(self, pairs: Offsets, begun: Offsets) -> None:
        for lower, upper in pairs.T.tolist():
            if self.spans.element(lower, 2) != self.spans.element(upper, 1):
                reason = "HL02 does not name the level it stands under"
                fault = Unreadable(0, lower, 2, reason, f"{self.version} HL02")
                self.tell(fault, np.flatnonzero(begun == lower).tolist())

    def tell(self, fault: Unreadable, rows: Iterable[int]) -> None:
        """Tells a fault once; the rows it stands in are lost, unless it is only a day."""
        is_day = fault.kind in (Kind.DAY, Kind.PERIOD)
        outcome = "it is left empty" if is_day else "what it stands for is left out"
        self.skipped.append(
            Skipped(self.place(fault.segment, fault.element, fault.component), f"{fault.reason}; {outcome}", fault.cite)
        )
        if not is_day:
            self.lost.update(rows)

    def place(self, segment: int, element: int = 0, component: int = 0) -> Place:
        """Where a segment stands, counted inside its set."""
        owner = self.sets[int(np.searchsorted(self.firsts, segment, side="right")) - 1]
        return self.interchange.place(owner, segment, element or None, component or None)

    def stamp(self) -> None:
        """The control numbers of the set of each row, and its own ordinal in it."""
        owner = np.searchsorted(self.firsts, self.at, side="right") - 1
        self.columns["interchange_control_number"] = [self.interchange.control_number or None] * len(self.at)
        self.columns["transaction_control_number"] = [self.sets[one].control_number or None for one in owner.tolist()]
        self.columns["segment"] = (self.at - self.firsts[owner] + 1).tolist()

    def frame(self, shape: TableShape) -> pl.DataFrame:
        """The rows that are kept, in order."""
        kept = [row for row in range(len(self.at)) if row not in self.lost]
        columns = {name: pl.Series(name, self.columns[name], dtype=dtype) for name, dtype in shape.schema.items()}
        return pl.DataFrame(columns)[kept]

    def strays(self, segment_id: str, homes: Offsets) -> None:
        """Tells every segment of this id in the sets that stands in none of its homes."""
        inside = np.zeros(len(self.spans), dtype=bool)
        for one in self.sets:
            inside[one.first : one.last + 1] = True
        inside[homes] = False
        for segment in np.flatnonzero(inside & (self.spans.code == pack(segment_id))).tolist():
            reason = f"the {segment_id} stands where none may; it is left out"
            self.skipped.append(Skipped(self.place(segment), reason, f"{self.version} {segment_id}"))


def chosen(
    interchange: Interchange, sets: Iterable[Transaction], version: str
) -> tuple[list[Transaction], list[Skipped]]:
    """The sets that may be read, of version 005010; the others with the reason."""
    kept: list[Transaction] = []
    skipped: list[Skipped] = []
    for one in sets:
        if one.version.startswith("005010"):
            kept.append(one)
        else:
            reason = "the transaction set is not of version 005010, the only one adopted (45 CFR part 162)"
            skipped.append(Skipped(interchange.place(one, one.first), reason, f"{version} ST03"))
    return kept, skipped


def printable(part: Part, sets: Iterable[Transaction]) -> tuple[list[Transaction], list[Skipped]]:
    """The sets without a control character; the others with its place."""
    controls = part.spans.with_control_characters()
    kept: list[Transaction] = []
    skipped: list[Skipped] = []
    for one in sets:
        inside = controls[(controls >= one.first) & (controls <= one.last)]
        if len(inside):
            reason = "a control character stands in the segment; the whole transaction set is left out"
            skipped.append(Skipped(part.place(one, int(inside[0])), reason, "X12.6 3.3.1"))
        else:
            kept.append(one)
    return kept, skipped


def in_order(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """What was left out of some sets, by its place, however many of them were looked at together."""
    return tuple(sorted(skipped, key=lambda one: (one.place.transaction or 0, one.place.segment or 0)))


def labelled(interchange: Part, sets: Sequence[Transaction], guide: Sequence[Opens]) -> Labels:
    """The loop of every segment of these sets."""
    return loops.label(interchange.spans, [(one.first, one.last) for one in sets], guide)
