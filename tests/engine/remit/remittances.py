"""Remittances for tests, told in few words: cents, and 'CO-45' for an adjustment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from claimkeep.engine.books.charge import charge
from claimkeep.engine.books.entry import Journal
from claimkeep.engine.remit.match import match
from claimkeep.engine.remit.post import Posted, post
from claimkeep.engine.terms.remittance import (
    RemittanceTables,
    adjustment,
    claim_payment,
    payment,
    provider_adjustment,
    service_payment,
)

DAY = date(2026, 3, 2)


@dataclass
class Line:
    """One SVC."""

    charge: int
    paid: int
    adjustments: list[tuple[str, int]] = field(default_factory=list)
    number: str | None = None
    code: str = "G0463"
    modifiers: tuple[str, ...] = ()
    day: date | None = DAY
    submitted: str | None = None


@dataclass
class Clp:
    """One CLP; charge and paid are what its lines say unless given."""

    number: str
    lines: list[Line]
    status: str = "1"
    adjustments: list[tuple[str, int]] = field(default_factory=list)
    charge: int | None = None
    paid: int | None = None


@dataclass
class Remit:
    """One ST; paid is what its parts say unless given."""

    claims: list[Clp]
    plb: list[tuple[str, str, int]] = field(default_factory=list)
    paid: int | None = None
    trace: str = "TRACE1"
    payer_id: str = "SYNTH01"


def tables(*remits: Remit) -> RemittanceTables:
    """The five tables of a file of these remittances."""
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in ("p", "c", "s", "a", "b")}
    for payment_row, remit in enumerate(remits):
        total = 0
        for clp in remit.claims:
            claim_row = len(rows["c"])
            here = {"payment_row": payment_row, "claim_row": claim_row}
            less = sum(cents for _, cents in clp.adjustments)
            charge_cents = sum(x.charge for x in clp.lines) if clp.charge is None else clp.charge
            paid = sum(x.paid for x in clp.lines) - less if clp.paid is None else clp.paid
            total += paid
            rows["c"].append(
                here
                | {
                    "claim_number": clp.number,
                    "status_code": clp.status,
                    "charge_cents": charge_cents,
                    "paid_cents": paid,
                    "payer_claim_control_number": f"ICN{clp.number}",
                }
            )
            rows["a"] += [_cas(here, None, reason, cents) for reason, cents in clp.adjustments]
            for x in clp.lines:
                service_row = len(rows["s"])
                rows["s"].append(
                    here
                    | {
                        "service_row": service_row,
                        "line_control_number": x.number,
                        "procedure_qualifier": "HC",
                        "procedure_code": x.code,
                        "submitted_procedure_code": x.submitted,
                        "charge_cents": x.charge,
                        "paid_cents": x.paid,
                        "service_day": x.day,
                    }
                    | {f"modifier{n}": m for n, m in enumerate(x.modifiers, 1)}
                )
                rows["a"] += [_cas(here, service_row, reason, cents) for reason, cents in x.adjustments]
        rows["b"] += [
            {"payment_row": payment_row, "reason_code": code, "reference": reference, "amount_cents": cents}
            for code, reference, cents in remit.plb
        ]
        total -= sum(cents for *_, cents in remit.plb)
        rows["p"].append(
            {
                "payment_row": payment_row,
                "payment_cents": total if remit.paid is None else remit.paid,
                "trace_number": remit.trace,
                "payer_trace_id": "1999999999",
                "payer_id": remit.payer_id,
                "payment_day": DAY,
            }
        )
    return RemittanceTables(
        payment.frame(rows["p"]),
        claim_payment.frame(rows["c"]),
        service_payment.frame(rows["s"]),
        adjustment.frame(rows["a"]),
        provider_adjustment.frame(rows["b"]),
    )


def _cas(here: dict[str, int], service_row: int | None, reason: str, cents: int) -> dict[str, object]:
    group, code = reason.split("-", 1)
    return here | {"service_row": service_row, "group_code": group, "reason_code": code, "amount_cents": cents}


@dataclass
class Practice:
    """Our side: claims with their lines, and the books so far."""

    claims: pl.DataFrame
    lines: pl.DataFrame
    books: Journal

    @staticmethod
    def with_claims(claims: dict[str, list[int]], *, second: str | None = None) -> Practice:
        """Claims by number with the charges of their lines, all released to payer SYNTH01 as primary."""
        ours = pl.DataFrame(
            [
                {
                    "claim_number": n,
                    "claim_id": f"id-{n}",
                    "payer_sequence": "P",
                    "charge_cents": sum(charges),
                    "payer_id": "SYNTH01",
                    "patient_id": f"patient-{n}",
                    "next_payer_sequence": "S" if second else None,
                    "next_payer_id": second,
                }
                for n, charges in claims.items()
            ],
            schema_overrides={"next_payer_sequence": pl.String, "next_payer_id": pl.String},
        )
        lines = pl.DataFrame(
            [
                {
                    "claim_number": n,
                    "line_control_number": f"{n}L{i}",
                    "procedure_code": "G0463",
                    "modifier1": None,
                    "charge_cents": cents,
                    "service_day": DAY,
                    "patient_id": f"patient-{n}",
                    "payer_id": "SYNTH01",
                    "payer_sequence": "P",
                }
                for n, charges in claims.items()
                for i, cents in enumerate(charges, 1)
            ],
            schema_overrides={"modifier1": pl.String},
        )
        return Practice(ours, lines, charge(lines, day=DAY))

    def post(self, found: RemittanceTables) -> Posted:
        """What posting these tables on our books would do; the books stay."""
        return post(found, match(found, self.claims, self.lines), self.claims, self.lines, self.books, day=DAY)
