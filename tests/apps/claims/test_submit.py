"""Claims out: frozen as they stand, each file sent once, whatever breaks in between."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, transaction

from claimkeep.apps.claims import queries, tables
from claimkeep.apps.claims.actions import submit
from claimkeep.apps.claims.models import Claim, ClaimEvent, ClaimVersion, Submission, SubmissionFile
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault import queries as documents
from claimkeep.engine.terms.errors import SetupError, WireError
from claimkeep.engine.x12 import claim_837
from tests.apps.world import NOW, Place, person, place, visit


@pytest.fixture
def ready(here: Place) -> Place:
    """Three claims ready to go."""
    here.receive(*(visit(**person(n)) for n in (1, 2, 3)))
    assert here.build().ready == 3
    return here


def prepare(here: Place) -> int:
    """Ready claims stand in files."""
    return submit.prepare(actor=here.actor, now=NOW)


def send(here: Place) -> int:
    """Files are on the other side."""
    return submit.send(here.box.put_once, actor=here.actor, now=NOW)


def transports() -> set[str]:
    """Where the claims stand on their way."""
    return set(Claim.objects.values_list("transport", flat=True))


def test_ready_claims_stand_frozen_in_one_file_and_nothing_is_sent_yet(ready: Place) -> None:
    assert prepare(ready) == 1
    assert prepare(ready) == 0
    file = SubmissionFile.objects.get()
    assert (file.state, file.claims, file.charge_cents) == ("queued", 3, 60_000)
    assert transports() == {"queued"}
    assert ready.box.sent == {}


def test_the_file_reads_back_as_the_claims_it_was_made_of(ready: Place) -> None:
    prepare(ready)
    file = SubmissionFile.objects.get()
    read, skipped = claim_837.read(documents.document_bytes(ready.actor.practice_id, file.document_id))
    assert skipped == ()
    assert read.claims["claim_number"].to_list() == ["CK00000001", "CK00000002", "CK00000003"]
    assert read.claims["patient_last_name"].to_list() == [f"LASTNAME{n:05d}" for n in (1, 2, 3)]
    assert read.service_lines["line_control_number"].to_list() == [f"CK0000000{n}L01" for n in (1, 2, 3)]


def test_a_file_is_sent_once_and_its_bytes_are_the_stored_ones(ready: Place) -> None:
    prepare(ready)
    assert send(ready) == 1
    assert send(ready) == 0
    file = SubmissionFile.objects.get()
    assert ready.box.sent == {file.name: documents.document_bytes(ready.actor.practice_id, file.document_id)}
    assert (file.state, transports()) == ("sent", {"sent"})


def test_a_crash_before_the_file_is_marked_puts_the_same_bytes_again(
    ready: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(ready)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(submit, "_mark_sent", crash)
    with pytest.raises(KeyboardInterrupt):
        send(ready)
    assert SubmissionFile.objects.get().state == "queued"
    monkeypatch.undo()
    assert prepare(ready) == 0
    assert send(ready) == 1
    assert (ready.box.puts, len(ready.box.sent)) == (2, 1)
    assert ClaimEvent.objects.filter(state="sent").count() == 3


def test_a_wire_that_fails_leaves_the_file_queued(ready: Place) -> None:
    prepare(ready)

    def fails(name: str, data: bytes) -> None:
        raise WireError("not connected")

    with pytest.raises(WireError):
        submit.send(fails, actor=ready.actor, now=NOW)
    assert (SubmissionFile.objects.get().state, transports()) == ("queued", {"queued"})
    assert send(ready) == 1


def test_a_crash_while_a_file_is_written_leaves_the_claims_ready_and_no_file(
    ready: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(submit, "take", crash)
    with pytest.raises(KeyboardInterrupt):
        prepare(ready)
    assert not SubmissionFile.objects.exists() and not ClaimVersion.objects.exists()
    assert set(Claim.objects.values_list("build", flat=True)) == {"ready"}
    monkeypatch.undo()
    assert prepare(ready) == 1
    assert SubmissionFile.objects.get().name == "CK000000001.837"


def test_a_claim_answered_before_its_file_is_marked_sent_is_not_moved_back(ready: Place) -> None:
    prepare(ready)
    Claim.objects.filter(number="CK00000002").update(transport="payer_accepted")
    send(ready)
    assert sorted(Claim.objects.values_list("transport", flat=True)) == ["payer_accepted", "sent", "sent"]


def test_a_version_is_sent_once_by_the_database_itself(ready: Place) -> None:
    prepare(ready)
    first = Submission.objects.earliest("pk")
    first.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        first.save(force_insert=True)


def test_a_claim_has_one_version_of_each_number_and_a_visit_one_claim_a_payer(ready: Place) -> None:
    prepare(ready)
    version = ClaimVersion.objects.earliest("pk")
    claim = version.claim
    for row in (
        ClaimVersion(practice_id=version.practice_id, claim=claim, version=1, sha256=b"", frozen_at=NOW),
        Claim(
            practice_id=claim.practice_id, number="OTHER", encounter_id=claim.encounter_id, patient_id=claim.patient_id,
            coverage_id=claim.coverage_id, payer_id=claim.payer_id, payer_sequence="P", charge_cents=1, created_at=NOW,
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)


def test_a_frozen_version_is_what_its_hash_says_and_stays_when_the_patient_changes(ready: Place) -> None:
    prepare(ready)
    version = ClaimVersion.objects.get(claim__number="CK00000001")
    assert bytes(version.sha256) == tables.sha256(version.content)
    row = Patient.objects.get(claims=version.claim)
    row.last_name = "OTHERNAME"
    row.save()
    again = ClaimVersion.objects.get(pk=version.pk)
    assert "OTHERNAME" not in again.content
    assert json.loads(again.content)[0]["patient_last_name"] == "LASTNAME00001"
    assert tables.sha256(again.content.replace("LASTNAME00001", "OTHERNAME")) != bytes(again.sha256)


def test_more_claims_than_a_file_holds_go_in_several(ready: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "CLAIMS_A_FILE", 2)
    assert prepare(ready) == 2
    assert send(ready) == 2
    assert sorted(SubmissionFile.objects.values_list("claims", flat=True)) == [1, 2]
    assert len(set(SubmissionFile.objects.values_list("interchange_control_number", flat=True))) == 2


def test_a_held_claim_does_not_go(here: Place) -> None:
    here.receive(visit(codes=()))
    here.build()
    assert prepare(here) == 0
    assert here.box.sent == {}


def test_a_practice_without_a_wire_is_told_so_and_nothing_is_frozen(db: None) -> None:
    here = place(wired=False)
    here.receive(visit())
    here.build()
    with pytest.raises(SetupError, match="clearinghouse"):
        prepare(here)
    assert queries.counts(here.actor)["build"] == {"ready": 1}
