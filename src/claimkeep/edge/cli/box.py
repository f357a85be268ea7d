"""The practice clearinghouse of a demo folder: started by the demo, and by the worker that goes on after it."""

from __future__ import annotations

import json as text

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

from claimkeep.edge.config import files
from claimkeep.edge.simulator import running


def box(there: files.Kept, misbehave: tuple[str, ...] = (), seed: int = 1) -> running.Running:
    """The practice clearinghouse of this folder, listening on loopback."""
    public = there.wire_key.with_suffix(".pub")
    if not public.exists():
        key = load_ssh_private_key(there.wire_key.read_bytes(), None).public_key()
        files.write_secret(public, key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    keyset = there.wire_key.with_name("simulator.keyset.json")  # away from what it seals, like every key
    return running.start(there.simulator, seed=seed, misbehave=misbehave, authorized_key=public, keyset=keyset)


def demo_box(there: files.Kept) -> running.Running | None:
    """The clearinghouse of a demo folder with the temper it was given; None for a real installation."""
    path = there.root / "demo.json"
    if not path.exists():
        return None
    held = text.loads(path.read_text())
    return box(there, tuple(held["misbehave"]), held["seed"])
