"""`claimkeep keys`: status, rotation, the master key on paper, and a practice's end."""

from __future__ import annotations

import io
import re
import stat
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from claimkeep.apps.audit.models import Event
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault import actions, destruction, holders, keyfiles, keyring, rotation
from claimkeep.apps.vault.models import SYSTEM, DataKey
from claimkeep.apps.vault.rotation import Hand
from claimkeep.edge.cli import installation
from claimkeep.edge.config import files
from claimkeep.engine.crypto import keyring as keysets
from claimkeep.engine.crypto import shares as paper
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError, SetupError
from tests.apps.world import NOW, Place, person, place, visit
from tests.edge.cli.conftest import Command

HAND = Hand("system:test", clock=lambda: NOW, wait=lambda seconds: None, settle_s=0)


@pytest.fixture
def full(here: Place) -> Place:
    """An installation whose practice has a patient with a frozen claim."""
    here.claims(visit(**person(1)))
    return here


@pytest.fixture
def own_master(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The master key file and the practices' key files of this test alone, as a copy of those there are."""
    master = tmp_path / "keys" / "master.keyset"
    files.write_secret(master, Path(configured.CLAIMKEEP_MASTER_KEY_FILE).read_bytes())
    settings.CLAIMKEEP_MASTER_KEY_FILE = str(master)
    settings.CLAIMKEEP_PRACTICE_KEYS = str(tmp_path / "keys" / "practices")
    yield master
    keyring.forget()


def names() -> list[str]:
    keyring.forget()
    return [str(p.last_name) for p in Patient.objects.order_by("number")]


def test_status_tells_of_every_key_how_old_it_is_and_what_it_holds(full: Place, claimkeep: Command) -> None:
    said = claimkeep("keys", "status", "--json")
    assert said.code == 0
    rows = {(row["practice"], row["purpose"]): row for row in said.json["keys"]}
    assert {purpose for name, purpose in rows if name == "(installation)"} == set(Purpose)
    for purpose in (Purpose.FIELD, Purpose.DOCUMENT, Purpose.INDEX):
        row = rows["PRACTICENAME", purpose]
        (key,) = row["key_ids"]
        assert row["stage"] == "steady" and row["wrong"] == "" and row["age_days"] > 0
        assert set(row["held_by"]) == {str(key)} and row["held_by"][str(key)] > 0
    assert "PRACTICENAME  field: steady" in claimkeep("keys", "status").out


def test_rotate_changes_the_keys_of_one_practice_and_everything_opens(full: Place, claimkeep: Command) -> None:
    other = place("PRACTICENAME ELSEWHERE")
    before = claimkeep("keys", "status", "--json").json["keys"]
    said = claimkeep("keys", "rotate", "--practice", "PRACTICENAME", "--settle", "0", "--json")
    assert said.code == 0 and said.json["keys"] == 3 and said.json["sealed_anew"] > 20
    after = claimkeep("keys", "status", "--json").json["keys"]
    changed = {
        (b["practice"], b["purpose"]) for b, a in zip(before, after, strict=True) if b["key_ids"] != a["key_ids"]
    }
    assert changed == {("PRACTICENAME", p) for p in ("field", "document", "index")}
    assert other.actor.practice_id and names() == ["LASTNAME00001"]


def test_rotate_goes_on_with_what_was_begun(full: Place, claimkeep: Command) -> None:
    rotation.add(full.actor.practice_id, Purpose.FIELD, HAND)
    said = claimkeep("keys", "rotate", "--settle", "0", "--json")
    assert said.json["keys"] == 1 and "went on with 1 keys" in said.err
    assert claimkeep("keys", "rotate", "--settle", "0", "--json").json["keys"] == 7


def test_no_key_is_printed_or_noted(full: Place, claimkeep: Command) -> None:
    said = [claimkeep("keys", "status", "--json"), claimkeep("keys", "rotate", "--settle", "0", "--json")]
    octets = [bytes(row.wrapped) for row in DataKey.objects.all()] + [keyfiles.master_file().read_bytes()]
    told = " ".join(one.out + one.err for one in said) + " ".join(str(e.detail) for e in Event.objects.all())
    assert not any(part.hex() in told or repr(part)[2:-1] in told for whole in octets for part in (whole, whole[-32:]))


# the master key


def test_a_new_master_key_wraps_everything_and_the_old_one_opens_nothing(
    own_master: Path, here: Place, claimkeep: Command
) -> None:
    here.claims(visit(**person(1)))
    old = keysets.open_master(own_master.read_bytes())
    (old_id,) = succession.key_ids(keyfiles.master_keyset())
    said = claimkeep("keys", "rotate", "--master", "--json")
    assert said.code == 0 and said.json["keys_wrapped"] == 5  # a practice's own key and the system's four
    (new_id,) = succession.key_ids(keyfiles.master_keyset())
    assert new_id != old_id and stat.S_IMODE(own_master.stat().st_mode) == 0o600
    assert [f.name for f in own_master.parent.iterdir() if f.is_file()] == ["master.keyset"]
    assert names() == ["LASTNAME00001"]
    assert old_id not in {keysets.wrapped_by(wrapped) for wrapped in rotation._all_wrapped()}
    row = DataKey.objects.get(practice_id=SYSTEM, purpose=Purpose.FIELD)
    with pytest.raises(SealError):
        keysets.unwrap(bytes(row.wrapped), old, keyring.key_place(SYSTEM, Purpose.FIELD))


@pytest.mark.parametrize("after", range(7))
def test_a_master_rotation_that_is_stopped_leaves_everything_open_and_is_gone_on_with(
    own_master: Path, here: Place, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.claims(visit(**person(1)))
    (old_id,) = succession.key_ids(keyfiles.master_keyset())
    left, replace = [after], keyfiles.replace

    def stopping(file: Path, octets: bytes) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        replace(file, octets)

    wraps = keyring.wrapped

    def stopping_rows(*args: Any) -> bytes:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return wraps(*args)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(keyfiles, "replace", stopping)
        patch.setattr(keyring, "wrapped", stopping_rows)
        rotation.rotate_master(HAND)
    assert names() == ["LASTNAME00001"] and keyring.signer()
    rotation.rotate_master(HAND)
    ids = succession.key_ids(keyfiles.master_keyset())
    assert len(ids) == 1 and ids[0] != old_id
    assert names() == ["LASTNAME00001"]


def test_a_master_key_file_that_cannot_be_written_stays_as_it_was(
    own_master: Path, here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own_master.read_bytes()

    def full_disk(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyfiles.os, "fsync", full_disk)
    with pytest.raises(SetupError, match="No space left on device; the one there stays"):
        rotation.rotate_master(HAND)
    assert own_master.read_bytes() == before
    assert [f.name for f in own_master.parent.iterdir() if f.is_file()] == ["master.keyset"]


def test_master_is_rotated_alone(here: Place, claimkeep: Command) -> None:
    said = claimkeep("keys", "rotate", "--master", "--practice", "PRACTICENAME")
    assert said.code == 2 and "leave --practice and --purpose out" in said.err


def test_a_practice_from_before_practices_had_keys_of_their_own_gets_one(own_master: Path, here: Place) -> None:
    mine = here.actor.practice_id
    here.claims(visit(**person(1)))
    for row in DataKey.objects.filter(practice_id=mine):
        purpose = Purpose(row.purpose)
        row.wrapped = keysets.wrap(keyring.unwrapped(row), keyfiles.master(), keyring.key_place(mine, purpose))
        row.save()
    keyfiles.practice_file(mine).unlink()
    assert names() == ["LASTNAME00001"]
    assert rotation.give_own_keys(HAND) == 1
    assert rotation.give_own_keys(HAND) == 0
    assert keyfiles.practice_file(mine).exists() and names() == ["LASTNAME00001"]


# on paper


def printed(out: str) -> list[str]:
    """The shares as a person reads them off the paper."""
    # "again" is also a word of a share, and may end a line
    pages = [re.sub(r"^.* make master key .* again$", "", page, flags=re.MULTILINE) for page in out.split("Share ")[1:]]
    return [" ".join(re.findall(r"\d+ ([a-z]+)", page)) for page in pages]


def recovered(claimkeep: Command, monkeypatch: pytest.MonkeyPatch, *lines: str) -> Any:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return claimkeep("keys", "recover")


@pytest.fixture
def on_paper(full: Place, claimkeep: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Three shares of this installation's master key, whose file is then away."""
    made = printed(claimkeep("keys", "shares").out)
    there = installation.kept()
    away = tmp_path / "away"
    there.master_key.rename(away)
    yield made
    there.master_key.unlink(missing_ok=True)
    away.rename(there.master_key)
    there.root.joinpath("database.key.sealed").unlink(missing_ok=True)


@pytest.mark.parametrize("pair", [*combinations(range(3), 2), (2, 0)])
def test_any_two_shares_bring_the_master_key_back_and_the_data_open(
    on_paper: list[str], claimkeep: Command, monkeypatch: pytest.MonkeyPatch, pair: tuple[int, int]
) -> None:
    keyring.forget()
    said = recovered(claimkeep, monkeypatch, *(on_paper[n] for n in pair))
    assert said.code == 0, said.err
    assert stat.S_IMODE(installation.kept().master_key.stat().st_mode) == 0o600
    assert names() == ["LASTNAME00001"]


def test_shares_bring_the_key_of_the_built_in_database_back_too(
    on_paper: list[str], claimkeep: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has no key of ours")
    there = installation.kept()
    stood = there.database_key.read_bytes()
    there.database_key.unlink()
    try:
        said = recovered(claimkeep, monkeypatch, *on_paper[:2])
        assert there.database_key.read_bytes() == stood
        assert "database.key is here again too" in said.err
    finally:
        files.write_secret(there.database_key, stood)


def test_shares_that_are_wrong_mixed_or_too_few_are_refused_in_one_line_and_make_nothing(
    on_paper: list[str], claimkeep: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _ = on_paper
    words = first.split()
    other = "abandon" if words[9] != "abandon" else "academic"
    strange = paper.of_master(keysets.new_wrapping_keyset())
    again = "share 1 is not as it was printed"
    for given, reason in (
        ((" ".join([*words[:9], "notaword", *words[10:]]), second), again),
        ((" ".join([*words[:9], "academic" if words[9] != "academic" else "acid", *words[10:]]), second), again),
        ((" ".join([*words[:9], words[10], words[9], *words[11:]]), second), again),
        ((" ".join(words[:-1]), second), again),
        ((first, strange[1]), "different keys, or were not made together"),
        ((first, first), "the same share was given twice"),
        ((first, ""), "share 2 is not as it was printed"),
        (("", ""), again),
    ):
        said = recovered(claimkeep, monkeypatch, *given)
        assert said.code == 2 and reason in said.err, (reason, said.err)
        assert len(said.err.strip().splitlines()) == 1
        assert not any(word in said.err.split() for word in (*words[:12], other) if word not in ("a", "is", "as"))
        assert not installation.kept().master_key.exists()


def test_a_master_key_that_is_there_is_not_replaced(here: Place, claimkeep: Command) -> None:
    said = claimkeep("keys", "recover")
    assert said.code == 2 and "master.keyset is here: move it away first" in said.err


def test_shares_stand_in_no_log_and_that_they_were_made_does(here: Place, claimkeep: Command) -> None:
    said = claimkeep("keys", "shares")
    (event,) = Event.objects.filter(tag="key:shares")
    words = printed(said.out)[0].split()
    assert len(words) == 36 and not any(word in said.err + str(event.detail) for word in words if len(word) > 5)
    assert event.actor.startswith("system:command ")
    installation.kept().root.joinpath("database.key.sealed").unlink(missing_ok=True)


def test_no_shares_are_made_of_a_master_key_that_is_being_changed(own_master: Path, here: Place) -> None:
    keyfiles.add_master_successor()
    with pytest.raises(SealError, match="end its rotation"):
        paper.of_master(keyfiles.master_keyset())


# the end of a practice


def test_a_practice_whose_keys_are_destroyed_is_unreadable_and_the_log_says_who_did_it(
    full: Place, claimkeep: Command
) -> None:
    other = place("PRACTICENAME ELSEWHERE")
    other.claims(visit(**person(2)))
    said = claimkeep("keys", "destroy", "--practice", "PRACTICENAME", "--name", "PRACTICENAME")
    assert said.code == 0, said.err
    keyring.forget()
    with pytest.raises(SealError, match="were destroyed"):
        print(Patient.objects.get(practice_id=full.actor.practice_id).last_name)
    assert Patient.objects.get(practice_id=other.actor.practice_id).last_name == "LASTNAME00002"
    (event,) = Event.objects.filter(tag="key:destroy")
    assert event.subject == f"key:{full.actor.practice_id}" and event.actor.startswith("system:command ")
    actions.make_keys(full.actor.practice_id, now=NOW)
    assert not DataKey.objects.filter(practice_id=full.actor.practice_id).exclude(stage="destroyed").exists()
    again = claimkeep("keys", "destroy", "--practice", "PRACTICENAME", "--name", "PRACTICENAME")
    assert again.code == 0 and "gone already" in again.err and Event.objects.filter(tag="key:destroy").count() == 1
    assert claimkeep("keys", "status").code == 0
    assert claimkeep("keys", "rotate", "--settle", "0").code == 0


def test_an_older_copy_of_the_database_is_unreadable_with_the_master_key_in_hand(own_master: Path, here: Place) -> None:
    mine = here.actor.practice_id
    here.claims(visit(**person(1)))
    copy = {row.purpose: bytes(row.wrapped) for row in DataKey.objects.filter(practice_id=mine)}
    destruction.destroy(mine, HAND)
    for purpose, wrapped in copy.items():
        DataKey.objects.filter(practice_id=mine, purpose=purpose).update(wrapped=wrapped, stage="steady")
    keyring.forget()
    with pytest.raises(SealError, match="does not open"):
        names()


def test_a_name_that_is_not_the_practices_destroys_nothing(full: Place, claimkeep: Command) -> None:
    said = claimkeep("keys", "destroy", "--practice", "PRACTICENAME", "--name", "OTHERNAME")
    assert said.code == 2 and names() == ["LASTNAME00001"] and not Event.objects.filter(tag="key:destroy").exists()


# keys that are wrong


@pytest.mark.parametrize(
    "fault", ["another master", "no master", "damaged master", "of another practice", "damaged", "away"]
)
def test_a_key_that_is_wrong_is_told_in_one_line_and_nothing_is_touched(
    own_master: Path, here: Place, claimkeep: Command, fault: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.claims(visit(**person(1)))
    mine = here.actor.practice_id
    other = place("PRACTICENAME ELSEWHERE")
    own = keyfiles.practice_file(mine)
    if fault == "another master":
        own_master.write_bytes(keysets.new_master())
    elif fault == "no master":
        own_master.unlink()
    elif fault == "damaged master":
        own_master.write_bytes(own_master.read_bytes()[:-3])
    elif fault == "of another practice":
        own.write_bytes(keyfiles.practice_file(other.actor.practice_id).read_bytes())
    elif fault == "damaged":
        own.write_bytes(own.read_bytes()[:-1] + b"\0")
    else:
        own.unlink()
    keyring.forget()
    rows = list(DataKey.objects.order_by("pk").values_list("wrapped", "stage"))
    stands = list(Patient.objects.values_list("last_name"))
    starts = fault in ("of another practice", "damaged", "away")
    said = claimkeep("keys", "rotate", "--settle", "0")
    assert said.code == 2 and len(said.err.strip().splitlines()) == 1, said.err
    assert said.err.startswith("claimkeep: ")
    assert list(DataKey.objects.order_by("pk").values_list("wrapped", "stage")) == rows
    assert list(Patient.objects.values_list("last_name")) == stands
    if starts:  # one practice's key is that practice's affair: the others work, and status names it
        assert claimkeep("keys", "status").code == 1
        assert keyring.sealer(other.actor.practice_id)
        with pytest.raises(SealError):
            keyring.sealer(mine)


def test_counts_are_of_what_each_key_holds_and_of_nothing_else(full: Place) -> None:
    mine = full.actor.practice_id
    (key,) = rotation.key_ids(mine, Purpose.DOCUMENT)
    assert holders.counts(mine, Purpose.DOCUMENT) == {key: 1}
    assert holders.counts(SYSTEM, Purpose.DOCUMENT) == {}
