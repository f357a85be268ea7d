"""The institutional claim, 005010X223A2: which segments stand where, how often, and what each may hold.

005010X223, 005010X223A1 and 005010X223A3 are judged by this table too.
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
    REPORTS,
    STREET,
    codes,
    days,
    ids,
    level,
)
from claimkeep.engine.x12.guides.schema import guide

_PRESENT = "R - - - - - - S{N U W Y}"
_PROCEDURE = "(R{ER HC HP IV WK} R S S S S S)"

_CODES = "\n".join(
    (
        codes("ABK BK", "R", 1, _PRESENT, 0),
        codes("ABJ BJ", "S", 1, "R", 0),
        codes("APR PR", "S", 1, "R", 2),
        codes("ABN BN", "S", 1, _PRESENT, 11),
        codes("DR", "S", 1, "R", 0),
        codes("ABF BF", "S", 2, _PRESENT, 11),
        codes("BBR BR CAH", "S", 1, "R R{D8} R", 0),
        codes("BBQ BQ", "S", 2, "R R{D8} R", 11),
        codes("BI", "S", 2, "R R{RD8} R", 11),
        codes("BH", "S", 2, "R R{D8} R", 11),
        codes("BE", "S", 2, "R - - R", 11),
        codes("BG", "S", 2, "R", 11),
        codes("TC", "S", 2, "R", 11),
    )
)

_CLAIM = f"""
loop 2300 S 100
  CLM  R 1  R R - - R(R R{{A}} R) - R{{A B C}} R{{N W Y}} R{{I Y}} - - - - - - - - - - S{DELAYS}
  {days("S", "096", formats="TM")}
  {days("R", "434", formats="RD8")}
  {days("S", "435", formats="D8 DT")}
  {days("S", "050")}
  CL1  R 1  R S R
  PWK  S 10  R{REPORTS} R{{AA BM EL EM FT FX}} - - S{{AC}} S
  {CONTRACT}
  AMT  S 1  R{{F3}} R
  REF  S 1  R{{4N}} R{{1 2 3 4 5 6 7}}
  {ids("9F")}
  {ids("G1")}
  {ids("F8")}
  {ids("9A")}
  {ids("9C")}
  {ids("LX", most=5)}
  {ids("D9")}
  {ids("LU")}
  {ids("EA")}
  {ids("P4")}
  {ids("G4")}
  K3   S 10  R
  NTE  S 10  R{{ALG DCP DGN DME MED NTR ODT RHB RLH RNH SET SFM SPT UPI}} R
  NTE  S 1  R{{ADD}} R
  CRC  S 1  R{{ZZ}} R{{N Y}} R{{AV NU S2 ST}} S{{AV NU S2 ST}} S{{AV NU S2 ST}}
  {_CODES}
  HCP  S 1  {PRICING} S S S S S S - - S{{DA UN}} S {REJECTED}
  loop 2310A S 1
    NM1  R 1  R{{71}} R{{1}} {NAME} {NPI}
    PRV  S 1  R{{AT}} R{{PXC}} R
    {ids("0B 1G G2 LU", most=4)}
  end 2310A
  loop 2310B S 1
    NM1  R 1  R{{72}} R{{1}} {NAME} {NPI}
    {ids("0B 1G G2 LU", most=4)}
  end 2310B
  loop 2310C S 1
    NM1  R 1  R{{ZZ}} R{{1}} {NAME} {NPI}
    {ids("0B 1G G2 LU", most=4)}
  end 2310C
  loop 2310D S 1
    NM1  R 1  R{{82}} R{{1}} {NAME} {NPI}
    {ids("0B 1G G2 LU", most=4)}
  end 2310D
  loop 2310E S 1
    NM1  R 1  R{{77}} R{{2}} R - - - - {NPI}
    N3   R 1  {STREET}
    N4   R 1  {CITY}
    {ids("0B G2 LU", most=3)}
  end 2310E
  loop 2310F S 1
    NM1  R 1  R{{DN}} R{{1}} {NAME} {NPI}
    {ids("0B 1G G2", most=3)}
  end 2310F
  loop 2320 S 10
    SBR  R 1  R{RANKS} R{RELATIONSHIPS} S S - - - - S{FILING}
    {CAS}
    AMT  S 1  R{{D}} R
    AMT  S 1  R{{EAF}} R
    AMT  S 1  R{{A8}} R
    OI   R 1  - - R{{N W Y}} - - R{{I Y}}
    MIA  S 1  R - {"S " * 22}
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
      {ids("F8")}
    end 2330B
    loop 2330C S 1
      NM1  R 1  R{{71}} R{{1}}
      {ids("0B 1G G2 LU", "R", 4)}
    end 2330C
    loop 2330D S 1
      NM1  R 1  R{{72}} R{{1}}
      {ids("0B 1G G2 LU", "R", 4)}
    end 2330D
    loop 2330E S 1
      NM1  R 1  R{{ZZ}} R{{1}}
      {ids("0B 1G G2 LU", "R", 4)}
    end 2330E
    loop 2330F S 1
      NM1  R 1  R{{77}} R{{2}}
      {ids("0B G2 LU", "R", 3)}
    end 2330F
    loop 2330G S 1
      NM1  R 1  R{{82}} R{{1}}
      {ids("0B 1G G2 LU", "R", 4)}
    end 2330G
    loop 2330H S 1
      NM1  R 1  R{{DN}} R{{1}}
      {ids("0B 1G G2", "R", 3)}
    end 2330H
    loop 2330I S 1
      NM1  R 1  R{{85}} R{{2}}
      {ids("G2 LU", "R", 2)}
    end 2330I
  end 2320
  loop 2400 R 999
    LX   R 1  R
    SV2  R 1  R S{_PROCEDURE} R R{{DA UN}} R - S
    PWK  S 10  R{REPORTS} R{{AA BM EL EM FT FX}} - - S{{AC}} S
    {days("S", "472", formats="D8 RD8")}
    {ids("6R")}
    {ids("9B")}
    {ids("9D")}
    AMT  S 1  R{{GT}} R
    AMT  S 1  R{{N8}} R
    NTE  S 1  R{{TPO}} R
    HCP  S 1  {PRICING} S S S S S S S{{ER HC HP IV WK}} S S{{DA UN}} S {REJECTED}
    loop 2410 S 1
      LIN  R 1  - R{{N4}} R
      CTP  R 1  - - - R R(R{{F2 GR ME ML UN}})
      {ids("VY XZ")}
    end 2410
    loop 2420A S 1
      NM1  R 1  R{{72}} R{{1}} {NAME} {NPI}
      {ids("0B 1G G2 LU", most=20, more=OTHER_PAYER)}
    end 2420A
    loop 2420B S 1
      NM1  R 1  R{{ZZ}} R{{1}} {NAME} {NPI}
      {ids("0B 1G G2 LU", most=20, more=OTHER_PAYER)}
    end 2420B
    loop 2420C S 1
      NM1  R 1  R{{82}} R{{1}} {NAME} {NPI}
      {ids("0B 1G G2 LU", most=20, more=OTHER_PAYER)}
    end 2420C
    loop 2420D S 1
      NM1  R 1  R{{DN}} R{{1}} {NAME} {NPI}
      {ids("0B 1G G2", most=20, more=OTHER_PAYER)}
    end 2420D
    loop 2430 S 15
      SVD  R 1  R R S{_PROCEDURE} R R S
      {CAS}
      {days("R", "573")}
      AMT  S 1  R{{EAF}} R
    end 2430
  end 2400
end 2300
"""

TEXT = f"""
header
ST   R 1  R{{837}} R R{{005010X223 005010X223A1 005010X223A2 005010X223A3}}
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
    NM1  R 1  R{{85}} R{{2}} R - - - - {NPI}
    N3   R 1  {STREET}
    N4   R 1  {CITY}
    {ids("EI", "R")}
    PER  S 2  {CONTACT}
  end 2010AA
  loop 2010AB S 1
    NM1  R 1  R{{87}} R{{2}}
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
      {ids("G2 LU")}
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
    "005010X223A2",
    sets="837",
    functional="HC",
    text=TEXT,
    also=("005010X223", "005010X223A1", "005010X223A3"),
)
