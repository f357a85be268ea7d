"""What bench seal tells is of patients that were all sealed anew."""

from __future__ import annotations

from claimkeep.edge.cli import bench_seal


def test_the_figures_are_of_every_value_of_every_patient() -> None:
    found = bench_seal.figures(50)
    assert found["rotated_values"] == 50 * 14
    assert found["ratio"] == round(found["ours"] / found["peer"], 3) > 1
    assert found["opening_a_patient_ms"] > 0
