"""Octets are the same whether they stand in memory or in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.edge.cli.octets import opened
from claimkeep.engine.x12 import octets as whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), begin=st.integers(-5, 210), end=st.integers(-5, 210))
def test_a_part_of_a_file_is_the_part_of_its_octets(tmp_path: Path, data: bytes, begin: int, end: int) -> None:
    path = tmp_path / "some.x12"
    path.write_bytes(data)
    with opened(path) as octets:
        assert (len(octets), octets[begin:end]) == (len(data), data[begin:end])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=60), wanted=st.binary(min_size=1, max_size=3), window=st.integers(1, 9))
def test_what_is_sought_is_found_across_the_edges_of_windows(
    tmp_path: Path, data: bytes, wanted: bytes, window: int
) -> None:
    path = tmp_path / "some.x12"
    path.write_bytes(data)
    with opened(path) as octets, pytest.MonkeyPatch.context() as changed:
        changed.setattr(whole, "WINDOW", window)
        for begin in range(len(data) + 1):
            assert whole.find(octets, wanted, begin) == data.find(wanted, begin)


def test_a_file_that_became_shorter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "some.x12"
    path.write_bytes(b"0123456789")
    with opened(path) as octets:
        path.write_bytes(b"01")
        with pytest.raises(OSError, match="shorter"):
            octets[0:10]
