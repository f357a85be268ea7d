"""`python -m claimkeep.edge.simulator`: the box, until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from claimkeep.edge.simulator.exchange import FOLDERS, Exchange
from claimkeep.edge.simulator.misbehaviour import KINDS, Misbehaviour
from claimkeep.edge.simulator.sealed_store import SealedStore
from claimkeep.edge.simulator.server import listen


def main() -> int:
    """Serve until a signal; says where on standard output, in one line of JSON, once it listens."""
    parser = argparse.ArgumentParser(prog="claimkeep.edge.simulator", description="A clearinghouse and payers in a box")
    parser.add_argument("--root", type=Path, required=True, help="folder that holds everything, sealed")
    parser.add_argument("--keyset", type=Path, help="file of the key that seals it; keyset.json in the root without")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misbehave", default="", help=f"comma-separated: {', '.join(KINDS)}")
    parser.add_argument("--until-input-ends", action="store_true", help="stop as well when standard input is closed")
    parser.add_argument("--authorized-key", type=Path, help="public key of the client; one is made when there is none")
    given = parser.parse_args()
    try:
        misbehaviour = Misbehaviour(frozenset(filter(None, given.misbehave.split(","))))
    except ValueError as wrong:
        parser.error(str(wrong))
    asyncio.run(_serve(given, misbehaviour))
    return 0


def _watch_input(stopped: asyncio.Event) -> None:
    """Whoever started us holds the other end; when he dies, however he dies, it closes."""
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stopped.set()


async def _serve(given: argparse.Namespace, misbehaviour: Misbehaviour) -> None:
    exchange = Exchange(SealedStore(given.root, FOLDERS, given.keyset), given.seed, misbehaviour)
    acceptor, host_key = await listen(exchange, given.host, given.port, given.authorized_key)
    stopped = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    if given.until_input_ends:
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _watch_input, stopped)
    print(json.dumps({"host": given.host, "port": acceptor.get_port(), "host_key": host_key}), flush=True)
    await stopped.wait()
    acceptor.close()


if __name__ == "__main__":
    sys.exit(main())
