"""`claimkeep serve`: the web application over TLS, and a worker beside it that goes on where any run broke off."""

from __future__ import annotations

import logging
import multiprocessing
import os
import subprocess
import sys
import threading
from typing import Annotated, NoReturn

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.edge.cli.box import demo_box
from claimkeep.edge.config import environment, files, quiet
from claimkeep.edge.simulator.running import Running
from claimkeep.engine.terms.errors import ClaimkeepError

log = logging.getLogger(__name__)

ROUND_S = 15
"""Seconds between two rounds of the worker."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8443,
) -> int:
    """Serve the web application and work what waits: send queued files, fetch answers."""
    there = installation.open_existing()
    _close_connections()
    speech.say(f"Claimkeep is at https://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/")
    speech.say("Its certificate was made on this machine: the browser asks once whether you trust it. Ctrl-C stops.")
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), name="worker-keeper")
    keeper.start()
    try:
        _web(there, host, port)
    finally:
        stop.set()
        keeper.join()
    return speech.DONE


def serve_afresh(*, host: str, port: int) -> NoReturn:
    """`serve`, in this process's place: what ran here before leaves neither threads nor memory behind.

    A web process forked from one that worked on tables would inherit their thread pool without its threads, and hang.
    """
    data = str(installation.kept().root)
    command = [sys.executable, "-m", "claimkeep.edge.cli", "--data", data, "serve", "--host", host, "--port", str(port)]
    sys.stdout.flush()
    os.execv(sys.executable, command)


def _keep_worker(stop: threading.Event) -> None:
    """A worker runs until told to stop; one that ends by itself is named and started again."""
    while not stop.is_set():
        worker = subprocess.Popen([sys.executable, "-m", "claimkeep.edge.cli.worker"], stdin=subprocess.PIPE)
        while worker.poll() is None and not stop.wait(1):
            pass
        if worker.poll() is not None and not stop.is_set():
            log.warning("the worker ended by itself with status %s; it starts again", worker.returncode)
            stop.wait(ROUND_S)
        worker.terminate()
        worker.wait()
        if worker.stdin:
            worker.stdin.close()


def migrate() -> int:
    """Bring the database up to date; `serve` refuses to start before."""
    there = installation.kept()
    if not there.master_key.exists():
        installation.open_existing()
    installation.create()
    speech.say("The database is up to date.")
    return speech.DONE


def _web(there: files.Kept, host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    multiprocessing.set_start_method("spawn")  # a web process begins empty, whatever this one did before
    Granian(
        "claimkeep.edge.config.front:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        ssl_cert=there.certificate,
        ssl_key=there.certificate_key,
        websockets=False,
        log_access=False,
    ).serve()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def work_forever(stop: threading.Event) -> None:
    """Rounds of sending and receiving for every practice with a wire, until told to stop."""
    there = installation.open_existing()
    clearinghouse = demo_box(there)
    try:
        while not stop.is_set():
            for failure in [*_round(there, clearinghouse), *_anchor()]:
                log.warning("a round of the worker ended early: %s", failure)
            stop.wait(ROUND_S)
    finally:
        if clearinghouse is not None:
            clearinghouse.stop()


def _round(there: files.Kept, clearinghouse: Running | None) -> list[str]:
    from django.db import close_old_connections

    from claimkeep.apps.access.roles import Actor
    from claimkeep.apps.organization.models import Clearinghouse
    from claimkeep.edge.jobs.receive import receive_answers
    from claimkeep.edge.jobs.submit import submit_claims
    from claimkeep.edge.jobs.wire import open_wire

    failures = []
    close_old_connections()
    for row in Clearinghouse.objects.all():
        actor = Actor("system:worker", row.practice_id, "job")
        if row.simulated:
            if clearinghouse is None:
                continue
            Clearinghouse.objects.filter(pk=row.pk).update(port=clearinghouse.port)
        try:
            with open_wire(actor, there.wire_key) as wire:
                submit_claims(wire, actor=actor, now=installation.now())
                receive_answers(wire, actor=actor, now=installation.now())
        except ClaimkeepError as error:
            failures.append(str(error))
        except Exception as error:
            # a practice whose round fails in an unforeseen way must not stop the others, nor the next round
            failures.append(quiet.told(error))
    return failures


def _anchor() -> list[str]:
    """The audit log is anchored where a place for it is set; what prevented it."""
    from claimkeep.edge.jobs.anchor import anchor_when_due

    place = environment.audit_anchors()
    try:
        if place is not None:
            anchor_when_due(place, now=installation.now())
    except ClaimkeepError as error:
        return [str(error)]
    except Exception as error:
        return [quiet.told(error)]
    return []
