"""Settings as they come in: `CLAIMKEEP_NAME`, or for a secret `CLAIMKEEP_NAME_FILE`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from claimkeep.engine.terms.errors import SetupError


def value(name: str, default: str = "") -> str:
    """The setting CLAIMKEEP_<name>, from the environment or from the file that CLAIMKEEP_<name>_FILE names."""
    path = os.environ.get(f"CLAIMKEEP_{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise SetupError(f"CLAIMKEEP_{name}_FILE names a file that cannot be read: {why}") from error
    return os.environ.get(f"CLAIMKEEP_{name}", default)


def whole_number(name: str, default: int) -> int:
    """The setting as a number above zero. Raises SetupError where it is none."""
    text = value(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text)):
        raise SetupError(f"CLAIMKEEP_{name} must be a whole number above zero")
    return int(text)


def data_folder() -> Path:
    """Where everything is kept: CLAIMKEEP_DATA, else ./claimkeep-data."""
    return Path(value("DATA", "claimkeep-data")).absolute()


def audit_anchors() -> Path | None:
    """The file that signed heads of the audit log are added to, best on another machine: CLAIMKEEP_AUDIT_ANCHORS."""
    path = value("AUDIT_ANCHORS")
    return Path(path).absolute() if path else None


def database_url() -> str:
    """The database to use instead of the built-in one: CLAIMKEEP_DATABASE_URL, else DATABASE_URL, else none."""
    return value("DATABASE_URL") or os.environ.get("DATABASE_URL", "")


def of_its_own() -> dict[str, str]:
    """The environment for a process that works in a folder of its own: it names no database and no place of ours."""
    return {
        name: text for name, text in os.environ.items() if not name.startswith("CLAIMKEEP_") and name != "DATABASE_URL"
    }


_THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")
_ENCRYPTED = ("require", "verify-ca", "verify-full")


def postgresql(url: str) -> dict[str, Any]:
    """Django's settings for a postgresql:// address; to another machine the wire is encrypted and the server verified.

    Raises SetupError for another kind of address; the message does not repeat it, it holds a password.
    """
    wrong = SetupError(
        "DATABASE_URL must read postgresql://user:password@host:port/name, with signs of a password as %25 and so on"
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None  # its words would repeat a part of the address
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise wrong
    query = dict(parse_qsl(parts.query))
    host = query.get("host", parts.hostname or "")
    if not (host in _THIS_MACHINE or host.startswith("/")):
        # libpq's own default falls back to no encryption without a word (45 CFR 164.312(e)(1))
        if query.setdefault("sslmode", "verify-full") not in _ENCRYPTED:
            raise SetupError(
                "DATABASE_URL names another machine: its sslmode must be require, verify-ca or verify-full"
            )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": query,
    }
