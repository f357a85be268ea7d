"""States and the ZIP codes that lie in them, as far as three digits tell (USPS Publication 65, L002)."""

from __future__ import annotations

import numpy as np

from claimkeep.engine.x12.judge.look import word

STATES = frozenset(
    "AL AK AS AZ AR CA CO CT DE DC FM FL GA GU HI ID IL IN IA KS KY LA ME MH MD MA MI MN MP MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA PR PW RI SC SD TN TX UT VT VA VI WA WV WI WY AA AE AP "
    "AB BC MB NB NL NS NT NU ON PE QC SK YT".split()
)
"""USPS states, territories and armed forces, and Canadian provinces (external code source 22)."""

_ZIP = """
AL 350-369 AK 995-999 AZ 850-865 AR 716-729 AR 755-755 CA 900-961 CO 800-816 CT 060-069 DE 197-199 DC 200-205
DC 569-569 FL 320-349 GA 300-319 GA 398-399 HI 967-968 ID 832-838 IL 600-629 IN 460-479 IA 500-528 KS 660-679
KY 400-427 LA 700-714 ME 039-049 MD 206-219 MA 010-027 MA 055-055 MI 480-499 MN 550-567 MS 386-397 MO 630-658
MT 590-599 NE 680-693 NV 889-898 NH 030-038 NJ 070-089 NM 870-884 NY 005-005 NY 063-063 NY 100-149 NC 270-289
ND 580-588 OH 430-459 OK 730-749 OR 970-979 PA 150-196 PR 006-009 RI 028-029 SC 290-299 SD 570-577 TN 370-385
TX 733-733 TX 750-799 TX 885-885 UT 840-847 VT 050-059 VA 201-201 VA 220-246 VI 008-008 WA 980-994 WV 247-268
WI 530-549 WY 820-831 WY 834-834 AE 090-098 AA 340-340 AP 962-966 GU 969-969 MP 969-969 PW 969-969 FM 969-969
MH 969-969 AS 967-967
"""


def _pairs() -> list[int]:
    found = []
    listed = _ZIP.split()
    for state, reach in zip(listed[::2], listed[1::2], strict=True):
        first, last = reach.split("-")
        found += [word(state + f"{prefix:03d}") for prefix in range(int(first), int(last) + 1)]
    return sorted(found)


STATE_WORDS = np.array(sorted(word(one) for one in STATES), dtype=np.uint64)
ZIP_WORDS = np.array(_pairs(), dtype=np.uint64)
"""Each state with the first three digits of its ZIP codes, as a word of five characters."""

AMERICAN = np.array(sorted({int(one) & 0xFFFF for one in ZIP_WORDS}), dtype=np.uint64)
"""The states that have ZIP codes."""
