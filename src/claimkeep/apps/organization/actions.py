"""Writes of the organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from claimkeep.apps.access.roles import Actor, require
from claimkeep.apps.audit import actions as audit
from claimkeep.apps.organization import tables
from claimkeep.apps.organization.models import (
    BillingProvider,
    Clearinghouse,
    Facility,
    Payer,
    Practice,
    Provider,
    Sequence,
)
from claimkeep.apps.vault import actions as vault


@transaction.atomic
def found_practice(*, name: str, by: str, now: datetime) -> Practice:
    """A practice exists, with keys of its own."""
    practice = Practice.objects.create(name=name, created_at=now)
    vault.make_keys(practice.pk, now=now)
    audit.note("practice:found", subject=f"practice:{practice.pk}", actor=by, now=now, practice_id=practice.pk)
    return practice


@transaction.atomic
def connect_clearinghouse(*, actor: Actor, now: datetime, **wire: Any) -> Clearinghouse:
    """The practice's claims go by this wire from now on; `wire` is the columns of Clearinghouse."""
    require(actor, "organization:write")
    row, _ = Clearinghouse.objects.update_or_create(practice_id=actor.practice_id, defaults=wire)
    audit.note(
        "clearinghouse:connect",
        subject=f"practice:{actor.practice_id}",
        actor=actor.id,
        now=now,
        practice_id=actor.practice_id,
    )
    return row


def next_numbers(actor: Actor, kind: str, count: int) -> range:
    """`count` numbers that were never given out before; inside the caller's transaction."""
    Sequence.objects.get_or_create(practice_id=actor.practice_id, kind=kind)
    row = Sequence.objects.select_for_update().get(practice_id=actor.practice_id, kind=kind)
    first = row.last + 1
    Sequence.objects.filter(pk=row.pk).update(last=row.last + count)
    return range(first, first + count)


def take_turn(actor: Actor, work: str) -> None:
    """Nobody else does this work in this practice until the caller's transaction ends."""
    Sequence.objects.get_or_create(practice_id=actor.practice_id, kind=work)
    Sequence.objects.select_for_update().get(practice_id=actor.practice_id, kind=work)


def _known(actor: Actor, model: type[models.Model], facts: Iterable[Mapping[str, str]]) -> dict[bytes, models.Model]:
    wanted = {tables.digest(f): f for f in facts}
    rows = model._default_manager.filter(practice_id=actor.practice_id, digest__in=list(wanted))
    there = {bytes(row.digest): row for row in rows}  # type: ignore[attr-defined]
    fresh = [model(practice_id=actor.practice_id, digest=key, **f) for key, f in wanted.items() if key not in there]
    model._default_manager.bulk_create(fresh)
    return there | {bytes(row.digest): row for row in fresh}  # type: ignore[attr-defined]


def know_billing_providers(actor: Actor, facts: Iterable[Mapping[str, str]]) -> dict[bytes, models.Model]:
    """Every billing provider of these facts is a row; by digest."""
    return _known(actor, BillingProvider, facts)


def know_providers(actor: Actor, facts: Iterable[Mapping[str, str]]) -> dict[bytes, models.Model]:
    """Every provider of these facts is a row; by digest."""
    return _known(actor, Provider, facts)


def know_facilities(actor: Actor, facts: Iterable[Mapping[str, str]]) -> dict[bytes, models.Model]:
    """Every facility of these facts is a row; by digest."""
    return _known(actor, Facility, facts)


def know_payers(actor: Actor, facts: Iterable[Mapping[str, str]]) -> dict[str, Payer]:
    """Every payer named by its id is a row; the first name seen stays. By payer id, or by name where it has none."""
    wanted: dict[str, Mapping[str, str]] = {}
    for f in facts:
        wanted.setdefault(tables.payer_key(f), f)
    there = {p.payer_id: p for p in Payer.objects.filter(practice_id=actor.practice_id, payer_id__in=list(wanted))}
    fresh = [
        Payer(practice_id=actor.practice_id, **{**f, "payer_id": key}) for key, f in wanted.items() if key not in there
    ]
    Payer.objects.bulk_create(fresh)
    return there | {p.payer_id: p for p in fresh}
