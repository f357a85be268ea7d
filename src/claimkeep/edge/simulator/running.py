"""The box as a process of its own, started and stopped by whoever wants to practise."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from claimkeep.engine.terms.errors import WireError


@dataclass(frozen=True, slots=True)
class Running:
    """Where a running box listens, how to know it, and the key that opens it (None when the caller brought his own)."""

    host: str
    port: int
    host_key: str
    client_key_path: Path | None
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """The process has ended; everything it owes is on disk."""
        self.process.terminate()
        self._reap()

    def kill(self) -> None:
        """The process has ended as by a power cut."""
        self.process.kill()
        self._reap()

    def _reap(self) -> None:
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    root: Path,
    *,
    seed: int = 1,
    port: int = 0,
    misbehave: tuple[str, ...] = (),
    authorized_key: Path | None = None,
    keyset: Path | None = None,
) -> Running:
    """A box listens on loopback until it is stopped or this process ends.

    authorized_key : the caller's public key file; without one the box makes a pair
    keyset         : the file of the key that seals the root; without one it lies in the root
    Raises WireError when it does not start.
    """
    command = [sys.executable, "-m", "claimkeep.edge.simulator", "--root", str(root), "--port", str(port)]
    command += ["--seed", str(seed), "--misbehave", ",".join(misbehave), "--until-input-ends"]
    if authorized_key is not None:
        command += ["--authorized-key", str(authorized_key)]
    if keyset is not None:
        command += ["--keyset", str(keyset)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        process.wait()
        raise WireError("the practice clearinghouse did not start")
    where = json.loads(line)
    client_key = None if authorized_key is not None else root / "client_key"
    return Running(where["host"], where["port"], where["host_key"], client_key, process)
