"""A remittance that is written reads back the same, balances, and another project's validator accepts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms import remittance as terms
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.remittance import RemittanceTables
from claimkeep.engine.x12 import remittance_835
from claimkeep.engine.x12.judge import check
from tests.engine.x12.both_ways import (
    CENTS,
    CODE,
    DAY,
    NAME,
    NPI,
    OTHERS,
    SENT,
    differing,
    is_accepted_elsewhere,
    maybe,
    with_npi,
)

FIVE = ("payments", "claim_payments", "service_payments", "adjustments", "provider_adjustments")

Row = dict[str, Any]


def assert_same(one: RemittanceTables, other: RemittanceTables) -> None:
    for name in FIVE:
        assert not differing(getattr(one, name), getattr(other, name)), name


def tables(payments: list[Row]) -> RemittanceTables:
    """Tables of payments given with their claims and pairs inside, claims with their services and adjustments."""
    rows: dict[str, list[Row]] = {name: [] for name in FIVE}
    for at, payment in enumerate(payments):
        own = {"payment_row": at}
        claims, pairs = payment.pop("claims"), payment.pop("pairs")
        rows["payments"].append(own | payment)
        rows["provider_adjustments"] += [own | one for one in pairs]
        for claim in claims:
            services, adjustments = claim.pop("services"), claim.pop("adjustments")
            above = own | {"claim_row": len(rows["claim_payments"])}
            rows["claim_payments"].append(above | claim)
            rows["adjustments"] += [above | one for one in adjustments]
            for service in services:
                taken = service.pop("adjustments")
                mine = above | {"service_row": len(rows["service_payments"])}
                rows["service_payments"].append(mine | service)
                rows["adjustments"] += [mine | one for one in taken]
    shapes = (terms.payment, terms.claim_payment, terms.service_payment, terms.adjustment, terms.provider_adjustment)
    return RemittanceTables(*(shape.frame(rows[name]) for shape, name in zip(shapes, FIVE, strict=True)))


def named(prefix: str, draw: st.DrawFn) -> Row:
    return {
        f"{prefix}_address1": draw(NAME),
        f"{prefix}_address2": draw(maybe(NAME)),
        f"{prefix}_city": draw(st.text("CITYNAM ", min_size=2, max_size=20).map(str.strip).filter(lambda c: c[1:])),
        f"{prefix}_state": draw(st.sampled_from(["FL", "NJ"])),
        f"{prefix}_zip": "334130001",
    }


@st.composite
def adjustments(draw: st.DrawFn) -> list[Row]:
    one = st.fixed_dictionaries(
        {
            "group_code": st.sampled_from(["CO", "PR", "OA", "PI"]),
            "reason_code": st.sampled_from(["1", "2", "45", "97", "253"]),
            "amount_cents": st.integers(-(10**6), 10**6),
            "quantity_milli": maybe(st.integers(1, 10**6)),
        }
    )
    return draw(st.lists(one, max_size=9))


def taken(listed: list[Row]) -> int:
    return sum(one["amount_cents"] for one in listed)


@st.composite
def services(draw: st.DrawFn) -> Row:
    first = draw(maybe(DAY))
    own = draw(adjustments())
    charge = draw(CENTS)
    submitted = draw(maybe(CODE))
    modifiers = draw(st.lists(st.sampled_from(["25", "59", "LT"]), max_size=4))
    return {
        "procedure_qualifier": "HC",
        "procedure_code": draw(CODE),
        **{f"modifier{at}": one for at, one in enumerate(modifiers, 1)},
        "charge_cents": charge,
        "paid_cents": charge - taken(own),
        "revenue_code": draw(maybe(st.just("0450"))),
        "paid_units_milli": draw(maybe(st.integers(1, 10**6))),
        "submitted_procedure_code": submitted,
        "submitted_procedure_qualifier": submitted and "HC",
        "submitted_modifier1": submitted and draw(maybe(st.just("76"))),
        "submitted_units_milli": draw(maybe(st.integers(1, 10**6))),
        "service_day": first,
        "service_day_to": first and draw(maybe(DAY)),
        "line_control_number": draw(maybe(CODE)),
        "allowed_cents": draw(maybe(CENTS)),
        "remark_codes": draw(maybe(st.lists(st.sampled_from(["N130", "M15", "MA01"]), min_size=1, max_size=4))),
        "adjustments": own,
    }


@st.composite
def claims(draw: st.DrawFn) -> Row:
    own, lines = draw(adjustments()), draw(st.lists(services(), max_size=3))
    charge = sum(one["charge_cents"] for one in lines) if lines else draw(CENTS)
    paid = charge - taken(own) - sum(taken(one["adjustments"]) for one in lines)
    subscriber = draw(st.booleans())
    crossover = draw(maybe(CODE))
    return {
        "claim_number": draw(CODE),
        "status_code": draw(st.sampled_from(["1", "2", "4"])),
        "charge_cents": charge,
        "paid_cents": paid,
        "patient_responsibility_cents": draw(maybe(CENTS)),
        "claim_filing_indicator": "12",
        "payer_claim_control_number": draw(CODE),
        "place_of_service": draw(maybe(st.just("11"))),
        "frequency_code": draw(maybe(st.just("1"))),
        "drg_code": draw(maybe(st.just("470"))),
        "patient_last_name": draw(NAME),
        "patient_first_name": draw(maybe(NAME)),
        "patient_middle_name": draw(maybe(NAME)),
        "patient_id_qualifier": "MI",
        "patient_member_id": draw(CODE),
        "subscriber_entity_type": "1" if subscriber else None,
        "subscriber_last_name": draw(NAME) if subscriber else None,
        "subscriber_id_qualifier": "MI" if subscriber else None,
        "subscriber_member_id": draw(CODE) if subscriber else None,
        "rendering_provider_entity_type": "1" if subscriber else None,
        "rendering_provider_id_qualifier": "XX" if subscriber else None,
        "rendering_provider_id": NPI if subscriber else None,
        "crossover_payer_name": crossover and draw(NAME),
        "crossover_payer_id": crossover,
        "crossover_payer_id_qualifier": crossover and "PI",
        "remark_code1": draw(maybe(st.just("MA01"))),
        "remark_code3": draw(maybe(st.just("N1"))),
        "group_number": draw(maybe(CODE)),
        "original_reference": draw(maybe(CODE)),
        "service_day": draw(maybe(DAY)),
        "service_day_to": draw(maybe(DAY)),
        "received_day": draw(maybe(DAY)),
        "allowed_cents": draw(maybe(CENTS)),
        "interest_cents": draw(maybe(CENTS)),
        "services": lines,
        "adjustments": own,
    }


@st.composite
def payments(draw: st.DrawFn) -> Row:
    paid, npi = draw(st.lists(claims(), max_size=3)), draw(maybe(st.just(NPI)))
    pair = st.fixed_dictionaries(
        {
            "provider_id": st.just(NPI),
            "fiscal_day": st.sampled_from([date(2025, 12, 31), date(2026, 6, 30)]),
            "reason_code": st.sampled_from(["WO", "72", "L6"]),
            "reference": maybe(CODE),
            "amount_cents": st.integers(-(10**6), 10**6),
        }
    )
    pairs = draw(st.lists(pair, max_size=9))
    due = sum(one["paid_cents"] for one in paid) - taken(pairs)
    if due < 0:
        pairs.append(
            pairs[-1] | {"amount_cents": due}
            if pairs
            else {"provider_id": NPI, "fiscal_day": date(2025, 12, 31), "reason_code": "FB", "amount_cents": due}
        )
    plan = draw(maybe(st.just("XV")))
    return {
        "handling_code": "I" if due > 0 else "H",
        "payment_cents": max(due, 0),
        "credit_debit": "C",
        "method": "CHK" if due > 0 else "NON",
        "payment_day": draw(DAY),
        "trace_number": draw(CODE),
        "payer_trace_id": "1512345678",
        "receiver_id": draw(maybe(CODE)),
        "production_day": draw(maybe(DAY)),
        "payer_name": draw(NAME),
        "payer_id_qualifier": plan,
        "payer_id": draw(CODE) if plan else draw(maybe(CODE)),
        **named("payer", draw),
        "payer_contact_name": draw(maybe(NAME)),
        "payer_contact_phone": draw(maybe(st.just("5555550100"))),
        "payee_name": draw(NAME),
        "payee_npi": npi,
        "payee_tax_id": draw(maybe(st.just("123456789"))) if npi else "123456789",
        **named("payee", draw),
        "claims": paid,
        "pairs": pairs,
    }


BATCHES = st.lists(payments(), min_size=1, max_size=3).map(tables)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(BATCHES)
def test_what_is_written_is_valid_and_reads_back_the_same(batch: RemittanceTables) -> None:
    data = remittance_835.write(batch, **SENT)
    assert check(data).verdict == "valid"
    back, skipped = remittance_835.read(data)
    assert skipped == ()
    assert_same(batch, back)
    assert remittance_835.write(back, **SENT) == data


def a_remittance() -> RemittanceTables:
    """One payment: a claim with two services of which one is adjusted, and one without a service."""
    address = {"address1": "ADDRESSONE", "city": "CITYNAME", "state": "FL", "zip": "334130001"}
    patient = {"patient_last_name": "LASTNAME", "patient_first_name": "FIRSTNAME", "patient_member_id": "MEMBERID"}
    line = {"procedure_code": "99213", "charge_cents": 10000, "service_day": date(2026, 1, 1)}
    claim = patient | {"status_code": "1", "claim_filing_indicator": "12"}
    return tables(
        [
            {
                "handling_code": "I",
                "payment_cents": 16900,
                "credit_debit": "C",
                "method": "ACH",
                "payment_format": "CCP",
                "payer_bank_qualifier": "01",
                "payer_bank_id": "999999992",
                "payer_account_qualifier": "DA",
                "payer_account": "000000001",
                "originator_id": "1900000099",
                "payee_bank_qualifier": "01",
                "payee_bank_id": "999988880",
                "payee_account_qualifier": "DA",
                "payee_account": "000000002",
                "payment_day": date(2026, 1, 2),
                "trace_number": "TRACENUMBER",
                "payer_trace_id": "1900000099",
                "payer_name": "PAYERNAME",
                "payer_id": "PAYERID",
                **{f"payer_{name}": value for name, value in address.items()},
                "payer_contact_phone": "5555550100",
                "payee_name": "PAYEENAME",
                "payee_npi": NPI,
                "payee_tax_id": "123456789",
                **{f"payee_{name}": value for name, value in address.items()},
                "pairs": [{"provider_id": NPI, "reason_code": "WO", "reference": "DEBT", "amount_cents": 1000}],
                "claims": [
                    claim
                    | {
                        "claim_number": "CLAIMONE",
                        "charge_cents": 20000,
                        "paid_cents": 13900,
                        "payer_claim_control_number": "PAYERONE",
                        "adjustments": [{"group_code": "PR", "reason_code": "1", "amount_cents": 5000}],
                        "services": [
                            line
                            | {
                                "paid_cents": 8900,
                                "line_control_number": "LINEONE",
                                "remark_codes": ["N130", "M15"],
                                "adjustments": [
                                    {"group_code": "CO", "reason_code": "45", "amount_cents": 600},
                                    {"group_code": "CO", "reason_code": "253", "amount_cents": 500},
                                ],
                            },
                            line | {"paid_cents": 10000, "adjustments": [], "service_day_to": date(2026, 1, 2)},
                        ],
                    },
                    claim
                    | {
                        "claim_number": "CLAIMTWO",
                        "charge_cents": 4000,
                        "paid_cents": 4000,
                        "payer_claim_control_number": "PAYERTWO",
                        "adjustments": [],
                        "services": [],
                    },
                ],
            }
        ]
    )


def test_another_projects_validator_accepts_what_we_write() -> None:
    assert is_accepted_elsewhere(remittance_835.write(a_remittance(), **SENT))


def test_it_would_have_complained() -> None:
    assert not is_accepted_elsewhere(remittance_835.write(a_remittance(), **SENT).replace(b"*12*PAYER", b"*99*PAYER"))


def test_adjustments_of_one_group_share_a_segment_and_each_has_its_claim_or_service() -> None:
    data = remittance_835.write(a_remittance(), **SENT)
    assert b"~CLP*CLAIMONE*1*200*139**12*PAYERONE~CAS*PR*1*50~NM1*QC*1*LASTNAME*FIRSTNAME****MI*MEMBERID~" in data
    line = b"~SVC*HC:99213*100*89~DTM*472*20260101~CAS*CO*45*6**253*5~REF*6R*LINEONE~LQ*HE*N130~LQ*HE*M15~"
    assert line in data
    assert b"~SVC*HC:99213*100*100~DTM*150*20260101~DTM*151*20260102~CLP*CLAIMTWO*" in data
    assert b"~PLB*1234567893*20261231*WO:DEBT*10~SE*" in data


UNBALANCED = {
    "a service a cent off": ("service_payments", "SVC02 less the CAS", "SVC", "2110"),
    "a claim a cent off": ("claim_payments", "CLP03 less every CAS", "CLP", "2100"),
    "a payment a cent off": ("payments", "the sum of CLP04 less the sum of PLB04", "BPR", ""),
}


@pytest.mark.parametrize("name", UNBALANCED)
def test_what_does_not_balance_is_refused_with_its_equation(name: str) -> None:
    table, equation, segment, loop = UNBALANCED[name]
    column = "payment_cents" if table == "payments" else "paid_cents"
    batch = a_remittance()
    off = getattr(batch, table).with_columns(pl.col(column) + (pl.int_range(pl.len()) == pl.len() - 1))
    with pytest.raises(X12Error) as refused:
        remittance_835.write(replace(batch, **{table: off}), **SENT)
    place = refused.value.place
    assert place is not None and (place.segment_id, place.loop, place.field) == (segment, loop, column)
    assert place.row == off.height and equation in refused.value.reason


REFUSED: dict[str, tuple[str, Row, str, int | None]] = {
    "a separator": ("claim_payments", {"patient_last_name": "SECRET*VALUE"}, "NM1", 3),
    "a component separator": ("service_payments", {"procedure_code": "SECRET:VALUE"}, "SVC", 1),
    "a control character": ("payments", {"payer_name": "SECRET\nVALUE"}, "N1", 2),
    "a terminator in a remark": ("service_payments", {"remark_codes": ["N1", "SECRET~"]}, "LQ", 2),
    "a repetition separator in a reference": ("provider_adjustments", {"reference": "SECRET^"}, "PLB", 3),
    "an adjustment without a reason": ("adjustments", {"reason_code": None}, "CAS", 2),
    "a reason that is none": ("adjustments", {"reason_code": "SECR"}, "CAS", 5),
    "an NPI that is none": ("payments", {"payee_npi": "1234567890"}, "N1", 4),
    "a status the guide does not have": ("claim_payments", {"status_code": "99"}, "CLP", 2),
    "no patient": ("claim_payments", {name: None for name in terms.claim_payment.schema if "patient_" in name}, "", 0),
    "a payment without a day": ("payments", {"payment_day": None}, "", None),
    "a claim of no payment": ("claim_payments", {"payment_row": 9}, "", None),
    "a service of no claim": ("service_payments", {"claim_row": 9}, "", None),
    "an adjustment of a service of another claim": ("adjustments", {"claim_row": 1}, "", None),
    "a qualifier of no procedure": ("service_payments", {"submitted_procedure_qualifier": "SECR"}, "SVC", 6),
    "two claims of one number": ("claim_payments", {"claim_row": 0}, "", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_refused_with_its_place_and_without_its_value(name: str) -> None:
    table, change, segment, element = REFUSED[name]
    batch = a_remittance()
    frame = getattr(batch, table)
    last = pl.int_range(pl.len()) == pl.len() - 1
    changed = frame.with_columns(
        pl.when(last).then(pl.lit(value, dtype=frame.schema[key])).otherwise(pl.col(key)).alias(key)
        for key, value in change.items()
    )
    with pytest.raises(X12Error) as refused:
        remittance_835.write(replace(batch, **{table: changed}), **SENT)
    place = refused.value.place
    assert place is not None and "SECR" not in str(refused.value)
    if segment:
        assert (place.segment_id, place.element) == (segment, element)


def test_no_payment_at_all_is_refused() -> None:
    with pytest.raises(X12Error):
        remittance_835.write(RemittanceTables.empty(), **SENT)


Mend = Callable[[RemittanceTables], RemittanceTables]


def _paid_on(tables: RemittanceTables) -> RemittanceTables:
    day = pl.col("payment_day").fill_null(date(2026, 1, 2))
    return _payee(replace(tables, payments=tables.payments.with_columns(day)))


def _payee(tables: RemittanceTables) -> RemittanceTables:
    return replace(tables, payments=with_npi("payee_npi")(tables.payments))


def _procedures(tables: RemittanceTables) -> RemittanceTables:
    """Its SVC01 and SVC06 are codes without qualifiers."""
    told: dict[str, pl.Expr] = {}
    for who in ("procedure", "submitted_procedure"):
        qualifier = pl.col(f"{who}_qualifier")
        told |= {f"{who}_code": qualifier, f"{who}_qualifier": pl.when(qualifier.is_not_null()).then(pl.lit("HC"))}
    return replace(tables, service_payments=tables.service_payments.with_columns(**told))


def _balanced(tables: RemittanceTables) -> RemittanceTables:
    """Its services do not add up, to themselves or to the claim, and name no procedure."""
    services = tables.service_payments.with_columns(
        procedure_code=pl.lit("99213"), paid_cents=pl.lit(0, pl.Int64), charge_cents=pl.lit(0, pl.Int64)
    )
    claim_level = tables.adjustments.filter(pl.col("service_row").is_null())
    taken = claim_level.group_by("claim_row").agg(pl.col("amount_cents").sum().alias("taken"))
    claims = tables.claim_payments.join(taken, on="claim_row", how="left", maintain_order="left")
    balanced = claims.with_columns(charge_cents=pl.col("paid_cents") + pl.col("taken").fill_null(0)).drop("taken")
    return replace(tables, claim_payments=balanced, service_payments=services, adjustments=claim_level)


MENDED: dict[str, tuple[str, Mend]] = {
    "LinuxForHe_demo.835": ("the NPI fails its check digit", _payee),
    "LinuxForHe_managed-care.835": ("the payment has no day", _paid_on),
    "LinuxForHe_secondary-payment.835": ("the payment has no day", lambda tables: _procedures(_paid_on(tables))),
    "LinuxForHe_tertiary-payment.835": (
        "the value stands without the one it belongs to",
        lambda tables: _balanced(_procedures(_paid_on(tables))),
    ),
    "keironstod_emedny_sample.txt": ("the NPI fails its check digit", _payee),
    "kputnam_dollars-and-data-sent-separate.edi": ("the NPI fails its check digit", _payee),
    "kputnam_dollars-and-data-sent-together.edi": ("the NPI fails its check digit", _payee),
}
"""Files that cannot be written as they are, with the reason, and what it takes."""

UNREAD = {"mjkubba_edi835-demo-005010X221.edi": "SE01 is not the number of segments that are there"}


@pytest.mark.skipif(not OTHERS.exists(), reason="files of other projects are not part of this repository")
def test_every_remittance_of_others_reads_writes_and_reads_the_same() -> None:
    for file in sorted((OTHERS / "835").iterdir()):
        read, skipped = remittance_835.read(file.read_bytes())
        if file.name in UNREAD:
            assert read.payments.is_empty() and UNREAD[file.name] in skipped[0].reason
            continue
        if file.name in MENDED:
            reason, mend = MENDED[file.name]
            with pytest.raises(X12Error, match=reason):
                remittance_835.write(read, **SENT)
            read = mend(read)
        assert_same(read, remittance_835.read(remittance_835.write(read, **SENT))[0])
