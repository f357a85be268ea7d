"""What every guide asks of its hierarchies, sequences and identifiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge.context import Carried, Context, Level
from claimkeep.engine.x12.judge.look import WORD_MASK, Flags, Words, true_in, word
from claimkeep.engine.x12.judge.places import AMERICAN, STATE_WORDS, ZIP_WORDS
from claimkeep.engine.x12.segments import Offsets

_PREFIX, _ZIP_LENGTH = 3, 5
"""Digits of a ZIP code that tell its state, and how many there are at least."""

_NUMBERS = np.array([word(str(one)) for one in range(10_000)], dtype=np.uint64)
_PADDED = np.array([word(f"{one:04d}") for one in range(10_000)], dtype=np.uint64)
_POWERS = np.array([1, 10, 100, 1000])
"""Numbers of at most four digits as words, the same with leading zeros, and the least number of each length."""

_PROMISES = frozenset({"837", "270", "276"})
"""Sets whose HL04 promises what it announces."""

_LUHN = np.array([2, 1, 2, 1, 2, 1, 2, 1, 2, 1], dtype=np.uint8)
_LUHN_PREFIX = 24
"""What the issuer prefix 80840 adds to the sum of every NPI."""


def levels(context: Context) -> None:
    """HL01 counts from 1, HL02 names the HL above, HL04 says whether one stands below.

    A claim or a question that announces a level below has one. An answer may announce one and break off: what it
    could not find out about, it does not list (005010X279A1 1.4.2).
    """
    hl, before = context.where("HL"), context.before
    guide = context.guide
    place = guide.place_of[context.nodes[hl]]
    parent = guide.parent_of[place]
    within = context.set_of(hl)
    begins = np.searchsorted(within, within)
    known = int(np.searchsorted(hl, context.ruled))
    number = np.arange(len(hl)) - begins + 1
    if before is not None:
        number[within == 0] += before.levels - known
        _last_level(context, before, parent[known:][within[known:] == 0])
        before.levels += int(np.count_nonzero(within == 0)) - known
    for row in true_in(~counts(context, hl, 1, number)).tolist():
        if row >= known:
            context.tell(int(hl[row]), "X12-2-HL01", 2, "HL01 does not count the HL of the set from 1", 1, answer="7")
    above = _above(place, parent, begins)
    above = np.where((above >= 0) & context.stands_open(hl[above], hl), above, -1) if len(hl) else above
    ordinal, named = context.look.word(hl, 1), context.look.word(hl, 2)
    wanted = np.where(above >= 0, ordinal[above], np.uint64(0)) if len(hl) else ordinal
    for row in true_in(named != wanted).tolist():
        if row >= known:
            context.tell(int(hl[row]), "X12-2-HL02", 2, "HL02 does not name the HL that stands above", 2, answer="7")
    below = np.append((within[1:] == within[:-1]) & (parent[1:] == place[:-1]), np.zeros(min(len(hl), 1), dtype=bool))
    announced = context.has_code(hl, 4, "1") & (guide.guide.sets in _PROMISES)
    said = np.where(below, context.has_code(hl, 4, "0"), announced)
    if context.open is not None:
        _open_level(context, context.open, hl[known:], said)
    for row in true_in(said).tolist():
        if row >= known:
            context.tell(int(hl[row]), *_NO_BELOW, 4, answer="7")


_NO_BELOW = ("X12-2-HL04", 2, "HL04 does not say whether an HL stands below")


def _last_level(context: Context, before: Carried, parents: Offsets) -> None:
    """Tells of the last HL of the pieces before, once the next HL or the end of the set has come."""
    last = before.level
    if last is None or (not len(parents) and context.open is before):
        return
    is_below = len(parents) > 0 and int(parents[0]) == context.guide.nodes[last.node].place
    if last.says == "0" if is_below else last.says == "1" and context.guide.guide.sets in _PROMISES:
        context.tell_at(0, (last.position, last.node, "HL"), *_NO_BELOW, 4, answer="7")
    before.level = None


def _open_level(context: Context, carried: Carried, hl: Offsets, said: Flags) -> None:
    """Keeps the last HL of a set that goes on for later, and says nothing of it."""
    row = len(context.first) - 1
    if not len(hl) or int(context.set_of(hl[-1:])[0]) != row:
        return
    last = hl[-1:]
    if carried is not context.before:
        carried.levels = int(np.count_nonzero(context.set_of(hl) == row))
    (says,) = context.texts(last, 4)
    carried.level = Level(context.position(int(last[0]), row), int(context.nodes[last[0]]), says)
    said[-1] = False


def _above(place: Offsets, parent: Offsets, begins: Offsets) -> Offsets:
    """The row of the HL each one stands under; -1 where it stands under none."""
    above = np.full(len(place), -1, dtype=np.intp)
    for one in sorted(set(parent.tolist())):
        of = true_in(place == one)
        rows = true_in(parent == one)
        last = np.searchsorted(of, rows) - 1
        found = of[np.maximum(last, 0)] if len(of) else np.zeros(len(rows), dtype=np.intp)
        above[rows] = np.where((last >= 0) & (len(of) > 0) & (found >= begins[rows]), found, -1)
    return above


def counts(context: Context, segments: Offsets, element: int, wanted: Offsets) -> Flags:
    """True where the element is this number, written without leading zeros."""
    high, low = np.divmod(wanted, len(_NUMBERS))
    said = _NUMBERS[low]
    many = true_in(high)
    if len(many):
        before = _NUMBERS[high[many] % len(_NUMBERS)]
        shift = np.searchsorted(_POWERS, high[many], side="right").astype(np.uint64) * np.uint64(8)
        said[many] = before | _PADDED[low[many]] << shift
    right: Flags = context.look.word(segments, element) == said
    return right


def lines(context: Context, loop: str, above: str) -> None:
    """LX01 counts the lines of each claim from 1."""
    lx, claims = context.where("LX", loop), context.where("CLM", above)
    if not len(lx):
        return
    owner = context.owner(claims, lx)
    begins = np.concatenate(([True], owner[1:] != owner[:-1]))
    starts = np.maximum.accumulate(np.where(begins, np.arange(len(lx)), 0))
    wrong = true_in(~counts(context, lx, 1, np.arange(len(lx)) - starts + 1))
    _, firsts = np.unique(starts[wrong], return_index=True)
    for row in wrong[firsts].tolist():
        context.tell(int(lx[row]), "X12-2-LX01", 2, "LX01 does not count the lines of the claim from 1", 1, answer="7")


def crowded(guide: Compiled, large: Sequence[tuple[int, int]], nodes: Offsets) -> Offsets:
    """Segments one too many in their loop, among those a state does not count: (trigger node, most) of each `large`."""
    counts = np.bincount(nodes + 1, minlength=len(guide.nodes) + 1)
    found = [np.empty(0, dtype=np.intp)]
    for node, most in large:
        if counts[node + 1] <= most:
            continue
        place = guide.nodes[node].place
        above = guide.places[place].parent if guide.places[place].trigger == node else place
        owners, members = true_in(nodes == guide.places[above].trigger), true_in(nodes == node)
        owner = np.searchsorted(owners, members)
        ordinal = np.arange(len(members)) - np.searchsorted(owner, owner)
        found.append(members[ordinal >= most])
    return np.concatenate(found)


def identifiers(context: Context) -> None:
    """An NPI has its check digit (45 CFR 162.406; ISO/IEC 7812-1)."""
    for segment_id, qualifier, element in (("NM1", 8, 9), ("N1", 3, 4)):
        named = context.with_code(context.where(segment_id), qualifier, "XX")
        begin, length = context.look.span(named, element)
        digits = context.look.octets[begin[:, None] + np.arange(10)] - np.uint8(ord("0"))
        products = digits * _LUHN
        total = _LUHN_PREFIX + (products - 9 * (products > 9)).sum(axis=1, dtype=np.intp)
        is_digit = np.all(digits <= 9, axis=1) & (length == 10)
        right = is_digit & (total % 10 == 0) & ((digits[:, 0] == 1) | (digits[:, 0] == 2))
        for segment in named[~right & (length > 0)].tolist():
            context.tell(segment, "X12-5-NPI", 5, "the NPI fails its check digit", element)


def states(context: Context) -> None:
    """N402 is a state, and the ZIP code one of that state, where the address names no other country.

    A ZIP code of another state is for somebody to look at: a few reach over a border.
    Source: external code sources 22 and 51.
    """
    addresses = context.where("N4")
    state = context.look.word(addresses, 2)
    strange = addresses[(state != 0) & ~_among(state, STATE_WORDS)]
    for segment in context.with_code(strange, 4, "", "US", "CA").tolist():
        context.tell(segment, "X12-5-STATE", 5, "the state code is none", 2, answer="7")
    begin, length = context.look.span(addresses, 3)
    pair = state | (context.look.words[begin] & WORD_MASK[_PREFIX]) << np.uint64(16)
    elsewhere = true_in((length >= _ZIP_LENGTH) & ~_among(pair, ZIP_WORDS))
    elsewhere = elsewhere[_among(state[elsewhere], AMERICAN)]
    for segment in context.with_code(addresses[elsewhere], 4, "", "US").tolist():
        message = "the ZIP code lies in another state"
        context.tell(segment, "X12-5-ZIP", 5, message, 3, answer="7", severity=Severity.REVIEW)


def _among(words: Words, listed: Words) -> Flags:
    """True where a word is one of these, which are in order."""
    found: Flags = listed[np.minimum(np.searchsorted(listed, words), len(listed) - 1)] == words
    return found


RULES = ((2, levels), (5, identifiers), (5, states))
"""What is asked of every set, whatever its guide, and the level each belongs to."""
