"""A key gives way to the next one while others read and write, and can be stopped at any moment.

Each step is one short transaction that also writes where the key stands (`DataKey.stage`), so running a rotation again
goes on where it stopped. Between the steps it waits until every process has looked at its keys again:

    steady ─ add ─► added ─ wait, promote ─► promoted ─ wait, seal anew ─► checked ─ wait, look again, drop ─► steady

While a key is only added every process learns to open with it, so that nobody meets a value it cannot open. Once the
new key seals, what older keys sealed is sealed anew, each value only if it still is what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from claimkeep.apps.audit import actions as audit
from claimkeep.apps.vault import holders, indexed, keyfiles, keyring
from claimkeep.apps.vault.models import SYSTEM, DataKey
from claimkeep.engine.crypto import keyring as keysets
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.blind_index import BlindIndex
from claimkeep.engine.crypto.envelope import Sealer
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import ClaimkeepError, SealError, SetupError

SETTLE_S = 2 * keyring.FRESH_S
"""Seconds after which nothing is written any more by a keyset from before a change.

A process may keep a keyset for half of that, and what it sealed may then wait for the database's lock: on SQLite for
20 seconds, on PostgreSQL for as long as its transaction is open, which is asked.
"""

MOST_ROUNDS = 5
"""Times that what was edited meanwhile is gone through again, before it is said that something does not come along."""

MOST_LOOKS = 30
"""Looks, a second apart, at whether transactions from before a step are still open."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who rotates, and what a rotation is given: the time, how to wait, whom to tell how far it is.

    tell : called with what is done and how many values or rows the last batch had
    """

    actor: str
    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    tell: Callable[[str, int], None] = lambda what, count: None
    settle_s: float = SETTLE_S


Target = tuple[UUID, Purpose]


def rotate(targets: Sequence[Target], hand: Hand) -> int:
    """One key alone holds what is sealed for each practice and purpose, and it is a new one; how many were sealed anew.

    Where a rotation of some of them was begun before, those alone are gone on with. Raises SealError when a value does
    not open, or SetupError when something still needs an old key; then that key stays, and running it again goes on.
    """
    going = begun(targets)
    if not going:
        with transaction.atomic():  # all or none, so that going on later means all of them
            for target in targets:
                add(*target, hand)
        going = list(targets)
    for target in going:
        promote(*target, hand)
    done, failures = 0, list[ClaimkeepError]()
    while going:  # each step for all keys before the next one, so that they wait together
        renewed = []
        for target in going:
            try:
                done += renew(*target, hand)
                renewed.append(target)
            except (SealError, SetupError) as error:  # its old key is kept; the others go on
                failures.append(error)
        going = [target for target in renewed if not drop(*target, hand)]
    if len(failures) > 1:
        raise SetupError(f"{len(failures)} keys could not be changed, and are kept. The first: {failures[0]}")
    if failures:
        raise failures[0]
    return done


def begun(targets: Sequence[Target]) -> list[Target]:
    """Those of the targets whose key is on its way to the next one."""
    return [target for target in targets if _row(*target).stage not in ("steady", "destroyed")]


def add(practice_id: UUID, purpose: Purpose, hand: Hand) -> None:
    """The keyset has its next key, which opens only; a signing key signs at once. One that has it already stays."""
    with transaction.atomic():
        row = _locked(practice_id, purpose)
        if row.stage != "steady":
            return
        keyset = succession.with_successor(keyring.unwrapped(row), keysets.new_keyset(purpose))
        fresh = succession.key_ids(keyset)[-1]
        stage = "added"
        if purpose is Purpose.SIGNATURE:  # whoever checks asks the database each time, so nobody has to learn first
            keyset, stage = succession.with_primary(keyset, fresh), "steady"
            row.key_at = hand.clock()
        _store(row, keyset, stage, hand, "key:add", key_id=fresh)


def promote(practice_id: UUID, purpose: Purpose, hand: Hand) -> None:
    """The next key seals from now on."""
    if _stage(practice_id, purpose, hand) != "added":
        return
    with transaction.atomic():
        row = _locked(practice_id, purpose)
        if row.stage != "added":
            return
        keyset = keyring.unwrapped(row)
        fresh = succession.key_ids(keyset)[-1]
        row.key_at = hand.clock()
        _store(row, succession.with_primary(keyset, fresh), "promoted", hand, "key:promote", key_id=fresh)


def renew(practice_id: UUID, purpose: Purpose, hand: Hand) -> int:
    """Nothing is left that an older key sealed; how many values were sealed anew.

    Raises SetupError when something is left all the same.
    """
    if _stage(practice_id, purpose, hand) != "promoted":
        return 0
    _after_open_transactions(practice_id, purpose, hand)
    done = 0
    for _ in range(MOST_ROUNDS):
        for count in _anew(practice_id, purpose):
            done += count
            hand.tell("sealed anew", count)
        left = _left(practice_id, purpose)  # a row somebody edited under our hands was passed over
        if not left:
            break
    else:
        what = "rows are found" if purpose is Purpose.INDEX else "values are opened"
        raise SetupError(f"{left} {what} by the old {purpose} key alone: it is kept; run the rotation again")
    with transaction.atomic():
        row = _locked(practice_id, purpose)
        if row.stage == "promoted":
            _store(row, keyring.unwrapped(row), "checked", hand, "key:reseal", values=done)
    return done


def drop(practice_id: UUID, purpose: Purpose, hand: Hand) -> bool:
    """The older keys are gone; false, and nothing is, when something sealed by one of them came back.

    Index keys stay, to ask with, while rows from before identities were kept sealed are known by them alone.
    """
    if _stage(practice_id, purpose, hand) != "checked":
        return True
    if _left(practice_id, purpose):
        with transaction.atomic():
            row = _locked(practice_id, purpose)
            if row.stage == "checked":
                _store(row, keyring.unwrapped(row), "promoted", hand, "key:reopen")
        return False
    needed = 0
    if purpose is Purpose.INDEX:
        newest = BlindIndex(keyring.unwrapped(_row(practice_id, purpose))).key_id
        for count in indexed.drop_older(practice_id, newest):
            hand.tell("old tokens removed", count)
        needed = indexed.known_by_older(practice_id)
    with transaction.atomic():
        row = _locked(practice_id, purpose)
        if row.stage == "checked":
            keyset = keyring.unwrapped(row)
            gone = list(succession.key_ids(keyset)[1:])
            if needed:
                _store(row, keyset, "steady", hand, "key:keep", key_ids=gone, rows=needed)
            else:
                _store(row, succession.with_primary_only(keyset), "steady", hand, "key:drop", key_ids=gone)
    return True


def rotate_practice_key(practice_id: UUID, hand: Hand) -> None:
    """The practice's own key is a new one, and its keysets are wrapped by it. It has one now if it had none."""
    keyfiles.make_practice_key(practice_id)
    keyfiles.add_practice_successor(practice_id)
    _wrap_rows(practice_id, hand)
    keyfiles.drop_practice_predecessors(practice_id)
    _note(practice_id, "key:practice", hand)


def rotate_master(hand: Hand) -> int:
    """The master key is a new one, and every key is wrapped by it; how many were wrapped anew.

    Every process reads the file whenever it opens a keyset, so nobody has to learn of the new key first.
    """
    fresh = keyfiles.add_master_successor()
    _note(SYSTEM, "key:master_add", hand, key_id=fresh)
    done = 0
    for practice_id in keyfiles.practices_with_a_file():
        keyfiles.wrap_again(practice_id)
        done += 1
        hand.tell("keys wrapped anew", 1)
    for row in DataKey.objects.exclude(stage="destroyed").order_by("pk"):
        if row.practice_id == SYSTEM or keyfiles.practice_key(row.practice_id) is None:
            done += _wrap_row(row.pk, hand)
    with transaction.atomic():
        keyring.master_turn()
        older = keyfiles.older_masters()
        left = sum(keysets.wrapped_by(wrapped) in older for wrapped in _all_wrapped())
        if left:
            raise SetupError(f"{left} keys are still wrapped by the old master key: it is kept; rotate it again")
        _note(SYSTEM, "key:master_drop", hand, key_ids=list(older))
        keyfiles.drop_master_predecessors()
    return done


def _all_wrapped() -> Iterator[bytes]:
    yield from (keyfiles.practice_file(one).read_bytes() for one in keyfiles.practices_with_a_file())
    yield from (bytes(wrapped) for wrapped in DataKey.objects.values_list("wrapped", flat=True))


def give_own_keys(hand: Hand) -> int:
    """Every practice's keysets are wrapped by a key of its own, in a file; how many practices had none before."""
    masters = succession.key_ids(keyfiles.master_keyset())
    rows = DataKey.objects.exclude(practice_id=SYSTEM)
    found = {row.practice_id for row in rows if keysets.wrapped_by(bytes(row.wrapped)) in masters}
    for practice_id in sorted(found):
        keyfiles.make_practice_key(practice_id)
        _wrap_rows(practice_id, hand)
        _note(practice_id, "key:practice", hand)
    return len(found)


def _anew(practice_id: UUID, purpose: Purpose) -> Any:
    keyset = keyring.unwrapped(_row(practice_id, purpose))
    if purpose is Purpose.INDEX:
        yield from indexed.make_anew(practice_id, BlindIndex(keyset))
        return
    sealer = Sealer(keyset)
    for holder in holders.holders(purpose):
        yield from holder.reseal(practice_id, sealer)


def _left(practice_id: UUID, purpose: Purpose) -> int:
    """How many values or rows of the practice still need an older key."""
    keyset = keyring.unwrapped(_row(practice_id, purpose))
    if purpose is Purpose.INDEX:
        return indexed.behind(practice_id, BlindIndex(keyset))
    found = holders.counts(practice_id, purpose)
    return sum(found[key] for key in succession.key_ids(keyset)[1:])


def _row(practice_id: UUID, purpose: Purpose) -> DataKey:
    row = DataKey.objects.filter(practice_id=practice_id, purpose=purpose).first()
    if row is None:
        raise SetupError(f"there is no {purpose} key of this practice")
    return row


def _locked(practice_id: UUID, purpose: Purpose) -> DataKey:
    return DataKey.objects.select_for_update().get(practice_id=practice_id, purpose=purpose)


def _stage(practice_id: UUID, purpose: Purpose, hand: Hand) -> str:
    """The stage the key is in, once every process knows it."""
    row = _row(practice_id, purpose)
    if row.stage == "destroyed":
        raise SetupError(f"the {purpose} key of this practice was destroyed")
    if row.stage != "steady" and row.stage_at is not None:
        rest = (row.stage_at + timedelta(seconds=hand.settle_s) - hand.clock()).total_seconds()
        if rest > 0:
            hand.tell("waiting until every process knows", 0)
            hand.wait(min(rest, hand.settle_s))
    return row.stage


def _store(row: DataKey, keyset: Any, stage: str, hand: Hand, tag: str, **detail: Any) -> None:
    purpose = Purpose(row.purpose)
    row.wrapped = keyring.wrapped(keyset, row.practice_id, purpose)
    row.mark = succession.mark(succession.key_ids(keyset)[0])
    row.stage, row.stage_at = stage, hand.clock()
    row.save()
    _note(row.practice_id, tag, hand, purpose=str(purpose), **detail)


def _note(practice_id: UUID, tag: str, hand: Hand, **detail: Any) -> None:
    """The step is in the audit log: ids of keys and counts, never a key."""
    whose = "system" if practice_id == SYSTEM else str(practice_id)
    with transaction.atomic():
        audit.note(
            tag,
            subject=f"key:{whose}",
            actor=hand.actor,
            now=hand.clock(),
            practice_id=None if practice_id == SYSTEM else practice_id,
            **detail,
        )


def _wrap_rows(practice_id: UUID, hand: Hand) -> int:
    return sum(_wrap_row(row.pk, hand) for row in DataKey.objects.filter(practice_id=practice_id).order_by("pk"))


def _wrap_row(key: int, hand: Hand) -> int:
    """The keyset of a row is wrapped by the key that wraps now."""
    with transaction.atomic():
        row = DataKey.objects.select_for_update().get(pk=key)
        if row.stage == "destroyed":
            return 0
        row.wrapped = keyring.wrapped(keyring.unwrapped(row), row.practice_id, Purpose(row.purpose))
        row.save(update_fields=["wrapped"])
        _note(row.practice_id, "key:wrap", hand, purpose=row.purpose)
    hand.tell("keys wrapped anew", 1)
    return 1


def _after_open_transactions(practice_id: UUID, purpose: Purpose, hand: Hand) -> None:
    """No transaction is open that may hold what it sealed before the new key sealed everywhere.

    SQLite has one writer at a time, and the next statement here waits for it. Raises SetupError when one stays open.
    """
    since = _row(practice_id, purpose).stage_at
    if connection.vendor != "postgresql" or since is None:
        return
    until = since + timedelta(seconds=hand.settle_s / 2)
    for _ in range(MOST_LOOKS):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start < %s"
                " AND pid <> pg_backend_pid()",
                [until],
            )
            (open_ones,) = cursor.fetchone() or (0,)
        if not open_ones:
            return
        hand.tell("waiting for open transactions", 0)
        hand.wait(1)
    raise SetupError("a transaction from before the new key is still open: run the rotation again when it has ended")


def note_shares(hand: Hand, key_id: int) -> None:
    """That shares of the master key were made is in the audit log."""
    _note(SYSTEM, "key:shares", hand, key_id=key_id)


def key_ids(practice_id: UUID, purpose: Purpose) -> tuple[int, ...]:
    """The ids of the keys of a keyset, the one that seals first."""
    return succession.key_ids(keyring.unwrapped(_row(practice_id, purpose)))


def check(practice_id: UUID, purpose: Purpose) -> str:
    """What is wrong with a key, in a line, or nothing."""
    try:
        keyring.unwrapped(_row(practice_id, purpose))
    except SealError as error:
        return str(error)
    return ""
