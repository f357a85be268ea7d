"""The shape of an edit that reads published tables: from the columns of a batch to what breaks it, and by which row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

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
        hits = list(self.judge(facts))
        at = np.fromiter((hit.at for hit in hits), dtype=np.intp, count=len(hits))
        claims, numbers, days = (column[at] for column in _rows(facts, self.on))
        mine = np.isin(facts.claims.payer[claims], [*self.payers]) & ((days == 0) | (days >= self.begins))
        mine &= (days <= self.ends) | (self.ends == 0)
        each = zip(hits, facts.claims.row[claims].tolist(), numbers.tolist(), mine.tolist(), strict=True)
        return [self._finding(hit, row, number) for hit, row, number, is_mine in each if is_mine]

    def _finding(self, hit: Hit, claim_row: int, number: int) -> Finding:
        words = self.says.format_map({"other": hit.other or 0, **hit.numbers})
        severity = self.severity
        if not hit.is_sure:
            words += "; the release at hand is not of that day"
            severity = Severity.REVIEW if severity.holds else severity
        of_line, of_diagnosis = self.on == "line", self.on == "diagnosis"
        return Finding(
            edit=self.id,
            claim_row=claim_row,
            severity=severity,
            message=f"{self.on} {number}: {words}" if of_line or of_diagnosis else words,
            fix=self.fix,
            cite=self.cite,
            line=number if of_line else None,
            diagnosis=number if of_diagnosis else None,
            carc=self.carc,
            other=hit.other,
            table=hit.table,
            release=hit.release,
            row=hit.row,
        )


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
