"""The request for a review of services and its answer, 005010X217 (278): which segments stand where and how often.

One version names both: BHT02 tells which of the two a set is. Code lists stand where they are few and certain;
elsewhere any code of the right length will do.
"""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import CITY, MAYBE_NAME, SERVICES, STREET, days, ids, level
from claimkeep.engine.x12.guides.schema import guide

_WAYS = "{EM EX FX TE UR}"
_CONTACT = f"PER  S 1  R{{IC}} S S{_WAYS} S S{_WAYS} S S{_WAYS} S"
_ADDRESS = f"N3   S 1  {STREET}\n  N4   S 1  {CITY}"
_DAYS = "D8 RD8"
_HSD = (
    "HSD  S 1  S{DY FL HS MN VS} S S{DA MO WK} S S{6 7 21 26 27 34 35} S "
    "S{1 2 3 4 5 6 7 8 9 A B C D E F G H J K L M N O P Q R S T U V W X Y "
    "SA SB SC SD SG SL SP SX SY SZ} S{A B C D E F G Y}"
)
_REPORTS = "R R{AA BM EL EM FX VO} - - S{AC} S S"
_PLACE = "S(R R{A B})"
_CAUSES = "S(R{AA AP EM} S{AA AP EM} S{AA AP EM} S S)"
_REFUSED = "AAA  S 9  R{N Y} - R S{C G N P R S W X Y}"
_DECIDED = "HCR  S 1  R{A1 A2 A3 A4 A6 C CT NA} S S S{N Y}"
_KIN = "{01 04 05 07 09 10 15 17 19 20 21 22 23 24 29 32 33 34 39 40 41 43 53 G8}"
_DIAGNOSES = (
    f"HI   S 1  R(R{{ABF ABJ ABK APR BF BJ BK DR LOI PR}} R S{{D8}} S) "
    f"{'S(R{ABF ABJ ABK APR BF BJ BK DR LOI PR} R S{D8} S) ' * 11}"
)
_ASKED_FOR = f"HI   S 1  R(R{{LOI}} R S{{D8}} S) {'S(R{LOI} R S{D8} S) ' * 11}"


def _when(is_answer: bool, *more: str) -> str:
    """Days: what a reviewer decided has its own, beside those of the request."""
    decided = (days("S", "102"), days("S", "036"), days("S", "007", formats=_DAYS)) if is_answer else ()
    return "\n".join((*more, *decided))


def _patient(loop: str, who: str, numbers: str, insured: str, refused: str) -> str:
    """The subscriber or the dependent."""
    return f"""
loop {loop} R 1
  NM1  R 1  {who}
  {ids(numbers, most=9)}
  {_ADDRESS}
  {refused}
  DMG  S 1  R{{D8}} R S{{F M U}}
  INS  S 1  {insured} {"- " * 14} S
end {loop}
"""


def _provider(loop: str, most: int, who: str, what: str, refused: str) -> str:
    """Somebody who is to give care, or did."""
    return f"""
loop {loop} S {most}
  NM1  R 1  R{{{who}}} R{{1 2}} {MAYBE_NAME} S{{24 34 46 XX}} S
  {ids("0B 1G 1J EI N5 N7 SY ZH", most=8, more="S")}
  {_ADDRESS}
  {_CONTACT}
  {refused}
  PRV  S 1  R{{{what}}} R{{PXC}} R
end {loop}
"""


def _asked_back(loop: str) -> str:
    """Who takes what the reviewer asks for beside."""
    return f"""
loop {loop} S 1
  NM1  R 1  R{{L5}} R{{1 2}} {MAYBE_NAME} S S
  {_ADDRESS}
  {_CONTACT}
end {loop}
"""


def _carried(loop: str, refused: str) -> str:
    """Where a patient is taken from and to."""
    return f"""
loop {loop} S 5
  NM1  R 1  R{{45 FS ND PW R3}} R{{2}} S
  N3   R 1  {STREET}
  N4   R 1  {CITY}
  {refused}
end {loop}
"""


_OTHER_REVIEWER = f"""
loop 2010EC S 3
  NM1  R 1  R{{CA}} R{{1 2}} {MAYBE_NAME} S{{24 34 46 PI XV XX}} S
  {ids("ZZ")}
  {days("S", "598", formats=_DAYS)}
end 2010EC
"""


def _service(is_answer: bool) -> str:
    """One service of an event."""
    who, what = "1T 72 73 DD DK DN DQ FA G3 P3 QB QV SJ", "AS AT DD OP OR OT PC PE"
    refused = _REFUSED if is_answer else ""
    return f"""
loop 2000F S >1
  {level("SS", "R{0}")}
  {"TRN  S 3  R{1 2} R R S" if is_answer else "TRN  S 2  R{1} R R S"}
  {refused}
  UM   S 1  R{{HS SC}} R{{1 2 3 4 I R S}} S{SERVICES} {_PLACE} - - - - S{{M Y}}
  {_DECIDED if is_answer else ""}
  {ids("BB")}
  {ids("NT")}
  {_when(is_answer, days("S", "472", formats=_DAYS))}
  {_ASKED_FOR if is_answer else ""}
  SV1  S 1  R(R{{HC IV N4 WK ZZ}} R S S S S S S) S S{{F2 MJ UN}} S - - S(R S S S) - - - S - - - - - - - - S
  SV2  S 1  S S(R{{HC ID IV N4 WK ZZ}} R S S S S S S) S S{{DA F2 UN}} S S - - S S
  SV3  S 1  R(R{{AD}} R S S S S S) S - S(R S S S S) S{{I R}} R S
  TOO  S 32  R{{JP}} S S(R S S S S)
  {_HSD}
  PWK  S 10  {_REPORTS}
  MSG  S 1  R
  {_provider("2010FA" if is_answer else "2010F", 12, who, what, refused)}
  {_asked_back("2010FB") if is_answer else ""}
end 2000F
"""


def _event(is_answer: bool) -> str:
    """What a patient comes or stays for. A request has one, an answer may have several."""
    who, what = "71 72 73 77 AAJ DD DK DN FA G3 P3 QB QV SJ", "AD AS AT OP OR OT PC PE RF"
    refused = _REFUSED if is_answer else ""
    asked = (
        days("S", "439"),
        days("S", "484"),
        days("S", "ABC"),
        days("S", "431"),
        days("S", "AAH", formats=_DAYS),
        days("S", "435", formats="D8 DT RD8"),
        days("S", "096"),
    )
    conditions = "" if is_answer else "CRC  S 7  R{07 08 09 11 75 76 77} R{N Y} R S S S S"
    others = (
        (_asked_back("2010EB"), _carried("2010EC", refused)) if is_answer else (_carried("2010EB", ""), _OTHER_REVIEWER)
    )
    return f"""
loop 2000E S {">1" if is_answer else "1"}
  {level("EV", "R{0 1}")}
  {"TRN  S 3  R{1 2} R R S" if is_answer else "TRN  S 2  R{1} R R S"}
  {refused}
  UM   {"S" if is_answer else "R"} 1  R{{AR HS IN SC}} R{{1 2 3 4 I N R S}} S{SERVICES} {_PLACE} {_CAUSES} \
S{{03 E U}} S S S{{A I M O Y}} S
  {_DECIDED if is_answer else ""}
  {ids("BB")}
  {ids("NT")}
  {_when(is_answer, *asked)}
  {_DIAGNOSES}
  {_HSD}
  {conditions}
  CL1  S 1  S S S
  CR1  S 1  - - S S S{{DH}} S - - S S
  CR2  S 1  S S S S - - - S - S S
  CR5  S 1  - - S S S S S S S S S S S S S S S S
  CR6  S 1  R R S{{RD8}} S S - S{{N W Y}} R S S S S S S S - - S
  PWK  S 10  {_REPORTS}
  MSG  S 1  R
  {_provider("2010EA", 14, who, what, refused)}
  {others[0]}
  {others[1]}
{_service(is_answer)}
end 2000E
"""


def _review(purpose: str, kinds: str, is_answer: bool) -> str:
    """A request, or the answer to one."""
    refused = _REFUSED if is_answer else ""
    event = "use 2000E R 1" if not is_answer else "use 2000E S >1"
    return f"""
loop header S 1
  BHT  R 1  R{{0007}} R{{{purpose}}} R R R S{{{kinds}}}
  loop 2000A R 1
    {level("20", "R{0 1}" if is_answer else "R{1}", "-")}
    {refused}
    loop 2010A R 1
      NM1  R 1  R{{X3}} R{{1 2}} {MAYBE_NAME} R{{24 34 46 PI XV XX}} R
      {_CONTACT if is_answer else ""}
      {refused}
    end 2010A
    loop 2000B {"S" if is_answer else "R"} 1
      {level("21", "R{0 1}" if is_answer else "R{1}")}
      loop 2010B R {"2" if is_answer else "1"}
        NM1  R 1  R{{1P FA}} R{{1 2}} {MAYBE_NAME} R{{24 34 46 XX}} R
        {ids("1G 1J EI N5 N7 SY ZH", most=8, more="S")}
        {"" if is_answer else _ADDRESS}
        {refused or _CONTACT}
        PRV  S 1  R{{AD AS AT CO CV OP OR OT PC PE RF}} R{{PXC}} R
      end 2010B
      loop 2000C {"S" if is_answer else "R"} 1
        {level("22", "R{0 1}" if is_answer else "R{1}")}
        {
        _patient(
            "2010C",
            f"R{{IL}} R{{1}} {MAYBE_NAME} R{{II MI}} R",
            "1L 1W 3L 6P DP EJ F6 HJ IG N6 NQ SY",
            "R{Y} R{18}",
            refused,
        )
    }
{_event(is_answer)}
        loop 2000D S 1
          {level("23", "R{0 1}" if is_answer else "R{1}")}
          {_patient("2010D", f"R{{QC}} R{{1}} {MAYBE_NAME}", "1W EJ SY", f"R{{N}} R{_KIN}", refused)}
          {event}
        end 2000D
      end 2000C
    end 2000B
  end 2000A
end header
"""


TEXT = f"""
header
ST   R 1  R{{278}} R R{{005010X217}}
{_review("01 13 36", "RU", is_answer=False)}
{_review("11", "18 19 AT RU", is_answer=True)}
SE   R 1  R R
"""

GUIDE = guide("005010X217", sets="278", functional="HI", text=TEXT)
