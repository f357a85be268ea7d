"""The box as a process: what a client may do, what lies on its disk, what it remembers when it is killed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import stat
import subprocess
import sys
import threading

import asyncssh
import pytest
import tink

from claimkeep.edge.simulator.exchange import FOLDERS, Exchange
from claimkeep.edge.simulator.misbehaviour import Misbehaviour
from claimkeep.edge.simulator.running import start
from claimkeep.edge.simulator.sealed_store import SealedStore
from claimkeep.edge.wire.clearinghouse import Clearinghouse
from claimkeep.engine.terms.errors import WireError


def wire(box) -> Clearinghouse:
    return Clearinghouse(box.host, box.port, "practice", box.client_key_path, box.host_key)


@pytest.fixture
def claims_file(bill, line, write):
    def made(number: int = 1, claims: int = 30) -> bytes:
        bills = [bill(f"F{number}C{n}", [line(), line("J3420", "18")], member=f"M{n:08d}") for n in range(claims)]
        return write(bills, control=number)

    return made


def test_a_file_is_answered_moved_to_the_archive_and_taken_no_second_time(tmp_path, claims_file):
    with start(tmp_path) as box, wire(box) as open_wire:
        open_wire.put_once("one.837", claims_file())
        kinds = [name.partition("-")[2] for name in open_wire.waiting()]
        assert kinds == ["ta1.x12", "999.x12", "277.x12", "277-SYNTH01.x12", "835-SYNTH01.x12"]
        assert (tmp_path / "archive" / "one.837").exists() and not (tmp_path / "in" / "one.837").exists()
        open_wire.put_once("one.837", claims_file())
        assert len(open_wire.waiting()) == 5


def test_nothing_readable_lies_on_the_disk_or_in_the_log(tmp_path, claims_file):
    root = tmp_path / "root"
    command = [sys.executable, "-m", "claimkeep.edge.simulator", "--root", str(root), "--misbehave", "late"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    try:
        where = json.loads(process.stdout.readline())
        key = root / "client_key"
        with Clearinghouse(where["host"], where["port"], "practice", key, where["host_key"]) as open_wire:
            open_wire.put_once("one.837", claims_file())
            assert any(b"LASTNAME" in open_wire.fetch(name) for name in open_wire.waiting())
    finally:
        process.terminate()
        out, err = process.communicate()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.parent.name == "records" for path in files) and any(path.parent.name == "staged" for path in files)
    for told in (out, err, *(path.read_bytes() for path in files)):
        for secret in (b"LASTNAME", b"FIRSTNAME", b"M00000001", b"19700101", b"SYNTHETIC STREET"):
            assert secret not in told
    assert not any("LASTNAME" in path.name for path in files)


def test_keys_and_files_are_their_owners_alone(tmp_path, claims_file):
    with start(tmp_path) as box, wire(box) as open_wire:
        open_wire.put_once("one.837", claims_file())
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    assert {tmp_path / name for name in ("host_key", "keyset.json", "client_key")} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_the_host_key_stays_the_same_over_a_restart(tmp_path):
    with start(tmp_path) as first:
        pass
    with start(tmp_path) as second:
        assert second.host_key == first.host_key


def test_a_key_of_the_callers_own_opens_the_box_and_no_other(tmp_path):
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "mine").write_bytes(key.export_private_key())
    (tmp_path / "mine.pub").write_bytes(key.export_public_key())
    (tmp_path / "other").write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    with start(tmp_path / "root", authorized_key=tmp_path / "mine.pub") as box:
        assert box.client_key_path is None and not (tmp_path / "root" / "client_key").exists()
        with Clearinghouse(box.host, box.port, "practice", tmp_path / "mine", box.host_key) as open_wire:
            assert open_wire.waiting() == []
        with (
            pytest.raises(WireError, match="refused our key"),
            Clearinghouse(box.host, box.port, "practice", tmp_path / "other", box.host_key),
        ):
            pass


def test_a_box_that_cannot_start_says_so(tmp_path):
    with pytest.raises(WireError, match="did not start"):
        start(tmp_path, misbehave=("rude",))


async def _refused(box, attempt) -> bool:
    """True when the server refuses what the attempt does on an open SFTP session."""
    known = ([asyncssh.import_public_key(box.host_key)], [], [])
    async with (
        asyncssh.connect(
            box.host, box.port, username="x", client_keys=[str(box.client_key_path)], known_hosts=known, config=None
        ) as connection,
        connection.start_sftp_client() as sftp,
    ):
        try:
            await attempt(sftp)
        except asyncssh.SFTPError:
            return True
    return False


async def _write(sftp, path: str) -> None:
    async with sftp.open(path, "wb") as remote:
        await remote.write(b"x")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda sftp: _write(sftp, "in/whole.837"),
        lambda sftp: _write(sftp, "out/forged.part"),
        lambda sftp: _write(sftp, "archive/forged.part"),
        lambda sftp: _write(sftp, "staged/forged.part"),
        lambda sftp: _write(sftp, "../outside.part"),
        lambda sftp: _write(sftp, "in/../../outside.part"),
        lambda sftp: sftp.remove("archive/one.837"),
        lambda sftp: sftp.rename("archive/one.837", "in/again.837"),
        lambda sftp: sftp.posix_rename("in/other.837.part", "in/one.837"),
        lambda sftp: sftp.listdir("records"),
        lambda sftp: sftp.listdir("/etc"),
        lambda sftp: sftp.stat("keyset.json"),
        lambda sftp: sftp.open("../keyset.json", "rb"),
        lambda sftp: sftp.open("/etc/passwd", "rb"),
        lambda sftp: sftp.open("records/00000001.json", "rb"),
        lambda sftp: sftp.mkdir("in/folder"),
        lambda sftp: sftp.symlink("/etc/passwd", "out/link"),
        lambda sftp: sftp.readlink("in/one.837"),
        lambda sftp: sftp.statvfs("."),
    ],
)
def test_a_client_may_do_nothing_but_what_is_offered(served, attempt):
    assert asyncio.run(_refused(served, attempt))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with start(tmp_path_factory.mktemp("box")) as box, wire(box) as open_wire:
        open_wire.put_once("one.837", b"no interchange")
        yield box


def test_there_is_no_shell_behind_the_door(served):
    async def attempt():
        known, keys = ([asyncssh.import_public_key(served.host_key)], [], []), [str(served.client_key_path)]
        async with asyncssh.connect(
            served.host, served.port, username="x", client_keys=keys, known_hosts=known, config=None
        ) as connection:
            with pytest.raises((asyncssh.Error, OSError)):
                await connection.run("id", check=True)

    asyncio.run(attempt())


def test_late_answers_come_after_so_many_looks_and_a_restart_does_not_start_the_count_anew(tmp_path, claims_file):
    def has_835(open_wire) -> bool:
        return any("-835-" in name for name in open_wire.waiting())

    with start(tmp_path, misbehave=("late",)) as box, wire(box) as open_wire:
        open_wire.put_once("one.837", claims_file())
        assert [has_835(open_wire), has_835(open_wire)] == [False, False]
    with start(tmp_path, misbehave=("late",)) as box, wire(box) as open_wire:
        assert has_835(open_wire)


def test_a_box_killed_at_any_moment_answers_every_file_once_with_the_bytes_it_would_have_given(tmp_path, claims_file):
    turns = 6
    with start(tmp_path / "calm", seed=4) as box, wire(box) as open_wire:
        for turn in range(1, turns + 1):
            open_wire.put_once(f"turn{turn}.837", claims_file(turn))
        expected = {name: open_wire.fetch(name) for name in open_wire.waiting()}
    chance = random.Random(8)
    taken: dict[str, bytes] = {}
    for turn in range(1, turns + 1):
        box = start(tmp_path / "rough", seed=4)
        killer = threading.Timer(0.03 + chance.random() * 0.12, box.kill)
        killer.start()
        try:
            with wire(box) as open_wire:
                open_wire.put_once(f"turn{turn}.837", claims_file(turn))
        except WireError:
            pass
        killer.join()
        with start(tmp_path / "rough", seed=4) as box, wire(box) as open_wire:
            open_wire.put_once(f"turn{turn}.837", claims_file(turn))
            for name in open_wire.waiting():
                assert name not in taken
                taken[name] = open_wire.fetch(name)
                open_wire.done(name)
    assert taken == expected


class PowerCutError(Exception):
    """The machine stopped before this step."""


def test_a_stop_before_any_single_write_or_move_loses_and_doubles_nothing(tmp_path, claims_file, monkeypatch):
    """Every durable step of an answer is counted, then the box is stopped before each of them in turn."""
    expected = _answer_stopping_before(tmp_path / "calm", claims_file(), None, monkeypatch)
    steps = expected.pop("steps")
    assert steps > 10
    for step in range(steps):
        told = _answer_stopping_before(tmp_path / f"stop{step}", claims_file(), step, monkeypatch)
        told.pop("steps")
        assert told == expected, step


def _answer_stopping_before(root, data, step, monkeypatch) -> dict:
    taken = 0

    def counted(original):
        def method(*args):
            nonlocal taken
            if taken == step:
                raise PowerCutError
            taken += 1
            return original(*args)

        return method

    store = SealedStore(root, FOLDERS)
    store.write("in", "one.837", data)
    with monkeypatch.context() as patched:
        for name in ("write", "move", "remove"):
            patched.setattr(SealedStore, name, counted(getattr(SealedStore, name)))
        try:
            asyncio.run(Exchange(store, 1, Misbehaviour()).answer("one.837"))
        except PowerCutError:
            pass
    gone = {name: store.read("out", name) for name in store.names("out")}
    for name in gone:
        store.remove("out", name)
    again = SealedStore(root, FOLDERS)
    asyncio.run(Exchange(again, 1, Misbehaviour()).recover())
    assert not set(again.names("out")) & set(gone)
    assert again.names("in") == [] and again.names("archive") == ["one.837"]
    return {**gone, **{name: again.read("out", name) for name in again.names("out")}, "steps": taken}


def test_a_sealed_file_opens_only_under_its_own_name(tmp_path):
    store = SealedStore(tmp_path, ("in",))
    store.write("in", "a.837", b"LASTNAME")
    (tmp_path / "in" / "a.837").rename(tmp_path / "in" / "b.837")
    with pytest.raises(tink.TinkError):
        store.read("in", "b.837")


STARTS_AND_WAITS = """
import sys
from pathlib import Path
from claimkeep.edge.simulator.running import start
print(start(Path(sys.argv[1])).process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system cannot watch a process that is not a child")
def test_a_box_ends_with_whoever_started_it_however_he_ends(tmp_path):
    command = [sys.executable, "-c", STARTS_AND_WAITS, str(tmp_path)]
    starter = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    box = int(starter.stdout.readline())
    watch = os.pidfd_open(box)
    starter.kill()
    starter.communicate()
    try:
        assert select.select([watch], [], [], 60)[0], "the box still runs"
    finally:
        os.close(watch)
