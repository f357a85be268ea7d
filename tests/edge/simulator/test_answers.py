"""What the box answers: accepted by a judge not ours, in balance to the cent, refused by stated rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimkeep.edge.simulator.judgement import judge
from claimkeep.edge.simulator.memory import Memory
from claimkeep.edge.simulator.misbehaviour import Misbehaviour


class Answers:
    """The answers to one file, by kind, as lists of segments."""

    def __init__(self, memory: Memory, number: int, data: bytes, *kinds: str) -> None:
        answers, learned = judge(data, number, 1, memory, Misbehaviour(frozenset(kinds)))
        memory.learn(json.loads(json.dumps(learned)))
        self.files = {answer.name.partition("-")[2].removesuffix(".x12"): answer for answer in answers}

    def __getitem__(self, kind: str) -> list[list[str]]:
        return segments(self.files[kind].data)

    def find(self, kind: str, name: str) -> list[list[str]]:
        return [segment for segment in self[kind] if segment[0] == name]


def segments(data: bytes) -> list[list[str]]:
    return [each.strip().split("*") for each in data.decode().split("~") if each.strip()]


def cents(text: str) -> int:
    return round(float(text or 0) * 100)


def imbalances(data: bytes) -> list[str]:
    """Where an 835 breaks one of the three equations; written for this test alone."""
    wrong, paid, plb, bpr, claim, line = [], 0, 0, 0, None, None

    def close_line():
        if line and line["charge"] - line["cas"] != line["paid"]:
            wrong.append("line")

    def close_claim():
        if claim and (claim["charge"] - claim["cas"] != claim["paid"] or claim["charge"] != claim["lines"]):
            wrong.append("claim")

    for segment in segments(data):
        if segment[0] in ("SVC", "CLP", "PLB", "SE"):
            close_line()
            line = None
        if segment[0] in ("CLP", "PLB", "SE"):
            close_claim()
            claim = None
        if segment[0] == "BPR":
            bpr, paid, plb = cents(segment[2]), 0, 0
        elif segment[0] == "CLP":
            claim = {"charge": cents(segment[3]), "paid": cents(segment[4]), "cas": 0, "lines": 0}
            paid += claim["paid"]
        elif segment[0] == "SVC":
            line = {"charge": cents(segment[2]), "paid": cents(segment[3]), "cas": 0}
            claim["lines"] += line["charge"]
        elif segment[0] == "CAS":
            total = sum(cents(each) for each in segment[3::3])
            claim["cas"] += total
            if line:
                line["cas"] += total
        elif segment[0] == "PLB":
            plb += sum(cents(each) for each in segment[4::2])
        elif segment[0] == "SE" and (bpr != paid - plb or bpr < 0):
            wrong.append("payment")
    return wrong


def judged_by_pyx12(data: bytes, folder: Path) -> bool:
    """True when pyx12 finds nothing wrong."""
    pyx12 = pytest.importorskip("pyx12.x12n_document")
    params = pytest.importorskip("pyx12.params").params()
    path = folder / "answer.x12"
    path.write_bytes(data)
    return pyx12.x12n_document(params, str(path), None, None, None)


@pytest.fixture
def many(bill, line):
    """Bills of every sort the box knows."""
    return [
        bill("PAID", [line(modifiers=("25",)), line("J3420", "18", ("JZ",)), line("J1885", "25", units="2")]),
        bill("CHILD", dependant=True),
        bill("COPAY", payer="SYNTH03", member="M00000003"),
        bill("MEDICARE", [line("99214", "195"), line("99999", "100")], payer="SYNTH02", member="1A00A00AA05"),
        bill("UNCOVERED", [line(), line("A9270", "45")], member="M00000006"),
        bill("NOAUTH", [line("J0897", "1710", units="60")], member="M00000007"),
        bill("AUTH", [line("J0897", "1710", units="60")], member="M00000008", authorization="AUTH1"),
        bill("LATE", [line(day="20250101")], member="M00000009"),
        bill("ENDED", member="M00000010TERM"),
        bill("NOBODY", member="UNKNOWN00011"),
        bill("BADNPI", rendering="1999999999"),
        bill("BADSUM", dollars="99"),
        bill("FUTURE", [line(day="20270101")]),
        bill("POINTER", [line(pointers="2")]),
    ]


def test_a_judge_that_is_not_ours_accepts_the_bills_and_every_answer(many, write, tmp_path):
    data = write(many, sets=2)
    assert judged_by_pyx12(data, tmp_path)
    answers = Answers(Memory(), 1, data)
    assert set(answers.files) == {
        "ta1", "999", "277",
        "277-SYNTH01", "277-SYNTH02", "277-SYNTH03", "835-SYNTH01", "835-SYNTH02", "835-SYNTH03",
    }  # fmt: skip
    for kind, answer in answers.files.items():
        assert judged_by_pyx12(answer.data, tmp_path), kind


def test_each_claim_gets_the_verdict_its_rule_says(many, write):
    answers = Answers(Memory(), 1, write(many))
    verdicts: dict[str, list[str]] = {}
    for kind in ("277", "277-SYNTH01", "277-SYNTH02", "277-SYNTH03"):
        number = ""
        for segment in answers[kind]:
            if segment[0] == "TRN":
                number = segment[2]
            elif segment[0] == "STC" and number in {each.number for each in many}:
                verdicts.setdefault(number, []).append(segment[1])
    assert verdicts["PAID"] == ["A1:19", "A2:20"]
    assert verdicts["NOBODY"] == ["A1:19", "A7:164:IL"]
    assert verdicts["BADNPI"] == ["A7:562:82"]
    assert verdicts["BADSUM"] == ["A7:178"]
    assert verdicts["FUTURE"] == ["A7:187"]
    assert verdicts["POINTER"] == ["A8:477"]


def test_each_claim_is_paid_or_denied_as_its_rule_says(many, write):
    answers = Answers(Memory(), 1, write(many))
    told: dict[str, tuple[str, set[tuple[str, str]]]] = {}
    for kind in ("835-SYNTH01", "835-SYNTH02", "835-SYNTH03"):
        number = ""
        for segment in answers[kind]:
            if segment[0] == "CLP":
                number = segment[1]
                told[number] = (segment[2], set())
            elif segment[0] == "CAS":
                told[number][1].update((segment[1], reason) for reason in segment[2::3])
    assert told["PAID"] == ("1", {("CO", "45"), ("PR", "1"), ("PR", "2")})
    assert told["COPAY"] == ("1", {("CO", "45"), ("PR", "3")})
    assert told["UNCOVERED"][1] >= {("CO", "96")}
    assert told["NOAUTH"] == ("4", {("CO", "197")})
    assert told["AUTH"] == ("1", {("CO", "45"), ("PR", "1"), ("PR", "2")})
    assert told["LATE"] == ("4", {("CO", "29")})
    assert told["ENDED"] == ("4", {("PR", "27")})
    assert not told.keys() & {"NOBODY", "BADNPI", "BADSUM", "FUTURE", "POINTER"}


def test_a_payment_echoes_the_claim_the_lines_and_the_procedures(bill, line, write):
    data = write([bill("ECHO", [line(modifiers=("25", "GC"), control="L1"), line("J3420", "18", control="L2")])])
    answers = Answers(Memory(), 1, data)
    assert answers.find("835-SYNTH01", "CLP")[0][1] == "ECHO"
    assert [each[1] for each in answers.find("835-SYNTH01", "SVC")] == ["HC:99213:25:GC", "HC:J3420"]
    assert [each[2] for each in answers.find("835-SYNTH01", "REF") if each[1] == "6R"] == ["L1", "L2"]
    accepted = [each[2] for each in answers.find("277-SYNTH01", "REF") if each[1] == "1K"]
    assert answers.find("835-SYNTH01", "CLP")[0][7] == accepted[0]


def test_a_zero_payment_is_told_without_a_transfer(bill, line, write, tmp_path):
    answers = Answers(Memory(), 1, write([bill("NOPAY", [line("A9270", "45")])]))
    financial = answers.find("835-SYNTH01", "BPR")[0]
    assert financial[1:5] == ["H", "0", "C", "NON"] and financial[16] == "20260302"
    assert judged_by_pyx12(answers.files["835-SYNTH01"].data, tmp_path)


def test_the_deductible_is_taken_once_a_year_and_remembered_across_files(bill, write):
    memory = Memory()
    taken = []
    for number in range(1, 4):
        answers = Answers(
            memory,
            number,
            write(
                [bill(f"D{number}", dollars=f"{134 + number}")],
                control=number,
                spoil={"HC:99213*135": f"HC:99213*{134 + number}"},
            ),
        )
        shares = [each for each in answers.find("835-SYNTH01", "CAS") if each[1] == "PR"]
        taken.append(sum(cents(each[n + 1]) for each in shares for n in range(2, len(each), 3) if each[n] == "1"))
    assert taken == [9_150, 850, 0]


def test_the_same_services_billed_again_are_a_duplicate_to_the_payer(bill, write):
    memory = Memory()
    Answers(memory, 1, write([bill("FIRST")], control=1))
    again = Answers(memory, 2, write([bill("SECOND")], control=2))
    assert again.find("835-SYNTH01", "CAS") == [["CAS", "OA", "18", "135"]]


def test_an_interchange_number_used_again_is_refused_and_goes_no_further(bill, write):
    memory = Memory()
    Answers(memory, 1, write([bill("FIRST")], control=7))
    again = Answers(memory, 2, write([bill("SECOND")], control=7))
    assert set(again.files) == {"ta1"}
    assert again.find("ta1", "TA1")[0][4:] == ["R", "025"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("IEA*1*000000001~\n", "", "023"),
        ("IEA*1*000000001", "IEA*1*000000002", "001"),
        ("IEA*1*", "IEA*2*", "021"),
        ("*^*00501*", "*U*00401*", "017"),
    ],
)
def test_a_broken_envelope_is_refused_with_its_code(bill, write, old, new, code):
    answers = Answers(Memory(), 1, write([bill()], spoil={old: new}))
    assert set(answers.files) == {"ta1"}
    assert answers.find("ta1", "TA1")[0][4:] == ["R", code]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("N3*100 SYNTHETIC PLAZA~\n", "", [["IK3", "N3", "11", "", "3"]]),
        ("DMG*D8*19700101*F", "DMG*D8*19700101", [["IK3", "DMG", "17", "", "8"], ["IK4", "3", "", "1"]]),
        ("DMG*D8*19700101*F", "DMG*D8*19701301*F", [["IK3", "DMG", "17", "", "8"], ["IK4", "2", "", "8"]]),
        ("SV1*HC:99213*135", "SV1*HC:99213*ABC", [["IK3", "SV1", "23", "", "8"], ["IK4", "2", "", "6"]]),
        ("HI*ABK:I10~\n", "", [["IK3", "HI", "21", "", "3"]]),
        ("LX*1~\n", "LX*1~\nZZZ*1~\n", [["IK3", "ZZZ", "23", "", "1"]]),
        ("HL*2*1*22", "HL*3*1*22", [["IK3", "HL", "12", "", "8"], ["IK4", "1", "", "7"]]),
    ],
)
def test_a_structural_fault_is_told_at_its_place_and_the_set_refused(bill, write, tmp_path, old, new, told):
    count = 26 + new.count("~") - old.count("~")
    answers = Answers(Memory(), 1, write([bill()], spoil={old: new, "SE*26*": f"SE*{count}*"}))
    assert set(answers.files) == {"ta1", "999"}
    places = [each for each in answers["999"] if each[0] in ("IK3", "IK4")]
    assert all(each in places for each in told), places
    assert answers.find("999", "IK5")[0][1] == "R" and answers.find("999", "AK9")[0][1] == "R"
    assert judged_by_pyx12(answers.files["999"].data, tmp_path)


@pytest.mark.parametrize(("old", "new", "code"), [("SE*26*", "SE*27*", "4"), ("SE*26*0001", "SE*26*0002", "3")])
def test_a_wrong_trailer_is_told_in_ik5(bill, write, old, new, code):
    answers = Answers(Memory(), 1, write([bill()], spoil={old: new}))
    assert answers.find("999", "IK5")[0][1:] == ["R", code]


def test_one_bad_set_of_two_leaves_the_other_on_its_way(bill, write):
    answers = Answers(Memory(), 1, write([bill("GOOD"), bill("BAD")], sets=2, spoil={"CLM*BAD*135": "CLM*BAD*"}))
    assert [each[1] for each in answers.find("999", "IK5")] == ["A", "R"]
    assert answers.find("999", "AK9")[0][1:] == ["P", "2", "2", "1"]
    assert [each[1] for each in answers.find("835-SYNTH01", "CLP")] == ["GOOD"]


def test_no_answer_repeats_a_bad_value(bill, write):
    answers = Answers(Memory(), 1, write([bill()], spoil={"DMG*D8*19700101*F": "DMG*D8*LASTNAME*F"}))
    assert b"LASTNAME" not in answers.files["999"].data


def test_a_replacement_takes_the_old_payment_back_and_a_void_only_that(bill, line, write):
    memory = Memory()
    first = Answers(memory, 1, write([bill("OLD", [line(), line("J1885", "25")])], control=1))
    paid = first.find("835-SYNTH01", "CLP")[0]
    replaced = Answers(memory, 2, write([bill("NEW", frequency="7", original=paid[7])], control=2))
    back, anew = replaced.find("835-SYNTH01", "CLP")
    assert back[1:5] == ["OLD", "22", f"-{paid[3]}", f"-{paid[4]}" if paid[4] != "0" else "0"]
    assert anew[1:3] == ["NEW", "1"]
    assert imbalances(replaced.files["835-SYNTH01"].data) == []
    voided = Answers(memory, 3, write([bill("NEW", frequency="8", original=anew[7])], control=3))
    assert [each[1:3] for each in voided.find("835-SYNTH01", "CLP")] == [["NEW", "22"]]
    again = Answers(memory, 4, write([bill("NEW", frequency="8", original=anew[7])], control=4))
    assert "835-SYNTH01" not in again.files
    assert ["STC", "A7:464"] in [each[:2] for each in again.find("277-SYNTH01", "STC")]


def test_money_taken_back_beyond_the_payment_is_owed_and_collected_from_the_next(bill, line, write, tmp_path):
    memory = Memory()
    first = Answers(memory, 1, write([bill("OLD", [line("99215", "400")], payer="SYNTH03")], control=1))
    paid = first.find("835-SYNTH03", "CLP")[0]
    voided = Answers(memory, 2, write([bill("OLD", payer="SYNTH03", frequency="8", original=paid[7])], control=2))
    assert voided.find("835-SYNTH03", "BPR")[0][2] == "0"
    assert voided.find("835-SYNTH03", "PLB")[0][3:] == [f"WO:{paid[7]}", f"-{paid[4]}"]
    third = Answers(memory, 3, write([bill("NEXT", [line("99214", "300")], payer="SYNTH03", member="M2")], control=3))
    collected = min(cents(paid[4]), cents(third.find("835-SYNTH03", "CLP")[0][4]))
    assert cents(third.find("835-SYNTH03", "PLB")[0][4]) == collected
    for answers in (voided, third):
        assert imbalances(answers.files["835-SYNTH03"].data) == []
        assert judged_by_pyx12(answers.files["835-SYNTH03"].data, tmp_path)


def test_a_secondary_claim_tells_what_the_primary_did_as_oa_23(bill, line, write, tmp_path):
    prior = (
        "SBR*P*18*GROUP09******CI~CAS*CO*45*35~CAS*PR*2*20~AMT*D*80~OI***Y***Y"
        "~NM1*IL*1*LASTNAME00001*FIRSTNAME00001****MI*S1~NM1*PR*2*OTHER PLAN*****PI*OTHER~DTP*573*D8*20260225"
    )
    answers = Answers(Memory(), 1, write([bill("SECOND", sequence="S", prior=prior, payer="SYNTH03")]))
    assert answers.find("835-SYNTH03", "CLP")[0][2:6] == ["2", "135", "20", "0"]
    assert answers.find("835-SYNTH03", "CAS") == [["CAS", "OA", "23", "115"]]
    assert judged_by_pyx12(answers.files["835-SYNTH03"].data, tmp_path)
    untold = Answers(Memory(), 1, write([bill("UNTOLD", sequence="S", payer="SYNTH03")]))
    assert untold.find("835-SYNTH03", "CAS") == [["CAS", "CO", "22", "135"]]


def test_a_secondary_claim_with_lines_told_apart_is_paid_line_by_line(bill, line, write):
    prior = "SBR*P*18*G******CI~AMT*D*100~OI***Y***Y~NM1*IL*1*LASTNAME00001*****MI*S1~NM1*PR*2*O*****PI*OTHER"
    lines = [
        line(prior="SVD*OTHER*100*HC:99213**1~CAS*CO*45*35~DTP*573*D8*20260225"),
        line("J3420", "18", prior="SVD*OTHER*0*HC:J3420**1~CAS*PR*1*18~DTP*573*D8*20260225"),
    ]
    answers = Answers(Memory(), 1, write([bill("SECOND", lines, sequence="S", prior=prior)]))
    told = [each[1:] for each in answers.find("835-SYNTH01", "CAS")]
    assert told[0] == ["OA", "23", "135"] and all(each[1] != "23" for each in told[1:])
    assert imbalances(answers.files["835-SYNTH01"].data) == []


def test_what_is_no_interchange_gets_no_answer_and_does_no_harm():
    for data in (b"", b"hello", b"ISA*short~", bytes(range(256)) * 4):
        assert Answers(Memory(), 1, data).files == {}


@given(data=st.binary(max_size=400), cut=st.integers(0, 900))
def test_any_bytes_are_judged_without_an_exception(data, cut):
    start = b"ISA*00*          *00*          *ZZ*PRACTICE       *ZZ*BOXCLEARING    "
    start += b"*260302*1200*^*00501*000000001*0*T*:~GS*HC*PRACTICE*BOX*20260302*1200*1*X*005010X222A1~"
    text = start + b"ST*837*0001*005010X222A1~" + data.replace(b"\0", b"~")
    judge(text[: max(cut, 106)], 1, 1, Memory(), Misbehaviour())
    judge(text + b"~SE*3*0001~GE*1*1~IEA*1*000000001~", 1, 1, Memory(), Misbehaviour())


LINES = st.lists(
    st.tuples(
        st.sampled_from(["99213", "99215", "J3420", "J1885", "A9270", "J0897", "X0001"]),
        st.integers(0, 1_000_000),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=6,
)


PAYERS = st.sampled_from(["SYNTH01", "SYNTH02", "SYNTH03", "ELSE"])


@settings(max_examples=60, deadline=None)
@given(drawn=st.lists(st.tuples(LINES, PAYERS), min_size=1, max_size=6))
def test_every_835_balances_in_all_three_equations(bill, line, write, drawn):
    bills = []
    for n, (lines, payer) in enumerate(drawn):
        done = [line(c, f"{charge / 100:.2f}", units=str(u), day=f"202602{n + 10}") for c, charge, u in lines]
        bills.append(bill(f"B{n}", done, payer=payer))
    for kinds in ((), ("takeback",), ("reversed",)):
        answers = Answers(Memory(), 1, write(bills), *kinds)
        for kind, answer in answers.files.items():
            if kind.startswith("835"):
                assert imbalances(answer.data) == [], kind


def test_the_same_file_judged_from_the_same_memory_gets_the_same_bytes(many, write):
    first, second = (judge(write(many), 1, 5, Memory(), Misbehaviour()) for _ in range(2))
    assert first == second
