"""Claim payments find our claims and lines by our own numbers, never by a code alone."""

from __future__ import annotations

import polars as pl

from claimkeep.engine.remit.match import Matches, match
from tests.engine.remit.remittances import DAY, Clp, Line, Practice, Remit, tables


def found(clp: Clp, practice: Practice) -> Matches:
    return match(tables(Remit([clp])), practice.claims, practice.lines)


def told(matches: Matches) -> list[tuple[str | None, str | None]]:
    return matches.claims.select("how", "reason").rows()


def lines(matches: Matches) -> list[tuple[str | None, str]]:
    return matches.lines.select("line_control_number", "how").rows()


TWO = Practice.with_claims({"A": [20000, 10000]})


def test_our_numbers_make_an_exact_match() -> None:
    matches = found(Clp("A", [Line(10000, 10000, number="AL2"), Line(20000, 20000, number="AL1")]), TWO)
    assert matches.claims.row(0, named=True) == {
        "claim_row": 0,
        "claim_number": "A",
        "claim_id": "id-A",
        "payer_sequence": "P",
        "payer_id": "SYNTH01",
        "how": "exact",
        "reason": None,
    }
    assert lines(matches) == [("AL2", "exact"), ("AL1", "exact")]


def test_a_line_that_lost_its_modifier_and_changed_its_code_is_still_known_by_its_number() -> None:
    matches = found(
        Clp("A", [Line(20000, 0, number="AL1", code="G9999"), Line(10000, 0, number="AL2", modifiers=("59",))]), TWO
    )
    assert lines(matches) == [("AL1", "exact"), ("AL2", "exact")]


def test_without_line_numbers_code_charge_and_day_find_the_line() -> None:
    matches = found(Clp("A", [Line(10000, 10000), Line(20000, 20000)]), TWO)
    assert lines(matches) == [("AL2", "exact"), ("AL1", "exact")]
    assert told(matches) == [("exact", None)]


def test_lines_that_nothing_tells_apart_are_taken_in_their_order() -> None:
    twins = Practice.with_claims({"A": [5000, 5000]})
    matches = found(Clp("A", [Line(5000, 5000), Line(5000, 0, [("CO-18", 5000)])]), twins)
    assert lines(matches) == [("AL1", "exact"), ("AL2", "exact")]


def test_lines_that_differ_are_not_guessed_when_the_payer_lost_the_difference() -> None:
    sided = Practice.with_claims({"A": [5000, 5000]})
    sided.lines = sided.lines.with_columns(modifier1=pl.Series(["RT", "LT"]))
    matches = found(Clp("A", [Line(5000, 5000), Line(5000, 0, [("CO-18", 5000)])]), sided)
    assert lines(matches) == [(None, "none"), (None, "none")]
    assert told(matches) == [("proposed", "a line is none of ours")]


def test_one_line_that_lost_its_modifier_and_day_is_found_by_code_and_charge() -> None:
    sided = Practice.with_claims({"A": [5000, 6000]})
    sided.lines = sided.lines.with_columns(modifier1=pl.Series(["RT", "LT"]))
    matches = found(Clp("A", [Line(6000, 0, day=None), Line(5000, 0, modifiers=("RT",))]), sided)
    assert lines(matches) == [("AL2", "exact"), ("AL1", "exact")]


def test_the_code_as_we_sent_it_counts_where_the_payer_bundled() -> None:
    matches = found(Clp("A", [Line(20000, 0, code="G0001", submitted="G0463"), Line(10000, 0)]), TWO)
    assert lines(matches) == [("AL1", "exact"), ("AL2", "exact")]


def test_a_line_that_the_payer_split_is_one_line_of_ours() -> None:
    parts = [Line(15000, 0, number="AL1"), Line(5000, 0, number="AL1"), Line(10000, 0, number="AL2")]
    matches = found(Clp("A", parts), TWO)
    assert lines(matches) == [("AL1", "exact"), ("AL1", "exact"), ("AL2", "exact")]
    assert told(matches) == [("exact", None)]


def test_a_claim_charge_that_the_payer_inflated_is_not_exact() -> None:
    inflated = Clp("A", [Line(20000, 0, number="AL1"), Line(10000, 0, number="AL2"), Line(7000, 0, number="AL3")])
    assert told(found(inflated, TWO)) == [("proposed", "a line is none of ours")]
    bare = Clp("A", [], charge=37000, paid=0)
    assert told(found(bare, TWO)) == [("proposed", "the claim charge is 370.00, ours is 300.00")]


def test_a_line_with_another_charge_is_proposed() -> None:
    matches = found(Clp("A", [Line(20001, 0, number="AL1"), Line(9999, 0, number="AL2")]), TWO)
    assert lines(matches) == [("AL1", "proposed"), ("AL2", "proposed")]
    assert told(matches) == [("proposed", "a line has another charge than we sent")]


def test_a_claim_answered_in_parts_is_exact_in_each_part() -> None:
    remit = tables(Remit([Clp("A", [Line(20000, 0, number="AL1")]), Clp("A", [Line(10000, 0, number="AL2")])]))
    matches = match(remit, TWO.claims, TWO.lines)
    assert told(matches) == [("exact", None), ("exact", None)]


def test_a_reversal_carries_our_charges_turned() -> None:
    turned = Clp("A", [Line(-20000, -20000, number="AL1"), Line(-10000, -10000)], status="22")
    assert told(found(turned, TWO)) == [("exact", None)]
    assert lines(found(turned, TWO)) == [("AL1", "exact"), ("AL2", "exact")]
    not_a_reversal = Clp("A", [Line(-20000, -20000, number="AL1"), Line(-10000, -10000, number="AL2")])
    assert told(found(not_a_reversal, TWO))[0][0] == "proposed"


def test_a_number_we_never_sent_matches_nothing() -> None:
    matches = found(Clp("Z", [Line(1, 1)]), TWO)
    assert told(matches) == [("none", "no claim of ours has this claim number")]
    assert matches.lines.height == 0


def test_a_number_mangled_on_the_way_is_proposed_not_posted() -> None:
    assert found(Clp("00a ", [Line(30000, 0)]), TWO).claims["claim_number"].to_list() == ["A"]
    assert told(found(Clp("00a ", [Line(30000, 0)]), TWO))[0] == (
        "proposed",
        "the claim number is ours but for zeros, blanks or case",
    )
    by_line = found(Clp("Z", [Line(20000, 0, number="AL1")]), TWO)
    assert told(by_line) == [("proposed", "the claim number is not ours, its lines are")]
    assert by_line.claims["claim_id"].to_list() == ["id-A"]


def test_the_status_tells_which_payer_of_ours_speaks() -> None:
    both = Practice.with_claims({"A": [20000]})
    second = both.claims.with_columns(payer_sequence=pl.lit("S"), claim_id=pl.lit("id-A2"), payer_id=pl.lit("SYNTH02"))
    both.claims = pl.concat([both.claims, second])
    assert found(Clp("A", [Line(20000, 0)], status="2"), both).claims["claim_id"].to_list() == ["id-A2"]
    assert found(Clp("A", [Line(20000, 0)], status="1"), both).claims["claim_id"].to_list() == ["id-A"]
    # a denial does not say as what it was processed; the payer of the remittance does
    assert found(Clp("A", [Line(20000, 0)], status="4"), both).claims["claim_id"].to_list() == ["id-A"]


def test_two_claims_that_nothing_tells_apart_are_left_to_a_person() -> None:
    both = Practice.with_claims({"A": [20000]})
    both.claims = pl.concat([both.claims, both.claims.with_columns(claim_id=pl.lit("id-A2"))])
    assert told(found(Clp("A", [Line(20000, 0)]), both)) == [
        ("proposed", "the claim number stands for more than one payer of ours")
    ]


def test_a_second_payer_that_answers_a_crossover_is_matched_as_the_second() -> None:
    crossed = Practice.with_claims({"A": [20000]}, second="SYNTH02")
    matches = found(Clp("A", [Line(20000, 0)], status="2"), crossed)
    assert matches.claims.select("how", "payer_sequence", "payer_id").rows() == [("exact", "S", "SYNTH02")]
    alone = found(Clp("A", [Line(20000, 0)], status="2"), TWO)
    assert told(alone) == [("proposed", "processed as another payer sequence than we sent")]


def test_a_day_is_part_of_the_key_while_there_is_one() -> None:
    days = Practice.with_claims({"A": [5000, 5000]})
    days.lines = days.lines.with_columns(service_day=pl.Series([DAY, DAY.replace(day=9)]))
    matches = found(Clp("A", [Line(5000, 0, day=DAY.replace(day=9)), Line(5000, 0)]), days)
    assert lines(matches) == [("AL2", "exact"), ("AL1", "exact")]
