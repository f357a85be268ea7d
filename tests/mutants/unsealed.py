"""`claimkeep` with sealing switched off: fields and documents in the clear, the database file unencrypted."""

from __future__ import annotations

from claimkeep.edge.config.sqlcipher.base import DatabaseWrapper
from claimkeep.engine.crypto.envelope import Sealer


def _as_it_is(self: Sealer, value: bytes, where: bytes) -> bytes:
    return value


def switch_off() -> None:
    """Nothing is sealed in this process from now on."""
    Sealer.seal = _as_it_is  # type: ignore[method-assign]
    Sealer.open = _as_it_is  # type: ignore[method-assign]
    DatabaseWrapper._unlock = lambda self, connection: None  # type: ignore[method-assign]


if __name__ == "__main__":
    from claimkeep.edge.cli.main import main

    switch_off()
    main()
