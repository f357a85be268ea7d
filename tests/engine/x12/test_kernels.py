"""Compiled code and numpy give the same answers, whatever the file; and a file is judged where nothing can be compiled."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import fast, kernel_scan, segments
from claimkeep.engine.x12.fast import Kernels, Use
from claimkeep.engine.x12.guides import compile as tables
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge import Verdict, automaton, check, kernel
from claimkeep.engine.x12.judge.context import Context
from claimkeep.engine.x12.judge.kernel_sweep import KernelSweep
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.sweep import Part, Sweep, Swept
from claimkeep.engine.x12.segments import Spans
from claimkeep.engine.x12.separators import Separators
from tests.engine.x12 import test_judge, vectors

SEPARATORS = [Separators(), Separators("|", ">", "\n", ""), Separators("\x1d", "\x1f", "\x1e", "!")]

WHOLE = {
    **{code: vectors.interchange(code, body) for code, (_, _, body) in vectors.SETS.items()},
    "837": test_judge.interchange(test_judge.CLAIM),
    "835": test_judge.interchange(test_judge.REMITTANCE, "HP", "005010X221A1"),
}

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "x12"
FILES = sorted(path for path in SHARED.glob("*/*") if path.is_file())

VALUES = (
    "0 7 12 12.5 12.50 .5 5. . 1.2.3 12.345 -1 -12.5 1-2 -. 99999999999999 123456789012345678 1234567890123456.78 "
    "20260230 20240229 19000229 20000229 00000101 2026010 D8 RD8 D6 20260101-20260102 20260102-20260101 "
    "20260101-20260132 20260101*20260102 2460 1200 2400 120060 12005 1200599 120 AB ZZ XX EI 18 0 11:B:1 11:B: 11::1 "
    ":: HC:99213:25 HC HC:99213::25:: HC:99213:AA:BB:CC:DD:EE ABK:E119 ABK:E119:D8:20260101 ABK:E119:D8:20260230 A^B "
    "\u00c9 \x07 005010X222A1 005010X999 ST SE HL"
).split(" ") + ["", " ", "A B", " A", "A ", "X" * 130, "9" * 130]

EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 20), st.sampled_from(VALUES)), max_size=4)


class Both:
    """The sweep of numpy, which compiled code must agree with at every call."""

    def __init__(self, guide: Compiled) -> None:
        self.guide = guide
        self.numpy, self.kernel = Sweep(guide), KernelSweep(guide)
        self.large = self.numpy.large

    def run(self, look: Look, parts: Sequence[Part]) -> Swept:
        one, other = self.numpy.run(look, parts), self.kernel.run(look, parts)
        assert one.doubtful.tolist() == other.doubtful.tolist()
        assert np.array_equal(one.nodes, other.nodes)
        assert one.ends == other.ends
        return one


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


def judged(data: bytes, kernels: Kernels | None) -> Verdict:
    """The verdict, every finding with it, by these kernels or by numpy."""
    fast._engine.kernels, fast._engine.use = kernels, Use.PAYS
    try:
        return check(data)
    finally:
        fast._engine.use = Use.NEVER


def agreed(data: bytes, kernels: Kernels) -> None:
    """What both find is the same, and what they doubt."""
    assert judged(data, kernels) == judged(data, None)
    judged(data, replace(kernels, sweep=Both))


def changed(data: bytes, edits: list[tuple[int, int, str]]) -> bytes:
    """The file with some elements replaced; the ISA stays as it is."""
    head, body = data[:106], data[106:].decode("latin-1")
    rows = [one.split("*") for one in body.split("~")]
    for row, element, value in edits:
        one = rows[row % len(rows)]
        one[element % len(one)] = value
    return head + "~".join("*".join(one) for one in rows).encode("latin-1")


def same(one: Spans, other: Spans) -> None:
    for column in fields(Spans):
        ours, theirs = getattr(one, column.name), getattr(other, column.name)
        assert np.array_equal(ours, theirs) if isinstance(ours, np.ndarray) else ours == theirs, column.name


@settings(max_examples=400)
@given(st.text("AB*~: \r\n\t\x1d\x1e|IS", max_size=60), st.sampled_from(SEPARATORS))
@example("", Separators())
@example("ISA*A~B*C", Separators())
@example("ISA* A~B*C~ ", Separators())
@example("ISA* A~B* C", Separators())
@example("B *C~", Separators())
@example("B*\n", Separators("*", ":", "\n"))
@example("~~ ~NM1~ N *1 ~X*", Separators())
def test_segments_are_scanned_alike(kernels: Kernels, text: str, marks: Separators) -> None:
    data = text.encode("latin-1")
    same(segments.scanned(data, marks), segments.scanned_by(kernels, data, marks))


@given(st.binary(max_size=200))
def test_any_octets_are_scanned_alike(kernels: Kernels, data: bytes) -> None:
    same(segments.scanned(data, Separators()), segments.scanned_by(kernels, data, Separators()))


@settings(max_examples=300)
@given(st.lists(st.from_regex(r"-?[0-9]{0,15}(\.[0-9]{0,4})?|[0-9.X-]{0,12}", fullmatch=True), min_size=1))
def test_amounts_are_read_alike(kernels: Kernels, values: list[str]) -> None:
    spans = segments.scanned("".join(f"AMT*F5*{one}~AMT~" for one in values).encode(), Separators())
    every = np.arange(len(spans))
    guide = known.find("005010X222A1", "837")
    assert guide is not None
    context = Context(guide, Look(spans), np.full(len(spans), -1), every[:1], every[-1:])
    expected = context.cents(every, 2).tolist()
    fast.use(Use.NOW)
    found = context.cents(every, 2).tolist()
    fast.use(Use.NEVER)
    assert found == expected


@pytest.mark.parametrize("code", WHOLE)
def test_a_clean_set_of_every_guide_is_judged_alike(kernels: Kernels, code: str) -> None:
    agreed(WHOLE[code], kernels)


@pytest.mark.parametrize("change", [change for _, change, _ in test_judge.FAULTS], ids=[n for n, *_ in test_judge.FAULTS])
def test_every_single_fault_is_judged_alike(kernels: Kernels, change: object) -> None:
    assert callable(change)
    agreed(test_judge.interchange(change(test_judge.CLAIM)), kernels)


@settings(max_examples=600)
@given(st.sampled_from(sorted(WHOLE)), EDITS, test_judge.EDITS | st.just([]))
def test_a_damaged_file_is_judged_alike(
    kernels: Kernels, code: str, edits: list[tuple[int, int, str]], octets: list[tuple[int, str, bool]]
) -> None:
    agreed(test_judge.damaged(changed(WHOLE[code], edits), octets), kernels)


@pytest.mark.parametrize("code", WHOLE)
def test_every_element_of_every_guide_is_judged_alike_whatever_stands_there(kernels: Kernels, code: str) -> None:
    data = WHOLE[code]
    rows = data[106:].decode("latin-1").split("~")
    for row, text in enumerate(rows):
        for element in range(1, text.count("*") + 1):
            for at, value in enumerate(VALUES):
                if (row + element + at) % 4 == 0:
                    judged(changed(data, [(row, element, value)]), replace(kernels, sweep=Both))


@pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_of_others_is_judged_alike(kernels: Kernels, file: Path) -> None:
    agreed(file.read_bytes(), kernels)
