"""Sealed fields: ciphertext in the column, clear values in Python, nothing clear in between."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.apps.patients.models import Patient
from claimkeep.apps.vault.fields import Sealed, open_row
from claimkeep.apps.vault.models import DataKey
from claimkeep.engine.terms.errors import SealError
from tests.apps.world import NOW, Place

BORN = date(1970, 1, 31)
SEALED = [field.name for field in Patient._meta.get_fields() if "Sealed" in type(field).__name__]


def patient(here: Place, **facts: Any) -> Patient:
    """One patient, written."""
    number = f"P{Patient.objects.count():08d}"
    row = Patient(
        practice_id=here.actor.practice_id, number=number, identity=uuid.uuid4().bytes[:12], created_at=NOW, **facts
    )
    row.save(force_insert=True)
    return row


def raw(column: str, key: uuid.UUID) -> bytes | None:
    """What stands in the column, as the database gives it."""
    with connection.cursor() as cursor:
        where = key if connection.vendor == "postgresql" else key.hex
        cursor.execute(f"SELECT {column} FROM patients_patient WHERE id = %s", [where])
        (found,) = cursor.fetchone()
    return None if found is None else bytes(found)


def test_the_columns_hold_ciphertext_and_the_row_gives_the_values(here: Place) -> None:
    row = patient(here, last_name="LASTNAME", birth_day=BORN)
    for column, clear in (("last_name", b"LASTNAME"), ("birth_day", b"1970-01-31")):
        stands = raw(column, row.pk)
        assert stands is not None and clear not in stands and len(stands) > len(clear)
    read = Patient.objects.get(pk=row.pk)
    assert (read.last_name, read.birth_day) == ("LASTNAME", BORN)


def test_every_identifier_of_a_patient_is_a_sealed_field() -> None:
    assert set(SEALED) == {
        *("last_name", "first_name", "middle_name", "suffix", "birth_day", "address1", "address2", "city", "zip"),
        *("phone", "email", "ssn", "medical_record_number", "identity_of"),
    }


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60), day=st.dates())
def test_any_text_and_any_day_come_back_as_they_went_in(here: Place, text: str, day: date) -> None:
    row = patient(here, last_name=text, birth_day=day)
    read = Patient.objects.get(pk=row.pk)
    assert (read.last_name, read.birth_day) == (text, day)


def test_no_clear_value_leaves_for_the_database(here: Place) -> None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        row = patient(here, last_name="LASTNAME", ssn="900000001")
        row.first_name = "FIRSTNAME"
        row.save()
        Patient.objects.bulk_create(
            [Patient(practice_id=row.practice_id, number="P9", identity=b"9", created_at=NOW, last_name="LASTNAME")]
        )
    said = " ".join(str(query["sql"]) for query in captured.captured_queries)
    assert len(captured) >= 3
    assert not any(clear in said for clear in ("LASTNAME", "FIRSTNAME", "900000001"))


@pytest.mark.parametrize("lookup", ["", "__exact", "__in", "__contains", "__startswith", "__gt", "__range", "__regex"])
def test_a_clear_value_reaches_no_query(here: Place, lookup: str) -> None:
    patient(here, last_name="LASTNAME")
    with pytest.raises((FieldError, SealError)) as caught:
        list(Patient.objects.filter(**{f"last_name{lookup}": ["LASTNAME", "M"]}))
    assert "LASTNAME" not in str(caught.value)


def test_a_clear_value_reaches_no_update_and_no_bulk_update(here: Place) -> None:
    row = patient(here, last_name="LASTNAME")
    before = raw("last_name", row.pk)
    with pytest.raises(SealError), transaction.atomic():
        Patient.objects.update(last_name="OTHERNAME")
    row.last_name = "OTHERNAME"
    with pytest.raises(SealError), transaction.atomic():
        Patient.objects.bulk_update([row], ["last_name"])
    with pytest.raises(SealError):
        list(Patient.objects.annotate(x=models.Value("CLEAR", output_field=Patient._meta.get_field("last_name"))))
    assert raw("last_name", row.pk) == before


def test_whether_a_value_is_there_may_be_asked(here: Place) -> None:
    patient(here, last_name="LASTNAME")
    patient(here, last_name=None)
    assert Patient.objects.filter(last_name__isnull=True).count() == 1


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_stored_as_null_and_read_as_none(here: Place, nothing: str | None) -> None:
    row = patient(here, last_name=nothing)
    assert raw("last_name", row.pk) is None
    assert Patient.objects.get(pk=row.pk).last_name is None


def test_a_deferred_value_is_read_when_it_is_asked_for(here: Place) -> None:
    key = patient(here, last_name="LASTNAME", first_name="FIRSTNAME").pk
    row = Patient.objects.defer("last_name").get(pk=key)
    assert "last_name" in row.get_deferred_fields()
    assert (row.first_name, row.last_name) == ("FIRSTNAME", "LASTNAME")
    assert Patient.objects.only("number").get(pk=key).first_name == "FIRSTNAME"


def test_rows_written_together_are_each_sealed_in_their_own_place(here: Place) -> None:
    rows = [
        Patient(
            practice_id=here.actor.practice_id,
            number=f"P{n}",
            identity=bytes([n]),
            created_at=NOW,
            last_name=f"LASTNAME{n}",
        )
        for n in range(3)
    ]
    Patient.objects.bulk_create(rows)
    assert [p.last_name for p in Patient.objects.order_by("number")] == ["LASTNAME0", "LASTNAME1", "LASTNAME2"]
    assert len({raw("last_name", p.pk) for p in rows}) == 3


def test_a_row_of_values_is_opened_with_its_key(here: Place) -> None:
    row = patient(here, last_name="LASTNAME", birth_day=BORN)
    values = Patient.objects.values("id", "number", "last_name", "birth_day", "ssn").get()
    assert isinstance(values["last_name"], Sealed) and "LASTNAME" not in repr(values)
    opened = open_row(Patient, values, here.actor.practice_id)
    assert opened == {"id": row.pk, "number": row.number, "last_name": "LASTNAME", "birth_day": BORN, "ssn": None}


def test_a_row_of_values_of_another_practice_does_not_open(here: Place, elsewhere: Place) -> None:
    patient(here, last_name="LASTNAME")
    values = Patient.objects.values("id", "last_name").get()
    with pytest.raises(SealError):
        open_row(Patient, values, elsewhere.actor.practice_id)


def test_a_refreshed_row_gives_what_stands_there_now(here: Place) -> None:
    row = patient(here, last_name="LASTNAME")
    other = Patient.objects.get(pk=row.pk)
    other.last_name = "OTHERNAME"
    other.save(update_fields=["last_name"])
    assert row.last_name == "LASTNAME"
    row.refresh_from_db()
    assert row.last_name == "OTHERNAME"


def test_a_row_saved_unchanged_keeps_its_ciphertext(here: Place) -> None:
    key = patient(here, last_name="LASTNAME").pk
    before = raw("last_name", key)
    Patient.objects.get(pk=key).save()
    assert raw("last_name", key) == before


@pytest.mark.parametrize(
    "moved",
    [
        "UPDATE patients_patient SET first_name = last_name",
        "UPDATE patients_patient SET last_name = (SELECT last_name FROM patients_patient WHERE number = 'P00000001')",
        "UPDATE patients_patient SET practice_id = (SELECT id FROM organization_practice WHERE name LIKE '%ELSEWHERE')",
        "UPDATE patients_patient SET last_name = first_name, first_name = last_name",
    ],
    ids=["to another column", "to another row", "to another practice", "swapped"],
)
def test_a_value_moved_by_whoever_has_the_database_does_not_open(here: Place, elsewhere: Place, moved: str) -> None:
    row = patient(here, last_name="LASTNAME", first_name="FIRSTNAME")
    patient(here, last_name="OTHERNAME", first_name="OTHERFIRST")
    with connection.cursor() as cursor:
        cursor.execute(f"{moved} WHERE number = 'P00000000'")
        assert cursor.rowcount == 1
    found = Patient.objects.get(pk=row.pk)
    with pytest.raises(SealError):
        print(found.last_name, found.first_name)


def test_a_flipped_bit_does_not_open_and_the_row_says_nothing_of_it(here: Place) -> None:
    row = patient(here, last_name="LASTNAME")
    stands = bytearray(raw("last_name", row.pk) or b"")
    stands[-1] ^= 1
    Patient.objects.filter(pk=row.pk).update(last_name=Sealed(bytes(stands)))
    with pytest.raises(SealError) as caught:
        Patient.objects.get(pk=row.pk).last_name  # noqa: B018 - reading opens
    assert str(caught.value) == "a sealed value did not open"


def test_a_copy_under_another_key_is_refused_and_not_stored_for_ever_shut(here: Place) -> None:
    row = Patient.objects.get(pk=patient(here, last_name="LASTNAME").pk)
    row.pk, row.number, row.identity = uuid.uuid4(), "P9", b"9"
    row._state.adding = True
    with pytest.raises(SealError):
        row.save(force_insert=True)


def test_a_practice_without_keys_seals_nothing(here: Place) -> None:
    DataKey.objects.filter(practice_id=here.actor.practice_id).delete()
    with pytest.raises(SealError):
        patient(here, last_name="LASTNAME")


def test_a_sealed_value_is_not_serialised(here: Place) -> None:
    row = patient(here, last_name="LASTNAME")
    with pytest.raises(SealError):
        Patient._meta.get_field("last_name").value_to_string(row)
