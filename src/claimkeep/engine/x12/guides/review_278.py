"""The request for a review of services, 005010X217 (278): which segments stand where and how often.

Code lists stand where they are few and certain; elsewhere any code of the right length will do.
"""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import CITY, MAYBE_NAME, SERVICES, STREET, days, ids, level
from claimkeep.engine.x12.guides.schema import guide

_WAYS = "{EM EX FX TE UR}"
_CONTACT = f"PER  S 1  R{{IC}} S S{_WAYS} S S{_WAYS} S S{_WAYS} S"
_ADDRESS = f"N3   S 1  {STREET}\n  N4   S 1  {CITY}"
_DAYS = "D8 RD8"
_HSD = "HSD  S 1  S S S{DA MO WK} S S{6 7 21 26 27 34 35} S S S"
_REPORTS = "R R{AA BM EL EM FX VO} - - S{AC} S S"
_PLACE = "S(R R{A B})"
_CAUSES = "S(R{AA AP EM} S{AA AP EM} S{AA AP EM} S S)"


def _patient(loop: str, who: str, numbers: str, insured: str) -> str:
    """The subscriber or the dependent."""
    return f"""
loop {loop} R 1
  NM1  R 1  {who}
  {ids(numbers, most=9)}
  {_ADDRESS}
  DMG  S 1  R{{D8}} R S{{F M U}}
  INS  S 1  {insured} {"- " * 14} S
end {loop}
"""


_DIAGNOSES = (
    f"HI   S 1  R(R{{ABF ABJ ABK APR BF BJ BK DR LOI PR}} R S{{D8}} S) "
    f"{'S(R{ABF ABJ ABK APR BF BJ BK DR LOI PR} R S{D8} S) ' * 11}"
)
_NUMBERS = "HI   S 1  " + "R(R R S{D8} S S S S) " + "S(R R S{D8} S S S S) " * 11

_SERVICE = f"""
loop 2000F S >1
  {level("SS", "R{0}")}
  TRN  S 2  R{{1}} R R S
  UM   S 1  R{{HS SC}} R{{1 2 3 4 I R S}} S{SERVICES} {_PLACE} - - - - S{{M Y}}
  {ids("BB")}
  {ids("NT")}
  {days("S", "472", formats=_DAYS)}
  {_NUMBERS}
  SV1  S 1  R(R{{HC IV N4 WK ZZ}} R S S S S S S) S S{{F2 MJ UN}} S - - S(R S S S) - - - S - - - - - - - - S
  SV2  S 1  S S(R{{HC ID IV N4 WK ZZ}} R S S S S S S) S S{{DA F2 UN}} S S - - S S
  SV3  S 1  R(R{{AD}} R S S S S S) S - S(R S S S S) S{{I R}} R S
  TOO  S 32  R{{JP}} S S(R S S S S)
  {_HSD}
  PWK  S 10  {_REPORTS}
  MSG  S 1  R
  loop 2010FA S 12
    NM1  R 1  R{{1T 72 73 DD DK DN DQ FA G3 P3 QB QV SJ}} R{{1 2}} {MAYBE_NAME} S{{24 34 46 XX}} S
    {ids("0B 1G 1J EI N5 N7 SY ZH", most=7, more="S")}
    {_ADDRESS}
    {_CONTACT}
    PRV  S 1  R{{AS AT DD OP OR OT PC PE}} R{{PXC}} R
  end 2010FA
  loop 2010FB S 1
    NM1  R 1  R{{CA}} R{{1 2}} {MAYBE_NAME} S{{24 34 46 PI XV XX}} S
  end 2010FB
end 2000F
"""

_EVENT = f"""
loop 2000E S >1
  {level("EV", "R{0 1}")}
  TRN  S 2  R{{1}} R R S
  UM   R 1  R{{AR HS IN SC}} R{{1 2 3 4 I N R S}} S{SERVICES} {_PLACE} {_CAUSES} S{{03 E U}} S S S{{A I M O Y}} S
  {ids("BB")}
  {ids("NT")}
  {days("S", "439")}
  {days("S", "484")}
  {days("S", "ABC")}
  {days("S", "431")}
  {days("S", "AAH", formats=_DAYS)}
  {days("S", "435", formats="D8 DT RD8")}
  {days("S", "096")}
  {_DIAGNOSES}
  {_HSD}
  CRC  S >1  R R{{N Y}} R S S S S
  CL1  S 1  S S S
  CR1  S 1  - - S S S{{DH}} S - - S S
  CR2  S 1  S S S S - - - S - S S
  CR5  S 1  - - S S S S S S S S S S S S S S S S
  CR6  S 1  R R S{{RD8}} S S - S{{N W Y}} R S S S S S S S - - S
  PWK  S 10  {_REPORTS}
  MSG  S 1  R
  loop 2010EA S 14
    NM1  R 1  R{{71 72 73 77 AAJ DD DK DN FA G3 P3 QB QV SJ}} R{{1 2}} {MAYBE_NAME} S{{24 34 46 XX}} S
    {ids("0B 1G 1J EI N5 N7 SY ZH", most=7, more="S")}
    {_ADDRESS}
    {_CONTACT}
    PRV  S 1  R{{AD AS AT OP OR OT PC PE RF}} R{{PXC}} R
  end 2010EA
  loop 2010EB S 5
    NM1  R 1  R{{45 FS ND PW R3}} R{{2}} S
    N3   R 1  {STREET}
    N4   R 1  {CITY}
  end 2010EB
  loop 2010EC S 3
    NM1  R 1  R{{CA}} R{{1 2}} {MAYBE_NAME} S{{24 34 46 PI XV XX}} S
    {ids("ZZ")}
    {days("S", "598", formats=_DAYS)}
  end 2010EC
{_SERVICE}
end 2000E
"""

TEXT = f"""
header
ST   R 1  R{{278}} R R{{005010X217}}
BHT  R 1  R{{0007}} R{{01 13 36}} R R R S{{RU}}
loop 2000A R 1
  {level("20", "R{1}", "-")}
  loop 2010A R 1
    NM1  R 1  R{{X3}} R{{1 2}} {MAYBE_NAME} R{{24 34 46 PI XV XX}} R
  end 2010A
  loop 2000B R 1
    {level("21", "R{1}")}
    loop 2010B R 1
      NM1  R 1  R{{1P FA}} R{{1 2}} {MAYBE_NAME} R{{24 34 46 XX}} R
      {ids("1G 1J EI N5 N7 SY ZH", most=8, more="S")}
      {_ADDRESS}
      {_CONTACT}
      PRV  S 1  R{{AD AS AT CO CV OP OR OT PC PE RF}} R{{PXC}} R
    end 2010B
    loop 2000C R 1
      {level("22", "R{1}")}
      {
    _patient("2010C", f"R{{IL}} R{{1}} {MAYBE_NAME} R{{II MI}} R", "1L 1W 3L 6P DP EJ F6 HJ IG N6 NQ SY", "R{Y} R{18}")
}
{_EVENT}
      loop 2000D S 1
        {level("23", "R{1}")}
        {
    _patient(
        "2010D",
        f"R{{QC}} R{{1}} {MAYBE_NAME}",
        "1W EJ SY",
        "R{N} R{01 04 05 07 09 10 15 17 19 20 21 22 23 24 29 32 33 34 39 40 41 43 53 G8}",
    )
}
        use 2000E R >1
      end 2000D
    end 2000C
  end 2000B
end 2000A
SE   R 1  R R
"""

GUIDE = guide("005010X217", sets="278", functional="HI", text=TEXT)
