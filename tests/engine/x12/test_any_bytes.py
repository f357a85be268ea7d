"""Whatever bytes come, a reader gives tables of the declared shape or raises X12Error; nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms import claim as claim_terms
from claimkeep.engine.terms import remittance as remittance_terms
from claimkeep.engine.terms.acknowledgement import acknowledgement
from claimkeep.engine.terms.claim_status import claim_status
from claimkeep.engine.terms.eligibility import benefit
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.terms.money import amount, cents
from claimkeep.engine.x12 import (
    acknowledge,
    claim_837,
    claim_status_277,
    eligibility_271,
    envelope,
    kind,
    remittance_835,
)
from claimkeep.engine.x12.columns import day, milli, number
from claimkeep.engine.x12.judge import check
from claimkeep.engine.x12.rewrite import rewrite
from tests.engine.x12 import vectors
from tests.engine.x12.shapes import GS, ISA, SHAPES, ST
from tests.engine.x12.test_judge import CLAIM
from tests.engine.x12.test_judge import interchange as claims

SEGMENTS = """\
ISA GS*HC*A*B*20260102*0304*8*X*005010X222A1 GS*HP*A*B*20260102*0304*8*X*005010X221A1 ST*837*0001*005010X222A1
ST*835*0001 ST*999*0001*005010X231A1 ST*277*0001*005010X214 SE*4*0001 SE*12*0001 GE*1*8 GE*2*8 IEA*1*000000007
TA1*000000001*260101*0000*A*000 HL*1**20*1 HL*2*1*22*0 HL*3*2*23*0 HL*4*3*PT NM1*85*2*N*****XX*1 NM1*IL*1*L*F
NM1*QC*1*L CLM*C*1***11:B:1 HI*ABK:E119*ABF:I10 LX*1 SV1*HC:99213*1*UN*1***1 SV1 DTP*472*D8*20260101 REF*6R*L
SBR*P*18 PAT*19 BPR*I*1*C*CHK DTM*405*20260101 N1*PR*P CLP*C*1*1*1 CAS*CO*45*1 SVC*HC:1*1*1
PLB*1*20261231*WO*1 AK1*HC*1 AK2*837*0001 IK3*CLM*22**8 IK4*2*782*1 CTX*CLM01:1 IK5*R*5 AK9*R*1*1*0 TRN*2*C
STC*A1:20 ST*271*0001*005010X279A1 ST*276*0001*005010X212 ST*277*0001*005010X212 EB*1**30^98*****.2 AAA*N**75*C
STC*F1:65*20260101**1*1******F1:66 III*ZZ*11 LS*2120 NM1*P3*1 LIN**N4*1 CTP****1*UN AMT*F5*1 N4 \x00 :^*
SV2*0120*HC:1*1*DA*1 SV3*AD:D1*1*11*10:20**1*****1 DTP*435*DT*202601012359 DTP*096*TM*1134 CL1*1*1*01 HI*DR:470
HI*BI:70:RD8:20260101-20260102^BH:11:D8:20260101*BE:80:::4 HI*BBR:0SR9019:D8:20260101 DN1*1*1 DN2*1*M****JP
TOO*JP*1*O:M SVD*P*1*HC:1**1*1 SBR*S*18*******CI CAS*PR*1*1**2*2*1 MOA***MA01""".split()


def built(pieces: list[str]) -> bytes:
    return "".join(ISA if one == "ISA" else one + "~" for one in ["ISA", *pieces]).encode()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """An interchange of segments in any order, its octets then changed here and there."""
    data = bytearray(built(draw(st.lists(st.sampled_from(SEGMENTS), max_size=25))))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(data)


def read_all(data: bytes) -> None:
    for read in (kind.kinds, envelope.read):
        try:
            read(data)
        except X12Error:
            pass
    try:
        claims, _ = claim_837.read(data)
        payments, _ = remittance_835.read(data)
        answers, _ = acknowledge.read(data)
        benefits, _ = eligibility_271.read(data)
        statuses, _ = claim_status_277.read(data)
    except X12Error:
        return
    assert claims.claims.schema == claim_terms.claim.schema
    assert claims.claims["claim_row"].to_list() == list(range(claims.size))
    assert claims.service_lines.schema == claim_terms.service_line.schema
    for shape in (claim_terms.claim_code, claim_terms.procedure, claim_terms.tooth, claim_terms.line_payment):
        assert getattr(claims, shape.name).schema == shape.schema
    assert claims.prior_adjustments.schema == claim_terms.prior_adjustment.schema
    assert payments.payments.schema == remittance_terms.payment.schema
    assert payments.claim_payments["claim_row"].to_list() == list(range(payments.claim_payments.height))
    assert answers.schema == acknowledgement.schema
    assert benefits.schema == benefit.schema
    assert statuses.schema == claim_status.schema
    assert b"".join(rewrite(data)) == data


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
@example(b"ISA" + b"*" * 103)
@example(ISA.encode())
@example(ISA.encode() * 3)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_all(data)
    read_all(ISA.encode() + data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_any_damaged_interchange_is_read_or_refused(data: bytes) -> None:
    read_all(data)


def test_space_and_separators_without_end_are_read_in_reasonable_time() -> None:
    for filler in (b" ", b"\n", b"~", b"*", b"~\n", b"IEA*", b"~ISA", b"^", b":"):
        read_all(ISA.encode() + filler * (200_000 // len(filler)))
        read_all(ISA.replace("~", "\n").encode() + filler * (200_000 // len(filler)))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_of_great_size_and_ill_shape_is_judged_read_and_written_back(shape: str) -> None:
    size, _, build = SHAPES[shape]
    data = build(size)
    assert check(data).verdict == "invalid"
    assert b"".join(rewrite(data)) == data
    for read in (claim_837.read, acknowledge.read):
        try:
            read(data)
        except X12Error:
            pass


def test_a_file_cut_off_anywhere_is_judged_and_written_back() -> None:
    data = vectors.interchange("270", vectors.SETS["270"][2])
    for end in range(len(data)):
        cut = data[:end]
        verdict = check(cut).verdict
        assert verdict == ("unreadable" if end < len(ISA) else "valid" if end == len(data) - 1 else "invalid"), end
        if verdict != "unreadable":
            assert b"".join(rewrite(cut)) == cut
    for end in range(0, len(data), 7):
        read_all(data[:end])


@pytest.mark.parametrize("element", range(1, 17))
@pytest.mark.parametrize("change", ["", "0", "000", "*", "**", " " * 20])
def test_an_isa_of_another_width_is_never_taken_for_sound(element: int, change: str) -> None:
    elements = ISA.rstrip("~").split("*")
    elements[element] = elements[element][1:] if change == "" else elements[element] + change
    data = ("*".join(elements) + "~").encode() + vectors.interchange("270", vectors.SETS["270"][2])[106:]
    assert check(data).verdict in ("invalid", "unreadable")
    read_all(data)


@pytest.mark.parametrize("at", ["NM1*", "LASTNAME", "HL*4", "GE*1", "IEA*"])
def test_a_nul_is_a_finding_and_no_end(at: str) -> None:
    data = vectors.interchange("270", vectors.SETS["270"][2]).replace(at.encode(), b"\0" + at.encode(), 1)
    found = list(check(data).findings())
    assert found and found[0].segment is not None
    read_all(data)


ENVELOPES = [
    "ISA", GS.rstrip("~"), ST.rstrip("~"), "SE*2*0001", "GE*1*8", "IEA*1*000000007", "TA1*000000001*260101*0000*A*000",
    "LS*2120", "LE*2120", "HL*1**20*1", "HL*2*1*22*0", "BHT*0019*00*R*20260101*0102*CH", "ISA*", "GS", "ST", "SE", "GE",
    "IEA", "CLM", "CLM*1", "NM1*85", "SBR", "LX", "SV1",
]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(ENVELOPES), max_size=40))
def test_envelopes_in_one_another_are_judged_and_read(pieces: list[str]) -> None:
    data = built(pieces)
    assert check(data).verdict in ("invalid", "unreadable")
    read_all(data)


@pytest.mark.parametrize(
    "left_out", ["HL*2*1*22*0", "SBR*P*18", "NM1*IL", "CLM*CLAIMONE", "LX*1", "SV1*HC:99213:25", "HL*1"]
)
def test_a_claim_that_lost_any_segment_is_judged_by_every_rule(left_out: str) -> None:
    lines = CLAIM.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(left_out))
    assert check(claims("\n".join(lines[:at] + lines[at + 1 :]))).verdict == "invalid"


@given(st.dates())
def test_a_day_reads_as_it_is_written(given_day: date) -> None:
    assert day(f"{given_day:%Y}".zfill(4) + f"{given_day:%m%d}") == given_day


@given(st.integers(-(10**13), 10**13))
def test_a_quantity_reads_in_thousandths(value: int) -> None:
    sign, size = ("-", -value) if value < 0 else ("", value)
    assert milli(f"{sign}{size // 1000}.{size % 1000:03d}") == value


@pytest.mark.parametrize("text", ["", "-", ".", "1.2345", "1e3", "١", "1 000", "--1", "9" * 13, "NaN", "\u00b2"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert milli(text) is None
    assert number(text) is None or text.isdigit()
    assert day(text) is None


def test_money_of_the_writer_is_money_of_the_reader() -> None:
    import polars as pl

    from claimkeep.engine.x12.write import decimal

    values = [0, 1, 5, 10, 50, 99, 100, 101, 110, 12345, 10**14, -1, -50, -100, -12345, None]
    written = pl.DataFrame({"v": values}).select(decimal(pl.col("v"), 2)).to_series().to_list()
    assert written == [None if one is None else amount(one) for one in values]
    assert [None if one is None else cents(one) for one in written] == values
