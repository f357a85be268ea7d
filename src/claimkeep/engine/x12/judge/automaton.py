"""A guide as an automaton over segments, made as it is needed: a step known is one look-up, whatever the guide."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from claimkeep.engine.x12.guides.compile import Compiled, State

MOST_STATES = 50_000
"""States kept. Honest files need some thousands; a file made to need more makes us begin again, not grow."""

MOST_RUNS = 20_000
"""Runs of symbols kept, most of them whole claims; their shapes come again and again."""

_LONGEST_RUN = 1 << 10
"""Octets of the longest run that is kept."""

DOUBT = 1
"""The state of a set in doubt: no step leads out of it."""


@dataclass(slots=True)
class Automaton:
    """States are numbered as they are met; state 0 stands behind the ST. `vocabulary` are (id, qualifier) by symbol."""

    guide: Compiled
    vocabulary: list[tuple[str, str]]
    steps: list[dict[int, int]] = field(default_factory=list)
    node_of: list[int] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    _numbers: dict[tuple[State, int], int] = field(default_factory=dict)
    runs: dict[tuple[int, bytes], tuple[int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.steps, self.node_of, self.states, self._numbers = [], [], [], {}
        self._number(self.guide.start(), self.guide.places[0].trigger)
        self._number((), -1)
        self.runs = {}

    def forget(self) -> None:
        """Begins again when too many states are known; no number given before is good after."""
        if len(self.steps) > MOST_STATES:
            self._begin()

    def number(self, state: State) -> int:
        """The number of a state in which a set is taken up again."""
        return self._number(self.guide.capped(state), -1)

    def _number(self, state: State, node: int) -> int:
        known = self._numbers.get((state, node))
        if known is None:
            known = self._numbers[(state, node)] = len(self.steps)
            self.steps.append({})
            self.states.append(state)
            self.node_of.append(node)
        return known

    def run(self, state: int, symbols: bytes) -> tuple[int, bytes]:
        """The state behind these symbols, and the node of each; DOUBT and nothing when a step is in doubt.

        symbols, nodes : two octets each. `runs` knows what was run before: who runs much looks there first.
        """
        found = self._run(np.frombuffer(symbols, dtype=np.uint16).tolist(), state)
        if len(symbols) <= _LONGEST_RUN:
            if len(self.runs) >= MOST_RUNS:
                self.runs.clear()
            self.runs[state, symbols] = found
        return found

    def _run(self, symbols: list[int], state: int) -> tuple[int, bytes]:
        nodes: list[int] = []
        for symbol in symbols:
            after = self.steps[state].get(symbol)
            if after is None:
                self._learn(state, symbol)
                after = self.steps[state][symbol]
            if after == DOUBT:
                return DOUBT, b""
            state = after
            nodes.append(self.node_of[state])
        return state, np.array(nodes, dtype=np.int16).tobytes()

    def step(self, state: int, symbol: int) -> int:
        """Where one step leads; DOUBT when it is none."""
        if symbol not in self.steps[state]:
            self._learn(state, symbol)
        return self.steps[state][symbol]

    def _learn(self, state: int, symbol: int) -> None:
        segment_id, qualifier = self.vocabulary[symbol]
        move = self.guide.step(self.states[state], segment_id, qualifier) if segment_id else None
        if move is None or move.missing or move.exceeds:
            self.steps[state][symbol] = DOUBT
        else:
            self.steps[state][symbol] = self._number(move.state, move.node)
