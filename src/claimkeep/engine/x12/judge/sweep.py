"""Many transaction sets beside their guide at once: the fast path. It says which sets are beyond doubt, and no more.

A set it does not doubt is one in which the slow path (`walk`) would find nothing; a set it doubts may still be clean.
Every table is looked up by row (`guides.compile`); every value is looked at as octets where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.guides import compile as tables
from claimkeep.engine.x12.guides.compile import DATE, LENGTHS, MINUS, PERIOD, POINT, TIME, Compiled
from claimkeep.engine.x12.guides.schema import Element
from claimkeep.engine.x12.judge.automaton import Automaton
from claimkeep.engine.x12.judge.elements import faults, value_fault
from claimkeep.engine.x12.segments import Offsets, Spans, pack
from claimkeep.engine.x12.separators import Separators

Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

_WORD_MASK = np.array([(1 << (8 * size)) - 1 for size in range(9)], dtype=np.uint64)
_NO_QUALIFIER = 0xFFFFFFFF
_MIX = 0x9E3779B97F4A7C15
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87, dtype=np.intp)
_LEAP_DAY = 29
_D8, _RD8 = pack("D8"), pack("RD8")
_RD8_LENGTH = 17


def _word(text: str) -> int:
    return int.from_bytes(text.encode("ascii"), "little")


class _Hash:
    """A set of words with a number each, found without branching: one multiplication and one comparison."""

    def __init__(self, words: dict[int, int]) -> None:
        self._bits = max(8, (len(words) * 8).bit_length())
        multiplier = _MIX
        while True:
            slots = {((word * multiplier) & (2**64 - 1)) >> (64 - self._bits) for word in words}
            if len(slots) == len(words):
                break
            multiplier = (multiplier * 6364136223846793005 + 1442695040888963407) % 2**64 | 1
            if multiplier % 64 == 1:
                self._bits += 1
        self._multiplier = np.uint64(multiplier)
        self._words = np.full(1 << self._bits, 2**64 - 1, dtype=np.uint64)
        self._numbers = np.zeros(1 << self._bits, dtype=np.intp)
        for word, number in words.items():
            slot = ((word * multiplier) & (2**64 - 1)) >> (64 - self._bits)
            self._words[slot], self._numbers[slot] = word, number

    def find(self, words: Words) -> Offsets:
        """The number of each word; 0 where it is none of ours."""
        slots = ((words * self._multiplier) >> np.uint64(64 - self._bits)).astype(np.intp)
        return np.where(self._words[slots] == words, self._numbers[slots], 0)


@dataclass(slots=True)
class Swept:
    """nodes : n segments of the spans, -1 where none is known. doubtful : one a set."""

    nodes: Offsets
    doubtful: Flags


class Sweep:
    """The tables of one guide for the fast path, and what was learned with them."""

    def __init__(self, guide: Compiled) -> None:
        self.guide = guide
        vocabulary: dict[tuple[str, str], int] = {("", ""): 0}
        ids: dict[str, int] = {}
        for node in guide.nodes:
            name = node.segment.id
            ids.setdefault(name, len(ids) + 1)
            for code in tables.key_codes(node.segment, guide.keys.get(name)) or ("",):
                vocabulary.setdefault((name, code), len(vocabulary))
        self._automaton = Automaton(guide, list(vocabulary))
        self._symbols = _Hash({pack(i) | _word(q) << 24: n for (i, q), n in vocabulary.items() if i})
        self._keyed = _Hash({pack(name): n for name, n in ids.items()})
        self._key_element = np.zeros(len(ids) + 1, dtype=np.intp)
        self._key_in_composite = np.zeros(len(ids) + 1, dtype=bool)
        for name, (element, component) in guide.keys.items():
            self._key_element[ids[name]] = element
            self._key_in_composite[ids[name]] = component > 0
        self._rows(guide)
        self._nodes(guide)
        self._known_presence = np.full(1 << 16, -1, dtype=np.int64)

    def _rows(self, guide: Compiled) -> None:
        rows = guide.rows
        self._fits = rows.fits.reshape(-1)
        self._allowed = rows.allowed
        self._is_number = np.array([_is_number(one) for one in rows.element])
        self._is_decimal = np.array([one.type == "R" for one in rows.element])
        self._first_part, self._parts, self._kind = rows.first_part, rows.parts, rows.kind
        self._codes = rows.codes.copy()
        for node in guide.nodes:
            element, component = guide.keys.get(node.segment.id, (0, 0))
            if element:
                row = node.row + element
                self._codes[rows.first_part[row] if component else row] = 0
        self._last_part = np.array([_last_required(one.parts) for one in rows.element], dtype=np.intp)
        self._has_part_notes = np.array([bool(one.notes) for one in rows.element])
        self._list_of: list[frozenset[str]] = [frozenset(), *guide.lists]
        self._code_tables = _CodeTable(guide.lists)
        self._is_long = np.array([False, *(any(len(code) > 8 for code in one) for one in guide.lists)])

    def _nodes(self, guide: Compiled) -> None:
        segments = [node.segment for node in guide.nodes]
        self._node_row = np.array([node.row for node in guide.nodes], dtype=np.intp)
        self._node_width = np.array([len(one.elements) for one in segments], dtype=np.intp)
        self._node_least = np.array([_last_required(one.elements) for one in segments], dtype=np.intp)
        self._node_notes = np.array([any(_matters(note, one.elements) for note in one.notes) for one in segments])

    def run(self, spans: Spans, sets: list[tuple[int, int]]) -> Swept:
        """The node of each segment of these sets (first and last segment of each), and which sets are in doubt."""
        look = _Look(spans)
        nodes = np.full(len(spans), -1, dtype=np.intp)
        doubtful = np.zeros(len(sets), dtype=bool)
        symbols = self._symbols_of(spans, look).tolist()
        node_of = self._automaton.node_of
        for number, (first, last) in enumerate(sets):
            states = self._automaton.run(symbols[first + 1 : last + 1])
            node_of = self._automaton.node_of
            if states is None:
                doubtful[number] = True
            else:
                nodes[first] = node_of[0]
                nodes[first + 1 : last + 1] = np.array(node_of, dtype=np.intp)[states]
        live = np.flatnonzero(nodes >= 0)
        if len(live):
            wrong = self._segments_in_doubt(spans, look, live, nodes[live])
            doubtful[np.searchsorted([first for first, _ in sets], wrong, side="right") - 1] = True
        return Swept(nodes, doubtful)

    def _symbols_of(self, spans: Spans, look: _Look) -> Offsets:
        """The symbol of each segment; 0 for one the guide does not know."""
        code = spans.code.astype(np.uint64)
        number = self._keyed.find(code)
        element = self._key_element[number]
        there = (element > 0) & (spans.count >= element)
        at = np.where(there, spans.first + element, 0)
        begin, end = spans.marks[at - 1] + 1, spans.marks[at]
        inside = np.flatnonzero(there & self._key_in_composite[number])
        if len(inside):
            end[inside] = look.before_component(begin[inside], end[inside])
        length = end - begin
        word = look.words[begin] & _WORD_MASK[np.minimum(np.maximum(length, 0), 4)]
        word = np.where(there & (length <= 4), word, np.where(element > 0, np.uint64(_NO_QUALIFIER), np.uint64(0)))
        return self._symbols.find(code | word << np.uint64(24))

    def _segments_in_doubt(self, spans: Spans, look: _Look, live: Offsets, nodes: Offsets) -> Offsets:
        """Segments of which something is not plainly right."""
        count = spans.count[live]
        wide = (count > self._node_width[nodes]) | (count < self._node_least[nodes])
        found = [live[wide], look.odd_segments(spans)]
        live, nodes, count = live[~wide], nodes[~wide], count[~wide]
        first = spans.first[live]
        ends = np.cumsum(count)
        total = int(ends[-1]) if len(ends) else 0
        if not total:
            return np.concatenate(found)
        mark = np.arange(1, total + 1) + np.repeat(first - (ends - count), count)
        row = mark + np.repeat(self._node_row[nodes] - first, count)
        begin, end = spans.marks[mark - 1] + 1, spans.marks[mark]
        length = end - begin
        last = ends[count > 0] - 1
        bad = [last[length[last] == 0], self._values(spans, look, row, begin, end, length)]
        bad.append(self._composites(spans, look, row, begin, end, length))
        bad.append(self._noted(spans, ends, count, nodes, row, length))
        tokens = np.concatenate(bad)
        found.append(live[np.searchsorted(ends, tokens, side="right")])
        return np.concatenate(found)

    def _values(
        self, spans: Spans, look: _Look, row: Offsets, begin: Offsets, end: Offsets, length: Offsets
    ) -> Offsets:
        """Tokens whose length, characters, code or date is in doubt."""
        bad = [np.flatnonzero(self._fits[row * LENGTHS + np.minimum(length, LENGTHS - 1)] == 0)]
        numbers = np.flatnonzero(self._is_number[row] & (length > 0))
        if len(numbers):
            bad.append(numbers[self._wrong_numbers(look, row[numbers], begin[numbers], end[numbers])])
        coded = np.flatnonzero((self._codes[row] > 0) & (length > 0))
        if len(coded):
            bad.append(coded[self._wrong_codes(spans, look, row[coded], begin[coded], end[coded])])
        dated = np.flatnonzero((self._kind[row] > 0) & (length > 0))
        if len(dated):
            bad.append(dated[self._wrong_dates(spans, look, row, begin, end, dated)])
        return np.concatenate(bad)

    def _wrong_numbers(self, look: _Look, row: Offsets, begin: Offsets, end: Offsets) -> Flags:
        kinds = look.kinds_in(begin, end)
        wrong: Flags = (kinds & ~self._allowed[row]) != 0
        minus = np.flatnonzero(wrong & ((kinds & ~self._allowed[row]) == MINUS) & self._is_decimal[row])
        for at in minus.tolist():
            wrong[at] = value_fault(self.guide.rows.element[row[at]], look.text(begin[at], end[at])) is not None
        points = np.flatnonzero(((kinds & POINT) != 0) & ~wrong)
        wrong[points[look.oddly_pointed(begin[points], end[points])]] = True
        return wrong

    def _wrong_codes(self, spans: Spans, look: _Look, row: Offsets, begin: Offsets, end: Offsets) -> Flags:
        lists = self._codes[row]
        length = end - begin
        word = look.words[begin] & _WORD_MASK[np.minimum(length, 8)]
        wrong = ~self._code_tables.has(word, lists) | (length > 8)
        for at in np.flatnonzero(wrong & self._is_long[lists]).tolist():
            wrong[at] = look.text(begin[at], end[at]) not in self._list_of[lists[at]]
        return wrong

    def _wrong_dates(
        self, spans: Spans, look: _Look, row: Offsets, begin: Offsets, end: Offsets, dated: Offsets
    ) -> Flags:
        kind = self._kind[row[dated]]
        length = (end - begin)[dated]
        wrong = np.zeros(len(dated), dtype=bool)
        days = np.flatnonzero(kind == DATE)
        wrong[days] = (length[days] != 8) | ~look.days(begin[dated[days]])
        times = np.flatnonzero(kind == TIME)
        for at in times.tolist():
            token = dated[at]
            wrong[at] = (
                value_fault(self.guide.rows.element[row[token]], look.text(begin[token], end[token])) is not None
            )
        periods = np.flatnonzero(kind == PERIOD)
        if len(periods):
            token = dated[periods]
            before = np.maximum(token - 1, 0)
            form = look.words[begin[before]] & _WORD_MASK[np.clip(end[before] - begin[before], 0, 8)]
            single = (form == _D8) & (length[periods] == 8) & look.days(begin[token])
            double = np.flatnonzero((form == _RD8) & (length[periods] == _RD8_LENGTH))
            right = single
            right[double] = look.periods(begin[token[double]])
            wrong[periods] = ~right
        return wrong

    def _composites(
        self, spans: Spans, look: _Look, row: Offsets, begin: Offsets, end: Offsets, length: Offsets
    ) -> Offsets:
        """Composite tokens with a component in doubt."""
        sel = np.flatnonzero((self._first_part[row] > 0) & (length > 0))
        from_, until = look.components_between(begin[sel], end[sel])
        if int((until - from_).sum()) < look.many_components:
            misplaced = look.misplaced_components(self._first_part, row, begin, end)
        else:
            misplaced = sel[:0]
        if not len(sel):
            return misplaced
        row, begin, end = row[sel], begin[sel], end[sel]
        many = until - from_ + 1
        wrong = (many > self._parts[row]) | (many < self._last_part[row])
        right = np.flatnonzero(~wrong)
        many, ends = many[right], np.cumsum(many[right])
        if not len(right):
            return np.concatenate((sel, misplaced))
        total = int(ends[-1])
        ordinal = np.arange(total) - np.repeat(ends - many, many)
        at = np.repeat(from_[right], many) + ordinal
        owner = np.repeat(right, many)
        is_first, is_last = ordinal == 0, np.zeros(total, dtype=bool)
        is_last[ends - 1] = True
        part_begin = np.where(is_first, begin[owner], look.component_at(at - 1) + 1)
        part_end = np.where(is_last, end[owner], look.component_at(at))
        part_row = self._first_part[row[owner]] + ordinal
        part_length = part_end - part_begin
        bad = self._values(spans, look, part_row, part_begin, part_end, part_length)
        trailing = np.flatnonzero(is_last & ~is_first & (part_length == 0))
        noted = np.flatnonzero(self._has_part_notes[row[right]] & (many > 2))
        for one in noted.tolist():
            tokens = slice(int(ends[one] - many[one]), int(ends[one]))
            if (part_length[tokens] == 0).any() or many[one] > 4:
                wrong[right[one]] = True
        wrong[owner[bad]] = True
        wrong[owner[trailing]] = True
        return np.concatenate((sel[wrong], misplaced))

    def _noted(
        self, spans: Spans, ends: Offsets, count: Offsets, nodes: Offsets, row: Offsets, length: Offsets
    ) -> Offsets:
        """Tokens of segments whose relational conditions do not hold."""
        sel = np.flatnonzero(self._node_notes[nodes] & (count > 0))
        if not len(sel):
            return sel
        many = count[sel]
        stops = np.cumsum(many)
        within = np.arange(int(stops[-1])) - np.repeat(stops - many, many)
        token = within + np.repeat(ends[sel] - many, many)
        bits = (length[token] > 0).astype(np.int64) << np.minimum(within, 40)
        presence = np.bitwise_or.reduceat(bits, stops - many)
        key = nodes[sel] << 41 | presence
        slot = ((key.astype(np.uint64) * np.uint64(_MIX)) >> np.uint64(48)).astype(np.intp)
        unknown = np.flatnonzero(self._known_presence[slot] != key)
        bad = []
        for at in unknown.tolist():
            if self._known_presence[slot[at]] == key[at]:
                continue
            if self._holds(int(nodes[sel[at]]), int(presence[at])):
                self._known_presence[slot[at]] = key[at]
            else:
                bad.append(int(ends[sel[at]]) - 1)
        return np.array(bad, dtype=np.intp)

    def _holds(self, node: int, presence: int) -> bool:
        segment = self.guide.nodes[node].segment
        values = ["x" if presence >> at & 1 else "" for at in range(presence.bit_length())]
        return not any(one.kind.answer in ("2", "10") for one in faults(segment, values, Separators()))


class _CodeTable:
    """Every (list, code) of a guide with at most eight characters."""

    def __init__(self, lists: list[frozenset[str]]) -> None:
        pairs = [(_word(code), number) for number, one in enumerate(lists, 1) for code in one if len(code) <= 8]
        bits = max(12, (len(pairs) * 4).bit_length())
        self._shift = np.uint64(64 - bits)
        self._words = np.zeros((1 << bits) + 64, dtype=np.uint64)
        self._lists = np.zeros((1 << bits) + 64, dtype=np.intp)
        self._reach = 1
        for word, number in pairs:
            slot = int(self._slots(np.array([word], dtype=np.uint64), np.array([number]))[0])
            reach = 1
            while self._lists[slot]:
                slot, reach = slot + 1, reach + 1
            self._words[slot], self._lists[slot] = word, number
            self._reach = max(self._reach, reach)

    def _slots(self, words: Words, lists: Offsets) -> Offsets:
        mixed = (words ^ (lists.astype(np.uint64) << np.uint64(40))) * np.uint64(_MIX)
        return (mixed >> self._shift).astype(np.intp)

    def has(self, words: Words, lists: Offsets) -> Flags:
        """True where the word is a code of the list."""
        slots = self._slots(words, lists)
        found: Flags = (self._words[slots] == words) & (self._lists[slots] == lists)
        for _ in range(1, self._reach):
            lost = np.flatnonzero(~found)
            if not len(lost):
                break
            slots[lost] += 1
            found[lost] = (self._words[slots[lost]] == words[lost]) & (self._lists[slots[lost]] == lists[lost])
        return found


class _Look:
    """The octets of a chunk, to be looked at where they stand."""

    def __init__(self, spans: Spans) -> None:
        data = spans.data
        self._text = spans.text
        self._padded = data + b"\0" * 24
        self.octets = np.frombuffer(self._padded, dtype=np.uint8)
        self.words: Words = np.ndarray((len(data) + 16,), dtype="<u8", buffer=self._padded, strides=(1,))
        self._kinds = np.frombuffer(self._padded.translate(_kinds(spans.separators)), dtype=np.uint8)
        self._separators = spans.separators
        self._component = ord(spans.separators.component)
        self._components = np.append(np.flatnonzero(self.octets == self._component), len(self._padded))
        self.many_components = len(self._components) - 1

    def text(self, begin: int, end: int) -> str:
        return self._text[begin:end]

    def odd_segments(self, spans: Spans) -> Offsets:
        """Segments with a control character, one none of ASCII, a repetition, or an element that begins with space."""
        kinds = self._kinds[: len(spans.data)]
        odd = np.flatnonzero((kinds & (tables.ODD | tables.REPEAT)) != 0)
        spaces = np.flatnonzero((kinds[1:] == tables.SPACE) & ((kinds[:-1] & (0xFF ^ tables.COMPONENT)) == 0)) + 1
        odd = np.concatenate((odd, spaces))
        segment = np.searchsorted(spans.start, odd, side="right") - 1
        ends = spans.marks[spans.first + spans.count]
        inside = (segment >= 0) & (odd < ends[segment])
        found: Offsets = segment[inside]
        return found

    def misplaced_components(self, first_part: Offsets, row: Offsets, begin: Offsets, end: Offsets) -> Offsets:
        """Tokens that are no composite and yet hold a component separator."""
        at = self._components[:-1]
        token = np.searchsorted(begin, at, side="right") - 1
        token = token[(token >= 0) & (at < end[token])]
        found: Offsets = token[first_part[row[token]] == 0]
        return found

    def before_component(self, begin: Offsets, end: Offsets) -> Offsets:
        found: Offsets = np.minimum(self._components[np.searchsorted(self._components, begin)], end)
        return found

    def components_between(self, begin: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
        return np.searchsorted(self._components, begin), np.searchsorted(self._components, end)

    def component_at(self, number: Offsets) -> Offsets:
        return self._components[np.clip(number, 0, len(self._components) - 1)]

    def kinds_in(self, begin: Offsets, end: Offsets) -> npt.NDArray[np.uint8]:
        """The kinds of character in each span, none of which is empty."""
        edges = np.empty(2 * len(begin), dtype=np.intp)
        edges[::2], edges[1::2] = begin, end
        return np.bitwise_or.reduceat(self._kinds, edges)[::2]

    def oddly_pointed(self, begin: Offsets, end: Offsets) -> Flags:
        """Decimals with more than one point, more than two places, or too long to tell."""
        length = end - begin
        mask = _WORD_MASK[np.minimum(length, 8)]
        word = (self.words[begin] ^ np.uint64(0x2E2E2E2E2E2E2E2E)) | ~mask
        ones, tops = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
        points = (word - ones) & ~word & tops
        size = np.minimum(length, 8).astype(np.uint64)
        late = points >> (np.uint64(8) * (size - np.minimum(size, np.uint64(3))))
        odd: Flags = (length > 8) | (length < 2) | ((points & (points - np.uint64(1))) != 0) | (late == 0)
        return odd

    def days(self, begin: Offsets) -> Flags:
        """True where the eight octets from here are a day of the calendar."""
        digits = self.words[begin].view(np.uint8).reshape(-1, 8) - np.uint8(48)
        is_number: Flags = np.all(digits <= 9, axis=1)
        number = digits.astype(np.intp) * is_number[:, None]
        year = number[:, 0] * 1000 + number[:, 1] * 100 + number[:, 2] * 10 + number[:, 3]
        month = number[:, 4] * 10 + number[:, 5]
        day = number[:, 6] * 10 + number[:, 7]
        leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
        exists = (day <= _DAYS[month]) & ((month != 2) | (day < _LEAP_DAY) | leap)
        right: Flags = is_number & exists & (day > 0) & (year > 0)
        return right

    def periods(self, begin: Offsets) -> Flags:
        """True where two days stand with a dash between, the first not after the last."""
        dash = self.octets[begin + 8] == ord("-")
        first, last = self.words[begin].byteswap(), self.words[begin + 9].byteswap()
        right: Flags = dash & self.days(begin) & self.days(begin + 9) & (first <= last)
        return right


@cache
def _kinds(separators: Separators) -> bytes:
    """The kind of each octet, as a table for `translate`; separators of elements and segments are of none."""
    kinds = [tables.ODD if octet < 0x20 or octet > 0x7E else tables.WORD for octet in range(256)]
    for octet in b"0123456789":
        kinds[octet] = tables.DIGIT
    kinds[ord(".")], kinds[ord("-")], kinds[ord(" ")] = tables.POINT, tables.MINUS, tables.SPACE
    kinds[ord(separators.component)] = tables.COMPONENT
    if separators.repetition:
        kinds[ord(separators.repetition)] = tables.REPEAT
    kinds[ord(separators.element)] = kinds[ord(separators.segment)] = 0
    return bytes(kinds)


def _is_number(element: Element) -> bool:
    return not element.parts and (element.type in ("R", "DT", "TM") or element.type[:1] == "N")


def _last_required(elements: tuple[Element, ...]) -> int:
    return max((number for number, one in enumerate(elements, 1) if one.usage == "R"), default=0)


def _matters(note: str, elements: tuple[Element, ...]) -> bool:
    """False for a relational condition that what the guide requires and leaves out already sees to."""
    numbers = [int(note[at : at + 2]) for at in range(1, len(note), 2)]
    usage = [elements[number - 1].usage if number <= len(elements) else "-" for number in numbers]
    match note[0]:
        case "P":
            return not (set(usage) == {"R"} or set(usage) == {"-"})
        case "R":
            return "R" not in usage
        case "C":
            return usage[0] != "-" and set(usage[1:]) != {"R"}
        case "L":
            return usage[0] != "-" and "R" not in usage[1:]
    return sum(one != "-" for one in usage) > 1
