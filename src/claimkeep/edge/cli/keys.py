"""`claimkeep keys`: which keys hold what, a new key in place of an old one, the master key on paper, and its end."""

from __future__ import annotations

import json as text
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from claimkeep.edge.cli import installation, speech
from claimkeep.edge.cli.wires import AsJson
from claimkeep.edge.config import database_key, environment, files, startup
from claimkeep.engine.crypto import keyring as keysets
from claimkeep.engine.crypto import shares as paper
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SetupError

if TYPE_CHECKING:
    from claimkeep.apps.vault.rotation import Hand

app = typer.Typer(no_args_is_help=True, help="Keys: which hold what, new ones for old, the master key on paper.")
SYSTEM_NAME = "(installation)"
WORDS_A_LINE = 6


@app.callback()
def group() -> None:
    """Keys."""


@app.command("status")
def status(
    practice: Annotated[str | None, typer.Option(help="Only this practice, by name.")] = None,
    json: AsJson = False,
) -> int:
    """Show every key: its age, its stage, and how many sealed values or search tokens each key id holds."""
    installation.open_existing()
    from claimkeep.apps.vault import keystatus

    whose = _named(practice) if practice else None
    rows = [row.told(_names()) for row in keystatus.statuses(now=installation.now(), practice_id=whose)]
    wrong = sum(bool(row["wrong"]) for row in rows)
    if json:
        print(text.dumps({"master": keystatus.master(), "keys": rows}))
    else:
        for row in rows:
            _show(row)
    return speech.FOUND if wrong else speech.DONE


@app.command("rotate")
def rotate(
    practice: Annotated[str | None, typer.Option(help="Only the keys of this practice, by name.")] = None,
    purpose: Annotated[Purpose | None, typer.Option(help="Only keys that do this work.")] = None,
    master: Annotated[bool, typer.Option("--master", help="The master key, and no other.")] = False,
    settle: Annotated[
        int | None, typer.Option(min=0, help="Seconds between steps; less than usual only while nothing else runs.")
    ] = None,
    json: AsJson = False,
) -> int:
    """Put new keys in place of old ones while others work; stopped at any moment, run it again and it goes on."""
    there = installation.open_existing()
    from claimkeep.apps.vault import rotation

    if master and (practice or purpose):
        raise SetupError("--master changes the master key and no other: leave --practice and --purpose out")
    with _hand(settle) as hand:
        if master:
            done = rotation.rotate_master(hand)
            database_key.seal(there)
            speech.say("shares on paper are of the old master key: make new ones with `claimkeep keys shares`")
            values: dict[str, Any] = {"keys_wrapped": done}
        else:
            values = _rotate(practice, purpose, hand)
    speech.result(values, as_json=json)
    return speech.DONE


def _rotate(practice: str | None, purpose: Purpose | None, hand: Hand) -> dict[str, Any]:
    from claimkeep.apps.vault import keystatus, rotation
    from claimkeep.apps.vault.models import SYSTEM

    targets = [
        (row.practice_id, row.purpose)
        for row in keystatus.keys(_named(practice) if practice else None)
        if purpose in (None, row.purpose)
    ]
    if not targets:
        raise SetupError("there is no such key")
    went_on = rotation.begun(targets)
    done = rotation.rotate(targets, hand)
    if went_on:
        speech.say(f"went on with {len(went_on)} keys whose change was begun before; run again to change the others")
    elif purpose is None:
        for practice_id in sorted({one for one, _ in targets} - {SYSTEM}):
            rotation.rotate_practice_key(practice_id, hand)
    return {"keys": len(went_on or targets), "sealed_anew": done}


@app.command("destroy")
def destroy(
    practice: Annotated[str, typer.Option(help="The practice, by name.")],
    name: Annotated[str, typer.Option(prompt="Type the practice's name to destroy its keys", help="Its name again.")],
) -> int:
    """Destroy a practice's keys: its records stay and can be read by nobody, here or from a copy of the database."""
    installation.open_existing()
    from claimkeep.apps.vault import destruction

    if name != practice:
        raise SetupError("that is not the practice's name: nothing was destroyed")
    with _hand(None) as hand:
        gone = destruction.destroy(_named(practice), hand)
    speech.say("The keys are gone." if gone else "They were gone already.")
    speech.say("Copies of the keys folder, wherever they lie, still hold the practice's key file: remove it there too.")
    return speech.DONE


@app.command("shares")
def shares() -> int:
    """Print the master key as three shares; any two make it again. For three people, on paper, nowhere else."""
    there = installation.open_existing()
    from claimkeep.apps.vault import keyfiles, rotation

    if not sys.stdout.isatty():
        speech.say("the shares are the master key: print them, and keep no file of them")
    keyset = keyfiles.master_keyset()
    made = paper.of_master(keyset)
    database_key.seal(there)
    key_id = succession.key_ids(keyset)[0]
    with _hand(None) as hand:
        rotation.note_shares(hand, key_id)
    for number, share in enumerate(made, start=1):
        print(f"Share {number} of {len(made)}; any {paper.NEEDED} make master key {key_id} again\n")
        words = share.split()
        for at in range(0, len(words), WORDS_A_LINE):
            numbered = enumerate(words[at : at + WORDS_A_LINE], start=at + 1)
            print("  " + "".join(f"{n:>2} {word:<11}" for n, word in numbered).rstrip())
        print()
    return speech.DONE


@app.command("recover")
def recover() -> int:
    """Make the master key file again from two shares, which are asked for; a key that is there is never replaced."""
    there = installation.kept()
    if there.master_key.exists():
        raise SetupError(f"{there.master_key.name} is here: move it away first if it is the wrong one")
    given = [_asked(number) for number in range(1, paper.NEEDED + 1)]
    keyset = paper.master_of(given)
    files.write_secret(there.master_key, keysets.master_octets(keyset))
    speech.say(f"{there.master_key.name} is here again: master key {succession.key_ids(keyset)[0]}")
    if database_key.restore(there, keysets.wraps_with(keyset)):
        speech.say(f"{there.database_key.name} is here again too")
    startup.make_web_secret(there)
    if there.database.exists() or environment.database_url():
        startup.django()
        startup.check()
        speech.say("it opens this database's keys")
    return speech.DONE


def _asked(number: int) -> str:
    """One share, as typed or piped in; not echoed on a terminal and never repeated."""
    if sys.stdin.isatty():
        words: str = typer.prompt(f"Share {number}, its words with spaces between", hide_input=True)
        return words
    return sys.stdin.readline()


def _names() -> dict[UUID, str]:
    from claimkeep.apps.organization.models import Practice
    from claimkeep.apps.vault.models import SYSTEM

    return {SYSTEM: SYSTEM_NAME} | dict(Practice.objects.values_list("pk", "name"))


def _named(practice: str) -> UUID:
    return installation.actor(practice).practice_id


@contextmanager
def _hand(settle: int | None) -> Iterator[Hand]:
    """Who rotates: the person of this command, by the clock on the wall, telling how far it is."""
    from claimkeep.apps.vault import rotation

    with speech.console.status("") as line:

        def tell(what: str, count: int) -> None:
            told[what] = told.get(what, 0) + count
            line.update(", ".join(f"{n:,} {each}" if n else each for each, n in told.items()))

        told: dict[str, int] = {}
        yield rotation.Hand(
            actor=installation.person(),
            clock=installation.now,
            wait=time.sleep,
            tell=tell,
            settle_s=rotation.SETTLE_S if settle is None else settle,
        )


def _show(row: dict[str, Any]) -> None:
    held: Iterable[str] = (f"{count:,} by {key}" for key, count in row["held_by"].items())
    head = f"{row['practice']}  {row['purpose']}: {row['stage']}, {row['age_days']} days"
    print(f"{head}; {'; '.join(held) or 'nothing'}")
    if row["known_by_older_keys"]:
        print(f"  {row['known_by_older_keys']:,} rows are known again by older keys alone, which are kept to ask with")
    if row["wrong"]:
        speech.say(f"  {row['wrong']}")
