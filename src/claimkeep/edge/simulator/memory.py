"""What the clearinghouse and its payers know from earlier files, and how a file adds to it.

Everything is plain JSON, so that it can be kept sealed and learned again after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Memory:
    """interchanges: sender and control number. deductibles: cents used by payer, member and year. seen: fingerprint of
    an adjudicated claim -> the payer's number for it. adjudicated: that number -> the payment as it stands.
    debts: cents owed to the payer by payee."""

    interchanges: dict[str, bool] = field(default_factory=dict)
    deductibles: dict[str, int] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    adjudicated: dict[str, dict[str, Any]] = field(default_factory=dict)
    debts: dict[str, int] = field(default_factory=dict)

    def learn(self, learned: dict[str, dict[str, Any]]) -> None:
        """What a file taught is known; a later word replaces an earlier one."""
        for name, facts in learned.items():
            getattr(self, name).update(facts)


class Recollection:
    """The memory as one file sees it: what it learns itself comes first, and is kept apart until it is done."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.learned: dict[str, dict[str, Any]] = {}

    def recall(self, name: str, key: str) -> Any:
        """The fact, or None."""
        mine = self.learned.get(name, {})
        return mine[key] if key in mine else getattr(self._memory, name).get(key)

    def note(self, name: str, key: str, fact: Any) -> None:
        """The fact is known from here on in this file, and later to all."""
        self.learned.setdefault(name, {})[key] = fact
