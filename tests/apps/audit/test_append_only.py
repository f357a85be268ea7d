"""Tables that are only added to: the database itself refuses the rest, whoever asks."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from claimkeep.apps.audit import actions as audit
from claimkeep.apps.audit.actions import Note
from claimkeep.apps.audit.models import SignedHead, Tile
from claimkeep.apps.claims.models import ClaimEvent, ClaimVersion
from claimkeep.apps.ledger.models import Entry, Posting
from claimkeep.engine.crypto import keyring
from claimkeep.engine.crypto.keyring import Signer
from tests.apps.world import NOW, Place, visit

TABLES = (
    "audit_event",
    "audit_tile",
    "audit_signedhead",
    "ledger_entry",
    "ledger_posting",
    "claims_claimevent",
    "claims_claimversion",
)
COLUMNS = {
    model._meta.db_table: model._meta.concrete_fields[0].column
    for model in apps.get_models()
    if model._meta.db_table in TABLES
}


@pytest.fixture
def filled(here: Place) -> Place:
    """A practice with a row in each of the tables."""
    here.claims(visit())
    audit.note_all(
        [Note("patient:list", "patient:1")] * 256, actor="system:test", now=NOW, practice_id=here.actor.practice_id
    )
    audit.sign_head(Signer(keyring.new_keyset(keyring.Purpose.SIGNATURE)), now=NOW)
    assert Tile.objects.exists() and SignedHead.objects.exists()
    assert ClaimEvent.objects.exists() and ClaimVersion.objects.exists()
    assert Entry.objects.exists() and Posting.objects.exists()
    return here


def refused(statement: str) -> None:
    """The statement is refused for being one, and not for being wrong."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert "append only" in str(caught.value)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_never_changed_or_deleted(filled: Place, table: str) -> None:
    column = COLUMNS[table]
    refused(f"UPDATE {table} SET {column} = {column}")
    refused(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_never_emptied_at_one_stroke(filled: Place, table: str) -> None:
    if connection.vendor == "postgresql":
        connection.check_constraints()  # else it refuses for the checks that still wait
        refused(f"TRUNCATE {table} CASCADE")
    else:
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_the_same_statements_pass_once_the_trigger_is_gone(filled: Place) -> None:
    on = " ON ledger_posting" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_posting_no_update{on}")
        cursor.execute("UPDATE ledger_posting SET cents = cents + 1")
        assert cursor.rowcount == Posting.objects.count()
