"""The parts of a page: what they say, and that nobody's data becomes a page's code."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from claimkeep.edge.web import claim_money, masks, states, urls
from claimkeep.edge.web.templatetags import parts, words
from claimkeep.engine.books.account import RECEIVABLE
from claimkeep.engine.books.entry import posting

WEB = Path(urls.__file__).parent
PAYLOAD = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


def drawn(source: str, **context: object) -> str:
    """A template with our tags at hand."""
    return Template("{% load icons words parts %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("cents", "said"),
    [(0, "$0.00"), (120050, "$1,200.50"), (-4500, "\u2212$45.00 credit"), (None, "not given")],
)
def test_money_says_its_sign_and_credit_in_words(cents: int | None, said: str) -> None:
    assert words.money_text(cents) == said


def test_money_in_a_column_says_credit_too() -> None:
    shown = words.money(-4500)
    assert "\u2212$45.00" in shown and "credit" in shown
    assert "credit" not in re.sub("<.*?>", "", words.signed_money(-4500)), "a movement is no credit balance"


def test_days_and_moments_read_as_people_write_them() -> None:
    assert re.sub("<.*?>", "", words.day(date(2026, 11, 3))) == "Nov 3, 2026"
    assert re.sub("<.*?>", "", words.moment(datetime(2026, 11, 3, 14, 5, tzinfo=UTC))) == "Nov 3, 2026, 14:05"


@given(st.text(min_size=5, max_size=40))
def test_a_mask_shows_four_characters_at_most(value: str) -> None:
    assert masks.end_of(value) == f"•••{value[-4:]}"


@given(st.text(max_size=4))
def test_a_short_value_is_masked_whole(value: str) -> None:
    assert masks.end_of(value) in ("", "•••")


def test_every_meaning_has_its_own_word_and_shape() -> None:
    shapes = [re.sub('class=".*?"', "", parts.badge("word", tone)) for tone in sorted(parts.TONES)]
    assert len(set(shapes)) == len(parts.TONES), "the shape differs where the colour does"
    with pytest.raises(ValueError, match="no tone"):
        parts.badge("word", "purple")


def test_a_state_nobody_knows_is_never_good() -> None:
    assert states.badge_of("some_new_state").tone == "quiet"


@pytest.mark.parametrize(
    "source",
    [
        "{{ value }}",
        "{% badge value 'good' %}",
        "{% x12 value 1 value %}",
        "{% figure value value value value %}",
        "{% section value value value %}{{ value }}{% endsection %}",
        "{% message value %}{{ value }}{% endmessage %}",
        "{% empty value %}{{ value }}{% endempty %}",
        "{% icon 'good' value %}",
        "{% equation terms value 0 %}",
        "{% timeline happenings %}",
    ],
)
def test_no_part_lets_data_become_markup(source: str) -> None:
    happening = parts.Happening("bytes", PAYLOAD, datetime(2026, 1, 1, tzinfo=UTC), PAYLOAD, PAYLOAD)
    shown = drawn(source, value=PAYLOAD, terms=[parts.Term("", PAYLOAD, 0)], happenings=[happening])
    assert "alert(1)" in shown
    assert "<script" not in shown and "<img" not in shown


def test_an_equation_shows_its_difference_and_turns_a_negative_term_around() -> None:
    terms = [
        parts.Term("", "charged", -20000),
        parts.Term("\u2212", "CO 45", -6000),
        parts.Term("\u2212", "PR 2", -2000),
    ]
    balanced = re.sub("<.*?>", "", drawn("{% equation terms 'paid' cents %}", terms=terms, cents=-12000))
    assert "balances" in balanced and "difference" not in balanced
    assert re.sub(r"\s", "", balanced).startswith("charged\u2212$200.00+CO45$60.00+PR2$20.00=paid\u2212$120.00")
    off = re.sub("<.*?>", "", drawn("{% equation terms 'paid' cents %}", terms=terms, cents=-12001))
    assert "does not balance" in off and "$0.01" in off


def test_segments_are_numbered_as_findings_count_them() -> None:
    shown = parts.x12("ST*837*0001~NM1*85~SE*3*0001~", 2, "wrong")
    rows = re.findall("<li.*?</li>", shown)
    assert len(rows) == 3
    assert "marked" in rows[1] and "wrong" in rows[1] and "marked" not in rows[0] + rows[2]


MOVES = st.lists(
    st.tuples(
        st.sampled_from((*RECEIVABLE, *claim_money.CASH, "contractual", "write_off", "suspense", "revenue_gross")),
        st.sampled_from((*RECEIVABLE, *claim_money.CASH, "contractual", "write_off", "suspense", "revenue_gross")),
        st.integers(-(10**9), 10**9),
    ),
    max_size=30,
)


@given(MOVES)
def test_what_was_charged_is_what_was_paid_adjusted_and_is_open(moves: list[tuple[str, str, int]]) -> None:
    rows = [{"entry_row": 0, "account": a, "cents": sign * c} for x, y, c in moves for a, sign in ((x, 1), (y, -1))]
    frame = posting.frame([row | {"line_control_number": "LINE1"} for row in rows])
    money = claim_money.of_claim(frame)
    assert money.charged == money.paid + money.adjusted + money.open
    assert money.open == frame.filter(pl.col("account").is_in(RECEIVABLE))["cents"].sum()
    assert claim_money.of_lines(frame) == ({"LINE1": money} if rows else {})


def offences(source: str) -> list[str]:
    """What a strict policy would refuse, or what asks another host."""
    inline = r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:"
    return re.findall(rf"{inline}|(?:src|href|url\()=?[\"']?(?:https?:)?//[^\s\"')]+", source)


def test_no_template_style_or_script_needs_more_than_this_host() -> None:
    files = [p for p in WEB.rglob("*") if p.suffix in (".html", ".css", ".js", ".svg")]
    assert len(files) > 60
    assert {str(p.relative_to(WEB)): found for p in files if (found := offences(p.read_text()))} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "<p style='color:red'>",
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<link href="https://example.com/a.css">',
        "@import url(//example.com/a.css)",
        "<style>",
    ],
)
def test_a_planted_offence_is_seen(planted: str) -> None:
    assert offences(planted)


def test_every_template_can_be_read() -> None:
    engine = settings.TEMPLATES[0]["BACKEND"]
    assert engine.endswith("DjangoTemplates")
    from django.template.loader import get_template

    names = [str(p.relative_to(WEB / "templates")) for p in (WEB / "templates").rglob("*.html")]
    assert len(names) > 30
    for name in names:
        get_template(name)


def test_every_component_stands_on_the_living_page() -> None:
    page = (WEB / "templates/web/pages/components.html").read_text()
    tags = set(parts.register.tags)
    missing = {tag for tag in tags if not re.search(rf"{{% {tag}[ %]", page)}
    assert missing == set()
