"""The first start makes keys; every later start uses them, and refuses with one line what it must not begin."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from claimkeep.edge.config import files, startup
from claimkeep.engine.crypto import keyring
from claimkeep.engine.terms.errors import SetupError

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LIMIT_S = 120


def contents(root: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def mode(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_secrets_that_only_their_owner_reads(tmp_path: Path) -> None:
    kept = startup.prepare(tmp_path / "data", NOW)
    assert [mode(path) for path in kept.secrets] == [0o600] * 5
    assert [mode(folder) for folder in (kept.root, kept.master_key.parent, kept.certificate.parent)] == [0o700] * 3
    assert [p.name for p in kept.root.rglob(".*")] == []


def test_two_installations_have_no_secret_in_common(tmp_path: Path) -> None:
    first, second = (startup.prepare(tmp_path / name, NOW) for name in ("a", "b"))
    assert not {p.read_bytes() for p in first.secrets} & {p.read_bytes() for p in second.secrets}


def test_a_second_start_leaves_every_file_as_it_is(tmp_path: Path) -> None:
    startup.prepare(tmp_path, NOW)
    before = contents(tmp_path)
    startup.prepare(tmp_path, NOW + timedelta(days=30))
    assert contents(tmp_path) == before


def test_the_certificate_is_of_this_machine_alone_and_no_longer_than_browsers_take(tmp_path: Path) -> None:
    made = x509.load_pem_x509_certificate(startup.prepare(tmp_path, NOW).certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert {str(ip) for ip in names.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1"}
    assert made.not_valid_after_utc - NOW <= timedelta(days=398)
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_key_that_is_missing_beside_a_database_is_not_made_anew(tmp_path: Path, lost: int) -> None:
    kept = startup.prepare(tmp_path, NOW)
    kept.database.write_bytes(b"DATABASE")
    kept.secrets[lost].unlink()
    before = contents(tmp_path)
    with pytest.raises(SetupError, match=kept.secrets[lost].name):
        startup.prepare(tmp_path, NOW)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("lost", [0, 1])
def test_a_key_that_is_missing_though_a_later_one_is_there_is_not_made_anew(tmp_path: Path, lost: int) -> None:
    kept = startup.prepare(tmp_path, NOW)  # the database may be a PostgreSQL that nobody can see from here
    kept.secrets[lost].unlink()
    before = contents(tmp_path)
    with pytest.raises(SetupError, match=kept.secrets[lost].name):
        startup.prepare(tmp_path, NOW)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("made", [1, 2, 3, 4])
def test_a_first_start_that_broke_off_is_gone_on_with(tmp_path: Path, made: int) -> None:
    kept = startup.prepare(tmp_path, NOW)
    before = contents(tmp_path)
    for path in (*kept.secrets[made:], kept.certificate):
        path.unlink()
    startup.prepare(tmp_path, NOW)
    assert all(path.exists() for path in (*kept.secrets, kept.certificate))
    names = [str(p.relative_to(tmp_path)) for p in kept.secrets[:made]]
    assert {name: contents(tmp_path)[name] for name in names} == {name: before[name] for name in names}


def test_a_secret_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret"
    files.write_secret(path, b"FIRST")
    files.write_secret(path, b"SECOND")
    assert path.read_bytes() == b"FIRST"
    assert os.listdir(path.parent) == ["secret"]


def test_a_secret_that_appears_at_the_same_moment_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys" / "secret"
    path.parent.mkdir()
    original = os.fsync

    def meanwhile(handle: int) -> None:
        path.write_bytes(b"OTHER")
        original(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    files.write_secret(path, b"MINE")
    assert path.read_bytes() == b"OTHER"
    assert os.listdir(path.parent) == ["secret"]


# -- whole commands, each in a process of its own ---------------------------------------------------------------------


def claimkeep(root: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Exit code and what the command said on both channels."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CLAIMKEEP_") and k != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "claimkeep.edge.cli", "--data", str(root), *arguments],
        env=kept | settings, cwd=root.parent, capture_output=True, text=True, timeout=LIMIT_S,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation with an empty database."""
    root = tmp_path_factory.mktemp("installation") / "data"
    startup.prepare(root, NOW)
    status, _, said = claimkeep(root, "migrate")
    assert status == 0, said
    yield root
    shutil.rmtree(root)


def other_database_key(kept: files.Kept) -> None:
    kept.database_key.write_text("0" * 64)


def other_master_key(kept: files.Kept) -> None:
    kept.master_key.write_bytes(keyring.new_master())


def no_database_key(kept: files.Kept) -> None:
    kept.database_key.unlink()


def no_master_key(kept: files.Kept) -> None:
    kept.master_key.unlink()


def junk_database_key(kept: files.Kept) -> None:
    kept.database_key.write_text("NOTHEXADECIMAL")


def junk_master_key(kept: files.Kept) -> None:
    kept.master_key.write_bytes(b"JUNK")


def no_web_secret(kept: files.Kept) -> None:
    kept.web_secret.unlink()


def junk_database(kept: files.Kept) -> None:
    kept.database.write_bytes(b"SQLite format 3\0" + bytes(5000))


def loose(kept: files.Kept) -> None:
    kept.wire_key.chmod(0o644)


def waiting_migration(kept: files.Kept) -> None:
    forget = (
        "from claimkeep.edge.cli import installation; installation.open_existing()\n"
        "from django.db import connection as c\n"
        "c.cursor().execute(\"DELETE FROM django_migrations WHERE app = 'remits'\")"
    )
    environment = {**os.environ, "CLAIMKEEP_DATA": str(kept.root)}
    environment.pop("CLAIMKEEP_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", forget], env=environment, check=True, timeout=LIMIT_S)


FAULTS: dict[Callable[[files.Kept], None], str] = {
    other_database_key: "database does not open",
    other_master_key: "master key does not open",
    no_database_key: "database key",
    no_master_key: "no Claimkeep data folder",
    junk_database_key: "database does not open",
    junk_master_key: "master key does not open",
    no_web_secret: "web.secret",
    junk_database: "database does not open",
    loose: "wire.key can be read by others",
    waiting_migration: "run `claimkeep migrate`",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_an_installation_that_is_not_whole_refuses_with_one_line_and_changes_nothing(
    made: Path, tmp_path: Path, fault: Callable[[files.Kept], None]
) -> None:
    root = tmp_path / "data"
    shutil.copytree(made, root)
    fault(files.layout(root))
    before = contents(root)
    status, out, said = claimkeep(root, "audit", "verify")
    assert (status, out) == (2, "")
    assert said.startswith("claimkeep: ") and len(said.splitlines()) == 1 and FAULTS[fault] in said
    assert {k: v for k, v in contents(root).items() if "-shm" not in k and "-wal" not in k} == {
        k: v for k, v in before.items() if "-shm" not in k and "-wal" not in k
    }


@pytest.mark.parametrize("fault", [other_database_key, no_database_key, junk_database], ids=lambda f: f.__name__)
def test_migrating_what_does_not_open_refuses_with_one_line(
    made: Path, tmp_path: Path, fault: Callable[[files.Kept], None]
) -> None:
    root = tmp_path / "data"
    shutil.copytree(made, root)
    fault(files.layout(root))
    status, out, said = claimkeep(root, "migrate")
    assert (status, out, len(said.splitlines())) == (2, "", 1), said


def test_what_refused_starts_again_once_the_key_is_back(made: Path, tmp_path: Path) -> None:
    root = tmp_path / "data"
    shutil.copytree(made, root)
    key = files.layout(root).master_key
    right = key.read_bytes()
    key.write_bytes(keyring.new_master())
    assert claimkeep(root, "audit", "verify")[0] == 2
    key.write_bytes(right)
    assert claimkeep(root, "audit", "verify")[0] == 0


def test_a_database_address_that_is_wrong_is_not_repeated(made: Path) -> None:
    status, out, said = claimkeep(made, "audit", "verify", DATABASE_URL="postgresql://USER:SECRET/WORD@host/NAME")
    assert (status, out, len(said.splitlines())) == (2, "", 1)
    assert "SECRET" not in said and "DATABASE_URL must read" in said


def test_a_database_that_cannot_be_reached_is_told_without_its_password(made: Path) -> None:
    status, _, said = claimkeep(made, "audit", "verify", DATABASE_URL="postgresql://USER:SECRETWORD@127.0.0.1:1/NAME")
    assert (status, len(said.splitlines())) == (2, 1)
    assert "SECRETWORD" not in said and "cannot be reached" in said
