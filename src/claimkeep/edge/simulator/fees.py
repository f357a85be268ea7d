"""What the payers of the box allow, and what they refuse: our own invention, no fee schedule of anybody's."""

from __future__ import annotations

from claimkeep.edge.simulator.clinic import AUTHORIZATION_CODES, NOT_COVERED_CODES, PAYERS, Payer

ALLOWED_CENTS = {
    "99202": 7_300,
    "99203": 11_250,
    "99204": 16_800,
    "99205": 22_100,
    "99211": 2_350,
    "99212": 5_700,
    "99213": 9_150,
    "99214": 12_900,
    "99215": 18_150,
    "G0439": 13_300,
    "J0696": 410,
    "J0897": 2_010,
    "J1100": 120,
    "J1745": 7_450,
    "J1885": 560,
    "J2550": 640,
    "J3420": 905,
    "L3908": 5_310,
    "E0114": 4_470,
    "E0601": 51_275,
}
"""Allowed for one unit, in cents."""

OTHER_CODES_PERCENT = 60
"""Of the charge, for a code the table does not name."""

NOT_COVERED = frozenset(service.code for service in NOT_COVERED_CODES)
NEEDS_AUTHORIZATION = frozenset(service.code for service in AUTHORIZATION_CODES)

FILING_LIMIT_DAYS = 365


def plan(payer_id: str, name: str) -> Payer:
    """The payer's terms; a payer we do not know pays by the common terms, without deductible or copay."""
    known = next((payer for payer in PAYERS if payer.payer_id == payer_id), None)
    return known or Payer(name or "PAYER OF THE BOX", payer_id or "BOX", "CI", deductible_cents=0, copay_cents=0)


def allowed(code: str, charge_cents: int, units_milli: int) -> int:
    """What the payer allows for a line, in cents: never more than the charge."""
    if code in ALLOWED_CENTS:
        return min(charge_cents, ALLOWED_CENTS[code] * max(units_milli, 1000) // 1000)
    return charge_cents * OTHER_CODES_PERCENT // 100
