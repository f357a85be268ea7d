"""The box against the product's own readers and writers, which it shares nothing with: a whole day there and back."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import polars as pl
import pytest

from claimkeep.edge.simulator.judgement import judge
from claimkeep.edge.simulator.memory import Memory
from claimkeep.edge.simulator.misbehaviour import Misbehaviour
from claimkeep.edge.simulator.visits import bundles, fault_of
from claimkeep.engine.intake import fhir
from claimkeep.engine.remit import balance
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.x12 import acknowledge, claim_837, claim_status_277, remittance_835
from claimkeep.engine.x12.write import ControlNumbers, Party

TODAY = date(2026, 3, 2)
SEED = 12
VISITS = 600
HELD = {"npi_check_digit", "no_diagnosis", "pointer_past_diagnoses", "total_not_sum", "future_service"}
"""What our own edits hold, so that it is never sent."""


@pytest.fixture(scope="module")
def sent() -> tuple[ClaimTables, bytes]:
    """The day's visits as claims, and the 837 of those that are not held. CLM01 ends in the number of the visit."""
    (data,) = bundles(VISITS, SEED, TODAY, per_bundle=VISITS)
    tables, _ = fhir.read(data)
    numbers = [int(source.removeprefix("V")) for source in tables.claims["source_id"]]
    going = [row for row, number in enumerate(numbers) if fault_of(number, SEED) not in HELD]
    claims = tables.claims[going].with_columns(
        claim_number=pl.lit("K") + pl.col("source_id"),
        provider_signature=pl.lit("Y"),
        assignment=pl.lit("A"),
        benefits_assignment=pl.lit("Y"),
        release_of_information=pl.lit("Y"),
    )
    of_them = pl.col("claim_row").is_in(claims["claim_row"].implode())
    lines = tables.service_lines.filter(of_them).with_columns(
        line_control_number=pl.format("L{}-{}", "claim_row", "line_number")
    )
    kept = ClaimTables(claims, lines, tables.diagnoses.filter(of_them), tables.other_payers.filter(of_them))
    envelope = claim_837.Envelope(
        "PRACTICE", "BOXCLEARING", "CLINIC", "PRACTICE", "BILLING", "2015550100", "BOX", 1, 1, datetime(2026, 3, 2, 12)
    )
    return kept, claim_837.write(kept, envelope).data


@pytest.fixture(scope="module")
def answered(sent) -> dict[str, bytes]:
    answers, _ = judge(sent[1], 1, SEED, Memory(), Misbehaviour())
    return {answer.name.partition("-")[2].removesuffix(".x12"): answer.data for answer in answers}


def test_the_importer_skips_the_unusable_visits_alone():
    (data,) = bundles(VISITS, SEED, TODAY, per_bundle=VISITS)
    tables, skipped = fhir.read(data)
    unusable = sum(fault_of(number, SEED) == "no_patient" for number in range(VISITS))
    assert unusable and len(skipped) == unusable and tables.size == VISITS - unusable


def test_what_our_writer_writes_the_box_accepts_and_our_reader_understands_each_answer(sent, answered):
    accepted: Counter[str] = Counter()
    for kind, data in answered.items():
        if not kind.startswith("835"):
            told, skipped = acknowledge.read(data)
            assert not skipped, kind
            accepted[kind.split("-")[0]] += told.filter("accepted").height
    unknown = sum(fault_of(number, SEED) == "unknown_member" for number in range(VISITS))
    # the clearinghouse and then a payer speak of each claim; the payer refuses whom it does not know
    assert unknown and accepted == {"ta1": 1, "999": 2, "277": 2 * sent[0].size - unknown}


def test_each_planted_visit_meets_the_fate_it_was_planted_for(answered):
    fates: dict[str, Counter[str]] = {}
    for kind, data in answered.items():
        if kind.startswith("835"):
            tables, skipped = remittance_835.read(data)
            assert not skipped
            reasons = tables.claim_payments.join(tables.adjustments, on="claim_row")
            for number, reason in reasons.select("claim_number", "reason_code").rows():
                fates.setdefault(fault_of(int(number.removeprefix("KV")), SEED), Counter())[reason] += 1
    expected = {"not_covered": "96", "no_authorization": "197", "coverage_ended": "27", "filed_late": "29"}
    for fault, reason in {**expected, "billed_twice": "18"}.items():
        assert fates[fault][reason], fault
    assert not fates[""].keys() & {*expected.values(), "18"}
    assert "unknown_member" not in fates


def test_our_equations_find_every_835_of_the_box_in_balance_and_its_numbers_ours(sent, answered):
    ours, lines = set(sent[0].claims["claim_number"]), set(sent[0].service_lines["line_control_number"])
    remittances = [remittance_835.read(data)[0] for kind, data in answered.items() if kind.startswith("835")]
    assert len(remittances) == 3
    for tables in remittances:
        assert balance.faults(tables).height == 0
        assert set(tables.claim_payments["claim_number"]) <= ours
        assert set(tables.service_payments["line_control_number"]) <= lines


def test_our_equations_find_the_one_cent_that_is_missing(sent):
    answers, _ = judge(sent[1], 1, SEED, Memory(), Misbehaviour(frozenset({"out-of-balance"})))
    for answer in answers:
        if "-835-" in answer.name:
            assert balance.faults(remittance_835.read(answer.data)[0]).height > 0


ENVELOPE = ("ISA", "GS", "BHT", "SE", "GE", "IEA")
PATIENTS = ("HL", "NM1*QC")


def said(data: bytes, without: tuple[str, ...] = ENVELOPE) -> list[str]:
    """The segments, without those of the envelope, which is another's."""
    return [one for one in (each.strip() for each in data.decode().split("~")) if one and not one.startswith(without)]


def test_our_writer_says_of_each_remittance_and_acknowledgment_what_the_box_wrote_itself(sent):
    around = {
        "sender": Party("BOXCLEARING"),
        "receiver": Party("PRACTICE"),
        "when": datetime(2026, 3, 2, 12),
        "control_numbers": ControlNumbers(1, 1),
    }
    answers, _ = judge(sent[1], 1, SEED, Memory(), Misbehaviour(frozenset({"takeback", "reversed"})))
    written: Counter[str] = Counter()
    for answer in answers:
        if "-835-" in answer.name:
            ours = remittance_835.write(remittance_835.read(answer.data)[0], **around)
            assert said(ours) == said(answer.data), answer.name
        elif "-277" in answer.name:
            # the box begins a patient anew with every claim, we say one who has several that follow one another once
            ours = claim_status_277.write(claim_status_277.read(answer.data)[0], **around)
            assert said(ours, ENVELOPE + PATIENTS) == said(answer.data, ENVELOPE + PATIENTS), answer.name
        else:
            continue
        written[answer.name.partition("-")[2][:3]] += 1
    assert written == {"835": 6, "277": 4}
