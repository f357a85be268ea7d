"""Answers that count: a 999 the sets of a group, a 277CA the claims it took in and turned away.

What they count may come in pieces: it is gathered where the count stands.
"""

from __future__ import annotations

import numpy as np

from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.judge.context import UNREADABLE, Cents, Context, differs, total
from claimkeep.engine.x12.judge.look import Flags, true_in
from claimkeep.engine.x12.segments import Offsets

_ACCEPTED = ("A", "E")
_ALL, _NONE, _SOME = ("A", "E"), ("R", "M", "W", "X"), "P"


def groups(context: Context) -> None:
    """AK9 agrees with the sets answered above it (005010X231A1 AK901 to AK904, IK501)."""
    answers, groups = context.where("AK2"), context.where("AK9")
    sets = context.where("IK5")
    begun = context.where("AK1")
    many, accepted = (
        _of_groups(context, "AK903", begun, groups, answers),
        _of_groups(context, "AK904", begun, groups, context.with_code(sets, 1, *_ACCEPTED)),
    )
    received, taken = (context.cents(groups, element) for element in (3, 4))
    for row in true_in(_known(received) & (received < many * 100)).tolist():
        message = "fewer sets were received than are answered"
        context.tell(int(groups[row]), "X12-3-AK903", 3, message, 3)
    for row in true_in(_known(received) & _known(taken) & (taken > received)).tolist():
        context.tell(int(groups[row]), "X12-3-AK904", 3, "more sets were accepted than received", 4)
    whole = _known(received) & (received == many * 100) & (taken <= received)
    for row in differs(taken, accepted * 100):
        if whole[row]:
            message = "AK904 is not the number of sets that are accepted here"
            context.tell(int(groups[row]), "X12-3-AK904", 3, message, 4)
    _say(context, groups, received, taken)


def _of_groups(context: Context, name: str, begun: Offsets, groups: Offsets, segments: Offsets) -> Cents:
    """How many of the segments stand in the group of each AK9."""
    rows = context.owner(begun, context.fresh(segments))
    of = context.owner(begun, groups)
    counted, _ = context.gathered(name, begun, _counted(rows, len(begun)))
    counted = np.append(counted, 0)
    return np.where(of >= 0, counted[np.maximum(of, 0)], 0)


def _known(amounts: Cents) -> Flags:
    known: Flags = amounts != UNREADABLE
    return known


def _say(context: Context, groups: Offsets, received: Cents, taken: Cents) -> None:
    """AK901 says accepted, in part or rejected as its counts do."""
    said = (
        context.has_code(groups, 1, *_ALL) & (taken < received),
        context.has_code(groups, 1, *_NONE) & (taken > 0),
        context.has_code(groups, 1, _SOME) & ((taken == 0) | (taken == received)),
    )
    wrong = (said[0] | said[1] | said[2]) & _known(received) & _known(taken)
    for segment in groups[wrong].tolist():
        context.tell(segment, "X12-4-AK901", 4, "AK901 does not say what its counts say", 1, answer="7")


def intake(context: Context) -> None:
    """A 277CA counts and adds up the claims it tells of (005010X214 2200B, 2200C QTY, AMT; 2200D STC03, STC04).

    Only above claims that are told of; somebody looks at it: what is turned away above a claim need not be listed.
    """
    claims = context.where("TRN", "2200D")
    statuses = context.fresh(context.where("STC", "2200D"))
    rows, first = np.unique(context.owner(claims, statuses), return_index=True)
    of, claim = statuses[first[rows >= 0]], claims[rows[rows >= 0]]
    is_accepted = context.has_code(of, 3, "WQ")
    charge = context.cents(of, 4)
    for loop, level, accepted, rejected in (("2200B", "2000B", "90", "AA"), ("2200C", "2000C", "QA", "QC")):
        totals, levels = context.where("TRN", loop), context.where("HL", level)
        if not len(totals):
            continue
        rows = context.owner(totals, claim)
        is_same = context.owner(levels, totals)[rows] == context.owner(levels, claim)
        rows = np.where(is_same, rows, -1)
        told, is_whole = context.gathered(loop, totals, _counted(rows, len(totals)))
        is_told = is_whole & (told > 0)
        for code, money, which in ((accepted, "YU", is_accepted), (rejected, "YY", ~is_accepted)):
            counted, _ = context.gathered(code, totals, _counted(rows[which], len(totals)) * 100)
            charged, _ = context.gathered(loop + money, totals, total(rows[which], charge[which], len(totals)))
            _agrees(context, loop, "QTY", code, totals, np.where(is_told, counted, UNREADABLE))
            _agrees(context, loop, "AMT", money, totals, np.where(is_told, charged, UNREADABLE))


def _counted(rows: Offsets, count: int) -> Cents:
    return np.bincount(rows[rows >= 0], minlength=count).astype(np.int64)


def _agrees(context: Context, loop: str, segment_id: str, code: str, totals: Offsets, wanted: Cents) -> None:
    said = context.with_code(context.where(segment_id, loop), 1, code)
    of = context.owner(totals, said)
    for row in differs(context.cents(said, 2), wanted[np.maximum(of, 0)]):
        if of[row] >= 0:
            message = "the total is not that of the claims that are told of"
            name = f"X12-3-{segment_id}-{code}"
            context.tell(int(said[row]), name, 3, message, 2, severity=Severity.REVIEW)


OF_GROUPS, OF_INTAKE = ((3, groups),), ((3, intake),)
"""The rules of a 999 and of a 277CA, and the level they belong to."""
