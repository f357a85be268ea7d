"""The tables of edits at hand, by table and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from claimkeep.engine.codes.edit_table import EditTable, Published
from claimkeep.engine.codes.keys import Rows
from claimkeep.engine.codes.words import Days
from claimkeep.engine.terms.errors import CodesError

Form = TypeVar("Form", bound=Published)

MOST_LOST = 0.05
"""The share of rows or codes a release may have less than the one before it, until somebody says that it is right."""


@dataclass(frozen=True, slots=True, eq=False)
class EditTables:
    """releases : those of each table, the earliest first; no two of a table begin on one day."""

    releases: Mapping[EditTable, tuple[Published, ...]] = field(default_factory=dict)

    @staticmethod
    def of(releases: Iterable[Published], *, may_shrink: bool = False) -> EditTables:
        """These releases.

        Raises CodesError when two of a table begin on one day, and, unless `may_shrink`, when one has over a
        twentieth fewer rows or codes than the one before it: then a part of the file is likely missing.
        """
        by_table: dict[EditTable, list[Published]] = {}
        for one in sorted(releases, key=lambda release: (release.table, release.valid_from)):
            before = by_table.setdefault(one.table, [])
            if before and before[-1].valid_from == one.valid_from:
                words = f"a second release of {one.table} begins on the day of {before[-1].release}"
                raise CodesError(words, file=one.release)
            if before and not may_shrink:
                _census(before[-1], one)
            before.append(one)
        return EditTables({table: tuple(listed) for table, listed in by_table.items()})

    def with_releases(self, more: Iterable[Published]) -> EditTables:
        """These, and in place of the tables of `more` only those."""
        return EditTables({**self.releases, **{one.table: (one,) for one in more}})

    def of_table(self, table: EditTable, form: type[Form]) -> tuple[Form, ...]:
        """The releases of a table, the earliest first."""
        return tuple(one for one in self.releases.get(table, ()) if isinstance(one, form))


def _census(before: Published, after: Published) -> None:
    for what in ("rows", "codes"):
        had, has = getattr(before, what), getattr(after, what)
        if has < had * (1 - MOST_LOST):
            words = f"{after.table} has {has:,} {what} here and {had:,} in {before.release}: is a part missing?"
            raise CodesError(words, file=after.release)


def of_the_day(releases: tuple[Published, ...], days: Days) -> Rows:
    """The place of the release that judges each day; -1 where none speaks for it. Day 0 is judged by the newest."""
    found = np.full(len(days), -1, dtype=np.intp)
    for at in reversed(range(len(releases))):
        free = found < 0
        found[free & releases[at].speaks_for(days)] = at
    if releases:
        found[days == 0] = len(releases) - 1
    return found
