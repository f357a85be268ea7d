"""One file judged: the answers it gets and what the payers remember of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claimkeep.edge.simulator.misbehaviour import Misbehaviour


@dataclass(frozen=True, slots=True)
class Answer:
    """A file for `out`; `after_looks` 0 is at once."""

    name: str
    data: bytes
    after_looks: int = 0


class Memory:
    """What the clearinghouse and its payers know from earlier files."""

    def learn(self, learned: dict[str, Any]) -> None:
        pass


def judge(
    data: bytes, number: int, seed: int, memory: Memory, misbehaviour: Misbehaviour
) -> tuple[list[Answer], dict[str, Any]]:
    """The answers to a file and what is to be remembered; the same for the same arguments."""
    return [Answer(f"ack-{number:08d}.txt", b"got it")], {}
