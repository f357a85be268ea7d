"""The installation a command works on: its data folder, and the actor it works as."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from claimkeep.edge.config import environment, files, startup
from claimkeep.engine.terms.errors import SetupError

if TYPE_CHECKING:
    from claimkeep.apps.access.roles import Actor


def now() -> datetime:
    """The time of this run."""
    return datetime.now(UTC)


def use_data_folder(folder: Path | None) -> None:
    """The folder given on the command line stands before the one in the environment."""
    if folder is not None:
        os.environ["CLAIMKEEP_DATA"] = str(folder.absolute())


def kept() -> files.Kept:
    """The paths of the data folder."""
    return files.layout(environment.data_folder())


def create() -> files.Kept:
    """The data folder has keys, certificate and an up-to-date database, and Django is ready on it."""
    there = startup.prepare(environment.data_folder(), now())
    startup.django()
    startup.migrate(now())
    startup.check()
    return there


def open_existing() -> files.Kept:
    """Django is ready on a data folder that was made before. Raises SetupError when it cannot start as it is."""
    there = kept()
    if not there.master_key.exists():
        raise SetupError(
            "there is no Claimkeep data folder here: `claimkeep demo` makes one, or give --data the right folder"
        )
    startup.django()
    startup.check()
    return there


def person() -> str:
    """Whoever runs the command, as the audit log names them."""
    return f"system:command {_person()}"


def _person() -> str:
    """The operating system's name of whoever runs the command, as far as it is a plain one."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "?" for c in name)[:32]


def actor(practice: str | None = None) -> Actor:
    """The command's own actor in a practice: the only one, or the one named."""
    from claimkeep.apps.access.roles import Actor
    from claimkeep.apps.organization.models import Practice

    rows = Practice.objects.order_by("created_at")
    found = list(rows.filter(name=practice) if practice else rows[:2])
    if len(found) != 1:
        raise SetupError(
            "there is no practice of that name"
            if practice
            else "there is no practice yet: `claimkeep demo` founds one"
            if not found
            else "there are several practices: name one with --practice"
        )
    return Actor(person(), found[0].pk, "job")
