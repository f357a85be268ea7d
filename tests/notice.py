"""NOTICE: every package a running Claimkeep is made of, with its licence.

`python -m tests.notice` writes it again from the locks and the installed packages' own metadata.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCKS = ("base", "postgresql")

HEAD = """\
Claimkeep
Copyright the Claimkeep contributors. Licensed under the Apache License, Version 2.0; see LICENSE.

Claimkeep ships none of the packages below: they are installed from their own distributions, by hash, from
requirements/base.txt and requirements/postgresql.txt. They and their licences:

"""

READ_BY_HAND = {
    "bazel-runfiles": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "django-csp": "BSD-3-Clause",
    "fido2": "BSD-2-Clause, parts Apache-2.0 and MPL-2.0",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "polars": "MIT",
    "polars-runtime-32": "MIT",
    "protobuf": "BSD-3-Clause",
    "qrcode": "BSD-3-Clause",
    "shellingham": "ISC",
    "sqlcipher3": "Zlib; its wheel holds SQLCipher (BSD-3-Clause), SQLite (public domain) and OpenSSL (Apache-2.0)",
    "sqlparse": "BSD-3-Clause",
    "tink": "Apache-2.0",
    "tzdata": "Apache-2.0",
}
"""Licences of packages whose metadata names none, names it loosely, or that this platform does not install."""


def locked() -> list[str]:
    """The packages a running Claimkeep may have, each once, in order."""
    lines = [line for lock in LOCKS for line in (PROJECT / "requirements" / f"{lock}.txt").read_text().splitlines()]
    return sorted({found[1] for line in lines if (found := re.match(r"([a-z0-9][a-z0-9.-]*)(?:\[.*\])?==", line))})


def licence(package: str) -> str:
    """The package's licence as SPDX names it. Raises LookupError when nobody says; read its files and add it above."""
    if package in READ_BY_HAND:
        return READ_BY_HAND[package]
    try:
        said = metadata(package)
    except PackageNotFoundError:
        raise LookupError(f"{package} is locked but not installed here: add its licence to READ_BY_HAND") from None
    named = said.get("License-Expression") or said.get("License") or ""
    if not named or "\n" in named or len(named) > 60:
        raise LookupError(f"{package}'s metadata names no licence: read its files and add it to READ_BY_HAND")
    return named


def notice() -> str:
    """The whole file."""
    return HEAD + "".join(f"  {package:<24}{licence(package)}\n" for package in locked())


if __name__ == "__main__":
    (PROJECT / "NOTICE").write_text(notice())
