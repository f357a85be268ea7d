"""What `segments.scan`, `Look.span`, `Look.word` and `Context.cents` do, in one pass of compiled code each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.compiling import compiled, part

Offsets = npt.NDArray[np.intp]
Octets = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.int64]

ODD_AMOUNT = -(2**63)
"""Not an amount as most are written: somebody else is to read it."""

WORD = 8
"""Octets of a word."""

_MASK = np.array([(1 << (8 * size)) - 1 for size in range(WORD)] + [-1], dtype=np.int64)
_ZERO, _POINT, _MINUS = ord("0"), ord("."), ord("-")
_MOST_DIGITS = 13
"""Digits of dollars that an amount may have."""


@compiled
def count(octets: Octets, element: int, terminator: int) -> tuple[int, int]:
    """-> how many element separators and terminators there are, and how many terminators."""
    elements, terminators = 0, 0
    for at in range(len(octets)):
        elements += octets[at] == element
        terminators += octets[at] == terminator
    return elements + terminators, terminators


@compiled
def scan(
    octets: Octets,
    element: int,
    terminator: int,
    is_space: Flags,
    start: Offsets,
    code: Offsets,
    many: Offsets,
    first: Offsets,
    marks: Offsets,
) -> int:
    """Fill the columns of `Spans`; -> how many segments there are.

    is_space : of 256 octets; what belongs to no segment when it stands around one
    marks    : one more than `count` says there are, should the last segment lack its terminator
    """
    size, found, mark, segment_mark, begin = len(octets), 0, 0, 0, 0
    for at in range(size + 1):
        if at < size:
            octet = octets[at]
            if octet == element:
                marks[mark] = at
                mark += 1
                continue
            if octet != terminator:
                continue
        elif size > 0 and octets[size - 1] == terminator:
            break
        end = at
        while begin < end and is_space[octets[begin]]:
            begin += 1
        while begin < end and is_space[octets[end - 1]]:
            end -= 1
        marks[mark] = end
        if begin < end:
            start[found], first[found], many[found] = begin, segment_mark, mark - segment_mark
            code[found] = _code(octets, begin, marks[segment_mark])
            found += 1
        mark += 1
        segment_mark, begin = mark, at + 1
    return found


@part
def _code(octets: Octets, begin: int, end: int) -> int:
    """The packed id; 0 where it has not two or three octets."""
    if end - begin != 2 and end - begin != 3:
        return 0
    packed = 0
    for at in range(begin, end):
        packed |= (octets[at] + 0) << 8 * (at - begin)
    return packed


@compiled
def cents(
    octets: Octets, many: Offsets, first: Offsets, marks: Offsets, segments: Offsets, element: int, found: Offsets
) -> int:
    """Put the amount of an element of each segment into `found`, in cents; -> how many are ODD_AMOUNT."""
    odd = 0
    for row in range(len(segments)):
        segment = segments[row]
        found[row] = 0
        if many[segment] >= element:
            mark = first[segment] + element
            found[row] = _amount(octets, marks[mark - 1] + 1, marks[mark])
            odd += found[row] == ODD_AMOUNT
    return odd


@part
def _amount(octets: Octets, begin: int, end: int) -> int:
    if begin == end:
        return 0
    is_negative = octets[begin] == _MINUS
    value, digits, points, places = 0, 0, 0, 0
    for at in range(begin + is_negative, end):
        digit = octets[at] - _ZERO
        if octets[at] == _POINT:
            points += 1
        elif digit < 0 or digit > 9:
            return ODD_AMOUNT
        else:
            value = value * 10 + digit
            digits += 1
            places += points
        if digits - places > _MOST_DIGITS or places > 2:
            return ODD_AMOUNT
    if digits == 0 or points > 1:
        return ODD_AMOUNT
    value *= 100 if places == 0 else 10 if places == 1 else 1
    return -value if is_negative else value


@compiled
def span(
    many: Offsets, first: Offsets, marks: Offsets, segments: Offsets, element: int, begin: Offsets, length: Offsets
) -> None:
    """Put where an element of each segment begins and how long it is into `begin` and `length`, as `Look.span`."""
    for row in range(len(segments)):
        segment = segments[row]
        if many[segment] >= element:
            mark = first[segment] + element
            begin[row] = marks[mark - 1] + 1
            length[row] = marks[mark] - begin[row]
        else:
            begin[row], length[row] = marks[0] + 1, 0


@compiled
def word(
    words: Words, many: Offsets, first: Offsets, marks: Offsets, segments: Offsets, element: int, found: Words
) -> None:
    """Put an element of each segment as a word into `found`, as `Look.word`."""
    for row in range(len(segments)):
        segment = segments[row]
        found[row] = 0
        if many[segment] >= element:
            mark = first[segment] + element
            begin = marks[mark - 1] + 1
            length = marks[mark] - begin
            if length <= WORD:
                found[row] = words[begin] & _MASK[length]
