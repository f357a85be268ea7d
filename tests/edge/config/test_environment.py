"""Settings as they come in: from the environment or a file, and no secret in what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.edge.config import environment
from claimkeep.engine.terms.errors import SetupError

SECRET = "SECRETPASSWORD"


def test_an_address_becomes_djangos_settings() -> None:
    found = environment.postgresql(f"postgresql://USER:{SECRET}@db.example:5433/NAME?sslmode=verify-full")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("USER", SECRET, "db.example", "5433")
    assert (found["NAME"], found["OPTIONS"]) == ("NAME", {"sslmode": "verify-full"})


def test_to_another_machine_the_wire_is_encrypted_and_the_server_known() -> None:
    assert environment.postgresql("postgresql://u:p@db.example/name")["OPTIONS"]["sslmode"] == "verify-full"
    assert environment.postgresql("postgresql://u:p@db.example/n?sslmode=require")["OPTIONS"]["sslmode"] == "require"
    assert "sslmode" not in environment.postgresql("postgresql://u:p@127.0.0.1/name")["OPTIONS"]
    assert "sslmode" not in environment.postgresql("postgresql:///name?host=/run/postgresql")["OPTIONS"]


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "other"])
def test_to_another_machine_nothing_weaker_is_taken(mode: str) -> None:
    with pytest.raises(SetupError, match="sslmode"):
        environment.postgresql(f"postgresql://u:p@db.example/name?sslmode={mode}")


def test_signs_in_a_password_are_unquoted_and_a_socket_is_a_host() -> None:
    found = environment.postgresql("postgres://u%40x:p%2Fw%3A%25@/NAME?host=/run/postgresql")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("u@x", "p/w:%", "/run/postgresql", "")


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://USER:{SECRET}@host/NAME",
        f"postgresql://USER:{SECRET}@host",
        f"postgresql://USER:{SECRET}/REST@host/NAME",
        f"postgresql://USER:[{SECRET}@host/NAME",
        f"postgresql://USER@host:{SECRET}/NAME",
        f"postgresql://USER:x@host:99999{SECRET}/NAME",
        SECRET,
    ],
)
def test_a_wrong_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(SetupError) as caught:
        environment.postgresql(url)
    assert "SECRET" not in str(caught.value) and "host/NAME" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert len(str(caught.value).splitlines()) == 1


@given(url=st.text(max_size=60) | st.text(max_size=40).map(lambda t: f"postgresql://{t}"))
def test_any_address_is_settings_or_one_refusal(url: str) -> None:
    try:
        found = environment.postgresql(url)
    except SetupError:
        return
    assert found["NAME"]


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://u:p@h/FROMFILE\n")
    monkeypatch.setenv("CLAIMKEEP_DATABASE_URL", "postgresql://u:p@h/FROMENVIRONMENT")
    assert environment.database_url().endswith("FROMENVIRONMENT")
    monkeypatch.setenv("CLAIMKEEP_DATABASE_URL_FILE", str(file))
    assert environment.database_url() == "postgresql://u:p@h/FROMFILE"


@pytest.mark.parametrize("fault", ["missing", "folder", "no text"])
def test_a_secret_file_that_cannot_be_read_is_refused_by_its_settings_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str
) -> None:
    file = tmp_path / "secret"
    if fault == "folder":
        file.mkdir()
    elif fault == "no text":
        file.write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("CLAIMKEEP_HOSTS_FILE", str(file))
    with pytest.raises(SetupError, match="CLAIMKEEP_HOSTS_FILE names a file that cannot be read: "):
        environment.value("HOSTS")


def test_the_address_of_the_platform_is_taken_when_ours_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAIMKEEP_DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h/PLATFORM")
    assert environment.database_url().endswith("PLATFORM")
    monkeypatch.delenv("DATABASE_URL")
    assert environment.database_url() == ""


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "ten", "²", "1" * 5000])
def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("CLAIMKEEP_IDLE_LIMIT_S", text)
    with pytest.raises(SetupError, match="CLAIMKEEP_IDLE_LIMIT_S must be a whole number above zero"):
        environment.whole_number("IDLE_LIMIT_S", 900)


def test_a_number_is_read_and_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.whole_number("IDLE_LIMIT_S", 900) == 900
    monkeypatch.setenv("CLAIMKEEP_IDLE_LIMIT_S", "60")
    assert environment.whole_number("IDLE_LIMIT_S", 900) == 60
