"""The chain: whatever is done to the events, the first one that is not as it was is found."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.crypto import chain

Linked = list[tuple[dict[str, Any], bytes, bytes]]
EVENTS = st.lists(
    st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=8), max_size=4),
    min_size=2,
    max_size=8,
)


def linked(events: list[dict[str, Any]]) -> Linked:
    """The events numbered, each with its digest and head."""
    head, rows = chain.GENESIS, []
    for number, event in enumerate(events):
        numbered = event | {"seq": number}
        digest = chain.digest(numbered)
        head = chain.link(head, digest)
        rows.append((numbered, digest, head))
    return rows


@given(events=EVENTS)
def test_an_untouched_chain_has_no_broken_event(events: list[dict[str, Any]]) -> None:
    assert chain.first_broken(linked(events)) is None


@given(events=EVENTS, at=st.integers(0, 7))
def test_a_changed_event_is_the_first_broken_one(events: list[dict[str, Any]], at: int) -> None:
    rows, at = linked(events), at % len(events)
    rows[at] = (rows[at][0] | {"planted": "LASTNAME"}, *rows[at][1:])
    assert chain.first_broken(rows) == at


@given(events=EVENTS, at=st.integers(0, 7), part=st.sampled_from([1, 2]), bit=st.integers(0, 255))
def test_a_flipped_bit_of_a_digest_or_head_is_found(events: list[dict[str, Any]], at: int, part: int, bit: int) -> None:
    rows, at = linked(events), at % len(events)
    planted = bytearray(rows[at][part])
    planted[bit // 8] ^= 1 << bit % 8
    rows[at] = tuple(bytes(planted) if n == part else each for n, each in enumerate(rows[at]))  # type: ignore[assignment]
    assert chain.first_broken(rows) == at


@given(events=EVENTS, at=st.integers(0, 7))
def test_a_changed_event_with_its_own_digest_made_anew_is_found(events: list[dict[str, Any]], at: int) -> None:
    rows, at = linked(events), at % len(events)
    event = rows[at][0] | {"planted": 1}
    rows[at] = (event, chain.digest(event), rows[at][2])
    assert chain.first_broken(rows) == at


@given(events=EVENTS, at=st.integers(0, 6))
def test_a_deleted_event_is_found_where_it_is_missing(events: list[dict[str, Any]], at: int) -> None:
    rows, at = linked(events), at % (len(events) - 1)
    del rows[at]
    assert chain.first_broken(rows) == at


@given(events=EVENTS, at=st.integers(0, 7))
def test_an_event_put_in_between_is_found(events: list[dict[str, Any]], at: int) -> None:
    rows, at = linked(events), at % len(events)
    planted = {"planted": 1}
    digest = chain.digest(planted)
    rows.insert(at, (planted, digest, chain.link(rows[at - 1][2] if at else chain.GENESIS, digest)))
    assert chain.first_broken(rows) == at + 1


@given(events=EVENTS, at=st.integers(0, 6))
def test_two_events_that_changed_places_are_found(events: list[dict[str, Any]], at: int) -> None:
    rows, at = linked(events), at % (len(events) - 1)
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    assert chain.first_broken(rows) == at


@given(events=EVENTS)
def test_a_chain_cut_short_ends_in_another_head(events: list[dict[str, Any]]) -> None:
    rows = linked(events)
    assert rows[-2][2] != rows[-1][2]
    assert chain.first_broken(rows[:-1]) is None  # so the caller compares the last head with the one it keeps


@given(event=st.dictionaries(st.text(max_size=5), st.integers(), max_size=5))
def test_a_digest_does_not_depend_on_the_order_of_the_keys(event: dict[str, int]) -> None:
    assert chain.digest(event) == chain.digest(dict(reversed(event.items())))
