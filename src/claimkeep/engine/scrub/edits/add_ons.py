"""Codes that are paid only beside another: NCC-09, NCC-10."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes import EditTable
from claimkeep.engine.codes.pair_table import AddOnTable
from claimkeep.engine.scrub.asking import Tables, lines_by_release
from claimkeep.engine.scrub.facts import Facts, Payer, Places, Setting, beside
from claimkeep.engine.scrub.table_edit import Hit, Unjudged, table_edit
from claimkeep.engine.terms.finding import Severity

TABLES: Tables = {
    (Payer.MEDICARE, setting): EditTable.ADD_ON
    for setting in (Setting.PRACTITIONER, Setting.AMBULATORY_SURGERY, Setting.OUTPATIENT_HOSPITAL)
}
MEDICARE = frozenset({Payer.MEDICARE})

PAYER_DECIDES = 2
"""Add-on codes of type 2 have no list of primary codes: each payer keeps its own."""


@dataclass(frozen=True, slots=True, eq=False)
class AddOns:
    """Lines with an add-on code, and what could not be judged.

    line, row    : the line, and the number of its code in the table
    is_joined    : a primary stands on its day
    other_day    : the line of a primary on another day of the claim, -1 where there is none
    """

    line: Places
    row: Places
    table: tuple[AddOnTable, ...]
    is_joined: npt.NDArray[np.bool_]
    other_day: Places
    unjudged: tuple[Unjudged, ...]

    def hits(self, facts: Facts, chosen: npt.NDArray[np.bool_]) -> Iterator[Hit]:
        """The chosen lines as hits, against the primary on another day where there is one."""
        for at in np.flatnonzero(chosen).tolist():
            table, primary = self.table[at], int(self.other_day[at])
            other = int(facts.lines.line_number[primary]) if primary >= 0 else None
            yield Hit(int(self.line[at]), table.table, table.release, table.row(int(self.row[at])), other)

    def type(self) -> npt.NDArray[np.uint8]:
        """The type of each add-on code."""
        return np.array([table.type[row] for table, row in zip(self.table, self.row, strict=True)], dtype=np.uint8)


def search(facts: Facts) -> AddOns:
    """Every line with an add-on code, and whether its claim has a primary for it."""
    lines: list[Places] = []
    rows: list[Places] = []
    joined: list[npt.NDArray[np.bool_]] = []
    elsewhere: list[Places] = []
    tables: list[AddOnTable] = []
    unjudged: list[Unjudged] = []
    for judged, missing in lines_by_release(facts, TABLES, AddOnTable):
        unjudged += missing
        for table, asked in judged:
            line, row, on_day, other = _in_table(facts, table, asked)
            lines, rows, joined, elsewhere = [*lines, line], [*rows, row], [*joined, on_day], [*elsewhere, other]
            tables += [table] * len(line)
    nothing = np.zeros(0, dtype=np.intp)
    return AddOns(
        np.concatenate([nothing, *lines]),
        np.concatenate([nothing, *rows]),
        tuple(tables),
        np.concatenate([nothing, *joined]).astype(bool),
        np.concatenate([nothing, *elsewhere]),
        tuple(unjudged),
    )


def _in_table(facts: Facts, table: AddOnTable, asked: Places) -> tuple[Places, Places, npt.NDArray[np.bool_], Places]:
    lines = facts.lines
    number = lines.code.each(table.number(*lines.code.words()), -1)[asked]
    asked, number = asked[number >= 0], number[number >= 0]
    is_joined, other_day = np.zeros(len(asked), dtype=bool), np.full(len(asked), -1, dtype=np.intp)
    for one, other in beside(lines.claim[asked]):
        for add_on, primary in ((one, other), (other, one)):
            goes = table.goes_with(number[add_on], number[primary])
            add_on, primary = add_on[goes], primary[goes]
            same_day = lines.day[asked[add_on]] == lines.day[asked[primary]]
            is_joined[add_on[same_day]] = True
            other_day[add_on[~same_day]] = asked[primary[~same_day]]
    kept = table.type[number] > 0
    return asked[kept], number[kept], is_joined[kept], other_day[kept]


_CITE = "CMS NCCI add-on code edits"


@table_edit(
    "NCC-09",
    on="line",
    says="is paid only beside a primary procedure, and none of those stands in the claim",
    fix="add the primary procedure if it was done, or take this line out",
    cite=_CITE,
    carc="107",
    payers=MEDICARE,
)
def add_on_has_its_primary(facts: Facts) -> Iterator[Hit]:
    """An add-on code stands beside one of its primary codes."""
    found = facts.once(search)
    return found.hits(facts, (found.type() != PAYER_DECIDES) & ~found.is_joined & (found.other_day < 0))


@table_edit(
    "NCC-09",
    on="line",
    says="is paid only beside a primary procedure that the payer chooses",
    fix="look its primary codes up with the payer",
    cite=_CITE + ", type 2",
    severity=Severity.REVIEW,
    carc="107",
    payers=MEDICARE,
)
def add_on_is_on_a_payers_list(facts: Facts) -> Iterator[Hit]:
    """An add-on code without a published list is looked up with the payer."""
    found = facts.once(search)
    return found.hits(facts, found.type() == PAYER_DECIDES)


@table_edit(
    "NCC-10",
    on="line",
    says="is paid beside a primary procedure of the same day; line {other} is of another day",
    fix="correct the day if it is wrong",
    cite=_CITE,
    severity=Severity.REVIEW,
    carc="107",
    payers=MEDICARE,
)
def add_on_is_of_the_day_of_its_primary(facts: Facts) -> Iterator[Hit]:
    """An add-on code stands on the day of its primary."""
    found = facts.once(search)
    return found.hits(facts, (found.type() != PAYER_DECIDES) & ~found.is_joined & (found.other_day >= 0))


EDITS = (add_on_has_its_primary, add_on_is_on_a_payers_list, add_on_is_of_the_day_of_its_primary)
