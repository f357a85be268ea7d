"""Compiled code and numpy read the same tables, and leave out the same, whatever the file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimkeep.edge.cli import bench_x12_files as files
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12 import (
    arrow,
    columns,
    cutting,
    envelope,
    fast,
    kernel_read,
    outline,
    remittance_835,
    segments,
    values,
)
from claimkeep.engine.x12.arrow import Views
from claimkeep.engine.x12.fast import Kernels, Use
from claimkeep.engine.x12.segments import Spans
from claimkeep.engine.x12.separators import Separators
from tests.engine.x12 import test_kernels, test_pieces

KERNELS = [one.name for one in fields(Kernels)]

SEPARATORS = [*test_kernels.SEPARATORS, Separators("\t", " ", "\n", "")]


@pytest.fixture(scope="module", autouse=True)
def kernels() -> Iterator[Kernels]:
    """What is compiled; it is not in use unless a test says so."""
    before, fast._engine = fast._engine, fast._Engine()
    assert fast.use(Use.NOW), "numba is not installed, or compiles nothing"
    found = fast.kernels()
    assert found is not None
    fast.use(Use.NEVER)
    yield found
    fast._engine = before


def both(run: Callable[[], Any]) -> tuple[Any, Any]:
    """What comes of it by numpy, and by compiled code."""
    plain = run()
    fast._engine.use = Use.NOW
    try:
        return plain, run()
    finally:
        fast._engine.use = Use.NEVER


def read_alike(data: bytes) -> None:
    for reader in test_pieces.READERS:
        plain, compiled = both(lambda reader=reader: test_pieces.read(reader, data))  # type: ignore[misc]
        assert compiled == plain


@pytest.mark.skipif(not test_pieces.FILES, reason="the shared test data does not stand beside this repository")
@pytest.mark.parametrize("file", test_pieces.FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_shared_file_whole_and_damaged_is_read_alike(file: Path) -> None:
    for data in test_pieces.damaged(file.read_bytes(), random.Random(file.name), 2):
        read_alike(data)


@pytest.mark.parametrize("make", [files.claims, files.remittances])
@pytest.mark.parametrize("piece", [1, 3_000, cutting.PIECE])
def test_a_large_set_whole_and_damaged_is_read_alike(
    make: Callable[[int], bytes], piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "PIECE", piece)
    monkeypatch.setattr(outline, "WINDOW", 500)
    for data in test_pieces.damaged(make(40), random.Random(piece), 4):
        read_alike(data)


@settings(max_examples=300)
@given(st.sampled_from(sorted(test_kernels.WHOLE)), test_kernels.EDITS, st.sampled_from(["", "\r\n  ", " \n"]))
def test_a_damaged_file_is_read_alike(code: str, edits: list[tuple[int, int, str]], behind: str) -> None:
    read_alike(test_kernels.changed(test_kernels.WHOLE[code], edits).replace(b"~", b"~" + behind.encode()))


@settings(max_examples=300)
@given(st.text("AB*~: \r\n\t\x1d\x1e|IS", max_size=80), st.sampled_from(SEPARATORS))
@example("NM1* A:B *C : D~ X*~", Separators())
@example("ST*1~\nSE", Separators())
def test_elements_and_components_of_any_text_stand_alike(text: str, marks: Separators) -> None:
    def found() -> list[list[str]]:
        spans = segments.scanned(text.encode("latin-1"), marks)
        every = np.arange(len(spans))
        bounds = [spans.bounds(every, element) for element in (1, 2, 5)]
        for is_bare in (True, False):
            bounds += [one for each in bounds[:3] for one in values.opened(spans, *each, (1, 2, 4), is_bare)]
        return [spans.texts(*one) for one in bounds]

    plain, compiled = both(found)
    assert compiled == plain


VALUE = st.one_of(
    st.from_regex(r"-?[0-9]{0,10}(\.[0-9]{0,4})?|[0-9.X-]{0,9}", fullmatch=True),
    st.sampled_from(test_kernels.WORDS),
    st.text(st.characters(exclude_characters="*~", max_codepoint=255), max_size=20),
)


def column(texts: list[str]) -> tuple[Spans, tuple[segments.Offsets, segments.Offsets]]:
    spans = segments.scanned("".join(f"ID*{one}~" for one in texts).encode("latin-1"), Separators())
    return spans, spans.bounds(np.arange(len(spans)), 1)


@settings(max_examples=400)
@given(st.lists(VALUE, min_size=1, max_size=9))
@example(["20240229", "20230229", "00000101", "99991231", "20261301"])
@example(["-", ".", "-.5", "5.", "1.2.3", "12345678", "1234567.8", "12345678.9", "--1", "-1234.50", "1.005", "1.500"])
def test_values_of_any_text_are_read_alike(texts: list[str]) -> None:
    def found() -> list[Any]:
        spans, bounds = column(texts)
        numbers = [
            values.decimals(spans, *bounds, 2, cents),
            values.decimals(spans, *bounds, 3, columns.milli),
            values.days(spans, *bounds),
        ]
        # A value that is not known may be anything.
        told = [np.where(known, value, 0).tolist() + known.tolist() for value, known in numbers]
        return [*told, values.words(spans, *bounds).tolist(), values.keys(spans, *bounds).tolist()]

    plain, compiled = both(found)
    assert compiled == plain


@given(st.lists(st.text(st.characters(exclude_characters="*~", max_codepoint=255), max_size=30), min_size=1))
def test_texts_become_the_same_views(texts: list[str]) -> None:
    def found() -> list[Any]:
        spans, bounds = column(texts)
        views = values.views(spans, *bounds)
        many, bits = arrow._given(Views(views.views, spans))
        return [views.views.tobytes(), many, bits().tolist()]

    plain, compiled = both(found)
    assert compiled == plain


@given(st.binary(max_size=200), st.sampled_from([b"~", b"\n", b"\r"]), st.integers(120, 400))
def test_envelopes_of_any_octets_are_found_alike(octets: bytes, terminator: bytes, window: int) -> None:
    whole = test_kernels.WHOLE["835"].replace(b"\n", b"").replace(b"~", terminator)
    at = whole.index(b"LX*")
    data = whole[:at] + octets.replace(b"A", terminator + b"S").replace(b"B", b" SV1*") + terminator + whole[at:]

    def found() -> Any:
        try:
            return envelope.read(data)
        except X12Error as error:
            return str(error)

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(outline, "WINDOW", window)
        plain, compiled = both(found)
    assert compiled == plain


@given(st.text("A*~: \r\n\x00\x1f\x7f\t", max_size=60), st.sampled_from(["~", "\n", "\r", "\x1f"]))
@example("A~\nB\n~", "~")
@example("A~\r\nB\x00*~\r", "~")
def test_control_characters_are_found_where_they_stand(text: str, terminator: str) -> None:
    marks = Separators(segment=terminator)
    spans = segments.scanned(text.encode("latin-1"), marks)
    expected = [
        at
        for at in range(len(spans))
        if any(
            (one < " " or one == "\x7f") and one != terminator
            for one in text[spans.start[at] : spans.marks[spans.first[at] + spans.count[at]]]
        )
    ]
    assert spans.with_control_characters().tolist() == expected


def test_a_kernel_is_compiled_for_one_kind_of_arguments(kernels: Kernels) -> None:
    for make, reader in ((files.claims, test_pieces.claim_837), (files.remittances, remittance_835)):
        both(lambda make=make, reader=reader: reader.read(make(3)))  # type: ignore[misc]
    ours: list[Any] = [one for name in KERNELS if (one := getattr(kernels, name)) is getattr(kernel_read, name, None)]
    assert len(ours) == 12
    for one in ours:
        assert len(one.signatures) == 1, one
