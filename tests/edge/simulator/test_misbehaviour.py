"""Every misbehaviour does what it says, and no more; without one the box is well-behaved."""

from __future__ import annotations

import pytest

from claimkeep.edge.simulator.judgement import Answer, judge
from claimkeep.edge.simulator.memory import Memory
from claimkeep.edge.simulator.misbehaviour import KINDS, NOBODYS_CLAIM, Misbehaviour
from tests.edge.simulator.test_answers import cents, imbalances, segments


@pytest.fixture
def bills(bill, line):
    lines = [line(modifiers=("25",)), line("J3420", "18", ("JZ",)), line("J1885", "25", units="2")]
    return [bill(f"C{n}", lines, member=f"M{n:08d}", payer="SYNTH03") for n in range(6)]


@pytest.fixture
def remittances(bills, write):
    def judged(*kinds: str, seed: int = 3) -> list[Answer]:
        answers, _ = judge(write(bills), 1, seed, Memory(), Misbehaviour(frozenset(kinds)))
        return [answer for answer in answers if "-835-" in answer.name]

    return judged


def _all(data: bytes, name: str) -> list[list[str]]:
    return [segment for segment in segments(data) if segment[0] == name]


def test_a_box_without_misbehaviour_sends_one_balanced_835_at_once(remittances):
    (only,) = remittances()
    assert only.after_looks == 0 and imbalances(only.data) == []


def test_a_misbehaviour_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="rude"):
        Misbehaviour(frozenset({"rude"}))


def test_late_holds_the_835_back_and_changes_nothing_in_it(remittances):
    (late,), (prompt,) = remittances("late"), remittances()
    assert late.after_looks == 3 and late.data == prompt.data


def test_duplicate_sends_the_same_bytes_again_and_the_same_payment_in_a_new_envelope(remittances):
    first, same, anew = remittances("duplicate")
    assert same.data == first.data and same.name != first.name
    assert _all(anew.data, "ISA")[0][13] != _all(first.data, "ISA")[0][13]
    assert anew.data != first.data
    for name in ("BPR", "TRN", "CLP", "SVC", "CAS"):
        assert _all(anew.data, name) == _all(first.data, name)


def test_truncated_stops_in_the_middle(remittances):
    (cut,), (whole,) = remittances("truncated"), remittances()
    assert whole.data.startswith(cut.data) and 0 < len(cut.data) < len(whole.data)
    assert b"IEA*" not in cut.data


def test_out_of_balance_is_off_by_one_cent_in_one_claim(remittances):
    (off,), (right,) = remittances("out-of-balance"), remittances()
    paid = [(cents(a[4]), cents(b[4])) for a, b in zip(_all(off.data, "CLP"), _all(right.data, "CLP"), strict=True)]
    assert sorted(abs(a - b) for a, b in paid) == [0, 0, 0, 0, 0, 1]
    assert "claim" in imbalances(off.data)


def test_reversed_takes_a_claim_back_in_a_later_file_and_pays_it_anew(remittances):
    first, later = remittances("reversed")
    assert later.after_looks > first.after_looks
    back, anew = _all(later.data, "CLP")
    original = next(each for each in _all(first.data, "CLP") if each[1] == back[1])
    assert back[2] == "22" and back[3:5] == [f"-{original[3]}", f"-{original[4]}"] and back[7] == original[7]
    assert anew[1] == original[1] and anew[2] == "1" and anew[3] == original[3]
    assert 0 < cents(anew[4]) < cents(original[4])
    assert imbalances(later.data) == []
    (provider_adjustment,) = _all(later.data, "PLB")
    assert cents(provider_adjustment[4]) == cents(anew[4]) - cents(original[4])
    assert _all(later.data, "TRN")[0][2] != _all(first.data, "TRN")[0][2]


def test_line_order_moves_lines_inside_their_claim_and_loses_none(remittances):
    (moved,), (straight,) = remittances("line-order"), remittances()
    order = [[each[2] for each in _all(data, "REF") if each[1] == "6R"] for data in (moved.data, straight.data)]
    assert order[0] != order[1] and sorted(order[0]) == sorted(order[1])
    assert [each.split("-")[0] for each in order[0]] == [each.split("-")[0] for each in order[1]]
    assert imbalances(moved.data) == []


def test_modifier_lost_keeps_the_code_alone(remittances):
    (lost,), (kept,) = remittances("modifier-lost"), remittances()
    assert {each[1] for each in _all(kept.data, "SVC")} == {"HC:99213:25", "HC:J3420:JZ", "HC:J1885"}
    assert {each[1] for each in _all(lost.data, "SVC")} == {"HC:99213", "HC:J3420", "HC:J1885"}


def test_unmatched_pays_a_claim_nobody_sent_and_still_balances(remittances):
    (odd,) = remittances("unmatched")
    assert [each[1] for each in _all(odd.data, "CLP")].count(NOBODYS_CLAIM) == 1
    assert len(_all(odd.data, "CLP")) == 7
    assert imbalances(odd.data) == []


def test_silent_says_nothing_at_all(bills, write):
    assert judge(write(bills), 1, 3, Memory(), Misbehaviour(frozenset({"silent"}))) == ([], {})


def test_takeback_collects_a_debt_acknowledges_a_refund_and_pays_interest(remittances):
    (taken,), (plain,) = remittances("takeback"), remittances()
    (segment,) = _all(taken.data, "PLB")
    pairs = [(segment[n].split(":")[0], cents(segment[n + 1])) for n in range(3, len(segment), 2)]
    assert pairs == [("WO", 2_000), ("WO", 7_500), ("72", -7_500), ("L6", -137)]
    before, after = (cents(_all(data, "BPR")[0][2]) for data in (plain.data, taken.data))
    assert after == before - 2_000 + 137
    assert imbalances(taken.data) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("truncated", "silent", "out-of-balance")])
def test_what_is_not_meant_to_be_broken_balances(remittances, kind):
    for answer in remittances(kind):
        assert imbalances(answer.data) == []


def test_all_together_are_the_same_for_the_same_seed(remittances):
    kinds = set(KINDS) - {"silent"}
    assert remittances(*kinds) == remittances(*kinds)
    assert remittances("out-of-balance", "line-order", seed=1) != remittances("out-of-balance", "line-order", seed=2)
