"""Money, days and moments as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.template.defaultfilters import date as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from claimkeep.engine.terms.money import dollars

register = template.Library()

MINUS = "\u2212"
_TIME = '<time datetime="{}" class="nowrap">{}</time>'


@register.filter
def money_text(cents: int | None) -> str:
    """Cents in words for a sentence: '$1,234.50', or '−$45.00 credit'."""
    if cents is None:
        return "not given"
    return f"{MINUS}${dollars(-cents)} credit" if cents < 0 else f"${dollars(cents)}"


@register.filter
def money(cents: int | None) -> SafeString:
    """Cents, right-aligned, sign in front; a negative amount says 'credit' too."""
    if cents is None:
        return format_html('<span class="money money-none">{}</span>', "none")
    if cents < 0:
        return format_html(
            '<span class="money credit"><span class="money-word">credit</span>{}${}</span>', MINUS, dollars(-cents)
        )
    return format_html('<span class="money{}">${}</span>', " zero" if cents == 0 else "", dollars(cents))


@register.filter
def signed_money(cents: int | None) -> SafeString:
    """Cents of a movement, where a minus is a direction and not a credit balance."""
    if cents is None or cents >= 0:
        return money(cents)
    return format_html('<span class="money">{}${}</span>', MINUS, dollars(-cents))


@register.filter
def day(value: date | None) -> SafeString | str:
    """A date as 'Nov 23, 2026'."""
    if value is None:
        return "not given"
    return format_html(_TIME, value.isoformat()[:10], formatted(value, "M j, Y"))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A point in time as 'Nov 23, 2026, 14:05', in the practice's zone."""
    if value is None:
        return "never"
    local = localtime(value)
    return format_html(_TIME, local.isoformat(), formatted(local, "M j, Y, H:i"))


@register.filter
def units(milli: int | None) -> str:
    """Thousandths as a number without needless zeros: 1000 is '1', 2500 is '2.5'."""
    if milli is None:
        return "not given"
    whole, part = divmod(milli, 1000)
    return f"{whole}.{part:03d}".rstrip("0") if part else str(whole)


@register.filter
def count(value: int) -> str:
    """A count with thousands apart."""
    return f"{value:,}"


@register.filter
def spaced(code: str) -> str:
    """A code of ours as words: 'group_accepted' is 'group accepted'."""
    return code.replace("_", " ")


@register.filter
def negated(cents: int) -> int:
    """The other side."""
    return -cents


@register.filter
def moved(postings: Iterable[Any]) -> int:
    """What an entry moved, in cents: its debits."""
    return sum(p.cents for p in postings if p.cents > 0)


@register.filter
def who(actor: str) -> str:
    """An actor of the log for people: 'system:receive' is 'the system (receive)', a person is told by the id's start.

    >>> who("system:receive"), who("user:0f0e0d0c-0000")
    ('the system (receive)', 'person 0f0e0d0c')
    """
    kind, _, name = actor.partition(":")
    return f"the system ({name.replace('_', ' ')})" if kind == "system" else f"person {name[:8]}"


@register.filter
def listed(words: str) -> list[str]:
    """Words apart by blanks, as a list."""
    return words.split()


@register.filter
def tone(level: str) -> str:
    """The tone of a message of Django's."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level, "info")
