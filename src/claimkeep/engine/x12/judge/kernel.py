"""The fast path once more, compiled: the same tables and the same answers as `sweep`, one octet after the other.

numpy looks at all tokens of a chunk table by table, and every table it makes goes through memory; compiled code looks
at one token with every table and writes down one bit. Importing this module imports numba: `fast` says when.

Words are int64 throughout: of an int64 and a uint64 numba makes a float. A multiplication wraps the same either way,
and a shift to the right is followed by a mask. Tables are arrays of records: an array taken out of a tuple is counted
as a reference, which costs more than all that is done with it here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.compiling import compiled, part
from claimkeep.engine.x12.segments import Offsets

Octets = npt.NDArray[np.uint8]
Words = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Records = npt.NDArray[Any]

SLOT = np.dtype([("word", np.int64), ("number", np.int64)])
"""A place of a hash table: a word and what it stands for; a word of 0 is a free place. See `put`."""

KEY = np.dtype([("element", np.int64), ("in_composite", np.int64)])
"""Where the qualifier of a segment id stands; element 0 where it has none."""

NODE = np.dtype([(name, np.int32) for name in ("row", "width", "least", "note_begin", "note_end")])
"""A segment where it stands: its first row, how many elements it may and must have, its relational conditions."""

NOTE = np.dtype([(name, np.int64) for name in ("kind", "first", "every")])
"""A relational condition: its letter, the bit of the first element it names, the bits of all."""

ROW = np.dtype(
    [(name, np.int32) for name in ("codes", "first_part", "parts", "last_part", "note_begin", "note_end")]
    + [(name, np.uint8) for name in ("fits_from", "fits_to", "may_be_empty", "needs", "kind")]
    + [(name, np.uint8) for name in ("is_decimal", "may_be_negative", "least_digits", "is_money")],
    align=True,
)
"""An element or component: the lengths it may have, what is to be looked at, and beside what."""

DATE, TIME = 1, 2
"""As in `guides.compile`: what a value is beside its characters."""

POINT, MINUS, TEXT, SPACE, COMPONENT, ODD = (1 << bit for bit in range(6))
"""Kinds of characters, digits being of none. ODD is what no value may hold, or what divides one into repeats."""

LONGEST = 127
"""Lengths from here on are one: `guides.compile.LENGTHS` less one."""

NUMBER, CODED, DATED, COMPOSITE = (1 << bit for bit in range(4))
"""What a row needs: its characters looked at, a code list, a calendar, or each of its components."""

SYMBOL_BITS = 16
"""A step of the automaton as a word: (state << SYMBOL_BITS | symbol) + 1."""

_MIX = -0x61C8864680B583EB
"""2**64 over the golden ratio, as a signed word."""

_D8, _RD8, _DT = (int.from_bytes(form, "little") for form in (b"D8", b"RD8", b"DT"))
_NO_QUALIFIER = 0xFFFFFFFF
_WORD_MASK = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [-1], dtype=np.int64)
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_ZERO, _POINT, _MINUS = ord("0"), ord("."), ord("-")
_PAIRED, _ONE_OF, _CONDITIONAL, _LIST = ord("P"), ord("R"), ord("C"), ord("L")
_PRESENT = 40
"""Elements beyond this share a bit of those that are there; no segment has so many."""


@part
def _slot(table: Records, word: int, number: int) -> int:
    """Where a word stands in a table, or the free place where it would; only with this number unless that is 0."""
    mask = len(table) - 1
    at = ((word ^ number << 40) * _MIX >> 32) & mask
    while table[at].word != 0 and (table[at].word != word or (number != 0 and table[at].number != number)):
        at = (at + 1) & mask
    return at


@compiled
def put(table: Records, words: Words, numbers: Offsets, is_listed: bool) -> None:
    """Put words into a table that has room for them; `is_listed` when one word may have several numbers."""
    for each in range(len(words)):
        at = _slot(table, words[each], numbers[each] if is_listed else 0)
        table[at].word = words[each]
        table[at].number = numbers[each]


@compiled
def symbols(
    octets: Octets,
    words: Words,
    component: int,
    code: Words,
    count: Offsets,
    first: Offsets,
    marks: Offsets,
    ids: Records,
    keys: Records,
    vocabulary: Records,
    found: Offsets,
) -> None:
    """Put the symbol of each segment into `found`; 0 for one the guide does not know.

    ids, vocabulary : SLOTs; the number of an id, which is its place in `keys`, and the symbol of an id and qualifier
    """
    for at in range(len(code)):
        key = keys[ids[_slot(ids, code[at], 0)].number]
        value = 0
        if key.element > 0:
            value = _NO_QUALIFIER
            if count[at] >= key.element:
                mark = first[at] + key.element
                begin, end = marks[mark - 1] + 1, marks[mark]
                if key.in_composite:
                    end = _component(octets, component, begin, end)
                if end - begin <= 4:
                    value = words[begin] & _WORD_MASK[end - begin]
        found[at] = vocabulary[_slot(vocabulary, code[at] | value << 24, 0)].number


@part
def _component(octets: Octets, component: int, begin: int, end: int) -> int:
    """Where the first component ends."""
    while begin < end and octets[begin] != component:
        begin += 1
    return begin


@compiled
def follow(steps: Records, symbols: Offsets, begin: int, end: int, state: int, states: Offsets) -> int:
    """Put the state behind each segment into `states`; -> the first segment whose step is not known, or `end`.

    steps : SLOTs; from a step as a word to the state it leads to
    """
    for at in range(begin, end):
        step = steps[_slot(steps, (state << SYMBOL_BITS | symbols[at]) + 1, 0)]
        if step.word == 0:
            return at
        state = step.number
        states[at] = state
    return end


@compiled
def doubts(
    octets: Octets,
    words: Words,
    kinds: Octets,
    component: int,
    count: Offsets,
    first: Offsets,
    marks: Offsets,
    nodes: Offsets,
    node_table: Records,
    notes: Records,
    rows: Records,
    codes: Records,
    longer: Octets,
    wrong: Flags,
) -> None:
    """Say in `wrong` of each segment that has a node whether something in it is not plainly right.

    kinds  : of 256 octets
    codes  : SLOTs; a code of a word, and its list
    longer : codes of more than a word, one behind the other: number of the list, length, octets
    """
    for at in range(len(nodes)):
        if nodes[at] < 0:
            continue
        node = node_table[nodes[at]]
        many, mark = count[at], first[at]
        wrong[at] = (
            many > node.width
            or many < node.least
            or (many > 0 and marks[mark + many] == marks[mark + many - 1] + 1)
            or (many == 0 and node.note_begin < node.note_end)
            or _is_broken(notes, node.note_begin, node.note_end, _present(node, marks, mark, many))
            or _are_elements_wrong(
                octets, words, kinds, component, marks, mark, many, rows, notes, node.row, codes, longer
            )
        )


@part
def _present(node: Any, marks: Offsets, mark: int, many: int) -> int:
    """The elements that are there, as bits, where a condition asks for them."""
    present = 0
    if node.note_begin < node.note_end:
        for element in range(many):
            if marks[mark + element + 1] > marks[mark + element] + 1:
                present |= 1 << min(element, _PRESENT)
    return present


@part
def _is_broken(notes: Records, begin: int, end: int, present: int) -> bool:
    """True when one of these relational conditions does not hold (X12.6 3.7.2); `present` are bits."""
    for number in range(begin, end):
        note = notes[number]
        there = present & note.every
        if note.kind == _PAIRED:
            broken = there != 0 and there != note.every
        elif note.kind == _ONE_OF:
            broken = there == 0
        elif note.kind == _CONDITIONAL:
            broken = there & note.first != 0 and there != note.every
        elif note.kind == _LIST:
            broken = there == note.first
        else:
            broken = there & (there - 1) != 0
        if broken:
            return True
    return False


@part
def _are_elements_wrong(
    octets: Octets,
    words: Words,
    kinds: Octets,
    component: int,
    marks: Offsets,
    mark: int,
    many: int,
    rows: Records,
    notes: Records,
    row: int,
    codes: Records,
    longer: Octets,
) -> bool:
    before, end = 0, marks[mark]
    for element in range(1, many + 1):
        begin, end = end + 1, marks[mark + element]
        one = rows[row + element]
        if begin == end:
            if not one.may_be_empty:
                return True
            before = begin
            continue
        found = np.uint8(0)
        for at in range(begin, end):
            found |= kinds[octets[at]]
        if found >= ODD or kinds[octets[begin]] == SPACE:
            return True
        length = min(end - begin, LONGEST)
        if length < one.fits_from or length > one.fits_to:
            return True
        if one.needs & COMPOSITE:
            if _is_composite_wrong(octets, words, kinds, component, begin, end, rows, notes, one, codes, longer):
                return True
        elif found & COMPONENT or (
            one.needs and _is_value_wrong(octets, words, found, before, begin, end, one, codes, longer)
        ):
            return True
        before = begin
    return False


@part
def _is_composite_wrong(
    octets: Octets,
    words: Words,
    kinds: Octets,
    component: int,
    begin: int,
    end: int,
    rows: Records,
    notes: Records,
    composite: Any,
    codes: Records,
    longer: Octets,
) -> bool:
    number, before, present, length = 0, 0, 0, 1
    while begin <= end:
        if number == composite.parts:
            return True
        one = rows[composite.first_part + number]
        found = np.uint8(0)
        stop = begin
        while stop < end and octets[stop] != component:
            found |= kinds[octets[stop]]
            stop += 1
        length = min(stop - begin, LONGEST)
        if length == 0:
            if not one.may_be_empty:
                return True
        elif length < one.fits_from or length > one.fits_to or kinds[octets[begin]] == SPACE:
            return True
        elif one.needs and _is_value_wrong(octets, words, found, before, begin, stop, one, codes, longer):
            return True
        present |= (length > 0) << min(number, _PRESENT)
        before, begin, number = begin, stop + 1, number + 1
    if number < composite.last_part or (number > 1 and length == 0):
        return True
    return number > 1 and _is_broken(notes, composite.note_begin, composite.note_end, present)


@part
def _is_value_wrong(
    octets: Octets,
    words: Words,
    found: np.uint8,
    before: int,
    begin: int,
    end: int,
    one: Any,
    codes: Records,
    longer: Octets,
) -> bool:
    """True unless the characters, the code and the date of a value are right.

    found  : the kinds of character that stand there
    before : where the element or component before it begins, which may name the form of a date
    one    : its ROW
    """
    if one.needs & NUMBER and not _is_number(octets, found, begin, end, one):
        return True
    if one.needs & CODED and not _is_listed(octets, words, begin, end, one.codes, codes, longer):
        return True
    if not one.needs & DATED:
        return False
    length = end - begin
    if one.kind == TIME:
        return not _is_time(octets, begin, end)
    if one.kind == DATE:
        return length != 8 or _day(octets, begin) == 0
    form = words[before] & _WORD_MASK[min(begin - before - 1, 8)]
    if form == _D8:
        return length != 8 or _day(octets, begin) == 0
    if form == _DT:
        return length != 12 or _day(octets, begin) == 0 or not _is_minute(octets, begin + 8)
    return form != _RD8 or length != 17 or not _is_span(octets, begin)


@part
def _is_number(octets: Octets, found: np.uint8, begin: int, end: int, one: Any) -> bool:
    if not found:
        return True
    if found & ~(POINT | MINUS) or (found & POINT and not one.is_decimal):
        return False
    if found & MINUS and not one.may_be_negative:
        return False
    digits, points, places = 0, 0, 0
    for at in range(begin, end):
        if octets[at] == _POINT:
            points += 1
        elif octets[at] != _MINUS:
            digits += 1
            places += points
        elif at > begin:
            return False
    fits = digits > 0 and digits >= one.least_digits
    return fits and points < 2 and (places < 3 or not one.is_money)


@part
def _is_listed(octets: Octets, words: Words, begin: int, end: int, listed: int, codes: Records, longer: Octets) -> bool:
    length = end - begin
    if length <= 8:
        return bool(codes[_slot(codes, words[begin] & _WORD_MASK[length], listed)].word != 0)
    at = 0
    while at < len(longer):
        if longer[at] == listed and longer[at + 1] == length:
            same = 0
            while same < length and longer[at + 2 + same] == octets[begin + same]:
                same += 1
            if same == length:
                return True
        at += 2 + longer[at + 1]
    return False


@part
def _day(octets: Octets, begin: int) -> int:
    """The day of the calendar that stands there as CCYYMMDD, as a number; 0 where none does."""
    number = 0
    for at in range(begin, begin + 8):
        digit = octets[at] - _ZERO
        if digit < 0 or digit > 9:
            return 0
        number = number * 10 + digit
    year, month, day = number // 10000, number // 100 % 100, number % 100
    if year == 0 or month == 0 or month > 12 or day == 0 or day > _DAYS[month]:
        return 0
    if month == 2 and day == 29 and (year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)):
        return 0
    return number


@part
def _is_span(octets: Octets, begin: int) -> bool:
    """True where two days stand with a dash between, the first not after the last."""
    first, last = _day(octets, begin), _day(octets, begin + 9)
    return octets[begin + 8] == _MINUS and first > 0 and first <= last


@part
def _is_minute(octets: Octets, begin: int) -> bool:
    """True for HHMM."""
    for at in range(begin, begin + 4):
        if octets[at] < _ZERO or octets[at] > _ZERO + 9:
            return False
    hour = (octets[begin] - _ZERO) * 10 + (octets[begin + 1] - _ZERO)
    return bool(hour < 24 and octets[begin + 2] < _ZERO + 6)


@part
def _is_time(octets: Octets, begin: int, end: int) -> bool:
    """True for HHMM, HHMMSS and HHMMSS with one or two digits of a part; that all are digits is known."""
    length = end - begin
    if length != 4 and (length < 6 or length > 8):
        return False
    return _is_minute(octets, begin) and (length == 4 or octets[begin + 4] < _ZERO + 6)
