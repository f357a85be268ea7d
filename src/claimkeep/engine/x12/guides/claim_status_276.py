"""The question about a claim, 005010X212 (276): which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import MAYBE_NAME, NAME, PAYER_ID, days, ids, level
from claimkeep.engine.x12.guides.schema import guide

_DAYS = "D8 RD8"


def _claim(letter: str, usage: str) -> str:
    """The claims asked about for a subscriber (D) or dependent (E)."""
    return f"""
loop 2200{letter} {usage} >1
  TRN  R 1  R{{1}} R
  {ids("1K")}
  {ids("BLT")}
  {ids("LU")}
  {ids("6P")}
  {ids("EJ")}
  {ids("XZ")}
  {ids("D9")}
  AMT  S 1  R{{T3}} R
  {days("S", "472", formats=_DAYS)}
  loop 2210{letter} S >1
    SVC  R 1  R(R{{AD ER HC HP IV N4 NU WK}} R S S S S) R - S - - R
    {ids("FJ")}
    {days("R", "472", formats=_DAYS)}
  end 2210{letter}
end 2200{letter}
"""


TEXT = f"""
header
ST   R 1  R{{276}} R R{{005010X212}}
BHT  R 1  R{{0010}} R{{13}} R R R
loop 2000A R >1
  {level("20", "R{1}", "-")}
  loop 2100A R 1
    NM1  R 1  R{{PR}} R{{2}} R - - - - {PAYER_ID}
  end 2100A
  loop 2000B R >1
    {level("21", "R{1}")}
    loop 2100B R 1
      NM1  R 1  R{{41}} R{{1 2}} S S S - - R{{46}} R
    end 2100B
    loop 2000C R >1
      {level("19", "R{1}")}
      loop 2100C R 2
        NM1  R 1  R{{1P}} R{{1 2}} {MAYBE_NAME} R{{FI SV XX}} R
      end 2100C
      loop 2000D R >1
        {level("22", "R{0 1}")}
        DMG  S 1  R{{D8}} R S{{F M}}
        loop 2100D R 1
          NM1  R 1  R{{IL}} R{{1 2}} {NAME} R{{24 II MI}} R
        end 2100D
        {_claim("D", "S")}
        loop 2000E S >1
          HL   R 1  R R R{{23}}
          DMG  R 1  R{{D8}} R S{{F M}}
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

GUIDE = guide("005010X212", sets="276", functional="HR", text=TEXT)
