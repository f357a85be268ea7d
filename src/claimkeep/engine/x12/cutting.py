"""Sound sets -> parts with their segments, each small enough to be read to tables at once.

Sets are read some at a time; one too large for that is cut where its reader allows it. Places stay right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from claimkeep.engine.x12 import segments
from claimkeep.engine.x12.envelope import Interchange, Transaction
from claimkeep.engine.x12.octets import Octets
from claimkeep.engine.x12.segments import Offsets, Spans

PIECE = 5 << 19
"""Octets read to tables at once, unless one claim has more: what is held for them beside the octets stays small."""

VERY_LONG = 1 << 25
"""Octets of one set in which nothing stands that it is of: no claim is so long."""


@dataclass(frozen=True, slots=True)
class Part(Interchange):
    """Some sets of an interchange with their segments; the sets are counted from the first segment of these spans."""

    spans: Spans
    cut: CutOut | None = None

    def id(self, transaction: Transaction, segment: int) -> str:
        """The id of a segment, cut to three characters so that it can stand in a place."""
        return self.spans.id(segment)

    def counted(self, segments: Offsets, firsts: Offsets | int) -> Offsets:
        """What segments count from the ST of their set, which is 1. firsts : where that stands among the spans"""
        return segments - firsts + 1 if self.cut is None else self.cut.origin[segments] + 1


@dataclass(frozen=True, slots=True)
class CutOut:
    """How the segments of a part were cut out of a set too large to be read at once.

    origin  : n, what each segment counts in its set, from 0
    carried : how many segments stand before the part again, so that it is read as it would be in its place
    is_first, is_last : whether it is the first or last part of its set
    openers : how many of the segments that begin what the set is of stood in parts before
    """

    origin: Offsets
    carried: int
    is_first: bool
    is_last: bool
    openers: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a set may be cut, and what a part must carry of what stood before it.

    before  : ids of segments before which it may be cut; the first is of those that begin what the set is of
    carried : part -> the segments of it that stand before the next part again, in order
    else_before : the same, where none of those has come for very long
    """

    before: tuple[str, ...]
    carried: Callable[[Part], Offsets]
    else_before: tuple[str, ...] = ()


def batches(
    octets: Octets, interchange: Interchange, sets: Sequence[Transaction], cut: Cut | None = None
) -> Iterator[tuple[Part, list[Transaction]]]:
    """The sets, some at a time, each time with a part that holds their segments alone; places stay right.

    octets : those of the file, decoded
    cut    : how a set that is larger than a piece is read in parts; without it, it is read at once
    """
    for run in runs(sets):
        if cut is not None and is_large(run[0]):
            yield from parts(octets, interchange, run[0], cut)
        else:
            yield part(octets, interchange, run)


def is_large(one: Transaction) -> bool:
    """True when a set has more octets than are read at once."""
    return one.end - one.begin > PIECE


def runs(sets: Sequence[Transaction]) -> Iterator[list[Transaction]]:
    """The sets, as many at a time as one piece holds."""
    run: list[Transaction] = []
    for one in sets:
        if run and one.end - run[0].begin > PIECE:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def part(octets: Octets, interchange: Interchange, sets: Sequence[Transaction]) -> tuple[Part, list[Transaction]]:
    """Some sets that follow one another, with their segments."""
    first = sets[0].first
    # With the last terminator, which the scan would else have to suppose.
    spans = segments.scan(octets[sets[0].begin : sets[-1].end + 1], interchange.separators)
    return _part(interchange, spans), [replace(one, first=one.first - first, last=one.last - first) for one in sets]


def parts(
    octets: Octets, interchange: Interchange, one: Transaction, cut: Cut
) -> Iterator[tuple[Part, list[Transaction]]]:
    """One set in parts of about a piece each."""
    marks = interchange.separators
    opener = segments.pack(cut.before[0])
    terminator = marks.segment.encode("latin-1")
    place, prefix, origin, openers, carried = one.begin, b"", np.empty(0, dtype=np.intp), 0, 0
    next_ordinal = 0
    while place < one.end:
        size = PIECE
        while True:
            spans = segments.scan(prefix + octets[place : min(place + size, one.end + 1)], marks)
            is_last = place + size >= one.end
            # Not before the first segment that is new, nor before the last, whose id may be cut itself.
            ids = cut.before + (cut.else_before if size > VERY_LONG else ())
            codes = [segments.pack(each) for each in ids]
            may_be = np.flatnonzero(np.isin(spans.code[carried + 1 : -1], codes)) + carried + 1
            if is_last or len(may_be):
                break
            size *= 2
        stop = len(spans) if is_last else int(may_be[-1])
        new = next_ordinal + np.arange(stop - carried)
        origin = np.concatenate((origin, new))
        here = spans if is_last else spans.between(0, stop - 1)
        out = CutOut(origin, carried, place == one.begin, is_last, openers)
        found = _part(interchange, here, out)
        yield found, [replace(one, first=0, last=stop - 1)]
        if is_last:
            return
        openers += int(np.count_nonzero(here.code[carried:] == opener))
        place += int(spans.start[stop]) - len(prefix)
        next_ordinal = int(new[-1]) + 1
        kept = cut.carried(found)
        ends = here.marks[here.first[kept] + here.count[kept]]
        prefix = b"".join(
            here.data[begin:end] + terminator
            for begin, end in zip(here.start[kept].tolist(), ends.tolist(), strict=True)
        )
        origin, carried = origin[kept], len(kept)


def _part(interchange: Interchange, spans: Spans, cut: CutOut | None = None) -> Part:
    return Part(**{one.name: getattr(interchange, one.name) for one in fields(Interchange)}, spans=spans, cut=cut)
