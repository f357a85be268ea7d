"""A large interchange is read some sets at a time, and nobody can tell from the tables or the places."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from claimkeep.engine.x12 import claim_837, cutting, envelope, remittance_835, segments

Interchange = Callable[..., bytes]


def test_the_segments_of_a_batch_are_those_of_the_whole(interchange: Interchange, professional: list[str]) -> None:
    received = envelope.read(interchange(professional, professional, professional, after="\r\n"))
    (one,) = received.interchanges
    second = one.sound()[1]
    whole = segments.scan(received.octets[one.begin : one.end], one.separators)
    part = cutting.part(received.octets, one, [second])[0].spans
    assert [part.segment(at) for at in range(len(part))] == [
        whole.segment(at) for at in range(second.first, second.last + 1)
    ]
    names = part.where("NM1")
    assert part.elements(names, 3) == whole.elements(names + second.first, 3)


def test_tables_and_places_are_the_same_whatever_the_batch(
    interchange: Interchange, professional: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = [one.replace("CLM*CLAIMTWO*50*", "CLM*CLAIMTWO*MUCH*") for one in professional]
    data = interchange(professional, wrong, professional)
    tables, skipped = claim_837.read(data)
    monkeypatch.setattr(cutting, "PIECE", 1)
    again, skipped_again = claim_837.read(data)
    assert skipped == skipped_again and [one.place.transaction for one in skipped] == [2]
    assert tables.claims.equals(again.claims) and tables.service_lines.equals(again.service_lines)
    assert tables.diagnoses.equals(again.diagnoses) and tables.other_payers.equals(again.other_payers)


def test_payments_are_counted_through_the_batches(interchange: Interchange, monkeypatch: pytest.MonkeyPatch) -> None:
    body = ["BPR*I*80*C*CHK", "TRN*1*TRACE", "LX*1", "CLP*CLAIMONE*1*100.5*80", "CAS*CO*45*20.5*1*1*2"]
    data = interchange(body, body, body, code="835", version="005010X221A1")
    whole = remittance_835.read(data)[0]
    monkeypatch.setattr(cutting, "PIECE", 1)
    parts = remittance_835.read(data)[0]
    assert whole.adjustments.equals(parts.adjustments)
    assert parts.claim_payments["claim_row"].to_list() == parts.claim_payments["payment_row"].to_list() == [0, 1, 2]
