"""Many transaction sets beside their guide at once: the fast path. It says which sets are beyond doubt, and no more.

A set it does not doubt is one in which the slow path (`walk`) would find nothing; a set it doubts may still be clean.
Every table is looked up by row (`guides.compile`); every value is looked at as octets where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.guides import compile as tables
from claimkeep.engine.x12.guides.compile import DATE, LENGTHS, MINUS, PERIOD, POINT, TIME, Compiled
from claimkeep.engine.x12.guides.schema import Element
from claimkeep.engine.x12.judge.automaton import DOUBT, Automaton
from claimkeep.engine.x12.judge.elements import condition_faults, faults, value_fault
from claimkeep.engine.x12.judge.look import WORD_MASK, Flags, Look, Words, word
from claimkeep.engine.x12.segments import Offsets, Spans, pack
from claimkeep.engine.x12.separators import Separators

_UNFIT, _NUMBER, _CODED, _DATED, _COMPOSITE = (1 << bit for bit in range(5))
"""What is to be done about a token of some row and length: it is in doubt already, or its value is looked at."""

_NO_QUALIFIER = 0xFFFFFFFF
_MIX = 0x9E3779B97F4A7C15
_D8, _RD8 = pack("D8"), pack("RD8")
_RD8_LENGTH = 17
_MOST_PARTS = 16
"""More components than any composite has."""


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
        for one, number in words.items():
            slot = ((one * multiplier) & (2**64 - 1)) >> (64 - self._bits)
            self._words[slot], self._numbers[slot] = one, number

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
        self.large = tuple(guide.large_loops())
        vocabulary: dict[tuple[str, str], int] = {("", ""): 0}
        ids: dict[str, int] = {}
        for node in guide.nodes:
            name = node.segment.id
            ids.setdefault(name, len(ids) + 1)
            for code in tables.key_codes(node.segment, guide.keys.get(name)) or ("",):
                vocabulary.setdefault((name, code), len(vocabulary))
        self._automaton = Automaton(guide, list(vocabulary))
        self._symbols = _Hash({pack(i) | word(q) << 24: n for (i, q), n in vocabulary.items() if i})
        self._keyed = _Hash({pack(name): n for name, n in ids.items()})
        self._key_element = np.zeros(len(ids) + 1, dtype=np.intp)
        self._key_in_composite = np.zeros(len(ids) + 1, dtype=bool)
        for name, (element, component) in guide.keys.items():
            self._key_element[ids[name]] = element
            self._key_in_composite[ids[name]] = component > 0
        self._rows(guide)
        self._nodes(guide)
        self._known_presence = np.full(1 << 16, -1, dtype=np.int64)
        self._presences: dict[int, bool] = {}

    def _rows(self, guide: Compiled) -> None:
        rows = guide.rows
        self._allowed = rows.allowed
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
        self._holds_whole = np.array([_holds_whole(one.notes) for one in rows.element])
        self._list_of: list[frozenset[str]] = [frozenset(), *guide.lists]
        self._code_tables = _CodeTable(guide.lists)
        self._is_long = np.array([False, *(any(len(code) > 8 for code in one) for one in guide.lists)])
        needs = np.where([_is_number(one) for one in rows.element], _NUMBER, 0)
        needs |= np.where(self._codes > 0, _CODED, 0) | np.where(self._kind > 0, _DATED, 0)
        needs |= np.where(self._first_part > 0, _COMPOSITE, 0)
        by_length = np.where(rows.fits == 0, _UNFIT, 0) | needs[:, None] * (np.arange(LENGTHS) > 0)
        self._needs = by_length.astype(np.uint8).reshape(-1)

    def _nodes(self, guide: Compiled) -> None:
        segments = [node.segment for node in guide.nodes]
        self._node_row = np.array([node.row for node in guide.nodes], dtype=np.intp)
        self._node_width = np.array([len(one.elements) for one in segments], dtype=np.intp)
        self._node_least = np.array([_last_required(one.elements) for one in segments], dtype=np.intp)
        self._node_notes = np.array([any(_matters(note, one.elements) for note in one.notes) for one in segments])

    def run(self, look: Look, sets: list[tuple[int, int]]) -> Swept:
        """The node of each segment of these sets (first and last segment of each), and which sets are in doubt."""
        spans = look.spans
        doubtful = np.zeros(len(sets), dtype=bool)
        symbols = self._symbols_of(spans, look).tolist()
        states = [DOUBT] * len(symbols)
        for number, (first, last) in enumerate(sets):
            walked = self._automaton.run(symbols[first + 1 : last + 1])
            if walked is None:
                doubtful[number] = True
            else:
                states[first] = 0
                states[first + 1 : last + 1] = walked
        nodes = np.array(self._automaton.node_of, dtype=np.intp)[np.array(states, dtype=np.intp)]
        if not doubtful.all():
            wrong = self._segments_in_doubt(look, nodes)
            wrong = wrong[nodes[wrong] >= 0]
            doubtful[np.searchsorted([first for first, _ in sets], wrong, side="right") - 1] = True
        return Swept(nodes, doubtful)

    def _symbols_of(self, spans: Spans, look: Look) -> Offsets:
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
        value = look.words[begin] & WORD_MASK[np.minimum(np.maximum(length, 0), 4)]
        value = np.where(there & (length <= 4), value, np.where(element > 0, np.uint64(_NO_QUALIFIER), np.uint64(0)))
        return self._symbols.find(code | value << np.uint64(24))

    def _segments_in_doubt(self, look: Look, nodes: Offsets) -> Offsets:
        """Segments of which something is not plainly right."""
        spans = look.spans
        count, first, marks = spans.count, spans.first, spans.marks
        known = np.maximum(nodes, 0)
        wide = (nodes >= 0) & ((count > self._node_width[known]) | (count < self._node_least[known]))
        dead = wide | (nodes < 0)
        tokens = count + 1
        stops = np.cumsum(tokens)
        begins = stops - tokens
        if stops[-1] == len(marks):
            begin, end = np.empty_like(marks), marks
            begin[0], begin[1:] = 0, marks[:-1] + 1
        else:
            mark = np.arange(int(stops[-1])) + np.repeat(first - begins, tokens)
            begin, end = marks[np.maximum(mark - 1, 0)] + 1, marks[mark]
        length = end - begin
        row = np.repeat(np.where(dead, -len(begin), self._node_row[known] - begins), tokens)
        row += np.arange(len(begin))
        np.maximum(row, 0, out=row)
        needs = self._needs[row * LENGTHS + np.minimum(length, LENGTHS - 1)]
        last = stops - 1
        bad = [last[(count > 0) & (length[last] == 0)], self._values(look, needs, row, begin, end)]
        bad.append(self._composites(look, np.flatnonzero(needs >= _COMPOSITE), row, begin, end))
        bad.append(self._noted(begins, count, np.where(dead, -1, nodes), length))
        segments = np.searchsorted(stops, np.concatenate(bad), side="right")
        return np.concatenate((np.flatnonzero(wide), look.odd_segments(spans), segments))

    def _values(self, look: Look, needs: npt.NDArray[np.uint8], row: Offsets, begin: Offsets, end: Offsets) -> Offsets:
        """Tokens whose length, characters, code or date is in doubt."""
        needy = np.flatnonzero(needs != 0)
        needs = needs[needy]
        bad = [needy[(needs & _UNFIT) != 0]]
        numbers = needy[(needs & _NUMBER) != 0]
        if len(numbers):
            bad.append(numbers[self._wrong_numbers(look, row[numbers], begin[numbers], end[numbers])])
        coded = needy[(needs & _CODED) != 0]
        if len(coded):
            bad.append(coded[self._wrong_codes(look, row[coded], begin[coded], end[coded])])
        dated = needy[(needs & _DATED) != 0]
        if len(dated):
            bad.append(dated[self._wrong_dates(look, row, begin, end, dated)])
        return np.concatenate(bad)

    def _wrong_numbers(self, look: Look, row: Offsets, begin: Offsets, end: Offsets) -> Flags:
        kinds = look.kinds_in(begin, end)
        wrong: Flags = (kinds & ~self._allowed[row]) != 0
        minus = wrong & ((kinds & ~self._allowed[row]) == MINUS) & self._is_decimal[row]
        points = np.flatnonzero(((kinds & POINT) != 0) & ~wrong)
        odd = points[look.oddly_pointed(begin[points], end[points])]
        for at in np.concatenate((np.flatnonzero(minus), odd)).tolist():
            wrong[at] = value_fault(self.guide.rows.element[row[at]], look.text(begin[at], end[at])) is not None
        return wrong

    def _wrong_codes(self, look: Look, row: Offsets, begin: Offsets, end: Offsets) -> Flags:
        lists = self._codes[row]
        length = end - begin
        wrong = ~self._code_tables.has(look.words[begin] & WORD_MASK[np.minimum(length, 8)], lists) | (length > 8)
        for at in np.flatnonzero(wrong & self._is_long[lists]).tolist():
            wrong[at] = look.text(begin[at], end[at]) not in self._list_of[lists[at]]
        return wrong

    def _wrong_dates(self, look: Look, row: Offsets, begin: Offsets, end: Offsets, dated: Offsets) -> Flags:
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
            form = look.words[begin[before]] & WORD_MASK[np.clip(end[before] - begin[before], 0, 8)]
            single = (form == _D8) & (length[periods] == 8) & look.days(begin[token])
            double = np.flatnonzero((form == _RD8) & (length[periods] == _RD8_LENGTH))
            right = single
            right[double] = look.periods(begin[token[double]])
            wrong[periods] = ~right
        return wrong

    def _composites(self, look: Look, sel: Offsets, row: Offsets, begin: Offsets, end: Offsets) -> Offsets:
        """Composite tokens with a component in doubt, and others that hold a component separator."""
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
        needs = self._needs[part_row * LENGTHS + np.minimum(part_length, LENGTHS - 1)]
        bad = self._values(look, needs, part_row, part_begin, part_end)
        trailing = np.flatnonzero(is_last & ~is_first & (part_length == 0))
        is_whole = self._holds_whole[row[right], np.minimum(many, _MOST_PARTS)]
        for one in np.flatnonzero(self._has_part_notes[row[right]] & ((many > 2) | ~is_whole)).tolist():
            tokens = slice(int(ends[one] - many[one]), int(ends[one]))
            if not is_whole[one] or (part_length[tokens] == 0).any():
                wrong[right[one]] = True
        wrong[owner[bad]] = True
        wrong[owner[trailing]] = True
        return np.concatenate((sel[wrong], misplaced))

    def _noted(self, begins: Offsets, count: Offsets, nodes: Offsets, length: Offsets) -> Offsets:
        """Tokens of segments whose relational conditions do not hold."""
        sel = np.flatnonzero((nodes >= 0) & self._node_notes[np.maximum(nodes, 0)] & (count > 0))
        if not len(sel):
            return sel
        many = count[sel]
        stops = np.cumsum(many)
        within = np.arange(int(stops[-1])) - np.repeat(stops - many, many)
        token = within + np.repeat(begins[sel] + 1, many)
        bits = (length[token] > 0).astype(np.int64) << np.minimum(within, 40)
        presence = np.bitwise_or.reduceat(bits, stops - many)
        key = nodes[sel] << 41 | presence
        slot = ((key.astype(np.uint64) * np.uint64(_MIX)) >> np.uint64(48)).astype(np.intp)
        unknown = np.flatnonzero(self._known_presence[slot] != key)
        bad = []
        for at in unknown.tolist():
            one = int(key[at])
            if one not in self._presences:
                self._presences[one] = self._holds(int(nodes[sel[at]]), int(presence[at]))
                self._known_presence[slot[at]] = one if self._presences[one] else -1
            if not self._presences[one]:
                bad.append(int(begins[sel[at]]))
        return np.array(bad, dtype=np.intp)

    def _holds(self, node: int, presence: int) -> bool:
        segment = self.guide.nodes[node].segment
        values = ["x" if presence >> at & 1 else "" for at in range(presence.bit_length())]
        return not any(one.kind.answer in ("2", "10") for one in faults(segment, values, Separators()))


class _CodeTable:
    """Every (list, code) of a guide with at most eight characters."""

    def __init__(self, lists: list[frozenset[str]]) -> None:
        pairs = [(word(code), number) for number, listed in enumerate(lists, 1) for code in listed if len(code) <= 8]
        bits = max(12, (len(pairs) * 4).bit_length())
        self._shift = np.uint64(64 - bits)
        self._words = np.zeros((1 << bits) + 64, dtype=np.uint64)
        self._lists = np.zeros((1 << bits) + 64, dtype=np.intp)
        self._reach = 1
        for one, number in pairs:
            slot = int(self._slots(np.array([one], dtype=np.uint64), np.array([number]))[0])
            reach = 1
            while self._lists[slot]:
                slot, reach = slot + 1, reach + 1
            self._words[slot], self._lists[slot] = one, number
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


def _is_number(element: Element) -> bool:
    return not element.parts and (element.type in ("R", "DT", "TM") or element.type[:1] == "N")


def _last_required(elements: tuple[Element, ...]) -> int:
    return max((number for number, one in enumerate(elements, 1) if one.usage == "R"), default=0)


def _holds_whole(notes: Sequence[str]) -> list[bool]:
    """For each number of components whether the relational conditions hold when all of so many are there."""
    return [not any(condition_faults(notes, ["x"] * many)) for many in range(_MOST_PARTS + 1)]


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
