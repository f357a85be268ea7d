"""The cache keeps counters, whole, and runs nothing."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

THREADS = 20
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    st.lists,
    max_leaves=8,
)


def plant(key: str, text: str) -> None:
    """The row of a key holds this text, as whoever can write the database could make it."""
    cache.set(key, "planted", 60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claimkeep_cache SET value = %s WHERE cache_key = %s", [text, cache.make_key(key)])
        assert cursor.rowcount == 1


class Trap:
    """Makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.path,)


def test_a_planted_pickle_is_not_run_and_reads_as_absent(db: None, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    plant("key", base64.b64encode(pickle.dumps(Trap(sprung))).decode())
    assert cache.get("key", "absent") == "absent"
    assert not sprung.exists()
    pickle.loads(pickle.dumps(Trap(sprung)))
    assert sprung.exists(), "the trap works"


@pytest.mark.parametrize("text", ["", "{}", '[{"a": 1}]', "NaN", "[" * 100_000, "[" * 950 + "]" * 950, "nothing"])
def test_what_this_cache_never_writes_reads_as_absent(db: None, text: str) -> None:
    plant("key", text)
    assert cache.get("key", "absent") == "absent"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=VALUES)
def test_what_is_set_is_read_back(db: None, value: Any) -> None:
    cache.set("key", value, 60)
    found = cache.get("key", "absent")
    assert (found, repr(found)) == (value, repr(value))


@pytest.mark.parametrize("value", [{"a": 1}, (1,), b"octets", {1}, object(), [[{}]], float("nan"), float("inf")])
def test_nothing_else_is_stored(db: None, value: Any) -> None:
    for store in (cache.set, cache.add):
        with pytest.raises(TypeError):
            store("key", value)
    assert cache.get("key", "absent") == "absent"


def test_a_key_is_added_once_and_again_when_its_time_is_over(db: None) -> None:
    assert cache.add("key", 1, 60)
    assert not cache.add("key", 2, 60)
    assert cache.get("key") == 1
    cache.set("key", 3, -5)
    assert cache.get("key", "absent") == "absent" and "key" not in cache
    assert cache.add("key", 4, 60)
    assert (cache.get("key"), cache.incr("key")) == (4, 5)


def test_an_entry_is_touched_deleted_and_cleared(db: None) -> None:
    assert not cache.touch("key", 60)
    cache.set_many({"key": 1, "other": 2}, None)
    assert cache.touch("key", -5)
    assert cache.get_many(["key", "other"]) == {"other": 2}
    assert cache.delete("other") and not cache.delete("other")
    cache.set("key", 1)
    cache.clear()
    assert cache.get_many(["key", "other"]) == {}


def test_many_entries_push_out_none_whose_time_is_not_over(db: None) -> None:
    names = [f"name{number}" for number in range(700)]
    cache.set("over", 1, -5)
    for name in names:
        cache.set(name, 1, 60)
    assert len(cache.get_many(names[:350])) + len(cache.get_many(names[350:])) == 700
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM claimkeep_cache")
        assert cursor.fetchone() == (700,), "what is over is gone"


@pytest.fixture
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database without a transaction around the test, for several connections."""
    with django_db_blocker.unblock():
        cache.clear()
        yield
        cache.clear()


@pytest.mark.database
def test_of_many_who_add_at_once_one_does(kept: None) -> None:
    together = Barrier(THREADS)

    def add(number: int) -> bool:
        together.wait()
        try:
            return bool(cache.add("key", number, 60))
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(add, range(THREADS))) == [False] * (THREADS - 1) + [True]


def test_its_table_is_made_by_djangos_own_command(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE claimkeep_cache")
    call_command("createcachetable", verbosity=0)
    cache.set("key", [1.5], 60)
    assert cache.get("key") == [1.5]
