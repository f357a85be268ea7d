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

    def put(self, rows: npt.NDArray[np.intp], count: int) -> Views:
        """The same values in these of so many rows; the others have none."""
        found = np.zeros(count, dtype=View)
        found[rows] = self.views
        return Views(found, self.spans)


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

    def put(self, rows: npt.NDArray[np.intp], count: int) -> Numbers:
        """The same values in these of so many rows; the others have none."""
        found, known = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.bool_)
        found[rows], known[rows] = self.values, self.given()
        return Numbers(found, known)


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


_FORMATS: dict[Any, bytes] = {pl.String: b"vu", pl.Int64: b"l", pl.Date: b"tdD", pl.Time: b"ttn"}


class Shape:
    """Names and types of columns that a table is made of here: text, whole numbers, days and times."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = pl.Schema({name: dtype for name, dtype in schema.items() if dtype in _FORMATS})
        self.names = tuple(self.schema)
        self.is_text = tuple(dtype == pl.String for dtype in self.schema.values())
        self.dtypes = tuple(np.int32 if dtype == pl.Date else np.int64 for dtype in self.schema.values())
        self._columns = (_Schema * len(self.names))()
        for one, (name, dtype) in zip(self._columns, self.schema.items(), strict=True):
            one.format, one.name, one.flags, one.release = _FORMATS[dtype], name.encode(), _NULLABLE, _NOTHING
        self._at = (ctypes.POINTER(_Schema) * len(self.names))(*(ctypes.pointer(one) for one in self._columns))

    def said(self) -> _Schema:
        """The shape as Arrow says it; its columns are this object's, which must be kept as long."""
        return _Schema(b"+s", b"", None, 0, len(self.names), self._at, None, _NOTHING, None)


def table(columns: Mapping[str, Cells], shape: Shape, rows: int) -> pl.DataFrame:
    """A table of these columns in the order of the shape; one that is not given is null. At least one row.

    All text stands in the octets of the same spans.
    """
    spans = next((one.spans for one in columns.values() if isinstance(one, Views)), None)
    buffers = [] if spans is None else [spans.octets, np.frombuffer(bytes(spans.recoded), dtype=np.uint8)]
    return pl.DataFrame(_Exported(columns, shape, rows, buffers))


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
        self, columns: Mapping[str, Cells], shape: Shape, rows: int, buffers: Sequence[npt.NDArray[np.uint8]]
    ) -> None:
        number = len(shape.names)
        sizes = np.array([len(one) for one in buffers], dtype=np.int64)
        zero = np.zeros(2 * rows, dtype=np.int64)
        arrays = (_Array * number)()
        array_at = (ctypes.POINTER(_Array) * number)(*(ctypes.pointer(one) for one in arrays))
        top = (ctypes.c_void_p * 1)(None)
        self._kept: list[object] = [shape, buffers, sizes, zero, arrays, array_at, top]
        self._rows = rows
        self._tail = [one.ctypes.data for one in buffers] + [sizes.ctypes.data]
        self._zero = zero.ctypes.data
        for array, name, is_text, dtype in zip(arrays, shape.names, shape.is_text, shape.dtypes, strict=True):
            self._column(array, columns.get(name), is_text, dtype)
        self._ticket = next(_tickets)
        self._array = _Array(rows, 0, 0, 1, number, top, array_at, None, _LET_GO, self._ticket)
        self._schema = shape.said()

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        # The capsules have no destructor: who takes an array out of one takes it whole, and polars does so at once.
        _held[self._ticket] = (*self._kept, self._array, self._schema)
        return (
            _capsule(ctypes.addressof(self._schema), b"arrow_schema", None),
            _capsule(ctypes.addressof(self._array), b"arrow_array", None),
        )

    def _address(self, of: npt.NDArray[Any]) -> int:
        self._kept.append(of)
        return int(of.ctypes.data)

    def _column(self, array: _Array, cells: Cells | None, is_text: bool, dtype: type[np.signedinteger[Any]]) -> None:
        lacks, data = self._rows, self._zero
        bits: int | None = self._zero
        if cells is not None and not isinstance(cells, Nulls):
            given = cells.given()
            lacks -= int(np.count_nonzero(given))
            if lacks < self._rows:
                bits = self._address(np.packbits(given, bitorder="little")) if lacks else None
                plain = cells.views if isinstance(cells, Views) else cells.values.astype(dtype, copy=False)
                data = self._address(np.ascontiguousarray(plain))
        tail = self._tail if is_text else []
        buffers = (ctypes.c_void_p * (2 + len(tail)))(bits, data, *tail)
        self._kept.append(buffers)
        array.length, array.null_count, array.n_buffers = self._rows, lacks, len(buffers)
        array.buffers, array.release = buffers, _LET_GO
