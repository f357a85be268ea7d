"""`claimkeep import`: whatever file comes, a clear answer, the rest of it in, and nothing twice."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from claimkeep.apps.audit.models import Event
from claimkeep.apps.encounters import actions as encounters
from claimkeep.apps.encounters.models import Encounter
from claimkeep.apps.ledger.models import Posting
from claimkeep.apps.organization.models import Sequence
from claimkeep.apps.patients.models import Patient
from claimkeep.edge.simulator import visits
from tests.apps.world import NOW
from tests.edge.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("here")

CSV = (
    "visit_id,line_number,patient_last_name,patient_first_name,patient_birth_date,member_id\n"
    "1,1,LASTNAME,FIRSTNAME,1970-01-31,M1\n"
)


def rows() -> tuple[Any, ...]:
    """All that an import can change."""
    numbers = sorted(Sequence.objects.values_list("practice_id", "kind", "last"))
    return (*(m.objects.count() for m in (Patient, Encounter, Posting, Event)), numbers)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Forty visits as a FHIR bundle."""
    path = tmp_path / "bundle.json"
    path.write_bytes(next(visits.bundles(40, 1, NOW.date(), 40)))
    return path


def test_visits_go_in_once(bundle: Path, claimkeep: Command) -> None:
    first = claimkeep("import", bundle, "--json")
    assert first.code in (0, 1) and first.json["encounters"] > 35
    before = rows()
    again = claimkeep("import", bundle, "--json")
    assert again.json | {"unchanged": 0, "skipped": 0} == dict.fromkeys(first.json, 0)
    assert again.json["unchanged"] == first.json["encounters"]
    assert rows() == before


def test_a_dry_run_tells_the_same_and_changes_nothing(bundle: Path, claimkeep: Command, tmp_path: Path) -> None:
    (tmp_path / "same.json").write_bytes(bundle.read_bytes())
    before = rows()
    dry = claimkeep("import", bundle, tmp_path / "same.json", "--dry-run", "--json")
    assert rows() == before
    wet = claimkeep("import", bundle, tmp_path / "same.json", "--json")
    assert dry == wet
    assert rows() != before


def test_a_break_in_the_middle_of_a_file_keeps_the_batches_before_it(
    bundle: Path, claimkeep: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encounters, "MOST_A_TRANSACTION", 10)
    original, calls = encounters._receive, []

    def breaks(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(encounters, "_receive", breaks)
        assert claimkeep("import", bundle).code == 2
    assert 15 <= Encounter.objects.count() <= 20
    kept = Encounter.objects.count()
    assert claimkeep("import", bundle, "--json").json["unchanged"] == kept


GARBAGE: dict[str, bytes] = {
    "empty": b"",
    "one byte": b"\x00",
    "text": b"LASTNAME, FIRSTNAME\n" * 50,
    "random": random.Random(1).randbytes(5000),
    "isa only": b"ISA*00*LASTNAME",
    "isa and noise": b"ISA" + random.Random(2).randbytes(5000),
    "brace": b"{",
    "brace and noise": b"{" + random.Random(3).randbytes(5000),
    "nested objects": b'{"a":' * 100_000,
    "nested lists": b'{"entry":' + b"[" * 200_000,
    "closed nesting": b'{"resourceType":"Bundle","entry":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a long number": b'{"resourceType":"Bundle","total":' + b"9" * 10_000 + b"}",
    "csv of noise": b"visit_id,x\n" + random.Random(4).randbytes(5000),
    "an executable": b"\x7fELF" + bytes(500),
    "thirty megabytes": random.Random(5).randbytes(30_000_000),
    "thirty megabytes of one segment": b"ISA" + b"A" * 30_000_000,
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_refused_in_clear_words_and_changes_nothing(kind: str, claimkeep: Command, tmp_path: Path) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(GARBAGE[kind])
    before = rows()
    said = claimkeep("import", path, "--json")
    assert said.code == 2, said
    assert rows() == before
    assert said.json["skipped"] and all(row["place"] and row["reason"] for row in said.json["skipped"])
    for word in ("Traceback", "LASTNAME", "unforeseen"):
        assert word not in said.err + said.out


def test_random_damage_to_a_good_file_never_breaks_the_command(
    bundle: Path, claimkeep: Command, tmp_path: Path
) -> None:
    good = next(visits.bundles(4, 2, NOW.date(), 4))
    chance = random.Random(6)
    for n in range(25):
        data = bytearray(good)
        for _ in range(chance.randint(1, 30)):
            at = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 40)]
                case _:
                    data[at:at] = chance.choice([b"null", b'"\\u0000"', b'"\\ud800"', b"-1e400", b"[]", b"{}", b'"x"'])
        (tmp_path / f"{n}.json").write_bytes(data)
    said = claimkeep("import", *sorted(tmp_path.glob("[0-9]*.json")), "--json")
    assert "unforeseen" not in said.err, said.err
    assert all(row["place"] and row["reason"] for row in said.json["skipped"])


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "\\udfff\\ud800", "\\u200b", "x" * 3000, "\\n\\t", "😀"])
def test_odd_text_in_any_field_is_kept_or_skipped(claimkeep: Command, tmp_path: Path, text: str) -> None:
    good = next(visits.bundles(3, 3, NOW.date(), 3)).decode()
    for n, word in enumerate(("LASTNAME", "FIRSTNAME", "SYNTHETIC", "TESTVILLE", "DOCTORLAST", "SYNTH0", "M0000")):
        (tmp_path / f"{n}.json").write_text(good.replace(word, word + text))
    said = claimkeep("import", tmp_path, "--json")
    assert "unforeseen" not in said.err, said.err
    assert all(row["place"] and row["reason"] for row in said.json["skipped"])


def test_a_folder_is_taken_file_by_file_and_one_bad_file_keeps_no_other(
    bundle: Path, claimkeep: Command, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.json").write_bytes(b"{")
    (tmp_path / "hidden").symlink_to(tmp_path / "nowhere")
    said = claimkeep("import", tmp_path, "--json")
    assert said.code == 1 and said.json["encounters"] > 35
    assert {row["file"] for row in said.json["skipped"]} >= {"bad.json", "hidden"}


def test_nothing_to_import_is_told(claimkeep: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = claimkeep("import", tmp_path / "empty")
    assert (said.code, said.out) == (2, "") and "no file here" in said.err
    said = claimkeep("import", tmp_path / "missing")
    assert said.code == 2 and "No such file" in said.err


def test_a_pipe_is_not_waited_for(claimkeep: Command, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = claimkeep("import", tmp_path / "pipe", "--json")
    assert said.code == 2 and "pipe" in said.json["skipped"][0]["reason"]


def test_skipped_records_are_told_to_people_too(claimkeep: Command, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(CSV)
    said = claimkeep("import", tmp_path / "x.csv")
    assert said.code == 2 if "skipped  x.csv: file" in said.err else said.code == 1
    assert "skipped  x.csv: " in said.err and "LASTNAME" not in said.err


@pytest.mark.parametrize("folder", ["x12/837p", "claims/hccinfhir_837", "claims/bfd_eob", "x12/bad", "x12/legacy4010"])
def test_files_of_others_go_in_or_are_told_place_by_place_and_twice_changes_nothing(
    folder: str, claimkeep: Command, shared_data: Path
) -> None:
    if not (shared_data / folder).is_dir():
        pytest.skip(f"the shared samples have no {folder}")
    first = claimkeep("import", shared_data / folder, "--json")
    assert first.code in (0, 1, 2) and "unforeseen" not in first.err and "Traceback" not in first.err
    assert all(row["place"] and row["reason"] for row in first.json["skipped"])
    if folder in ("x12/837p", "claims/hccinfhir_837"):
        assert first.json["encounters"] > 5
    before = rows()
    again = claimkeep("import", shared_data / folder, "--json")
    assert rows() == before
    assert again.json["encounters"] == 0
    assert again.json["unchanged"] == first.json["encounters"] + first.json["unchanged"]
    assert json.dumps(again.json["skipped"]) == json.dumps(first.json["skipped"])
