"""Append-only tables with a sealed column: the database lets it be sealed by a newer key, and nothing else.

A row may change in that one column alone, only while its practice's field key is on the way to the next one, and only
from what an older key sealed to what the new key sealed. What the text is the database cannot see; the digest beside it
(`SealedText(digest=...)`) can be changed by nobody, and another text does not open.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from claimkeep.engine.crypto.succession import MARK_BYTES

_ALLOWED = """EXISTS (
    SELECT 1 FROM vault_datakey k WHERE k.practice_id = OLD.practice_id AND k.purpose = 'field'
    AND k.stage = 'promoted'
    AND substr(NEW.{column}, 1, {octets}) = k.mark AND substr(OLD.{column}, 1, {octets}) <> k.mark
)"""
_SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({others} AND {allowed})
BEGIN SELECT RAISE(ABORT, '{table} is append only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_only_resealed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF to_jsonb(NEW) - '{column}' = to_jsonb(OLD) - '{column}' AND {allowed} THEN RETURN NEW; END IF;
    RAISE EXCEPTION '{table} is append only';
END $$;
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_only_resealed()
"""


def only_resealed(app: str, model: str, column: str) -> migrations.RunPython:
    """A migration step after which a row of an append-only table can be sealed anew in `column`.

    On SQLite it names the columns the table has at this step: whoever adds one later runs it again.
    """

    def forward(apps: Any, schema_editor: Any) -> None:
        meta = apps.get_model(app, model)._meta
        table = meta.db_table
        allowed = _ALLOWED.format(column=column, octets=MARK_BYTES)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}")
            schema_editor.execute(_POSTGRESQL.format(table=table, column=column, allowed=allowed))
            return
        others = " AND ".join(f"NEW.{f.column} IS OLD.{f.column}" for f in meta.concrete_fields if f.column != column)
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
        schema_editor.execute(_SQLITE.format(table=table, others=others, allowed=allowed))

    return migrations.RunPython(forward, migrations.RunPython.noop)
