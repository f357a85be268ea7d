"""The database wrapper.

Django's own SQLite wrapper is kept; only the connection and the cursor come from the sqlcipher3 wheel. The key is the
first statement of every connection and is given raw, so no key derivation runs.
"""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.asyncio import async_unsafe
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database  # noqa: N812 - the name Django's wrapper knows it by

Database.register_converter("bool", b"1".__eq__)
Database.register_converter("date", base.decoder(parse_date))
Database.register_converter("time", base.decoder(parse_time))
Database.register_converter("datetime", base.decoder(parse_datetime))
Database.register_converter("timestamp", base.decoder(parse_datetime))
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, base.adapt_date)
Database.register_adapter(datetime.datetime, base.adapt_datetime)

_KEY_DIGITS = 64


class Cursor(Database.Cursor):  # type: ignore[misc]
    """Django's placeholders over SQLCipher's cursor."""

    def execute(self, query: str, params: Any = None) -> Any:
        """One statement; `%s` and `%(name)s` become SQLite's own placeholders."""
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, dict) else None
        return super().execute(_converted(query, names), params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """One statement for many rows."""
        rows = iter(param_list)
        first = next(rows, None)
        if first is None:
            return self
        names = list(first) if isinstance(first, dict) else None
        return super().executemany(_converted(query, names), _chained(first, rows))


def _chained(first: Any, rest: Any) -> Any:
    yield first
    yield from rest


def _converted(query: str, names: list[str] | None) -> str:
    if names is None:
        return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
    return query % {name: f":{name}" for name in names}


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite wrapper whose connections are encrypted."""

    Database = Database

    def get_connection_params(self) -> dict[str, Any]:
        """Django's parameters with the key file taken out."""
        params = super().get_connection_params()
        self.key_file = Path(params.pop("key_file"))
        return params

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """An open, unlocked connection."""
        connection = Database.connect(**conn_params)
        connection.execute("PRAGMA cipher_log_level = NONE")  # what fails comes as an exception, not on standard error
        self._unlock(connection)
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cipher_memory_security = OFF")
        register_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        connection.execute("PRAGMA recursive_triggers = ON")  # else REPLACE deletes without asking append-only triggers
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _unlock(self, connection: Any) -> None:
        key = self.key_file.read_text().strip()
        if len(key) != _KEY_DIGITS or not all(c in "0123456789abcdef" for c in key):
            raise Database.OperationalError("the database key file does not hold 64 hexadecimal digits")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that speaks Django's placeholders."""
        return self.connection.cursor(factory=Cursor)
