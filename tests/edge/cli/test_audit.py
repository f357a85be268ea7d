"""`claimkeep audit`: heads kept elsewhere, proofs of one event, and an export that verifies without this product."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from claimkeep.apps.audit import queries
from claimkeep.apps.audit.models import Event, SignedHead
from claimkeep.apps.vault import keyring
from claimkeep.edge.cli import serve
from claimkeep.edge.jobs import anchor
from claimkeep.engine.crypto import checkpoint, merkle
from claimkeep.engine.terms.errors import AuditError
from tests.apps.world import NOW, Place, person, visit
from tests.edge.cli.conftest import Command

PATIENT = ("LASTNAME", "FIRSTNAME", "1970")


def sql(statement: str) -> None:
    """A statement of somebody who takes the triggers away first."""
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            on = " ON audit_event" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS audit_event_no_{verb}{on}")
        cursor.execute(statement)


def check(*arguments: object, bare: bool = False) -> subprocess.CompletedProcess[str]:
    """The exported script, run where neither Claimkeep nor, when `bare`, any other package can be imported."""
    flags = ["-I", "-S"] if bare else ["-I"]
    command = [sys.executable, *flags, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)


@pytest.fixture
def exported(here: Place, claimkeep: Command, tmp_path: Path) -> Path:
    """An export of a log that grew between two heads."""
    here.receive(visit())
    claimkeep("audit", "anchor", "--to", tmp_path / "anchors.txt")
    here.claims(visit(**person(2)))
    assert claimkeep("audit", "export", "--out", tmp_path / "out").code == 0
    return tmp_path / "out"


def test_an_anchor_is_printed_and_added_to_its_file_once(here: Place, claimkeep: Command, tmp_path: Path) -> None:
    here.receive(visit())
    file = tmp_path / "anchors.txt"
    said = claimkeep("audit", "anchor", "--to", file)
    assert (said.code, said.out) == (0, file.read_text())
    claimkeep("audit", "anchor", "--to", file)
    assert file.read_text() == said.out
    here.receive(visit(**person(2)))
    claimkeep("audit", "anchor", "--to", file)
    assert [one.size < queries.size() for one in anchor.opened(file)] == [True, False]
    verified = claimkeep("audit", "verify", "--anchor", file, "--json")
    assert (verified.code, verified.json["anchored"]) == (0, queries.size())
    assert "no anchor was given" not in verified.err and "no anchor was given" in claimkeep("audit", "verify").err


def test_a_log_that_was_cut_behind_its_own_back_is_found_by_the_anchor(
    here: Place, claimkeep: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.receive(visit())
    monkeypatch.setenv("CLAIMKEEP_AUDIT_ANCHORS", str(tmp_path / "anchors.txt"))
    claimkeep("audit", "anchor")
    monkeypatch.setattr(queries, "_batches", lambda *_: iter(()))
    monkeypatch.setattr(queries, "frontier", lambda _: queries.Frontier())
    said = claimkeep("audit", "verify", "--json")
    assert (said.code, said.json["ok"], said.json["first_bad"]) == (1, False, 1)


@pytest.mark.parametrize("spoil", ["missing", "empty", "other", "cut"])
def test_anchors_that_cannot_be_used_are_told_in_one_line(
    here: Place, claimkeep: Command, tmp_path: Path, spoil: str
) -> None:
    here.receive(visit())
    file = tmp_path / "anchors.txt"
    claimkeep("audit", "anchor", "--to", file)
    text = file.read_text()
    file.write_text({"empty": "", "other": text.replace("claimkeep/", "claimkeep/0"), "cut": text[:60]}.get(spoil, ""))
    if spoil == "missing":
        file.unlink()
    said = claimkeep("audit", "verify", "--anchor", file)
    assert said.code == 2 and said.err.count("\n") == 1 and "anchor" in said.err


def test_the_worker_anchors_when_the_log_has_grown_for_an_hour(here: Place, tmp_path: Path) -> None:
    file = tmp_path / "anchors.txt"
    here.receive(visit())
    assert anchor.anchor_when_due(file, now=NOW)
    here.receive(visit(**person(2)))
    assert not anchor.anchor_when_due(file, now=NOW + timedelta(minutes=59))
    assert anchor.anchor_when_due(file, now=NOW + timedelta(minutes=60))
    assert not anchor.anchor_when_due(file, now=NOW + timedelta(minutes=180))
    assert len(anchor.opened(file)) == 2


def test_a_head_signed_for_something_else_does_not_put_off_the_anchor(here: Place, tmp_path: Path) -> None:
    file = tmp_path / "anchors.txt"
    here.receive(visit())
    anchor.anchor(None, now=NOW)
    assert anchor.anchor_when_due(file, now=NOW)
    here.receive(visit(**person(2)))
    anchor.anchor(None, now=NOW + timedelta(minutes=59))
    assert anchor.anchor_when_due(file, now=NOW + timedelta(minutes=61))
    assert anchor.opened(file)[-1].size == queries.size()


def test_a_file_of_anchors_that_was_emptied_or_changed_is_told_and_not_gone_on_with(
    here: Place, tmp_path: Path
) -> None:
    file = tmp_path / "anchors.txt"
    here.receive(visit())
    anchor.anchor_when_due(file, now=NOW)
    for text in ("", file.read_text().replace("claimkeep/", "claimkeep/0")):
        file.write_text(text)
        with pytest.raises(AuditError):
            anchor.anchor_when_due(file, now=NOW + timedelta(hours=2))
        assert file.read_text() == text


def test_a_head_this_database_signed_is_compared_too(here: Place, claimkeep: Command) -> None:
    here.receive(visit())
    claimkeep("audit", "anchor")
    said = claimkeep("audit", "verify", "--json")
    assert (said.code, said.json["anchored"]) == (0, 0), "it vouches for nothing: it stands in the same database"
    here.receive(visit(**person(2)))
    last = SignedHead.objects.get()
    wrong = checkpoint.Checkpoint(checkpoint.parse(last.note)[0].origin, last.size + 1, bytes(32), NOW)
    SignedHead.objects.create(size=last.size + 1, at=NOW, note=checkpoint.signed(wrong, keyring.signer()))
    said = claimkeep("audit", "verify", "--json")
    assert (said.code, said.json["ok"], said.json["first_bad"]) == (1, False, last.size + 1)


def test_a_round_of_the_worker_says_why_it_could_not_anchor(
    here: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.receive(visit())
    assert serve._anchor() == []
    monkeypatch.setenv("CLAIMKEEP_AUDIT_ANCHORS", str(tmp_path / "no folder" / "anchors.txt"))
    [why] = serve._anchor()
    assert "an anchor cannot be written to anchors.txt" in why
    monkeypatch.setenv("CLAIMKEEP_AUDIT_ANCHORS", str(tmp_path / "anchors.txt"))
    assert serve._anchor() == [] and (tmp_path / "anchors.txt").exists()


@pytest.mark.parametrize("bare", [False, True])
def test_an_export_verifies_without_this_product(exported: Path, tmp_path: Path, bare: bool) -> None:
    said = check(exported / "verify.py", exported, tmp_path / "anchors.txt", bare=bare)
    events = Event.objects.count()
    assert said.returncode == 0, said.stderr
    assert f"{events} events agree with 2 signed heads and 1 anchors" in said.stdout
    assert ("3 signatures are right" in said.stdout) is (not bare or shutil.which("openssl") is not None)
    assert "no anchor was given" in check(exported / "verify.py", exported).stdout


def test_an_export_holds_no_value_of_a_patient_and_is_private(exported: Path) -> None:
    text = "".join(file.read_text() for file in exported.iterdir())
    assert not [value for value in PATIENT if value in text]
    assert stat.S_IMODE(exported.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("events.jsonl", '"seq":2,', '"seq":2 ,'),
        ("events.jsonl", "system:test", "system:tess"),
        ("heads.txt", "claimkeep/", "claimkeep/0"),
        ("heads.txt", "\n2026", "\n2025"),
        ("keys.txt", "", ""),
    ],
)
def test_one_altered_byte_of_an_export_is_found(exported: Path, name: str, old: str, new: str) -> None:
    file = exported / name
    text = file.read_text()
    changed = text.replace(old, new, 1) if old else text[:5] + ("A" if text[5] != "A" else "B") + text[6:]
    assert changed != text
    file.write_text(changed)
    said = check(exported / "verify.py", exported)
    assert said.returncode == 1 and said.stderr


def test_missing_and_swapped_lines_of_an_export_are_found(exported: Path, tmp_path: Path) -> None:
    file = exported / "events.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    for changed in (
        lines[:-1],
        lines[1:],
        [lines[1], lines[0], *lines[2:]],
        lines[:1] + lines[2:],
        [*lines, lines[-1]],
    ):
        file.write_text("".join(changed))
        assert check(exported / "verify.py", exported).returncode == 1
    file.write_text("".join(lines))
    assert check(exported / "verify.py", exported).returncode == 0


def test_an_export_made_by_an_owner_who_wrote_the_log_anew_is_found_by_the_anchor(
    exported: Path, claimkeep: Command, tmp_path: Path
) -> None:
    other = "".join(line for line in (tmp_path / "anchors.txt").read_text())
    lines = (exported / "events.jsonl").read_bytes().splitlines()
    head, _ = checkpoint.parse(other)
    lines[0] = lines[0].replace(b'"tag":"', b'"tag":"x')
    frontier, _ = merkle.Frontier().and_then([merkle.leaf(line) for line in lines])
    forged = checkpoint.Checkpoint(head.origin, len(lines), frontier.root(), head.at)
    (exported / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    (exported / "heads.txt").write_text(checkpoint.signed(forged, keyring.signer()))
    assert check(exported / "verify.py", exported).returncode == 0
    said = check(exported / "verify.py", exported, tmp_path / "anchors.txt")
    assert said.returncode == 1 and "does not agree with the head" in said.stderr


def test_one_event_is_shown_to_be_in_the_log_without_the_others(
    exported: Path, claimkeep: Command, tmp_path: Path
) -> None:
    said = claimkeep("audit", "prove", 2)
    assert said.code == 0
    told = json.loads(said.out)
    (tmp_path / "proof.json").write_text(said.out)
    (tmp_path / "head.txt").write_text(told["head"])
    arguments = (exported / "verify.py", exported, "--proof", tmp_path / "proof.json", tmp_path / "head.txt")
    assert f"event 2 is in the log of {told['size']} events" in check(*arguments).stdout
    (tmp_path / "proof.json").write_text(
        json.dumps(told | {"line": told["line"].replace("system:test", "system:tess")})
    )
    assert check(*arguments).returncode == 1
    said = claimkeep("audit", "prove", told["size"] + 1)
    assert said.code == 2 and "the log ends at" in said.err


def test_an_export_is_not_written_over_something(exported: Path, claimkeep: Command) -> None:
    said = claimkeep("audit", "export", "--out", exported)
    assert said.code == 2 and "not empty" in said.err


def test_a_changed_log_is_exported_as_it_stands_and_its_script_tells(
    here: Place, claimkeep: Command, tmp_path: Path
) -> None:
    here.receive(visit())
    sql("UPDATE audit_event SET subject = 'patient:other' WHERE seq = 2")
    assert claimkeep("audit", "export", "--out", tmp_path / "out").code == 0
    said = check(tmp_path / "out" / "verify.py", tmp_path / "out")
    assert said.returncode == 1 and "does not agree" in said.stderr
