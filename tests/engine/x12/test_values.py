"""Values read many at once are the values read one by one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from claimkeep.engine.terms.money import cents
from claimkeep.engine.x12 import segments, values
from claimkeep.engine.x12.columns import component, day, milli, number
from claimkeep.engine.x12.segments import SPACE, Offsets, Spans
from claimkeep.engine.x12.separators import Separators

EPOCH = date(1970, 1, 1)
NUMBERS = st.text(st.sampled_from("0123456789.- "), max_size=11)
DAYS = st.one_of(
    st.dates().map(lambda one: f"{one.year:04d}{one:%m%d}"),
    st.text(st.sampled_from("0123456789"), min_size=7, max_size=9),
    st.sampled_from(["20240229", "20230229", "19000229", "20000229", "00010101", "00000101", "20261301", "2026010é"]),
)


def spans(texts: list[str]) -> tuple[Spans, Offsets, Offsets]:
    """One segment whose elements are these texts, and where each stands."""
    found = segments.scan(("ID*" + "*".join(texts) + "*~").encode(), Separators())
    each = [found.bounds(np.array([0]), number) for number in range(1, len(texts) + 1)]
    begins, ends = (np.array([int(one[side][0]) for one in each], dtype=np.intp) for side in (0, 1))
    return found, begins, ends


def known(found: tuple[np.ndarray, np.ndarray]) -> list[int | None]:
    return [int(value) if is_one else None for value, is_one in zip(*found, strict=True)]


@given(st.lists(NUMBERS, max_size=20))
@example(["", "-", ".", "-.", "1.", ".5", "-.50", "1.005", "1.0050", "1.23400", "--1", "1-", "1.2.3", "00000000"])
@example(["123456789", "1234567.89", "-1234567.1", "0.12300000", "99999999999"])
def test_amounts_quantities_and_numbers(texts: list[str]) -> None:
    where = spans(texts)
    bare = [one.strip(SPACE) for one in texts]
    assert known(values.decimals(*where, 2, cents)) == [cents(one) for one in bare]
    assert known(values.decimals(*where, 3, milli)) == [milli(one) for one in bare]
    assert known(values.numbers(*where, number)) == [number(one) for one in bare]


@given(st.lists(DAYS, max_size=20))
def test_days(texts: list[str]) -> None:
    days = [None if one is None else EPOCH + timedelta(days=one) for one in known(values.days(*spans(texts)))]
    assert days == [day(one) for one in texts]


@given(st.lists(st.tuples(DAYS, st.sampled_from(["-", "", "--"]), st.one_of(DAYS, st.just(""))), max_size=20))
def test_periods_have_two_days_or_one(parts: list[tuple[str, str, str]]) -> None:
    first, is_first, last, is_last = values.periods(*spans(["".join(one) for one in parts]))
    for at, (begin, dash, end) in enumerate(parts):
        whole = begin + dash + end
        one, two = (day(whole), None) if "-" not in whole else (day(begin), day(end) if dash == "-" else None)
        good = one is not None and ("-" not in whole or two is not None)
        assert bool(is_first[at]) is good and bool(is_last[at]) is (good and two is not None)
        if good and one:
            assert EPOCH + timedelta(days=int(first[at])) == one
        if good and two:
            assert EPOCH + timedelta(days=int(last[at])) == two


@given(st.lists(st.text(st.sampled_from("AB: é"), max_size=9), max_size=20))
def test_components_and_texts(texts: list[str]) -> None:
    where, begins, ends = spans(texts)
    bare = [one.strip(SPACE) for one in texts]
    assert values.texts(where, {"whole": (begins, ends)})["whole"].to_list() == [one or None for one in bare]
    for at in (1, 2, 3):
        found = where.texts(*values.components(where, begins, ends, at))
        assert found == [component(one, ":", at) for one in bare]


@given(st.lists(st.text(st.sampled_from("ABKF\0"), max_size=10), max_size=20))
def test_codes_are_told_apart(texts: list[str]) -> None:
    codes = ("ABK", "BF", "", "A")
    assert values.which(*spans(texts), codes).tolist() == [
        codes.index(one) if one in codes else len(codes) for one in texts
    ]
