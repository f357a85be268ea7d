"""What is known of the keys without any of them: ages, stages, and how much each holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from claimkeep.apps.vault import holders, indexed, keyfiles, rotation
from claimkeep.apps.vault.models import DataKey
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.keyring import Purpose


@dataclass(frozen=True, slots=True)
class Key:
    """One keyset's practice and purpose."""

    practice_id: UUID
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Status:
    """How one keyset stands.

    held_by : how many sealed values, or search tokens, each key id holds; 0 stands for what names no key
    needed  : rows that are known again by older index keys alone, which stay for them
    wrong   : why it does not open, or nothing
    """

    key: Key
    stage: str
    age_days: int
    key_ids: tuple[int, ...]
    held_by: Mapping[int, int]
    needed: int
    wrong: str

    def told(self, names: Mapping[UUID, str]) -> dict[str, Any]:
        """As JSON, the practice by its name."""
        return {
            "practice": names.get(self.key.practice_id, str(self.key.practice_id)),
            "purpose": str(self.key.purpose),
            "stage": self.stage,
            "age_days": self.age_days,
            "key_ids": list(self.key_ids),
            "held_by": {str(key): count for key, count in self.held_by.items()},
            "known_by_older_keys": self.needed,
            "wrong": self.wrong,
        }


def keys(practice_id: UUID | None = None) -> list[Key]:
    """Every keyset that was not destroyed, or those of one practice."""
    rows = DataKey.objects.exclude(stage="destroyed").order_by("practice_id", "purpose")
    rows = rows if practice_id is None else rows.filter(practice_id=practice_id)
    return [Key(row.practice_id, Purpose(row.purpose)) for row in rows]


def statuses(*, now: datetime, practice_id: UUID | None = None) -> Iterator[Status]:
    """How every keyset stands, or those of one practice."""
    rows = DataKey.objects.order_by("practice_id", "purpose")
    for row in rows if practice_id is None else rows.filter(practice_id=practice_id):
        key = Key(row.practice_id, Purpose(row.purpose))
        wrong = "" if row.stage == "destroyed" else rotation.check(row.practice_id, key.purpose)
        held = {} if key.purpose is Purpose.SIGNATURE else dict(sorted(_held(key).items()))
        ids = () if wrong or row.stage == "destroyed" else rotation.key_ids(row.practice_id, key.purpose)
        needed = indexed.known_by_older(row.practice_id) if len(ids) > 1 and key.purpose is Purpose.INDEX else 0
        yield Status(key, row.stage, (now - (row.key_at or row.created_at)).days, ids, held, needed, wrong)


def master() -> dict[str, Any]:
    """The ids of the master keys, the one that wraps first."""
    return {"key_ids": list(succession.key_ids(keyfiles.master_keyset()))}


def _held(key: Key) -> Mapping[int, int]:
    if key.purpose is Purpose.INDEX:
        return indexed.counts(key.practice_id)
    return holders.counts(key.practice_id, key.purpose)
