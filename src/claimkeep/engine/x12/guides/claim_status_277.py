"""The answer about a claim, 005010X212 (277): which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import MAYBE_NAME, NAME, PAYER_ID, days, ids, level
from claimkeep.engine.x12.guides.schema import guide

_DAYS = "D8 RD8"
_ENTITIES = (
    "{03 13 17 1E 1G 1H 1I 1O 1P 1Q 1R 1S 1T 1U 1V 1W 1X 1Y 1Z 28 2A 2B 2D 2E 2I 2K 2P 2Q 2S 2Z 30 36 3A 3C 3D 3E 3F "
    "3G 3H 3I 3J 3K 3L 3M 3N 3O 3P 3Q 3R 3S 3T 3U 3V 3W 3X 3Y 3Z 40 43 44 4A 4B 4C 4D 4E 4F 4G 4H 4I 4J 4L 4M 4N 4O 4P "
    "4Q 4R 4S 4U 4V 4W 4X 4Y 4Z 5A 5B 5C 5D 5E 5F 5G 5H 5I 5J 5K 5L 5M 5N 5O 5P 5Q 5R 5S 5T 5U 5V 5W 5X 5Y 5Z 61 6A 6B "
    "6C 6D 6E 6F 6G 6H 6I 6J 6K 6L 6M 6N 6O 6P 6Q 6R 6S 6U 6V 6W 6X 6Y 71 72 73 74 77 7C 80 82 84 85 87 95 CK CZ D2 DD "
    "DJ DK DN DO DQ E1 E2 E7 E9 FA FD FE G0 G3 GB GD GI GJ GK GM GY HF HH I3 IJ IL IN LI LR MR MSC OB OD OX P0 P2 P3 "
    "P4 P6 P7 PR PRP PT PV PW QA QB QC QD QE QH QK QL QN QO QS QV QY RC RW S4 SEP SJ SU T4 TL TQ TT TTP TU UH X3 X4 "
    "X5 ZZ}"
)
_SAYS = f"(R R S{_ENTITIES} S{{RX}})"


def _status(elsewhere: str) -> str:
    """STC above a claim: who is meant is one of few."""
    return f"STC  R >1  R(R R S{{{elsewhere}}}) R - - - - - - - S(R R S{{{elsewhere}}}) S(R R S{{{elsewhere}}})"


def _claim(letter: str, usage: str) -> str:
    """The claims answered about for a subscriber (D) or dependent (E)."""
    return f"""
loop 2200{letter} {usage} >1
  TRN  R 1  R{{2}} R
  STC  R >1  R{_SAYS} R - S S S - S S S{_SAYS} S{_SAYS}
  {ids("1K")}
  {ids("BLT")}
  {ids("EJ")}
  {ids("XZ")}
  {ids("VV")}
  {ids("D9")}
  {days("S", "472", formats=_DAYS)}
  loop 2220{letter} S >1
    SVC  R 1  R(R{{AD ER HC HP IV N4 NU WK}} R S S S S) R R S - - R
    STC  R >1  R{_SAYS} R - - - - - - - S{_SAYS} S{_SAYS}
    {ids("FJ")}
    {days("R", "472", formats=_DAYS)}
  end 2220{letter}
end 2200{letter}
"""


TEXT = f"""
header
ST   R 1  R{{277}} R R{{005010X212}}
BHT  R 1  R{{0010}} R{{08}} R R R R{{DG}}
loop 2000A R >1
  {level("20", "R{1}", "-")}
  loop 2100A R 1
    NM1  R 1  R{{PR}} R{{2}} R - - - - {PAYER_ID}
    PER  S 1  R{{IC}} S R{{ED EM FX TE}} R S{{ED EM EX FX TE}} S S{{ED EM EX FX TE}} S
  end 2100A
  loop 2000B R >1
    {level("21", "R{0 1}")}
    loop 2100B R 1
      NM1  R 1  R{{41}} R{{1 2}} S S S - - R{{46}} R
    end 2100B
    loop 2200B S 1
      TRN  R 1  R{{2}} R
      {_status("41 AY PR")}
    end 2200B
    loop 2000C S >1
      {level("19", "R{0 1}")}
      loop 2100C R 2
        NM1  R 1  R{{1P}} R{{1 2}} {MAYBE_NAME} R{{FI SV XX}} R
      end 2100C
      loop 2200C S 1
        TRN  R 1  R{{1}} R
        {_status("1P 85")}
      end 2200C
      loop 2000D S >1
        {level("22", "R{0 1}")}
        loop 2100D R 1
          NM1  R 1  R{{IL}} R{{1 2}} {NAME} R{{24 II MI}} R
        end 2100D
        {_claim("D", "S")}
        loop 2000E S >1
          HL   R 1  R R R{{23}}
          loop 2100E R 1
            NM1  R 1  R{{QC}} R{{1}} {NAME}
          end 2100E
          {_claim("E", "R")}
        end 2000E
      end 2000D
    end 2000C
  end 2000B
end 2000A
SE   R 1  R R
"""

GUIDE = guide("005010X212", sets="277", functional="HN", text=TEXT)
