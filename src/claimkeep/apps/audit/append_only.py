"""Tables that are only ever added to: the database itself refuses to change or delete a row."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_SQLITE = """
CREATE TRIGGER {table}_no_{lower} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION claimkeep_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is append only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{lower} BEFORE {verb} ON {table}
FOR EACH {each} EXECUTE FUNCTION claimkeep_append_only()
"""
_ON_SQLITE = {"UPDATE": "ROW", "DELETE": "ROW"}
_ON_POSTGRESQL = _ON_SQLITE | {"TRUNCATE": "STATEMENT"}


def append_only(table: str) -> migrations.RunPython:
    """A migration step after which rows of `table` can be inserted and read, not updated or deleted."""

    def forward(apps: Any, schema_editor: Any) -> None:
        on_postgresql = schema_editor.connection.vendor == "postgresql"
        if on_postgresql:
            schema_editor.execute(_POSTGRESQL_FUNCTION)
        shape, verbs = (_POSTGRESQL, _ON_POSTGRESQL) if on_postgresql else (_SQLITE, _ON_SQLITE)
        for verb, each in verbs.items():
            schema_editor.execute(shape.format(table=table, verb=verb, lower=verb.lower(), each=each))

    return migrations.RunPython(forward, migrations.RunPython.noop)


def lifted(table: str) -> migrations.RunPython:
    """A migration step after which rows of `table` can be changed: only for steps that `append_only` ends again."""

    def forward(apps: Any, schema_editor: Any) -> None:
        on_postgresql = schema_editor.connection.vendor == "postgresql"
        for verb in _ON_POSTGRESQL if on_postgresql else _ON_SQLITE:
            on = f" ON {table}" if on_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}{on}")

    return migrations.RunPython(forward, migrations.RunPython.noop)
