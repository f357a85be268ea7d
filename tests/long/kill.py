"""Fifty days killed at random moments, some of them several times; prints what came of each."""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.journeys import kills

POINTS = 50


def main() -> int:
    """1 when any day ended otherwise than the day that nobody killed."""
    points = int(sys.argv[1]) if len(sys.argv) > 1 else POINTS
    whole = kills.whole_day()
    print(f"a day of {kills.VISITS} visits that nobody killed took {whole.seconds:.1f} s", flush=True)
    bad = 0
    for point in range(points):
        chance = random.Random(point)
        moments = [chance.uniform(0.05, 1.0) * whole.seconds for _ in range(1 + (point % 5 == 0))]
        summary, facts = kills.killed_day(moments, with_clearinghouse=point % 2 == 0)
        same = (summary, facts) == (whole.summary, whole.facts)
        bad += not same
        at = " and ".join(f"{m:.2f} s" for m in moments)
        print(f"point {point + 1:>2}: killed at {at}: {'as if it had not been' if same else 'DIFFERS'}", flush=True)
        if not same:
            print(f"  {summary} {facts}\n  {whole.summary} {whole.facts}", flush=True)
    print(f"{points - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
