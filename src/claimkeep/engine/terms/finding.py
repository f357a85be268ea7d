"""What is wrong with somebody's data, and where: collected, returned, shown, stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What happens to a claim with this finding."""

    REJECT = "R"
    """The claim would be refused at the door; it is held."""
    DENY = "D"
    """The payer would deny it; it is held."""
    REVIEW = "V"
    """A person should look; it is not held."""
    INFORM = "I"
    """Worth knowing."""

    @property
    def holds(self) -> bool:
        """True when a claim with such a finding is not sent."""
        return self in (Severity.REJECT, Severity.DENY)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file. Every number counts from 1; `segment` counts inside its transaction set (ST is 1).

    `entry` is the ordinal of a resource in a FHIR bundle, `row` the line of a CSV file (the header is line 1), `visit`
    the ordinal among the visits of a file that could be read.
    """

    interchange: int | None = None
    transaction: int | None = None
    segment: int | None = None
    segment_id: str = ""
    element: int | None = None
    component: int | None = None
    loop: str = ""
    visit: int | None = None
    entry: int | None = None
    row: int | None = None
    field: str = ""

    def __str__(self) -> str:
        """In words: 'interchange 1, transaction 2, segment 14 (NM1), element 9'."""
        words = []
        for name in ("interchange", "transaction", "visit", "entry", "row", "segment"):
            value = getattr(self, name)
            if value is not None:
                words.append(f"{'line' if name == 'row' else name} {value}")
        if self.segment_id:
            if self.segment is not None:
                words[-1] += f" ({self.segment_id})"
            else:
                words.append(self.segment_id)
        for name in ("element", "component"):
            value = getattr(self, name)
            if value is not None:
                words.append(f"{name} {value}")
        if self.loop:
            words.append(f"loop {self.loop}")
        if self.field:
            words.append(self.field)
        return ", ".join(words) or "file"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that could not be used: where it is and why. The rest of the file goes in."""

    place: Place
    reason: str
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one claim, in a biller's words, with the rule that says so and what to do.

    `claim_row` is the row of the claim table; `line` and `diagnosis` count from 1 inside the claim, and so does
    `other`, the line or diagnosis it stands against. `table`, `release` and `row` say what it was judged by, where that
    is a published table: `row` as (column, value).
    """

    edit: str
    claim_row: int
    severity: Severity
    message: str
    fix: str
    cite: str
    line: int | None = None
    diagnosis: int | None = None
    carc: str = ""
    other: int | None = None
    table: str = ""
    release: str = ""
    row: tuple[tuple[str, str | int], ...] = ()
