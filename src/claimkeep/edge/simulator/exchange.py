"""What becomes of a file once it is ours: judged once, answered once, kept.

The order that survives a kill at any moment: answers are staged, then the record is written (from here on the file is
answered, whatever happens), then each answer is moved to `out`, then the file to `archive`. After a restart a file
without a record is judged again from the same memory, with the same result; one with a record only has its moves
finished. An answer that was fetched and removed is no longer staged, so it cannot come a second time.
"""

from __future__ import annotations

import asyncio
import json

from claimkeep.edge.simulator.judgement import judge
from claimkeep.edge.simulator.memory import Memory
from claimkeep.edge.simulator.misbehaviour import Misbehaviour
from claimkeep.edge.simulator.sealed_store import SealedStore

FOLDERS = ("in", "out", "archive", "staged", "records")


class Exchange:
    """The clearinghouse and its payers behind the door."""

    def __init__(self, store: SealedStore, seed: int, misbehaviour: Misbehaviour) -> None:
        self.store = store
        self._seed = seed
        self._misbehaviour = misbehaviour
        self._memory = Memory()
        self._turn = asyncio.Lock()
        self._waiting: dict[str, int] = {}
        self._looks = 0

    async def recover(self) -> None:
        """The memory is as before the last stop, and every file that was ours is answered."""
        if "looks" in self.store.names("staged"):
            self._looks = int(self.store.read("staged", "looks"))
        records = [(int(name.partition(".")[0]), name) for name in self.store.names("records")]
        for _, name in sorted(records):
            record = json.loads(self.store.read("records", name))
            self._memory.learn(record["learned"])
            self._waiting.update(record["answers"])
            self._finish(record["file"])
        for name in self.store.names("in"):
            if not name.endswith(".part"):
                await self.answer(name)
        for part in self.store.names("in"):
            if self.store.holds("archive", part.removesuffix(".part")):
                self.store.remove("in", part)

    async def answer(self, name: str) -> None:
        """The file in `in` is judged and answered; its answers are in `out` unless they are to come late."""
        # a client that hangs up must not let the next file begin while this one is still being worked
        await asyncio.shield(asyncio.ensure_future(self._answer_in_turn(name)))

    async def _answer_in_turn(self, name: str) -> None:
        async with self._turn:
            await asyncio.to_thread(self._answer, name)

    async def note_look(self) -> None:
        """Somebody looked into `out`: what was to come after so many looks comes now."""
        async with self._turn:
            if any(self.store.holds("staged", answer) for answer in self._waiting):
                self._looks += 1
                self.store.write("staged", "looks", str(self._looks).encode())
                self._publish()

    def _answer(self, name: str) -> None:
        number = len(self.store.names("records")) + 1
        data = self.store.read("in", name)
        answers, learned = judge(data, number, self._seed, self._memory, self._misbehaviour)
        for each in answers:
            self.store.write("staged", each.name, each.data)
        due = {each.name: self._looks + each.after_looks if each.after_looks else 0 for each in answers}
        record = {"file": name, "answers": due, "learned": learned}
        self.store.write("records", f"{number:08d}.json", json.dumps(record).encode())
        self._memory.learn(learned)
        self._waiting.update(due)
        self._finish(name)

    def _finish(self, name: str) -> None:
        self._publish()
        if self.store.holds("in", name):
            self.store.move("in", "archive", name)

    def _publish(self) -> None:
        for answer in [each for each, due in self._waiting.items() if due <= self._looks]:
            if self.store.holds("staged", answer):
                self.store.move("staged", "out", answer)
            del self._waiting[answer]
