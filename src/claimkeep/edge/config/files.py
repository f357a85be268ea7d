"""What lies where in the data folder, and how a secret is written there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from claimkeep.edge.config import environment
from claimkeep.engine.terms.errors import SetupError


@dataclass(frozen=True, slots=True)
class Kept:
    """The paths of one data folder."""

    root: Path
    master_key: Path
    practice_keys: Path
    database_key: Path
    web_secret: Path
    wire_key: Path
    certificate: Path
    certificate_key: Path
    database: Path
    simulator: Path

    @property
    def secrets(self) -> tuple[Path, ...]:
        """The files only their owner may read."""
        return (self.master_key, self.database_key, self.web_secret, self.wire_key, self.certificate_key)


def layout(root: Path) -> Kept:
    """The paths of a data folder, the master key where CLAIMKEEP_MASTER_KEY_PATH says; nothing is made."""
    keys, tls = root / "keys", root / "tls"
    elsewhere = environment.value("MASTER_KEY_PATH")
    return Kept(
        root=root,
        master_key=Path(elsewhere) if elsewhere else keys / "master.keyset",
        practice_keys=keys / "practices",
        database_key=keys / "database.key",
        web_secret=keys / "web.secret",
        wire_key=keys / "wire.key",
        certificate=tls / "certificate.pem",
        certificate_key=tls / "certificate.key",
        database=root / "claimkeep.sqlite",
        simulator=root / "simulator",
    )


def write_secret(path: Path, content: bytes) -> None:
    """The file holds the secret, readable by its owner alone; a secret that is there already is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        return
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def read_secret(path: Path) -> str:
    """The secret's text. Raises SetupError when it is not there."""
    try:
        return path.read_text().strip()
    except OSError as error:
        raise SetupError(
            f"this data folder has no {path.name}: start with `claimkeep demo`, or give --data the right folder"
        ) from error
