"""What real payers do wrong, on request and by seed."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "late",
    "duplicate",
    "truncated",
    "out-of-balance",
    "reversed",
    "line-order",
    "modifier-lost",
    "unmatched",
    "silent",
    "takeback",
)


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """Which of KINDS the box shows; none by default. `late_looks`: into `out`, before a late answer is there."""

    kinds: frozenset[str] = frozenset()
    late_looks: int = 3

    def __post_init__(self) -> None:
        unknown = self.kinds - set(KINDS)
        if unknown:
            raise ValueError(f"no such misbehaviour: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
