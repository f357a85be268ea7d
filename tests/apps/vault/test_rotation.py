"""Keys give way to the next ones: everything is sealed anew, nothing is lost, and only a sealed column may change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings as configured
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection, models, transaction

from claimkeep.apps.access import actions as access
from claimkeep.apps.audit.models import Event
from claimkeep.apps.claims.models import ClaimVersion
from claimkeep.apps.coverage import tables as plans
from claimkeep.apps.coverage.models import Coverage
from claimkeep.apps.encounters import tables
from claimkeep.apps.encounters.models import Encounter
from claimkeep.apps.patients import queries as patients
from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault import actions, holders, indexed, keyring, keystatus, queries, rotation
from claimkeep.apps.vault.fields import Sealed, SealedText
from claimkeep.apps.vault.models import SYSTEM, DataKey, Document, Token
from claimkeep.apps.vault.rotation import Hand
from claimkeep.edge.web import seeds
from claimkeep.engine.crypto import succession
from claimkeep.engine.crypto.keyring import Purpose
from claimkeep.engine.terms.errors import SealError, SetupError
from tests.apps.world import CLAIM, NOW, Place, of, person, visit

HAND = Hand("system:test", clock=lambda: NOW, wait=lambda seconds: None, settle_s=0)
SEALING = (Purpose.FIELD, Purpose.DOCUMENT)
PLAIN = {
    ("access_user", "password"): "no secret of ours: argon2id",
    ("audit_event", "leaf"): "a hash",
    ("audit_head", "peaks"): "a hash",
    ("audit_signedhead", "root"): "a hash",
    ("audit_tile", "root"): "a hash",
    ("claims_claimversion", "sha256"): "a hash",
    ("claims_receivedfile", "sha256"): "a hash",
    ("claims_submission", "idempotency_key"): "a hash",
    ("organization_billingprovider", "digest"): "a hash",
    ("organization_facility", "digest"): "a hash",
    ("organization_provider", "digest"): "a hash",
    ("remits_claimpayment", "fingerprint"): "a hash",
    ("remits_remittance", "content_sha256"): "a hash",
    ("vault_datakey", "mark"): "the id of a key",
    ("vault_datakey", "wrapped"): "a keyset, wrapped by a key that is no data key",
    ("vault_document", "sha256"): "a hash",
    ("vault_token", "token"): "a search token",
}
"""Columns of octets that hold nothing a data key sealed, and what they hold."""


@pytest.fixture
def full(here: Place) -> Place:
    """A practice with something in each of the tables."""
    here.claims(visit(**person(1)), visit(**person(2)))
    return here


def keys(practice_id: UUID, purpose: Purpose) -> tuple[int, ...]:
    return rotation.key_ids(practice_id, purpose)


def everything(practice_id: UUID) -> dict[str, Any]:
    """Every sealed value of the practice in the clear, and every document."""
    found: dict[str, Any] = {}
    for holder in holders.holders(Purpose.FIELD):
        if isinstance(holder, holders.SealedTable):
            for row in holder.model._base_manager.filter(practice_id=practice_id):
                found |= {f"{holder.model.__name__}.{row.pk}.{name}": getattr(row, name) for name in holder.names}
    for document in Document.objects.filter(practice_id=practice_id):
        found[f"document {document.pk}"] = queries.document_bytes(practice_id, document.pk)
    return found


def raw_marks(practice_id: UUID) -> Counter[tuple[str, str, int | None]]:
    """Who sealed every value in every sealed column, as the database gives its octets: no holder is asked."""
    found: Counter[tuple[str, str, int | None]] = Counter()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedText) or (model is Document and field.name == "sealed"):
                with connection.cursor() as cursor:
                    key = models.UUIDField().get_db_prep_value(practice_id, connection)
                    table, column = model._meta.db_table, field.column
                    cursor.execute(f"SELECT {column} FROM {table} WHERE practice_id = %s", [key])
                    for (value,) in cursor.fetchall():
                        if value is not None:
                            found[table, str(column), succession.key_of(bytes(value))] += 1
    return found


@pytest.mark.parametrize("purpose", SEALING)
def test_after_a_rotation_everything_opens_and_nothing_is_left_that_the_old_key_sealed(
    full: Place, elsewhere: Place, purpose: Purpose
) -> None:
    mine, other = full.actor.practice_id, elsewhere.actor.practice_id
    elsewhere.claims(visit(**person(3)))
    before, marks, theirs = everything(mine), raw_marks(mine), raw_marks(other)
    (old,) = keys(mine, purpose)
    count = sum(n for (_, _, key), n in marks.items() if key == old)
    assert count >= (1 if purpose is Purpose.DOCUMENT else 40)
    assert rotation.rotate([(mine, purpose)], HAND) == count
    (new,) = keys(mine, purpose)
    assert new != old
    after = raw_marks(mine)
    assert not any(key == old for _, _, key in after)
    assert sum(n for (_, _, key), n in after.items() if key == new) == count
    keyring.forget()
    assert everything(mine) == before
    assert raw_marks(other) == theirs


def test_every_column_of_octets_is_a_holders_or_known_to_hold_nothing_sealed() -> None:
    known = {column for holder in holders.holders() for column in holder.columns()}
    tokens = {(model._meta.db_table, token) for model, _, token in indexed.identities()}
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.BinaryField) or field.name in ("data", "password", "secret"):
                found.add((model._meta.db_table, str(field.column)))
    assert known - found == set()
    assert found - known - tokens - set(PLAIN) == set()
    assert not known & set(PLAIN)


def test_a_holder_that_is_forgotten_is_seen(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CLAIMKEEP_HOLDERS = ()
    with pytest.raises(AssertionError):
        test_every_column_of_octets_is_a_holders_or_known_to_hold_nothing_sealed()


def test_every_kind_of_second_factor_with_a_seed_is_known() -> None:
    assert set(configured.MFA_SUPPORTED_TYPES) == set(seeds.SEED_OF)


def test_second_factors_are_sealed_anew_and_codes_still_open(here: Place) -> None:
    actions.make_keys(SYSTEM, now=NOW)
    rows = []
    for number, (kind, where) in enumerate(seeds.SEED_OF.items()):
        user = access.add_person(
            email=f"p{number}@demo.invalid", name="P", password=f"long enough {number}", role="biller",
            practice_id=here.actor.practice_id, by="system:test", now=NOW,
        )  # fmt: skip
        data = {where: seeds.sealed("SEED", user.pk), "last_step": 7}
        rows.append(Authenticator.objects.create(user=user, type=kind, data=data))
    (old,) = keys(SYSTEM, Purpose.FIELD)
    assert rotation.rotate([(SYSTEM, Purpose.FIELD)], HAND) == 2
    (new,) = keys(SYSTEM, Purpose.FIELD)
    assert holders.counts(SYSTEM, Purpose.FIELD) == {new: 2} and old != new
    keyring.forget()
    for row in rows:
        row.refresh_from_db()
        assert seeds.opened(row.data[seeds.SEED_OF[row.type]], row.user_id) == "SEED"
        assert row.data["last_step"] == 7


def test_a_code_given_while_its_seed_is_sealed_anew_is_neither_undone_nor_refused(here: Place) -> None:
    from claimkeep.edge.web import second_factor

    actions.make_keys(SYSTEM, now=NOW)
    user = access.add_person(
        email="p@demo.invalid", name="P", password="long enough 1", practice_id=here.actor.practice_id, role="biller",
        by="system:test", now=NOW,
    )  # fmt: skip
    row = Authenticator.objects.create(
        user=user, type="totp", data={"secret": seeds.sealed("JBSWY3DPEHPK3PXP", user.pk)}
    )
    rotation.add(SYSTEM, Purpose.FIELD, HAND)
    rotation.promote(SYSTEM, Purpose.FIELD, HAND)
    keyring.forget()
    resealing = seeds.SEEDS.reseal(SYSTEM, keyring.sealer(SYSTEM))
    stale = Authenticator.objects.get(pk=row.pk)
    assert next(resealing) == 1
    assert second_factor.spend_step(Authenticator.objects.get(pk=row.pk), 9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(second_factor, "step_of", lambda seed, code: 10 if seed == "JBSWY3DPEHPK3PXP" else None)
        assert second_factor.spend(stale, "000000")
        assert not second_factor.spend(Authenticator.objects.get(pk=row.pk), "000000")
    row.refresh_from_db()
    assert row.data["last_step"] == 10


def test_an_edit_made_while_values_are_sealed_anew_is_kept(full: Place) -> None:
    mine = full.actor.practice_id
    rotation.add(mine, Purpose.FIELD, HAND)
    rotation.promote(mine, Purpose.FIELD, HAND)
    keyring.forget()
    (holder,) = (h for h in holders.holders(Purpose.FIELD) if ("patients_patient", "last_name") in h.columns())
    assert isinstance(holder, holders.SealedTable)
    keyset = keyring.sealer(mine)
    read = holder._read(holder._behind(mine, keyset))
    anew = [holder._sealed_anew(row, mine, keyset) for row in read]
    edited = Patient.objects.order_by("pk")[0]
    edited.last_name = "EDITEDNAME"
    edited.save()
    assert len(read) == 2 and holder._write(anew) == len(anew[1][1])  # the row nobody edited
    assert Patient.objects.get(pk=edited.pk).last_name == "EDITEDNAME"
    rotation.rotate([(mine, Purpose.FIELD)], HAND)
    assert Patient.objects.get(pk=edited.pk).last_name == "EDITEDNAME"


def test_a_row_read_before_a_rotation_opens_after_it_and_is_saved_under_the_new_key(full: Place) -> None:
    mine = full.actor.practice_id
    read, saved = list(Patient.objects.order_by("number"))
    name, other = (p.last_name for p in Patient.objects.order_by("number"))
    rotation.add(mine, Purpose.FIELD, HAND)
    rotation.promote(mine, Purpose.FIELD, HAND)
    keyring.forget()
    saved.state = "NY"
    rotation.renew(mine, Purpose.FIELD, HAND)
    saved.save()
    assert rotation.drop(mine, Purpose.FIELD, HAND)
    keyring.forget()
    assert read.last_name == name
    assert Patient.objects.get(pk=saved.pk).last_name == other
    assert len({key for table, _, key in raw_marks(mine) if table == "patients_patient"}) == 1


def test_a_value_that_comes_back_under_the_old_key_is_sealed_anew_before_the_key_goes(full: Place) -> None:
    mine = full.actor.practice_id
    rotation.add(mine, Purpose.FIELD, HAND)
    stale = Patient.objects.order_by("pk").values_list("last_name", flat=True)[0]
    name = Patient.objects.order_by("pk")[0].last_name
    rotation.promote(mine, Purpose.FIELD, HAND)
    rotation.renew(mine, Purpose.FIELD, HAND)
    row = Patient.objects.order_by("pk")[0]
    Patient.objects.filter(pk=row.pk).update(last_name=stale)
    assert not rotation.drop(mine, Purpose.FIELD, HAND)
    assert rotation.rotate([(mine, Purpose.FIELD)], HAND) == 1
    keyring.forget()
    assert Patient.objects.get(pk=row.pk).last_name == name


def test_a_value_that_does_not_open_keeps_its_old_key_and_is_named_by_its_place(full: Place) -> None:
    mine = full.actor.practice_id
    row = Patient.objects.order_by("pk")[0]
    stands = bytearray(Patient.objects.filter(pk=row.pk).values_list("last_name", flat=True).get())
    stands[-1] ^= 1
    Patient.objects.filter(pk=row.pk).update(last_name=Sealed(bytes(stands)))
    with pytest.raises(SealError) as caught:
        rotation.rotate([(mine, Purpose.FIELD)], HAND)
    assert str(caught.value) == f"patients_patient.last_name of row {row.pk} does not open: its old key is kept"
    assert len(keys(mine, Purpose.FIELD)) == 2


def test_between_the_steps_it_waits_until_every_process_has_looked_again(here: Place) -> None:
    now, waited = [NOW], []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        now[0] += timedelta(seconds=seconds)

    hand = Hand("system:test", clock=lambda: now[0], wait=wait)
    rotation.rotate([(here.actor.practice_id, purpose) for purpose in SEALING], hand)
    assert waited == [120.0, 120.0, 120.0]  # before promoting, before sealing anew, before dropping: all keys together
    assert rotation.SETTLE_S >= 2 * keyring.FRESH_S


def test_a_rotation_that_was_begun_is_gone_on_with_and_no_third_key_is_made(full: Place) -> None:
    mine = full.actor.practice_id
    (old,) = keys(mine, Purpose.FIELD)
    rotation.add(mine, Purpose.FIELD, HAND)
    added = keys(mine, Purpose.FIELD)
    rotation.add(mine, Purpose.FIELD, HAND)
    assert keys(mine, Purpose.FIELD) == added and added[0] == old
    rotation.rotate([(mine, Purpose.FIELD), (mine, Purpose.DOCUMENT)], HAND)
    assert keys(mine, Purpose.FIELD) == added[1:]
    assert len(keys(mine, Purpose.DOCUMENT)) == 1


def test_every_step_is_an_event_without_a_key_in_it(here: Place) -> None:
    first = Event.objects.count()
    rotation.rotate([(here.actor.practice_id, Purpose.FIELD)], HAND)
    events = list(Event.objects.order_by("seq")[first:])
    assert [e.tag for e in events] == ["key:add", "key:promote", "key:reseal", "key:drop"]
    assert {e.subject for e in events} == {f"key:{here.actor.practice_id}"}
    assert all(set(e.detail) <= {"purpose", "key_id", "key_ids", "values"} for e in events)


def test_a_rotation_whose_event_cannot_be_written_does_not_happen(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys(here.actor.practice_id, Purpose.FIELD)

    def fails(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("no")

    monkeypatch.setattr("claimkeep.apps.vault.rotation.audit.note", fails)
    with pytest.raises(DatabaseError):
        rotation.rotate([(here.actor.practice_id, Purpose.FIELD)], HAND)
    assert keys(here.actor.practice_id, Purpose.FIELD) == before


# what is found by tokens


def found(here: Place, **asked: Any) -> list[str]:
    keyring.forget()
    return [p.number for p in patients.search(here.actor, now=NOW, **asked)]


SEARCHES: list[dict[str, Any]] = [
    {"last_name": "LASTNAME0000"},
    {"last_name": "LASTNAME00001", "first_name": "FI"},
    {"member_id": "M00000002"},
    {"phone": "5555550100", "last_name": "LA"},
]


def test_searches_find_the_same_at_every_step_of_a_new_index_key(full: Place) -> None:
    mine = full.actor.practice_id
    before = [found(full, **asked) for asked in SEARCHES]
    assert all(before)
    for step in (rotation.add, rotation.promote, rotation.renew, rotation.drop):
        step(mine, Purpose.INDEX, HAND)
        assert [found(full, **asked) for asked in SEARCHES] == before, step
    (new,) = keys(mine, Purpose.INDEX)
    assert set(Token.objects.values_list("key_id", flat=True)) == {new}


def test_the_same_file_changes_nothing_at_every_step_of_a_new_index_key(full: Place) -> None:
    mine = full.actor.practice_id
    again = (visit(**person(1)), visit(**person(2)))
    for step in (rotation.add, rotation.promote, rotation.renew, rotation.drop):
        step(mine, Purpose.INDEX, HAND)
        got = full.receive(*again)
        assert (got.unchanged, got.patients, got.encounters, got.skipped) == (2, 0, 0, ())
    fresh = full.receive(visit(**person(1) | {"source_id": "VISITNEW"}))
    assert (fresh.encounters, fresh.patients, fresh.coverages) == (1, 0, 0)
    assert (Patient.objects.count(), Coverage.objects.count(), Encounter.objects.count()) == (2, 2, 3)


def test_who_came_in_while_index_keys_changed_is_found_afterwards(full: Place) -> None:
    mine = full.actor.practice_id
    rotation.add(mine, Purpose.INDEX, HAND)
    full.receive(visit(**person(5)))
    rotation.promote(mine, Purpose.INDEX, HAND)
    full.receive(visit(**person(6)))
    rotation.rotate([(mine, Purpose.INDEX)], HAND)
    full.receive(visit(**person(7)))
    assert [len(found(full, last_name=f"LASTNAME0000{n}")) for n in (5, 6, 7)] == [1, 1, 1]
    assert [full.receive(visit(**person(n))).unchanged for n in (5, 6, 7)] == [1, 1, 1]


def test_whoever_makes_tokens_and_is_forgotten_keeps_the_old_index_key(full: Place, settings: Any) -> None:
    settings.CLAIMKEEP_SEARCHED = settings.CLAIMKEEP_SEARCHED[1:]
    with pytest.raises(SetupError, match="by the old index key alone"):
        rotation.rotate([(full.actor.practice_id, Purpose.INDEX)], HAND)
    assert len(keys(full.actor.practice_id, Purpose.INDEX)) == 2
    assert all(found(full, **asked) for asked in SEARCHES)


def test_what_came_in_before_identities_were_kept_is_known_again_by_its_old_key_which_stays_to_ask_with(
    full: Place,
) -> None:
    mine, index = full.actor.practice_id, keyring.index(full.actor.practice_id)
    (old,) = keys(mine, Purpose.INDEX)
    Patient.objects.update(identity_of=None)
    for coverage in Coverage.objects.all():
        (_, text) = plans.identity(coverage.patient_id, coverage.payer_id, plans.primary(CLAIM | person_of(coverage)))
        Coverage.objects.filter(pk=coverage.pk).update(identity_of=None, identity=index.of(text))
    for number, row in enumerate(Encounter.objects.order_by("number"), start=1):
        (arrived,) = tables.spread(of(visit(**person(number))))
        content = index.exact("encounters.content", arrived.canonical())
        Encounter.objects.filter(pk=row.pk).update(source_of=None, content_of=None, content=content)
    for round_ in range(2):
        rotation.rotate([(mine, Purpose.INDEX)], HAND)
        ids = keys(mine, Purpose.INDEX)
        assert old in ids[1:] and len(ids) == 2 + round_
        assert set(Token.objects.values_list("key_id", flat=True)) == {ids[0]}
        assert all(found(full, **asked) for asked in SEARCHES)
        assert full.receive(visit(**person(1)), visit(**person(2))).unchanged == 2
        fresh = full.receive(visit(**person(1) | {"source_id": f"VISITNEW{round_}"}))
        assert (fresh.encounters, fresh.patients, fresh.coverages) == (1, 0, 0)
    (told,) = (s for s in keystatus.statuses(now=NOW, practice_id=mine) if s.key.purpose is Purpose.INDEX)
    assert (told.stage, told.needed) == ("steady", Patient.objects.count() + Coverage.objects.count() + 2 * 2)


def person_of(coverage: Coverage) -> dict[str, Any]:
    return person(int(str(coverage.member_id)[1:]))


def test_a_key_that_cannot_be_changed_does_not_keep_the_others_from_it(full: Place) -> None:
    mine = full.actor.practice_id
    Document.objects.update(kind="OTHER")
    before = {purpose: keys(mine, purpose) for purpose in (*SEALING, Purpose.INDEX)}
    with pytest.raises(SealError, match=r"vault_document\.sealed of row .* does not open: its old key is kept"):
        rotation.rotate([(mine, purpose) for purpose in (Purpose.DOCUMENT, Purpose.FIELD, Purpose.INDEX)], HAND)
    after = {purpose: keys(mine, purpose) for purpose in before}
    assert set(before[Purpose.DOCUMENT]) < set(after[Purpose.DOCUMENT])
    assert all(len(after[p]) == 1 and after[p] != before[p] for p in (Purpose.FIELD, Purpose.INDEX))


def test_rows_from_before_keys_were_noted_are_found_and_get_the_new_key(full: Place) -> None:
    Token.objects.update(key_id=None)
    rotation.rotate([(full.actor.practice_id, Purpose.INDEX)], HAND)
    assert set(Token.objects.values_list("key_id", flat=True)) == set(keys(full.actor.practice_id, Purpose.INDEX))
    assert all(found(full, **asked) for asked in SEARCHES)


# the append-only table with a sealed column


@pytest.fixture
def frozen(full: Place) -> Iterator[ClaimVersion]:
    """A frozen claim whose practice is between two field keys."""
    rotation.add(full.actor.practice_id, Purpose.FIELD, HAND)
    rotation.promote(full.actor.practice_id, Purpose.FIELD, HAND)
    keyring.forget()
    yield ClaimVersion.objects.order_by("pk")[0]


def refused(row: ClaimVersion, **columns: Any) -> None:
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        ClaimVersion.objects.filter(pk=row.pk).update(**columns)


def sealed_by_new(row: ClaimVersion, text: str) -> Sealed:
    field: Any = ClaimVersion._meta.get_field("content")
    return Sealed(keyring.sealer(row.practice_id).seal(text.encode(), field._place(row)))


def test_a_frozen_claim_is_sealed_anew_once_and_only_between_two_keys(full: Place) -> None:
    row = ClaimVersion.objects.order_by("pk")[0]
    text = str(row.content)
    refused(row, content=sealed_by_new(row, text))
    rotation.rotate([(full.actor.practice_id, Purpose.FIELD)], HAND)
    keyring.forget()
    again = ClaimVersion.objects.get(pk=row.pk)
    assert again.content == text
    refused(row, content=sealed_by_new(row, text))


@pytest.mark.parametrize("column", [f.attname for f in ClaimVersion._meta.concrete_fields if f.attname != "content"])
def test_no_other_column_of_a_frozen_claim_changes_even_between_two_keys(frozen: ClaimVersion, column: str) -> None:
    others: dict[str, Any] = {
        "id": uuid4(), "practice_id": uuid4(), "claim_id": uuid4(), "version": 2, "sha256": b"0" * 32,
        "frozen_at": NOW + timedelta(days=1),
    }  # fmt: skip
    fresh = sealed_by_new(frozen, str(frozen.content))
    refused(frozen, **{column: others[column]})
    refused(frozen, **{"content": fresh, column: others[column]})


def test_a_frozen_claim_is_not_emptied_or_sealed_by_the_old_key_again(frozen: ClaimVersion) -> None:
    refused(frozen, content=None)
    stood = ClaimVersion.objects.filter(pk=frozen.pk).values_list("content", flat=True).get()
    refused(frozen, content=stood)
    ClaimVersion.objects.filter(pk=frozen.pk).update(content=sealed_by_new(frozen, str(frozen.content)))
    refused(frozen, content=stood)


def test_another_text_is_not_written_to_a_frozen_claim_and_would_not_open(frozen: ClaimVersion) -> None:
    frozen.content = "OTHERTEXT"
    with pytest.raises(SealError, match="not the one its row was written for"), transaction.atomic():
        frozen.save()
    ClaimVersion.objects.filter(pk=frozen.pk).update(content=sealed_by_new(frozen, "OTHERTEXT"))
    with pytest.raises(SealError, match="not the one its row was written for"):
        print(ClaimVersion.objects.get(pk=frozen.pk).content)


def test_another_text_under_the_old_key_is_not_sealed_anew(full: Place) -> None:
    row = ClaimVersion.objects.order_by("pk")[0]
    on = " ON claims_claimversion" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:  # as its owner could, who has no key; the text is put there with one
        cursor.execute(f"DROP TRIGGER claims_claimversion_no_update{on}")
    ClaimVersion.objects.filter(pk=row.pk).update(content=sealed_by_new(row, "OTHERTEXT"))
    with pytest.raises(SealError, match="not the text its row was written for: its old key is kept"):
        rotation.rotate([(full.actor.practice_id, Purpose.FIELD)], HAND)


def test_every_digest_and_token_that_a_sealed_field_names_is_a_column_beside_it() -> None:
    named = 0
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for name in filter(None, (getattr(field, "digest", ""), getattr(field, "token", ""))):
                named += 1
                try:
                    assert isinstance(model._meta.get_field(name), models.BinaryField)
                except FieldDoesNotExist:
                    pytest.fail(f"{model.__name__}.{field.name} names {name}, which is no column")
    assert named == 5


# signatures


def test_a_new_signing_key_signs_and_the_old_one_still_checks(here: Place) -> None:
    actions.make_keys(SYSTEM, now=NOW)
    before = keyring.signer()
    signed = before.sign(b"HEAD")
    rotation.rotate([(SYSTEM, Purpose.SIGNATURE)], HAND)
    after = keyring.signer()
    assert after.public != before.public
    first, *others = keyring.verifiers()
    assert first.is_signed(after.sign(b"HEAD"), b"HEAD")
    assert [one.is_signed(signed, b"HEAD") for one in others] == [True]
    assert DataKey.objects.get(practice_id=SYSTEM, purpose=Purpose.SIGNATURE).stage == "steady"
