"""One interchange judged block by block: each is scanned, swept, walked where it is in doubt, and put to the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from claimkeep.engine.codes import CodeSets
from claimkeep.engine.terms.finding import Severity
from claimkeep.engine.x12 import fast, segments
from claimkeep.engine.x12.fast import Kernels
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.judge import rules, rules_chain, running
from claimkeep.engine.x12.judge.blocks import Blocks
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.envelope import CITE, Envelope, EnvelopeWalk, InterchangeVerdict, Room, SetPart
from claimkeep.engine.x12.judge.findings import Finding
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.running import Kept, Running
from claimkeep.engine.x12.judge.sweep import Part, Sweep
from claimkeep.engine.x12.judge.units import Units
from claimkeep.engine.x12.judge.walk import AHEAD, Walk
from claimkeep.engine.x12.segments import Offsets, Spans
from claimkeep.engine.x12.separators import Separators

_CLAIM = {"837": "CLM", "835": "CLP"}
"""The segment that begins a claim of each set."""

_ENDS, _ENVELOPE = "SE", frozenset({"ISA", "GS", "GE", "ST", "IEA"})
"""The segment that is the last of its set, and those that are of none."""

_TOO_LARGE = "more stands here than any guide has room for; its totals and situations are not judged"

_Member = tuple[SetPart, Running]


@cache
def _judge_of(version: str, sets: str, kernels: Kernels | None) -> tuple[Sweep, Units] | None:
    """The fast path of a guide, with what it has learned, and its units."""
    guide = known.find(version, sets)
    if guide is None:
        return None
    sweep: Sweep = Sweep(guide) if kernels is None else kernels.sweep(guide)
    return sweep, Units.of(guide)


@dataclass(slots=True)
class Pieces:
    """One interchange while it is judged.

    running : the set that is open; ahead : octets of segments that were looked at and not taken
    """

    ordinal: int
    marks: Separators
    room: Room
    codes: CodeSets | None
    level: int
    envelope: EnvelopeWalk | None = None
    running: Running | None = None
    ahead: bytes = b""
    _sets: dict[int, Running] = field(default_factory=dict)

    def judged(self, blocks: Blocks) -> InterchangeVerdict:
        """What is wrong with the interchange."""
        for octets, is_last in blocks:
            self._block(octets, is_last=is_last)
            held = len(self.ahead) + (0 if self.running is None else len(self.running.kept.octets))
            blocks.least = 2 * held
        walk = self.envelope
        assert walk is not None
        walk.end()
        found = walk.interchange.findings
        if blocks.is_broken:
            message = "a segment is longer than any may be; the interchange is not looked at from there on"
            found.append(Finding("X12-1-SEGMENT-LENGTH", 1, message, f"{CITE} IEA", segment_id="IEA", ta1="022"))
        walk.interchange.findings = self._placed(found, None)
        for group in walk.interchange.groups:
            group.findings = self._placed(group.findings, None)
        return walk.interchange

    def _placed(self, found: Sequence[Finding], transaction: int | None) -> list[Finding]:
        """The findings up to our level, with the ordinals of interchange and set."""
        return [
            replace(one, interchange=self.ordinal, transaction=transaction) for one in found if one.snip <= self.level
        ]

    def _block(self, octets: bytes, *, is_last: bool) -> None:
        kept = Kept() if self.running is None else self.running.kept
        spans = segments.scan(kept.octets + self.ahead + octets, self.marks)
        begin = len(kept.nodes)
        end = len(spans) if is_last else max(len(spans) - AHEAD, begin)
        if self.envelope is None:
            isa = tuple(spans.element(0, number) for number in range(17))
            self.envelope = EnvelopeWalk(InterchangeVerdict(self.ordinal, isa), self.room)
        self.ahead = running.joined(spans, np.arange(end, len(spans)))
        parts = list(self.envelope.take(spans, begin, end, is_last=is_last))
        if not parts:
            return
        members = [(one, self._running(one)) for one in parts]
        self._judge(spans, members)
        self.running = None if parts[-1].ends else members[-1][1]
        for part, one in members:
            if part.ends:
                self._end(one)

    def _running(self, part: SetPart) -> Running:
        """The set a part belongs to: the one that is open, or one that begins."""
        if self.running is not None and self.running.envelope is part.envelope:
            return self.running
        return Running(part.envelope)

    def _judge(self, spans: Spans, members: list[_Member]) -> None:
        """Each set of a block by the guide its group names."""
        look: Look | None = None
        by_guide: dict[tuple[str, str], list[_Member]] = {}
        for part, one in members:
            by_guide.setdefault((_version(one.envelope), one.envelope.verdict.code), []).append((part, one))
        for (version, code), ours in by_guide.items():
            judge = _judge_of(version, code, fast.kernels())
            if judge is None:
                for part, one in ours:
                    if not part.base:
                        _refuse(one.envelope)
            else:
                look = Look(spans) if look is None else look
                _ByGuide(look, *judge, ours, self.codes, self.level).judge()

    def _end(self, one: Running) -> None:
        """The verdict of a set that is over. Of a file with very much wrong, one finding a set is kept."""
        verdict = one.envelope.verdict
        found = self._placed(one.told(), verdict.ordinal)
        if self.room.findings < len(found):
            found = [min(found, key=lambda each: not each.severity.holds)]
        else:
            self.room.findings -= len(found)
        verdict.findings = tuple(found)


def _version(envelope: Envelope) -> str:
    """The guide a set is judged by: the one of ST03, where we have that and the one of its group, else the group's.

    They must be the same. Where they are not, ST03 is what the set was written by: one finding, and not one a segment.
    """
    said, code, version = envelope.verdict.version, envelope.verdict.code, envelope.group.version
    both = known.find(said, code) is not None and known.find(version, code) is not None
    return said if both else version


def _refuse(envelope: Envelope) -> None:
    message = "no guide of this set and version is known here"
    envelope.findings.append(Finding("X12-1-GUIDE", 1, message, f"{CITE} GS08", 1, "ST", ik5="I6", ik3=""))


@dataclass(slots=True)
class _ByGuide:
    """The sets of a block that one guide judges, in order; the first may go on from before, the last may go on."""

    look: Look
    sweep: Sweep
    units: Units
    members: list[_Member]
    codes: CodeSets | None
    level: int

    def judge(self) -> None:
        """Adds what is wrong with each set to what is known of it."""
        nodes = self._nodes()
        part, one = self.members[0]
        kept = one.kept if part.base else Kept()
        nodes[: len(kept.nodes)] = kept.nodes
        first = np.array([each.first for each, _ in self.members], dtype=np.intp)
        last = np.array([each.last for each, _ in self.members], dtype=np.intp)
        if part.base:
            first[0] = 0
        context = Context(self.sweep.guide, self.look, nodes, first, last, self.units, self.codes)
        if part.base:
            context.positions, context.base, context.ruled, context.before = (
                kept.positions,
                part.base,
                kept.ruled,
                one.carried,
            )
        lost = self._lost(context)
        self._keep(context, lost.get(len(first) - 1, []))
        self._hide(context, lost)
        for row in lost:
            self.members[row][1].carried.is_partial = True
        context.partial = frozenset(row for row, (_, each) in enumerate(self.members) if each.carried.is_partial)
        rules.judge(context, self.level)
        self._collect(context)
        for part, one in self.members:
            if part.ends:
                self._close(one.envelope)

    def _nodes(self) -> Offsets:
        """The node of every segment; what is in doubt is walked."""
        live = [
            (part, one)
            for part, one in self.members
            if part.first <= part.last and not (one.walk is not None and one.walk.is_over)
        ]
        guide, spans = self.sweep.guide, self.look.spans
        swept = self.sweep.run(self.look, [Part(part.first, part.last, one.state) for part, one in live])
        nodes = swept.nodes
        doubtful = swept.doubtful
        crowded = rules_chain.crowded(guide, self.sweep.large, nodes)
        doubtful[np.searchsorted([part.first for part, _ in live], crowded, side="right") - 1] = True
        for number, (part, one) in enumerate(live):
            here = slice(part.first, part.last + 1)
            before = one.state
            if doubtful[number] or (before is not None and running.is_crowded(guide, before, nodes[here])):
                if one.walk is None:
                    one.walk = Walk(guide) if before is None else Walk.behind(guide, before)
                ahead = 0 if part.ends else _ahead(spans, part.last + 1)
                nodes[here] = one.walk.take(spans, part.first, part.last, part.base, ahead)
                one.state = one.walk.state
            elif not part.ends:
                one.state = running.counted(guide, before, nodes[here], swept.ends[number])
                if one.walk is not None:
                    one.walk.pass_over(nodes[here].tolist(), one.state)
        return nodes

    def _lost(self, context: Context) -> dict[int, list[int]]:
        """Where units begin that are too large for rules, by row and counted from its first segment; each is told."""
        lost: dict[int, list[int]] = {}
        if self.members[0][1].is_lost:
            lost[0] = [len(context.positions) - 1]
        if len(self.look.spans.data) <= running.MOST_UNIT:
            return lost
        for row, (part, _) in enumerate(self.members):
            begin = int(context.first[row])
            here = context.nodes[begin : part.last + 1]
            for start in running.oversized(self.units, self.look.spans, here, begin) if len(here) else ():
                if start not in lost.setdefault(row, []):
                    context.tell(begin + start, "X12-3-SIZE", 3, _TOO_LARGE, answer="", severity=Severity.REVIEW)
                    lost[row].append(start)
        return lost

    def _keep(self, context: Context, lost: list[int]) -> None:
        """Keeps of the last set, when it goes on, what rules must see again, and hides from them what is not whole."""
        part, one = self.members[-1]
        if part.ends:
            return
        begin = int(context.first[-1])
        positions = context.positions_to(part.last)
        nodes = context.nodes[begin : part.last + 1]
        one.kept, tail, standing = running.kept(self.units, self.look.spans, nodes, positions, begin, lost)
        one.is_lost = tail in lost
        context.standing = frozenset((begin + standing).tolist())
        context.nodes[begin + tail :] = -1
        context.open = one.carried

    def _hide(self, context: Context, lost: dict[int, list[int]]) -> None:
        """Hides from rules what stands in units too large for them, and of claims the first segment too."""
        claim = _CLAIM.get(self.sweep.guide.guide.sets)
        for row, starts in lost.items():
            begin = int(context.first[row])
            nodes = context.nodes[begin : self.members[row][0].last + 1]
            for start in starts:
                nodes[running.rest_of(self.units, nodes, start)] = -1
                if self.look.spans.id(begin + start) == claim:
                    nodes[start] = -1

    def _collect(self, context: Context) -> None:
        found: dict[int, list[Finding]] = {}
        for row, each in context.found:
            found.setdefault(row, []).append(each)
        for row, several in found.items():
            known = int(context.positions[context.ruled - 1]) if context.ruled and not row else 0
            self.members[row][1].add(several, known)
        guide = context.guide.guide
        begun = context.where(_CLAIM.get(guide.sets, "CLM"))
        begun = begun[begun >= context.ruled]
        counts = np.bincount(context.set_of(begun), minlength=len(self.members)).tolist()
        for (_, one), many in zip(self.members, counts, strict=True):
            one.envelope.verdict.claims += many
            one.envelope.verdict.guide = guide.version

    def _close(self, envelope: Envelope) -> None:
        """What the ST and the group say of the guide."""
        group = envelope.group
        if _version(envelope) != group.version:
            message = "ST03 is not the version of GS08"
            envelope.findings.append(
                Finding("X12-1-ST03", 1, message, f"{CITE} ST03", 1, "ST", element=3, ik3="8", ik4="7", ik5="I6")
            )
        if group.functional_id and group.functional_id != self.sweep.guide.guide.functional:
            message = "the set does not belong into a group of this GS01"
            envelope.findings.append(Finding("X12-1-GS01", 1, message, f"{CITE} GS01", 1, "ST", ik5="6"))


def _ahead(spans: Spans, at: int) -> int:
    """How many segments from here on are of the set that is open, among those that may be looked at."""
    many = 0
    for segment in range(at, min(at + AHEAD, len(spans))):
        name = spans.id(segment)
        if name in _ENVELOPE:
            break
        many += 1
        if name == _ENDS:
            break
    return many
