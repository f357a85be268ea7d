"""One publication of a code set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes.kind import Kind
from claimkeep.engine.codes.words import Days, Words, WordTable, words_of

ALWAYS = 99991231
"""The last day of a code or release that has no end."""


class Standing(IntEnum):
    """What a release says of a code on a day."""

    UNKNOWN = 0
    """It is no code of the set."""
    INCOMPLETE = 1
    """It heads others: a code needs more characters (ICD-10-CM headings)."""
    NOT_IN_FORCE = 2
    """It is a code, but not of that day."""
    VALID = 3


Standings = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Row:
    """A code with its days, CCYYMMDD and both included. One that is used again has a row for each time."""

    code: str
    valid_from: int = 0
    valid_to: int = ALWAYS
    is_complete: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """The codes of one kind as somebody published them.

    name                 : as the source calls it, '2026apr'
    sha256               : of the file as it was read
    valid_from, valid_to : the days it speaks for, CCYYMMDD; both 0 where nobody said
    size                 : codes in it
    """

    kind: Kind
    name: str
    sha256: str
    valid_from: int
    valid_to: int
    size: int
    _table: WordTable = field(repr=False)
    _begins: npt.NDArray[np.intp] = field(repr=False)
    _from: Days = field(repr=False)
    _to: Days = field(repr=False)
    _complete: npt.NDArray[np.bool_] = field(repr=False)

    @staticmethod
    def of(
        kind: Kind, rows: Iterable[Row], *, name: str = "", sha256: str = "", valid_from: int = 0, valid_to: int = 0
    ) -> Release:
        """The release with these codes."""
        listed = sorted(rows, key=lambda row: (row.code, row.valid_from))
        begins = [at for at, row in enumerate(listed) if not at or row.code != listed[at - 1].code]
        table = WordTable(*words_of([listed[at].code for at in begins]))
        return Release(
            kind,
            name,
            sha256,
            valid_from,
            valid_to,
            len(begins),
            table,
            np.array([*begins, len(listed)], dtype=np.intp),
            np.array([row.valid_from for row in listed], dtype=np.int64),
            np.array([row.valid_to for row in listed], dtype=np.int64),
            np.array([row.is_complete for row in listed], dtype=bool),
        )

    def standings(self, first: Words, second: Words, days: Days) -> Standings:
        """What is said of each code on its day (0: on any day)."""
        number = self._table.find(first, second)
        found = np.full(len(number), Standing.UNKNOWN, dtype=np.int8)
        known = np.flatnonzero(number >= 0)
        number, day = number[known], days[known]
        row, end = self._begins[number], self._begins[number + 1]
        said = np.where(self._complete[row], Standing.NOT_IN_FORCE, Standing.INCOMPLETE).astype(np.int8)
        while len(row):
            fits = ((day == 0) | ((self._from[row] <= day) & (day <= self._to[row]))) & self._complete[row]
            said[fits] = Standing.VALID
            if not (row + 1 < end).any():
                break
            row = np.minimum(row + 1, end - 1)
        found[known] = said
        return found
