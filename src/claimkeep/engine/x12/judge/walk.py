"""One transaction set beside its guide, segment by segment: the slow path, which tells what is wrong and where.

One fault is told once. A bad qualifier is a bad code, not a segment too many and one too few; what follows a loop that
could not be opened is not judged by its neighbour's table; of a run of segments out of place the first is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from claimkeep.engine.x12.guides.compile import Child, Compiled, Move, State
from claimkeep.engine.x12.guides.dictionary import SEGMENTS
from claimkeep.engine.x12.judge import findings
from claimkeep.engine.x12.judge.elements import faults
from claimkeep.engine.x12.judge.findings import MOST, Finding, Kind
from claimkeep.engine.x12.segments import Spans

MOST_QUIET = 20_000
"""Segments without a place that are passed over in one set before the rest of it is left alone."""

AHEAD = 5
"""Segments looked at to find out which loop an unknown qualifier was meant to begin."""


@dataclass(slots=True)
class _Open:
    """A place that is open in the walk: what was told of it, and whether its trigger could be read."""

    lenient: frozenset[str] = frozenset()
    missing: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)
    exceeded: set[tuple[str, frozenset[str]]] = field(default_factory=set)


@dataclass(slots=True)
class Walk:
    """The walk through one set, taken up again where it was left: `found` in order, `state` behind what was taken."""

    guide: Compiled
    state: State = ()
    open: list[_Open] = field(default_factory=list)
    found: list[Finding | None] = field(default_factory=list)
    is_adrift: bool = False
    quiet: int = 0
    spans: Spans = field(init=False)
    first: int = 0
    reach: int = 0
    base: int = 0
    nodes: list[int] = field(default_factory=list)

    @classmethod
    def behind(cls, guide: Compiled, state: State) -> Walk:
        """A walk that has found nothing up to a state, every repeat of which is counted."""
        return cls(guide, state, [_Open() for _ in state])

    @property
    def is_over(self) -> bool:
        """True when so much was wrong that the rest of the set is left alone."""
        return len(self.found) >= MOST or self.quiet >= MOST_QUIET

    def told(self) -> list[Finding]:
        """What is wrong with the set up to here at levels 1 and 2, hierarchies and totals apart."""
        return [one for one in self.found if one is not None]

    def take(self, spans: Spans, first: int, last: int, base: int = 0, ahead: int = 0) -> list[int]:
        """The node of each of these segments, -1 where it has none.

        base  : segments of the set before `first`; none before its ST
        ahead : how many segments of the set behind `last` may be looked at
        """
        self.spans, self.first, self.reach, self.base, self.nodes = spans, first, last + ahead, base, []
        many, at = last - first + 1, 0
        if not base:
            self.state, self.open, at = self.guide.start(), [_Open()], 1
            self.nodes.append(self.guide.places[0].trigger)
            self._elements(0, self._row(0), self.nodes[0])
        while at < many and not self.is_over:
            self._take(at)
            at += 1
        self.nodes.extend([-1] * (many - at))
        return self.nodes

    def pass_over(self, nodes: Sequence[int], state: State) -> None:
        """Takes segments in which nothing is wrong: their nodes, and the state behind them."""
        kept = min(self.guide.kept_by(node) for node in set(nodes))
        self.open = self.open[:kept] + [_Open() for _ in range(len(state) - kept)]
        self.state, self.is_adrift = state, False

    def _row(self, at: int) -> list[str]:
        """Id and elements of a segment as sent, counted from `first`."""
        spans, at = self.spans, self.first + at
        mark = int(spans.first[at])
        end = int(spans.marks[mark + int(spans.count[at])])
        return spans.text[int(spans.start[at]) : end].split(spans.separators.element)

    def qualifier(self, row: list[str]) -> str:
        """The value that tells this segment from others of its id."""
        key = self.guide.keys.get(row[0])
        if key is None or key[0] >= len(row):
            return ""
        value = row[key[0]]
        if key[1]:
            parts = value.split(self.spans.separators.component)
            return parts[key[1] - 1] if key[1] <= len(parts) else ""
        return value

    def _take(self, at: int) -> None:
        row = self._row(at)
        move = self.guide.step(self.state, row[0], self.qualifier(row), is_exact=True)
        if move is not None and not (move.exceeds and self._is_lenient(row[0])):
            self.is_adrift = False
            self._arrive(at, row, move)
        elif not (self._bereft(at, row) or self._misplaced(at, row) or self._unqualified(at, row)):
            self._stray(at, row)

    def _is_lenient(self, segment_id: str) -> bool:
        return segment_id in self.open[-1].lenient

    def _arrive(
        self, at: int, row: list[str], move: Move, skip: int = 0, lenient: frozenset[str] = frozenset()
    ) -> None:
        """The segment has its place: tell what was left out before it, and if it is one too many."""
        for place, child in move.missing:
            self._missing(at, row[0], place, child)
        pushed = self.guide.places[self.guide.nodes[move.node].place].trigger == move.node
        kept = len(move.state) - pushed
        self.open = self.open[:kept] + [_Open(lenient)] * pushed
        self.state = move.state
        if move.exceeds is not None:
            owner, name = self.open[kept - 1], _name(move.exceeds)
            if name not in owner.exceeded:
                owner.exceeded.add(name)
                kind = findings.LOOP_REPEATS if move.exceeds.place >= 0 else findings.SEGMENT_REPEATS
                self._tell(at, kind, row[0], move.node)
        self.nodes.append(move.node)
        self._elements(at, row, move.node, skip)

    def _missing(self, at: int, before: str, place: int, child: Child) -> None:
        level = next(n for n in range(len(self.state) - 1, -1, -1) if self.state[n][0] == place)
        if self.open[level].lenient or len(self.found) >= MOST:
            return
        kind = findings.LOOP_MISSING if child.place >= 0 else findings.SEGMENT_MISSING
        loop = self.guide.places[child.place if child.place >= 0 else place].loop
        self.open[level].missing[_name(child)] = len(self.found)
        words = f"{kind.message}: {child.segment.id}{_codes(child)}"
        cite = f"{self.guide.guide.version} {loop} {child.segment.id}"
        self.found.append(
            Finding(kind.code, kind.snip, words, cite, self.base + at + 1, child.segment.id, loop, ik3=kind.answer)
        )

    def _bereft(self, at: int, row: list[str]) -> bool:
        """Told when the segment belongs into a required loop whose first segment is lost; the loop is open then."""
        for level in range(len(self.state) - 1, -1, -1):
            place, group, counts = self.state[level]
            for number in range(group, len(self.guide.places[place].groups)):
                for which, child in enumerate(self.guide.places[place].groups[number]):
                    seen = number == group and counts[which]
                    if seen or not child.is_required or child.place < 0:
                        continue
                    if row[0] not in self.guide.places[child.place].by_id:
                        continue
                    begun = self.guide.step(self.state, child.segment.id, min(child.codes, default=""), is_exact=True)
                    if begun is not None and self._opened_without_trigger(at, row, place, child, begun):
                        return True
        return False

    def _opened_without_trigger(self, at: int, row: list[str], place: int, child: Child, begun: Move) -> bool:
        """True when this segment and those behind it stand better in the loop than they would without it."""
        move = self.guide.step(begun.state, row[0], self.qualifier(row), is_exact=True)
        depth = len(begun.state)
        if move is None or len(move.state) < depth or move.state[depth - 1][0] != child.place:
            return False
        if self._fit(move, at) <= self._fit(Move(self.state, -1), at):
            return False
        for above, lost in (*begun.missing, (place, child)):
            self._missing(at, row[0], above, lost)
        self.state, self.open, self.is_adrift = begun.state, [*self.open[: depth - 1], _Open()], False
        self._arrive(at, row, move)
        return True

    def _misplaced(self, at: int, row: list[str]) -> bool:
        """Told when the segment is one that should have come earlier in a place that is open."""
        qualifier = self.qualifier(row)
        for level in range(len(self.state) - 1, -1, -1):
            place, group, _ = self.state[level]
            for number in self.guide.places[place].by_id.get(row[0], ()):
                if number >= group:
                    continue
                for child in self.guide.places[place].groups[number]:
                    if child.codes and qualifier not in child.codes:
                        continue
                    known = self.open[level].missing.pop(_name(child), None)
                    if known is not None:
                        self.found[known] = None
                    node = child.node if child.place < 0 else self.guide.places[child.place].trigger
                    if not self.is_adrift or known is not None:
                        self._tell(at, findings.SEQUENCE, row[0], node)
                    self.is_adrift, self.quiet = True, self.quiet + 1
                    self.nodes.append(-1)
                    if child.place >= 0:
                        self.open[-1].lenient |= self._inside(child.place)
                    else:
                        self._elements(at, row, node)
                    return True
        return False

    def _inside(self, place: int) -> frozenset[str]:
        return frozenset(self.guide.places[place].by_id)

    def _unqualified(self, at: int, row: list[str]) -> bool:
        """Told when the segment may stand here, but not with this qualifier; it is taken for the likeliest one."""
        key = self.guide.keys.get(row[0])
        if key is None:
            return False
        meant = self._meant(at, row)
        if meant is None:
            return False
        move, child, siblings = meant
        inside = frozenset().union(*(self._inside(one.place) for one in siblings if one.place >= 0))
        kept = tuple(one for one in move.missing if one[1] not in siblings)
        self.is_adrift = False
        if key[0] < len(row) and self.qualifier(row):
            self._tell(at, findings.QUALIFIER, row[0], move.node, key[0], key[1])
        else:
            self._tell(at, findings.MISSING, row[0], move.node, key[0], key[1])
        self._arrive(at, row, replace(move, missing=kept), key[0] if child.place >= 0 else -1, inside)
        return True

    def _meant(self, at: int, row: list[str]) -> tuple[Move, Child, tuple[Child, ...]] | None:
        """Of the segments of this id that might stand here, the one that what follows fits best."""
        best: tuple[tuple[int, int, int, int], Move, Child, tuple[Child, ...]] | None = None
        order = 0
        for level in range(len(self.state) - 1, -1, -1):
            place, group, counts = self.state[level]
            for number in self.guide.places[place].by_id.get(row[0], ()):
                if number < group:
                    continue
                siblings = self.guide.places[place].groups[number]
                for which, child in enumerate(siblings):
                    seen = counts[which] if number == group else 0
                    move = self.guide.step(self.state, row[0], min(child.codes) if child.codes else "", is_exact=True)
                    if move is None or seen >= child.most:
                        continue
                    order -= 1
                    score = (self._fit(move, at), -len(move.missing), int(child.is_required and not seen), order)
                    if best is None or score > best[0]:
                        best = (score, move, child, siblings)
        return None if best is None else best[1:]

    def _fit(self, move: Move, at: int) -> int:
        state = move.state
        many = min(AHEAD, self.reach - self.first - at)
        for ahead in range(many):
            row = self._row(at + 1 + ahead)
            after = self.guide.step(state, row[0], self.qualifier(row), is_exact=True)
            if after is None or after.missing or after.exceeds:
                return ahead
            state = after.state
        return many

    def _stray(self, at: int, row: list[str]) -> None:
        """The segment has no place: unknown to the standard, to the guide, or only here."""
        self.nodes.append(-1)
        self.quiet += 1
        if self._is_lenient(row[0]):
            return
        if row[0] not in SEGMENTS:
            self._tell(at, findings.UNKNOWN, row[0], -1)
        elif not self.is_adrift:
            in_guide = any(row[0] == node.segment.id for node in self.guide.nodes)
            self._tell(at, findings.UNEXPECTED if in_guide else findings.NOT_IN_SET, row[0], -1)
            self.is_adrift = True

    def _elements(self, at: int, row: list[str], node: int, skip: int = 0) -> None:
        if skip < 0:
            return
        segment = self.guide.nodes[node].segment
        for fault in faults(segment, row[1:], self.spans.separators, skip):
            self._tell(at, fault.kind, row[0], node, fault.element, fault.component, fault.repeat)

    def _tell(
        self, at: int, kind: Kind, segment_id: str, node: int, element: int = 0, component: int = 0, repeat: int = 0
    ) -> None:
        if len(self.found) >= MOST:
            return
        loop = self.guide.nodes[node].loop if node >= 0 else self.guide.places[self.state[-1][0]].loop
        shown = self.spans.id(self.first + at)
        cite = f"{self.guide.guide.version} {loop} {shown}"
        if element:
            cite += f"{element:02}" + (f"-{component}" if component else "")
        found = Finding(kind.code, kind.snip, kind.message, cite, self.base + at + 1, shown, loop, ik3=kind.answer)
        if element:
            where = (element, component or None, repeat or None)
            found = replace(found, element=where[0], component=where[1], repeat=where[2], ik3="8", ik4=kind.answer)
        self.found.append(found)


def _name(child: Child) -> tuple[str, frozenset[str]]:
    return child.segment.id, child.codes


def _codes(child: Child) -> str:
    """Which of its kind is meant: codes of the guide, never a value of the file."""
    return f" {' or '.join(sorted(child.codes)[:3])}" if child.codes else ""
