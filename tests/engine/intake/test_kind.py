"""A file goes to its reader by what it begins with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.intake.kind import kind


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"ISA*00*          *", "x12"),
        (b"\r\n ISA*00*", "x12"),
        (b"\xef\xbb\xbf{}", "fhir"),
        (b'\n{"resourceType":"Claim"}\n{"resourceType":"Patient"}', "fhir"),
        (b"visit_id,charge\r\n", "csv"),
        (b'\xef\xbb\xbfcharge,"Visit_ID"\n', "csv"),
        (b"name,charge\n", "unknown"),
        (b"visit_id\n", "unknown"),
        (b"[]", "unknown"),
        (b"MSH|^~\\&|", "unknown"),
        (b"", "unknown"),
    ],
)
def test_the_first_bytes_tell_the_kind(data: bytes, expected: str) -> None:
    assert kind(data) == expected


@given(st.binary(max_size=60))
def test_any_bytes_have_a_kind(data: bytes) -> None:
    assert kind(data) in ("x12", "fhir", "csv", "unknown")
