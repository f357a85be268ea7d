"""Tables of code sets as text with commas, plain or compressed -> releases. All of a file, or none of it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from claimkeep.engine.codes.kind import Kind
from claimkeep.engine.codes.layouts import LAYOUTS, Layout
from claimkeep.engine.codes.release import ALWAYS, Release, Row
from claimkeep.engine.terms.errors import CodesError

MOST_OCTETS = 1 << 29
"""Octets a table may have when it is open: the largest published one has about a third of that."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY_MONTH = re.compile(rf"(\d{{4}})({'|'.join(_MONTHS)})")
_BY_FISCAL_YEAR, _BY_YEAR = re.compile(r"fy(\d{4})"), re.compile(r"(\d{4})")
_BY_VERSION = re.compile(r"v(\d\d)_([01])")
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)


def read(name: str, data: bytes) -> tuple[Release, ...]:
    """The releases in a file; none when it is no table of a code set.

    name : of the file; its beginning says what it is, the rest which release: `icd10cm_2026apr.csv.gz`
    Raises CodesError, with line and column, when the table is not of its form.
    """
    stem = PurePath(name).name.lower().removesuffix(".gz").removesuffix(".csv")
    text = _text(name, data)
    records = _records(name, text)
    header = [column.strip() for column in next(records, (1, []))[1]]
    layouts = [one for one in LAYOUTS if _named(one, stem) is not None]
    if not layouts:
        layouts = [one for one in LAYOUTS if one.header <= set(header) and one.kind is not Kind.ICD10PCS]
    if not layouts:
        return ()
    for one in layouts:
        for column in sorted(one.needed - set(header)):
            raise CodesError("the table has no such column", file=name, line=1, column=column)
    listed = list(_rows(name, header, records))
    digest = hashlib.sha256(data).hexdigest()
    return tuple(_release(name, stem, one, listed, digest) for one in layouts)


def _named(layout: Layout, stem: str) -> str | None:
    """The release in a name of a file of this layout; None where it is of another."""
    if stem == layout.stem:
        return ""
    rest = stem.removeprefix(f"{layout.stem}_")
    return rest if rest != stem and (_days(rest, layout.months) != (0, 0)) else None


def _days(release: str, months: int) -> tuple[int, int]:
    """The first and last day a release speaks for, by its name; 0 where the name does not say."""
    if named := _BY_MONTH.fullmatch(release):
        return _from_month(int(named[1]), _MONTHS.index(named[2]) + 1, months)
    if named := _BY_FISCAL_YEAR.fullmatch(release):
        return _from_month(int(named[1]) - 1, 10, 12)
    if named := _BY_YEAR.fullmatch(release):
        return _from_month(int(named[1]), 1, 12)
    if named := _BY_VERSION.fullmatch(release):
        return _from_month(2000 + int(named[1]), 1 + 6 * int(named[2]), months)
    return 0, 0


def _from_month(year: int, month: int, months: int) -> tuple[int, int]:
    last = month + months - 1
    last_year, last_month = year + (last - 1) // 12, (last - 1) % 12 + 1
    end = last_year * 10_000 + last_month * 100 + monthrange(last_year, last_month)[1]
    return year * 10_000 + month * 100 + 1, end


def _text(name: str, data: bytes) -> str:
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as opened:
                data = opened.read(MOST_OCTETS + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise CodesError("the file is compressed and cannot be opened", file=name) from error
    if len(data) > MOST_OCTETS:
        raise CodesError(f"the table has more than {MOST_OCTETS} octets", file=name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodesError("the text is no UTF-8", file=name, line=data.count(b"\n", 0, error.start) + 1) from error


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """(the line it begins on, its fields) of each record that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise CodesError("the line is not fields with commas between", file=name, line=line) from error


def _rows(
    name: str, header: list[str], records: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, record in records:
        if len(record) != len(header):
            column = header[min(len(record), len(header) - 1)]
            words = f"the line has {len(record)} fields where the header has {len(header)}"
            raise CodesError(words, file=name, line=line, column=column)
        yield line, dict(zip(header, record, strict=True))


def _release(name: str, stem: str, layout: Layout, listed: list[tuple[int, dict[str, str]]], digest: str) -> Release:
    rows: dict[str, list[Row]] = {}
    for line, fields in listed:
        if layout.where is not None and fields[layout.where[0]] != layout.where[1]:
            continue
        row = _row(name, layout, line, fields)
        others = rows.setdefault(row.code, [])
        if any(row.valid_from <= one.valid_to and one.valid_from <= row.valid_to for one in others):
            raise CodesError("the code stands here twice for the same day", file=name, line=line, column=layout.code)
        others.append(row)
    if not rows:
        raise CodesError(f"the table has no {layout.kind} code", file=name)
    release = _named(layout, stem) or ""
    first, last = _days(release, layout.months)
    every = (row for of_code in rows.values() for row in of_code)
    return Release.of(layout.kind, every, name=release or stem, sha256=digest, valid_from=first, valid_to=last)


def _row(name: str, layout: Layout, line: int, fields: dict[str, str]) -> Row:
    code = fields[layout.code].strip()
    if not layout.form.fullmatch(code):
        raise CodesError("the code is not written as one of its kind", file=name, line=line, column=layout.code)
    begins = _day(name, line, layout.starts, fields) or 0
    ends = _day(name, line, layout.ends, fields) or ALWAYS
    if ends < begins:
        raise CodesError("the code ends before it begins", file=name, line=line, column=layout.ends)
    row = Row(code, begins, ends)
    if layout.complete:
        if fields[layout.complete] not in ("0", "1"):
            raise CodesError("neither 0 nor 1 stands here", file=name, line=line, column=layout.complete)
        row = replace(row, is_complete=fields[layout.complete] == "1")
    return row


def _day(name: str, line: int, column: str, fields: dict[str, str]) -> int | None:
    """CCYYMMDD; None where the field is empty or the table has no such column."""
    text = fields.get(column, "").strip()
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise CodesError("no day of the calendar stands here", file=name, line=line, column=column)
    return day.year * 10_000 + day.month * 100 + day.day
