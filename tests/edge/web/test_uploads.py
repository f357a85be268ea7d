"""What strangers may send: forms, and small ones."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

BIGGER_THAN_MEMORY = 3 * 1024 * 1024
"""Django keeps an upload above 2.5 MB in a file."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every temporary file made while the test runs, also one that is gone again at once."""
    names: list[str] = []
    real = tempfile._mkstemp_inner  # type: ignore[attr-defined]

    def noted(*given: Any) -> Any:
        handle, name = real(*given)
        names.append(name)
        return handle, name

    monkeypatch.setattr(tempfile, "_mkstemp_inner", noted)
    tempfile.NamedTemporaryFile().close()
    assert len(names) == 1, "a file like this would be seen"
    names.clear()
    return names


@pytest.mark.parametrize("octets", [1, BIGGER_THAN_MEMORY])
def test_a_strangers_file_is_refused_and_nothing_of_it_is_written(db: None, made: list[str], octets: int) -> None:
    form = {"login": "a@example.com", "password": "x", "file": SimpleUploadedFile("f", b"x" * octets)}
    assert Client().post("/sign-in/", form).status_code == 400
    assert made == []


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=B", "application/x-www-form-urlencoded"])
def test_a_body_longer_than_any_form_is_refused_unread(db: None, kind: str) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("it was read")

        readline = read

    extra: Any = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(64 * 1024 + 1)}
    assert Client().post("/sign-in/", b"x", content_type=kind, **extra).status_code == 400
