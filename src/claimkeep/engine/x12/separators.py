"""Which characters divide an interchange: read from its ISA, the one segment of fixed width."""

from __future__ import annotations

from dataclasses import dataclass

ISA_WIDTH = 106
"""Octets of an ISA with its terminator (X12.5 3.2)."""

_ELEMENT_AT = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
"""Where the sixteen element separators of an ISA stand."""

_REPETITION_SINCE = "00402"
"""ISA12 from which ISA11 is the repetition separator; before, it named the standard."""


@dataclass(frozen=True, slots=True)
class Separators:
    """One character each. `repetition` is empty when the interchange has none."""

    element: str = "*"
    component: str = ":"
    segment: str = "~"
    repetition: str = "^"


class NotSeparators(ValueError):
    """These octets are not an ISA of the right width; the message says why and holds no value."""


def read(isa: bytes) -> Separators:
    """The separators an ISA names.

    isa : the first 106 octets of an interchange, or fewer when the file ends
    Raises NotSeparators when the header is short, an element is not of its width, or a separator cannot be one.
    Source: X12.5 3.2, 005010X222A1 C.1.

    >>> read(b"")
    Traceback (most recent call last):
    claimkeep.engine.x12.separators.NotSeparators: the ISA is shorter than 106 characters
    """
    if len(isa) < ISA_WIDTH:
        raise NotSeparators("the ISA is shorter than 106 characters")
    text = isa.decode("latin-1")
    element, component, segment = text[3], text[104], text[105]
    if any(text[at] != element for at in _ELEMENT_AT) or text[:ISA_WIDTH].count(element) != len(_ELEMENT_AT):
        raise NotSeparators("the elements of the ISA are not of their fixed width")
    if any(one.isalnum() or one == " " for one in (element, component, segment)):
        raise NotSeparators("a letter, digit or space stands where the ISA names a separator")
    if len({element, component, segment}) != 3:
        raise NotSeparators("the ISA names one character as two separators")
    repetition = text[82]
    usable = (
        text[84:89] >= _REPETITION_SINCE
        and not repetition.isalnum()
        and repetition not in (" ", element, component, segment)
    )
    return Separators(element, component, segment, repetition if usable else "")
