"""Roles by job and what each may do: the minimum necessary for the work (45 CFR 164.502(b), 164.308(a)(4)).

The table is the rule: a permission that stands in no row is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from claimkeep.engine.terms.errors import AccessDenied

_LOOK = frozenset({"home:read", "organization:read"})
_MONEY = frozenset({"ledger:read", "remit:read"})

ROLES: dict[str, frozenset[str]] = {
    "front_desk": _LOOK | {"patient:read", "patient:write", "patient:reveal"},
    "coder": _LOOK | {"patient:read", "claim:read", "claim:edit", "visit:import"},
    "biller": _LOOK
    | _MONEY
    | {
        "patient:read",
        "patient:reveal",
        "patient:write",
        "claim:read",
        "claim:edit",
        "claim:send",
        "visit:import",
        "answer:receive",
    },
    "payment_poster": _LOOK | _MONEY | {"patient:read", "claim:read", "remit:post", "answer:receive"},
    "follow_up": _LOOK | _MONEY | {"patient:read", "patient:reveal", "claim:read", "claim:edit"},
    "practice_manager": _LOOK | _MONEY | {"patient:read", "claim:read", "audit:read"},
    "security_official": frozenset({"home:read", "audit:read", "access:manage"}),
    "privacy_official": frozenset({"home:read", "audit:read", "patient:read"}),
    "auditor": frozenset({"home:read", "audit:read", "ledger:read"}),
    "operator": frozenset({"home:read"}),
    "job": _LOOK
    | _MONEY
    | {
        "patient:read",
        "patient:write",
        "claim:read",
        "claim:edit",
        "claim:send",
        "visit:import",
        "answer:receive",
        "remit:post",
        "organization:write",
    },
}
"""Role → permissions. `job` is the system's own scheduled work; no person holds it."""

PERMISSIONS = frozenset().union(*ROLES.values())
"""Every permission there is."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is at work: `id` is user:<id> or system:<name>; one practice, one role."""

    id: str
    practice_id: UUID
    role: str

    def may(self, permission: str) -> bool:
        """True when the role table grants it; an unknown role may nothing."""
        return permission in ROLES.get(self.role, frozenset())


def require(actor: Actor, permission: str) -> None:
    """Goes on only when the actor may. Raises AccessDenied, also when in doubt."""
    if permission not in PERMISSIONS or not actor.may(permission):
        raise AccessDenied("this role may not do that here")
