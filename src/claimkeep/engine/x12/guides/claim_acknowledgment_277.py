"""The claim acknowledgment, 005010X214 (277CA): which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import NAME, days, ids, level
from claimkeep.engine.x12.guides.schema import guide

_DAYS = "D8 RD8"
_ENTITIES = "{03 1P 1Z 40 41 71 72 73 77 82 85 87 DK DN DQ FA GB HK IL LI MSC PR PRP QB QC QD SEP TL TTP TU}"
_SAYS = f"(R R S{_ENTITIES})"
_RECEIVER = "(R R S{36 40 41 AY PR})"
_PROVIDER = "(R R S{36 40 41 77 82 85 87 AY PR})"

TEXT = f"""
header
ST   R 1  R{{277}} R R{{005010X214}}
BHT  R 1  R{{0085}} R{{08}} R R R R{{TH}}
loop 2000A R 1
  {level("20", "R{1}", "-")}
  loop 2100A R 1
    NM1  R 1  R{{AY PR}} R{{2}} R - - - - R{{46 FI PI XV}} R
  end 2100A
  loop 2200A R 1
    TRN  R 1  R{{1}} R
    {days("R", "050")}
    {days("R", "009")}
  end 2200A
  loop 2000B R 1
    {level("21", "R{0 1}")}
    loop 2100B R 1
      NM1  R 1  R{{41}} R{{1 2}} R S S - - R{{46}} R
    end 2100B
    loop 2200B R 1
      TRN  R 1  R{{2}} R
      STC  R >1  R{_RECEIVER} R R{{U WQ}} R - - - - - S{_RECEIVER} S{_RECEIVER}
      QTY  S 1  R{{90}} R
      QTY  S 1  R{{AA}} R
      AMT  S 1  R{{YU}} R
      AMT  S 1  R{{YY}} R
    end 2200B
    loop 2000C S >1
      {level("19", "R{0 1}")}
      loop 2100C R 1
        NM1  R 1  R{{85}} R{{1 2}} {NAME} R{{FI SV XX}} R
      end 2100C
      loop 2200C S 1
        TRN  R 1  R{{1}} R
        STC  S >1  R{_PROVIDER} - R{{U WQ}} R - - - - - S{_PROVIDER} S{_PROVIDER}
        {ids("0B 1G G2 LU SY TJ", most=3)}
        QTY  S 1  R{{QA}} R
        QTY  S 1  R{{QC}} R
        AMT  S 1  R{{YU}} R
        AMT  S 1  R{{YY}} R
      end 2200C
      loop 2000D S >1
        HL   R 1  R R R{{PT}}
        loop 2100D R 1
          NM1  R 1  R{{QC}} R{{1}} {NAME} R{{II MI}} R
        end 2100D
        loop 2200D R >1
          TRN  R 1  R{{2}} R
          STC  R >1  R{_SAYS} R R{{U WQ}} R - - - - - S{_SAYS} S{_SAYS} S
          {ids("1K")}
          {ids("D9")}
          {ids("BLT")}
          {days("R", "472", formats=_DAYS)}
          loop 2220D S >1
            SVC  R 1  R(R{{AD ER HC HP IV NU WK}} R S S S S) R - S - - S
            STC  R >1  R{_SAYS} S R{{U}} - - - - - - S{_SAYS} S{_SAYS} S
            {ids("FJ")}
            {ids("XZ")}
            {days("S", "472", formats=_DAYS)}
          end 2220D
        end 2200D
      end 2000D
    end 2000C
  end 2000B
end 2000A
SE   R 1  R R
"""

GUIDE = guide("005010X214", sets="277", functional="HN", text=TEXT)
