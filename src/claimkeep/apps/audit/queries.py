"""Reads of the audit log: its events, its proofs, and whether it is as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from claimkeep.apps.audit.models import Event, Head, SignedHead, Tile
from claimkeep.engine.crypto import event, merkle
from claimkeep.engine.crypto.checkpoint import Checkpoint
from claimkeep.engine.crypto.merkle import Frontier
from claimkeep.engine.terms.errors import AuditError

_AT_ONCE = 16 * merkle.WIDTH
"""Events checked at once: whole tiles, few enough to stay in cache."""

_BEFORE_ALL = -(2**63)
_ROOT = 32
_WHOLE_SECOND, _MICROSECOND = len("2026-03-02 15:00:00"), len("2026-03-02 15:00:00.000000")
_TIME = {
    "sqlite": "CAST(at AS TEXT)",
    "postgresql": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')""",
}
"""A time as text, by the kind of database: making an object of each would take longer than the hashing."""


def about(subject: str) -> QuerySet[Event]:
    """Every event of one subject, oldest first."""
    return Event.objects.filter(subject=subject).order_by("seq")


def origin(head: Head) -> str:
    """The name of the log, as its signed heads give it."""
    return f"claimkeep/{head.log_id.hex}"


def frontier(head: Head) -> Frontier:
    """The end of the log, to go on from."""
    peaks = bytes(head.peaks)
    return Frontier(head.size, tuple(peaks[at : at + _ROOT] for at in range(0, len(peaks), _ROOT)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: how many events, the root in hex, the first bad sequence number if any.

    first_bad : the event itself where its own leaf tells; else the first that no tile, signed head or anchor vouches
                for any more
    anchored  : how many events the anchors vouch for
    """

    events: int
    head: str
    first_bad: int | None
    anchored: int = 0

    @property
    def ok(self) -> bool:
        """True when every event is as it was written and none is missing."""
        return self.first_bad is None


def verify(anchors: Iterable[Checkpoint] = (), given_out: Iterable[Checkpoint] = ()) -> Verdict:
    """The whole log hashed anew from its events: changed, missing, added or swapped rows are seen.

    anchors   : heads that were kept elsewhere; a log that was cut, rolled back or written anew does not agree with them
    given_out : heads this database says were signed; they are compared too, and vouch for nothing
    Events may be written meanwhile: the end that stood before must be on the way, and the one that stands after as far.
    Raises AuditError when an anchor is of another log.
    """
    head = Head.objects.filter(pk=1).first() or Head(size=0)
    kept, told = list(anchors), list(given_out)
    if any(one.origin != origin(head) for one in (*kept, *told)):
        raise AuditError("an anchor is of another log than this one")
    marks = sorted([(head.size, frontier(head).root()), *((one.size, one.root) for one in (*kept, *told))])
    walk = _Walk(marks)
    first_bad = walk.first_bad()
    after = Head.objects.filter(pk=1).first() or Head(size=0)
    if first_bad is None and after.size < walk.frontier.size:
        first_bad = after.size + 1
    vouched = max((one.size for one in kept), default=0) if first_bad is None else 0
    return Verdict(walk.count, walk.frontier.root().hex(), first_bad, vouched)


class _Walk:
    """One passage through the log. marks : sizes with the root that must stand there, in order"""

    def __init__(self, marks: Sequence[tuple[int, bytes]]) -> None:
        self.marks = list(marks)
        self.frontier = Frontier()
        self.vouched = 0
        self.count = 0

    def first_bad(self) -> int | None:
        """The first event that is not as it was written."""
        for rows in _batches():
            leaves: list[bytes] = []
            wrong = None
            for row in rows:
                self.count += 1
                right = _leaf(row)
                if row[0] != self.count or right is None or right != bytes(row[-1]):
                    wrong = self.count
                    break
                leaves.append(right)
            missing = self._take(leaves)
            if missing is not None or wrong is not None:
                return missing or wrong
        return self._marked() or (self.count + 1 if self.marks else None)

    def _take(self, leaves: Sequence[bytes]) -> int | None:
        """Goes on past these leaves; where it first does not agree with a tile or a mark."""
        at = 0
        while True:
            if (wrong := self._marked()) is not None or at == len(leaves):
                return wrong
            room = self.marks[0][0] - self.frontier.size if self.marks else len(leaves)
            part = leaves[at : at + room]
            self.frontier, tiles = self.frontier.and_then(part)
            at += len(part)
            if (wrong := self._tiled(tiles)) is not None:
                return wrong

    def _marked(self) -> int | None:
        while self.marks and self.marks[0][0] == self.frontier.size:
            _, root = self.marks.pop(0)
            if root != self.frontier.root():
                return self.vouched + 1
            self.vouched = self.frontier.size
        return None

    def _tiled(self, tiles: Sequence[merkle.Tile]) -> int | None:
        if not tiles:
            return None
        found = Tile.objects.filter(level__in={one.level for one in tiles})
        found = found.filter(index__gte=min(one.index for one in tiles), index__lte=max(one.index for one in tiles))
        stored = {(one.level, one.index): bytes(one.root) for one in found}
        for one in tiles:
            width = merkle.WIDTH**one.level
            if stored.get((one.level, one.index)) != one.root:
                return max(one.index * width, self.vouched) + 1
            self.vouched = max(self.vouched, (one.index + 1) * width)
        return None


COLUMNS = "seq, at, practice_id, actor, tag, subject, why, detail, leaf"


def _batches(last: int = _BEFORE_ALL) -> Iterator[list[Any]]:
    """Every row after one as the database holds it, in order: the ORM would spell it anew, and slowly."""
    wanted = COLUMNS.replace(" at,", f" {_TIME[connection.vendor]},")
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT {wanted} FROM audit_event WHERE seq > %s ORDER BY seq LIMIT %s",
                [last, _AT_ONCE],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            yield rows
            last = rows[-1][0]


def _leaf(row: Sequence[Any]) -> bytes | None:
    """What should stand in the tree for a row; None when it is none."""
    line = _entry(row)
    return None if line is None else merkle.leaf(line)


def _entry(row: Sequence[Any]) -> bytes | None:
    seq, at, practice, actor, tag, subject, why, detail, _ = row
    try:
        if len(at) == _WHOLE_SECOND:
            at += ".000000"
        if len(at) == _MICROSECOND and at[10] == " ":
            at = f"{at[:10]}T{at[11:]}Z"
        practice = practice if practice is None or type(practice) is str else practice.hex
        return event.entry(seq, at, practice, actor, tag, subject, why, detail)
    except (AttributeError, TypeError, UnicodeError):
        return None


def lines(first: int = 1) -> Iterator[bytes]:
    """Events from one on, each as the line that was hashed, in order. Raises AuditError at a row that is none."""
    for rows in _batches(first - 1):
        for row in rows:
            line = _entry(row)
            if line is None:
                raise AuditError(f"event {row[0]} of the audit log is no event any more")
            yield line


def size() -> int:
    """How many events are in the log."""
    return Head.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def signed_heads(newest: int | None = None) -> list[str]:
    """Signed heads that were given out, oldest first: all, or so many of the newest."""
    found = SignedHead.objects.order_by("-size").values_list("note", flat=True)
    return list(found if newest is None else found[:newest])[::-1]


def inclusion_proof(seq: int, size: int) -> list[bytes]:
    """What shows that an event is in the log of that size (RFC 9162 2.1.3). Raises ValueError where it is not."""
    return merkle.inclusion_proof(seq - 1, size, merkle.root_from(_roots))


def consistency_proof(before: int, size: int) -> list[bytes]:
    """What shows that the log of one size is the beginning of that of another (RFC 9162 2.1.4)."""
    return merkle.consistency_proof(before, size, merkle.root_from(_roots))


def _roots(level: int, first: int, count: int) -> list[bytes]:
    if level:
        tiles = Tile.objects.filter(level=level, index__gte=first, index__lt=first + count).order_by("index")
        roots = [bytes(one) for one in tiles.values_list("root", flat=True)]
    else:
        events = Event.objects.filter(seq__gt=first, seq__lte=first + count).order_by("seq")
        roots = [bytes(one) for one in events.values_list("leaf", flat=True)]
    if len(roots) != count:
        raise AuditError("a part of the audit log is not there")
    return roots
