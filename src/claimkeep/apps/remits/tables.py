"""Remittance columns → rows, and the digests by which the same remittance or claim payment is known again."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from claimkeep.apps.remits.models import Adjustment, ClaimPayment, ProviderAdjustment, ServicePayment
from claimkeep.engine.terms.remittance import RemittanceTables

Row = dict[str, Any]
_REMITTANCE = frozenset(
    "handling_code payment_cents credit_debit method payment_day trace_number payer_trace_id payer_name payer_id "
    "payee_name payee_npi".split()
)
_CLAIM = frozenset(
    "claim_number status_code charge_cents paid_cents patient_responsibility_cents claim_filing_indicator "
    "payer_claim_control_number frequency_code patient_last_name patient_first_name patient_member_id "
    "corrected_member_id crossover_payer_name crossover_payer_id service_day service_day_to".split()
)
_SERVICE = frozenset(
    "line_control_number procedure_qualifier procedure_code modifier1 modifier2 modifier3 modifier4 "
    "submitted_procedure_code charge_cents paid_cents paid_units_milli submitted_units_milli allowed_cents "
    "service_day".split()
)
_ADJUSTMENT = frozenset("group_code reason_code amount_cents quantity_milli".split())
_PAIR = frozenset("provider_id reason_code reference amount_cents".split())
"""What a digest is made of. A column the tables gain later is none of it: what came before is to be known again."""


@dataclass(slots=True)
class ClaimPart:
    """One CLP with its services and adjustments, as sent."""

    values: Row
    services: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)

    def fingerprint(self) -> bytes:
        """SHA-256 of all it says of the claim; the same payment sent in another remittance has the same."""
        services = [_facts(s, _SERVICE) | {"at": n} for n, s in enumerate(self.services)]
        place = {s["service_row"]: n for n, s in enumerate(self.services)}
        adjusted = [_facts(a, _ADJUSTMENT) | {"at": place.get(a["service_row"])} for a in self.adjustments]
        return _digest([_facts(self.values, _CLAIM), services, adjusted])


@dataclass(slots=True)
class Part:
    """One remittance of a file, as sent."""

    values: Row
    claims: list[ClaimPart] = field(default_factory=list)
    provider_adjustments: list[Row] = field(default_factory=list)

    def sha256(self) -> bytes:
        """SHA-256 of the facts without their envelope: a remittance sent again has the same."""
        facts = {name: self.values[name] for name in _REMITTANCE}
        pairs = [_facts(p, _PAIR) for p in self.provider_adjustments]
        return _digest([facts, [c.fingerprint().hex() for c in self.claims], pairs])


def _facts(values: Mapping[str, Any], names: frozenset[str]) -> Row:
    return {name: values[name] for name in names if values[name] is not None}


def _digest(content: Any) -> bytes:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).digest()


def parts(tables: RemittanceTables) -> list[Part]:
    """The remittances of a file, each with what belongs to it, in order."""
    services, adjustments = _grouped(tables.service_payments, "claim_row"), _grouped(tables.adjustments, "claim_row")
    claims, pairs = _grouped(tables.claim_payments, "payment_row"), _grouped(tables.provider_adjustments, "payment_row")
    found = []
    for values in tables.payments.iter_rows(named=True):
        mine = [
            ClaimPart(c, services[c["claim_row"]], adjustments[c["claim_row"]]) for c in claims[values["payment_row"]]
        ]
        found.append(Part(values, mine, pairs[values["payment_row"]]))
    return found


def _grouped(frame: Any, key: str) -> dict[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for values in frame.iter_rows(named=True):
        rows[values[key]].append(values)
    return rows


@dataclass(slots=True)
class Fresh:
    """Rows about to be inserted."""

    claim_payments: list[ClaimPayment] = field(default_factory=list)
    services: list[ServicePayment] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    provider_adjustments: list[ProviderAdjustment] = field(default_factory=list)

    def add_claim(
        self,
        practice_id: UUID,
        remittance_id: UUID,
        position: int,
        part: ClaimPart,
        lines: Mapping[int, str],
        facts: Row,
    ) -> None:
        """One claim payment with its services and adjustments; `lines` gives our line of a service row."""
        v = part.values
        row = ClaimPayment(
            practice_id=practice_id,
            remittance_id=remittance_id,
            position=position,
            claim_number=v["claim_number"],
            status_code=(v["status_code"] or "")[:2],
            charge_cents=v["charge_cents"] or 0,
            paid_cents=v["paid_cents"] or 0,
            patient_responsibility_cents=v["patient_responsibility_cents"],
            payer_claim_control_number=v["payer_claim_control_number"],
            patient_last_name=v["patient_last_name"],
            patient_first_name=v["patient_first_name"],
            member_id=v["patient_member_id"],
            fingerprint=part.fingerprint(),
            **facts,
        )
        self.claim_payments.append(row)
        services = {}
        for n, s in enumerate(part.services, start=1):
            services[s["service_row"]] = ServicePayment(
                practice_id=practice_id,
                claim_payment=row,
                position=n,
                line_control_number=lines.get(s["service_row"]) or "",
                procedure_code=(s["procedure_code"] or "")[:48],
                modifiers=_modifiers(s),
                charge_cents=s["charge_cents"] or 0,
                paid_cents=s["paid_cents"] or 0,
                allowed_cents=s["allowed_cents"],
                paid_units_milli=s["paid_units_milli"],
                service_day=s["service_day"],
            )
        self.services += services.values()
        self.adjustments += [
            Adjustment(
                practice_id=practice_id,
                claim_payment=row,
                service=services.get(a["service_row"]),
                group_code=(a["group_code"] or "")[:2],
                reason_code=(a["reason_code"] or "")[:5],
                amount_cents=a["amount_cents"] or 0,
                quantity_milli=a["quantity_milli"],
            )
            for a in part.adjustments
        ]

    def add_provider_adjustments(self, practice_id: UUID, remittance_id: UUID, pairs: Iterable[Row]) -> None:
        """The PLB pairs of one remittance."""
        self.provider_adjustments += [
            ProviderAdjustment(
                practice_id=practice_id,
                remittance_id=remittance_id,
                reason_code=(p["reason_code"] or "")[:2],
                reference=p["reference"],
                amount_cents=p["amount_cents"] or 0,
            )
            for p in pairs
        ]

    def insert(self) -> None:
        """All rows are in the database."""
        ClaimPayment.objects.bulk_create(self.claim_payments, batch_size=1000)
        ServicePayment.objects.bulk_create(self.services, batch_size=2000)
        Adjustment.objects.bulk_create(self.adjustments, batch_size=2000)
        ProviderAdjustment.objects.bulk_create(self.provider_adjustments, batch_size=1000)


def _modifiers(values: Mapping[str, Any]) -> str:
    return ",".join(m for m in (values[f"modifier{i}"] for i in (1, 2, 3, 4)) if m)[:16]


def numbers(found: Sequence[Part]) -> list[str]:
    """Every claim number the remittances name."""
    return sorted({c.values["claim_number"] for p in found for c in p.claims if c.values["claim_number"]})
