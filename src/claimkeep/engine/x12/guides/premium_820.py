"""The premium payment, 005010X218 (820): which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import CITY, CONTACT, STREET
from claimkeep.engine.x12.guides.schema import guide

_ADDRESS = f"N2   S 1  R\n  N3   S 1  {STREET}\n  N4   S 1  {CITY}"
_REASONS = "{20 52 53 AA AX H1 H6 IA J3}"

TEXT = f"""
header
ST   R 1  R{{820}} R R{{005010X218}}
BPR  R 1  R{{C D I P U X}} R R{{C}} R{{ACH BOP CHK FWT NON SWT}} S{{CCP CTX}} S{{01 02 04}} S S{{ALC DA}} S R S \
S{{01 02 04}} S S{{DA SG}} S R
TRN  R 1  R{{1 3}} R S S
CUR  S 1  R{{2B PR}} R
REF  S >1  R{{14 17 18 2F 38 72 LB}} R
DTM  S 1  R{{009}} R
DTM  S 1  R{{035}} R
DTM  S 1  R{{582}} - - - R{{RD8}} R
DTM  S 1  R{{097}} R
loop 1000A R 1
  N1   R 1  R{{PE}} S S{{1 9 EQ FI XV}} S
  {_ADDRESS}
  RDM  S 1  R{{BM EM FT FX IA OL}} S S
end 1000A
loop 1000B R 1
  N1   R 1  R{{PR}} S S{{1 24 75 9 EQ FI PI}} S
  {_ADDRESS}
  PER  S >1  {CONTACT}
end 1000B
loop 1000C S 14
  N1   R 1  R{{04 0B 8W AK BE BK C1 C2 IAT MJ RB Z6 ZB ZL}} S S{{31 57 94 A3 A4 A6 CF G PA}} S
  {_ADDRESS}
  PER  S >1  {CONTACT}
end 1000C
loop 2000A S 1
  ENT  R 1  R R{{2L AG NH RGA UN}} R{{1 24 9 FI}} R
  loop 2200A S >1
    ADX  R 1  R R{{52 53 80 81 86 BJ H1 H6 RU WO WW}}
  end 2200A
  loop 2300A R >1
    RMR  R 1  R{{11 1L CT IK}} R S{{PA PI PO PP}} R S
    REF  S >1  R{{14 17 18 2F 38 E9 LB LU ZZ}} R
    DTM  S 1  R{{582 AAG}} S - - S{{RD8}} S
    loop 2310A S 1
      IT1  R 1  R
      loop 2312A S 4
        SAC  R 1  R{{C}} R{{A172 B680 D940 G740}} - - R
      end 2312A
      loop 2315A S 3
        SLN  R 1  R - R{{O}} R R(R{{10 IE PR}})
      end 2315A
    end 2310A
    loop 2320A S >1
      ADX  R 1  R R{_REASONS}
    end 2320A
  end 2300A
end 2000A
loop 2000B S >1
  ENT  R 1  R R{{2J}} R{{34 EI II}} R
  loop 2100B S >1
    NM1  R 1  R{{DO EY IL QE}} R{{1}} S S S S S S{{34 EI N}} S
  end 2100B
  loop 2200B S >1
    ADX  R 1  R R{{52 53 80 81 86 BJ H1 H6 RU WO}}
  end 2200B
  loop 2300B R >1
    RMR  R 1  R{{11 9J AZ B7 CT ID IG IK KW}} R - R S
    REF  S >1  R{{14 18 2F 38 E9 LU ZZ}} R
    DTM  S 1  R{{582 AAG}} S - - S{{RD8}} S
    loop 2320B S >1
      ADX  R 1  R R{_REASONS}
    end 2320B
  end 2300B
end 2000B
SE   R 1  R R
"""

GUIDE = guide("005010X218", sets="820", functional="RA", text=TEXT)
