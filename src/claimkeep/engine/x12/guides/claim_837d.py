"""The dental claim, 005010X224A2: which segments stand where, how often, and what each may hold.

005010X224, 005010X224A1 and 005010X224A3 are judged by this table too.
"""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import (
    CAS,
    CITY,
    CONTACT,
    CONTRACT,
    DELAYS,
    DEPENDENTS,
    FILING,
    NAME,
    NPI,
    OTHER_PAYER,
    PAYER_ID,
    PRICING,
    RANKS,
    REJECTED,
    RELATIONSHIPS,
    STREET,
    days,
    ids,
    level,
)
from claimkeep.engine.x12.guides.schema import guide

_SURFACES = "{B D F I L M O}"
_MOUTH = "S(R S S S S)"
_PROSTHESIS = "S{I R}"


def _provider(loop: str, most: int, code: str, kinds: str, taxonomy: str, numbers: str) -> str:
    """A loop of one provider with a specialty."""
    return f"""loop {loop} S {most}
    NM1  R 1  R{{{code}}} R{{{kinds}}} {NAME} {NPI}
    PRV  S 1  R{{{taxonomy}}} R{{PXC}} R
    {numbers}
  end {loop}"""


_CLAIM = f"""
loop 2300 S 100
  CLM  R 1  R R - - R(R R{{B}} R) R{{N Y}} R{{A B C}} R{{N W Y}} R{{I Y}} - S(R{{AA EM OA}} S{{AA EM OA}} - S S) \
S{{01 02 03 05}} - - - - - - S{{PB}} S{DELAYS}
  {days("S", "439")}
  {days("S", "452")}
  {days("S", "472", formats="D8 RD8")}
  {days("S", "050")}
  DN1  S 1  S S - S
  DN2  S 35  R R{{E M}} - - - R{{JP}}
  PWK  S 10  R{{B4 DA DG EB OZ P6 RB RR}} R{{AA BM EL EM FT FX}} - - S{{AC}} S
  {CONTRACT}
  AMT  S 1  R{{F5}} R
  {ids("G3")}
  REF  S 1  R{{4N}} R{{1 2 3 4 5 6 7}}
  {ids("F8")}
  {ids("9F")}
  {ids("G1")}
  {ids("9A")}
  {ids("9C")}
  {ids("D9")}
  K3   S 10  R
  NTE  S 5  R{{ADD}} R
  HI   S 1  R(R{{ABK BK TQ}} R) {"S(R{ABF BF TQ} R) " * 3}
  HCP  S 1  {PRICING} S S S - - - - - - - {REJECTED}
  {_provider("2310A", 2, "DN P3", "1", "RF", ids("0B 1G G2", most=3))}
  {_provider("2310B", 1, "82", "1 2", "PE", ids("0B 1G G2 LU", most=4))}
  loop 2310C S 1
    NM1  R 1  R{{77}} R{{2}} R - - - - {NPI}
    N3   R 1  {STREET}
    N4   R 1  {CITY}
    {ids("0B 1G G2 LU", most=3)}
  end 2310C
  {_provider("2310D", 1, "DD", "1 2", "AS", ids("0B 1G G2 LU", most=4))}
  loop 2310E S 1
    NM1  R 1  R{{DQ}} R{{1}} {NAME} {NPI}
    {ids("0B 1G G2 LU", most=4)}
  end 2310E
  loop 2320 S 10
    SBR  R 1  R{RANKS} R{RELATIONSHIPS} S S - - - - S{FILING}
    {CAS}
    AMT  S 1  R{{D}} R
    AMT  S 1  R{{A8}} R
    AMT  S 1  R{{EAF}} R
    OI   R 1  - - R{{N W Y}} - - R{{I Y}}
    MOA  S 1  S S S S S S S S S
    loop 2330A R 1
      NM1  R 1  R{{IL}} R{{1 2}} {NAME} R{{II MI}} R
      N3   S 1  {STREET}
      N4   S 1  {CITY}
      {ids("SY", most=2)}
    end 2330A
    loop 2330B R 1
      NM1  R 1  R{{PR}} R{{2}} R - - - - {PAYER_ID}
      N3   S 1  {STREET}
      N4   S 1  {CITY}
      {days("S", "573")}
      {ids("2U EI FY NF", most=2)}
      {ids("G1")}
      {ids("9F")}
      {ids("T4")}
      {ids("G3")}
      {ids("F8")}
    end 2330B
    loop 2330C S 2
      NM1  R 1  R{{DN P3}} R{{1}}
      {ids("0B 1G G2", "R", 3)}
    end 2330C
    loop 2330D S 1
      NM1  R 1  R{{82}} R{{1 2}}
      {ids("0B 1G G2 LU", "R", 3)}
    end 2330D
    loop 2330E S 1
      NM1  R 1  R{{DQ}} R{{1}}
      {ids("0B 1G G2 LU", "R", 3)}
    end 2330E
    loop 2330F S 1
      NM1  R 1  R{{85}} R{{1 2}}
      {ids("G2 LU", "R", 2)}
    end 2330F
    loop 2330G S 1
      NM1  R 1  R{{77}} R{{2}}
      {ids("0B 1G G2 LU", "R", 3)}
    end 2330G
    loop 2330H S 1
      NM1  R 1  R{{DD}} R{{1 2}}
      {ids("0B 1G G2 LU", "R", 3)}
    end 2330H
  end 2320
  loop 2400 R 50
    LX   R 1  R
    SV3  R 1  R(R{{AD}} R S S S S S) R S {_MOUTH} {_PROSTHESIS} S - - - - S(R S S S)
    TOO  S 32  R{{JP}} S S(R{_SURFACES} S{_SURFACES} S{_SURFACES} S{_SURFACES} S{_SURFACES})
    {days("S", "472")}
    {days("S", "441")}
    {days("S", "452")}
    {days("S", "446")}
    {days("S", "196")}
    {days("S", "198")}
    {CONTRACT}
    {ids("G3", most=5, more=OTHER_PAYER)}
    {ids("G1", most=5, more=OTHER_PAYER)}
    {ids("6R")}
    {ids("9B")}
    {ids("9D")}
    {ids("9F", most=5, more=OTHER_PAYER)}
    AMT  S 1  R{{T}} R
    K3   S 10  R
    HCP  S 1  {PRICING} S S S - - - S{{AD ER}} S S{{UN}} S {REJECTED}
  {_provider("2420A", 1, "82", "1 2", "PE", ids("0B 1G G2 LU", most=20, more=OTHER_PAYER))}
  {_provider("2420B", 1, "DD", "1 2", "AS", ids("0B 1G G2 LU", most=20, more=OTHER_PAYER))}
    loop 2420C S 1
      NM1  R 1  R{{DQ}} R{{1}} {NAME} {NPI}
      {ids("0B 1G G2 LU", most=20, more=OTHER_PAYER)}
    end 2420C
    loop 2420D S 1
      NM1  R 1  R{{77}} R{{2}} R - - - - {NPI}
      N3   R 1  {STREET}
      N4   R 1  {CITY}
      {ids("0B 1G G2 LU", most=20, more=OTHER_PAYER)}
    end 2420D
    loop 2430 S 15
      SVD  R 1  R R R(R{{AD ER}} R S S S S S) - R S
      {CAS}
      {days("R", "573")}
      AMT  S 1  R{{EAF}} R
    end 2430
  end 2400
end 2300
"""

TEXT = f"""
header
ST   R 1  R{{837}} R R{{005010X224 005010X224A1 005010X224A2 005010X224A3}}
BHT  R 1  R{{0019}} R{{00 18}} R R R R{{31 CH RP}}
loop 1000A R 1
  NM1  R 1  R{{41}} R{{1 2}} R S S - - R{{46}} R
  PER  R 2  {CONTACT}
end 1000A
loop 1000B R 1
  NM1  R 1  R{{40}} R{{2}} R - - - - R{{46}} R
end 1000B
loop 2000A R >1
  {level("20", "R{1}", "-")}
  PRV  S 1  R{{BI}} R{{PXC}} R
  CUR  S 1  R{{85}} R
  loop 2010AA R 1
    NM1  R 1  R{{85}} R{{1 2}} {NAME} {NPI}
    N3   R 1  {STREET}
    N4   R 1  {CITY}
    {ids("EI SY", "R")}
    {ids("0B 1G", most=2)}
    PER  S 2  {CONTACT}
  end 2010AA
  loop 2010AB S 1
    NM1  R 1  R{{87}} R{{1 2}}
    N3   R 1  {STREET}
    N4   R 1  {CITY}
  end 2010AB
  loop 2010AC S 1
    NM1  R 1  R{{PE}} R{{2}} R - - - - {PAYER_ID}
    N3   R 1  {STREET}
    N4   R 1  {CITY}
    {ids("2U FY NF")}
    {ids("EI", "R")}
  end 2010AC
  loop 2000B R >1
    {level("22", "R{0 1}")}
    SBR  R 1  R{RANKS} S{{18}} S S - - - - S{FILING}
    loop 2010BA R 1
      NM1  R 1  R{{IL}} R{{1 2}} {NAME} S{{II MI}} S
      N3   S 1  {STREET}
      N4   S 1  {CITY}
      DMG  S 1  R{{D8}} R R{{F M U}}
      {ids("SY")}
      {ids("Y4")}
    end 2010BA
    loop 2010BB R 1
      NM1  R 1  R{{PR}} R{{2}} R - - - - {PAYER_ID}
      N3   S 1  {STREET}
      N4   S 1  {CITY}
      {ids("2U EI FY NF", most=3)}
      {ids("G2 LU", most=2)}
    end 2010BB
{_CLAIM}
    loop 2000C S >1
      {level("23", "R{0}")}
      PAT  R 1  R{DEPENDENTS}
      loop 2010CA R 1
        NM1  R 1  R{{QC}} R{{1}} {NAME}
        N3   R 1  {STREET}
        N4   R 1  {CITY}
        DMG  R 1  R{{D8}} R R{{F M U}}
        {ids("Y4")}
        {ids("1W SY")}
      end 2010CA
      use 2300 R 100
    end 2000C
  end 2000B
end 2000A
SE   R 1  R R
"""

GUIDE = guide(
    "005010X224A2",
    sets="837",
    functional="HC",
    text=TEXT,
    also=("005010X224", "005010X224A1", "005010X224A3"),
)
