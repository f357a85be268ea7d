"""The one shape of a table: named, typed, cited columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True)
class Column:
    """One fact: its name with its unit, its type, and where the standard puts it."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    cite: str = ""


class TableShape:
    """A declared table. `shape.frequency_code` is the polars expression of that column.

    >>> people = TableShape("people", (Column("age", pl.Int64),))
    >>> people.frame([{"age": 3}]).filter(people.age > 2).height
    1
    """

    def __init__(self, name: str, columns: Iterable[Column]) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.schema = pl.Schema({c.name: c.dtype for c in self.columns})

    @cached_property
    def _nothing(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self.schema)

    def __getattr__(self, name: str) -> pl.Expr:
        if name.startswith("_") or name not in self.schema:
            raise AttributeError(f"table {self.__dict__.get('name')} has no column {name}")
        return pl.col(name)

    def frame(self, rows: Iterable[Mapping[str, Any]] = ()) -> pl.DataFrame:
        """A frame of this shape; a column a row does not name is null, a name it does not have is refused."""
        listed = list(rows)
        if not listed:
            return self._nothing.clone()
        extra = {key for row in listed for key in row} - set(self.schema)
        if extra:
            raise KeyError(f"table {self.name} has no columns {sorted(extra)}")
        return pl.DataFrame([{n: r.get(n) for n in self.schema} for r in listed], schema=self.schema, orient="row")
