"""TA1, 999 and 277CA move the transport axis of the claims they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.claims.actions.steps import Step, take
from claimkeep.apps.claims.models import TRANSPORT, Claim, ReceivedFile, Submission
from claimkeep.apps.vault import queries as documents
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12 import acknowledge as x12

_CONTROL_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
"""ISA13 and GS06: at most nine digits (X12.5)."""

_RANK = {state: rank for rank, state in enumerate(TRANSPORT)}
_LEVEL = {"interchange": "interchange", "group": "group", "transaction": "group"}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How many claims moved, how many answers speak of nothing we sent, and what could not be read."""

    moved: int
    unknown: int
    skipped: tuple[Skipped, ...]


@transaction.atomic
def acknowledge(file: ReceivedFile, *, actor: Actor, now: datetime) -> Acknowledged:
    """Every claim the file speaks of stands where the answer puts it; an answer never moves a claim back.

    A claim that was refused needs rework; it never entered adjudication, so it goes again as an original.
    """
    require(actor, "answer:receive")
    answers, skipped = x12.read(documents.document_bytes(actor.practice_id, file.document_id))
    stands = _Standing(actor)
    moved: list[Step] = []
    unknown = 0
    for answer in answers.iter_rows(named=True):
        keys = list(stands.spoken_of(answer))
        unknown += not keys
        moved += [step for key in keys for step in stands.steps(key, answer, file.document_id)]
    take(moved, actor=actor, now=now)
    notes = [audit.Note("claim:acknowledge", f"claim:{s.claim_id}", s.code) for s in moved if s.axis == "transport"]
    audit.note_all(notes, actor=actor.id, now=now, practice_id=actor.practice_id)
    return Acknowledged(len(notes), unknown, skipped)


class _Standing:
    """Which claims an answer speaks of, and where they stand as the file is read."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._states: dict[UUID, str] = {}
        self._files: dict[tuple[str, str | None], list[UUID]] = {}

    def spoken_of(self, answer: Mapping[str, Any]) -> Iterator[UUID]:
        """The claims of the file, the set, or the one claim that is answered."""
        if answer["level"] == "claim":
            yield from self._known(Claim.objects.filter(number=answer["claim_number"] or ""))
            return
        column, number = (
            ("interchange_control_number", answer["interchange_control_number"])
            if answer["level"] == "interchange"
            else ("group_control_number", answer["group_control_number"])
        )
        if not _CONTROL_NUMBER.fullmatch(number or ""):
            return
        wanted = (f"{column}:{int(number)}", answer["transaction_control_number"])
        if wanted not in self._files:
            sent = Submission.objects.filter(practice_id=self._actor.practice_id, **{f"file__{column}": int(number)})
            if answer["level"] == "transaction":
                sent = sent.filter(transaction_control_number=answer["transaction_control_number"] or "")
            keys = sent.values_list("version__claim_id", flat=True)
            self._files[wanted] = list(self._known(Claim.objects.filter(pk__in=list(keys))))
        yield from self._files[wanted]

    def _known(self, claims: Any) -> Iterator[UUID]:
        for key, state in claims.filter(practice_id=self._actor.practice_id).values_list("pk", "transport"):
            self._states.setdefault(key, state)
            yield key

    def steps(self, key: UUID, answer: Mapping[str, Any], document_id: UUID) -> Iterator[Step]:
        """The step on the transport axis, and rework when it is a refusal."""
        if answer["level"] == "group" and answer["accepted"]:
            return  # each set of the group has its own answer beside this one
        state = _state(answer)
        if _RANK[state] <= _RANK[self._states[key]]:
            return
        self._states[key] = state
        code = answer["reason"] or answer["code"] or ""
        yield Step(key, "transport", state, code=code, document_id=document_id)
        if not answer["accepted"]:
            yield Step(key, "recovery", "rework", code=code, document_id=document_id)


def _state(answer: Mapping[str, Any]) -> str:
    where = _LEVEL.get(answer["level"]) or ("payer" if answer["from_payer"] else "clearinghouse")
    return f"{where}_{'accepted' if answer['accepted'] else 'rejected'}"
