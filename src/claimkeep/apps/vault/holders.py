"""Who holds what is sealed: every column that must be sealed anew before an old key may go.

A *holder* can say how many of its values each key sealed, by the octets in front of them and without opening any, and
can seal anew what older keys sealed. Sealed fields are found in the registry of models; what stands above the vault and
is no sealed field is named in the setting CLAIMKEEP_HOLDERS.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from claimkeep.apps.vault.fields import SealedText
from claimkeep.apps.vault.models import Document
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.envelope import Sealer, place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError

ROWS_AT_ONCE = 500
DOCUMENTS_AT_ONCE = 8
"""Rows read, sealed anew and written in one short transaction."""


class Holder(Protocol):
    """What holds sealed values of one purpose."""

    @property
    def purpose(self) -> Purpose:
        """The purpose of the keys that sealed them."""

    def columns(self) -> Collection[tuple[str, str]]:
        """The columns, by table and name."""

    def counts(self, practice_id: UUID) -> Counter[int]:
        """How many values of the practice each key sealed, by its id."""

    def reseal(self, practice_id: UUID, keys: Sealer) -> Iterator[int]:
        """Every value that an older key of these sealed is sealed by the first; gives how many, batch by batch.

        A value that was changed meanwhile is left: who changed it sealed it by the newer key. Raises SealError when a
        value does not open; it stays as it is.
        """


@dataclass(frozen=True)
class SealedTable:
    """The sealed columns of one table, each bound to practice, table, column and row."""

    model: type[models.Model]
    names: tuple[str, ...]
    purpose: Purpose = Purpose.FIELD
    at_once: int = ROWS_AT_ONCE

    def columns(self) -> list[tuple[str, str]]:
        """The columns, by table and name."""
        return [(self._table, name) for name in self.names]

    def counts(self, practice_id: UUID) -> Counter[int]:
        """How many values of the practice each key sealed, by its id."""
        found: Counter[int] = Counter()
        with connection.cursor() as cursor:
            for name in self.names:
                column = connection.ops.quote_name(name)
                cursor.execute(
                    f"SELECT substr({column}, 1, {succession.MARK_BYTES}), count(*) FROM {self._quoted}"
                    f" WHERE practice_id = %s AND {column} IS NOT NULL GROUP BY 1",
                    [self._practice(practice_id)],
                )
                for begins, count in cursor.fetchall():
                    found[succession.key_of(bytes(begins)) or 0] += count
        return found

    def reseal(self, practice_id: UUID, keys: Sealer) -> Iterator[int]:
        """Every value that an older key of these sealed is sealed by the first; gives how many, batch by batch."""
        found = self._behind(practice_id, keys)
        for start in range(0, len(found), self.at_once):
            rows = self._read(found[start : start + self.at_once])
            yield self._write([self._sealed_anew(row, practice_id, keys) for row in rows])

    @property
    def _table(self) -> str:
        return self.model._meta.db_table

    @property
    def _quoted(self) -> str:
        return connection.ops.quote_name(self._table)

    @property
    def _key(self) -> Any:
        return self.model._meta.pk

    def _practice(self, practice_id: UUID) -> Any:
        return models.UUIDField().get_db_prep_value(practice_id, connection)

    def _behind(self, practice_id: UUID, keys: Sealer) -> list[Any]:
        """The primary keys of the rows with a value of an older key, as the database lists them.

        All in one look: in the order of the primary key, part by part, each part would sort the whole table anew.
        """
        old = [succession.mark(key) for key in keys.key_ids[1:]]
        if not old:
            return []
        columns = self._columns()
        among = f"IN ({', '.join(['%s'] * len(old))})"
        wanted = " OR ".join(f"substr({column}, 1, {succession.MARK_BYTES}) {among}" for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self._key_column()} FROM {self._quoted} WHERE practice_id = %s AND ({wanted})",
                [self._practice(practice_id), *old * len(columns)],
            )
            return [row[0] for row in cursor.fetchall()]

    def _read(self, keys: Sequence[Any]) -> list[tuple[Any, ...]]:
        """These rows: primary key, what the places need, the sealed columns."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join([self._key_column(), *self._extra(), *self._columns()])} FROM {self._quoted}"
                f" WHERE {self._key_column()} IN ({', '.join(['%s'] * len(keys))})",
                list(keys),
            )
            return list(cursor.fetchall())

    def _columns(self) -> list[str]:
        return [connection.ops.quote_name(name) for name in self.names]

    def _key_column(self) -> str:
        return connection.ops.quote_name(self._key.column)

    def _extra(self) -> Sequence[str]:
        return [connection.ops.quote_name(name) for name in self._digests().values()]

    def _digests(self) -> dict[str, str]:
        fields: list[Any] = [self.model._meta.get_field(name) for name in self.names]
        return {field.attname: field.digest for field in fields if getattr(field, "digest", "")}

    def _place(self, practice_id: UUID, name: str, row: Sequence[Any]) -> bytes:
        return place(str(practice_id), self._table, name, str(self._key.to_python(row[0])))

    def _sealed_anew(self, row: Sequence[Any], practice_id: UUID, keys: Sealer) -> tuple[Any, dict[str, Any]]:
        """Primary key, and by column what stood there and what shall."""
        changes, digests = {}, self._digests()
        for name, value in zip(self.names, row[-len(self.names) :], strict=True):
            stands = None if value is None else bytes(value)
            if stands is None or stands.startswith(keys.mark) or not keys.knows(stands):
                continue
            where = self._place(practice_id, name, row)
            try:
                clear = keys.open(stands, where)
            except SealError:
                key = self._key.to_python(row[0])
                raise SealError(f"{self._table}.{name} of row {key} does not open: its old key is kept") from None
            if name in digests and hashlib.sha256(clear).digest() != bytes(row[1 + list(digests).index(name)]):
                raise SealError(f"{self._table}.{name} is not the text its row was written for: its old key is kept")
            changes[name] = (stands, keys.seal(clear, where))
        return row[0], changes

    def _write(self, rows: Sequence[tuple[Any, dict[str, Any]]]) -> int:
        alike: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        for key, changes in rows:
            values = [fresh for _, fresh in changes.values()] + [key] + [stood for stood, _ in changes.values()]
            alike[tuple(changes)].append(values)
        alike.pop((), None)
        changed = 0
        with transaction.atomic(), connection.cursor() as cursor:
            for names, parameters in alike.items():
                columns = [connection.ops.quote_name(name) for name in names]
                cursor.executemany(
                    f"UPDATE {self._quoted} SET {', '.join(f'{c} = %s' for c in columns)}"
                    f" WHERE {self._key_column()} = %s"
                    f" AND {' AND '.join(f'{c} = %s' for c in columns)}",
                    parameters,
                )
                changed += cursor.rowcount * len(names)
        return changed


class Documents(SealedTable):
    """The vault's documents: each bound to its kind as well."""

    def __init__(self) -> None:
        super().__init__(Document, ("sealed",), Purpose.DOCUMENT, DOCUMENTS_AT_ONCE)

    def _extra(self) -> Sequence[str]:
        return ["kind"]

    def _place(self, practice_id: UUID, name: str, row: Sequence[Any]) -> bytes:
        return place(str(practice_id), self._table, row[1], str(self._key.to_python(row[0])))


def holders(purpose: Purpose | None = None) -> list[Holder]:
    """Every holder, or those of one purpose."""
    found: list[Holder] = [Documents()]
    for model in apps.get_models():
        names = tuple(field.attname for field in model._meta.concrete_fields if isinstance(field, SealedText))
        if names:
            found.append(SealedTable(model, names))
    found += [import_string(path) for path in settings.CLAIMKEEP_HOLDERS]
    return [holder for holder in found if purpose in (None, holder.purpose)]


def counts(practice_id: UUID, purpose: Purpose) -> Counter[int]:
    """How many values of the practice each key of the purpose sealed, over all holders."""
    return sum((holder.counts(practice_id) for holder in holders(purpose)), Counter())
