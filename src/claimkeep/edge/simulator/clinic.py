"""The practice in the box: its payers, its providers, what it does and what it charges.

Codes only, no descriptors: HCPCS Level II and evaluation numbers. Prices and rules are our own invention.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from claimkeep.engine.terms.identifiers import check_digit_npi


@dataclass(frozen=True, slots=True)
class Payer:
    """A health plan of the box: money in cents, the coinsurance in percent."""

    name: str
    payer_id: str
    filing_indicator: str
    deductible_cents: int
    copay_cents: int
    coinsurance_percent: int = 20


@dataclass(frozen=True, slots=True)
class Service:
    """One thing done: its code, modifiers, units and the charge of one unit in cents."""

    code: str
    charge_cents: int
    units: int = 1
    modifiers: tuple[str, ...] = ()
    is_new_patient: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, decided: who, when, what, and what is wrong with it. `person` is the number of the first visit."""

    number: int
    person: int
    fault: str
    day: date
    payer: Payer
    second_payer: Payer | None
    relationship: str
    member_id: str
    services: tuple[Service, ...]
    diagnoses: tuple[str, ...]
    practitioner: int


PAYERS = (
    Payer("SYNTHETIC HEALTH PLAN", "SYNTH01", "CI", deductible_cents=10_000, copay_cents=0),
    Payer("EXAMPLE MEDICARE CONTRACTOR", "SYNTH02", "MB", deductible_cents=5_000, copay_cents=0),
    Payer("SAMPLE MUTUAL PLAN", "SYNTH03", "BL", deductible_cents=0, copay_cents=2_000),
)

BILLING_NAME = "SYNTHETIC FAMILY CLINIC"
BILLING_NPI = "1234567893"
BILLING_TAX_ID = "900000001"
BILLING_TAXONOMY = "207Q00000X"

PRACTITIONERS = tuple(
    (f"DOCTORLAST{number}", f"DOCTORFIRST{number}", check_digit_npi(f"19999990{number}")) for number in range(4)
)
"""Last name, first name and NPI of those who render care."""

BAD_NPI = "1999999999"
"""Ten digits whose check digit is wrong."""

EVALUATIONS = (
    Service("99202", 12_500, is_new_patient=True),
    Service("99203", 17_500, is_new_patient=True),
    Service("99204", 26_000, is_new_patient=True),
    Service("99212", 9_000),
    Service("99213", 13_500),
    Service("99214", 19_500),
    Service("99215", 27_500),
)

EXTRAS = (
    Service("J3420", 1_800, modifiers=("JZ",)),
    Service("J1885", 1_250, units=2, modifiers=("JZ",)),
    Service("J1100", 225, units=8),
    Service("J0696", 975, units=4, modifiers=("JZ",)),
    Service("J2550", 1_175),
    Service("L3908", 8_540),
    Service("E0114", 7_425),
)

NOT_COVERED_CODES = (Service("A9270", 4_500), Service("S9451", 6_000), Service("S9470", 9_500))
"""What every payer of the box refuses with CO-96."""

AUTHORIZATION_CODES = (Service("J0897", 2_850, units=60), Service("J1745", 11_900, units=30), Service("E0601", 89_000))
"""What every payer of the box pays only with a prior authorization (CO-197)."""

DIAGNOSES = (
    "I10",
    "E11.9",
    "E78.5",
    "E03.9",
    "K21.9",
    "F41.1",
    "L30.9",
    "M25.561",
    "G47.33",
    "D64.9",
    "E55.9",
    "H92.01",
    "R51.9",
)
"""Real ICD-10-CM codes that may stand together."""
