"""What is found by tokens: which rows have which, and how they are made anew under the next index key.

Two kinds of token are made of sealed values. *Search tokens* stand in rows of their own; the app whose rows they find
says how they are made, by a `Searched` named in the setting CLAIMKEEP_SEARCHED. *Identities* stand in a column beside
the sealed text they are made of (`SealedText(token=...)`), one a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.module_loading import import_string

from claimkeep.apps.vault import actions
from claimkeep.apps.vault.fields import SealedText
from claimkeep.apps.vault.models import Token
from claimkeep.engine.crypto.blind_index import BlindIndex

ROWS_AT_ONCE = 300

Tokens = Callable[[BlindIndex, Mapping[str, Any]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Searched:
    """Rows that make search tokens.

    model  : its label, as "patients.Patient"
    row    : the column with the id that the tokens lead to
    facts  : the columns the tokens are made of
    tokens : the tokens of these facts
    """

    model: str
    row: str
    facts: tuple[str, ...]
    tokens: Tokens


def searched() -> list[Searched]:
    """Everything that makes search tokens."""
    return [import_string(path) for path in settings.CLAIMKEEP_SEARCHED]


def identities() -> list[tuple[type[models.Model], str, str]]:
    """Every identity: model, the sealed column it is made of, the column of the token."""
    return [
        (model, field.attname, field.token)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedText) and field.token
    ]


def make_anew(practice_id: UUID, index: BlindIndex) -> Iterator[int]:
    """Every row of the practice is found by tokens of the newest key too; gives how many rows, batch by batch."""
    for kind in searched():
        for batch in _batches(apps.get_model(kind.model), practice_id):
            with transaction.atomic():
                yield _add(kind, batch, index)
    for model, text, column in identities():
        for batch in _batches(model, practice_id):
            yield _rename(model, text, column, batch, index)


def behind(practice_id: UUID, index: BlindIndex) -> int:
    """How many rows of the practice do not have yet what the newest key could make of them."""
    found = 0
    for ids in _found_rows(practice_id):
        newest = Count("token", filter=Q(key_id=index.key_id))
        rows = Token.objects.filter(row_id__in=ids).values("row_id").annotate(newest=newest, of_all=Count("token"))
        found += sum(row["of_all"] - row["newest"] > row["newest"] for row in rows)
    for model, text, column in identities():
        for batch in _batches(model, practice_id):
            for row in model._base_manager.filter(pk__in=batch).only(text, column, "practice_id"):
                clear = getattr(row, text)
                found += clear is not None and index.of(clear) != bytes(getattr(row, column))
    return found


def known_by_older(practice_id: UUID) -> int:
    """How many rows of the practice are from before identities were kept sealed: older keys alone know them again."""
    return sum(
        model._base_manager.filter(practice_id=practice_id, **{f"{text}__isnull": True}).count()
        for model, text, _ in identities()
    )


def drop_older(practice_id: UUID, key_id: int) -> Iterator[int]:
    """Search tokens of other keys than this are gone; gives how many, batch by batch."""
    for ids in _found_rows(practice_id):
        older = Token.objects.filter(row_id__in=ids).filter(Q(key_id=None) | ~Q(key_id=key_id))
        yield older.delete()[0]


def counts(practice_id: UUID) -> Counter[int]:
    """How many search tokens of the practice each index key made; 0 for those from before keys were noted."""
    found: Counter[int] = Counter()
    for ids in _found_rows(practice_id):
        for row in Token.objects.filter(row_id__in=ids).values("key_id").annotate(n=Count("token")).order_by():
            found[row["key_id"] or 0] += row["n"]
    return found


def _batches(model: type[models.Model], practice_id: UUID) -> Iterator[list[Any]]:
    """The primary keys of the practice's rows, some at a time."""
    keys = list(model._base_manager.filter(practice_id=practice_id).order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), ROWS_AT_ONCE):
        yield keys[start : start + ROWS_AT_ONCE]


def _found_rows(practice_id: UUID) -> Iterator[list[Any]]:
    """The ids that search tokens of the practice lead to, some at a time."""
    targets: dict[str, type[models.Model]] = {}
    for kind in searched():
        model = apps.get_model(kind.model)
        field = next(each for each in model._meta.concrete_fields if each.attname == kind.row)
        target: Any = field.related_model or model
        targets[target._meta.label] = target
    for target in targets.values():
        yield from _batches(target, practice_id)


def _add(kind: Searched, keys: list[Any], index: BlindIndex) -> int:
    """The rows' tokens under the newest key are there. The rows are locked: nobody changes their facts meanwhile."""
    rows = apps.get_model(kind.model)._base_manager.select_for_update().filter(pk__in=keys)
    tokens = [
        (token, getattr(row, kind.row))
        for row in rows
        for token in kind.tokens(index, {name: getattr(row, name) for name in kind.facts})
    ]
    actions.add_tokens(tokens, key_id=index.key_id)
    return len(keys)


def _rename(model: type[models.Model], text: str, column: str, keys: list[Any], index: BlindIndex) -> int:
    """The rows whose sealed text is known carry the newest key's token of it."""
    changed = []
    for row in model._base_manager.filter(pk__in=keys).only(text, column, "practice_id"):
        stands, clear = bytes(getattr(row, column)), getattr(row, text)
        fresh = stands if clear is None else index.of(clear)
        if fresh != stands:
            changed.append((row.pk, stands, fresh))
    with transaction.atomic():
        for key, stands, fresh in changed:
            model._base_manager.filter(pk=key, **{column: stands}).update(**{column: fresh})
    return len(changed)
