"""Octets -> verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from claimkeep.engine.codes import CodeSets, Kind
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import separators
from claimkeep.engine.x12.judge import blocks, rules_codes
from claimkeep.engine.x12.judge.blocks import Blocks
from claimkeep.engine.x12.judge.envelope import CITE, InterchangeVerdict, Room
from claimkeep.engine.x12.judge.findings import Finding
from claimkeep.engine.x12.judge.pieces import Pieces
from claimkeep.engine.x12.octets import Octets

MOST_INTERCHANGES = 9_999
"""Interchanges of one file that are looked at."""

MOST_LEVEL, _CODES = 7, 5
"""The highest level of testing there is, and the one at which code sets are asked."""

_RESERVE = 1 << 24
"""Octets asked for once and given back untouched: the allocator then keeps what a block needed for the next block."""


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


def check(data: Octets, codes: CodeSets | None = None, *, level: int = MOST_LEVEL) -> Verdict:
    """Every finding of levels 1 to `level`, by interchange, group and set. Raises nothing, whatever the octets.

    data  : read once, block by block; no more than a claim and a block of it is held, or all of it when it is UTF-16
    codes : external code sets to judge level 5 by; of what is not loaded nothing is told but that it was not
    """
    try:
        text = blocks.decoded(data)
    except X12Error as error:
        return Verdict("unreadable", (), reason=str(error))
    found, stray = _interchanges(text.octets, text.begin, codes, level)
    if not found:
        reason = stray[-1].message if stray else "no interchange header is there"
        return Verdict("unreadable", (), tuple(stray), reason)
    verdict = Verdict("valid", tuple(found), tuple(stray), not_loaded=_not_loaded(found, codes, level))
    return replace(verdict, verdict="invalid") if any(one.severity.holds for one in verdict.findings()) else verdict


def _interchanges(
    octets: Octets, at: int, codes: CodeSets | None, level: int
) -> tuple[list[InterchangeVerdict], list[Finding]]:
    found: list[InterchangeVerdict] = []
    stray: list[Finding] = []
    room = Room()
    while (begin := blocks.next_isa(octets, at)) is not None:
        ordinal = len(found) + 1
        if len(stray) + ordinal > MOST_INTERCHANGES:
            stray.append(_outside("there are more interchanges than are judged; the rest is not looked at", ordinal))
            return found, stray
        if blocks.is_text(octets, at, begin):
            stray.append(_outside("text stands outside every interchange", ordinal))
        try:
            marks = separators.read(octets[begin : begin + separators.ISA_WIDTH])
        except separators.NotSeparators as wrong:
            stray.append(Finding("X12-1-ISA", 1, str(wrong), f"{CITE} ISA", 1, "ISA", interchange=ordinal))
            after = blocks.next_isa(octets, begin + 3)
            at = len(octets) if after is None else after
            continue
        here = Blocks(octets, begin, marks)
        if len(octets) - begin > blocks.BLOCK:
            np.empty(_RESERVE, dtype=np.uint8)
        found.append(Pieces(ordinal, marks, room, codes, level).judged(here))
        at = here.end
    if found and blocks.is_text(octets, at, len(octets)):
        stray.append(_outside("text stands outside every interchange", len(found)))
    return found, stray


def _outside(message: str, ordinal: int) -> Finding:
    return Finding("X12-1-OUTSIDE", 1, message, f"{CITE} ISA", segment_id="ISA", ta1="022", interchange=ordinal)


def _not_loaded(interchanges: list[InterchangeVerdict], codes: CodeSets | None, level: int) -> tuple[Kind, ...]:
    if level < _CODES:
        return ()
    sets = {(each.code, each.guide) for one in interchanges for group in one.groups for each in group.sets}
    wanted = {kind for code, guide in sets for kind in rules_codes.wanted(code, guide)}
    return tuple(sorted(kind for kind in wanted if codes is None or kind not in codes))
