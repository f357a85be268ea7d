"""More units than a day can hold: NCC-05 to NCC-08."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from claimkeep.engine.codes import EditTable
from claimkeep.engine.codes.pair_table import UnitTable
from claimkeep.engine.scrub.asking import Tables, lines_by_release
from claimkeep.engine.scrub.facts import Facts, Numbers, Payer, Places, Setting
from claimkeep.engine.scrub.table_edit import NCCI_PAYERS, Hit, Unjudged, table_edit

_E = EditTable
TABLES: Tables = {
    (Payer.MEDICARE, Setting.PRACTITIONER): _E.MUE_PRACTITIONER,
    (Payer.MEDICARE, Setting.OUTPATIENT_HOSPITAL): _E.MUE_OUTPATIENT_HOSPITAL,
    (Payer.MEDICARE, Setting.DME): _E.MUE_DME,
    (Payer.MEDICAID, Setting.PRACTITIONER): _E.MEDICAID_MUE_PRACTITIONER,
    (Payer.MEDICAID, Setting.AMBULATORY_SURGERY): _E.MEDICAID_MUE_PRACTITIONER,
    (Payer.MEDICAID, Setting.OUTPATIENT_HOSPITAL): _E.MEDICAID_MUE_OUTPATIENT_HOSPITAL,
    (Payer.MEDICAID, Setting.DME): _E.MEDICAID_MUE_DME,
}
SURGERY_CENTER = Payer.MEDICARE, Setting.AMBULATORY_SURGERY

PER_LINE, ABSOLUTE = 1, 2
"""MAI 1 judges a line by itself; 2 and 3 judge all lines of a code and day, and 2 is never raised on appeal."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Lines with more units than their code may have, and what could not be judged.

    line, row, table : the line, and what says so
    units_milli      : of the line, or of all lines of its code and day
    """

    line: Places
    row: Places
    table: tuple[UnitTable, ...]
    units_milli: Numbers
    unjudged: tuple[Unjudged, ...]

    def hits(self, wanted: tuple[int, ...], *, is_none: bool = False) -> Iterator[Hit]:
        """The lines judged by limits with one of these indicators, and whose limit is zero or is not."""
        for at, (table, row) in enumerate(zip(self.table, self.row.tolist(), strict=True)):
            most = int(table.most[row])
            if int(table.indicator[row]) not in wanted or (most == 0) != is_none:
                continue
            numbers = {"units": -(-int(self.units_milli[at]) // 1000), "most": most}
            yield Hit(int(self.line[at]), table.table, table.release, table.row(row), numbers=numbers)


def search(facts: Facts) -> Units:
    """Every line above the limit of its code."""
    lines: list[Places] = []
    rows: list[Places] = []
    units: list[Numbers] = []
    tables: list[UnitTable] = []
    unjudged: list[Unjudged] = []
    own = _E.MUE_ASC if _E.MUE_ASC in facts.references.edit_tables.releases else _E.MUE_PRACTITIONER
    for judged, missing in lines_by_release(facts, {**TABLES, SURGERY_CENTER: own}, UnitTable):
        unjudged += missing
        for table, asked in judged:
            over, row, given = _over(facts, table, asked)
            lines, rows, units = [*lines, over], [*rows, row], [*units, given]
            tables += [table] * len(over)
    nothing = np.zeros(0, dtype=np.int64)
    return Units(
        np.concatenate([nothing, *lines]).astype(np.intp),
        np.concatenate([nothing, *rows]).astype(np.intp),
        tuple(tables),
        np.concatenate([nothing, *units]),
        tuple(unjudged),
    )


def _over(facts: Facts, table: UnitTable, asked: Places) -> tuple[Places, Places, Numbers]:
    """The lines of one release above their limit, the row of each, and the units that it was judged with."""
    lines = facts.lines
    row = lines.code.each(table.find(*lines.code.words()), -1)[asked]
    asked, row = asked[row >= 0], row[row >= 0]
    units = _a_day(lines.units_milli[asked], lines.days_long[asked])
    grouped = pl.DataFrame(
        {"claim": lines.claim[asked], "day": lines.day[asked], "provider": lines.provider[asked], "row": row}
    ).with_columns(units=units)
    same = ["claim", "day", "provider", "row"]
    summed = grouped.select(
        of_day=pl.col("units").sum().over(same), before=pl.col("units").cum_sum().over(same) - pl.col("units")
    )
    of_day, before = summed["of_day"].to_numpy(), summed["before"].to_numpy()
    judged_with: Numbers = np.where(table.indicator[row] == PER_LINE, units, of_day)
    most = table.most[row] * 1000
    over: npt.NDArray[np.bool_] = judged_with > most
    # where a payer pays up to the limit, only lines that begin after it is used up are refused
    over &= ~table.pays_up_to_the_most[row] | (before >= most)
    return asked[over], row[over], judged_with[over]


def _a_day(units_milli: Numbers, days_long: Numbers) -> Numbers:
    """Units of each day of a line; those of a span are shared out and rounded (NCCI policy manual, chapter I, V)."""
    whole = (2 * units_milli + 1000 * days_long) // (2000 * days_long) * 1000
    return np.where(days_long == 1, units_milli, whole)


_CITE = "CMS NCCI policy manual, chapter I, section V: "


@table_edit(
    "NCC-05",
    on="line",
    says="has {units} units, a line of this code is paid for {most} at most",
    fix="correct the units; what was truly done again goes on a line of its own with a modifier that says so",
    cite=_CITE + "MUE adjudication indicator 1",
    carc="151",
    payers=NCCI_PAYERS,
)
def units_fit_the_line(facts: Facts) -> Iterator[Hit]:
    """A line has no more units than its code may have on one."""
    return facts.once(search).hits((PER_LINE,))


@table_edit(
    "NCC-06",
    on="line",
    says="the day has {units} units of this code and can have {most} at most; no line of them is paid",
    fix="correct the units or the code: no appeal raises this limit",
    cite=_CITE + "MUE adjudication indicator 2",
    carc="151",
    payers=NCCI_PAYERS,
)
def units_are_possible(facts: Facts) -> Iterator[Hit]:
    """A day has no more units of a code than it can have by its definition."""
    return facts.once(search).hits((ABSOLUTE,))


@table_edit(
    "NCC-07",
    on="line",
    says="the day has {units} units of this code, it is paid for {most} at most; no line above that is paid",
    fix="check the units; if they are right, keep the records for an appeal",
    cite=_CITE + "MUE adjudication indicator 3",
    carc="151",
    payers=NCCI_PAYERS,
)
def units_are_likely(facts: Facts) -> Iterator[Hit]:
    """A day has no more units of a code than are likely."""
    return facts.once(search).hits((0, 3))


@table_edit(
    "NCC-08",
    on="line",
    says="this code is not paid in this setting",
    fix="another setting bills it, or another code says what was done",
    cite=_CITE + "MUE value 0",
    carc="151",
    payers=NCCI_PAYERS,
)
def code_is_paid_here(facts: Facts) -> Iterator[Hit]:
    """A code whose limit is zero is not billed in that setting."""
    return facts.once(search).hits((0, 1, 2, 3), is_none=True)


EDITS = (units_fit_the_line, units_are_possible, units_are_likely, code_is_paid_here)
