"""How the box writes: segments in, one interchange out, every count computed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from claimkeep.edge.simulator.reading import Segment

COMPONENT = ":"
NAME = "BOXCLEARING"
"""ISA06 of the box."""

_SEPARATORS = str.maketrans("*^:~\r\n", "      ")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, when, under which control number (it serves ISA13 and GS06)."""

    receiver_qualifier: str
    receiver: str
    group_receiver: str
    day: date
    control_number: int
    usage: str
    """ISA15: P or T, as the file that is answered."""


def amount(cents: int) -> str:
    """An amount as X12 writes it: no needless zero on either side of the point."""
    text = f"{abs(cents) // 100}.{abs(cents) % 100:02d}".rstrip("0").rstrip(".").removeprefix("0") or "0"
    return ("-" if cents < 0 else "") + text


def compact(day: date) -> str:
    """CCYYMMDD."""
    return day.strftime("%Y%m%d")


def interchange(envelope: Envelope, function: str, version: str, bodies: Iterable[list[Segment]]) -> bytes:
    """One interchange of one group; each body is a transaction set without its SE, ST02 as given.

    Separators are *, ^, : and ~ , which are taken out of every value; each segment ends its line.
    """
    control = f"{envelope.control_number:09d}"
    written = [_header(envelope)]
    group = ["GS", function, NAME, envelope.group_receiver, compact(envelope.day), "1200"]
    written.append([*group, str(envelope.control_number), "X", version])
    count = 0
    for body in bodies:
        count += 1
        written += body
        written.append(["SE", str(len(body) + 1), body[0][2]])
    written += [["GE", str(count), str(envelope.control_number)], ["IEA", "1", control]]
    return text(written)


def acknowledged(envelope: Envelope, answer: Segment) -> bytes:
    """One interchange of nothing but a TA1."""
    return text([_header(envelope), answer, ["IEA", "0", f"{envelope.control_number:09d}"]])


def text(segments: Iterable[Segment]) -> bytes:
    """The segments as bytes, without empty elements at their ends."""
    lines = []
    for segment in segments:
        while segment[-1] == "":
            segment = segment[:-1]
        lines.append("*".join(segment) + "~\n")
    return "".join(lines).encode()


def clean(value: str) -> str:
    """The value without anything that would read as a separator."""
    return value.translate(_SEPARATORS).strip()


def _header(envelope: Envelope) -> Segment:
    blank = " " * 10
    control = f"{envelope.control_number:09d}"
    sent = [envelope.day.strftime("%y%m%d"), "1200", "^", "00501", control, "0", envelope.usage]
    who = ["ZZ", NAME.ljust(15), envelope.receiver_qualifier, envelope.receiver[:15].ljust(15)]
    return ["ISA", "00", blank, "00", blank, *who, *sent, COMPONENT]
