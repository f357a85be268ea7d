"""The implementation acknowledgment, 005010X231A1: which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.schema import guide

_CONTEXT = "S(R S)^10 S S S S(R S S) S(R S)"
_SET_CODES = "{1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 17 18 19 23 24 25 26 27 I5 I6}"
_GROUP_CODES = "{1 2 3 4 5 6 10 11 12 13 14 15 16 17 18 19 23 24 25 26}"

TEXT = f"""
header
ST   R 1  R{{999}} R R{{005010X231 005010X231A1}}
AK1  R 1  R R R
loop 2000 S >1
  AK2  R 1  R R S
  loop 2100 S >1
    IK3  R 1  R R S S{{1 2 3 4 5 6 7 8 I4 I6 I7 I8 I9}}
    CTX  S 10  {_CONTEXT}
    loop 2110 S >1
      IK4  R 1  R(R S S) S R{{1 2 3 4 5 6 7 8 9 10 11 12 13 I10 I11 I12 I13 I6 I9}} S
      CTX  S 10  {_CONTEXT}
    end 2110
  end 2100
  IK5  R 1  R{{A E M R W X}} {f"S{_SET_CODES} " * 5}
end 2000
AK9  R 1  R{{A E M P R W X}} R R R {f"S{_GROUP_CODES} " * 5}
SE   R 1  R R
"""

GUIDE = guide("005010X231A1", sets="999", functional="FA", text=TEXT, also=("005010X231",))
