"""Bytes -> verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import numpy as np

from claimkeep.engine.codes import CodeSets, Kind
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import envelope as reading
from claimkeep.engine.x12 import fast, segments, separators
from claimkeep.engine.x12.fast import Kernels
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge import rules, rules_chain, rules_codes
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.envelope import CITE, EnvelopeWalk, InterchangeVerdict, SetSpan
from claimkeep.engine.x12.judge.findings import MOST, Finding
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.sweep import Sweep
from claimkeep.engine.x12.judge.walk import Walk
from claimkeep.engine.x12.segments import Spans
from claimkeep.engine.x12.separators import Separators

CHUNK = 1 << 18
"""Octets judged at once: what is made of them stays in cache. A chunk ends before an ST, so it holds whole sets."""

_NEAR = 1 << 12
"""Octets first searched for the end of an interchange; each further search looks at twice as many."""

_RESERVE = 1 << 24
"""Octets asked for once and given back untouched: the allocator then keeps what a chunk needed for the next chunk."""

_I, _A = ord("I"), ord("A")
_ISA = re.compile(rb"ISA[^A-Za-z0-9 \r\n]")
_NOTHING = b" \t\r\n\v\f\x00\x1a"

_CLAIM = {"837": "CLM", "835": "CLP"}
"""The segment that begins a claim of each set."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a file. `reason` says why nothing in it could be read.

    not_loaded : code sets that its transaction sets are judged by and that were not there to judge with
    """

    verdict: Literal["valid", "invalid", "unreadable"]
    interchanges: tuple[InterchangeVerdict, ...]
    stray: tuple[Finding, ...] = field(default=())
    reason: str = ""
    not_loaded: tuple[Kind, ...] = ()

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, in the order of the file."""
        yield from self.stray
        for interchange in self.interchanges:
            yield from interchange.findings
            for group in interchange.groups:
                yield from group.findings
                for one in group.sets:
                    yield from one.findings


def check(data: bytes, codes: CodeSets | None = None) -> Verdict:
    """Every finding of levels 1 to 5, by interchange, group and set. Raises nothing, whatever the bytes.

    codes : external code sets to judge level 5 by; of what is not loaded nothing is told but that it was not
    """
    try:
        octets = reading.decoded(data).octets
    except X12Error as error:
        return Verdict("unreadable", (), reason=str(error))
    found: list[InterchangeVerdict] = []
    stray: list[Finding] = []
    at = 0
    while (begin := _next_isa(octets, at)) is not None:
        ordinal = len(found) + 1
        if octets[at:begin].strip(_NOTHING):
            stray.append(_outside("text stands outside every interchange", ordinal))
        try:
            marks = separators.read(octets[begin : begin + separators.ISA_WIDTH])
        except separators.NotSeparators as wrong:
            stray.append(Finding("X12-1-ISA", 1, str(wrong), f"{CITE} ISA", 1, "ISA", interchange=ordinal))
            at = begin + 3
            after = _next_isa(octets, at)
            at = len(octets) if after is None else after
            continue
        end = _end(octets, begin, marks)
        found.append(_interchange(octets, begin, end, marks, ordinal, codes))
        at = end
    if not found:
        reason = stray[-1].message if stray else "no interchange header is there"
        return Verdict("unreadable", (), tuple(stray), reason)
    if octets[at:].strip(_NOTHING):
        stray.append(_outside("text stands outside every interchange", len(found)))
    verdict = Verdict("valid", tuple(found), tuple(stray), not_loaded=_not_loaded(found, codes))
    return replace(verdict, verdict="invalid") if any(one.severity.holds for one in verdict.findings()) else verdict


def _not_loaded(interchanges: list[InterchangeVerdict], codes: CodeSets | None) -> tuple[Kind, ...]:
    sets = {(each.code, each.guide) for one in interchanges for group in one.groups for each in group.sets}
    wanted = {kind for code, guide in sets for kind in rules_codes.wanted(code, guide)}
    return tuple(sorted(kind for kind in wanted if codes is None or kind not in codes))


def _outside(message: str, ordinal: int) -> Finding:
    return Finding("X12-1-OUTSIDE", 1, message, f"{CITE} ISA", segment_id="ISA", ta1="022", interchange=ordinal)


def _next_isa(octets: bytes, at: int) -> int | None:
    while (found := _ISA.search(octets, at)) is not None:
        if found.start() == 0 or not octets[found.start() - 1 : found.start()].isalnum():
            return found.start()
        at = found.start() + 1
    return None


def _begins_segment(octets: bytes, at: int, terminator: bytes) -> bool:
    """True when nothing but space stands between this place and a segment terminator."""
    while octets[at - 1 : at] in (b" ", b"\t", b"\r", b"\n") and octets[at - 1 : at] != terminator:
        at -= 1
    return octets[at - 1 : at] == terminator


def _find(octets: bytes, name: bytes, marks: Separators, at: int, end: int) -> int:
    """Where the next segment of this id begins; -1 where there is none."""
    wanted, terminator = name + marks.element.encode("latin-1"), marks.segment.encode("latin-1")
    while (found := octets.find(wanted, at, end)) >= 0:
        if _begins_segment(octets, found, terminator):
            return found
        at = found + 1
    return -1


def _end(octets: bytes, begin: int, marks: Separators) -> int:
    """Where this interchange ends: after its IEA, before the next ISA, or with the file."""
    terminator = marks.segment.encode("latin-1")
    wanted = b"IEA" + marks.element.encode("latin-1")
    for at in _controls(octets, begin + separators.ISA_WIDTH):
        is_trailer = octets.startswith(wanted, at)
        if (is_trailer or _ISA.match(octets, at)) and _begins_segment(octets, at, terminator):
            stop = octets.find(terminator, at) if is_trailer else at - 1
            return len(octets) if stop < 0 else stop + 1
    return len(octets)


def _controls(octets: bytes, begin: int) -> Iterator[int]:
    """Places from here on where ISA or IEA stands, as letters of anything."""
    width = _NEAR
    while begin < len(octets):
        here = np.frombuffer(octets[begin : begin + width + 2], dtype=np.uint8)
        for at in (np.flatnonzero((here[:-2] == _I) & (here[2:] == _A)) + begin).tolist():
            if octets[at + 1 : at + 2] in (b"S", b"E"):
                yield at
        begin, width = begin + width, min(width * 2, CHUNK)


def _interchange(
    octets: bytes, begin: int, end: int, marks: Separators, ordinal: int, codes: CodeSets | None
) -> InterchangeVerdict:
    """One interchange, chunk after chunk."""
    walk: EnvelopeWalk | None = None
    if end - begin > CHUNK:
        np.empty(_RESERVE, dtype=np.uint8)
    for spans in _chunks(octets, begin, end, marks):
        if walk is None:
            isa = tuple(spans.element(0, number) for number in range(17))
            walk = EnvelopeWalk(InterchangeVerdict(ordinal, isa))
        _judge(spans, list(walk.take(spans)), codes)
    assert walk is not None
    walk.end()
    return _numbered(walk.interchange)


def _chunks(octets: bytes, begin: int, end: int, marks: Separators) -> Iterator[Spans]:
    while begin < end:
        cut = _find(octets, b"ST", marks, begin + CHUNK, end) if end - begin > CHUNK else -1
        stop = end if cut < 0 else cut
        yield segments.scan(octets[begin:stop], marks)
        begin = stop


def _numbered(interchange: InterchangeVerdict) -> InterchangeVerdict:
    """The same with the ordinals of interchange and set in every finding."""
    ordinal = interchange.ordinal

    def placed(found: list[Finding], transaction: int | None) -> list[Finding]:
        return [replace(one, interchange=ordinal, transaction=transaction) for one in found]

    interchange.findings = placed(interchange.findings, None)
    for group in interchange.groups:
        group.findings = placed(group.findings, None)
        for one in group.sets:
            if one.findings:
                one.findings = placed(one.findings, one.ordinal)
    return interchange


@cache
def _sweep(version: str, sets: str, kernels: Kernels | None) -> Sweep | None:
    """The fast path of a guide, with what it has learned."""
    guide = known.find(version, sets)
    return None if guide is None else Sweep(guide) if kernels is None else kernels.sweep(guide)


def _judge(spans: Spans, sets: list[SetSpan], codes: CodeSets | None) -> None:
    """Each set of a chunk by the guide its group names."""
    by_guide: dict[tuple[str, str], list[SetSpan]] = {}
    kernels = fast.kernels()
    for one in sets:
        by_guide.setdefault((one.group.version, one.verdict.code), []).append(one)
    for (version, code), members in by_guide.items():
        sweep = _sweep(version, code, kernels)
        if sweep is None:
            for one in members:
                _refuse(spans, one)
        else:
            _by_guide(spans, sweep, members, codes)


def _refuse(spans: Spans, one: SetSpan) -> None:
    message = "no guide of this set and version is known here"
    one.verdict.findings.append(
        Finding("X12-1-GUIDE", 1, message, f"{CITE} GS08", 1, spans.id(one.first), ik5="I6", ik3="")
    )


def _by_guide(spans: Spans, sweep: Sweep, members: list[SetSpan], codes: CodeSets | None) -> None:
    guide = sweep.guide
    look = Look(spans)
    swept = sweep.run(look, [(one.first, one.last) for one in members])
    nodes = swept.nodes
    for number in np.flatnonzero(swept.doubtful).tolist():
        one = members[number]
        found, walked = Walk(guide, spans, one.first, one.last).run()
        one.verdict.findings.extend(found)
        nodes[one.first : one.last + 1] = walked
    crowded = rules_chain.crowded(guide, sweep.large, nodes)
    within = np.searchsorted([one.first for one in members], crowded, side="right") - 1
    for number in sorted(set(within.tolist())):
        if not swept.doubtful[number]:
            one = members[number]
            one.verdict.findings.extend(Walk(guide, spans, one.first, one.last).run()[0])
    _rules(look, guide, members, nodes, codes)


def _rules(
    look: Look, guide: Compiled, members: list[SetSpan], nodes: segments.Offsets, codes: CodeSets | None
) -> None:
    """What the rules find, but for elements whose form is wrong already: what follows from that is not told."""
    first = np.array([one.first for one in members], dtype=np.intp)
    last = np.array([one.last for one in members], dtype=np.intp)
    context = Context(guide, look, nodes, first, last, codes)
    rules.judge(context)
    told = [{(one.segment, one.element) for one in each.verdict.findings if one.element} for each in members]
    for row, found in context.found:
        findings = members[row].verdict.findings
        if (found.segment, found.element) not in told[row] and len(findings) < MOST:
            findings.append(found)
    begun = context.set_of(context.where(_CLAIM.get(guide.guide.sets, "CLM")))
    for one, claims in zip(members, np.bincount(begun, minlength=len(members)).tolist(), strict=True):
        one.verdict.claims = claims
    for one in members:
        one.verdict.guide = guide.guide.version
        if one.verdict.version and one.verdict.version != one.group.version:
            message = "ST03 is not the version of GS08"
            one.verdict.findings.append(
                Finding("X12-1-ST03", 1, message, f"{CITE} ST03", 1, "ST", element=3, ik3="8", ik4="7", ik5="I6")
            )
        if one.group.functional_id and one.group.functional_id != guide.guide.functional:
            message = "the set does not belong into a group of this GS01"
            one.verdict.findings.append(Finding("X12-1-GS01", 1, message, f"{CITE} GS01", 1, "ST", ik5="6"))
        one.verdict.findings.sort(key=lambda found: (found.segment or 0, found.element or 0))
