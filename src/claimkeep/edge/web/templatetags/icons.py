"""Shapes drawn on a 16 by 16 grid in the colour of the text around them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_OPEN = (
    '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"'
    ' stroke-linejoin="round" {}>{}</svg>'
)

SHAPES = {
    # the four meanings and "nothing to say": told apart by outline alone
    "good": '<circle cx="8" cy="8" r="6.25"/><path d="m5.2 8.3 2 2 3.7-4.3"/>',
    "warn": '<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.6v3M8 11.6v.1"/>',
    "bad": '<path d="M5.3 1.7h5.4l3.6 3.6v5.4l-3.6 3.6H5.3l-3.6-3.6V5.3z"/><path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2"/>',
    "info": '<rect x="2" y="2" width="12" height="12" rx="2"/><path d="M8 7.4v3.8M8 4.8v.1"/>',
    "quiet": '<path d="M4 8h8"/>',
    # lanes of the timeline
    "bytes": '<path d="M3.5 1.8h6l3 3v9.4h-9z"/><path d="M9.3 1.8v3.2h3.2M5.8 8.4h4.4M5.8 11h4.4"/>',
    "people": '<circle cx="8" cy="5.2" r="2.9"/><path d="M2.6 14.2c.5-3 2.6-4.6 5.4-4.6s4.9 1.6 5.4 4.6"/>',
    "money": (
        '<ellipse cx="8" cy="4.2" rx="5.4" ry="2.3"/>'
        '<path d="M2.6 4.2v7.6c0 1.3 2.4 2.3 5.4 2.3s5.4-1 5.4-2.3V4.2M2.6 8c0 1.3 2.4 2.3 5.4 2.3s5.4-1'
        ' 5.4-2.3"/>'
    ),
    # places and verbs
    "mark": (
        '<path d="M8 1.4 13.6 3.4v4.4c0 3.4-2.3 5.7-5.6 6.8C4.7 13.5 2.4 11.2 2.4 7.8V3.4z"/>'
        '<path d="M5.4 6.2h5.2M5.4 9h3.4"/>'
    ),
    "work": '<path d="M2 9.3 3.8 3h8.4L14 9.3V13H2z"/><path d="M2 9.3h3.5l1 1.7h3l1-1.7H14"/>',
    "patients": (
        '<circle cx="6" cy="5.4" r="2.5"/>'
        '<path d="M1.4 13.6c.4-2.6 2.2-4 4.6-4s4.2 1.4 4.6 4M10.6 3.2a2.5 2.5 0 0 1 0 4.5M12 9.9c1.5.5 2.4'
        ' 1.8 2.7 3.7"/>'
    ),
    "claims": '<path d="M3.2 1.8h9.6v12.4l-2.4-1.5-2.4 1.5-2.4-1.5-2.4 1.5z"/><path d="M5.8 5.4h4.4M5.8 8.2h4.4"/>',
    "remittances": (
        '<rect x="1.6" y="3.6" width="12.8" height="8.8" rx="1"/>'
        '<circle cx="8" cy="8" r="1.9"/>'
        '<path d="M4 8h.1M11.9 8h.1"/>'
    ),
    "ledger": '<path d="M3 2h10v12H3zM5.8 2v12M8.3 5.4h2.5M8.3 8h2.5"/>',
    "search": '<circle cx="7" cy="7" r="4.6"/><path d="m10.5 10.5 3.6 3.6"/>',
    "menu": '<path d="M2.2 4.2h11.6M2.2 8h11.6M2.2 11.8h11.6"/>',
    "building": '<path d="M3 14.2V2.4h6.6v11.8M9.6 6.4H13v7.8M1.6 14.2h12.8M5.3 5.2h2M5.3 8h2M5.3 10.8h2"/>',
    "help": (
        '<circle cx="8" cy="8" r="6.25"/>'
        '<path d="M6.2 6.3c0-1 .8-1.7 1.8-1.7s1.8.7 1.8 1.7c0 1.3-1.8 1.5-1.8 2.8M8 11.3v.1"/>'
    ),
    "leave": '<path d="M6.4 2.2H2.6v11.6h3.8M6 8h7.8m-2.8-2.9L13.9 8l-2.9 2.9"/>',
    "key": '<circle cx="5" cy="11" r="3"/><path d="m7.2 8.8 6-6m-2 2 1.9 1.9"/>',
    "eye": (
        '<path d="M1.4 8S3.7 3.8 8 3.8 14.6 8 14.6 8 12.3 12.2 8 12.2 1.4 8 1.4 8z"/><circle cx="8" cy="8" r="1.9"/>'
    ),
    "next": '<path d="m6 3.2 4.8 4.8L6 12.8"/>',
    "previous": '<path d="M10 3.2 5.2 8l4.8 4.8"/>',
    "chosen": '<path d="m2.8 8.4 3.4 3.4 7-7.6"/>',
}
"""Name to drawing. All are ours."""


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The named shape; hidden from a screen reader unless it has a label, because a word stands beside it."""
    hidden = SafeString('aria-hidden="true"')
    said = format_html('role="img" aria-label="{}"', label) if label else hidden
    return format_html(_OPEN, said, mark_safe(SHAPES[name]))
