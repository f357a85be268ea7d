"""Tables as text with commas, plain or compressed: their records with lines, their days, the days their names say."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from claimkeep.engine.terms.errors import CodesError

MOST_OCTETS = 1 << 29
"""Octets a table may have when it is open: the largest published one has about a third of that."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY_MONTH = re.compile(rf"(\d{{4}})({'|'.join(_MONTHS)})")
_BY_FISCAL_YEAR, _BY_YEAR = re.compile(r"fy(\d{4})"), re.compile(r"(\d{4})")
_BY_VERSION = re.compile(r"v(\d\d)_([01])")
_BY_QUARTER = re.compile(r"(\d{4})q([1-4])")
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)


def days_named(release: str, months: int) -> tuple[int, int]:
    """The first and last day a release speaks for, by its name; 0 where the name does not say."""
    if named := _BY_MONTH.fullmatch(release):
        return _from_month(int(named[1]), _MONTHS.index(named[2]) + 1, months)
    if named := _BY_QUARTER.fullmatch(release):
        return _from_month(int(named[1]), int(named[2]) * 3 - 2, 3)
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


def text_of(name: str, data: bytes) -> str:
    """The text of a file. Raises CodesError when it cannot be opened, is too large or is no UTF-8."""
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


def records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
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


def day_of(name: str, line: int, column: str, text: str) -> int | None:
    """CCYYMMDD; None where the field is empty."""
    text = text.strip()
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
