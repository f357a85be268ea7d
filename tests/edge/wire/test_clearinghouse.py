"""The wire against a real SFTP server in a process of its own, on loopback."""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import asyncssh
import pytest

from claimkeep.edge.simulator.exchange import FOLDERS
from claimkeep.edge.simulator.running import Running, start
from claimkeep.edge.simulator.sealed_store import SealedStore
from claimkeep.edge.simulator.server import public_line
from claimkeep.edge.wire.clearinghouse import Clearinghouse
from claimkeep.engine.terms.errors import WireError

DATA = b"ISA*00*" + bytes(range(48, 90)) * 4000


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with start(tmp_path_factory.mktemp("box")) as running:
        yield running


@pytest.fixture
def name(request):
    return f"{zlib.crc32(request.node.name.encode())}.837"


def _wire(box: Running, **changes) -> Clearinghouse:
    return Clearinghouse(
        **{
            "host": box.host,
            "port": box.port,
            "username": "practice",
            "client_key_path": box.client_key_path,
            "host_key": box.host_key,
            **changes,
        }
    )


def _copies(box: Running, name: str) -> list[bytes]:
    """What the other side keeps of a file, wherever it lies."""
    store = SealedStore(box.client_key_path.parent, FOLDERS)
    return [store.read(folder, name) for folder in ("in", "archive") if store.holds(folder, name)]


def test_a_file_arrives_whole_and_an_answer_comes_back_and_goes(box, name):
    with _wire(box) as wire:
        before = set(wire.waiting())
        assert not wire.holds(name)
        wire.put_once(name, DATA)
        assert wire.holds(name)
        answers = set(wire.waiting()) - before
        assert answers
        for answer in answers:
            assert wire.fetch(answer)
            wire.done(answer)
        assert set(wire.waiting()) == before
    assert _copies(box, name) == [DATA]


def test_the_same_file_again_is_not_sent_again(box, name):
    with _wire(box) as wire:
        wire.put_once(name, DATA)
        answers = wire.waiting()
        wire.put_once(name, DATA)
        assert wire.waiting() == answers
    assert _copies(box, name) == [DATA]


def test_other_bytes_under_a_name_already_sent_are_refused(box, name):
    with _wire(box) as wire:
        wire.put_once(name, DATA)
        with pytest.raises(WireError, match="another size"):
            wire.put_once(name, DATA + b"~")
    assert _copies(box, name) == [DATA]


def test_a_host_that_shows_another_key_is_not_spoken_to(box, name):
    stranger = public_line(asyncssh.generate_private_key("ssh-ed25519"))
    with pytest.raises(WireError, match="not the pinned one"), _wire(box, host_key=stranger) as wire:
        wire.put_once(name, DATA)
    assert _copies(box, name) == []


def test_a_host_without_a_key_of_the_pinned_kind_is_not_spoken_to(box):
    # either side may be the first to see that they have no kind of key in common and to hang up
    stranger = public_line(asyncssh.generate_private_key("ecdsa-sha2-nistp256"))
    with pytest.raises(WireError, match=r"pinned kind|lost"), _wire(box, host_key=stranger):
        pass


def test_a_pinned_key_that_is_no_key_is_refused_before_any_connection():
    with pytest.raises(WireError, match="pinned host key cannot be read"):
        Clearinghouse("127.0.0.1", 1, "practice", Path("none"), "ssh-ed25519 nonsense")


def test_a_client_key_the_host_does_not_know_is_refused_in_one_line(box, tmp_path):
    path = tmp_path / "other_key"
    path.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    with pytest.raises(WireError, match="refused our key") as refusal, _wire(box, client_key_path=path):
        pass
    assert "\n" not in str(refusal.value)


def test_nobody_listening_is_a_wire_error(box):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(WireError, match="nobody listens there"), _wire(box, port=port):
        pass


def test_a_host_that_never_speaks_is_a_wire_error(box):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        with (
            pytest.raises(WireError, match=r"in time|failed|lost"),
            _wire(box, port=mute.getsockname()[1], timeout_s=0.5),
        ):
            pass


def test_a_missing_private_key_is_a_wire_error(box, tmp_path):
    with pytest.raises(WireError, match="private key is not there"), _wire(box, client_key_path=tmp_path / "none"):
        pass


def test_an_answer_that_is_not_there_is_a_wire_error_and_removing_it_is_already_done(box):
    with _wire(box) as wire:
        with pytest.raises(WireError, match="no such file"):
            wire.fetch("nothing.835")
        wire.done("nothing.835")


@pytest.mark.parametrize("wrong", ["", "../up", "a/b", ".hidden", "..", "a\nb", "x" * 300])
def test_a_name_that_could_lead_elsewhere_is_refused(box, wrong):
    with _wire(box) as wire:
        for call in (wire.holds, wire.fetch, wire.done, lambda each: wire.put_once(each, b"")):
            with pytest.raises(WireError, match="file name"):
                call(wrong)


def test_an_error_never_says_a_word_of_the_file(box, name):
    with _wire(box) as wire:
        wire.put_once(name, DATA)
        with pytest.raises(WireError) as refusal:
            wire.put_once(name, b"LASTNAME00042")
    assert "LASTNAME" not in str(refusal.value) and refusal.value.__cause__ is None


def test_it_works_from_inside_somebody_elses_loop(box, name):
    async def caller():
        with _wire(box) as wire:
            wire.put_once(name, DATA)
            return wire.holds(name)

    assert asyncio.run(caller())


PLAIN_SERVER = """
import asyncio, sys, asyncssh
async def serve(root):
    acceptor = await asyncssh.listen(
        "127.0.0.1", 0, server_host_keys=[root + "/host_key"], authorized_client_keys=root + "/client_key.pub",
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=root + "/files"))
    print(acceptor.get_port(), flush=True)
    await asyncio.Event().wait()
asyncio.run(serve(sys.argv[1]))
"""


@pytest.fixture
def plain(tmp_path):
    """An SFTP server that is nobody's clearinghouse: folders on a disk, as most of them are."""
    for key in ("host_key", "client_key"):
        made = asyncssh.generate_private_key("ssh-ed25519")
        (tmp_path / key).write_bytes(made.export_private_key())
        (tmp_path / f"{key}.pub").write_bytes(made.export_public_key())
    for folder in ("in", "out/folder", "archive"):
        (tmp_path / "files" / folder).mkdir(parents=True)
    command = [sys.executable, "-c", PLAIN_SERVER, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline())
    host_key = (tmp_path / "host_key.pub").read_text()
    yield tmp_path / "files", Clearinghouse("127.0.0.1", port, "practice", tmp_path / "client_key", host_key)
    process.kill()
    process.communicate()


def test_a_server_that_only_keeps_folders_is_served_as_well(plain):
    folder, wire = plain
    (folder / "out" / "an answer (1).835").write_bytes(DATA)
    (folder / "out" / ".hidden").write_bytes(b"")
    with wire:
        wire.put_once("one.837", DATA)
        assert (folder / "in" / "one.837").read_bytes() == DATA and not (folder / "in" / "one.837.part").exists()
        assert wire.waiting() == ["an answer (1).835"]
        assert wire.fetch("an answer (1).835") == DATA
        wire.done("an answer (1).835")
        assert wire.waiting() == []
        (folder / "in" / "one.837").rename(folder / "archive" / "one.837")
        wire.put_once("one.837", DATA)
        assert list((folder / "in").iterdir()) == []


def test_an_upload_cut_short_last_time_is_written_over(plain):
    folder, wire = plain
    (folder / "in" / "one.837.part").write_bytes(DATA + b"more than the file itself")
    with wire:
        wire.put_once("one.837", DATA)
    assert [path.name for path in (folder / "in").iterdir()] == ["one.837"]
    assert (folder / "in" / "one.837").read_bytes() == DATA


class StoppedError(Exception):
    """The client's machine stopped."""


def _stop_before(original, count):
    calls = iter(range(count + 1))

    async def stopping(*args, **kwargs):
        if next(calls) == count:
            raise StoppedError
        return await original(*args, **kwargs)

    return stopping


def _stop_after(original):
    async def stopping(*args, **kwargs):
        await original(*args, **kwargs)
        raise StoppedError

    return stopping


STEPS = {
    "before the part is opened": ("SFTPClient", "open", None),
    "with an empty part": ("SFTPClientFile", "write", 0),
    "in the middle of the part": ("SFTPClientFile", "write", 3),
    "before the rename": ("SFTPClient", "rename", 0),
    "after the rename": ("SFTPClient", "rename", "after"),
}


@pytest.mark.parametrize("step", list(STEPS))
def test_a_crash_between_any_two_steps_and_a_second_try_leave_exactly_one_file(box, name, step, monkeypatch):
    kind, method, when = STEPS[step]
    owner = getattr(asyncssh, kind)
    original = getattr(owner, method)
    if when is None:
        monkeypatch.setattr(owner, method, lambda *_args, **_kwargs: (_ for _ in ()).throw(StoppedError()))
    else:
        monkeypatch.setattr(owner, method, _stop_after(original) if when == "after" else _stop_before(original, when))
    with pytest.raises(StoppedError), _wire(box) as wire:
        wire.put_once(name, DATA)
    monkeypatch.undo()
    with _wire(box) as wire:
        wire.put_once(name, DATA)
    assert _copies(box, name) == [DATA]


def test_a_host_that_comes_back_is_spoken_to_again_on_the_same_wire(tmp_path):
    box = start(tmp_path)
    with _wire(box) as wire:
        wire.put_once("first.837", DATA)
        box.kill()
        with pytest.raises(WireError):
            wire.waiting()
        with start(tmp_path, port=box.port) as again:
            assert again.host_key == box.host_key
            assert wire.holds("first.837")
            wire.put_once("second.837", DATA)
        assert _copies(box, "second.837") == [DATA]


def test_a_host_killed_at_any_moment_of_a_send_ends_with_exactly_one_file_answered_once(tmp_path):
    chance = random.Random(5)
    for turn in range(4):
        name = f"turn-{turn}.837"
        box = start(tmp_path)
        killer = threading.Timer(chance.random() * 0.15, box.kill)
        killer.start()
        try:
            with _wire(box, timeout_s=10) as wire:
                wire.put_once(name, DATA)
        except WireError:
            pass
        killer.join()
        with start(tmp_path) as again, _wire(again) as wire:
            wire.put_once(name, DATA)
            assert _copies(again, name) == [DATA]
            assert len(wire.waiting()) == len(set(wire.waiting())) == turn + 1
