"""The practice's wire, as it is set up."""

from __future__ import annotations

from pathlib import Path

from claimkeep.apps.access.roles import Actor
from claimkeep.apps.organization import queries as organization
from claimkeep.edge.wire.clearinghouse import Clearinghouse
from claimkeep.engine.terms.errors import SetupError


def open_wire(actor: Actor, client_key: Path) -> Clearinghouse:
    """A connection to the practice's clearinghouse, to be entered. Raises SetupError when there is none yet."""
    row = organization.clearinghouse(actor)
    if row is None:
        raise SetupError("this practice has no clearinghouse yet: connect one first")
    return Clearinghouse(row.host, row.port, row.username, client_key, row.host_key)
