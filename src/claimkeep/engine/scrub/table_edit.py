"""The shape of an edit that reads published tables: from the columns of a batch to what breaks it, and by which row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from claimkeep.engine.codes.edit_table import TableRow
from claimkeep.engine.scrub.facts import Facts, Payer, Places
from claimkeep.engine.terms.finding import Finding, Severity

ALL = frozenset(Payer)
NCCI_PAYERS = frozenset({Payer.MEDICARE, Payer.MEDICAID})


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that breaks an edit.

    at       : its place among the lines, the diagnoses or the claims of the batch
    other    : the number of the line or diagnosis it stands against
    table, release, row : what says so
    numbers  : what the words of the edit name
    is_sure  : False where the release does not speak for the day: then it is to be looked at and holds nothing
    """

    at: int
    table: str
    release: str
    row: TableRow = ()
    other: int | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Claims that could not be judged by a table.

    why    : NOT_LOADED, NOT_OF_THE_DAY or NEAREST
    claims : their places in the batch
    """

    table: str
    why: str
    claims: Places


NOT_LOADED = "is not loaded, so it did not judge"
NOT_OF_THE_DAY = "has no release for the day of service, so it did not judge"
NEAREST = "has no release for the day of service, so the nearest one looked at"

Judge = Callable[[Facts], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class TableEdit:
    """One rule that tables decide. `on`, `says`, `fix`, `carc` and `rule` are as in `Edit`.

    payers         : whose claims it judges
    begins, ends   : the days of service it holds for, CCYYMMDD, both included; 0 is open
    """

    id: str
    on: str
    says: str
    fix: str
    cite: str
    severity: Severity
    carc: str
    rule: str
    judge: Judge
    payers: frozenset[Payer]
    begins: int
    ends: int

    def findings(self, facts: Facts) -> list[Finding]:
        """What of the batch breaks the rule."""
        rows, numbers, days = _rows(facts, self.on)
        found = []
        for hit in self.judge(facts):
            claim, day = int(rows[hit.at]), int(days[hit.at])
            if facts.claims.payer[claim] not in self.payers or (self.begins and 0 < day < self.begins):
                continue
            if self.ends and day > self.ends:
                continue
            found.append(self._finding(hit, int(facts.claims.row[claim]), int(numbers[hit.at])))
        return found

    def _finding(self, hit: Hit, claim_row: int, number: int) -> Finding:
        words = self.says.format_map({"other": hit.other or 0, **hit.numbers})
        if not hit.is_sure:
            words += "; the release at hand is not of that day"
        made = Finding(
            edit=self.id,
            claim_row=claim_row,
            severity=self.severity if hit.is_sure or not self.severity.holds else Severity.REVIEW,
            message=words,
            fix=self.fix,
            cite=self.cite,
            carc=self.carc,
            other=hit.other,
            table=hit.table,
            release=hit.release,
            row=hit.row,
        )
        if self.on == "line":
            return replace(made, line=number, message=f"line {number}: {words}")
        if self.on == "diagnosis":
            return replace(made, diagnosis=number, message=f"diagnosis {number}: {words}")
        return made


def _rows(facts: Facts, on: str) -> tuple[Places, Places, Places]:
    """The claim, the number and the day of each row of a view."""
    if on == "line":
        return facts.lines.claim, facts.lines.line_number, facts.lines.day
    if on == "diagnosis":
        return facts.diagnoses.claim, facts.diagnoses.position, facts.diagnoses.day
    places = np.arange(len(facts.claims.row))
    return places, places, facts.claims.day


def table_edit(
    id: str,
    *,
    on: str,
    says: str,
    fix: str,
    cite: str,
    severity: Severity = Severity.DENY,
    carc: str = "",
    payers: frozenset[Payer] = ALL,
    begins: int = 0,
    ends: int = 0,
) -> Callable[[Judge], TableEdit]:
    """The function below it as a TableEdit; the first line of its docstring is the rule as it should hold."""

    def made(judge: Judge) -> TableEdit:
        rule = (judge.__doc__ or "").strip().splitlines()[0]
        return TableEdit(id, on, says, fix, cite, severity, carc, rule, judge, payers, begins, ends)

    return made
