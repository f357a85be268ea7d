"""Entries sum to zero or are not made; nothing is edited, only reversed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.engine.books.account import CHART, CODES
from claimkeep.engine.books.balance import aging, open_by_line, trial_balance
from claimkeep.engine.books.charge import charge
from claimkeep.engine.books.entry import Journal, check, contra, entry, one_entry, posting, together
from claimkeep.engine.terms.errors import BooksError

DAY = date(2026, 3, 2)
PAID = [{"account": "bank", "cents": 500}, {"account": "patient_credit", "cents": -500}]


def journal(entries: list[dict[str, object]], postings: list[dict[str, object]]) -> Journal:
    return Journal(entry.frame(entries), posting.frame(postings))


def lines(*rows: tuple[str, str, int | None, str | None]) -> pl.DataFrame:
    """Service lines: claim, line, cents, payer sequence."""
    return pl.DataFrame(
        [
            {
                "claim_number": c,
                "line_control_number": n,
                "charge_cents": cents,
                "patient_id": f"patient-{c}",
                "payer_id": "SYNTH01",
                "payer_sequence": sequence,
            }
            for c, n, cents, sequence in rows
        ],
        schema={
            "claim_number": pl.String,
            "line_control_number": pl.String,
            "charge_cents": pl.Int64,
            "patient_id": pl.String,
            "payer_id": pl.String,
            "payer_sequence": pl.String,
        },
    )


def test_an_entry_that_sums_to_zero_is_made() -> None:
    made = one_entry(kind="copay", day=DAY, source="copay:1", postings=PAID)
    assert made.postings["cents"].to_list() == [500, -500]
    assert made.entries.row(0) == (0, "copay", DAY, "copay:1", None)


HEAD = {"entry_row": 0, "kind": "copay", "entry_day": DAY, "source": "a"}
BOTH = [{"entry_row": 0, **row} for row in PAID]


@pytest.mark.parametrize(
    ("entries", "postings", "words"),
    [
        ([HEAD], [BOTH[0], BOTH[1] | {"cents": -499}], "does not sum to zero"),
        ([HEAD], [BOTH[0] | {"cents": 0}], "fewer than two postings"),
        ([HEAD], [], "fewer than two postings"),
        ([HEAD], [BOTH[0] | {"account": "no_such"}, BOTH[1]], "not in the chart"),
        ([HEAD], [BOTH[0] | {"account": None}, BOTH[1]], "not in the chart"),
        ([HEAD], [BOTH[0] | {"cents": None}, BOTH[1] | {"cents": None}], "missing or too large"),
        (
            [HEAD],
            [BOTH[0] | {"cents": 2**62}, BOTH[0] | {"cents": 2**62}, BOTH[0] | {"cents": -(2**63)}],
            "missing or too large",
        ),
        ([HEAD | {"source": None}], BOTH, "has no source"),
        ([HEAD | {"entry_day": None}], BOTH, "has no day"),
        (
            [HEAD, HEAD | {"entry_row": 1}],
            [*BOTH, *(row | {"entry_row": 1} for row in BOTH)],
            "source of another entry",
        ),
        ([HEAD, HEAD | {"source": "b"}], BOTH, "numbered twice"),
        ([HEAD], [*BOTH, BOTH[0] | {"entry_row": 7}], "belongs to no entry"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused_with_its_place(
    entries: list[dict[str, object]], postings: list[dict[str, object]], words: str
) -> None:
    with pytest.raises(BooksError, match=words) as refused:
        check(journal(entries, postings))
    assert refused.value.place is not None and refused.value.place.entry is not None


def test_a_refusal_names_the_place_and_no_value() -> None:
    bad = journal(
        [HEAD, HEAD | {"entry_row": 1, "source": "SECRET"}],
        [*BOTH, BOTH[0] | {"entry_row": 1, "cents": 4321}, BOTH[1] | {"entry_row": 1, "claim_number": "SECRET"}],
    )
    with pytest.raises(BooksError) as refused:
        check(bad)
    assert str(refused.value) == "entry 2: the entry does not sum to zero"


@st.composite
def journals(draw: st.DrawFn) -> Journal:
    """A journal that balances."""
    entries, postings = [], []
    for row in range(draw(st.integers(0, 4))):
        entries.append({"entry_row": row, "kind": "any", "entry_day": DAY, "source": f"source-{row}"})
        amounts = draw(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=4))
        for cents in (*amounts, -sum(amounts)):
            postings.append({"entry_row": row, "account": draw(st.sampled_from(sorted(CODES))), "cents": cents})
    return journal(entries, postings)


def balances(books: Journal) -> dict[str, int]:
    shown = trial_balance(books.postings).filter(pl.col("balance_cents") != 0)
    return dict(shown.select("account", "balance_cents").rows())


@given(journals())
def test_debits_are_credits(books: Journal) -> None:
    check(books)
    shown = trial_balance(books.postings)
    assert shown["debits_cents"].sum() == shown["credits_cents"].sum()
    assert shown["balance_cents"].sum() == 0


@given(journals())
def test_a_contra_undoes_and_its_own_contra_restores(books: Journal) -> None:
    undone = contra(books, DAY, "undo:")
    check(undone)
    assert undone.entries["reverses"].to_list() == books.entries["source"].to_list()
    assert balances(together([books, undone])) == {}
    restored = together([books, undone, contra(undone, DAY, "redo:")])
    check(restored)
    assert balances(restored) == balances(books)


@given(st.lists(journals(), max_size=3))
def test_journals_together_keep_every_posting_with_its_entry(several: list[Journal]) -> None:
    apart = [
        Journal(j.entries.with_columns(source=pl.lit(f"{n}:") + pl.col("source")), j.postings)
        for n, j in enumerate(several)
    ]
    whole = together(apart)
    check(whole)

    def told(j: Journal) -> list[tuple[object, ...]]:
        return j.postings.join(j.entries, on="entry_row").select("source", "account", "cents").rows()

    assert sorted(told(whole)) == sorted(row for j in apart for row in told(j))
    assert whole.entries["entry_row"].to_list() == list(range(whole.entries.height))


def test_a_charge_is_owed_by_the_payer_or_by_the_patient_alone() -> None:
    made = charge(lines(("A", "A1", 100, "P"), ("A", "A2", 50, "P"), ("B", "B1", 70, None)), day=DAY)
    assert made.entries["source"].to_list() == ["charge:A", "charge:B"]
    assert balances(made) == {"ar_insurance": 150, "ar_patient": 70, "revenue_gross": -220}
    owed = open_by_line(made.postings).select(
        "line_control_number", "account", "payer_sequence", "payer_id", "open_cents"
    )
    assert owed.rows() == [
        ("A1", "ar_insurance", "P", "SYNTH01", 100),
        ("A2", "ar_insurance", "P", "SYNTH01", 50),
        ("B1", "ar_patient", None, None, 70),
    ]


def test_a_line_charged_nothing_makes_no_posting_and_a_missing_charge_is_refused() -> None:
    made = charge(lines(("A", "A1", 0, "P"), ("B", "B1", 0, "P"), ("B", "B2", 5, "P")), day=DAY)
    assert made.entries["source"].to_list() == ["charge:B"]
    assert made.postings.height == 2
    with pytest.raises(BooksError):
        charge(lines(("A", "A1", None, "P")), day=DAY)


def test_a_voided_charge_leaves_nothing_open() -> None:
    made = charge(lines(("A", "A1", 100, "P")), day=DAY)
    assert open_by_line(together([made, contra(made, DAY, "void:")]).postings).height == 0


@pytest.mark.parametrize(
    ("days", "bucket"), [(0, "0-30"), (30, "0-30"), (31, "31-60"), (61, "61-90"), (120, "91-120"), (121, "121+")]
)
def test_receivables_age_from_the_day_they_were_first_owed(days: int, bucket: str) -> None:
    made = charge(lines(("A", "A1", 100, "P")), day=DAY)
    row = aging(made, date.fromordinal(DAY.toordinal() + days)).row(0, named=True)
    assert (row["bucket"], row["age_days"], row["open_cents"]) == (bucket, days, 100)


def test_what_is_entered_after_the_day_asked_for_is_not_yet_there() -> None:
    made = charge(lines(("A", "A1", 100, "P")), day=DAY)
    assert aging(made, date(2026, 3, 1)).height == 0
    later = together([made, contra(made, date(2026, 3, 9), "void:")])
    assert aging(later, date(2026, 3, 8))["open_cents"].to_list() == [100]
    assert aging(later, date(2026, 3, 9)).height == 0


def test_every_account_has_one_code_and_a_side() -> None:
    assert len(CODES) == len(CHART)
    assert {account.normal for account in CHART} == {"debit", "credit"}


def test_empty_books_are_in_order() -> None:
    check(Journal.empty())
    assert trial_balance(Journal.empty().postings).height == 0
    assert together([]).entries.schema == entry.schema
