"""Claims of every kind for tests: any that a guide can carry, in the one form the reader gives."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
import pyx12.params
import pyx12.x12n_document
from hypothesis import strategies as st

from claimkeep.engine.terms import claim as terms
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.table import TableShape
from claimkeep.engine.x12.claim_837 import Envelope
from claimkeep.engine.x12.guides import g005010x222a1, g005010x223a2, g005010x224a2
from claimkeep.engine.x12.guides.claim_layout import CodeList, Layout, Rows

WHEN = datetime(2026, 1, 2, 3, 4)
SENT = Envelope(
    sender_id="SENDERID",
    receiver_id="RECEIVERID",
    submitter_name="SUBMITTERNAME",
    submitter_id="SUBMITTERID",
    contact_name="CONTACTNAME",
    contact_phone="5555550100",
    receiver_name="RECEIVERNAME",
    interchange_control_number=7,
    group_control_number=8,
    when=WHEN,
)

SHAPES = {
    "service_lines": terms.service_line,
    "diagnoses": terms.diagnosis,
    "other_payers": terms.other_payer,
    "claim_codes": terms.claim_code,
    "procedures": terms.procedure,
    "teeth": terms.tooth,
    "line_payments": terms.line_payment,
    "prior_adjustments": terms.prior_adjustment,
}
"""The tables below the claims."""


def tables(claims: Sequence[dict[str, Any]]) -> ClaimTables:
    """Tables of claims given as dicts with their lines, codes, payers and teeth inside."""
    own = [{"claim_row": n} | {k: v for k, v in one.items() if k not in SHAPES} for n, one in enumerate(claims)]
    below = {
        name: shape.frame({"claim_row": n} | row for n, one in enumerate(claims) for row in one.get(name, ()))
        for name, shape in SHAPES.items()
    }
    return ClaimTables(claims=terms.claim.frame(own), **below)


def assert_same(one: ClaimTables, other: ClaimTables) -> None:
    """Every table is the same, column by column."""
    for name in ("claims", *SHAPES):
        first, second = getattr(one, name), getattr(other, name)
        differing = [column for column in first.columns if not first[column].equals(second[column])]
        assert first.schema == second.schema and not differing, (name, differing)


LETTERS = st.characters(
    min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="*^:~", exclude_categories=("C", "Z")
)
ODD = st.text(LETTERS | st.just(" "), min_size=1, max_size=12).map(str.strip).filter(bool)
"""Text as people type it: accents, punctuation, space inside."""

DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1))
NUMBER = st.integers(-(10**13), 10**13)
MINUTE = st.times().map(lambda one: time(one.hour, one.minute))


def columns(layout: Rows) -> frozenset[str]:
    """The columns a part of a guide carries."""
    return frozenset(name for one in layout for at in one.at for name in (at.column, at.until) if name)


@st.composite
def rows(draw: st.DrawFn, shape: TableShape, carried: frozenset[str], always: Sequence[str] = ()) -> dict[str, Any]:
    """A row in which any column carried may be null; text names its own column, save where it is odd."""
    names = [name for name in shape.schema if name in carried]
    stands, is_odd = draw(st.integers(0, 2 ** len(names) - 1)), draw(st.integers(0, 2 ** len(names) - 1))
    odd, day, number, minute = draw(ODD), draw(DAY), draw(NUMBER), draw(MINUTE)
    found: dict[str, Any] = {}
    for at, name in enumerate(names):
        if not stands >> at & 1 and name not in always:
            continue
        if shape.schema[name] == pl.String:
            found[name] = odd if is_odd >> at & 1 else f"{name.upper().replace('_', '')}{at}"
        elif shape.schema[name] == pl.Date:
            found[name] = day + timedelta(days=at)
        elif shape.schema[name] == pl.Time:
            found[name] = minute
        else:
            found[name] = number + at if name.endswith(("_cents", "_milli")) else at
    return found


def _with_types(draw: st.DrawFn, row: dict[str, Any], carried: frozenset[str]) -> dict[str, Any]:
    """A provider who is named says which kind of entity; a last day or a time has its first day."""
    for name in [one for one in carried if one.endswith("_entity_type")]:
        prefix = name.removesuffix("_entity_type")
        of_them = (f"{prefix}_{part}" for part in ("npi", "last_name", "first_name", "taxonomy", "entity_type"))
        if any(row.get(one) for one in of_them):
            row[name] = draw(st.sampled_from("12"))
    pairs = {
        "service_day_to": "service_day",
        "statement_day_to": "statement_day_from",
        "admission_time": "admission_day",
    }
    for last, first in pairs.items():
        if row.get(first) is None:
            row.pop(last, None)
    if "procedure_qualifier" in carried and any(row.get(one) for one in _PROCEDURE):
        row["procedure_qualifier"], row["procedure_code"] = "HC", "PROCEDURECODE"
    return row


_PROCEDURE = (
    "procedure_qualifier",
    "procedure_code",
    "modifier1",
    "modifier2",
    "modifier3",
    "modifier4",
    "procedure_text",
)


def _listed(draw: st.DrawFn, layout: Layout, one: CodeList) -> list[dict[str, Any]]:
    """The codes of one list, few or as many as it may have."""
    many = draw(st.sampled_from([0, 0, 1, min(3, one.most), one.most]))
    found: list[dict[str, Any]] = []
    for at in range(1, many + 1):
        row: dict[str, Any] = {"code": f"C{at}"}
        if not one.kind:
            row["qualifier"] = draw(st.sampled_from(one.qualifiers))
        if one.table == "diagnoses" and layout.tells_presence:
            row["present_on_admission"] = draw(st.sampled_from([None, "N", "Y"]))
        if one.table == "procedures":
            row["day"] = draw(st.none() | DAY)
        if one.table == "claim_codes":
            row["kind"] = one.kind
        if one.table == "claim_codes" and one.kind != "condition":
            row |= {"day_from": draw(st.none() | DAY), "amount_cents": draw(st.none() | NUMBER)}
            row["day_to"] = draw(st.none() | DAY) if row["day_from"] else None
        found.append(row)
    return found


LAYOUTS = {one.kind: one for one in (g005010x222a1.LAYOUT, g005010x223a2.LAYOUT, g005010x224a2.LAYOUT)}


@st.composite
def batches(draw: st.DrawFn, kind: str) -> ClaimTables:
    """One to four claims of a kind that share or do not share provider and subscriber."""
    layout = LAYOUTS[kind]
    parts = {"claims": layout.of_claim, "other_payers": layout.other_payer}
    carried = {name: columns(part) for name, part in parts.items()}
    claims = draw(st.lists(rows(terms.claim, carried["claims"]), min_size=1, max_size=4))
    for at, one in enumerate(claims):
        if at and draw(st.booleans()):
            shared = ("billing_", "subscriber_", "payer_", "group_", "insurance_", "claim_filing_")
            one.update({k: claims[at - 1].get(k) for k in carried["claims"] if k.startswith(shared)})
        one["claim_number"] = one["source_id"] = draw(st.text("CLAIMNUMBER0123456789", min_size=1, max_size=17))
        one["claim_kind"] = layout.kind
        one["patient_relationship"] = draw(st.sampled_from(["18", "01", "19", "G8", None]))
        if one["patient_relationship"] == "18":
            one.update({own: one.get(other) for own, other in layout.patient_pairs})
        one["billing_provider_entity_type"] = draw(st.sampled_from("12"))
        one["billing_provider_tax_id_qualifier"] = draw(st.sampled_from(["EI", "SY"]))
        one["payer_id_qualifier"] = draw(st.sampled_from(["PI", "XV"]))
        _with_types(draw, one, carried["claims"])
        one["service_lines"] = _lines(draw, layout)
        one["other_payers"] = _counted(draw(st.lists(rows(terms.other_payer, carried["other_payers"]), max_size=2)))
        _decisions(draw, layout, one)
        _codes(draw, layout, one)
        if layout.line_tooth:
            one["teeth"] = _teeth(draw, layout, len(one["service_lines"]))
    return tables(claims)


def _lines(draw: st.DrawFn, layout: Layout) -> list[dict[str, Any]]:
    carried = columns(layout.line)
    always = [at.column for at in layout.service.at if at.is_required]
    if layout.needs_line_control:
        always += ["line_control_number"]
    lines = draw(st.lists(rows(terms.service_line, carried, always), min_size=1, max_size=3))
    for number, line in enumerate(lines, start=1):
        _with_types(draw, line, carried)
        line["line_number"] = number
    return lines


def _counted(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"position": at} for at, row in enumerate(found, start=1)]


ADJUSTED = st.lists(
    st.fixed_dictionaries(
        {
            "group_code": st.sampled_from(["CO", "PR"]),
            "reason_code": st.sampled_from(["1", "45", "A1"]),
            "amount_cents": NUMBER,
            "quantity_milli": st.none() | NUMBER,
        }
    ),
    max_size=3,
) | st.just([{"group_code": "OA", "reason_code": "23", "amount_cents": n} for n in range(13)])
"""Adjustments as one payer makes them, or more of a group than a CAS holds."""


def _decisions(draw: st.DrawFn, layout: Layout, claim: dict[str, Any]) -> None:
    """Puts what further payers decided into a claim."""
    claim["line_payments"], claim["prior_adjustments"] = [], []
    for payer in claim["other_payers"]:
        claim["prior_adjustments"] += [row | {"position": payer["position"]} for row in draw(ADJUSTED)]
    for line in range(1, len(claim["service_lines"]) + 1):
        decided = _counted(draw(st.lists(rows(terms.line_payment, columns(layout.line_payment)), max_size=2)))
        for one in decided:
            place = {"line_number": line, "position": one["position"]}
            claim["line_payments"].append(one | place)
            claim["prior_adjustments"] += [row | place for row in draw(ADJUSTED)]


def _codes(draw: st.DrawFn, layout: Layout, claim: dict[str, Any]) -> None:
    """Puts codes of every list into a claim, counted as the reader counts them."""
    for name in ("diagnoses", "procedures", "claim_codes"):
        claim[name] = []
    for one in layout.lists:
        found = _listed(draw, layout, one)
        if one.table == "claims":
            claim[one.kind] = found[0]["code"] if found else None
            continue
        before = 0 if one.kind else len(claim[one.table])
        claim[one.table] += [row | {"position": before + at} for at, row in enumerate(found, start=1)]


def _teeth(draw: st.DrawFn, layout: Layout, lines: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in (None, *range(1, lines + 1)):
        part = layout.tooth_status if line is None else layout.line_tooth
        carried = columns(part)
        found += [
            row | {"line_number": line} for row in draw(st.lists(rows(terms.tooth, carried, ("tooth",)), max_size=3))
        ]
    return found


ADDRESS = {"address1": "ADDRESSONE", "address2": "ADDRESSTWO", "city": "CITYNAME", "state": "FL", "zip": "334130001"}


def address(prefix: str) -> dict[str, str]:
    return {f"{prefix}_{name}": value for name, value in ADDRESS.items()}


def person(prefix: str, first_name: str) -> dict[str, Any]:
    return address(prefix) | {
        f"{prefix}_last_name": "LASTNAME",
        f"{prefix}_first_name": first_name,
        f"{prefix}_middle_name": "MIDDLENAME",
        f"{prefix}_suffix": "JR",
        f"{prefix}_birth_day": date(1980, 5, 1),
        f"{prefix}_sex": "F",
    }


def complaints(data: bytes, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What pyx12 says against an interchange; nothing when it accepts it."""
    caplog.clear()
    answer = io.StringIO()
    with caplog.at_level(logging.DEBUG):
        accepted = pyx12.x12n_document.x12n_document(
            pyx12.params.params(), io.StringIO(data.decode("ascii")), answer, None
        )
    said = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    if not accepted or "AK9*A*" not in answer.getvalue() or "IK3*" in answer.getvalue():
        said.append(answer.getvalue())
    return said


def changed(frame: pl.DataFrame, row: int, values: dict[str, Any]) -> pl.DataFrame:
    """The frame with these values in one row, counted from the end where it is negative."""
    at = row if row >= 0 else frame.height + row
    here = pl.int_range(pl.len()) == at
    return frame.with_columns(
        pl.when(here).then(pl.lit(value, dtype=frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def unused(batch: ClaimTables, layout: Layout) -> set[str]:
    """What a guide carries and no row of a batch says; empty when every position is written."""
    parts = {"claims": layout.of_claim + layout.listed, "service_lines": layout.line}
    parts |= {"other_payers": layout.other_payer, "teeth": layout.tooth_status + layout.line_tooth}
    parts |= {"diagnoses": (layout.diagnosis,), "prior_adjustments": (layout.adjustment,)}
    parts |= {"line_payments": layout.line_payment}
    if any(one.table == "claim_codes" for one in layout.lists):
        parts |= {"claim_codes": (layout.claim_code,)}
    found = {
        f"{name}.{column}"
        for name, part in parts.items()
        for column in columns(part)
        if getattr(batch, name)[column].null_count() == getattr(batch, name).height
    }
    return found | {one.kind for one in layout.lists if one.table == "claim_codes"} - set(batch.claim_codes["kind"])


def coordinated(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Three further payers of a claim of these lines: one decided the claim, one its lines, one nothing; in balance."""
    charge, many = sum(line["charge_cents"] for line in lines), len(lines)
    person = {
        "relationship": "18",
        "group_number": "GROUPNUMBER",
        "claim_filing_indicator": "CI",
        "subscriber_last_name": "LASTNAME",
        "subscriber_first_name": "FIRSTNAME",
        "subscriber_member_id": "MEMBERID",
        "payer_name": "PAYERNAME",
    }
    first = {
        "position": 1,
        "payer_sequence": "P",
        "payer_id": "PAYERONE",
        "paid_cents": 1005,
        "remaining_cents": 500,
        "paid_day": date(2025, 12, 20),
        "payer_claim_control_number": "PAYERNUMBER",
        **{f"remark_code{n}": f"MA0{n}" for n in range(1, 6)},
    }
    second = {"position": 2, "payer_sequence": "S", "payer_id": "PAYERTWO", "paid_cents": 5 * many}
    third = {"position": 3, "payer_sequence": "A", "payer_id": "PAYERTHREE", "noncovered_cents": charge}
    third |= {"group_number": None, "group_name": "GROUPNAME"}
    return {
        "payer_sequence": "T",
        "other_payers": [person | one for one in (first, second, third)],
        "line_payments": [_decided(line) for line in lines],
        "prior_adjustments": [
            {"position": 1, "group_code": "PR", "reason_code": "1", "amount_cents": 500, "quantity_milli": 1500},
            {"position": 1, "group_code": "CO", "reason_code": "45", "amount_cents": charge - 1505},
            *(
                _left(line, reason, amount)
                for line in lines
                for reason, amount in (("45", line["charge_cents"] - 15), ("23", 10))
            ),
        ],
    }


def _decided(line: dict[str, Any]) -> dict[str, Any]:
    names = ("procedure_qualifier", "procedure_code", "modifier1", "modifier2", "modifier3", "modifier4")
    same = {name: line.get(name) for name in (*names, "procedure_text", "revenue_code", "units_milli")}
    own = {"line_number": line["line_number"], "position": 1, "payer_id": "PAYERTWO", "paid_cents": 5}
    return own | same | {"paid_day": date(2025, 12, 21), "remaining_cents": 10, "bundled_line": 1}


def _left(line: dict[str, Any], reason: str, amount: int) -> dict[str, Any]:
    place = {"line_number": line["line_number"], "position": 1}
    return place | {"group_code": "OA", "reason_code": reason, "amount_cents": amount}
