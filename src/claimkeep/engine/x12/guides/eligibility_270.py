"""The question about coverage, 005010X279A1 (270): which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import CITY, MAYBE_NAME, SERVICES, STREET, days, ids, level
from claimkeep.engine.x12.guides.schema import guide

_WHO_NUMBERS = "0B 1C 1D 1J 4A CT EL EO HPI JD N5 N7 Q4 SY TJ"
_ROLES = "AD AT BI CO CV H HH LA OT P1 P2 PC PE R RF SK SU"
_PROVIDER_IDS = "{9K D3 EI HPI PXC SY TJ}"
_PROCEDURE = "S(R{AD CJ HC ID IV N4 ZZ} R S S S S)"
_POINTERS = "S(R S S S)"
_DIAGNOSES = f"HI   S 1  R(R{{ABK BK}} R) {'S(R{ABF BF} R) ' * 7}"
_TRACE = "TRN  S 2  R{1} R R S"


def _inquiry(loop: str, coverage: str, spend_down: str) -> str:
    """What is asked about one person."""
    return f"""
loop {loop} S 99
  EQ   R 1  S{SERVICES}^99 {_PROCEDURE} {coverage} - {_POINTERS}
  {spend_down}
  III  S 1  R{{ZZ}} R
  {ids("9F G1")}
  {days("S", "291", formats="D8 RD8")}
end {loop}
"""


_SPEND_DOWN = "AMT  S 1  R{R} R\n  AMT  S 1  R{PB} R"

TEXT = f"""
header
ST   R 1  R{{270}} R R{{005010X279 005010X279A1}}
BHT  R 1  R{{0022}} R{{01 13}} S R R S{{RT}}
loop 2000A R >1
  {level("20", "R{1}", "-")}
  loop 2100A R 1
    NM1  R 1  R{{2B 36 GP P5 PR}} R{{1 2}} R S S - S R{{24 46 FI NI PI XV XX}} R
  end 2100A
  loop 2000B R >1
    {level("21", "R{1}")}
    loop 2100B R 1
      NM1  R 1  R{{1P 2B 36 80 FA GP P5 PR}} R{{1 2}} R S S - S R{{24 34 FI PI PP SV XV XX}} R
      {ids(_WHO_NUMBERS, most=9, more="S")}
      N3   S 1  {STREET}
      N4   S 1  {CITY}
      PRV  S 1  R{{{_ROLES} SB}} S{{PXC}} S
    end 2100B
    loop 2000C R >1
      {level("22", "R{0 1}")}
      {_TRACE}
      loop 2100C R 1
        NM1  R 1  R{{IL}} R{{1 2}} {MAYBE_NAME} S{{II MI}} S
        {ids("18 1L 1W 3H 6P CT EA EJ F6 GH HJ IG N6 NQ SY Y4", most=9)}
        N3   S 1  {STREET}
        N4   S 1  {CITY}
        PRV  S 1  R{{{_ROLES}}} S{_PROVIDER_IDS} S
        DMG  S 1  S{{D8}} S S{{F M U}}
        INS  S 1  R{{Y}} R{{18}} - - - - - - - - - - - - - - R
        {_DIAGNOSES}
        {days("S", "102", "291", most=2, formats="D8 RD8")}
        {_inquiry("2110C", "S{FAM}", _SPEND_DOWN)}
      end 2100C
      loop 2000D S >1
        {level("23", "R{0}")}
        {_TRACE}
        loop 2100D R 1
          NM1  R 1  R{{03}} R{{1}} {MAYBE_NAME}
          {ids("18 1L 1W 6P CT EA EJ F6 GH HJ IF IG MRC N6 SY Y4", most=9)}
          N3   S 1  {STREET}
          N4   S 1  {CITY}
          PRV  S 1  R{{{_ROLES}}} S{_PROVIDER_IDS} S
          DMG  S 1  S{{D8}} S S{{F M U}}
          INS  S 1  R{{N}} R{{01 19 34}} - - - - - - - - - - - - - - S
          {_DIAGNOSES}
          {days("S", "102", "291", most=2, formats="D8 RD8")}
          {_inquiry("2110D", "-", "")}
        end 2100D
      end 2000D
    end 2000C
  end 2000B
end 2000A
SE   R 1  R R
"""

GUIDE = guide("005010X279A1", sets="270", functional="HS", text=TEXT, also=("005010X279",))
