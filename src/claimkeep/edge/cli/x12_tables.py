"""X12 files -> tables, a piece at a time, in one process or several; what is in memory does not grow with the file."""

from __future__ import annotations

import os
import signal
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from multiprocessing import get_context, reduction
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, Any, Protocol

import polars as pl

from claimkeep.edge.cli import octets, speech
from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import ClaimkeepError, SetupError
from claimkeep.engine.terms.finding import Skipped
from claimkeep.engine.x12 import (
    acknowledge,
    claim_837,
    claim_status_277,
    eligibility_270,
    eligibility_271,
    envelope,
    kind,
    remittance_835,
    review_278,
)
from claimkeep.engine.x12.envelope import Received

Tables = tuple[pl.DataFrame, ...]
Pieces = Iterator[tuple[Tables, tuple[Skipped, ...]]]

CLAIMS = tuple(one.name for one in fields(ClaimTables))
"""The tables of claims."""

_PIECES_A_PART = 4
"""Pieces that are written as one file, until the files are put together."""

_ROWS_PRINTED = 500
"""Rows that are turned into text at once: a row of claims as text has many times its octets."""

_REMEMBERED = 4096
"""Places told last, so that what many claims have in common is told once."""


@dataclass(frozen=True, slots=True)
class Source:
    """A reader: which transactions it looks at, and the names of the tables it gives, in its order."""

    kinds: frozenset[str]
    names: tuple[str, ...]
    pieces: Callable[[Received], Pieces]


def _claims(received: Received) -> Pieces:
    for tables, skipped in claim_837.pieces(received):
        yield tuple(getattr(tables, name) for name in CLAIMS), skipped


def _remittances(received: Received) -> Pieces:
    for tables, skipped in remittance_835.pieces(received):
        paid = (tables.payments, tables.claim_payments, tables.service_payments)
        yield (*paid, tables.adjustments, tables.provider_adjustments), skipped


def _single(pieces: Callable[[Received], Iterator[tuple[pl.DataFrame, tuple[Skipped, ...]]]]) -> Callable[..., Pieces]:
    return lambda received: (((table,), skipped) for table, skipped in pieces(received))


SOURCES = (
    Source(frozenset({"837P", "837I", "837D", "837"}), CLAIMS, _claims),
    Source(
        frozenset({"835"}),
        ("payments", "claim_payments", "service_payments", "adjustments", "provider_adjustments"),
        _remittances,
    ),
    Source(frozenset({"270"}), ("inquiries",), _single(eligibility_270.pieces)),
    Source(frozenset({"271"}), ("benefits",), _single(eligibility_271.pieces)),
    Source(frozenset({"278"}), ("review_requests",), _single(review_278.pieces)),
    Source(frozenset(claim_status_277.KINDS), ("claim_status",), _single(claim_status_277.pieces)),
    Source(frozenset({"TA1", "999", "277CA"}), ("acknowledgements",), _single(acknowledge.pieces)),
)
"""Who reads what. A claim set of an unknown guide is looked at too, and told with its reason."""

TABLES = tuple(name for source in SOURCES for name in source.names)


@dataclass(slots=True)
class Account:
    """What became of one file: rows by table, the first places left out and how many there are in all.

    passed_over : transaction sets that hold none of the tables asked for
    unread      : why none of it could be read
    """

    rows: dict[str, int] = field(default_factory=dict)
    told: list[Skipped] = field(default_factory=list)
    skipped: int = 0
    passed_over: int = 0
    unread: str = ""


class Taking(Protocol):
    """Where the rows of a file go."""

    def take(self, name: str, frame: pl.DataFrame) -> None:
        """Takes some rows of one table; those of one table come in their order."""

    def end(self) -> None:
        """The file has no more rows."""


class Printed:
    """Rows as JSON lines."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out

    def take(self, name: str, frame: pl.DataFrame) -> None:
        """Writes them at once."""
        for some in frame.iter_slices(_ROWS_PRINTED):
            self._out.write(some.write_ndjson())

    def end(self) -> None:
        """Lets nothing be left behind."""
        self._out.flush()


class Parts:
    """Rows as files in a folder, some pieces each, in the order of their names."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self._number = number
        self._held: dict[str, list[pl.DataFrame]] = {}
        self._written = 0

    def take(self, name: str, frame: pl.DataFrame) -> None:
        """Keeps them until there are enough for a file."""
        held = self._held.setdefault(name, [])
        held.append(frame)
        if len(held) == _PIECES_A_PART:
            self._write(name)

    def end(self) -> None:
        """Writes what is kept."""
        for name in self._held:
            self._write(name)

    def _write(self, name: str) -> None:
        frames, self._held[name] = self._held[name], []
        if frames:
            path = self._folder / f"{name}-{self._number:08d}-{self._written:08d}.parquet"
            pl.concat(frames).write_parquet(path)
            self._written += 1


class _Watched:
    """Octets that tell how many of them were asked for."""

    def __init__(self, whole: octets.FileOctets, advance: Callable[[int], Any]) -> None:
        self._whole = whole
        self._advance = advance
        self.taken = 0

    def __len__(self) -> int:
        return len(self._whole)

    def __getitem__(self, where: slice, /) -> bytes:
        try:
            found = self._whole[where]
        except OSError as error:
            raise SetupError(str(error)) from None
        # A part of a large set is looked at again where the last one ended; the bar does not go beyond its end.
        new = min(len(found), 2 * len(self._whole) - self.taken)
        self.taken += new
        self._advance(new)
        return found

    def end(self) -> None:
        """Nothing more will be asked for."""
        self._advance(2 * len(self._whole) - self.taken)


def read_file(path: Path, wanted: Sequence[str], into: Taking, advance: Callable[[int], Any]) -> Account:
    """Gives the wanted tables of one file, piece by piece, each row with the name of the file first.

    The file is gone through once for its envelopes and once for each reader that it holds something for.
    advance : told of the octets that were gone through, twice the size of the file in all
    """
    account = Account()
    with ExitStack() as stack:
        try:
            watched = _Watched(stack.enter_context(octets.opened(path)), advance)
        except OSError as error:
            account.unread = error.strerror or "cannot be read"
            return account
        try:
            _read(str(path), envelope.read(watched), wanted, into, account)
        except ClaimkeepError as error:
            account.unread = str(error)
        watched.end()
    into.end()
    return account


def _read(name: str, received: Received, wanted: Sequence[str], into: Taking, account: Account) -> None:
    kinds = _kinds(received)
    looked: set[str] = set()
    recent: OrderedDict[Skipped, None] = OrderedDict()
    for skipped in received.skipped:
        _tell(skipped, account, recent)
    for source in SOURCES:
        names = [one for one in source.names if one in wanted]
        if not names or (kinds and not source.kinds & {*kinds.values()}):
            continue
        looked |= source.kinds
        for tables, lost in source.pieces(received):
            for skipped in lost if lost is not received.skipped else ():
                if _concerns(skipped, kinds, source):
                    _tell(skipped, account, recent)
            for table, frame in zip(source.names, tables, strict=True):
                if table in names and frame.height:
                    into.take(table, frame.insert_column(0, pl.Series("file", [name]).new_from_index(0, frame.height)))
                    account.rows[table] = account.rows.get(table, 0) + frame.height
    account.passed_over = sum(1 for what in kinds.values() if what not in looked)


def _tell(skipped: Skipped, account: Account, recent: OrderedDict[Skipped, None]) -> None:
    if skipped in recent:
        return
    recent[skipped] = None
    if len(recent) > _REMEMBERED:
        recent.popitem(last=False)
    account.skipped += 1
    if len(account.told) < speech.MOST_SKIPPED:
        account.told.append(skipped)


def _kinds(received: Received) -> dict[tuple[int, int | None], str]:
    """What each transaction set of a file is, by the ordinals of its interchange and its own; a TA1 has none."""
    found: dict[tuple[int, int | None], str] = {}
    for interchange in received.interchanges:
        if interchange.answers:
            found[interchange.ordinal, None] = "TA1"
        for transaction in (one for group in interchange.groups for one in group.transactions):
            found[interchange.ordinal, transaction.ordinal] = kind.kind(transaction)
    return found


def _concerns(skipped: Skipped, kinds: dict[tuple[int, int | None], str], source: Source) -> bool:
    """False for a set that another reader looks at: being no remittance is no fault of a claim."""
    place = skipped.place
    if place.interchange is None or place.transaction is None:
        return True
    return kinds.get((place.interchange, place.transaction)) in source.kinds


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every file: which tables are wanted, and the folder of parts they go to, or None to print."""

    wanted: tuple[str, ...]
    parts: Path | None


def accounts(
    files: Sequence[Path], job: Job, out: IO[str], processes: int, advance: Callable[[int], Any]
) -> Iterator[tuple[Path, Account]]:
    """What became of each file, in the order given, whatever the number of processes; printed rows come so too."""
    if processes <= 1 or len(files) <= 1:
        for number, file in enumerate(files):
            into = Printed(out) if job.parts is None else Parts(job.parts, number)
            yield file, read_file(file, job.wanted, into, advance)
        return
    with _Workers(job, min(processes, len(files))) as workers:
        yield from workers.accounts(files, out, advance)


_AHEAD = 32
"""Files read beyond the first that is not printed yet: each of them holds an open file."""


class _Workers:
    """Processes that each read one file after another."""

    def __init__(self, job: Job, number: int) -> None:
        # Not forked: polars has threads, whose locks a forked process would wait for without end.
        context = get_context("spawn")
        self._job = job
        self._idle: list[Connection] = []
        self._busy: dict[Connection, int] = {}
        self._processes = []
        for _ in range(number):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, job), daemon=True)
            process.start()
            theirs.close()
            self._idle.append(ours)
            self._processes.append(process)

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()

    def accounts(
        self, files: Sequence[Path], out: IO[str], advance: Callable[[int], Any]
    ) -> Iterator[tuple[Path, Account]]:
        """As `accounts`. Raises SetupError when a process ends before its work does."""
        ended: dict[int, tuple[Account, int | None]] = {}
        todo = done = 0
        while done < len(files):
            try:
                while self._idle and todo < min(len(files), done + _AHEAD):
                    end = self._idle.pop(0)
                    end.send((todo, files[todo]))
                    self._busy[end], todo = todo, todo + 1
                ended |= self._ended(advance)
            except (EOFError, ConnectionError):
                raise SetupError("a process that reads files ended before its work did") from None
            while done in ended:
                account, printed = ended.pop(done)
                if printed is not None:
                    _copy(printed, out)
                yield files[done], account
                done += 1

    def _ended(self, advance: Callable[[int], Any]) -> dict[int, tuple[Account, int | None]]:
        """The files that are done now, by number, with what was printed of them; waits until something is said."""
        ended: dict[int, tuple[Account, int | None]] = {}
        ready = wait(list(self._busy))
        for end in [one for one in self._busy if one in ready]:
            said = end.recv()
            if isinstance(said, int):
                advance(said)
                continue
            ended[self._busy.pop(end)] = said, None if self._job.parts else reduction.recv_handle(end)
            self._idle.append(end)
        return ended


def _copy(descriptor: int, out: IO[str]) -> None:
    with os.fdopen(descriptor, encoding="utf-8", newline="") as printed:
        printed.seek(0)
        while text := printed.read(1 << 20):
            out.write(text)


def _work(end: Connection, job: Job) -> None:
    """Reads the files it is told of, until nobody tells of one. Printed rows go to a file without a name."""
    # A Ctrl-C reaches every process; the one that gave the work ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            number, file = end.recv()
        except EOFError:
            return
        if job.parts is not None:
            end.send(read_file(file, job.wanted, Parts(job.parts, number), end.send))
            continue
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as out:
            account = read_file(file, job.wanted, Printed(out), end.send)
            end.send(account)
            reduction.send_handle(end, out.fileno(), os.getppid())
