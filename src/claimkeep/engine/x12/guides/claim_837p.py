"""The professional claim, 005010X222A1: which segments stand where, how often, and what each may hold.

005010X222 and 005010X222A2 are judged by this table too; what the A2 errata changed is wording.
"""

from __future__ import annotations

from claimkeep.engine.x12.guides.schema import guide

_ADDRESS = "N4 {} 1 R S S S - - S"
_NAME = "R S S - S"
_NPI = "S{XX} S"
_PAYERS = "{11 12 13 14 15 16 17 AM BL CH CI DS FI HM LM MA MB MC OF TV VA WC ZZ}"
_RANKS = "{A B C D E F G H P S T U}"
_SECONDARY = "{12 13 14 15 16 41 42 43 47}"
_REPORTS = (
    "{03 04 05 06 07 08 09 10 11 13 15 21 A3 A4 AM AS B2 B3 B4 BR BS BT CB CK CT D2 DA DB DG DJ DS EB HC HR I5 IR LA "
    "M1 MT NN OB OC OD OE OX OZ P4 P5 PE PN PO PQ PY PZ RB RR RT RX SG V5 XP}"
)
_CAS = "CAS  S 5  R{CO CR OA PI PR} R R S " + "S S S " * 5
_CONTACT = "R{IC} S R{TE} R S{EX} S"
_CONTRACT = "CN1  S 1  R{01 02 03 04 05 06 09} S S S S S"
_PRICING = "R{00 01 02 03 04 05 07 08 09 10 11 12 13 14} R S S S S S -"
_REJECTED = "S{T1 T2 T3 T4 T5 T6} S{1 2 3 4 5} S{1 2 3 4 5 6}"
_AMBULANCE = "CR1  S 1  S{LB} S - R{A B C D E} R{DH} R - - S S"
_RIDE = "{01 04 05 06 07 08 09 12}"
_PROCEDURE = "R(R{ER HC IV WK} R S S S S S -)"
_POINTERS = "R(R{p} S{p} S{p} S{p})".replace("{p}", "{1 2 3 4 5 6 7 8 9 10 11 12}")
_OTHER_PAYER = "- S(R{2U} R)"


def _days(usage: str, *qualifiers: str, most: int = 1, formats: str = "D8") -> str:
    return f"DTP  {usage} {most}  R{{{' '.join(qualifiers)}}} R{{{formats}}} R"


def _ids(qualifiers: str, usage: str = "S", most: int = 1, more: str = "") -> str:
    return f"REF  {usage} {most}  R{{{qualifiers}}} R {more}"


_CLAIM_DAYS = "\n".join(
    (
        *(_days("S", one) for one in ("431", "454", "304", "453", "439", "484", "455", "471")),
        _days("S", "314", "360", "361", formats="D8 RD8"),
        *(_days("S", one) for one in ("297", "296", "435", "096")),
        _days("S", "090", "091", most=2),
        _days("S", "444"),
        _days("S", "050"),
    )
)
_CLAIM_IDS = "\n".join(
    (
        "REF  S 1  R{4N} R{1 2 3 4 5 6 7}",
        "REF  S 1  R{F5} R{N Y}",
        *(_ids(one) for one in ("EW", "9F", "G1", "F8", "X4", "9A", "9C", "LX", "D9", "EA", "P4", "1J")),
    )
)
_LINE_DAYS = "\n".join(
    (
        _days("R", "472", formats="D8 RD8"),
        *(_days("S", one) for one in ("471", "607", "463", "461", "304")),
        _days("S", "738", "739", most=2),
        *(_days("S", one) for one in ("011", "455", "454")),
    )
)
_LINE_IDS = "\n".join(
    (
        _ids("9B"),
        _ids("9D"),
        _ids("G1", most=5, more=_OTHER_PAYER),
        *(_ids(one) for one in ("6R", "EW", "X4", "F4", "BT")),
        _ids("9F", most=5, more=_OTHER_PAYER),
    )
)

_CLAIM = f"""
loop 2300 S 100  CLM
  CLM  R 1  R R - - R(R R{{B}} R) R{{N Y}} R{{A B C}} R{{N W Y}} R{{I Y}} S{{P}} S(R{{AA EM OA}} S{{AA EM OA}} - S S) \
S{{02 03 05 09}} - - - - - - - S{{1 2 3 4 5 6 7 8 9 10 11 15}}
  {_CLAIM_DAYS}
  PWK  S 10  R{_REPORTS} R{{AA BM EL EM FT FX}} - - S{{AC}} S
  {_CONTRACT}
  AMT  S 1  R{{F5}} R
  {_CLAIM_IDS}
  K3   S 10  R
  NTE  S 1  R{{ADD CER DCP DGN TPO}} R
  {_AMBULANCE}
  CR2  S 1  - - - - - - - R{{A C D E F G M}} - S S
  CRC  S 3  R{{07}} R{{N Y}} R{_RIDE} S{_RIDE} S{_RIDE} S{_RIDE} S{_RIDE}
  CRC  S 3  R{{E1 E2 E3}} R{{N Y}} R{{L1 L2 L3 L4 L5}} {"S{L1 L2 L3 L4 L5} " * 4}
  CRC  S 1  R{{75}} R{{Y}} R{{IH}}
  CRC  S 1  R{{ZZ}} R{{N Y}} R{{AV NU S2 ST}} S{{AV NU S2 ST}} S{{AV NU S2 ST}}
  HI   R 1  R(R{{ABK BK}} R) {"S(R{ABF BF} R) " * 11}
  HI   S 1  R(R{{BP}} R) S(R{{BO}} R)
  HI   S 2  R(R{{BG}} R) {"S(R{BG} R) " * 11}
  HCP  S 1  {_PRICING} - - - - {_REJECTED}
  loop 2310A S 2
    NM1  R 1  R{{DN P3}} R{{1}} {_NAME} {_NPI}
    {_ids("0B 1G G2", most=3)}
  end 2310A
  loop 2310B S 1
    NM1  R 1  R{{82}} R{{1 2}} {_NAME} {_NPI}
    PRV  S 1  R{{PE}} R{{PXC}} R
    {_ids("0B 1G G2 LU", most=4)}
  end 2310B
  loop 2310C S 1
    NM1  R 1  R{{77}} R{{2}} R - - - - {_NPI}
    N3   R 1  R S
    {_ADDRESS.format("R")}
    {_ids("0B G2 LU", most=3)}
    PER  S 1  {_CONTACT}
  end 2310C
  loop 2310D S 1
    NM1  R 1  R{{DQ}} R{{1}} {_NAME} {_NPI}
    {_ids("0B 1G G2 LU", most=4)}
  end 2310D
  loop 2310E S 1
    NM1  R 1  R{{PW}} R{{2}}
    N3   R 1  R S
    {_ADDRESS.format("R")}
  end 2310E
  loop 2310F S 1
    NM1  R 1  R{{45}} R{{2}} S
    N3   R 1  R S
    {_ADDRESS.format("R")}
  end 2310F
  loop 2320 S 10
    SBR  R 1  R{_RANKS} R{{01 18 19 20 21 39 40 53 G8}} S S S{_SECONDARY} - - - S{_PAYERS}
    {_CAS}
    AMT  S 1  R{{D}} R
    AMT  S 1  R{{A8}} R
    AMT  S 1  R{{EAF}} R
    OI   R 1  - - R{{N W Y}} S{{P}} - R{{I Y}}
    MOA  S 1  S S S S S S S S S
    loop 2330A R 1
      NM1  R 1  R{{IL}} R{{1 2}} {_NAME} R{{II MI}} R
      N3   S 1  R S
      {_ADDRESS.format("S")}
      {_ids("SY")}
    end 2330A
    loop 2330B R 1
      NM1  R 1  R{{PR}} R{{2}} R - - - - R{{PI XV}} R
      N3   S 1  R S
      {_ADDRESS.format("S")}
      {_days("S", "573")}
      {_ids("2U EI FY NF", most=2)}
      {_ids("G1")}
      {_ids("9F")}
      {_ids("T4")}
      {_ids("F8")}
    end 2330B
    loop 2330C S 2
      NM1  R 1  R{{DN P3}} R{{1}}
      {_ids("0B 1G G2", "R", 3)}
    end 2330C
    loop 2330D S 1
      NM1  R 1  R{{82}} R{{1 2}}
      {_ids("0B 1G G2 LU", "R", 3)}
    end 2330D
    loop 2330E S 1
      NM1  R 1  R{{77}} R{{2}}
      {_ids("0B G2 LU", "R", 3)}
    end 2330E
    loop 2330F S 1
      NM1  R 1  R{{DQ}} R{{1}}
      {_ids("0B 1G G2 LU", "R", 3)}
    end 2330F
    loop 2330G S 1
      NM1  R 1  R{{85}} R{{1 2}}
      {_ids("G2 LU", "R", 2)}
    end 2330G
  end 2320
  loop 2400 R 50
    LX   R 1  R
    SV1  R 1  {_PROCEDURE} R R{{MJ UN}} R S - {_POINTERS} - S{{Y}} - S{{Y}} S{{Y}} - - S{{0}}
    SV5  S 1  R(R{{HC}} R) R{{DA}} R R R R{{1 4 6}}
    PWK  S 10  R{_REPORTS} R{{AA BM EL EM FT FX}} - - S{{AC}} S
    PWK  S 1  R{{CT}} R{{AB AD AF AG NS}}
    {_AMBULANCE}
    CR3  S 1  R{{I R S}} R{{MO}} R
    CRC  S 3  R{{07}} R{{N Y}} R{_RIDE} S{_RIDE} S{_RIDE} S{_RIDE} S{_RIDE}
    CRC  S 1  R{{70}} R{{N Y}} R{{65}}
    CRC  S 1  R{{09}} R{{N Y}} R{{38 ZV}} S{{38 ZV}}
    {_LINE_DAYS}
    QTY  S 1  R{{PT}} R
    QTY  S 1  R{{FL}} R
    MEA  S 5  R{{OG TR}} R{{HT R1 R2 R3 R4}} R
    {_CONTRACT}
    {_LINE_IDS}
    AMT  S 1  R{{T}} R
    AMT  S 1  R{{F4}} R
    K3   S 10  R
    NTE  S 1  R{{ADD DCP}} R
    NTE  S 1  R{{TPO}} R
    PS1  S 1  R R
    HCP  S 1  {_PRICING.replace("05 07", "05 06 07")} S{{ER HC IV WK}} S S{{MJ UN}} S {_REJECTED}
    loop 2410 S 1
      LIN  R 1  - R{{EN EO HI N4 ON UK UP}} R
      CTP  R 1  - - - R R(R{{F2 GR ME ML UN}})
      {_ids("VY XZ")}
    end 2410
    loop 2420A S 1
      NM1  R 1  R{{82}} R{{1 2}} {_NAME} {_NPI}
      PRV  S 1  R{{PE}} R{{PXC}} R
      {_ids("0B 1G G2 LU", most=20, more=_OTHER_PAYER)}
    end 2420A
    loop 2420B S 1
      NM1  R 1  R{{QB}} R{{1 2}} - - - - - {_NPI}
      {_ids("0B 1G G2", most=20, more=_OTHER_PAYER)}
    end 2420B
    loop 2420C S 1
      NM1  R 1  R{{77}} R{{2}} R - - - - {_NPI}
      N3   R 1  R S
      {_ADDRESS.format("R")}
      {_ids("G2 LU", most=3, more=_OTHER_PAYER)}
    end 2420C
    loop 2420D S 1
      NM1  R 1  R{{DQ}} R{{1}} {_NAME} {_NPI}
      {_ids("0B 1G G2 LU", most=20, more=_OTHER_PAYER)}
    end 2420D
    loop 2420E S 1
      NM1  R 1  R{{DK}} R{{1}} {_NAME} {_NPI}
      N3   S 1  R S
      {_ADDRESS.format("S")}
      {_ids("0B 1G G2", most=20, more=_OTHER_PAYER)}
      PER  S 1  R{{IC}} S R{{EM FX TE}} R S{{EM EX FX TE}} S S{{EM EX FX TE}} S
    end 2420E
    loop 2420F S 2
      NM1  R 1  R{{DN P3}} R{{1}} {_NAME} {_NPI}
      {_ids("0B 1G G2", most=20, more=_OTHER_PAYER)}
    end 2420F
    loop 2420G S 1
      NM1  R 1  R{{PW}} R{{2}}
      N3   R 1  R S
      {_ADDRESS.format("R")}
    end 2420G
    loop 2420H S 1
      NM1  R 1  R{{45}} R{{2}} S
      N3   R 1  R S
      {_ADDRESS.format("R")}
    end 2420H
    loop 2430 S 15
      SVD  R 1  R R {_PROCEDURE} - R S
      {_CAS}
      {_days("R", "573")}
      AMT  S 1  R{{EAF}} R
    end 2430
    loop 2440 S >1
      LQ   R 1  R{{AS UT}} R
      FRM  R 99  R S{{N W Y}} S S S
    end 2440
  end 2400
end 2300
"""

_SUBSCRIBER = f"""
loop 2000B R >1
  HL   R 1  R R R{{22}} R{{0 1}}
  SBR  R 1  R{_RANKS} S{{18}} S S S{_SECONDARY} - - - S{_PAYERS}
  PAT  S 1  - - - - S{{D8}} S S{{01}} S S{{Y}}
  loop 2010BA R 1
    NM1  R 1  R{{IL}} R{{1 2}} {_NAME} S{{II MI}} S
    N3   S 1  R S
    {_ADDRESS.format("S")}
    DMG  S 1  R{{D8}} R R{{F M U}}
    {_ids("SY")}
    {_ids("Y4")}
    PER  S 1  {_CONTACT}
  end 2010BA
  loop 2010BB R 1
    NM1  R 1  R{{PR}} R{{2}} R - - - - R{{PI XV}} R
    N3   S 1  R S
    {_ADDRESS.format("S")}
    {_ids("2U EI FY NF", most=3)}
    {_ids("G2 LU", most=2)}
  end 2010BB
{_CLAIM}
  loop 2000C S >1
    HL   R 1  R R R{{23}} R{{0}}
    PAT  R 1  R{{01 19 20 21 39 40 53 G8}} - - - S{{D8}} S S{{01}} S S{{Y}}
    loop 2010CA R 1
      NM1  R 1  R{{QC}} R{{1}} {_NAME}
      N3   R 1  R S
      {_ADDRESS.format("R")}
      DMG  R 1  R{{D8}} R R{{F M U}}
      {_ids("Y4")}
      {_ids("1W SY")}
      PER  S 1  {_CONTACT}
    end 2010CA
    use 2300 R 100
  end 2000C
end 2000B
"""

TEXT = f"""
header
ST   R 1  R{{837}} R R{{005010X222 005010X222A1 005010X222A2}}
BHT  R 1  R{{0019}} R{{00 18}} R R R R{{31 CH RP}}
loop 1000A R 1
  NM1  R 1  R{{41}} R{{1 2}} R S S - - R{{46}} R
  PER  R 2  R{{IC}} S R{{EM FX TE}} R S{{EM EX FX TE}} S S{{EM EX FX TE}} S
end 1000A
loop 1000B R 1
  NM1  R 1  R{{40}} R{{2}} R - - - - R{{46}} R
end 1000B
loop 2000A R >1
  HL   R 1  R - R{{20}} R{{1}}
  PRV  S 1  R{{BI}} R{{PXC}} R
  CUR  S 1  R{{85}} R
  loop 2010AA R 1
    NM1  R 1  R{{85}} R{{1 2}} {_NAME} {_NPI}
    N3   R 1  R S
    {_ADDRESS.format("R")}
    {_ids("EI SY", "R")}
    {_ids("0B 1G", most=2)}
    PER  S 2  R{{IC}} S R{{EM FX TE}} R S{{EM EX FX TE}} S S{{EM EX FX TE}} S
  end 2010AA
  loop 2010AB S 1
    NM1  R 1  R{{87}} R{{1 2}}
    N3   R 1  R S
    {_ADDRESS.format("R")}
  end 2010AB
  loop 2010AC S 1
    NM1  R 1  R{{PE}} R{{2}} R - - - - R{{PI XV}} R
    N3   R 1  R S
    {_ADDRESS.format("R")}
    {_ids("2U FY NF")}
    {_ids("EI", "R")}
  end 2010AC
{_SUBSCRIBER}
end 2000A
SE   R 1  R R
"""

GUIDE = guide("005010X222A1", sets="837", functional="HC", text=TEXT, also=("005010X222", "005010X222A2"))
