"""Columns that numpy made -> a polars table of the same octets, by the Arrow C data interface; nothing is copied.

Text is handed over as views (Arrow's Utf8View): sixteen octets a value, its length and either the value itself, up to
twelve octets, or its first four and where it begins. So a table of text costs no work a value, and rests on the octets
it was read from, which live as long as one of its columns does.
Source: Arrow columnar format 1.4, variable-size binary view layout; Arrow C data interface.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from claimkeep.engine.x12.segments import Spans

View = np.complex128
"""Sixteen octets that numpy moves as one; never calculated with."""

_NULLABLE = 2


class _Schema(ctypes.Structure):
    """struct ArrowSchema."""


class _Array(ctypes.Structure):
    """struct ArrowArray."""


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


@dataclass(frozen=True, slots=True)
class Views:
    """A column of text: one view a row, all zero where there is no value; and the spans whose octets they stand in."""

    views: npt.NDArray[np.complex128]
    spans: Spans

    def __len__(self) -> int:
        return len(self.views)

    def given(self) -> npt.NDArray[np.bool_]:
        """The rows that have a value."""
        return np.asarray(self.views.view(np.int32)[::4] > 0)

    def take(self, rows: npt.NDArray[np.intp]) -> Views:
        """These rows; a row of -1 has no value."""
        taken = self.views.take(rows, mode="clip")
        taken[rows < 0] = 0
        return Views(taken, self.spans)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of whole numbers, of days since 1970-01-01, or of nanoseconds since midnight.

    known : which rows have a value; all of them where it is None
    """

    values: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def given(self) -> npt.NDArray[np.bool_]:
        """The rows that have a value."""
        return np.ones(len(self.values), dtype=np.bool_) if self.known is None else self.known

    def take(self, rows: npt.NDArray[np.intp]) -> Numbers:
        """These rows; a row of -1 has no value."""
        if not len(self.values):
            return Numbers(np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.bool_))
        return Numbers(self.values.take(rows, mode="clip"), self.given().take(rows, mode="clip") & (rows >= 0))


@dataclass(frozen=True, slots=True)
class Nulls:
    """A column of which no row has a value."""

    rows: int

    def __len__(self) -> int:
        return self.rows

    def given(self) -> npt.NDArray[np.bool_]:
        """The rows that have a value."""
        return np.zeros(self.rows, dtype=np.bool_)

    def take(self, rows: npt.NDArray[np.intp]) -> Nulls:
        """So many rows."""
        return Nulls(len(rows))


Cells = Views | Numbers | Nulls
"""A column, before it is one of a table."""


def chosen(first: npt.NDArray[np.bool_], one: Cells, other: Cells) -> Cells:
    """Of two columns of one kind, row by row, the first where `first` is true."""
    if isinstance(one, Nulls) and isinstance(other, Nulls):
        return one
    texts = [each for each in (one, other) if isinstance(each, Views)]
    if texts:
        both = [each.views if isinstance(each, Views) else np.zeros(1, dtype=View) for each in (one, other)]
        return Views(np.where(first, *both), texts[0].spans)
    numbers = [each.values if isinstance(each, Numbers) else np.zeros(1, dtype=np.int64) for each in (one, other)]
    return Numbers(np.where(first, *numbers), np.where(first, one.given(), other.given()))


_FORMATS = {pl.String: b"vu", pl.Int64: b"l", pl.Date: b"tdD", pl.Time: b"ttn"}


def is_plain(dtype: Any) -> bool:
    """True of the types a table is made of here."""
    return dtype in _FORMATS


def table(columns: Mapping[str, Cells], schema: pl.Schema, rows: int) -> pl.DataFrame:
    """A table of these columns in the order of the schema: text, whole numbers, days and times; one not given is null.

    All text stands in the octets of the same spans.
    """
    if not rows:
        return pl.DataFrame(schema=schema)
    spans = next((one.spans for one in columns.values() if isinstance(one, Views)), None)
    buffers = [] if spans is None else [spans.octets, np.frombuffer(bytes(spans.recoded), dtype=np.uint8)]
    return pl.DataFrame(_Exported(columns, schema, rows, buffers))


_held: dict[int, tuple[object, ...]] = {}
_tickets = count(1)


def _let_go(array: Any, held: dict[int, tuple[object, ...]] = _held) -> None:
    """What a table was made of is no longer needed. Everything it touches it holds, so that it works to the last."""
    array[0].release = None
    held.pop(array[0].private_data, None)


def _nothing(schema: Any) -> None:
    schema[0].release = None


_CALLBACKS = (
    ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))(_let_go),
    ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))(_nothing),
)
for _callback in _CALLBACKS:
    # A table may outlive this module while the interpreter stops; the callbacks must outlive the table.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_callback))
_LET_GO, _NOTHING = (ctypes.cast(one, ctypes.c_void_p) for one in _CALLBACKS)

_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi)
)


class _Exported:
    """Columns as one Arrow struct, for whoever asks by `__arrow_c_array__`."""

    def __init__(
        self, columns: Mapping[str, Cells], schema: pl.Schema, rows: int, buffers: Sequence[npt.NDArray[np.uint8]]
    ) -> None:
        self._kept: list[object] = []
        sizes = np.array([len(one) for one in buffers], dtype=np.int64)
        self._kept += [buffers, sizes]
        self._rows = rows
        self._tail = [one.ctypes.data for one in buffers] + [sizes.ctypes.data]
        self._zero = np.zeros(2 * rows, dtype=np.int64)
        self._bits(self._zero)
        number = len(schema)
        arrays, schemas = (_Array * number)(), (_Schema * number)()
        for at, (name, dtype) in enumerate(schema.items()):
            self._column(arrays[at], schemas[at], columns.get(name), name, dtype)
        array_at = (ctypes.POINTER(_Array) * number)(*(ctypes.pointer(one) for one in arrays))
        schema_at = (ctypes.POINTER(_Schema) * number)(*(ctypes.pointer(one) for one in schemas))
        top = (ctypes.c_void_p * 1)(None)
        self._kept += [arrays, schemas, array_at, schema_at, top]
        ticket = next(_tickets)
        self._array = _Array(rows, 0, 0, 1, number, top, array_at, None, _LET_GO, ticket)
        self._schema = _Schema(b"+s", b"", None, 0, number, schema_at, None, _NOTHING, None)
        self._ticket = ticket

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        # The capsules have no destructor: who takes an array out of one takes it whole, and polars does so at once.
        _held[self._ticket] = (*self._kept, self._array, self._schema)
        return (
            _capsule(ctypes.addressof(self._schema), b"arrow_schema", None),
            _capsule(ctypes.addressof(self._array), b"arrow_array", None),
        )

    def _bits(self, of: npt.NDArray[Any]) -> int:
        self._kept.append(of)
        return int(of.ctypes.data)

    def _column(self, array: _Array, schema: _Schema, cells: Cells | None, name: str, dtype: Any) -> None:
        is_text = dtype == pl.String
        given = np.zeros(0, dtype=np.bool_) if cells is None or isinstance(cells, Nulls) else cells.given()
        lacks = self._rows - int(np.count_nonzero(given))
        bits = None
        if cells is None or isinstance(cells, Nulls) or lacks == self._rows:
            bits = data = self._zero.ctypes.data
        else:
            if lacks:
                bits = self._bits(np.packbits(given, bitorder="little"))
            data = self._bits(_plain(cells, dtype))
        tail = self._tail if is_text else []
        buffers = (ctypes.c_void_p * (2 + len(tail)))(bits, data, *tail)
        said = name.encode()
        self._kept += [buffers, said]
        array.length, array.null_count, array.n_buffers = self._rows, lacks, len(buffers)
        array.buffers = buffers
        array.release = _LET_GO
        schema.format = _FORMATS[dtype]
        schema.name, schema.flags, schema.release = said, _NULLABLE, _NOTHING


def _plain(cells: Views | Numbers, dtype: Any) -> npt.NDArray[Any]:
    if isinstance(cells, Views):
        return np.ascontiguousarray(cells.views)
    return np.ascontiguousarray(cells.values, dtype=np.int32 if dtype == pl.Date else np.int64)
