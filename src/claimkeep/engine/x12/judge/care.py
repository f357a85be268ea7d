"""When the care of each claim and line was given: what many rules compare a day, a code or a qualifier with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from claimkeep.engine.codes.words import Days
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.look import true_in
from claimkeep.engine.x12.judge.within import Values
from claimkeep.engine.x12.segments import Offsets

SERVICES = ("SV1", "SV2", "SV3")
"""The segment of a service line in each claim guide (2400)."""

_DAY = 8
_NEVER = np.uint64(int.from_bytes(b"99999999", "big"))


@dataclass(slots=True)
class Dated:
    """Segments with the first and last day of each, CCYYMMDD; 0 where none is known."""

    segments: Offsets
    first: Days
    last: Days

    def of(self, context: Context, segments: Offsets) -> tuple[Days, Days]:
        """The days of the last of them before each segment."""
        if not len(self.segments) or not len(segments):
            none = np.zeros(len(segments), dtype=np.int64)
            return none, none
        rows = context.owner(self.segments, segments)
        there = rows >= 0
        return np.where(there, self.first[rows], 0), np.where(there, self.last[rows], 0)


def dated(context: Context, owners: Offsets, days: Offsets, element: int) -> Dated:
    """The earliest and the latest day in this element of the segments under each owner."""
    if not len(days):
        return _unknown(owners)
    begins, ends = Values.of(context, days, element).days()
    return _reach(owners, context.owner(owners, days), begins, ends)


def _unknown(owners: Offsets) -> Dated:
    none = np.zeros(len(owners), dtype=np.int64)
    return Dated(owners, none, none)


def _reach(owners: Offsets, rows: Offsets, begins: Days, ends: Days) -> Dated:
    """The earliest begin and latest end of each owner; its rows stand together, as segments under it do."""
    there = (rows >= 0) & (begins > 0)
    if not there.all():
        rows, begins, ends = rows[there], begins[there], ends[there]
    found = _unknown(owners)
    if not len(rows):
        return found
    starts = true_in(np.append(True, rows[1:] != rows[:-1]))
    if len(starts) == len(owners) == len(rows):
        return Dated(owners, begins, ends)
    found = Dated(owners, found.first.copy(), found.last.copy())
    found.first[rows[starts]] = np.minimum.reduceat(begins, starts)
    found.last[rows[starts]] = np.maximum.reduceat(ends, starts)
    return found


def made(context: Context) -> Dated:
    """The day each set was made (BHT04)."""
    begun = context.where("BHT")
    day = Values.of(context, begun, 4).days()[0]
    return Dated(begun, day, day)


def earliest(context: Context) -> int:
    """No day of care in the chunk is before this one, CCYYMMDD; found without asking whose it is."""
    found: int | None = context.kept.get("earliest")
    if found is None:
        found = min(_first_day(context, context.where("DTP", loop)) for loop in ("2300", "2400"))
        context.kept["earliest"] = found
    return found


def _first_day(context: Context, days: Offsets) -> int:
    begin, length = context.look.span(days, 3)
    first = int(context.look.words[begin[length >= _DAY]].byteswap().min(initial=_NEVER))
    text = first.to_bytes(_DAY, "big")
    return int(text) if text.isdigit() else 0


@dataclass(slots=True)
class Care:
    """claims : CLM of 2300 with their days (434, 472, else their lines'); lines : services of 2400 with theirs."""

    claims: Dated
    lines: Dated

    @staticmethod
    def of(context: Context) -> Care:
        """The days of every claim; made once."""
        found: Care | None = context.kept.get("care")
        if found is None:
            found = context.kept["care"] = Care._made(context)
        return found

    @staticmethod
    def _made(context: Context) -> Care:
        services = next((one for name in SERVICES if len(one := context.where(name, "2400"))), np.empty(0, np.intp))
        claims = context.where("CLM", "2300")
        own = dated(context, services, context.with_code(context.where("DTP", "2400"), 1, "472"), 3)
        said = dated(context, claims, context.with_code(context.where("DTP", "2300"), 1, "434", "472"), 3)
        rows = context.owner(claims, services)
        given = _reach(claims, rows, own.first, own.last)
        is_said, is_own = said.last > 0, own.last > 0
        whole = Dated(claims, np.where(is_said, said.first, given.first), np.where(is_said, said.last, given.last))
        if is_own.all():
            return Care(whole, own)
        first, last = whole.of(context, services)
        return Care(whole, Dated(services, np.where(is_own, own.first, first), np.where(is_own, own.last, last)))
