"""`claimkeep demo`: a synthetic practice and one whole billing day, from visits to trial balance.

Every step can be done again without doing it twice, so a day that was broken off at any moment is gone on with by
running the same command, or by `claimkeep serve`.
"""

from __future__ import annotations

import json as text
import secrets
import time
from base64 import b32decode, b32encode
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from claimkeep.edge.cli import installation, serve, speech
from claimkeep.edge.cli.box import box
from claimkeep.edge.config import files
from claimkeep.edge.simulator import running, visits
from claimkeep.engine.terms.errors import SetupError

if TYPE_CHECKING:
    from claimkeep.apps.access.roles import Actor
    from claimkeep.apps.organization.models import Practice

PRACTICE = "Synthetic Family Practice"
PEOPLE = (
    ("biller@demo.invalid", "Demo Biller", "biller"),
    ("poster@demo.invalid", "Demo Poster", "payment_poster"),
    ("manager@demo.invalid", "Demo Manager", "practice_manager"),
)
BY = "system:demo"
VISITS_A_BUNDLE = 100
LOOKS_WITHOUT_NEWS = 8
"""Empty looks at the clearinghouse after which the day is over; answers meant to come late come within fewer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a demo folder was made for; the same visits are made again from it after a break."""

    visits: int
    seed: int
    day: str
    misbehave: tuple[str, ...]


def demo(
    visits_wanted: Annotated[int, typer.Option("--visits", min=1, help="How many visits the day has.")] = 1000,
    serving: Annotated[bool, typer.Option("--serve", help="Then serve the web application.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the day this folder holds.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed makes other visits and other answers.")] = 1,
    misbehave: Annotated[
        str, typer.Option(help="How the payers misbehave, comma between: late, duplicate, truncated …")
    ] = "",
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8443,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Run one whole billing day on synthetic visits: import, scrub, send, acknowledge, pay, post, balance."""
    started = time.monotonic()
    there = installation.kept()
    wanted = Plan(visits_wanted, seed, installation.now().date().isoformat(), tuple(filter(None, misbehave.split(","))))
    plan = _plan(there, wanted, resume, serving)
    there = installation.create()
    actor = _practice(there)
    with box(there, plan.misbehave, plan.seed) as clearinghouse:
        _connect(actor, clearinghouse)
        run_day(actor, there, plan)
    summary = _summary(actor) | {"seconds": round(time.monotonic() - started, 1)}
    speech.result(summary, as_json=json, labels=LABELS)
    if serving:
        _tell_sign_ins(there)
        serve.serve_afresh(host=host, port=port)
    return speech.DONE if summary["trial_balance_cents"] == 0 else speech.FOUND


LABELS = {
    "held": "held, with a reason",
    "files_sent": "files sent",
    "out_of_balance": "remittances quarantined",
    "charge_cents": "charged",
    "paid_cents": "paid by payers",
    "adjusted_cents": "written off by contract",
    "patient_cents": "owed by patients",
    "open_cents": "open at payers",
    "trial_balance_cents": "trial balance",
}


def _plan(there: files.Kept, wanted: Plan, resume: bool, serving: bool) -> Plan:
    """The plan of this folder: the one it holds, or the one wanted now. Raises SetupError when they differ."""
    path = there.root / "demo.json"
    if path.exists():
        held = text.loads(path.read_text())
        plan = Plan(held["visits"], held["seed"], held["day"], tuple(held["misbehave"]))
        same = (plan.visits, plan.seed, plan.misbehave) == (wanted.visits, wanted.seed, wanted.misbehave)
        if not (resume or serving or same):
            raise SetupError(
                f"this folder holds a demo day of {plan.visits} visits: --resume goes on with it, --data names another"
            )
        return plan
    if resume:
        raise SetupError("there is no demo day here to go on with: leave --resume out, or give --data the right folder")
    if there.database.exists():
        raise SetupError("this folder holds a real installation: give --data another folder for the demo")
    there.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write_secret(path, text.dumps(asdict(wanted)).encode())
    return wanted


def _practice(there: files.Kept) -> Actor:
    """The synthetic practice and its people exist; they are made in one transaction."""
    from django.db import transaction

    from claimkeep.apps.access.roles import Actor
    from claimkeep.apps.organization import actions as organization
    from claimkeep.apps.organization.models import Practice

    row = Practice.objects.filter(name=PRACTICE).first()
    if row is None:
        now = installation.now()
        sign_ins = _sign_ins(there)
        with transaction.atomic():
            row = organization.found_practice(name=PRACTICE, by=BY, now=now)
            for email, name, role in PEOPLE:
                _add_person(sign_ins[email], email, name, role, row, now)
    return Actor(BY, row.pk, "job")


def _sign_ins(there: files.Kept) -> dict[str, dict[str, str]]:
    """Random passwords and second-factor seeds of the demo's people, kept among the keys."""
    path = there.wire_key.with_name("demo-sign-ins.json")
    fresh = {
        email: {"password": secrets.token_urlsafe(12), "seed": b32encode(secrets.token_bytes(20)).decode()}
        for email, _, _ in PEOPLE
    }
    files.write_secret(path, text.dumps(fresh).encode())
    found: dict[str, dict[str, str]] = text.loads(path.read_text())
    return found


def _add_person(sign_in: dict[str, str], email: str, name: str, role: str, practice: Practice, now: datetime) -> None:
    from allauth.mfa.models import Authenticator

    from claimkeep.apps.access import actions as access
    from claimkeep.edge.web import seeds

    person = access.add_person(
        email=email,
        name=name,
        password=sign_in["password"],
        practice_id=practice.pk,
        role=role,
        by=BY,
        now=now,
    )
    seed = seeds.sealed(sign_in["seed"], person.pk)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": seed})


def _connect(actor: Actor, clearinghouse: running.Running) -> None:
    from claimkeep.apps.organization import actions as organization

    organization.connect_clearinghouse(
        actor=actor,
        now=installation.now(),
        name="PRACTICE CLEARINGHOUSE",
        host=clearinghouse.host,
        port=clearinghouse.port,
        username="claimkeep",
        host_key=clearinghouse.host_key,
        sender_id="CLAIMKEEPDEMO",
        receiver_id="PRACTICEBOX",
        submitter_id="DEMO01",
        submitter_name="SYNTHETIC BILLING",
        contact_name="DEMO BILLER",
        contact_phone="5555550100",
        usage="T",
        simulated=True,
    )


def run_day(actor: Actor, there: files.Kept, plan: Plan) -> None:
    """The whole day: what of it was done before changes nothing."""
    from claimkeep.edge.jobs.import_visits import import_visits
    from claimkeep.edge.jobs.submit import submit_claims
    from claimkeep.edge.jobs.wire import open_wire

    with speech.progress("Visits in", plan.visits) as advance:
        for bundle in visits.bundles(plan.visits, plan.seed, date.fromisoformat(plan.day), VISITS_A_BUNDLE):
            import_visits(bundle, actor=actor, now=installation.now())
            advance(VISITS_A_BUNDLE)
    with open_wire(actor, there.wire_key) as wire:
        with speech.progress("Claims out", None):
            submit_claims(wire, actor=actor, now=installation.now())
        with speech.progress("Answers in", None) as advance:
            _receive_all(wire, actor, advance)


def _receive_all(wire: object, actor: Actor, advance: object) -> None:
    """Answers are taken in until looking brings nothing new any more."""
    from claimkeep.edge.jobs.receive import receive_answers

    quiet = 0
    while quiet < LOOKS_WITHOUT_NEWS:
        got = receive_answers(wire, actor=actor, now=installation.now(), step=advance)  # type: ignore[arg-type]
        quiet = 0 if got.files else quiet + 1


def _summary(actor: Actor) -> dict[str, int]:
    """The day in figures, from the rows alone."""
    from claimkeep.edge.jobs.summary import summary

    return summary(actor)


def _tell_sign_ins(there: files.Kept) -> None:
    speech.say("\nSign in as one of these; everybody has a second factor:")
    for email, sign_in in _sign_ins(there).items():
        speech.say(
            f"  {email:<22} password {sign_in['password']}   code now {_code(sign_in['seed'])}   seed {sign_in['seed']}"
        )
    speech.say(
        "  A code holds for 30 seconds: `claimkeep demo-code ADDRESS` gives the next one, and the seed fits any\n"
        "  authenticator.\n"
    )


def _code(seed: str) -> str:
    return TOTP(b32decode(seed), 6, SHA1(), 30, enforce_key_length=False).generate(int(time.time())).decode()


def demo_code(email: Annotated[str, typer.Argument(help="A demo person's address.")]) -> int:
    """Print the code that a demo person's authenticator would show now."""
    there = installation.open_existing()
    path: Path = there.wire_key.with_name("demo-sign-ins.json")
    known = text.loads(path.read_text()) if path.exists() else {}
    if email not in known:
        raise SetupError("there is no such demo person in this data folder")
    print(_code(known[email]["seed"]))
    return speech.DONE
