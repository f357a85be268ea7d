"""What bench audit tells is of a log that verifies, with every event it says."""

from __future__ import annotations

from claimkeep.edge.cli import bench_audit


def test_the_figures_are_of_a_whole_log() -> None:
    found = bench_audit.figures(700)
    assert found["events"] == 700
    assert found["ratio"] == round(found["ours"] / found["peer"], 3) > 0
    assert found["appended_a_second"] > 0
