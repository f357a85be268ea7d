"""Asking a table for a part of a batch: the release of each day, and what none could judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes import EditTable
from claimkeep.engine.codes.edit_table import Published
from claimkeep.engine.codes.edit_tables import of_the_day
from claimkeep.engine.scrub.facts import Facts, Lines, Numbers, Payer, Places, Setting
from claimkeep.engine.scrub.table_edit import NOT_LOADED, NOT_OF_THE_DAY, Unjudged

Form = TypeVar("Form", bound=Published)
Tables = Mapping[tuple[Payer, Setting], EditTable]
"""Which table judges the lines of a payer and setting."""


def by_release(
    facts: Facts, table: EditTable, form: type[Form], rows: Places, days: Numbers, claims: Places
) -> tuple[list[tuple[Form, Places]], list[Unjudged]]:
    """The releases that judge some of these rows, each with its rows; and what none can judge.

    rows, days, claims : one an asked row: its place, its day, the place of its claim
    """
    releases = facts.references.edit_tables.of_table(table, form)
    if not len(rows):
        return [], []
    if not releases:
        return [], [Unjudged(table, NOT_LOADED, np.unique(claims))]
    which = of_the_day(releases, days)
    judged = [(one, rows[which == at]) for at, one in enumerate(releases) if (which == at).any()]
    if (which < 0).any():
        return judged, [Unjudged(table, NOT_OF_THE_DAY, np.unique(claims[which < 0]))]
    return judged, []


def lines_by_release(
    facts: Facts, tables: Tables, form: type[Form]
) -> Iterator[tuple[list[tuple[Form, Places]], list[Unjudged]]]:
    """For each table: its releases with their lines, and what none can judge."""
    lines = facts.lines
    for table in dict.fromkeys(tables.values()):
        chosen = np.zeros(len(lines.claim), dtype=bool)
        for (payer, setting), judge in tables.items():
            if judge is table:
                chosen |= (lines.payer == payer) & (lines.setting == setting)
        rows = np.flatnonzero(chosen & lines.has_procedure & (lines.code.number >= 0))
        yield by_release(facts, table, form, rows, lines.day[rows], lines.claim[rows])


def has_modifier(lines: Lines, rows: Places, wanted: frozenset[str]) -> npt.NDArray[np.bool_]:
    """Whether each of these lines has one of the modifiers."""
    found = np.zeros(len(rows), dtype=bool)
    for column in lines.modifiers:
        of_names = np.array([name in wanted for name in column.names], dtype=bool)
        found |= np.append(of_names, False)[column.number[rows]]
    return found


def modifiers_of(lines: Lines, row: int) -> frozenset[str]:
    """The modifiers of a line."""
    return frozenset(column.names[column.number[row]] for column in lines.modifiers if column.number[row] >= 0)
