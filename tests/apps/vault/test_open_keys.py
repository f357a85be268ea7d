"""A process uses an opened keyset for a minute at most, and looks for a key it does not know."""

from __future__ import annotations

import pytest

from claimkeep.apps.vault import keyring, rotation
from claimkeep.apps.vault.models import DataKey
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.envelope import place
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError
from tests.apps.vault.test_rotation import HAND
from tests.apps.world import Place


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is, to be moved by hand."""
    now = [1000.0]
    monkeypatch.setattr(keyring, "monotonic", lambda: now[0])
    keyring.forget()
    return now


def test_a_changed_key_seals_after_a_minute_and_not_later(here: Place, clock: list[float]) -> None:
    mine = here.actor.practice_id
    (old,) = keyring.sealer(mine).key_ids
    keyring.index(mine)
    for purpose in (Purpose.FIELD, Purpose.INDEX):
        rotation.add(mine, purpose, HAND)
        rotation.promote(mine, purpose, HAND)
    clock[0] += keyring.FRESH_S - 1
    assert keyring.sealer(mine).key_ids[0] == old and len(keyring.index(mine).each()) == 1
    assert len(keyring.index_for_writing(mine).each()) == 2
    clock[0] += 1
    assert keyring.sealer(mine).key_ids[0] != old and len(keyring.index(mine).each()) == 2


def test_a_value_of_a_key_this_process_does_not_know_yet_opens_at_once(here: Place, clock: list[float]) -> None:
    mine, where = here.actor.practice_id, place("p", "t", "c", "r")
    keyring.sealer(mine)
    rotation.add(mine, Purpose.FIELD, HAND)
    rotation.promote(mine, Purpose.FIELD, HAND)
    row = DataKey.objects.get(practice_id=mine, purpose=Purpose.FIELD)
    sealed = keyring.Sealer(keyring.unwrapped(row)).seal(b"LASTNAME", where)
    assert keyring.opened(mine, sealed, where) == b"LASTNAME"
    with pytest.raises(SealError):
        keyring.opened(mine, succession.mark(1) + sealed[5:], where)


def test_no_more_keysets_are_held_open_than_said(
    here: Place, elsewhere: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "MOST_OPEN", 1)
    keyring.forget()
    for place_ in (here, elsewhere, here):
        assert keyring.sealer(place_.actor.practice_id) and keyring.index(place_.actor.practice_id)
        assert (len(keyring._sealers), len(keyring._indexes)) == (1, 1)
