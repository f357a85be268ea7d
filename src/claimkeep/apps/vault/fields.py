"""Model fields whose column holds only ciphertext.

A sealed field takes and gives clear values in Python and nothing else touches them: the value is sealed as the row is
written, bound to practice, table, column and row, and opened when the attribute is read. The model needs a
`practice_id` and a primary key that is known before the row is written. A clear value can reach no query.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from claimkeep.apps.vault import keyring
from claimkeep.engine.crypto.envelope import place
from claimkeep.engine.terms.errors import SealError


class Sealed(bytes):
    """A value as it stands in its column."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<sealed>"


class _SealedAttribute(DeferredAttribute):
    """Opens the value when it is read."""

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        value = super().__get__(instance, cls)
        field: Any = self.field
        return field.opened(instance, value) if isinstance(value, Sealed) else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedText(models.BinaryField):
    """Text that is ciphertext in the database. None stays null; the empty string is stored as null.

    digest : the column that holds the SHA-256 of the clear text; another text is not written, and does not open
    token  : the column that holds the blind-index token of the clear text, made anew when the index key changes
    """

    descriptor_class = _SealedAttribute
    _pyi_private_set_type: str | None
    _pyi_private_get_type: str | None  # type: ignore[assignment]

    def __init__(self, *args: Any, digest: str = "", token: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        self.digest, self.token = digest, token
        super().__init__(*args, **kwargs)

    def clone(self) -> SealedText:
        """A copy that keeps what is no affair of the column's: neither is told to migrations."""
        fresh: SealedText = super().clone()
        fresh.digest, fresh.token = self.digest, self.token
        return fresh

    def spelled(self, value: Any) -> str:
        """The clear text of a value."""
        return str(value)

    def read(self, text: str) -> Any:
        """The value of a clear text."""
        return text

    def _place(self, instance: Any) -> bytes:
        return place(str(instance.practice_id), instance._meta.db_table, self.attname, str(instance.pk))

    def opened(self, instance: Any, value: Sealed) -> Any:
        """The clear value of this row. Raises SealError."""
        where = self._place(instance)
        clear = _opened(type(instance), self.attname, value, instance.pk, instance.practice_id, where)
        self.check_digest(instance, clear)
        return self.read(clear.decode())

    def check_digest(self, instance: Any, clear: bytes) -> None:
        """Raises SealError when the row says that its clear text is another one."""
        if self.digest and hashlib.sha256(clear).digest() != bytes(getattr(instance, self.digest)):
            raise SealError("a sealed value is not the one its row was written for")

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or value == "":
            return None
        practice_id = model_instance.practice_id  # type: ignore[attr-defined]
        sealer = keyring.sealer(practice_id)
        if isinstance(value, Sealed):
            if add:
                self.opened(model_instance, value)  # a copy of another row would be shut for ever: refused here
            if value.startswith(sealer.mark) or not sealer.knows(value):
                return value
            clear = sealer.open(bytes(value), self._place(model_instance))  # an older key's: it must not come back
        else:
            clear = self.spelled(value).encode()
        self.check_digest(model_instance, clear)
        sealed = Sealed(sealer.seal(clear, self._place(model_instance)))
        model_instance.__dict__[self.attname] = sealed
        return sealed

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """What the column holds, marked as sealed."""
        return None if value is None else Sealed(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise SealError(f"{self.model._meta.label}.{self.name} takes no clear value in a query")
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        """A sealed column can be asked only whether it is null; to find a value, use its tokens."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: Any) -> str:
        raise SealError("a sealed value is not serialised")


class SealedDate(SealedText):
    """A date that is ciphertext in the database."""

    _pyi_private_set_type: date | None  # type: ignore[assignment]
    _pyi_private_get_type: date | None  # type: ignore[assignment]

    def spelled(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else date.fromisoformat(value).isoformat()

    def read(self, text: str) -> date:
        return date.fromisoformat(text)


def open_row(model: type[models.Model], row: Mapping[str, Any], practice_id: UUID) -> dict[str, Any]:
    """A `.values()` row of `model` with its sealed columns opened; the row must carry the primary key."""
    key = str(row[model._meta.pk.name])
    opened = dict(row)
    for name, value in row.items():
        if isinstance(value, Sealed):
            field: Any = model._meta.get_field(name)
            where = place(str(practice_id), model._meta.db_table, field.attname, key)
            opened[name] = field.read(_opened(model, name, value, key, practice_id, where).decode())
    return opened


def _opened(model: type[models.Model], name: str, value: Sealed, key: Any, practice_id: UUID, where: bytes) -> bytes:
    """The value in the clear; a row that was read before its key gave way to the next is looked at once more."""
    try:
        return keyring.opened(practice_id, bytes(value), where)
    except SealError:
        stands = model._base_manager.filter(pk=key).values_list(name, flat=True).first()
        if stands is None or stands == value or keyring.sealer(practice_id).knows(value):
            raise
        return keyring.opened(practice_id, bytes(stands), where)
