"""What a careful programmer writes without columns: one claim after the other against dicts and sets.

It answers the edits that tables decide, on the same files, and gives how often each speaks, so that both can be seen to
do the same work.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from claimkeep.edge.cli import bench_scrub_work as work

ALWAYS, NEVER = "99991231", "00000000"
AGES = (9, 64)


def _rows(data: bytes) -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(data.decode()))


class Peer:
    """The tables as dicts and sets, and a loop over claims."""

    def __init__(self, pairs: bytes) -> None:
        files = work.other_files()
        self.pairs: dict[str, tuple[str, str, str]] = {}
        shared: dict[tuple[str, str, str], tuple[str, str, str]] = {}
        for line in pairs.decode().splitlines()[1:]:
            one, other, first, last, sign = line.split(",")
            said = first.replace("-", "") or NEVER, last.replace("-", "") or ALWAYS, sign
            self.pairs[one + other] = shared.setdefault(said, said)
        limits = _rows(files["ncci_mue_practitioner_2024q3.csv"])
        self.limits = {row["hcpcs"]: (int(row["mue_value"]) * 1000, row["mai"]) for row in limits}
        self.add_ons: dict[str, set[str]] = defaultdict(set)
        for row in _rows(files["ncci_aoc_2024q3.csv"]):
            self.add_ons[row["add_on_code"]].add(row["primary_code"])
        self.groups = {row["modifier"]: row["group"] for row in _rows(files["ncci_associated_modifiers.csv"])}
        rules: dict[str, set[str]] = defaultdict(set)
        for row in _rows(files["mce_v41_dx_edits_fy2024.csv"]):
            rules[row["conflict_group"]].add(row["icd10cm"])
        self.ages, self.sexes, self.first = rules["Age"], rules["Sex"], rules["Other"]
        self.notes: dict[str, set[str]] = defaultdict(set)
        for row in _rows(files["icd10cm_note_targets_2024apr.csv"]):
            self.notes[row["scope_code"]].add(row["target_from"])
        self.procedures, self.diagnoses = set(work.procedures()), set(work.diagnoses())

    def scrub(self, claims: Iterable[dict[str, Any]]) -> Counter[str]:
        """How often each edit speaks."""
        found: Counter[str] = Counter()
        for claim in claims:
            self._lines(claim["lines"], found)
            self._diagnoses(claim, found)
        return found

    def _lines(self, lines: list[dict[str, Any]], found: Counter[str]) -> None:
        units: Counter[tuple[str, str]] = Counter()
        days: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            units[line["code"], line["day"]] += line["units"]
            days[line["code"]].add(line["day"])
            if line["code"] not in self.procedures:
                found["COD-01"] += 1
        for line in lines:
            self._limit(line, units, found)
            primaries = self.add_ons.get(line["code"])
            if primaries:
                on = {day for code in primaries for day in days.get(code, ())}
                if line["day"] not in on:
                    found["NCC-10" if on else "NCC-09"] += 1
        told: set[tuple[int, str]] = set()
        for one, other in combinations(range(len(lines)), 2):
            if lines[one]["day"] == lines[other]["day"]:
                self._pair(lines, one, other, told, found)
                self._pair(lines, other, one, told, found)

    def _limit(self, line: dict[str, Any], units: Counter[tuple[str, str]], found: Counter[str]) -> None:
        limit = self.limits.get(line["code"])
        if limit is None:
            return
        most, indicator = limit
        given = line["units"] if indicator == "1" else units[line["code"], line["day"]]
        if given > most:
            found[{"1": "NCC-05", "2": "NCC-06", "3": "NCC-07"}[indicator]] += 1

    def _pair(
        self, lines: list[dict[str, Any]], first: int, second: int, told: set[tuple[int, str]], found: Counter[str]
    ) -> None:
        one, other = lines[first], lines[second]
        codes = one["code"] + other["code"]
        said = self.pairs.get(codes)
        if said is None or not said[0] <= one["day"] <= said[1] or (second, codes) in told:
            return
        told.add((second, codes))
        if said[2] == "0":
            found["NCC-01"] += 1
            return
        marks = [{m for m in each["modifiers"] if m in self.groups} for each in (one, other)]
        if not marks[0] and not marks[1]:
            found["NCC-02"] += 1
        elif marks[0] == marks[1] and all(self.groups[m] == "anatomical" for m in marks[0]):
            found["NCC-03"] += 1

    def _diagnoses(self, claim: dict[str, Any], found: Counter[str]) -> None:
        codes = claim["diagnoses"]
        either = any("KX" in line["modifiers"] for line in claim["lines"])
        age = (int(claim["day"]) - int(claim["born"])) // 10_000
        for position, code in enumerate(codes):
            found["COD-02"] += code not in self.diagnoses
            found["AGE-01"] += code in self.ages and not AGES[0] <= age <= AGES[1]
            found["SEX-01"] += code in self.sexes and claim["sex"] != "F" and not either
            found["ICD-02"] += position == 0 and code in self.first
        for one, other in combinations(codes, 2):
            found["ICD-01"] += one != other and (self._apart(one, other) or self._apart(other, one))

    def _apart(self, scope: str, target: str) -> bool:
        for length in range(3, len(scope) + 1):
            kept_out = self.notes.get(scope[:length])
            if kept_out and any(target[:end] in kept_out for end in range(3, len(target) + 1)):
                return True
        return False
