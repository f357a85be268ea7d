"""Large tables as columns of text: every record looked at, none of them a Python value for longer than a chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

import polars as pl

from claimkeep.engine.codes.records import records, text_of
from claimkeep.engine.terms.errors import CodesError

_CHUNK = 1 << 16


class Sheet:
    """The wanted columns of a table, stripped; `check` names the line of the first row that breaks a rule."""

    def __init__(self, name: str, data: bytes, needed: Iterable[str], wanted: Iterable[str] = ()) -> None:
        """Raises CodesError when a needed column is not there or a record is not as long as the header."""
        self._name, self._text = name, text_of(name, data)
        found = records(name, self._text)
        self._header = [column.strip() for column in next(found, (1, []))[1]]
        for column in sorted(set(needed) - set(self._header)):
            raise CodesError("the table has no such column", file=name, line=1, column=column)
        kept = [column for column in self._header if column in {*needed, *wanted}]
        self.frame = self._columns(found, kept)

    def _columns(self, found: Iterable[tuple[int, list[str]]], kept: list[str]) -> pl.DataFrame:
        places = [self._header.index(column) for column in kept]
        chunks = [pl.DataFrame(schema=dict.fromkeys(kept, pl.String))]
        rows = iter(found)
        while chunk := list(islice(rows, _CHUNK)):
            for line, record in chunk:
                if len(record) != len(self._header):
                    column = self._header[min(len(record), len(self._header) - 1)]
                    words = f"the line has {len(record)} fields where the header has {len(self._header)}"
                    raise CodesError(words, file=self._name, line=line, column=column)
            columns = list(zip(*(record for _, record in chunk), strict=True))
            chunks.append(pl.DataFrame([pl.Series(name, columns[at]) for name, at in zip(kept, places, strict=True)]))
        return pl.concat(chunks).with_columns(pl.all().str.strip_chars())

    def require(self, column: str, says: str, rule: Callable[[pl.Expr], pl.Expr]) -> None:
        """Raises CodesError with the line of the first row whose column breaks the rule; no such column, no fault."""
        if column not in self.frame.columns:
            return
        holds = self.frame.select(rule(pl.col(column)).fill_null(False)).to_series()
        if not holds.all():
            self.refuse(int((~holds).arg_max() or 0), column, says)

    def refuse(self, row: int, column: str, says: str) -> None:
        """Raises CodesError with the line of this row, counted from 0."""
        rows = records(self._name, self._text)
        line = next(islice(rows, row + 1, None))[0]
        raise CodesError(says, file=self._name, line=line, column=column)

    def days(self, column: str, otherwise: int) -> pl.Series:
        """A column of days as CCYYMMDD; `otherwise` where it is empty, is `*`, or the table has no such column."""
        if column not in self.frame.columns:
            return pl.repeat(otherwise, self.frame.height, dtype=pl.Int64, eager=True)
        text = self.frame[column].str.replace_all("-", "", literal=True)
        given = ~text.is_in(["", "*"])
        days = text.str.to_date("%Y%m%d", strict=False)
        written = self.frame[column].str.contains(r"^(\d{4}-\d\d-\d\d|\d{8})$")
        bad = given & (days.is_null() | ~written)
        if bad.any():
            self.refuse(int(bad.arg_max() or 0), column, "no day of the calendar stands here")
        number = days.dt.year().cast(pl.Int64) * 10_000 + days.dt.month().cast(pl.Int64) * 100 + days.dt.day()
        return number.cast(pl.Int64).fill_null(otherwise)
