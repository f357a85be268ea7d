"""What stops a run.

ClaimkeepError
├── X12Error        no readable interchange
├── CodesError      a table of codes that is not of its form
├── IntakeError     a file of visits that cannot be read at all
├── BooksError      an entry that does not sum to zero, a posting to an unknown account
├── SealError       a sealed value did not open; one opaque type for every reason
├── AuditError      the audit log cannot be written, so nothing may be served
├── AccessDenied    the answer when access is wrong or uncertain
├── WireError       the other side of a wire did not do what we need
└── SetupError      this installation cannot start as it is

Messages carry places, never values: logs are not sealed.
"""

from __future__ import annotations

from claimkeep.engine.terms.finding import Place


class ClaimkeepError(Exception):
    """The run cannot go on. `reason` says why, `place` where in the data, `cite` which rule; never a value."""

    def __init__(self, message: str, *, place: Place | None = None, cite: str = "") -> None:
        super().__init__(message if place is None else f"{place}: {message}")
        self.reason = message
        self.place = place
        self.cite = cite


class X12Error(ClaimkeepError):
    """There is no readable interchange here."""


class CodesError(ClaimkeepError):
    """A table of codes is not of its form; nothing of it is loaded. The message names file, line and column."""

    def __init__(self, reason: str, *, file: str, line: int | None = None, column: str = "") -> None:
        where = file + (f", line {line}" if line else "") + (f", column {column}" if column else "")
        super().__init__(f"{where}: {reason}")
        self.reason, self.place = reason, Place(row=line, field=column)


class IntakeError(ClaimkeepError):
    """A file of visits cannot be read at all."""


class BooksError(ClaimkeepError):
    """An entry does not sum to zero or names an account that does not exist."""


class SealError(ClaimkeepError):
    """A sealed value did not open. One opaque type: the reason is in the audit log, not here."""


class AuditError(ClaimkeepError):
    """The audit log cannot be written."""


class AccessDenied(ClaimkeepError):
    """Not yours and not there are the same answer."""


class WireError(ClaimkeepError):
    """The other side of a wire did not do what we need; nothing is lost, try again."""


class SetupError(ClaimkeepError):
    """This installation cannot start as it is; the message says what to do."""
