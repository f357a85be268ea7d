"""The releases at hand, by kind and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from claimkeep.engine.codes.kind import Kind
from claimkeep.engine.codes.release import Release, Standing, Standings
from claimkeep.engine.codes.words import Days, Words


@dataclass(frozen=True, slots=True, eq=False)
class CodeSets:
    """releases : those of each kind, the earliest first; no two of a kind begin on one day."""

    releases: Mapping[Kind, tuple[Release, ...]] = field(default_factory=dict)

    @staticmethod
    def of(releases: Iterable[Release]) -> CodeSets:
        """These releases. Raises ValueError when two of a kind begin on one day: which to ask, nobody could say."""
        by_kind: dict[Kind, list[Release]] = {}
        for one in sorted(releases, key=lambda release: (release.kind, release.valid_from)):
            others = by_kind.setdefault(one.kind, [])
            if others and others[-1].valid_from == one.valid_from:
                raise ValueError(f"two releases of {one.kind} begin on the same day: {others[-1].name}, {one.name}")
            others.append(one)
        return CodeSets({kind: tuple(listed) for kind, listed in by_kind.items()})

    def __contains__(self, kind: Kind) -> bool:
        return kind in self.releases

    def standings(self, kind: Kind, first: Words, second: Words, days: Days) -> tuple[Standings, npt.NDArray[np.bool_]]:
        """What is said of each code on its day, and whether a release speaks for that day.

        first, second, days : one a code (`words_of`); day 0 where none is known
        A day that no release speaks for is answered by the last one before it, else by the first one after.
        """
        releases = self.releases[kind]
        which, spoken_for = self.of_the_day(kind, days)
        if len(releases) == 1:
            return releases[0].standings(first, second, days), spoken_for
        found = np.full(len(days), Standing.UNKNOWN, dtype=np.int8)
        for number in np.unique(which).tolist():
            rows = np.flatnonzero(which == number)
            found[rows] = releases[number].standings(first[rows], second[rows], days[rows])
        return found, spoken_for

    def of_the_day(self, kind: Kind, days: Days) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """The place of the release that answers for each day, and whether it speaks for that day."""
        releases = self.releases[kind]
        begins = np.array([one.valid_from for one in releases], dtype=np.int64)
        asked = np.where(days > 0, days, releases[-1].valid_from)
        which = np.maximum(np.searchsorted(begins, asked, side="right") - 1, 0)
        ends = np.array([one.valid_to for one in releases], dtype=np.int64)
        spoken_for: npt.NDArray[np.bool_] = (days > 0) & (begins[which] <= days) & (days <= ends[which])
        return which, spoken_for
