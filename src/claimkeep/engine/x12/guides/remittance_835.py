"""The remittance, 005010X221A1: which segments stand where, how often, and what each may hold."""

from __future__ import annotations

from claimkeep.engine.x12.guides.schema import guide

_CAS = "CAS  S 99  R{CO OA PI PR} R R S " + "S S S " * 5
_PAID = "(R{AD ER HC HP IV N4 N6 NU UI WK} R S S S S)"
_SUBMITTED = "(R{AD ER HC HP IV N4 NU WK} R S S S S S)"
_PAYERS = "{AD FI NI PI PP XV}"
_ADJUSTMENTS = (
    "{50 51 72 90 AH AM AP B2 B3 BD BN C5 CR CS CT CV CW DM E3 FB FC GO HM IP IR IS J1 L3 L6 LE LS OA OB PI PL RA RE "
    "SL TL WO WU}"
)

TEXT = f"""
header
ST   R 1  R{{835}} R
BPR  R 1  R{{C D H I P U X}} R R{{C D}} R{{ACH BOP CHK FWT NON}} S{{CCP CTX}} S{{01 04}} S S{{DA}} S S S S{{01 04}} S \
S{{DA SG}} S R
TRN  R 1  R{{1}} R R S
CUR  S 1  R{{PR}} R
REF  S 1  R{{EV}} R
REF  S 1  R{{F2}} R
DTM  S 1  R{{405}} R
loop 1000A R 1
  N1   R 1  R{{PR}} R S{{XV}} S
  N3   R 1  R S
  N4   R 1  R S S S - - S
  REF  S 4  R{{2U EO HI NF}} R
  PER  S 1  R{{CX}} S S{{EM FX TE}} S S{{EM EX FX TE}} S S{{EX}} S
  PER  R >1  R{{BL}} S S{{EM TE UR}} S S{{EM EX FX TE UR}} S S{{EM EX FX UR}} S
  PER  S 1  R{{IC}} - R{{UR}} R
end 1000A
loop 1000B R 1
  N1   R 1  R{{PE}} R R{{FI XV XX}} R
  N3   S 1  R S
  N4   S 1  R S S S - - S
  REF  S >1  R{{0B D3 PQ TJ}} R
  RDM  S 1  R{{BM EM FT OL}} S S
end 1000B
loop 2000 S >1
  LX   R 1  R
  TS3  S 1  R R R R R - - - - - - - S - S - S S - S S S S S
  TS2  S 1  {"S " * 19}
  loop 2100 R >1
    CLP  R 1  R R{{1 2 3 4 19 20 21 22 23 25}} R R S R{{12 13 14 15 16 17 AM CH DS HM LM MA MB MC OF TV VA WC ZZ}} \
R S S - S S S
    {_CAS}
    NM1  R 1  R{{QC}} R{{1}} S S S - S S{{34 HN II MI MR}} S
    NM1  S 1  R{{IL}} R{{1 2}} S S S - S R{{FI II MI}} R
    NM1  S 1  R{{74}} R{{1 2}} S S S - S S{{C}} S
    NM1  S 1  R{{82}} R{{1 2}} S S S - S R{{BD BS FI MC PC SL UP XX}} R
    NM1  S 1  R{{TT}} R{{2}} R - - - - R{_PAYERS} R
    NM1  S 1  R{{PR}} R{{2}} R - - - - R{_PAYERS} R
    NM1  S 1  R{{GB}} R{{1 2}} S S S - S S{{FI II MI}} S
    MIA  S 1  R {"S " * 23}
    MOA  S 1  S S S S S S S S S
    REF  S 5  R{{1L 1W 28 6P 9A 9C BB CE EA F8 G1 G3 IG SY}} R
    REF  S 10  R{{0B 1A 1B 1C 1D 1G 1H 1J D3 G2 LU}} R
    DTM  S 2  R{{232 233}} R
    DTM  S 1  R{{036}} R
    DTM  S 1  R{{050}} R
    PER  S 2  R{{CX}} S R{{EM FX TE}} R S{{EM EX FX TE}} S S{{EX}} S
    AMT  S 13  R{{AU D8 DY F5 I NL T T2 ZK ZL ZM ZN ZO}} R
    QTY  S 14  R{{CA CD LA LE NE NR OU PS VS ZK ZL ZM ZN ZO}} R
    loop 2110 S 999
      SVC  R 1  R{_PAID} R R S S S{_SUBMITTED} S
      DTM  S 2  R{{150 151 472}} R
      {_CAS}
      REF  S 8  R{{1S APC BB E9 G1 G3 LU RB}} R
      REF  S 1  R{{6R}} R
      REF  S 10  R{{0B 1A 1B 1C 1D 1G 1H 1J D3 G2 HPI SY TJ}} R
      REF  S 5  R{{0K}} R
      AMT  S 9  R{{B6 KH T T2 ZK ZL ZM ZN ZO}} R
      QTY  S 6  R{{ZK ZL ZM ZN ZO}} R
      LQ   S 99  R{{HE RX}} R
    end 2110
  end 2100
end 2000
PLB  S >1  R R R(R{_ADJUSTMENTS} S) R {f"S(R{_ADJUSTMENTS} S) S " * 5}
SE   R 1  R R
"""

GUIDE = guide("005010X221A1", sets="835", functional="HP", text=TEXT, also=("005010X221",))
