"""`python -m claimkeep.edge.cli.worker`: the worker that `claimkeep serve` starts beside the web application."""

from __future__ import annotations

import signal
import sys
import threading

from claimkeep.edge.cli import serve, speech
from claimkeep.edge.config import quiet
from claimkeep.engine.terms.errors import ClaimkeepError


def main() -> int:
    """Work until told to stop, or until whoever started it is gone."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    threading.Thread(target=_stop_with_starter, args=(stop,), daemon=True).start()
    try:
        serve.work_forever(stop)
    except ClaimkeepError as error:
        speech.say(f"claimkeep worker: {error}")
        return speech.FAILED
    except Exception as error:
        speech.say(f"{quiet.told(error)}: the claimkeep worker ends")
        return speech.FAILED
    return speech.DONE


def _stop_with_starter(stop: threading.Event) -> None:
    """Standard input ends when whoever started the worker is gone, however it went."""
    sys.stdin.buffer.read()
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
