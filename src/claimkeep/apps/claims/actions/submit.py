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
from claimkeep.apps.claims.models import Claim, ClaimVersion, Submission, SubmissionFile
from claimkeep.apps.organization import actions as organization
from claimkeep.apps.organization import queries as wires
from claimkeep.apps.organization.models import Clearinghouse
from claimkeep.apps.vault import actions as vault
from claimkeep.apps.vault import queries as documents
from claimkeep.engine.terms.errors import SetupError
from claimkeep.engine.x12 import claim_837
from claimkeep.engine.x12.claim_837 import Envelope

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
            ready = list(queries.whole(actor).filter(build="ready")[:CLAIMS_A_FILE])
            if not ready:
                return made
            _write(ready, wire, actor, now)
            made += 1


def _write(ready: Sequence[Claim], wire: Clearinghouse, actor: Actor, now: datetime) -> None:
    contents = [tables.content(c) for c in ready]
    control = organization.next_numbers(actor, "interchange", 1)[0]
    written = claim_837.write(tables.framed(contents), _envelope(wire, control, now))
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
