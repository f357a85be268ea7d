"""The application advice, 005010X186A1 (824): which segments stand where and how often.

Code lists stand where they are few and certain; elsewhere any code of the right length will do.
"""

from __future__ import annotations

from claimkeep.engine.x12.guides.phrases import CONTACT
from claimkeep.engine.x12.guides.schema import guide

TEXT = f"""
header
ST   R 1  R{{824}} R R{{005010X186 005010X186A1}}
BGN  R 1  R{{11}} R R R S S - R{{RU U WQ}}
loop 1000A R 1
  N1   R 1  R{{41}} R R{{46}} R
  REF  S 1  R R
  PER  S 2  {CONTACT}
end 1000A
loop 1000B R 1
  N1   R 1  R{{40}} R R{{46}} R
  REF  S 1  R R
end 1000B
loop 2000 R >1
  OTI  R 1  R{{BA BC BE BP GA GC GE GP GR IA IC IE IP IR TA TC TE TN TP TR}} R R S S S S S S S S
  REF  S 12  R R
  DTM  S 2  R S S S S S
  AMT  S 10  R R
  QTY  S 10  R R
  loop 2100 S >1
    TED  R 1  R S S S S S S S
    CTX  S 10  R(R S) S S S S(R S S) S(R S)
    NTE  S 99  S R
    RED  S 99  R S S S S S
  end 2100
end 2000
SE   R 1  R R
"""

GUIDE = guide("005010X186A1", sets="824", functional="AG", text=TEXT, also=("005010X186",))
