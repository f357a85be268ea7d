"""Procedures that are not paid together: NCC-01 to NCC-03."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes import EditTable
from claimkeep.engine.codes.pair_table import ModifierTable, PairTable
from claimkeep.engine.scrub.asking import Tables, has_modifier, lines_by_release, modifiers_of
from claimkeep.engine.scrub.facts import Facts, Payer, Places, Setting, beside
from claimkeep.engine.scrub.table_edit import NCCI_PAYERS, NOT_LOADED, Hit, Unjudged, table_edit
from claimkeep.engine.terms.finding import Severity

TABLES: Tables = {
    (Payer.MEDICARE, Setting.PRACTITIONER): EditTable.PTP_PRACTITIONER,
    (Payer.MEDICARE, Setting.AMBULATORY_SURGERY): EditTable.PTP_PRACTITIONER,
    (Payer.MEDICARE, Setting.OUTPATIENT_HOSPITAL): EditTable.PTP_OUTPATIENT_HOSPITAL,
    (Payer.MEDICAID, Setting.PRACTITIONER): EditTable.MEDICAID_PTP_PRACTITIONER,
    (Payer.MEDICAID, Setting.AMBULATORY_SURGERY): EditTable.MEDICAID_PTP_PRACTITIONER,
    (Payer.MEDICAID, Setting.OUTPATIENT_HOSPITAL): EditTable.MEDICAID_PTP_OUTPATIENT_HOSPITAL,
}

APART = frozenset({"59", "XE", "XP", "XS", "XU"})
EITHER_LINE_FROM = 20190701
"""First day of service on which modifiers 59 and X{EPSU} count on the column 1 line too (CMS change request 11168)."""

NEVER, PERHAPS = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of lines that a table does not pay together, and what could not be judged.

    paid, refused : the lines of column 1 and column 2; no line is refused twice by one row of a table
    row, table    : what says so
    is_cleared    : a modifier says that they are apart
    is_told       : whether modifiers are known, so that `is_cleared` means something
    """

    paid: Places
    refused: Places
    row: Places
    table: tuple[PairTable, ...]
    indicator: npt.NDArray[np.uint8]
    is_cleared: npt.NDArray[np.bool_]
    is_told: bool
    unjudged: tuple[Unjudged, ...]

    def hits(self, facts: Facts, chosen: npt.NDArray[np.bool_]) -> Iterator[Hit]:
        """The chosen pairs as hits on the refused line."""
        for at in np.flatnonzero(chosen).tolist():
            table = self.table[at]
            row, other = table.row(int(self.row[at])), int(facts.lines.line_number[self.paid[at]])
            yield Hit(int(self.refused[at]), table.table, table.release, row, other)


def search(facts: Facts) -> Pairs:
    """Every pair of lines of one claim, day and provider that a table does not pay together."""
    lines, parts, unjudged = facts.lines, [], []
    for judged, missing in lines_by_release(facts, TABLES, PairTable):
        unjudged += missing
        for table, rows in judged:
            parts += [(table, *found) for found in _in_table(facts, table, rows)]
    paid = np.concatenate([np.zeros(0, dtype=np.intp), *(part[1] for part in parts)])
    refused = np.concatenate([np.zeros(0, dtype=np.intp), *(part[2] for part in parts)])
    row = np.concatenate([np.zeros(0, dtype=np.intp), *(part[3] for part in parts)])
    tables = tuple(part[0] for part in parts for _ in part[1])
    indicator = np.array([one.indicator[at] for one, at in zip(tables, row, strict=True)], dtype=np.uint8)
    modifiers = facts.references.edit_tables.of_table(EditTable.ASSOCIATED_MODIFIERS, ModifierTable)
    if not modifiers and (indicator == PERHAPS).any():
        claims = np.unique(lines.claim[refused[indicator == PERHAPS]])
        unjudged.append(Unjudged(EditTable.ASSOCIATED_MODIFIERS, NOT_LOADED, claims))
    cleared = _cleared(facts, modifiers[-1], paid, refused) if modifiers else np.zeros(len(paid), dtype=bool)
    return Pairs(paid, refused, row, tables, indicator, cleared, bool(modifiers), tuple(unjudged))


def _in_table(facts: Facts, table: PairTable, rows: Places) -> Iterator[tuple[Places, Places, Places]]:
    """Lines of column 1, lines of column 2 and rows of the table, for the lines of one release."""
    lines = facts.lines
    number = lines.code.each(table.number(*lines.code.words()), -1)[rows]
    rows, number = rows[number >= 0], number[number >= 0]
    found: list[tuple[Places, Places, Places]] = []
    for one, other in beside(lines.claim[rows]):
        same = (lines.day[rows[one]] == lines.day[rows[other]]) & (
            lines.provider[rows[one]] == lines.provider[rows[other]]
        )
        one, other = one[same], other[same]
        for first, second in ((one, other), (other, one)):
            at = table.find(number[first], number[second], lines.day[rows[first]])
            hit = at >= 0
            if hit.any():
                found.append((rows[first[hit]], rows[second[hit]], at[hit]))
    if found:
        paid, refused, row = (np.concatenate([part[n] for part in found]) for n in range(3))
        _, once = np.unique(refused * np.intp(len(table.first)) + row, return_index=True)
        yield paid[once], refused[once], row[once]


def _cleared(facts: Facts, listed: ModifierTable, paid: Places, refused: Places) -> npt.NDArray[np.bool_]:
    lines, associated = facts.lines, frozenset(listed.groups)
    others = associated - APART
    early = lines.day[refused] < EITHER_LINE_FROM
    either = has_modifier(lines, paid, others) | has_modifier(lines, refused, others)
    apart = associated & APART
    either |= has_modifier(lines, refused, apart) | (has_modifier(lines, paid, apart) & ~early)
    return either


@table_edit(
    "NCC-01",
    on="line",
    says="is never paid beside line {other}, whatever its modifier",
    fix="take this line out; the other one covers it",
    cite="CMS NCCI policy manual, chapter I, section E: modifier indicator 0",
    carc="236",
    payers=NCCI_PAYERS,
)
def pair_is_never_paid(facts: Facts) -> Iterator[Hit]:
    """Procedures that are never paid together do not stand on one day of a claim."""
    pairs = facts.once(search)
    return pairs.hits(facts, pairs.indicator == NEVER)


@table_edit(
    "NCC-02",
    on="line",
    says="is not paid beside line {other} without a modifier that says they are apart",
    fix="if they were apart, say how: XE, XS, XP or XU, else 59; if not, take this line out",
    cite="CMS NCCI policy manual, chapter I, section E: modifier indicator 1",
    carc="236",
    payers=NCCI_PAYERS,
)
def pair_is_told_apart(facts: Facts) -> Iterator[Hit]:
    """Procedures that are paid together only when they were apart carry a modifier that says so."""
    pairs = facts.once(search)
    return pairs.hits(facts, (pairs.indicator == PERHAPS) & ~pairs.is_cleared & pairs.is_told)


@table_edit(
    "NCC-03",
    on="line",
    says="and line {other} name the same site, so the modifier does not say they are apart",
    fix="correct the site, or say how they were apart: XE, XS, XP or XU; if they were not, take this line out",
    cite="CMS NCCI policy manual, chapter I, section E: anatomic modifiers",
    severity=Severity.REVIEW,
    carc="236",
    payers=NCCI_PAYERS,
)
def sites_of_a_pair_differ(facts: Facts) -> Iterator[Hit]:
    """A pair that is told apart by its sites alone has two sites."""
    pairs, lines = facts.once(search), facts.lines
    tables = facts.references.edit_tables.of_table(EditTable.ASSOCIATED_MODIFIERS, ModifierTable)
    chosen = (pairs.indicator == PERHAPS) & pairs.is_cleared
    for at in np.flatnonzero(chosen).tolist():
        groups = tables[-1].groups
        one, other = (modifiers_of(lines, int(row)) & groups.keys() for row in (pairs.paid[at], pairs.refused[at]))
        chosen[at] = one == other and all(groups[each] == "anatomical" for each in one)
    return pairs.hits(facts, chosen)


EDITS = (pair_is_never_paid, pair_is_told_apart, sites_of_a_pair_differ)
