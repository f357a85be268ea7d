"""Ready claims go out: frozen, written, kept sealed, then sent, each file exactly once.

`prepare` writes bytes and ledger of submissions in one transaction and sends nothing. `send` hands the stored bytes to
a sender that puts a name only once, then marks the file. A crash between the two leaves a queued file: the next `send`
puts it again under the same name, which the sender answers without sending when it is there already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.claims import queries, tables
from claimkeep.apps.claims.actions.steps import Step, take
from claimkeep.apps.claims.models import Claim, ClaimFinding, ClaimVersion, Submission, SubmissionFile
from claimkeep.apps.organization import actions as organization
from claimkeep.apps.organization import queries as wires
from claimkeep.apps.organization.models import Clearinghouse
from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault import queries as documents
from claimkeep.engine.terms.errors import SetupError, X12Error
from claimkeep.engine.x12 import claim_837
from claimkeep.engine.x12.claim_837 import Envelope, Written

CLAIMS_A_FILE = 500

Put = Callable[[str, bytes], None]
"""Puts bytes under a name on the other side, once: a name that is there already with the same bytes is left."""


def prepare(*, actor: Actor, now: datetime) -> int:
    """Every ready claim is frozen and stands in a queued file; how many files are new."""
    require(actor, "claim:send")
    wire = wires.clearinghouse(actor)
    if wire is None:
        raise SetupError("this practice has no clearinghouse yet: connect one before sending claims")
    made = 0
    while True:
        with transaction.atomic():
            organization.take_turn(actor, "turn:claims")
            ready = list(queries.whole(actor).filter(build="ready")[:CLAIMS_A_FILE])
            if not ready:
                return made
            made += _write(ready, wire, actor, now)


def _write(ready: Sequence[Claim], wire: Clearinghouse, actor: Actor, now: datetime) -> bool:
    """The claims stand in a new queued file; false when none of them could be written."""
    control = organization.next_numbers(actor, "interchange", 1)[0]
    ready, contents, written = _written(list(ready), _envelope(wire, control, now), actor, now)
    if written is None:
        return False
    name = f"CK{control:09d}.837"
    document = vault.keep_document(actor.practice_id, kind="837P", name=name, data=written.data, now=now)
    file = SubmissionFile.objects.create(
        practice_id=actor.practice_id,
        name=name,
        document=document,
        interchange_control_number=control,
        group_control_number=control,
        claims=len(ready),
        charge_cents=sum(c.charge_cents for c in ready),
        created_at=now,
    )
    versions = [_version(c, content, actor, now) for c, content in zip(ready, contents, strict=True)]
    ClaimVersion.objects.bulk_create(versions, batch_size=1000)
    placed = {row["claim_row"]: row for row in written.placed.iter_rows(named=True)}
    Submission.objects.bulk_create(
        Submission(
            practice_id=actor.practice_id,
            file=file,
            version=v,
            idempotency_key=_key(c, v),
            transaction_control_number=placed[row]["transaction_control_number"],
            segment=placed[row]["segment"],
        )
        for row, (c, v) in enumerate(zip(ready, versions, strict=True))
    )
    take(
        [
            Step(c.pk, axis, state, code=name, document_id=document.pk)
            for c in ready
            for axis, state in (("build", "frozen"), ("transport", "queued"))
        ],
        actor=actor,
        now=now,
    )
    notes = [audit.Note("claim:freeze", f"patient:{c.patient_id}", f"claim:{c.number}") for c in ready]
    audit.note_all(notes, actor=actor.id, now=now, practice_id=actor.practice_id)
    return True


def _written(
    ready: list[Claim], envelope: Envelope, actor: Actor, now: datetime
) -> tuple[list[Claim], list[tables.Content], Written | None]:
    """The claims that could be written, their contents and bytes.

    No edit should let a claim through that cannot be written. Where one does, that claim is held with the writer's
    reason and the others go: one claim never stops the rest.
    """
    contents = [tables.content(c) for c in ready]
    while ready:
        try:
            return ready, contents, claim_837.write(tables.framed(contents), envelope)
        except X12Error as error:
            if error.place is None or error.place.row is None:
                raise
            _hold(ready.pop(error.place.row - 1), error, actor, now)
            contents.pop(error.place.row - 1)
    return ready, contents, None


def _hold(claim: Claim, error: X12Error, actor: Actor, now: datetime) -> None:
    what = error.place.field if error.place else ""
    ClaimFinding.objects.create(
        practice_id=actor.practice_id,
        claim=claim,
        edit="ENV-02",
        severity="R",
        message=f"The claim cannot be written: {what}{': ' if what else ''}{error.reason}."[:240],
        fix="Correct it in the record; the claim is scrubbed again then."[:240],
        cite=error.cite[:120],
        found_at=now,
    )
    take([Step(claim.pk, "build", "held", code="ENV-02")], actor=actor, now=now)


def _version(claim: Claim, content: tables.Content, actor: Actor, now: datetime) -> ClaimVersion:
    text = content.text()
    return ClaimVersion(
        practice_id=actor.practice_id, claim=claim, version=1, content=text, sha256=tables.sha256(text), frozen_at=now
    )


def _key(claim: Claim, version: ClaimVersion) -> bytes:
    return hashlib.sha256(f"{claim.payer_id}|{claim.practice_id}|{claim.number}|{version.version}".encode()).digest()


def _envelope(wire: Clearinghouse, control: int, now: datetime) -> Envelope:
    return Envelope(
        sender_qualifier="ZZ",
        sender_id=wire.sender_id,
        receiver_qualifier="ZZ",
        receiver_id=wire.receiver_id,
        submitter_name=wire.submitter_name,
        submitter_id=wire.submitter_id,
        contact_name=wire.contact_name,
        contact_phone=wire.contact_phone,
        receiver_name=wire.name,
        interchange_control_number=control,
        group_control_number=control,
        when=now,
        usage=wire.usage,
    )


def send(put: Put, *, actor: Actor, now: datetime) -> int:
    """Every queued file is on the other side and marked sent; how many."""
    waiting = queries.unsent_files(actor)
    for file in waiting:
        put(file.name, documents.document_bytes(actor.practice_id, file.document_id))
        _mark_sent(file, actor, now)
    return len(waiting)


@transaction.atomic
def _mark_sent(file: SubmissionFile, actor: Actor, now: datetime) -> None:
    mine = SubmissionFile.objects.filter(practice_id=actor.practice_id, pk=file.pk, state="queued")
    if not mine.update(state="sent", sent_at=now):
        return
    waiting = Submission.objects.filter(file=file, version__claim__transport="queued")  # answered ones are past this
    keys = waiting.values_list("version__claim_id", flat=True)
    take(
        [Step(key, "transport", "sent", code=file.name, document_id=file.document_id) for key in keys],
        actor=actor,
        now=now,
    )
    audit.note(
        "file:send",
        subject=f"file:{file.pk}",
        actor=actor.id,
        now=now,
        practice_id=actor.practice_id,
        claims=file.claims,
    )
