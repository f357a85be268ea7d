"""Compiled code and numpy give the same answers, whatever the file; a file is judged where nothing can be compiled."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import fast, kernel_scan, segments
from claimkeep.engine.x12.compiling import NotCompiledError
from claimkeep.engine.x12.fast import Kernels, Use
from claimkeep.engine.x12.guides import compile as tables
from claimkeep.engine.x12.guides import known
from claimkeep.engine.x12.guides.compile import Compiled
from claimkeep.engine.x12.judge import Verdict, automaton, blocks, check, kernel
from claimkeep.engine.x12.judge.context import ODD_AMOUNT, Context
from claimkeep.engine.x12.judge.kernel_sweep import KernelSweep
from claimkeep.engine.x12.judge.look import Look
from claimkeep.engine.x12.judge.sweep import Part, Sweep, Swept
from claimkeep.engine.x12.judge.units import Units
from claimkeep.engine.x12.judge.walk import Walk
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

WORDS = """0 7 12 12.5 12.50 .5 5. . 1.2.3 12.345 -1 -12.5 1-2 -. 99999999999999 123456789012345678 20260230 20240229
1234567890123456.78 19000229 20000229 00000101 20261301 20260001 2026010 D8 RD8 D6 20260101-20260102 20260101-20260132
20260102-20260101 20260101*20260102 2460 1200 2400 120060 12005 1200599 120 AB ZZ XX EI 18 11:B:1 11:B: 11::1 :: ^
HC:99213:25 HC HC:99213::25:: HC:99213:AA:BB:CC:DD:EE ABK:E119 ABK:E119:D8:20260101 ABK:E119:D8:20260230 A^B HC:^
005010X222A1 005010X999 ST SE HL DT 202601010800 202601012400 202601010860 202613010800 20260101080 BE:A2:::15.31
BE:A2:D8::5 BE:A2::::: BE:A2:::::::Y:N ABK:E119:::::::Y A:B A:B:C A::C A:::D I*:RET I*:RET:A \u00c9 \x07""".split()
VALUES = [*WORDS, "", " ", "A B", " A", "A ", "HC: 99213", "X" * 130, "9" * 130]
"""What is put where something else stood: of every type, well and badly written."""

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
    context = Context(guide, Look(spans), np.full(len(spans), -1), every[:1], every[-1:], Units.of(guide))
    expected = context.cents(every, 2).tolist()
    fast.use(Use.NOW)
    found = context.cents(every, 2).tolist()
    fast.use(Use.NEVER)
    assert found == expected


@pytest.mark.parametrize("code", WHOLE)
def test_a_clean_set_of_every_guide_is_judged_alike(kernels: Kernels, code: str) -> None:
    agreed(WHOLE[code], kernels)


@pytest.mark.parametrize("change", [one for _, one, _ in test_judge.FAULTS], ids=[one for one, *_ in test_judge.FAULTS])
def test_every_single_fault_is_judged_alike(kernels: Kernels, change: Callable[[str], str]) -> None:
    agreed(test_judge.interchange(change(test_judge.CLAIM)), kernels)


@pytest.mark.parametrize("size", [1, 700])
def test_a_set_in_pieces_is_judged_alike(kernels: Kernels, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", size)
    for _, change, _ in test_judge.FAULTS:
        agreed(test_judge.interchange(change(test_judge.CLAIM)), kernels)


def test_steps_are_learned_again_when_the_automaton_begins_again(
    kernels: Kernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = guide_of("837")
    whole = segments.scanned(WHOLE["837"][106:], Separators())
    first, last = int(whole.where("ST")[0]), int(whole.where("SE")[0])
    both = Both(guide)
    expected = both.run(Look(whole), [Part(first, last)])
    monkeypatch.setattr(automaton, "MOST_STATES", 3)
    for _ in range(2):
        found = both.run(Look(whole), [Part(first, last)])
        assert np.array_equal(found.nodes, expected.nodes)


@settings(max_examples=600)
@given(st.sampled_from(sorted(WHOLE)), EDITS, test_judge.EDITS | st.just([]))
def test_a_damaged_file_is_judged_alike(
    kernels: Kernels, code: str, edits: list[tuple[int, int, str]], octets: list[tuple[int, str, bool]]
) -> None:
    agreed(test_judge.damaged(changed(WHOLE[code], edits), octets), kernels)


def values(elements: list[str], at: int) -> list[str]:
    """What is put in place of an element: it with more and with fewer components too."""
    found = list(VALUES)
    for one in elements[at : at + 1]:
        found += [one.rpartition(":")[0], *(one + more for more in (":", ":A", ":D8", "::A", ":D8:20260101"))]
    return found


def battery(code: str) -> Iterator[tuple[Look, list[Part]]]:
    """The set of this code many times over, a segment at a time: each with another value in an element, or shorter."""
    text = WHOLE[code].decode("latin-1").replace("\n", "")
    body = text[text.index("ST*") : text.index("GE*")].split("~")[:-1]
    for row, segment in enumerate(body):
        elements = segment.split("*")
        sets = [
            "~".join([*body[:row], "*".join(changed), *body[row + 1 :], ""])
            for at in range(1, len(elements) + 1)
            for changed in (
                elements[:at],
                *([*elements[:at], one, *elements[at + 1 :]] for one in values(elements, at)),
            )
        ]
        spans = segments.scanned("".join(sets).encode("latin-1"), Separators())
        lengths = [one.count("~") for one in sets]
        begins = np.cumsum([0, *lengths])[:-1].tolist()
        yield Look(spans), [Part(at, at + many - 1) for at, many in zip(begins, lengths, strict=True)]


def guide_of(code: str) -> Compiled:
    version = WHOLE[code].split(b"~")[1].split(b"*")[8].strip().decode()
    found = known.find(version, code[:3])
    assert found is not None
    return found


@pytest.mark.parametrize("code", WHOLE)
def test_every_element_of_every_guide_is_doubted_alike_whatever_stands_there(code: str) -> None:
    both = Both(guide_of(code))
    doubts = {one for look, parts in battery(code) for one in both.run(look, parts).doubtful.tolist()}
    assert doubts == {True, False}


@pytest.mark.parametrize("code", WHOLE)
def test_what_is_not_doubted_has_no_fault(code: str) -> None:
    guide = guide_of(code)
    sweep = KernelSweep(guide)
    for look, parts in battery(code):
        swept = sweep.run(look, parts)
        for number in np.flatnonzero(~swept.doubtful)[::8].tolist():
            first, last = parts[number].first, parts[number].last
            walk = Walk(guide)
            assert walk.take(look.spans, first, last) == swept.nodes[first : last + 1].tolist()
            assert walk.told() == []


FIELDS = [
    *(("_row_table", name) for name in kernel.ROW.names or ()),
    *(("_node_table", name) for name in kernel.NODE.names or ()),
    *(("_note_table", name) for name in kernel.NOTE.names or ()),
    *(("_keys", name) for name in kernel.KEY.names or ()),
    *((table, name) for table in ("_ids", "_vocabulary", "_code_slots") for name in kernel.SLOT.names or ()),
]


@pytest.mark.parametrize(("table", "name"), FIELDS, ids=["-".join(one) for one in FIELDS])
def test_a_table_that_is_not_that_of_numpy_is_noticed(table: str, name: str) -> None:
    for code in WHOLE:
        both = Both(guide_of(code))
        column = getattr(both.kernel, table)[name]
        if name in ("least_digits", "note_begin"):
            column += 1
        else:
            column[column != 0] -= 1
        try:
            for look, parts in battery(code):
                both.run(look, parts)
        except (AssertionError, IndexError):
            return
    pytest.fail("nothing differs")


@pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_of_others_is_judged_alike(kernels: Kernels, file: Path) -> None:
    agreed(file.read_bytes(), kernels)


def test_constants_that_compiled_code_cannot_import_are_those_of_the_guides() -> None:
    for name in ("DATE", "TIME"):
        assert getattr(kernel, name) == getattr(tables, name), name
    assert kernel.LONGEST == tables.LENGTHS - 1
    assert kernel_scan.ODD_AMOUNT == ODD_AMOUNT


def fast_kernels(kernels: Kernels) -> list[object]:
    return [getattr(kernels, one.name) for one in fields(Kernels) if one.name != "sweep"]


def test_a_kernel_is_compiled_for_one_kind_of_arguments(kernels: Kernels) -> None:
    for one in (*fast_kernels(kernels), kernel.put, kernel.symbols, kernel.follow, kernel.doubts):
        assert len(one.signatures) == 1, one  # type: ignore[attr-defined]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> fast._Engine:
    """Nothing judged yet, nothing loaded."""
    found = fast._Engine()
    monkeypatch.setattr(fast, "_engine", found)
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, kernels: Kernels) -> list[bool]:
    """Each time the kernels are asked for, whether they may be compiled; they are not there unless they may."""
    found: list[bool] = []

    def ready(*, may_compile: bool) -> Kernels:
        found.append(may_compile)
        if not may_compile:
            raise NotCompiledError
        return kernels

    monkeypatch.setattr(importlib.import_module("claimkeep.engine.x12.kernels"), "ready", ready)
    return found


def test_numba_is_waited_for_only_when_much_was_judged(engine: fast._Engine, asked: list[bool]) -> None:
    assert fast.kernels(fast.IMPORT_AFTER - 1) is None and asked == []
    assert fast.kernels(1) is None and asked == [False]
    assert fast.kernels(fast.COMPILE_AFTER - fast.IMPORT_AFTER - 1) is None and asked == [False]
    assert fast.kernels(1) is not None and asked == [False, True]
    assert fast.kernels(1 << 40) is not None and asked == [False, True]


def test_what_is_asked_for_now_is_compiled_at_once_and_what_is_forbidden_is_not_used(
    engine: fast._Engine, asked: list[bool]
) -> None:
    assert fast.use(Use.NOW) and asked == [True]
    assert not fast.use(Use.NEVER) and fast.kernels(1 << 40) is None
    assert fast.use(Use.PAYS) and asked == [True]


@pytest.mark.parametrize("error", [ImportError, OSError, RuntimeError, EOFError])
def test_a_file_is_judged_by_numpy_where_numba_fails(
    engine: fast._Engine, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        asked.append(name)
        raise error

    asked: list[str] = []
    monkeypatch.setattr(importlib, "import_module", missing)
    monkeypatch.setattr(fast, "IMPORT_AFTER", 1)
    engine.next_try = 1
    for _ in range(2):
        assert check(WHOLE["837"]).verdict == "valid"
    assert len(asked) == 1 and not fast.use(Use.PAYS)


def test_compiled_code_takes_over_in_the_middle_of_a_set(
    engine: fast._Engine, kernels: Kernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 700)
    data = WHOLE["837"].replace(b"CITY*FL", b"CITY*ZZ")
    expected = check(data)
    assert fast.kernels() is None and len(expected.interchanges[0].groups[0].sets[0].findings) > 1
    engine.next_try = engine.octets + len(data) // 2
    assert check(data) == expected
    assert fast.kernels() is not None


def test_only_what_is_compiled_is_loaded_until_it_pays_and_rubbish_stops_nobody(tmp_path: Path) -> None:
    command = """
import sys
from claimkeep.engine.x12 import fast
from claimkeep.engine.x12.judge import check
loaded = fast.kernels(fast.IMPORT_AFTER) is not None
print(loaded, fast.use(fast.Use.NOW), check(open(sys.argv[1], "rb").read()).verdict)
"""
    file, folder = tmp_path / "file", tmp_path / "numba"
    file.write_bytes(WHOLE["837"])
    said = []
    for is_rubbish in (False, False, True):
        for index in folder.rglob("*.nbi") if is_rubbish else ():
            index.write_bytes(b"rubbish")
        run = [sys.executable, "-c", command, str(file)]
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
        said.append(subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout.split())
    assert said == [["False", "True", "valid"], ["True", "True", "valid"], ["False", "False", "valid"]]
