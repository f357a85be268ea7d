"""The states of a claim as words and tones. The tone follows from what a person has to do."""

from __future__ import annotations

from claimkeep.apps.claims.models import AXES, Claim
from claimkeep.edge.web.templatetags.parts import Badge

_GOOD = {"clearinghouse_accepted", "payer_accepted", "paid", "won", "posted", "exact"}
_WARN = {"partial", "zero_allowed", "reversed", "rework", "appeal", "partly_posted", "proposed", "suspense"}
_BAD = {
    "held",
    "interchange_rejected",
    "group_rejected",
    "clearinghouse_rejected",
    "payer_rejected",
    "denied",
    "lost",
    "quarantined",
    "unmatched",
}
_INFO = {
    "ready",
    "queued",
    "sent",
    "interchange_accepted",
    "group_accepted",
    "forwarded",
    "secondary",
    "tertiary",
    "patient",
    "received",
}

_TONES = {"good": _GOOD, "warn": _WARN, "bad": _BAD, "info": _INFO}

REJECTED = tuple(state for state in AXES["transport"] if state.endswith("_rejected"))
"""The claim never entered adjudication: correct it and send it again as an original."""

WAITING = tuple(state for state in AXES["transport"] if state not in (*REJECTED, "none"))
"""On its way or with the payer."""

NAMES = {
    "build": "Build",
    "transport": "Transport",
    "adjudication": "Adjudication",
    "responsibility": "Responsibility",
    "recovery": "Recovery",
}


def badge_of(state: str) -> Badge:
    """The state as a word with its tone; a state nobody here knows is quiet, never good."""
    tone = next((name for name, known in _TONES.items() if state in known), "quiet")
    return Badge(state.replace("_", " "), tone)


def axes(claim: Claim) -> list[dict[str, object]]:
    """The five axes of a claim in their order."""
    return [{"axis": axis, "name": NAMES[axis], "badge": badge_of(getattr(claim, axis))} for axis in AXES]
