"""What the bench measures is work that two judges call valid, and a figure is what its task says it did."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from claimkeep.edge.cli import bench_x12, bench_x12_files
from claimkeep.engine.x12 import claim_837, fast, judge, remittance_835

MAKERS = [bench_x12_files.claims, bench_x12_files.remittances]


@pytest.mark.parametrize("make", MAKERS)
def test_the_work_is_valid_for_our_judge_and_for_the_peer(make: Callable[[int], bytes]) -> None:
    data = make(40)
    assert [(one.code, one.segment) for one in judge.check(data).findings()] == []
    document = pytest.importorskip("pyx12.x12n_document")
    params = importlib.import_module("pyx12.params").params()
    assert document.x12n_document(params, io.StringIO(data.decode()), None, None, None)


def test_the_work_is_the_same_every_time_and_no_two_claims_are() -> None:
    assert bench_x12_files.claims(60) == bench_x12_files.claims(60)
    tables, skipped = claim_837.read(bench_x12_files.claims(60))
    assert skipped == () and tables.size == 60
    assert tables.claims["claim_number"].n_unique() == tables.claims["subscriber_member_id"].n_unique() == 60
    assert tables.claims["patient_relationship"].is_in(["18", "19"]).all()


def test_more_claims_than_a_set_holds_make_another_set() -> None:
    data = bench_x12_files.remittances(bench_x12_files.CLAIMS_A_SET + 1)
    tables, skipped = remittance_835.read(data)
    assert skipped == () and tables.payments.height == 2
    assert tables.payments["payment_cents"].sum() == tables.claim_payments["paid_cents"].sum()


@pytest.mark.parametrize(
    ("task", "make", "said"),
    [
        ("judge", bench_x12_files.claims, "valid"),
        ("judge-123", bench_x12_files.claims, "valid"),
        ("judge-fast", bench_x12_files.claims, "valid"),
        ("judge-fast-123", bench_x12_files.remittances, "valid"),
        ("judge", bench_x12_files.inquiry, "valid"),
        ("judge", bench_x12_files.remittances, "valid"),
        ("read-837p", bench_x12_files.claims, "7 claims"),
        ("read-835", bench_x12_files.remittances, "7 claim payments"),
        ("rewrite", bench_x12_files.claims, "the same"),
    ],
)
def test_a_figure_says_what_was_done(task: str, make: Callable[[int], bytes], said: str, tmp_path: Path) -> None:
    file = tmp_path / "work.x12"
    file.write_bytes(make(7))
    figure = bench_x12.task(task, file)
    assert figure["said"] == said
    assert figure["mb_per_cpu_s"] > 0 and figure["rss_mb"] > 0


@pytest.mark.parametrize(("task", "is_fast"), [("judge-fast", True), ("judge", False)])
def test_a_figure_of_compiled_code_is_taken_with_it_and_the_others_without(
    task: str, is_fast: bool, tmp_path: Path
) -> None:
    file = tmp_path / "work.x12"
    file.write_bytes(bench_x12_files.claims(1))
    bench_x12.task(task, file)
    assert (fast.kernels() is not None) == is_fast


def test_a_file_with_a_fault_is_not_told_as_valid(tmp_path: Path) -> None:
    file = tmp_path / "work.x12"
    file.write_bytes(bench_x12_files.claims(3).replace(b"HI*ABK", b"HI*ABX", 1))
    assert bench_x12.task("judge", file)["said"] == "invalid"


def test_parts_are_the_whole_and_one_set_may_hold_everything() -> None:
    for whole, parts in (
        (bench_x12_files.claims, bench_x12_files.claims_in_parts),
        (bench_x12_files.remittances, bench_x12_files.remittances_in_parts),
    ):
        assert b"".join(parts(7, 3)) == whole(7, 3)
        for a_set, sets in ((3, 3), (7, 1)):
            verdict = judge.check(whole(7, a_set))
            assert verdict.verdict == "valid" and len(verdict.interchanges[0].groups[0].sets) == sets


def test_the_inquiry_is_of_two_kilobytes() -> None:
    assert 1900 < len(bench_x12_files.inquiry(bench_x12.QUESTIONS)) < 2200


def test_sizes_tell_of_many_sets_and_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_x12, "SIZES", (1,))
    monkeypatch.setattr(bench_x12, "CLAIMS_A_MEGABYTE", 30)
    values = bench_x12.sizes(1)
    for kind in ("837p_1mb", "837p_1mb_one_set", "835_1mb", "835_1mb_one_set"):
        assert values[f"{kind}_said"] == "valid" and values[f"{kind}_rss_mb"] > 0
