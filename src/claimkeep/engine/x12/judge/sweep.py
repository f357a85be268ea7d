"""Many transaction sets beside their guide at once: the fast path. It says what parts are beyond doubt, and no more.

A part it does not doubt is one in which the slow path (`walk`) would find nothing; one it doubts may still be clean.
Every table is looked up by row (`guides.compile`); every value is looked at as octets where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimkeep.engine.x12.guides import compile as tables
from claimkeep.engine.x12.guides.compile import DATE, LENGTHS, PERIOD, TIME, Compiled, State
from claimkeep.engine.x12.guides.schema import Element
from claimkeep.engine.x12.judge.automaton import DOUBT, Automaton
from claimkeep.engine.x12.judge.elements import value_fault
from claimkeep.engine.x12.judge.hashes import MIX, CodeTable, WordNumbers
from claimkeep.engine.x12.judge.look import WORD_MASK, Flags, Look, true_in, word
from claimkeep.engine.x12.segments import Offsets, Spans, pack

_UNFIT, _NUMBER, _CODED, _DATED, _COMPOSITE = (1 << bit for bit in range(5))
"""What is to be done about a token of some row and length: it is in doubt already, or its value is looked at."""

_NOWHERE = -(1 << 40)
"""A row that is none, whatever is added to it."""

_PRESENCE = (1 << 41) - 1
"""Bits of the elements that are there, those beyond the fortieth in one."""

_NO_QUALIFIER = 0xFFFFFFFF
_D8, _RD8, _DT = pack("D8"), pack("RD8"), pack("DT")
_DAY_LENGTH, _RD8_LENGTH, _DT_LENGTH = 8, 17, 12
_RUNS = {"837": ("HL", "CLM"), "835": ("LX", "CLP", "PLB")}
"""What begins a run of segments that may come again in the same order; in another set, every loop of the first rank."""


@dataclass(frozen=True, slots=True)
class Part:
    """Segments of one set that follow one another: `first` to `last`, both included.

    state : behind the segment before `first`; None where `first` is the ST
    """

    first: int
    last: int
    state: State | None = None


@dataclass(slots=True)
class Swept:
    """nodes : n segments of the spans, -1 where none is known. doubtful, ends : one a part, the state behind it."""

    nodes: Offsets
    doubtful: Flags
    ends: list[State]


@dataclass(frozen=True, slots=True)
class Condition:
    """A relational condition (X12.6 3.7.2): its letter, the bit of the first element it names, the bits of all."""

    kind: str
    first: int
    every: int

    def is_broken(self, present: int) -> bool:
        """True when it does not hold for the elements that are there, which are bits, the first the lowest."""
        there = present & self.every
        match self.kind:
            case "P":
                return there not in (0, self.every)
            case "R":
                return not there
            case "C":
                return bool(there & self.first) and there != self.every
            case "L":
                return there == self.first
        return there.bit_count() > 1


def conditions(notes: Sequence[str]) -> list[Condition]:
    """Relational conditions as the guides write them: P0304 and so on."""
    bits = [[1 << int(note[at : at + 2]) - 1 for at in range(1, len(note), 2)] for note in notes]
    return [Condition(note[0], each[0], sum(each)) for note, each in zip(notes, bits, strict=True)]


@dataclass(slots=True)
class _Tokens:
    """Values that stand one after another: the ids and elements of segments, or the components of elements.

    which : the mark that ends each, when it is not every mark in order
    slot  : LENGTHS times the row of each, less than none where nothing is asked
    """

    marks: Offsets
    which: Offsets | None
    length: Offsets
    slot: Offsets

    def of(self, tokens: Offsets) -> tuple[Offsets, Offsets, Offsets]:
        """Row, begin and end of these."""
        end = self.end(tokens)
        return self.row(tokens), end - self.length[tokens], end

    def end(self, tokens: Offsets) -> Offsets:
        return self.marks[tokens if self.which is None else self.which[tokens]]

    def row(self, tokens: Offsets) -> Offsets:
        return np.maximum(self.slot[tokens], 0) // LENGTHS


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
        shallow = {guide.nodes[one.trigger].segment.id for one in guide.places if one.parent == 0}
        self._cuts = np.array([name in _RUNS.get(guide.guide.sets, shallow) for name, _ in vocabulary])
        self._symbols = WordNumbers({pack(i) | word(q) << 24: n for (i, q), n in vocabulary.items() if i})
        self._keyed = WordNumbers({pack(name): n for name, n in ids.items()})
        self._key_element = np.zeros(len(ids) + 1, dtype=np.intp)
        self._key_in_composite = np.zeros(len(ids) + 1, dtype=bool)
        for name, (element, component) in guide.keys.items():
            self._key_element[ids[name]] = element
            self._key_in_composite[ids[name]] = component > 0
        self._rows(guide)
        self._nodes(guide)
        self._known_presence = np.full(1 << 16, -1, dtype=np.int64)
        self._presences: dict[int, bool] = {}
        self._part_presences: dict[int, bool] = {}

    def _rows(self, guide: Compiled) -> None:
        rows = guide.rows
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
        self._code_tables = CodeTable(guide.lists)
        self._is_long = np.array([False, *(any(len(code) > 8 for code in one) for one in guide.lists)])
        self._is_numeric = np.array([_is_number(one) for one in rows.element])
        needs = np.where(self._is_numeric, _NUMBER, 0)
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

    def run(self, look: Look, parts: Sequence[Part]) -> Swept:
        """The node of each segment of these parts, which of them are in doubt, and where each one ends."""
        self._automaton.forget()
        nodes, ends = self._walked(look, parts)
        doubtful = np.array([not end for end in ends], dtype=bool)
        if not doubtful.all():
            wrong = self._segments_in_doubt(look, nodes)
            wrong = wrong[nodes[wrong] >= 0]
            doubtful[np.searchsorted([part.first for part in parts], wrong, side="right") - 1] = True
        return Swept(nodes, doubtful, ends)

    def _walked(self, look: Look, parts: Sequence[Part]) -> tuple[Offsets, list[State]]:
        """The node of each segment, -1 outside every part and in one in doubt; and the state behind each part."""
        automaton = self._automaton
        numbers = self._symbols_of(look.spans, look)
        cuts, symbols = true_in(self._cuts[numbers]), numbers.astype(np.uint16).tobytes()
        nodes = np.full(len(numbers), -1, dtype=np.intp)
        ends: list[State] = []
        for part in parts:
            first = part.first + (part.state is None)
            inside = cuts[np.searchsorted(cuts, first + 1) : np.searchsorted(cuts, part.last + 1)].tolist()
            state = 0 if part.state is None else automaton.number(part.state)
            ran: list[bytes] = []
            known, begin = automaton.runs, 2 * first
            for cut in (*inside, part.last + 1):
                end = 2 * cut
                run = (state, symbols[begin:end])
                state, arrived = known.get(run) or automaton.run(*run)
                ran.append(arrived)
                begin = end
                if state == DOUBT:
                    break
            else:
                nodes[part.first] = automaton.node_of[0]
                nodes[first : part.last + 1] = np.frombuffer(b"".join(ran), dtype=np.int16)
            ends.append(automaton.states[state])
        return nodes, ends

    def _symbols_of(self, spans: Spans, look: Look) -> Offsets:
        """The symbol of each segment; 0 for one the guide does not know."""
        code = spans.code.astype(np.uint64)
        number = self._keyed.find(code)
        element = self._key_element[number]
        there = (element > 0) & (spans.count >= element)
        at = np.where(there, spans.first + element, 0)
        begin, end = spans.marks[at - 1] + 1, spans.marks[at]
        inside = true_in(there & self._key_in_composite[number])
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
        slot = np.repeat(np.where(dead, _NOWHERE, self._node_row[known] - begins) * LENGTHS, tokens)
        slot += np.arange(0, len(slot) * LENGTHS, LENGTHS)
        if len(slot) == len(marks):
            which, length = None, np.empty_like(marks)
            length[0] = marks[0]
            np.subtract(marks[1:], marks[:-1], out=length[1:])
        else:
            which = np.arange(len(slot)) + np.repeat(first - begins, tokens)
            length = marks[which] - marks[which - 1]
        length -= 1
        every = _Tokens(marks, which, length, slot)
        needs = self._needs.take(slot + np.minimum(length, LENGTHS - 1), mode="clip")
        last = stops - 1
        bad = [last[(count > 0) & (length[last] == 0)], self._values(look, needs, every)]
        bad.append(self._composites(look, true_in(needs >= _COMPOSITE), every))
        bad.append(begins[(count == 0) & ~dead & self._node_notes[known]])
        bad.append(self._noted(begins, count, np.where(dead, -1, nodes), length))
        segments = np.searchsorted(stops, np.concatenate(bad), side="right")
        return np.concatenate((true_in(wide), look.odd_segments(spans), segments))

    def _values(self, look: Look, needs: npt.NDArray[np.uint8], tokens: _Tokens) -> Offsets:
        """Tokens whose length, characters, code or date is in doubt."""
        needy = true_in(needs)
        needs = needs[needy]
        bad = [needy[(needs & _UNFIT) != 0]]
        numbers = needy[(needs & _NUMBER) != 0]
        if len(numbers):
            bad.append(numbers[self._wrong_numbers(look, *tokens.of(numbers))])
        coded = needy[(needs & _CODED) != 0]
        if len(coded):
            bad.append(coded[self._wrong_codes(look, *tokens.of(coded))])
        dated = needy[(needs & _DATED) != 0]
        if len(dated):
            bad.append(dated[self._wrong_dates(look, tokens, dated)])
        return np.concatenate(bad)

    def _wrong_numbers(self, look: Look, row: Offsets, begin: Offsets, end: Offsets) -> Flags:
        wrong = ~look.plain_numbers(begin, end - begin, self._is_decimal[row])
        for at in true_in(wrong).tolist():
            wrong[at] = value_fault(self.guide.rows.element[row[at]], look.text(begin[at], end[at])) is not None
        return wrong

    def _wrong_codes(self, look: Look, row: Offsets, begin: Offsets, end: Offsets) -> Flags:
        lists = self._codes[row]
        length = end - begin
        wrong = ~self._code_tables.has(look.words[begin] & WORD_MASK[np.minimum(length, 8)], lists) | (length > 8)
        for at in true_in(wrong & self._is_long[lists]).tolist():
            wrong[at] = look.text(begin[at], end[at]) not in self._list_of[lists[at]]
        return wrong

    def _wrong_dates(self, look: Look, tokens: _Tokens, dated: Offsets) -> Flags:
        row, begin, end = tokens.of(dated)
        kind = self._kind[row]
        wrong = np.zeros(len(dated), dtype=bool)
        days = true_in(kind == DATE)
        wrong[days] = (end[days] - begin[days] != _DAY_LENGTH) | ~look.days(begin[days])
        for at in true_in(kind == TIME).tolist():
            element, value = self.guide.rows.element[row[at]], look.text(begin[at], end[at])
            wrong[at] = value_fault(element, value) is not None
        periods = true_in(kind == PERIOD)
        if len(periods):
            begin, length = begin[periods], end[periods] - begin[periods]
            _, before, until = tokens.of(np.maximum(dated[periods] - 1, 0))
            form = look.words[before] & WORD_MASK[np.clip(until - before, 0, 8)]
            right = (form == _D8) & (length == _DAY_LENGTH) & look.days(begin)
            double = true_in((form == _RD8) & (length == _RD8_LENGTH))
            right[double] = look.periods(begin[double])
            moments = true_in((form == _DT) & (length == _DT_LENGTH))
            right[moments] = look.days(begin[moments]) & look.is_minute(begin[moments] + _DAY_LENGTH)
            wrong[periods] = ~right
        return wrong

    def _composites(self, look: Look, sel: Offsets, tokens: _Tokens) -> Offsets:
        """Composite tokens with a component in doubt, and others that hold a component separator."""
        row, begin, end = tokens.of(sel)
        from_, until = look.components_between(begin, end)
        misplaced = sel[:0]
        if int((until - from_).sum()) < look.many_components:
            at = look.components()
            holders = np.searchsorted(tokens.marks, at)
            if tokens.which is not None:
                holders = np.searchsorted(tokens.which, holders)
            holders = holders[holders < len(tokens.length)]
            misplaced = holders[self._first_part[tokens.row(holders)] == 0]
        if not len(sel):
            return misplaced
        many = until - from_ + 1
        wrong = (many > self._parts[row]) | (many < self._last_part[row])
        right = true_in(~wrong)
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
        slot = (self._first_part[row[owner]] + ordinal) * LENGTHS
        part_length = part_end - part_begin
        needs = self._needs[slot + np.minimum(part_length, LENGTHS - 1)]
        bad = self._values(look, needs, _Tokens(part_end, None, part_length, slot))
        trailing = true_in(is_last & ~is_first & (part_length == 0))
        noted = true_in(self._has_part_notes[row[right]] & (many > 1))
        if len(noted):
            bits = (part_length > 0).astype(np.int64) << np.minimum(ordinal, 40)
            presence = np.bitwise_or.reduceat(bits, ends - many)[noted]
            wrong[right[noted]] |= self._part_conditions_broken(row[right[noted]], presence)
        wrong[owner[bad]] = True
        wrong[owner[trailing]] = True
        return np.concatenate((sel[wrong], misplaced))

    def _noted(self, begins: Offsets, count: Offsets, nodes: Offsets, length: Offsets) -> Offsets:
        """Tokens of segments whose relational conditions do not hold."""
        sel = true_in((nodes >= 0) & self._node_notes[np.maximum(nodes, 0)] & (count > 0))
        if not len(sel):
            return sel
        many = count[sel]
        stops = np.cumsum(many)
        within = np.arange(int(stops[-1])) - np.repeat(stops - many, many)
        token = within + np.repeat(begins[sel] + 1, many)
        bits = (length[token] > 0).astype(np.int64) << np.minimum(within, 40)
        presence = np.bitwise_or.reduceat(bits, stops - many)
        key = nodes[sel] << 41 | presence
        slot = ((key.astype(np.uint64) * np.uint64(MIX)) >> np.uint64(48)).astype(np.intp)
        unknown = true_in(self._known_presence[slot] != key)
        bad = []
        for at in unknown.tolist():
            one = int(key[at])
            if one not in self._presences:
                self._presences[one] = self._holds(int(nodes[sel[at]]), int(presence[at]))
                self._known_presence[slot[at]] = one if self._presences[one] else -1
            if not self._presences[one]:
                bad.append(int(begins[sel[at]]))
        return np.array(bad, dtype=np.intp)

    def _part_conditions_broken(self, rows: Offsets, presence: npt.NDArray[np.int64]) -> Flags:
        """True for each composite whose relational conditions do not hold."""
        keys, which = np.unique(rows << 41 | presence, return_inverse=True)
        for one in keys.tolist():
            if one not in self._part_presences:
                notes = self.guide.rows.element[one >> 41].notes
                self._part_presences[one] = any(note.is_broken(one & _PRESENCE) for note in conditions(notes))
        broken = np.array([self._part_presences[one] for one in keys.tolist()])
        return broken[which]

    def _holds(self, node: int, presence: int) -> bool:
        return not any(one.is_broken(presence) for one in conditions(self.guide.nodes[node].segment.notes))


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
