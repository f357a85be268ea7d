"""Every interchange has its TA1, every group its 999: right places, right codes, and no value of a patient."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimkeep.engine.x12 import acknowledge
from claimkeep.engine.x12.answer import Answer, answer
from claimkeep.engine.x12.judge import check

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "x12"
FILES = sorted(one for one in SHARED.rglob("*") if one.is_file() and one.name != "INDEX.tsv")
WHEN = datetime(2026, 2, 3, 4, 5)

SET = """\
BHT*0019*00*REFERENCE*20260201*1200*CH
NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID
PER*IC*CONTACTNAME*TE*5555550100
NM1*40*2*RECEIVERNAME*****46*RECEIVERID
HL*1**20*1
NM1*85*2*BILLINGNAME*****XX*1234567893
N3*BILLINGADDRESS
N4*BILLINGCITY*FL*331010001
REF*EI*123456789
HL*2*1*22*0
SBR*P*18*GROUPNUMBER******CI
NM1*IL*1*LASTNAME*FIRSTNAME****MI*MEMBERID
N3*ADDRESS
N4*CITY*FL*33101
DMG*D8*19800501*F
NM1*PR*2*PAYERNAME*****PI*PAYERID
CLM*CLAIMONE*100***11:B:1*Y*A*Y*Y
HI*ABK:E119
LX*1
SV1*HC:99213*100*UN*1***1
DTP*472*D8*20260115"""


def interchange(*bodies: str, version: str = "005010X222A1") -> bytes:
    lines = [
        "ISA*00*          *00*          *ZZ*SENDERID       *ZZ*RECEIVERID     *260201*1200*^*00501*000000001*1*T*:",
        f"GS*HC*SENDERAPP*RECEIVERAPP*20260201*1200*17*X*{version}",
    ]
    for number, body in enumerate(bodies, 1):
        inside = [f"ST*837*{number:04d}*{version}", *body.splitlines()]
        lines += [*inside, f"SE*{len(inside) + 1}*{number:04d}"]
    return "~".join([*lines, f"GE*{len(bodies)}*17", "IEA*1*000000001", ""]).encode()


def answered(data: bytes) -> Answer:
    (one,) = check(data).interchanges
    return answer(one, when=WHEN, control_number=5)


def lines_of(data: bytes | None) -> list[str]:
    assert data is not None
    return data.decode("ascii").rstrip("~").split("~")


def test_a_clean_claim_is_accepted() -> None:
    given_back = answered(interchange(SET))
    ta1 = lines_of(given_back.ta1)
    assert ta1[0].startswith("ISA*00*          *00*          *ZZ*RECEIVERID     *ZZ*SENDERID       *260203*0405*")
    assert ta1[1:] == ["TA1*000000001*260201*1200*A*000", "IEA*0*000000005"]
    assert lines_of(given_back.x999)[1:] == [
        "GS*FA*RECEIVERAPP*SENDERAPP*20260203*0405*6*X*005010X231A1",
        "ST*999*0001*005010X231A1",
        "AK1*HC*17*005010X222A1",
        "AK2*837*0001*005010X222A1",
        "IK5*A",
        "AK9*A*1*1*1",
        "SE*6*0001",
        "GE*1*6",
        "IEA*1*000000006",
    ]
    assert (given_back.accepted, given_back.rejected) == (1, 0)


def test_faults_have_their_segment_loop_element_and_code() -> None:
    bad = SET.replace("N3*BILLINGADDRESS\n", "").replace("HI*ABK:E119", "HI*ABK:").replace("D8*20260115", "D8*20260230")
    assert lines_of(answered(interchange(bad, SET)).x999)[4:-3] == [
        "AK2*837*0001*005010X222A1",
        "IK3*N3*8*2010*3",
        "IK3*HI*18*2300*8",
        "IK4*1:2**1",
        "IK3*DTP*21*2400*8",
        "IK4*3**8",
        "IK5*R*5",
        "AK2*837*0002*005010X222A1",
        "IK5*A",
        "AK9*P*2*2*1",
    ]


def test_a_segment_that_another_calls_for_names_what_calls_for_it() -> None:
    bad = SET.replace("11:B:1", "11:B:7")
    assert lines_of(answered(interchange(bad)).x999)[4:-3] == [
        "AK2*837*0001*005010X222A1",
        "IK3*REF*18*2300*I6",
        "CTX*SITUATIONAL TRIGGER*CLM*18*2300*5:3",
        "IK5*R*I5",
        "AK9*R*1*1*0",
    ]


def test_a_refused_interchange_has_a_ta1_and_nothing_else() -> None:
    given_back = answered(interchange(SET).replace(b"IEA*1*000000001", b"IEA*1*000000002"))
    assert lines_of(given_back.ta1)[1] == "TA1*000000001*260201*1200*R*001"
    assert (given_back.x999, given_back.accepted, given_back.rejected) == (None, 0, 1)


def test_a_group_of_a_guide_nobody_knows_is_answered() -> None:
    assert lines_of(answered(interchange(SET, version="005010X999")).x999)[3:7] == [
        "AK1*HC*17*005010X999",
        "AK2*837*0001*005010X999",
        "IK5*R*I6",
        "AK9*R*1*1*0",
    ]


def test_a_group_whose_count_is_wrong_is_refused_whole() -> None:
    given_back = answered(interchange(SET).replace(b"GE*1*17", b"GE*3*17"))
    assert lines_of(given_back.x999)[3:5] == ["AK1*HC*17*005010X222A1", "AK9*R*3*1*0*5"]
    assert (given_back.accepted, given_back.rejected) == (0, 1)


def test_of_a_group_that_is_refused_whole_only_the_faults_are_told() -> None:
    given_back = answered(interchange(SET, SET.replace("HI*ABK:E119\n", "")).replace(b"GE*2*17", b"GE*3*17"))
    told = lines_of(given_back.x999)[3:-3]
    assert [one.split("*")[0] for one in told] == ["AK1", "AK2", "IK3", "IK5", "AK9"]
    assert told[1].split("*")[2] == "0002" and told[3] == "IK5*R*5" and told[4] == "AK9*R*3*2*0*5"


def test_a_group_without_a_version_is_answered_with_one_that_is_none() -> None:
    given_back = answered(interchange(SET).replace(b"*17*X*005010X222A1", b"*17*X*"))
    assert lines_of(given_back.x999)[3] == "AK1*HC*17*0"


def test_what_is_only_worth_a_look_is_accepted_with_its_errors() -> None:
    given_back = answered(interchange(SET.replace("N4*CITY*FL", "N4*CITY*NY")))
    assert lines_of(given_back.x999)[4:-3] == [
        "AK2*837*0001*005010X222A1",
        "IK3*N4*15*2010*8",
        "IK4*3**7",
        "IK5*E*5",
        "AK9*E*1*1*1",
    ]
    assert (given_back.accepted, given_back.rejected) == (1, 0)


def test_nobody_answers_an_answer() -> None:
    x999 = answered(interchange(SET)).x999
    assert x999 is not None
    assert answered(x999).x999 is None
    ta1 = answered(interchange(SET)).ta1
    assert ta1 is not None
    assert answered(ta1) == Answer(None, None, 0, 0)


def test_our_own_reader_reads_what_we_answer() -> None:
    x999 = answered(interchange(SET, SET.replace("HI*ABK:E119\n", ""))).x999
    assert x999 is not None
    table, skipped = acknowledge.read(x999)
    assert skipped == ()
    assert len(table) > 0


@pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_the_answer_to_every_shared_file_is_itself_valid(file: Path, tmp_path: Path) -> None:
    for one in check(file.read_bytes()).interchanges:
        given_back = answer(one, when=WHEN, control_number=1)
        for data in (given_back.ta1, given_back.x999):
            assert data is None or list(check(data).findings()) == []


@pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")
def test_an_outside_judge_takes_our_acknowledgments(tmp_path: Path) -> None:
    document = pytest.importorskip("pyx12.x12n_document")
    params = pytest.importorskip("pyx12.params").params()
    written = 0
    for file in FILES:
        for one in check(file.read_bytes()).interchanges:
            x999 = answer(one, when=WHEN, control_number=1).x999
            if x999 is not None:
                path = tmp_path / "answer.999"
                path.write_bytes(x999)
                assert document.x12n_document(params, str(path), None, None, None), file.name
                written += 1
    assert written > 90


EDITS = st.lists(st.tuples(st.integers(0, 5000), st.sampled_from("*:~^ 019AZ\x00\xe9")), min_size=1, max_size=4)


@settings(max_examples=200)
@given(EDITS)
def test_whatever_is_answered_the_answer_is_valid_and_names_no_patient(edits: list[tuple[int, str]]) -> None:
    octets = bytearray(interchange(SET))
    for place, new in edits:
        at = 106 + place % (len(octets) - 106)
        octets[at : at + 1] = new.encode("latin-1")
    for one in check(bytes(octets)).interchanges:
        given_back = answer(one, when=WHEN, control_number=1)
        for data in (given_back.ta1, given_back.x999):
            if data is not None:
                assert list(check(data).findings()) == []
                assert not any(word in data for word in (b"LASTNAME", b"FIRSTNAME", b"MEMBERID", b"CLAIMONE"))
