"""Diagnoses that are not coded together: ICD-01."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from claimkeep.engine.codes import EditTable
from claimkeep.engine.codes.exclusion_table import ExclusionTable
from claimkeep.engine.codes.pair_table import key_of
from claimkeep.engine.scrub.asking import by_release
from claimkeep.engine.scrub.facts import Facts, Places, beside
from claimkeep.engine.scrub.table_edit import Hit, Unjudged, table_edit
from claimkeep.engine.terms.finding import Severity


@dataclass(frozen=True, slots=True, eq=False)
class Excluded:
    """Diagnoses of one claim that a note keeps apart: (release, earlier, later, row); and what was not judged."""

    parts: tuple[tuple[ExclusionTable, Places, Places, Places], ...]
    unjudged: tuple[Unjudged, ...]


def search(facts: Facts) -> Excluded:
    """Every pair of diagnoses of one claim that an Excludes1 note keeps apart."""
    asked = facts.diagnoses
    # a claim of one diagnosis has no pair, so it asks for no table
    alone = np.bincount(asked.claim, minlength=1)[asked.claim] < 2 if len(asked.claim) else np.zeros(0, dtype=bool)
    rows = np.flatnonzero((asked.code.number >= 0) & ~alone)
    judged, unjudged = by_release(facts, EditTable.EXCLUDES1, ExclusionTable, rows, asked.day[rows], asked.claim[rows])
    parts = [_in_table(facts, table, some) for table, some in judged]
    return Excluded(tuple(parts), tuple(unjudged))


def _in_table(facts: Facts, table: ExclusionTable, rows: Places) -> tuple[ExclusionTable, Places, Places, Places]:
    asked = facts.diagnoses
    apart, row_of = table.among(asked.code.names)
    earlier: list[Places] = [np.zeros(0, dtype=np.intp)]
    later: list[Places] = [np.zeros(0, dtype=np.intp)]
    found: list[Places] = [np.zeros(0, dtype=np.intp)]
    for one, other in beside(asked.claim[rows]) if len(apart) else ():
        first, second = asked.code.number[rows[one]], asked.code.number[rows[other]]
        at = apart.find(key_of(np.minimum(first, second), np.maximum(first, second)))
        earlier.append(rows[one[at >= 0]])
        later.append(rows[other[at >= 0]])
        found.append(row_of[at[at >= 0]])
    return table, np.concatenate(earlier), np.concatenate(later), np.concatenate(found)


@table_edit(
    "ICD-01",
    on="diagnosis",
    says="is not coded together with diagnosis {other} (Excludes1), unless the note's own words allow it",
    fix="read the note; where it holds, keep the code that says more",
    cite="ICD-10-CM guidelines, section I.A.12.a",
    severity=Severity.REVIEW,
    carc="16",
)
def diagnoses_may_stand_together(facts: Facts) -> Iterator[Hit]:
    """Two diagnoses that an Excludes1 note keeps apart do not stand in one claim."""
    for table, earlier, later, rows in facts.once(search).parts:
        for one, other, row in zip(earlier.tolist(), later.tolist(), rows.tolist(), strict=True):
            yield Hit(other, table.table, table.release, table.row(row), int(facts.diagnoses.position[one]))


EDITS = (diagnoses_may_stand_together,)
