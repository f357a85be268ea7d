"""The answer about coverage, 005010X279A1 (271): which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import CITY, MAYBE_NAME, SERVICES, STREET, days, ids, level
from claimkeep.engine.x12.guides.schema import guide

_WHO_NUMBERS = "0B 1C 1D 1J 4A CT EL EO HPI JD N5 N7 Q4 SY TJ"
_ROLES = "AD AT BI CO CV H HH LA OT P1 P2 PC PE R RF SK SU"
_DIAGNOSES = f"HI   S 1  R(R{{ABK BK}} R) {'S(R{ABF BF} R) ' * 7}"
_TRACE = "TRN  S 3  R{1 2} R R S"
_PERSON_DAYS = days(
    "S",
    *"096 102 152 291 307 318 340 341 342 343 346 347 356 357 382 435 442 458 472 539 540 636 771".split(),
    most=9,
    formats="D8 RD8",
)
_BENEFIT_DAYS = days(
    "S",
    *"096 193 194 198 290 291 292 295 304 307 318 346 348 349 356 357 435 472 636 771".split(),
    most=20,
    formats="D8 RD8",
)
_SERVICE = (
    "MPI  S 9  R{A C L O P S T} R{AE AO AS AT AU CC DD HD IR LX PE RE RM RR RU} "
    "R{A B C D E F G H I J K L M N O Q R S U W} S S{A1 A2 A3 B1 B2 C1 C2 C3 C4 C5 C6 C7 C8 C9 E1 F1 F2 F3 F4 G1 G4 L1 "
    "L2 L3 L4 L5 L6 M1 M2 M3 M4 M5 M6 P1 P2 P3 P4 P5 R1 R2 S1 S2 S3 S4 S5 S6 S7 S8 S9 SA SB SC T1 V1 W1} S{D8 RD8} S"
)
_INFORMATION = "R{1 2 3 4 5 6 7 8 A B C CB D E F G H I J K L M MC N O P Q R S T U V W X Y}"
_LEVELS = "S{CHD DEP ECH EMP ESP FAM IND SPC SPO}"
_INSURANCE = (
    "S{12 13 14 15 16 41 42 43 47 AP C1 CO CP D DB EP FF GP HM HN HS IN IP LC LD LI LT MA MB MC MH MI MP OT PE PL PP "
    "PR PS QM RP SP TF WC WU}"
)
_PERIODS = "6 7 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35"
_QUANTITIES = "S{8H 99 CA CE D3 DB DY HS LA LE M2 MN P6 QA S7 S8 VS YY}"
_PROCEDURE = "S(R{AD CJ HC ID IV N4 ZZ} R S S S S - S)"
_DELIVERY = (
    f"HSD  S 9  S{{DY FL HS MN VS}} S S{{DA MO VS WK YR}} S S{{{_PERIODS}}} S "
    "S{1 2 3 4 5 6 7 8 9 A B C D E F G H J K L M N O P Q R S SG SL SP SX SY SZ T U V W X Y} S{A B C D E F G Y}"
)
_ENTITIES = "13 1I 1P 2B 36 73 FA GP GW I3 IL LR OC P3 P4 P5 PR PRP SEP TTP VER VN VY X3 Y2"
_WAYS = "ED EM FX TE UR"


def _contact(more: str = "") -> str:
    return f"PER  S 3  R{{IC}} S S{{{_WAYS}{more}}} S S{{EX {_WAYS}{more}}} S S{{EX {_WAYS}{more}}} S"


def _refused(reasons: str, actions: str = "C N R S W X Y") -> str:
    return f"AAA  S 9  R{{N Y}} - R{{{reasons}}} R{{{actions}}}"


def _benefit(letter: str, references: str) -> str:
    """What is said of one benefit of a subscriber (C) or dependent (D)."""
    return f"""
loop 2110{letter} S >1
  EB   R 1  {_INFORMATION} {_LEVELS} S{SERVICES}^99 {_INSURANCE} S S{{13 36 {_PERIODS}}} S S {_QUANTITIES} S \
S{{N U Y}} S{{N U W Y}} {_PROCEDURE} S(R S S S)
  {_DELIVERY}
  {ids(references, most=9, more="S")}
  {_BENEFIT_DAYS}
  {_refused("15 33 52 53 54 55 56 57 60 61 62 63 69 70 98 AA AE AF AG AO CI E8 IA MA", "C N R W X Y")}
  MSG  S 10  R
  loop 2115{letter} S 10
    III  R 1  S{{GR NI ZZ}} S S{{44}} S
  end 2115{letter}
  loop 2120{letter}-LS S 1
    LS   R 1  R{{2120}}
    loop 2120{letter} R 23
      NM1  R 1  R{{{_ENTITIES}}} R{{1 2}} {MAYBE_NAME} S{{24 34 46 FA FI II MI NI PI PP SV XV XX}} S \
S{{01 02 27 41 48 65 72}}
      N3   S 1  {STREET}
      N4   S 1  R S S S S{{RJ}} S S
      {_contact(" WP")}
      PRV  S 1  R{{{_ROLES} SB}} S{{PXC}} S
    end 2120{letter}
    LE   R 1  R{{2120}}
  end 2120{letter}-LS
end 2110{letter}
"""


TEXT = f"""
header
ST   R 1  R{{271}} R R{{005010X279 005010X279A1}}
BHT  R 1  R{{0022}} R{{06 11}} S R R
loop 2000A R >1
  {level("20", "R{0 1}", "-")}
  {_refused("04 41 42 79", "C N P R S Y")}
  loop 2100A R 1
    NM1  R 1  R{{2B 36 GP P5 PR}} R{{1 2}} R S S - S R{{24 46 FI NI PI XV XX}} R
    {_contact()}
    {_refused("04 41 42 79 80 T4", "C N P R S W X Y")}
  end 2100A
  loop 2000B S >1
    {level("21", "R{0 1}")}
    loop 2100B R 1
      NM1  R 1  R{{1P 2B 36 80 FA GP P5 PR}} R{{1 2}} {MAYBE_NAME} R{{24 34 FI PI PP SV XV XX}} R
      {ids(_WHO_NUMBERS, most=9, more="S")}
      N3   S 1  {STREET}
      N4   S 1  {CITY}
      {_refused("15 41 43 44 45 46 47 48 50 51 79 97 T4")}
      PRV  S 1  R{{{_ROLES} SB}} S{{PXC}} S
    end 2100B
    loop 2000C S >1
      {level("22", "R{0 1}")}
      {_TRACE}
      loop 2100C R 1
        NM1  R 1  R{{IL}} R{{1 2}} {MAYBE_NAME} S{{II MI}} S
        {ids("18 1L 1W 3H 49 6P CE CT EA EJ F6 GH HJ IF IG N6 NQ Q4 SY Y4", most=9, more="S")}
        N3   S 1  {STREET}
        N4   S 1  {CITY}
        {_refused("15 35 42 43 45 47 48 49 51 52 56 57 58 60 61 62 63 71 72 73 74 75 76 78")}
        PRV  S 1  R{{{_ROLES}}} S{{PXC}} S
        DMG  S 1  S{{D8}} S S{{F M U}}
        INS  S 1  R{{Y}} R{{18}} S{{001}} S{{25}} - - - - - - - - - - - - S
        {_DIAGNOSES}
        {_PERSON_DAYS}
        {_SERVICE}
        {_benefit("C", "18 1L 1W 49 6P 9F ALS CLI F6 FO G1 IG M7 N6 NQ")}
      end 2100C
      loop 2000D S >1
        {level("23", "R{0}")}
        {_TRACE}
        loop 2100D R 1
          NM1  R 1  R{{03}} R{{1}} {MAYBE_NAME}
          {ids("18 1L 1W 49 6P CE CT EA EJ F6 GH HJ IF IG MRC N6 NQ Q4 SY Y4", most=9, more="S")}
          N3   S 1  {STREET}
          N4   S 1  {CITY}
          {_refused("15 35 42 43 45 47 48 49 51 52 56 57 58 60 61 62 63 64 65 66 67 68 71 77")}
          PRV  S 1  R{{{_ROLES}}} S{{PXC}} S
          DMG  S 1  S{{D8}} S S{{F M U}}
          INS  S 1  R{{N}} R{{01 19 20 21 39 40 53 G8}} S{{001}} S{{25}} - - - - - - - - - - - - S
          {_DIAGNOSES}
          {_PERSON_DAYS}
          {_SERVICE}
          {_benefit("D", "18 1L 1W 49 6P 9F ALS CLI F6 FO G1 IG M7 N6 NQ")}
        end 2100D
      end 2000D
    end 2000C
  end 2000B
end 2000A
SE   R 1  R R
"""

GUIDE = guide("005010X279A1", sets="271", functional="HB", text=TEXT, also=("005010X279",))
