"""A batch of claims through every edit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import polars as pl

from claimkeep.engine.scrub.catalogue import EDITS, OF_ANY_KIND, TABLE_EDITS
from claimkeep.engine.scrub.edit import Edit, Views
from claimkeep.engine.scrub.edits import reports
from claimkeep.engine.scrub.facts import Facts
from claimkeep.engine.scrub.references import References
from claimkeep.engine.scrub.table_edit import TableEdit
from claimkeep.engine.terms.claim import DENTAL, INSTITUTIONAL, ClaimTables
from claimkeep.engine.terms.finding import Finding

NUMBER = {"claim": None, "line": "line_number", "diagnosis": "position"}
"""The column that counts a view's rows inside their claim."""


def run(
    tables: ClaimTables,
    today: date,
    edits: Sequence[Edit] = EDITS,
    *,
    references: References | None = None,
    table_edits: Sequence[TableEdit] = TABLE_EDITS,
) -> tuple[Finding, ...]:
    """Every finding of the edits on the batch, in order of claim, line, diagnosis and edit.

    references : the code sets and tables that `table_edits` read; without them those edits are not asked. A table that
                 is missing among them is told once (RPT-01).
    """
    views = Views.of(tables)
    found: list[Finding] = []
    for name, view in (("claim", views.claim), ("line", views.line), ("diagnosis", views.diagnosis)):
        chosen = [each for each in edits if each.on == name]
        masks = view.select(_mask(each, today).alias(str(n)) for n, each in enumerate(chosen))
        for each, mask in zip(chosen, masks.iter_columns(), strict=True):
            if mask.any():
                found += _findings(each, view.filter(mask))
    if references is not None:
        facts = Facts(tables, references)
        for one in table_edits:
            found += one.findings(facts)
        found += reports.findings(facts)
    return tuple(sorted(found, key=lambda f: (f.claim_row, f.line or 0, f.diagnosis or 0, f.edit)))


@lru_cache(maxsize=4096)
def _mask(edit: Edit, today: date) -> pl.Expr:
    """True where a row breaks the edit and the edit is of its kind of claim; made once a day, not once a claim."""
    breach = edit.breach(today).fill_null(False)
    if edit.id in OF_ANY_KIND:
        return breach
    return breach & ~pl.col("claim_kind").is_in([INSTITUTIONAL, DENTAL]).fill_null(False)


def _findings(edit: Edit, rows: pl.DataFrame) -> list[Finding]:
    numbers = rows.select(pl.selectors.integer())
    found = []
    for row in numbers.iter_rows(named=True):
        counted = NUMBER[edit.on]
        place = None if counted is None else row[counted]
        words = edit.says.format_map(row)
        found.append(
            Finding(
                edit=edit.id,
                claim_row=row["claim_row"],
                severity=edit.severity,
                message=words if place is None else f"{edit.on} {place}: {words}",
                fix=edit.fix,
                cite=edit.cite,
                line=place if edit.on == "line" else None,
                diagnosis=place if edit.on == "diagnosis" else None,
                carc=edit.carc,
            )
        )
    return found
