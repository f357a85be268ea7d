"""The bench of the edits: what it compares does the same work."""

from __future__ import annotations

from claimkeep.edge.cli import bench_scrub


def test_the_peer_finds_what_we_find_and_every_figure_is_there() -> None:
    found = bench_scrub.figures(2000, pairs=200_000)
    assert found["same_findings"] is True
    assert found["findings"] > 1000
    assert {"name", "work", "ours", "peer", "ratio", "rss_mb", "one_claim_ms", "loading_s"} <= set(found)
