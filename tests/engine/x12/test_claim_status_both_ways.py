"""Questions and answers about claims, and acknowledgments of claims, read back the same when they are written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.claim_status import claim_status
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_status_277
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
)

Row = dict[str, Any]

MILLI = st.integers(1, 10**6)
ENTITY = st.sampled_from(["85", "PR"])


def period(draw: st.DrawFn, column: str, first: date | None) -> Row:
    """A first day, and perhaps a last."""
    days = draw(maybe(st.integers(0, 400)))
    return {column: first, f"{column}_to": first + timedelta(days=days) if first and days is not None else None}


def service(draw: st.DrawFn, kind: str) -> Row:
    modifiers = draw(st.lists(st.sampled_from(["25", "59"]), max_size=4))
    return {
        "procedure_qualifier": "HC",
        "procedure_code": draw(CODE),
        **{f"modifier{at}": one for at, one in enumerate(modifiers, 1)},
        "service_charge_cents": draw(CENTS),
        "service_paid_cents": draw(CENTS) if kind == "277" else None,
        "revenue_code": draw(maybe(st.just("0450"))),
        "service_units_milli": draw(MILLI),
        "line_control_number": draw(maybe(CODE)),
        **period(draw, "service_day", draw(DAY)),
    }


def status(draw: st.DrawFn, kind: str, level: str) -> list[Row]:
    """The rows of one STC: one to three."""
    entity = {"receiver": st.just("41"), "provider": st.just("85")}.get(level, ENTITY)
    details: Row = {} if (kind, level) == ("277CA", "provider") else {"status_day": draw(DAY)}
    if kind == "277CA":
        details |= {"action_code": "U" if level == "service" else draw(st.sampled_from(["WQ", "U"]))}
        details |= {"charge_cents": None if level == "service" else draw(CENTS)}
        if level in ("claim", "service"):
            details |= {"message": draw(maybe(NAME))}
    elif level == "claim":
        details |= {"charge_cents": draw(CENTS), "paid_cents": draw(CENTS)}
        details |= {
            "final_day": draw(maybe(DAY)),
            "payment_day": draw(maybe(DAY)),
            "payment_number": draw(maybe(st.just("CHECK"))),
        }
    positions = draw(st.sampled_from([(1,), (1, 10), (1, 10, 11)]))
    return [
        details
        | {
            "position": position,
            "category_code": draw(st.sampled_from(["A1", "A2", "A7", "F1"])),
            "status_code": draw(st.sampled_from(["19", "20", "500"])),
            "entity_code": draw(maybe(entity)),
        }
        for position in positions
    ]


def person(draw: st.DrawFn, who: str) -> Row:
    return {
        f"{who}_last_name": draw(NAME),
        f"{who}_first_name": draw(maybe(NAME)),
        f"{who}_middle_name": draw(maybe(NAME)),
        f"{who}_suffix": draw(maybe(st.just("JR"))),
    }


def claim(draw: st.DrawFn, kind: str) -> Row:
    found: Row = {
        "trace_number": draw(CODE),
        "payer_claim_control_number": draw(maybe(CODE)),
        "bill_type": draw(maybe(st.just("111"))),
        "clearinghouse_trace_number": draw(maybe(CODE)),
        **period(draw, "claim_day", draw(DAY if kind == "277CA" else maybe(DAY))),
    }
    if kind == "277CA":
        return found | {"claim_number": found["trace_number"]}
    found |= {"claim_number": draw(maybe(CODE)), "prescription_number": draw(maybe(CODE))}
    if kind == "276":
        return found | {"group_number": draw(maybe(CODE)), "claim_charge_cents": draw(maybe(CENTS))}
    return found | {"voucher_number": draw(maybe(CODE))}


@st.composite
def tables(draw: st.DrawFn, kind: str) -> pl.DataFrame:
    """One to two sets, of receivers, providers, persons, claims and services that differ or do not."""
    rows: list[Row] = []
    statuses = 0

    def tell(above: Row, level: str) -> None:
        nonlocal statuses
        if kind == "276":
            rows.append(above | {"level": level})
            return
        for one in status(draw, kind, level):
            rows.append(above | one | {"level": level, "status_row": statuses})
        statuses += 1

    for at in range(draw(st.integers(1, 2))):
        top: Row = {
            "kind": kind,
            "reference": f"REFERENCE{at}",
            "source_entity": "PR",
            "payer_name": draw(NAME),
            "payer_id_qualifier": "PI",
            "payer_id": draw(CODE),
            "receiver_entity_type": "2",
            "receiver_name": draw(NAME),
            "receiver_id": draw(CODE),
        }
        if kind == "277CA":
            top |= {"source_trace_number": draw(CODE), "received_day": draw(DAY), "processed_day": draw(DAY)}
            totals = {"accepted_claims": 1, "accepted_cents": draw(CENTS), "rejected_claims": draw(maybe(st.just(2)))}
            tell(top | totals | {"trace_number": draw(CODE)}, "receiver")
        elif kind == "277" and draw(st.booleans()):
            tell(top | {"trace_number": draw(CODE)}, "receiver")
        for _ in range(draw(st.integers(1, 2))):
            provider = top | person(draw, "provider")
            provider |= {"provider_entity_type": "2", "provider_id_qualifier": "XX", "provider_id": NPI}
            if kind != "276" and draw(st.booleans()):
                # no STC02 above a claim in an acknowledgment, and the trace may be of nobody
                tell(provider | {"trace_number": "0"}, "provider")
            for _ in range(draw(st.integers(1, 2))):
                patient = provider | person(draw, "subscriber")
                patient |= {"subscriber_entity_type": "1", "subscriber_id_qualifier": "MI"}
                patient |= {"subscriber_member_id": draw(CODE)}
                if kind == "276":
                    patient |= {"subscriber_birth_day": draw(DAY), "subscriber_sex": draw(maybe(st.just("F")))}
                if kind != "277CA" and draw(st.booleans()):
                    patient |= person(draw, "dependent")
                    patient |= {"dependent_birth_day": draw(DAY)} if kind == "276" else {}
                for _ in range(draw(st.integers(1, 2))):
                    own = patient | claim(draw, kind)
                    tell(own, "claim")
                    for _ in range(draw(st.integers(0, 2))):
                        tell(own | service(draw, kind), "service")
    return claim_status.frame(rows)


@pytest.mark.parametrize("kind", claim_status_277.KINDS)
def test_what_is_written_is_valid_and_reads_back_the_same(kind: str) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tables(kind))
    def holds(table: pl.DataFrame) -> None:
        data = claim_status_277.write(table, **SENT)
        assert check(data).verdict == "valid"
        back, skipped = claim_status_277.read(data)
        assert skipped == ()
        assert differing(table, back) == []
        assert claim_status_277.write(back, **SENT) == data

    holds()


ABOVE: Row = {
    "reference": "REFERENCE",
    "payer_name": "PAYERNAME",
    "payer_id": "PAYERID",
    "receiver_name": "RECEIVERNAME",
    "receiver_id": "RECEIVERID",
    "provider_last_name": "PROVIDERNAME",
    "provider_id": NPI,
    "subscriber_last_name": "LASTNAME",
    "subscriber_first_name": "FIRSTNAME",
    "subscriber_member_id": "MEMBERID",
}
CLAIM: Row = {"level": "claim", "trace_number": "CLAIMONE", "payer_claim_control_number": "PAYERONE"}
SERVICE: Row = {
    "level": "service",
    "procedure_code": "99213",
    "service_charge_cents": 10000,
    "service_units_milli": 1000,
    "service_day": date(2026, 1, 1),
}


def a_question() -> pl.DataFrame:
    """Two claims of one subscriber, the first with a service, and one of a dependent."""
    asked = ABOVE | {"kind": "276", "subscriber_birth_day": date(1980, 5, 1)}
    first = asked | CLAIM | {"claim_charge_cents": 10000, "claim_day": date(2026, 1, 1)}
    child = {"dependent_last_name": "LASTNAME", "dependent_birth_day": date(2020, 5, 1), "trace_number": "CLAIMTHREE"}
    return claim_status.frame(
        [first, first | SERVICE, asked | CLAIM | {"trace_number": "CLAIMTWO"}, asked | CLAIM | child]
    )


def an_acknowledgment() -> pl.DataFrame:
    """Of two claims one is taken and one returned."""
    top = ABOVE | {"kind": "277CA", "source_entity": "AY", "payer_id_qualifier": "46", "source_trace_number": "TRACE"}
    top |= {"received_day": date(2026, 1, 1), "processed_day": date(2026, 1, 1), "position": 1}
    top |= {"status_day": date(2026, 1, 2), "charge_cents": 10000}
    claim = CLAIM | {"claim_day": date(2026, 1, 1)}
    taken = {"action_code": "WQ", "category_code": "A2", "status_code": "20"}
    returned = {"action_code": "U", "category_code": "A7", "status_code": "500", "entity_code": "85"}
    totals = {"accepted_claims": 1, "rejected_claims": 1, "accepted_cents": 10000, "rejected_cents": 10000}
    everybody = {name: None for name in ABOVE if name.startswith(("provider", "subscriber"))}
    batch = {"level": "receiver", "trace_number": "BATCH", "category_code": "A1", "status_code": "19"}
    of_provider = batch | {"level": "provider", "trace_number": "0", "action_code": "WQ"} | totals
    of_provider |= {name: None for name in ABOVE if name.startswith("subscriber")}
    return claim_status.frame(
        [
            top | totals | {"action_code": "WQ", "status_row": 0} | everybody | batch,
            top | of_provider | {"status_row": 3, "status_day": None},
            top | claim | taken | {"status_row": 1},
            top | claim | returned | {"status_row": 2, "trace_number": "CLAIMTWO"},
            top
            | claim
            | returned
            | {"status_row": 2, "trace_number": "CLAIMTWO", "position": 10, "status_code": "562"},
        ]
    )


def test_a_question_says_each_level_once() -> None:
    data = claim_status_277.write(a_question(), **SENT)
    assert [data.count(one) for one in (b"~HL*", b"~NM1*PR*", b"~NM1*IL*", b"~NM1*QC*", b"~TRN*")] == [5, 1, 1, 1, 3]
    assert (
        b"~HL*4*3*22*1~DMG*D8*19800501~NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID~TRN*1*CLAIMONE~REF*1K*PAYERONE~"
        in data
    )
    assert b"~SVC*HC:99213*100*****1~DTP*472*D8*20260101~TRN*1*CLAIMTWO~" in data
    assert b"~HL*5*4*23~DMG*D8*20200501~NM1*QC*1*LASTNAME~TRN*1*CLAIMTHREE~" in data


def test_another_projects_validator_accepts_an_acknowledgment() -> None:
    data = claim_status_277.write(an_acknowledgment(), **SENT)
    assert is_accepted_elsewhere(data)
    assert b"~STC*A7:500:85*20260102*U*100******A7:562:85~" in data
    assert not is_accepted_elsewhere(data.replace(b"~QTY*90*1~", b"~QTY*99*1~"))


def test_a_reference_that_is_not_given_is_made_of_the_control_numbers() -> None:
    table = a_question().with_columns(reference=pl.lit(None, pl.String))
    assert b"~BHT*0010*13*0000000070001*20260102*0304~" in claim_status_277.write(table, **SENT)


REFUSED: dict[str, tuple[int, Row, str]] = {
    "a separator": (0, {"payer_name": "SECRET*VALUE"}, "NM1"),
    "a component separator": (1, {"procedure_code": "SECRET:VALUE"}, "SVC"),
    "a control character": (2, {"trace_number": "SECRET\n"}, "TRN"),
    "a last day alone": (2, {"claim_day_to": date(2026, 1, 1)}, "DTP"),
    "no member id": (3, {"subscriber_member_id": None}, "NM1"),
    "an NPI that is none": (3, {"provider_id": "1234567890"}, "NM1"),
    "a level there is not": (0, {"level": "SECRET"}, ""),
    "no level": (0, {"level": None}, ""),
    "a level that is not asked about": (0, {"level": "provider"}, ""),
    "a status in a question": (0, {"category_code": "A1"}, ""),
    "two kinds": (1, {"kind": "277"}, ""),
    "a kind there is not": (1, {"kind": "SECRET"}, ""),
    "a service that follows no row of its claim": (0, {"trace_number": "OTHER"}, ""),
}


def changed(table: pl.DataFrame, row: int, change: Row) -> pl.DataFrame:
    return table.with_columns(
        pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value, dtype=table.schema[name])).otherwise(name).alias(name)
        for name, value in change.items()
    )


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_is_refused_with_its_place_and_without_its_value(name: str) -> None:
    row, change, segment = REFUSED[name]
    with pytest.raises(X12Error) as refused:
        claim_status_277.write(changed(a_question(), row, change), **SENT)
    place = refused.value.place
    assert place is not None and place.segment_id == segment and "SECRET" not in str(refused.value)


UNANSWERED: dict[str, tuple[int, Row]] = {
    "a status beside none": (3, {"position": 11}),
    "a status twice in one element": (4, {"position": 1}),
    "a status in no element": (4, {"position": 2}),
    "a status of no STC": (4, {"status_row": None}),
    "rows of one STC that differ": (4, {"charge_cents": 1}),
    "a trace that is not the number of the claim": (2, {"claim_number": "OTHER"}),
    "a number of a claim above it": (0, {"claim_number": "OTHER"}),
    "no day of receipt": (0, {"received_day": None}),
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_cannot_be_acknowledged_is_refused(name: str) -> None:
    row, change = UNANSWERED[name]
    with pytest.raises(X12Error) as refused:
        claim_status_277.write(changed(an_acknowledgment(), row, change), **SENT)
    assert refused.value.place is not None


def test_no_row_at_all_is_refused() -> None:
    with pytest.raises(X12Error):
        claim_status_277.write(claim_status.frame(), **SENT)


UNREAD = {
    "imsweb_x12_277_x212.txt": "IEA02 is not the control number of ISA13",
    "kputnam_1.era": "IEA02 is not the control number of ISA13",
}
UNWRITTEN = {"credimed_277ca_min.txt": "a required loop is not there: TRN 1"}


@pytest.mark.skipif(not OTHERS.exists(), reason="files of other projects are not part of this repository")
@pytest.mark.parametrize("folder", ["276", "277", "277ca"])
def test_every_file_of_others_reads_writes_and_reads_the_same(folder: str) -> None:
    for file in sorted((OTHERS / folder).iterdir()):
        read, skipped = claim_status_277.read(file.read_bytes())
        if file.name in UNREAD:
            assert read.is_empty() and UNREAD[file.name] in skipped[0].reason
            continue
        # many name a provider by an NPI that fails its check digit, which is never written
        is_npi = (pl.col("provider_id_qualifier") == "XX").fill_null(False)
        mended = read.with_columns(provider_id=pl.when(is_npi).then(pl.lit(NPI)).otherwise("provider_id"))
        if not mended.equals(read):
            with pytest.raises(X12Error, match=UNWRITTEN.get(file.name, "the NPI fails its check digit")):
                claim_status_277.write(read, **SENT)
        if file.name in UNWRITTEN:
            continue
        back, _ = claim_status_277.read(claim_status_277.write(mended, **SENT))
        assert differing(mended, back) == [], file.name
