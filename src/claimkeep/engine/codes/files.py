"""Tables of code sets as text with commas, plain or compressed -> releases. All of a file, or none of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from claimkeep.engine.codes.kind import Kind
from claimkeep.engine.codes.layouts import LAYOUTS, Layout
from claimkeep.engine.codes.records import day_of, days_named, records, text_of
from claimkeep.engine.codes.release import ALWAYS, Release, Row
from claimkeep.engine.terms.errors import CodesError


def read(name: str, data: bytes) -> tuple[Release, ...]:
    """The releases in a file; none when it is no table of a code set.

    name : of the file; its beginning says what it is, the rest which release: `icd10cm_2026apr.csv.gz`
    Raises CodesError, with line and column, when the table is not of its form.
    """
    stem = PurePath(name).name.lower().removesuffix(".gz").removesuffix(".csv")
    text = text_of(name, data)
    found = records(name, text)
    header = [column.strip() for column in next(found, (1, []))[1]]
    layouts = [one for one in LAYOUTS if _named(one, stem) is not None]
    if not layouts:
        layouts = [one for one in LAYOUTS if one.header <= set(header) and one.kind is not Kind.ICD10PCS]
    if not layouts:
        return ()
    for one in layouts:
        for column in sorted(one.needed - set(header)):
            raise CodesError("the table has no such column", file=name, line=1, column=column)
    listed = list(_rows(name, header, found))
    digest = hashlib.sha256(data).hexdigest()
    return tuple(_release(name, stem, one, listed, digest) for one in layouts)


def _named(layout: Layout, stem: str) -> str | None:
    """The release in a name of a file of this layout; None where it is of another."""
    if stem == layout.stem:
        return ""
    rest = stem.removeprefix(f"{layout.stem}_")
    return rest if rest != stem and (days_named(rest, layout.months) != (0, 0)) else None


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
    first, last = days_named(release, layout.months)
    every = (row for of_code in rows.values() for row in of_code)
    return Release.of(layout.kind, every, name=release or stem, sha256=digest, valid_from=first, valid_to=last)


def _row(name: str, layout: Layout, line: int, fields: dict[str, str]) -> Row:
    code = fields[layout.code].strip()
    if not layout.form.fullmatch(code):
        raise CodesError("the code is not written as one of its kind", file=name, line=line, column=layout.code)
    begins = day_of(name, line, layout.starts, fields.get(layout.starts, "")) or 0
    ends = day_of(name, line, layout.ends, fields.get(layout.ends, "")) or ALWAYS
    if ends < begins:
        raise CodesError("the code ends before it begins", file=name, line=line, column=layout.ends)
    row = Row(code, begins, ends)
    if layout.complete:
        if fields[layout.complete] not in ("0", "1"):
            raise CodesError("neither 0 nor 1 stands here", file=name, line=line, column=layout.complete)
        row = replace(row, is_complete=fields[layout.complete] == "1")
    return row
