"""The audit chain: each event's digest, and a head that depends on every event before it.

head[n] = SHA-256(head[n-1] || digest[n]); head[0] is 32 zero bytes. A verifier recomputes both from the events
themselves and never trusts a stored head on its way (45 CFR 164.312(b), 164.312(c)(1)).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

GENESIS = bytes(32)


def digest(event: Mapping[str, Any]) -> bytes:
    """SHA-256 of an event in one canonical form: JSON, sorted keys, no spaces, UTF-8."""
    text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def link(head: bytes, event_digest: bytes) -> bytes:
    """The head after one more event."""
    return hashlib.sha256(b"\x01" + head + event_digest).digest()


def first_broken(events: Iterable[tuple[Mapping[str, Any], bytes, bytes]], head: bytes = GENESIS) -> int | None:
    """Ordinal (from 0) of the first event whose stored digest or head is not the recomputed one, or None.

    >>> event = {"seq": 1}; d = digest(event)
    >>> first_broken([(event, d, link(GENESIS, d))]), first_broken([({"seq": 2}, d, link(GENESIS, d))])
    (None, 0)
    """
    for ordinal, (event, stored_digest, stored_head) in enumerate(events):
        right = digest(event)
        head = link(head, right)
        if right != stored_digest or head != stored_head:
            return ordinal
    return None
