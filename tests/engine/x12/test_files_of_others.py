"""Files other projects wrote, read from beside the repository; they are not ours to copy."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import acknowledge, claim_837, kind, remittance_835

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
FOLDERS = ("837p", "837i", "837d", "835", "999", "ta1", "277ca", "bad", "270", "271", "276", "277", "legacy4010")
FILES = sorted(path for folder in FOLDERS for path in (SHARED / "x12" / folder).glob("*")) + sorted(
    (SHARED / "claims" / "hccinfhir_837").glob("*")
)

pytestmark = pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")

DIVIDED_OTHERWISE = {
    "LinuxForHe_demo.cob.2ndary.example4.837",
    "LinuxForHe_demo.example9.837",
    "LinuxForHe_demo.example11.837",
    "LinuxForHe_demo.example12.837",
}
"""Composites divided by another character than ISA16 names."""

MISCOUNTED = {"Inteligenz_ProfessionalClaim1.txt", "mjkubba_edi835-demo-005010X221.edi"}
"""SE01 is wrong: the set cannot be trusted to be whole."""


def files(*folders: str) -> list[Path]:
    return [path for path in FILES if path.parent.name in folders]


def test_every_file_is_read_or_refused_with_an_x12_error() -> None:
    refused = set()
    for path in FILES:
        data = path.read_bytes()
        for read in (kind.kinds, claim_837.read, remittance_835.read, acknowledge.read):
            try:
                read(data)
            except X12Error:
                refused.add(path.name)
    assert refused == {"imsweb_x12_no_isa_line.txt"}


def test_every_sound_professional_file_gives_whole_claims() -> None:
    for path in files("837p", "hccinfhir_837"):
        tables, skipped = claim_837.read(path.read_bytes())
        if path.name in DIVIDED_OTHERWISE | MISCOUNTED:
            assert tables.size == 0 and len(skipped) == 1, path.name
            continue
        assert skipped == (), path.name
        assert tables.size >= 1, path.name
        needed = (
            "claim_number",
            "charge_cents",
            "billing_provider_last_name",
            "subscriber_member_id",
            "patient_last_name",
            "frequency_code",
            "source_id",
        )
        assert tables.claims.select(needed).null_count().sum_horizontal().item() == 0, path.name
        lines = tables.service_lines
        assert (
            lines.select("procedure_code", "charge_cents", "units_milli", "service_day")
            .null_count()
            .sum_horizontal()
            .item()
            == 0
        ), path.name
        assert set(tables.claims["claim_row"]) == set(lines["claim_row"]) == set(tables.diagnoses["claim_row"])
        charged = lines.group_by("claim_row").agg(pl.col("charge_cents").sum()).sort("claim_row")["charge_cents"]
        if path.parent.name == "hccinfhir_837":
            assert charged.to_list() == tables.claims["charge_cents"].to_list(), path.name


def test_institutional_and_dental_sets_are_left_out_with_a_reason_where_none_are_asked_for() -> None:
    for path in files("837i", "837d"):
        tables, skipped = claim_837.read(path.read_bytes(), kinds={"837P"})
        assert tables.size == 0 and len(skipped) == 1, path.name
        assert "institutional" in skipped[0].reason or "dental" in skipped[0].reason or "SE01" in skipped[0].reason
        assert skipped[0].place.transaction == 1


def test_every_sound_remittance_gives_its_payment() -> None:
    for path in files("835"):
        tables, skipped = remittance_835.read(path.read_bytes())
        whole = path.name not in MISCOUNTED
        assert tables.payments.height == whole, path.name
        if whole:
            assert all("left empty" in one.reason for one in skipped), path.name
            assert tables.payments["payment_cents"].null_count() == 0
            assert tables.claim_payments.height >= 1 and tables.adjustments.height >= 1
            assert tables.adjustments["amount_cents"].null_count() == 0


def test_acknowledgements_say_what_was_accepted() -> None:
    answers = {path.name: acknowledge.read(path.read_bytes())[0] for path in files("999", "ta1", "277ca")}
    assert answers["ack_generic_rejected.txt"].select("code", "reason", "accepted").rows() == [("R", "006", False)]
    three = answers["kputnam_response-to-functional-group-containing-3-837s.edi"]
    assert three["code"].to_list() == ["A", "R", "R", "P"]
    assert three["accepted"].to_list() == [True, False, False, True]
    assert answers["imsweb_x12_277CA_accepted.txt"].select("claim_number", "accepted", "from_payer").rows() == [
        ("5781", True, True)
    ]


def test_broken_files_give_no_claim() -> None:
    for path in files("bad"):
        if path.name != "imsweb_x12_no_isa_line.txt":
            tables, skipped = claim_837.read(path.read_bytes())
            assert tables.size == 0 and skipped, path.name
