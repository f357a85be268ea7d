"""The components a page is made of. Each stands, in each state, on the living page `/-/components`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claimkeep.edge.web.templatetags.icons import icon
from claimkeep.edge.web.templatetags.words import MINUS

register = template.Library()

_NOTHING = (0, "0", "$0.00")
TONES = frozenset({"good", "warn", "bad", "info", "quiet"})


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with its tone; the tone picks the shape."""

    word: str
    tone: str = "quiet"

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of a timeline: what, when, in which lane (bytes, people, money), by whom, how much."""

    lane: str
    what: str
    when: datetime
    who: str = ""
    detail: str = ""
    cents: int | None = None
    href: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an equation: the sign before it, what it is, how much."""

    sign: str
    name: str
    cents: int


@register.simple_tag
def badge(word: str | Badge, tone: str = "") -> SafeString:
    """A word and a shape."""
    name = tone or (word.tone if isinstance(word, Badge) else "quiet")
    if name not in TONES:
        raise ValueError(f"no tone {name}")
    return format_html('<span class="badge {}">{}<span>{}</span></span>', name, icon(name), str(word))


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, kind: str = "") -> dict[str, Any]:
    """Label, control, hint and errors of one form field."""
    return {"field": bound, "kind": kind, "is_check": isinstance(bound.field.widget, CheckboxInput)}


@register.inclusion_tag("web/parts/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole, and which fields to look at."""
    return {"form": form}


@register.inclusion_tag("web/parts/figure.html")
def figure(label: str, value: Any, href: str = "", note: str = "", tone: str = "") -> dict[str, Any]:
    """A count or amount that opens its list."""
    return {"label": label, "value": value, "href": href, "note": note, "tone": tone, "zero": value in _NOTHING}


@register.inclusion_tag("web/parts/timeline.html")
def timeline(happenings: Sequence[Happening]) -> dict[str, Any]:
    """One line of time for bytes, people and money."""
    return {"happenings": happenings}


@register.inclusion_tag("web/parts/equation.html")
def equation(terms: Sequence[Term], equals: str, cents: int) -> dict[str, Any]:
    """The terms, what they should make, and the difference when they do not."""
    made = sum(-term.cents if term.sign == MINUS else term.cents for term in terms)
    shown = [Term("+", t.name, -t.cents) if t.sign == MINUS and t.cents < 0 else t for t in terms]
    return {"terms": shown, "equals": equals, "cents": cents, "difference": made - cents}


@register.inclusion_tag("web/parts/progress.html")
def progress(label: str, done: int, total: int, left: str = "", state: str = "running") -> dict[str, Any]:
    """How far a job is: a count, time left, and a bar fed by the job."""
    return {"label": label, "done": done, "total": total, "left": left, "state": state}


@register.inclusion_tag("web/parts/verdict.html")
def verdict(word: str, as_of: datetime | None, checked: int = 0, href: str = "") -> dict[str, Any]:
    """met, unmet or unknown, with the moment it was measured and its evidence."""
    tone = {"met": "good", "unmet": "bad", "unknown": "warn"}[word]
    return {"word": word, "tone": tone, "as_of": as_of, "checked": checked, "href": href}


@register.inclusion_tag("web/parts/pages.html", takes_context=True)
def pages(context: template.Context, page: Page[Any], noun: str) -> dict[str, Any]:
    """Which rows these are of how many, and the way to the others."""
    return {"page": page, "noun": noun, "request": context["request"]}


@register.simple_tag
def x12(text: str, marked: int = 0, why: str = "") -> SafeString:
    """X12 bytes a segment a line, numbered as findings count them; `marked` is the segment a finding is about."""
    rows = SafeString("")
    for number, segment in enumerate((s for s in text.replace("\n", "").split("~") if s), start=1):
        name, star, rest = segment.partition("*")
        note = format_html("  <em>{}</em>", why) if number == marked else ""
        cls = SafeString(' class="marked"') if number == marked else ""
        rows += format_html("<li{}><span><b>{}</b>{}~{}</span></li>", cls, name, star + rest, note)
    return format_html('<ol class="x12" tabindex="0" role="list" aria-label="X12 segments">{}</ol>', rows)


@register.simple_block_tag
def section(content: str, title: str, note: str = "", id: str = "") -> SafeString:
    """A part of a thing under its own heading."""
    name = id or "s-" + "".join(c if c.isalnum() else "-" for c in title.lower())
    said = format_html('<span class="section-note">{}</span>', note) if note else ""
    return format_html(
        '<section class="section" aria-labelledby="{}"><div class="section-head"><h2 id="{}">{}</h2>{}</div>{}'
        "</section>",
        name,
        name,
        title,
        said,
        content,
    )


@register.simple_block_tag
def message(content: str, title: str, tone: str = "info", live: bool = False) -> SafeString:
    """What happened, what is safe, what to do next."""
    role = SafeString(' role="alert"' if tone == "bad" else ' role="status"') if live else ""
    return format_html(
        '<div class="message {}"{}>{}<div class="message-body"><strong>{}</strong>{}</div></div>',
        tone,
        role,
        icon(tone),
        title,
        content,
    )


@register.simple_block_tag
def empty(content: str, title: str, small: bool = False) -> SafeString:
    """Why there is nothing here, and the first step."""
    return format_html('<div class="empty{}"><strong>{}</strong>{}</div>', " small" if small else "", title, content)
