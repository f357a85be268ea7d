"""The cache: counters and locks that stand between a guesser and the door.

Django's own database cache stores pickles, so that whoever can write a row runs code in the server, and it drops
entries that still count once there are many. This one stores JSON, and an entry ends when its time is over, not before.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, models, router
from django.utils.timezone import now as clock

_ABSENT = object()
_FOREVER = datetime(9999, 12, 31, tzinfo=UTC)

# One statement each, so that of many who set at once none is lost and exactly one adds.
_SET = """
INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)
ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires
"""
_ADD = _SET + "WHERE {table}.expires < %s"
_TOUCH = "UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires >= %s"
_GET = "SELECT cache_key, value, expires FROM {table} WHERE cache_key IN ({keys})"
_SWEEP = "DELETE FROM {table} WHERE expires < %s"


class JsonCache(DatabaseCache):
    """Lists, strings, numbers, truth values and null, in the table that `createcachetable` makes."""

    _table: str

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """What stands under the keys now; a row that this cache did not write is not there."""
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not asked:
            return {}
        rows = self._rows(_GET.replace("{keys}", ", ".join(["%s"] * len(asked))), list(asked))
        read = {asked[key]: _read(text) for key, text, expires in rows if self._moment(expires) >= clock()}
        return {key: value for key, value in read.items() if value is not _ABSENT}

    def _base_set(self, mode: str, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT) -> bool:
        """True when the value, or for `touch` only its end, now stands under the key.

        Raises TypeError for what is not to be stored, DatabaseError when it cannot be.
        """
        end = self.get_backend_timeout(timeout)
        expires = self._stored(_FOREVER if end is None else datetime.fromtimestamp(end, tz=UTC))
        now = self._stored(clock())
        if mode == "touch":
            return self._write(_TOUCH, [expires, key, now])
        self._write(_SWEEP, [now])
        row = [key, _spelled(value), expires]
        return self._write(_ADD, [*row, now]) if mode == "add" else self._write(_SET, row)

    def _rows(self, statement: str, given: list[Any]) -> list[tuple[Any, ...]]:
        connection = connections[router.db_for_read(self.cache_model_class)]
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{table}", connection.ops.quote_name(self._table)), given)
            return list(cursor.fetchall())

    def _write(self, statement: str, given: list[Any]) -> bool:
        connection = connections[router.db_for_write(self.cache_model_class)]
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{table}", connection.ops.quote_name(self._table)), given)
            return bool(cursor.rowcount > 0)

    def _stored(self, moment: datetime) -> Any:
        """A moment as the column holds it; whole seconds, so that moments compare as the text they are in SQLite."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        return connection.ops.adapt_datetimefield_value(moment.replace(microsecond=0))

    def _moment(self, stored: Any) -> datetime:
        """The moment that a column holds."""
        connection = connections[router.db_for_read(self.cache_model_class)]
        expression = models.Expression(output_field=models.DateTimeField())
        for converter in connection.ops.get_db_converters(expression) + expression.get_db_converters(connection):
            stored = converter(stored, expression, connection)
        moment: datetime = stored
        return moment


def _plain(value: Any) -> bool:
    """True for null, truth values, numbers, strings and lists of these; subclasses may hold more, so they are not."""
    if type(value) is list:
        return all(_plain(item) for item in value)
    return value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value))


def _spelled(value: Any) -> str:
    """The text of a value. Raises TypeError for one of another kind."""
    if not _plain(value):
        raise TypeError("the cache holds lists, strings, numbers, truth values and null")
    return json.dumps(value)


def _read(text: Any) -> Any:
    """The value of a text, or `_ABSENT` for one that `_spelled` never wrote."""
    try:
        value = json.loads(text)
        return value if _plain(value) else _ABSENT
    except (TypeError, ValueError, RecursionError):
        return _ABSENT
