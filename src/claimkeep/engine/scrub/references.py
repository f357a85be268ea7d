"""What claims are judged by beside themselves: code sets and tables of edits, each with its releases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from claimkeep.engine.codes import CodeSets, EditTables, Published


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """The releases at hand. What is not among them is told by RPT-01, once a table."""

    code_sets: CodeSets = field(default_factory=CodeSets)
    edit_tables: EditTables = field(default_factory=EditTables)

    def with_tables(self, more: Iterable[Published]) -> References:
        """These, with other releases in place of those of the same tables."""
        return References(self.code_sets, self.edit_tables.with_releases(more))
