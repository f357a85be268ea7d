"""The fast path of a guide by compiled code: its tables as records, the same sweep, the same answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from claimkeep.engine.x12.guides.compile import Compiled, State
from claimkeep.engine.x12.judge import kernel
from claimkeep.engine.x12.judge.automaton import DOUBT
from claimkeep.engine.x12.judge.kernel import Records
from claimkeep.engine.x12.judge.look import WORD, Look, true_in, word
from claimkeep.engine.x12.judge.sweep import Part, Sweep, conditions
from claimkeep.engine.x12.segments import Offsets
from claimkeep.engine.x12.separators import Separators

_ROOM = 4
"""Places of a hash table for each word in it, at least."""

_MONEY = 18


class KernelSweep(Sweep):
    """A sweep that looks at segments one after the other, in compiled code."""

    def __init__(self, guide: Compiled) -> None:
        super().__init__(guide)
        self._ids = _table(self._keyed.pairs())
        self._vocabulary = _table(self._symbols.pairs())
        self._keys = np.zeros(len(self._key_element), dtype=kernel.KEY)
        self._keys["element"], self._keys["in_composite"] = self._key_element, self._key_in_composite
        listed = [(code, number) for number, one in enumerate(guide.lists, 1) for code in sorted(one)]
        self._code_slots = _table(
            [(word(code), number) for code, number in listed if len(code) <= WORD], is_listed=True
        )
        longer = (bytes([number, len(code)]) + code.encode() for code, number in listed if len(code) > WORD)
        self._longer = np.frombuffer(b"".join(longer), dtype=np.uint8)
        self._row_table = self._row_records(guide)
        self._node_table, self._note_table = self._node_records(guide)
        self._known: list[dict[int, int]] = []
        self._steps, self._many_steps = _table([]), 0

    def _row_records(self, guide: Compiled) -> Records:
        found = np.zeros(len(guide.rows.element), dtype=kernel.ROW)
        lengths = guide.rows.fits[:, 1:]
        found["may_be_empty"] = guide.rows.fits[:, 0]
        found["fits_from"] = np.where(lengths.any(axis=1), lengths.argmax(axis=1) + 1, lengths.shape[1] + 1)
        found["fits_to"] = np.where(lengths.any(axis=1), lengths.shape[1] - lengths[:, ::-1].argmax(axis=1), 0)
        found["codes"], found["kind"] = self._codes, self._kind
        found["first_part"], found["parts"], found["last_part"] = self._first_part, self._parts, self._last_part
        found["is_decimal"] = self._is_decimal
        found["may_be_negative"] = [one.type not in ("DT", "TM") for one in guide.rows.element]
        found["is_money"] = [one.most == _MONEY for one in guide.rows.element]
        found["least_digits"] = [one.least for one in guide.rows.element]
        found["needs"] = (
            self._is_numeric * kernel.NUMBER
            | (self._codes > 0) * kernel.CODED
            | (self._kind > 0) * kernel.DATED
            | (self._first_part > 0) * kernel.COMPOSITE
        )
        return found

    def _node_records(self, guide: Compiled) -> tuple[Records, Records]:
        nodes = np.zeros(len(guide.nodes), dtype=kernel.NODE)
        notes: list[tuple[int, int, int]] = []
        for number, node in enumerate(guide.nodes):
            begin = len(notes)
            for note in conditions(node.segment.notes) if self._node_notes[number] else ():
                notes.append((ord(note.kind), note.first, note.every))
            nodes[number] = node.row, self._node_width[number], self._node_least[number], begin, len(notes)
        for row, element in enumerate(guide.rows.element):
            self._row_table["note_begin"][row] = len(notes)
            notes += ((ord(note.kind), note.first, note.every) for note in conditions(element.notes))
            self._row_table["note_end"][row] = len(notes)
        return nodes, np.array(notes, dtype=kernel.NOTE)

    def _walked(self, look: Look, parts: Sequence[Part]) -> tuple[Offsets, list[State]]:
        spans, automaton = look.spans, self._automaton
        symbols = np.empty(len(spans), dtype=np.int64)
        sources = (spans.code, spans.count, spans.first, spans.marks)
        tables = (self._ids, self._keys, self._vocabulary)
        kernel.symbols(look.octets, look.signed, look.component, *sources, *tables, symbols)
        states = np.full(len(spans), DOUBT, dtype=np.int64)
        for part in parts:
            first, state = part.first + (part.state is None), 0
            if part.state is not None:
                state = automaton.number(part.state)
            states[part.first] = state
            if not self._walk(symbols, first, part.last + 1, state, states):
                states[part.first : part.last + 1] = DOUBT
        ends = [automaton.states[end] for end in states[[part.last for part in parts]].tolist()]
        return np.array(automaton.node_of, dtype=np.intp)[states], ends

    def _walk(self, symbols: Offsets, begin: int, end: int, state: int, states: Offsets) -> bool:
        """The states from one on; a step not known yet is learned from the guide. False when one is in doubt."""
        if self._known is not self._automaton.steps:
            self._known, self._steps, self._many_steps = self._automaton.steps, _table([]), 0
        at = begin
        while (stop := kernel.follow(self._steps, symbols, at, end, state, states)) < end:
            if stop > at:
                state = int(states[stop - 1])
            if state != DOUBT:
                state = self._learned(state, int(symbols[stop]))
            if state == DOUBT:
                return False
            states[stop] = state
            at = stop + 1
        return begin == end or states[end - 1] != DOUBT

    def _learned(self, state: int, symbol: int) -> int:
        """Where a step leads, which the table knows from now on."""
        leads = self._automaton.step(state, symbol)
        if self._many_steps * _ROOM >= len(self._steps):
            known = self._steps[self._steps["word"] != 0]
            self._steps = _table(zip(known["word"].tolist(), known["number"].tolist(), strict=True), len(known) * 2)
        step = np.array([(state << kernel.SYMBOL_BITS | symbol) + 1])
        kernel.put(self._steps, step, np.array([leads]), False)
        self._many_steps += 1
        return leads

    def _segments_in_doubt(self, look: Look, nodes: Offsets) -> Offsets:
        spans = look.spans
        wrong = np.zeros(len(spans), dtype=bool)
        octets = (look.octets, look.signed, _kinds(spans.separators), look.component)
        tables = (self._node_table, self._note_table, self._row_table, self._code_slots, self._longer)
        kernel.doubts(*octets, spans.count, spans.first, spans.marks, nodes, *tables, wrong)
        return true_in(wrong)


@cache
def _kinds(separators: Separators) -> kernel.Octets:
    """The kind of each octet; digits, letters and what else may stand in a text are of none."""
    found = np.full(256, kernel.TEXT, dtype=np.uint8)
    found[:0x20], found[0x7F:] = kernel.ODD, kernel.ODD
    found[ord("0") : ord("9") + 1] = 0
    found[ord(".")], found[ord("-")], found[ord(" ")] = kernel.POINT, kernel.MINUS, kernel.SPACE
    if separators.repetition:
        found[ord(separators.repetition)] = kernel.ODD
    found[ord(separators.component)] = kernel.COMPONENT
    return found


def _table(pairs: Iterable[tuple[int, int]], many: int = 0, *, is_listed: bool = False) -> Records:
    """Words with a number each, as SLOTs; `is_listed` when one word may have several numbers."""
    every = list(pairs)
    found = np.zeros(1 << max(8, (max(many, len(every)) * _ROOM).bit_length()), dtype=kernel.SLOT)
    words = np.array([one for one, _ in every], dtype=np.uint64).view(np.int64)
    kernel.put(found, words, np.array([number for _, number in every], dtype=np.int64), is_listed)
    return found
