"""What is done to damaged X12, and what must hold of it: one function a target, each taking any octets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import (
    acknowledge,
    claim_837,
    claim_status_277,
    decoding,
    eligibility_271,
    envelope,
    kind,
    remittance_835,
)
from claimkeep.engine.x12.answer import answer
from claimkeep.engine.x12.judge import check
from claimkeep.engine.x12.rewrite import pieces, rewrite

WHEN = datetime(2026, 2, 3, 4, 5)

READERS = (
    kind.kinds,
    envelope.read,
    claim_837.read,
    remittance_835.read,
    acknowledge.read,
    eligibility_271.read,
    claim_status_277.read,
)


def judged(data: bytes) -> None:
    """Every file has a verdict, and what is refused has a finding or a reason."""
    verdict = check(data)
    found = list(verdict.findings())
    assert (verdict.verdict == "unreadable") == bool(verdict.reason)
    assert verdict.reason or (verdict.verdict == "invalid") == any(one.severity.holds for one in found)
    for one in found:
        assert 1 <= one.snip <= 7 and one.code.startswith(f"X12-{one.snip}-")
        assert one.segment is None or one.segment >= 1
        assert one.element is None or one.element >= 1
        assert one.component is None or one.component >= 1


def read(data: bytes) -> None:
    """Every reader gives tables or says that this is no X12."""
    for reader in READERS:
        try:
            reader(data)
        except X12Error:
            pass


def written_back(data: bytes) -> None:
    """What can be read is written back octet for octet, and every octet stands in one piece."""
    try:
        assert b"".join(rewrite(data)) == data
    except X12Error:
        return
    assert b"".join(one.octets for one in pieces(data)) == decoding.decoded(data).octets


def answered(data: bytes) -> None:
    """What answers an interchange is itself without a finding."""
    for one in check(data).interchanges:
        given = answer(one, when=WHEN, control_number=1)
        for written in (given.ta1, given.x999):
            if written is not None:
                verdict = check(written)
                assert [found.code for found in verdict.findings()] == []
                acknowledge.read(written)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "judge": judged,
    "read": read,
    "rewrite": written_back,
    "answer": answered,
}
