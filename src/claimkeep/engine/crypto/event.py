"""An audit event as the octets that are hashed, kept and exported: one line of JSON, always spelled the same.

An exported log is these lines, so whoever checks it hashes lines and need know nothing else of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted
from typing import Any

_spell = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def detail_text(detail: Mapping[str, Any]) -> str:
    """The detail of an event as JSON: keys in order, no spaces.

    >>> detail_text({"n": 1, "by": ["phone"]})
    '{"by":["phone"],"n":1}'
    """
    return _spell(dict(detail))


def time_text(at: datetime) -> str:
    """A time in UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry(seq: int, at: str, practice: str | None, actor: str, tag: str, subject: str, why: str, detail: str) -> bytes:
    """The line of an event.

    at : as `time_text`; practice : 32 hexadecimal digits; detail : as `detail_text`

    >>> entry(1, "2026-03-02T15:00:00.000000Z", None, "system:test", "practice:found", "practice:1", "", "{}")[:40]
    b'{"seq":1,"at":"2026-03-02T15:00:00.00000'
    """
    where = "null" if practice is None else f'"{practice}"'
    return (
        f'{{"seq":{seq},"at":"{at}","practice":{where},"actor":{_quoted(actor)},"tag":{_quoted(tag)},'
        f'"subject":{_quoted(subject)},"why":{_quoted(why)},"detail":{detail}}}'
    ).encode()
