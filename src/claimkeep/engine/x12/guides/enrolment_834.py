"""The enrolment, 005010X220A1 (834): which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import CITY, STREET, days, ids
from claimkeep.engine.x12.guides.schema import guide

_SOCIAL = "S{34 ZZ} S"
_WAYS = "{AP BN CP EM EX FX HP TE WP}"
_REACH = f"R{_WAYS} R S{_WAYS} S S{_WAYS} S"
_WORK_WAYS = "{AP BN CP EM EX FX TE}"
_SCHOOL_WAYS = "{EM EX FX TE}"
_ZONES = (
    "{01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 AD AS AT CD CS CT ED ES ET GM HD HS HT "
    "LT MD MS MT ND NS NT PD PS PT TD TS TT UT}"
)
_KIN = "{01 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 23 24 25 26 31 38 53 60 D2 G8 G9}"
_REASONS = (
    "{01 02 03 04 05 06 07 08 09 10 11 14 15 16 17 18 20 21 22 25 26 27 28 29 31 32 33 37 38 39 40 41 43 59 AA AB AC "
    "AD AE AF AG AH AI AJ AL EC XN XT}"
)
_RACE = "S(S{7 8 A B C D E F G H I J N O P Z} S{RET} S)"
_MARRIED = "S{B D I M R S U W X}"
_CITIZEN = "S{1 2 3 4 5 6 7}"
_CLASSES = "{01 02 03 04 05 06 07 08 09 10 11 12 17 18 19 20 21 22 23}"
_AMOUNTS = "{B9 C1 D2 EBA FK P3 R}"
_LINES = "{AG AH AJ AK DCP DEN EPO FAC HE HLT HMO LTC LTD MM MOD PDG POS PPO PRA STD UR VIS}"
_COVERED = "{CHD DEP E1D E2D E3D E5D E6D E7D E8D E9D ECH EMP ESP FAM IND SPC SPO TWO}"
_MEMBER_DAYS = (
    "050 286 296 297 300 301 303 336 337 338 339 340 341 350 351 356 357 383 385 386 393 394 473 474"
).split()


def _person(loop: str, most: int, who: str, more: str) -> str:
    """A loop of one person beside the member."""
    return f"""
loop {loop} S {most}
  NM1  R 1  {who}
  {more}
  N3   S 1  {STREET}
  N4   S 1  {CITY}
end {loop}
"""


_NAMED = f"R S S S S {_SOCIAL}"

TEXT = f"""
header
ST   R 1  R{{834}} R R{{005010X220 005010X220A1}}
BGN  R 1  R{{00 15 22}} R R R S{_ZONES} S - R{{2 4 RX}}
{ids("38")}
{days("S", "007", "090", "091", "303", "382", "388", most=">1")}
QTY  S 3  R{{DT ET TO}} R
loop 1000A R 1
  N1   R 1  R{{P5}} S R{{24 94 FI}} R
end 1000A
loop 1000B R 1
  N1   R 1  R{{IN}} S R{{94 FI XV}} R
end 1000B
loop 1000C S 2
  N1   R 1  R{{BO TV}} R R{{94 FI XV}} R
  loop 1100C S 1
    ACT  R 1  R - - - - S
  end 1100C
end 1000C
loop 2000 R >1
  INS  R 1  R{{N Y}} R{_KIN} R{{001 021 024 025 030}} S{_REASONS} R{{A C S T}} S(R{{A B C D E}} S{{0 1 2}}) \
S{{1 2 3 4 5 6 7 8 9 10 ZZ}} S{{AC AO AU FT L1 PT RT TE}} S{{F N P}} S{{N Y}} S{{D8}} S S{{R U}} - - - S
  {ids("0F", "R")}
  {ids("1L")}
  {ids("17 23 3H 4A 6O ABB D3 DX F6 P5 Q4 QQ ZZ", most=13)}
  {days("S", *_MEMBER_DAYS, most=24)}
  loop 2100A R 1
    NM1  R 1  R{{74 IL}} R{{1}} {_NAMED}
    PER  S 1  R{{IP}} - {_REACH}
    N3   S 1  {STREET}
    N4   S 1  R S S S S{{60 CY}} S S
    DMG  S 1  R{{D8}} R R{{F M U}} {_MARRIED} {_RACE} {_CITIZEN} - - - S{{REC}} S
    EC   S >1  R{_CLASSES} S{_CLASSES} S{_CLASSES}
    ICM  S 1  R{{1 2 3 4 6 7 8 9 B C H Q S U}} R S S S
    AMT  S 7  R{_AMOUNTS} R
    HLH  S 1  R{{N S T U X}} S S
    LUI  S >1  S{{LD LE}} S S S{{5 6 7 8}}
  end 2100A
  loop 2100B S 1
    NM1  R 1  R{{70}} R{{1}} {_NAMED}
    DMG  S 1  S{{D8}} S S{{F M U}} {_MARRIED} {_RACE} {_CITIZEN} - - - S{{REC}} S
  end 2100B
  loop 2100C S 1
    NM1  R 1  R{{31}} R{{1}}
    N3   R 1  {STREET}
    N4   R 1  {CITY}
  end 2100C
  {
    _person(
        "2100D",
        3,
        "R{36} R{1 2} S S S S S S{24 34} S",
        f"PER  S 1  R{{EP}} S R{_WORK_WAYS} R S{_WORK_WAYS} S S{_WORK_WAYS} S",
    )
}
  {_person("2100E", 3, "R{M8} R{2} R", f"PER  S 1  R{{SK}} S R{_SCHOOL_WAYS} R S{_SCHOOL_WAYS} S S{_SCHOOL_WAYS} S")}
  {_person("2100F", 1, f"R{{S3}} R{{1}} R R S S S {_SOCIAL}", f"PER  S 1  R{{PQ}} - {_REACH}")}
  {
    _person(
        "2100G", 13, f"R{{6Y 9K E1 EI EXS GB GD J6 LR QD S1 TZ X4}} R{{1}} {_NAMED}", f"PER  S 1  R{{RP}} - {_REACH}"
    )
}
  loop 2100H S 1
    NM1  R 1  R{{45}} R{{1}} S S S S S
    N3   S 1  {STREET}
    N4   S 1  {CITY}
  end 2100H
  loop 2200 S >1
    DSB  R 1  R{{1 2 3 4}} - - - - - S{{DX ZZ}} S
    {days("S", "360", "361", most=2)}
  end 2200
  loop 2300 S 99
    HD   R 1  R{{001 002 021 024 025 026 030 032}} - R{_LINES} S S{_COVERED} - - - S{{N Y}}
    {days("R", "300", "303", "343", "348", "349", "543", "695", most=6, formats="D8 RD8")}
    AMT  S 9  R{_AMOUNTS} R
    {ids("17 1L 9V CE E8 M7 PID RB X9 XM XX1 XX2 ZX ZZ", most=14)}
    {ids("QQ")}
    IDC  S 3  R R{{D H P}} S S{{1 2 RX}}
    loop 2310 S 30
      LX   R 1  R
      NM1  R 1  R{{1X 3D 80 FA OD P3 QA QN Y2}} R{{1 2}} S S S S S S{{34 FI SV XX}} S R{{25 26 72}}
      N3   S 2  {STREET}
      N4   S 1  {CITY}
      PER  S 2  R{{IC}} - {_REACH}
      PLA  S 1  R{{2}} R{{1P}} R - R{{14 22 46 AA AB AC AD AE AF AG AH AI AJ}}
    end 2310
    loop 2320 S 5
      COB  R 1  R{{P S T U}} S R{{1 5 6}} S{{1 35 48 50 54 89 90 A4 AG AL BB}}
      {ids("60 6P SY ZZ", most=4)}
      {days("S", "344", "345", most=2)}
      loop 2330 S 3
        NM1  R 1  R{{36 GW IN}} R{{2}} S - - - - S{{FI NI XV}} S
        N3   S 1  {STREET}
        N4   S 1  {CITY}
        PER  S 1  R{{CN}} - R{{TE}} R
      end 2330
    end 2320
  end 2300
  loop 2700 S 1
    LS   R 1  R{{2700}}
    loop 2710 R >1
      LX   R 1  R
      loop 2750 S 1
        N1   R 1  R{{75}} R
        {ids("00 17 18 19 26 3L 6M 9V 9X GE LU PID XX1 XX2 YY ZZ")}
        {days("S", "007", formats="D8 RD8")}
      end 2750
    end 2710
    LE   R 1  R{{2700}}
  end 2700
end 2000
SE   R 1  R R
"""

GUIDE = guide("005010X220A1", sets="834", functional="BE", text=TEXT, also=("005010X220",))
