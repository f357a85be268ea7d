"""Keys change while processes read, edit, search and import, and while the process that changes them is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from tests.journeys.days import LIMIT_S, PROJECT, Installation, installation

PATIENTS = 60
WORLD = f"""
import json, os, random, signal, sys, time
sys.path.insert(0, {str(PROJECT)!r})
from datetime import UTC, datetime
from django.db import connections, transaction
from claimkeep.apps.claims.models import ClaimVersion
from claimkeep.apps.organization.models import Practice
from claimkeep.apps.coverage import tables as plans
from claimkeep.apps.patients import queries as patients
from claimkeep.apps.patients import tables as people
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault import actions, keyring, rotation
from claimkeep.apps.vault import queries as vault
from claimkeep.apps.vault.models import SYSTEM, DataKey, Document, Token
from claimkeep.engine.crypto.keyring import Purpose
from tests.apps.vault.test_rotation import everything, raw_marks
from tests.apps.world import Place, person, place, visit
from claimkeep.apps.access.roles import Actor

keyring.FRESH_S = 0.3
SEALING = (Purpose.FIELD, Purpose.DOCUMENT, Purpose.INDEX)

def hand(settle_s):
    return rotation.Hand("system:test", lambda: datetime.now(UTC), time.sleep, settle_s=settle_s)

def here():
    return Place(Actor("system:test", Practice.objects.get().pk, "job"))

def held():
    there = here()
    mine = there.actor.practice_id
    marks = {{key for _, _, key in raw_marks(mine)}}
    keys = {{key for p in SEALING for key in rotation.key_ids(mine, p)}}
    index = rotation.key_ids(mine, Purpose.INDEX)
    tokens = set(Token.objects.values_list("key_id", flat=True)) - set(index)
    stages = sorted(set(DataKey.objects.values_list("stage", flat=True)))
    return {{"strange": sorted(marks - keys), "keys": len(keys), "tokens": sorted(tokens), "stages": stages}}
"""

MAKE = f"""
there = place("PRACTICENAME")
there.claims(*(visit(**person(n)) for n in range({PATIENTS})))
print(json.dumps(len(everything(there.actor.practice_id))))
"""

WORKER = f"""
def telephone(key, phone):
    with transaction.atomic():
        index = keyring.index_for_writing(mine)
        row = Patient.objects.select_for_update().get(pk=key)
        assert row.phone == last.get((key, "phone"), "5555550100"), "an edit was lost"
        row.phone = last[key, "phone"] = phone
        row.save()
        tokens = list(people.tokens(index, {{name: getattr(row, name) for name in people.SEARCHED.facts}}))
        tokens += [t for c in row.coverages.all() for t in plans.tokens(index, {{"member_id": c.member_id}})]
        actions.replace_tokens(key, tokens, key_id=index.key_id)

number, folder = int(sys.argv[1]), sys.argv[2]
there, done, last = here(), 0, {{}}
mine = there.actor.practice_id
rows = list(Patient.objects.order_by("number").values_list("pk", "number"))
documents = list(Document.objects.values_list("pk", flat=True))
open(f"{{folder}}/ready{{number}}", "w").close()
while not os.path.exists(f"{{folder}}/stop"):
    done += 1
    key, _ = random.choice(rows[number::2])
    if done % 2:
        row = Patient.objects.get(pk=key)
        assert row.address1 == last.get((key, "address1"), "1 SYNTHETIC STREET"), "an edit was lost"
        row.address1 = last[key, "address1"] = f"{{number}} {{done}} SYNTHETIC STREET"
        row.save()
    else:
        telephone(key, f"555{{number}}{{done:06d}}")
    which = random.randrange({PATIENTS})
    found = patients.search(there.actor, now=datetime.now(UTC), last_name=f"LASTNAME{{which:05d}}")
    assert len(found) == 1, "a patient was not found"
    for person_ in random.sample(rows, 10):
        assert Patient.objects.get(pk=person_[0]).last_name.startswith("LASTNAME")
    assert vault.document_bytes(mine, random.choice(documents)).startswith(b"ISA")
    if done % 10 == 0:
        again = there.receive(visit(**person(which)), visit(**person(1_000_000 * (number + 1) + done)))
        assert (again.unchanged, again.patients) == (1, 1), "a person was not known again"
print(json.dumps({{"done": done, "last": {{f"{{key}} {{name}}": v for (key, name), v in last.items()}}}}))
"""

ROTATE = """
folder = sys.argv[1]
mine = here().actor.practice_id
targets = [(mine, p) for p in SEALING] + [(SYSTEM, Purpose.FIELD)]
before = {target: set(rotation.key_ids(*target)) for target in targets}
for _ in range(2):
    rotation.rotate(targets, hand(2.5))
    rotation.rotate_practice_key(mine, hand(2.5))
    rotation.rotate_master(hand(2.5))
open(f"{folder}/stop", "w").close()
print(json.dumps(not any(before[target] & set(rotation.key_ids(*target)) for target in targets)))
"""

LOOK = """
keyring.forget()
print(json.dumps(held() | {
    "edited": {f"{p.pk} {name}": getattr(p, name) for p in Patient.objects.all() for name in ("phone", "address1")}
}))
"""

KILLED = """
there = here()
mine = there.actor.practice_id
before = everything(mine)
targets = [(mine, p) for p in SEALING]

def child(work):
    connections.close_all()
    keyring.forget()
    process = os.fork()
    if not process:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return process

def whole():
    rotation.rotate(targets, hand(0.05))
    rotation.rotate_practice_key(mine, hand(0.05))
    rotation.rotate_master(hand(0.05))

begun = time.monotonic()
assert os.waitpid(child(whole), 0)[1] == 0
seconds = time.monotonic() - begun
chance, stages, killed = random.Random(7), set(), 0
while killed < 15:  # a run that had ended before its moment does not count
    process = child(whole)
    time.sleep(chance.uniform(0, seconds))
    os.kill(process, signal.SIGKILL)
    was_killed = os.WIFSIGNALED(os.waitpid(process, 0)[1])
    killed += was_killed
    seconds *= 1 if was_killed else 0.9
    stages |= set(DataKey.objects.values_list("stage", flat=True))
    keyring.forget()
    assert everything(mine) == before
    assert len(patients.search(there.actor, now=datetime.now(UTC), last_name="LASTNAME00007")) == 1
while rotation.begun(targets):
    rotation.rotate(targets, hand(0.05))
whole()
keyring.forget()
assert everything(mine) == before
assert there.receive(visit(**person(7))).unchanged == 1
print(json.dumps(held() | {"killed": killed, "met": sorted(stages)}))
"""


def said(place: Installation, program: str) -> Any:
    return json.loads(place.python(WORLD + program))


def start(place: Installation, program: str, *arguments: str) -> subprocess.Popen[str]:
    ready = "from claimkeep.edge.cli import installation; installation.open_existing()\n"
    return subprocess.Popen(
        [sys.executable, "-c", ready + WORLD + program, *arguments], env=place.environment(), cwd=place.root,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def made(place: Installation) -> None:
    """An installation with patients, frozen claims and documents."""
    first = "from claimkeep.edge.cli import installation; installation.create()"
    assert json.loads(place.python(WORLD + MAKE, first=first)) > PATIENTS * 20


def test_while_all_keys_change_twice_no_read_fails_and_no_edit_is_lost() -> None:
    with installation() as place:
        made(place)
        workers = [start(place, WORKER, str(n), str(place.root)) for n in range(2)]
        while not all((place.root / f"ready{n}").exists() for n in range(2)):
            assert all(worker.poll() is None for worker in workers), workers[0].communicate()[1][-2000:]
        rotating = start(place, ROTATE, str(place.root))
        out, err = rotating.communicate(timeout=LIMIT_S)
        (place.root / "stop").touch()
        ends = [worker.communicate(timeout=LIMIT_S) for worker in workers]
        assert rotating.returncode == 0, err[-2000:]
        assert json.loads(out)
        assert [worker.returncode for worker in workers] == [0, 0], [end[1][-2000:] for end in ends]
        told = [json.loads(end[0]) for end in ends]
        assert all(one["done"] >= 10 for one in told)
        now = said(place, LOOK)
        for one in told:
            assert {key: now["edited"][key] for key in one["last"]} == one["last"]
        assert (now["strange"], now["tokens"], now["keys"], now["stages"]) == ([], [], 3, ["steady"])


def test_a_change_of_keys_that_is_killed_at_any_moment_is_gone_on_with_and_loses_nothing() -> None:
    with installation() as place:
        made(place)
        now = said(place, KILLED)
        assert (now["strange"], now["tokens"], now["keys"], now["stages"]) == ([], [], 3, ["steady"])
        assert now["killed"] == 15
        assert len(now["met"]) > 1  # it was killed in the middle, not only before or after


OPEN = """
waited = []

def wait(seconds):
    waited.append(seconds)
    if len(waited) == 3:
        other.commit()

mine = here().actor.practice_id
other = connections.create_connection("default")
other.set_autocommit(False)
with other.cursor() as cursor:
    cursor.execute("SELECT 1")
patient_hand = rotation.Hand("system:test", lambda: datetime.now(UTC), wait, settle_s=0)
rotation.rotate([(mine, Purpose.FIELD)], patient_hand)
went = len(waited)
with other.cursor() as cursor:
    cursor.execute("SELECT 1")
try:
    rotation.rotate([(mine, Purpose.FIELD)], patient_hand)
    stopped = ""
except Exception as error:
    stopped = str(error)
stage = DataKey.objects.get(practice_id=mine, purpose="field").stage
other.close()
print(json.dumps({"waited": went, "stopped": stopped, "stage": stage}))
"""


def test_a_transaction_that_was_open_before_the_new_key_sealed_is_waited_for() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nobody else's transaction is open while values are sealed anew")
    with installation() as place:
        made(place)
        now = said(place, OPEN)
        assert now["waited"] == 3
        assert "a transaction from before the new key is still open" in now["stopped"] and now["stage"] == "promoted"
