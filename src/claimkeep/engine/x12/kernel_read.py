"""What reading to tables does with many values, in one pass of compiled code each: `values`, `columns`, `loops`.

What each gives is told where numpy does it. Words are signed here: numba makes floats of signed and unsigned together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.compiling import compiled, part

Offsets = npt.NDArray[np.intp]
Octets = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.int64]
Loops = npt.NDArray[np.int16]

WORD = 8
"""Octets of a word."""

_KEPT = np.array([(1 << (8 * size)) - 1 for size in range(WORD)] + [-1], dtype=np.int64)
_INLINE = 12
_FOUR = 4
_NO_KEY = -(1 << 56)
"""The key of every longer value, as `values.keys`: no text of at most seven octets has it."""

_ZERO, _POINT, _MINUS = ord("0"), ord("."), ord("-")


@part
def _bare(octets: Octets, is_space: Flags, begin: int, end: int) -> tuple[int, int]:
    """Where a value stands without the space around it."""
    while begin < end and is_space[octets[begin]]:
        begin += 1
    while begin < end and is_space[octets[end - 1]]:
        end -= 1
    return begin, end


@compiled
def stand(
    octets: Octets,
    is_space: Flags,
    is_bare: bool,
    many: Offsets,
    first: Offsets,
    marks: Offsets,
    segments: Offsets,
    elements: Offsets,
    begins: Offsets,
    ends: Offsets,
) -> None:
    """Put where each of these elements of each segment begins and ends into `begins` and `ends`, as `Spans.bounds`.

    is_space : of 256 octets; what is taken off around a value, when it is to be bare
    begins, ends : a row for each element
    """
    for row in range(len(segments)):
        segment = segments[row]
        count, mark = many[segment], first[segment]
        for at in range(len(elements)):
            element = elements[at]
            if element > count:
                begins[at, row] = ends[at, row] = marks[mark + count]
                continue
            begin, end = marks[mark + element - 1] + 1, marks[mark + element]
            if is_bare:
                begin, end = _bare(octets, is_space, begin, end)
            begins[at, row], ends[at, row] = begin, end


@compiled
def padded(octets: Octets, is_space: Flags, marks: Offsets, separator: int, begin: int) -> bool:
    """Whether space stands beside a separator, from `begin` on; as `Spans.is_padded`.

    octets : and some of nothing past their end; is_space : of 256 octets, the separator is none
    """
    found = False
    for row in range(len(marks)):
        mark = marks[row]
        beside = is_space[octets[max(mark - 1, begin)]] | is_space[octets[mark + 1]]
        found |= (mark >= begin) & (octets[mark] == separator) & beside
    return found


@compiled
def component(
    octets: Octets,
    is_space: Flags,
    separator: int,
    begins: Offsets,
    ends: Offsets,
    number: int,
    found_begins: Offsets,
    found_ends: Offsets,
) -> None:
    """Put where a component of each composite stands into the last two, as `values.components`."""
    for row in range(len(begins)):
        begin, stop = begins[row], ends[row]
        for _ in range(number - 1):
            while begin < stop and octets[begin] != separator:
                begin += 1
            begin = min(begin + 1, stop)
        end = begin
        while end < stop and octets[end] != separator:
            end += 1
        found_begins[row], found_ends[row] = _bare(octets, is_space, begin, end)


@compiled
def words(said: Words, begins: Offsets, ends: Offsets, found: Words) -> None:
    """Put each value as a word into `found`, as `values.words`."""
    for row in range(len(begins)):
        begin = begins[row]
        found[row] = said[begin] & _KEPT[min(ends[row] - begin, WORD)]


@compiled
def keys(said: Words, begins: Offsets, ends: Offsets, found: Words) -> None:
    """Put the key of each value into `found`, as `values.keys`."""
    for row in range(len(begins)):
        found[row] = _key(said, begins[row], ends[row])


@part
def _key(said: Words, begin: int, end: int) -> int:
    length = end - begin
    if length >= WORD:
        return _NO_KEY
    key: int = (said[begin] & _KEPT[length]) | (length << 56)
    return key


@compiled
def views(said: Words, begins: Offsets, ends: Offsets, found: Words) -> None:
    """Put the two words of the view of each value into `found`, one after the other, as `values.views`."""
    for row in range(len(begins)):
        begin = begins[row]
        length = ends[row] - begin
        found[2 * row] = length | (said[begin] & _KEPT[min(length, _FOUR)]) << 32
        if length > _INLINE:
            found[2 * row + 1] = begin << 32
        else:
            found[2 * row + 1] = said[begin + _FOUR] & _KEPT[max(length - _FOUR, 0)]


@compiled
def decimals(octets: Octets, begins: Offsets, ends: Offsets, places: int, value: Words, known: Flags) -> int:
    """Put what `values.decimals` gives into the last two; -> how many are longer than a word: those it leaves."""
    long = 0
    for row in range(len(begins)):
        begin, end = begins[row], ends[row]
        long += end - begin > WORD
        value[row], known[row] = _decimal(octets, begin, min(end, begin + WORD), places)
    return long


@part
def _decimal(octets: Octets, begin: int, end: int, places: int) -> tuple[int, bool]:
    """The value of at most eight octets in units of its last place, and whether it is one."""
    is_negative = begin < end and octets[begin] == _MINUS
    value, digits, points, after = 0, 0, 0, 0
    for at in range(begin + is_negative, end):
        digit = octets[at] - _ZERO
        if octets[at] == _POINT:
            points += 1
        elif digit < 0 or digit > 9:
            return 0, False
        else:
            value = value * 10 + digit
            digits += 1
            after += points
    if digits == 0 or points > 1:
        return 0, False
    while after < places:
        value *= 10
        after += 1
    while after > places:
        if value % 10 != 0:
            return 0, False
        value //= 10
        after -= 1
    return (-value if is_negative else value), True


@compiled
def days(
    octets: Octets,
    begins: Offsets,
    ends: Offsets,
    years: Words,
    months: Words,
    day_of: Words,
    value: Words,
    known: Flags,
) -> None:
    """Put what `values.days` gives into the last two; the three before are its calendar."""
    for row in range(len(begins)):
        value[row], known[row] = 0, False
        begin = begins[row]
        if ends[row] - begin != WORD:
            continue
        said, is_whole = 0, True
        for at in range(begin, begin + WORD):
            digit = octets[at] - _ZERO
            is_whole &= 0 <= digit <= 9
            said = said * 10 + digit
        if not is_whole:
            continue
        year = said // 10_000
        day = day_of[said % 10_000 + months[year]]
        if day > 0 and year > 0:
            value[row], known[row] = years[year] + day, True


@compiled
def rows(openers: Offsets, where: Offsets, found: Offsets) -> None:
    """Put the last opener before each segment into `found`, -1 where there is none; both are in order."""
    row = -1
    for at in range(len(where)):
        while row + 1 < len(openers) and openers[row + 1] <= where[at]:
            row += 1
        found[at] = row


@compiled
def given(views: Words, bits: Octets) -> int:
    """Put a bit for each view into `bits`, set where it has a value; -> how many have."""
    many = 0
    for row in range(len(views) // 2):
        is_given = (views[2 * row] & 0xFFFFFFFF) != 0
        bits[row >> 3] |= is_given << (row & 7)
        many += is_given
    return many


@compiled
def label(
    octets: Octets,
    said: Words,
    is_space: Flags,
    code: Words,
    many: Offsets,
    first: Offsets,
    marks: Offsets,
    sets: Offsets,
    ids: Offsets,
    qualifiers: Words,
    loop_at: Loops,
    after: Offsets,
    loop: Loops,
    begins: Flags,
) -> None:
    """Put the loop of each segment of the sets into `loop`, whether it begins there into `begins`, as `loops.label`.

    sets       : first and last segment of each, one after the other
    ids        : rows of packed id, first symbol, element of its qualifier, and where its qualifiers begin and end
    qualifiers : their keys; loop_at, after : `_Machine.loop`, `_Machine.steps`
    """
    parent, here = 0, 0
    for one in range(0, len(sets), 2):
        for segment in range(sets[one], sets[one + 1] + 1):
            for row in range(len(ids)):
                if ids[row, 0] != code[segment]:
                    continue
                symbol = ids[row, 1]
                element = ids[row, 2]
                if element > 0:
                    number = ids[row, 4] - ids[row, 3]
                    if many[segment] >= element:
                        mark = first[segment] + element
                        begin, end = _bare(octets, is_space, marks[mark - 1] + 1, marks[mark])
                        key = _key(said, begin, end)
                        for at in range(ids[row, 3], ids[row, 4]):
                            if qualifiers[at] == key:
                                number = at - ids[row, 3]
                    symbol += number
                if loop_at[parent, symbol] >= 0:
                    here = loop_at[parent, symbol]
                    begins[segment] = here != 0
                parent = after[parent, symbol]
                break
            loop[segment] = here


@compiled
def beginnings(
    octets: Octets,
    terminator: int,
    is_space: Flags,
    may_be_one: Flags,
    starts: Offsets,
    ends: Offsets,
    which: Offsets,
) -> tuple[int, int]:
    """Put where each segment begins and ends into `starts` and `ends`, without the space before it.

    may_be_one : by the first two octets of a segment, lowest first; those it is true for are put into `which`
    octets     : and two more; the last segment need not have a terminator
    -> how many segments there are, and how many of them in `which`
    """
    size, stops = len(octets) - 2, 0
    for at in range(size):
        ends[stops] = at
        stops += octets[at] == terminator
    if size > 0 and octets[size - 1] != terminator:
        ends[stops] = size
        stops += 1
    begin, found, chosen = 0, 0, 0
    for stop in range(stops):
        end = ends[stop]
        while begin < end and is_space[octets[begin]]:
            begin += 1
        if begin < end:
            starts[found], ends[found] = begin, end
            which[chosen] = found
            chosen += may_be_one[(octets[begin] + 0) | (octets[begin + 1] + 0) << 8]
            found += 1
        begin = end + 1
    return found, chosen
