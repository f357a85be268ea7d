"""The segments and composites of 005010, once for every guide: what each element is, how long it may be, what it needs.

A row is `elements; notes`. An element is its type (N0, N2, R, ID, AN, DT, TM, B) with least/most characters, or the
name of a composite; notes are the relational conditions of the standard: P paired, R at least one, E at most one,
C if the first then all, L if the first then at least one of the rest, each followed by two digits an element.
A type R counts digits only: neither its minus sign nor its decimal point (X12.6 3.3.1.3).
"""

from __future__ import annotations

from collections.abc import Mapping

_CAS_TRIPLETS = " ".join(["ID1/5 R1/18 R1/15"] * 6)
_CAS_NOTES = " ".join(f"L{a:02}{a + 1:02}{a + 2:02} C{a + 1:02}{a:02} C{a + 2:02}{a:02}" for a in range(5, 20, 3))
_LIN_NOTES = " ".join(f"P{a:02}{a + 1:02}" for a in range(4, 31, 2))
_PLB_NOTES = " ".join(f"P{a:02}{a + 1:02}" for a in range(5, 15, 2))

SEGMENTS: Mapping[str, str] = {
    "AK1": "ID2/2 N01/9 AN1/12",
    "AK2": "ID3/3 AN4/9 AN1/35",
    "AK9": "ID1/1 N01/6 N01/6 N01/6 ID1/3 ID1/3 ID1/3 ID1/3 ID1/3",
    "AMT": "ID1/3 R1/18 ID1/1",
    "BHT": "ID4/4 ID2/2 AN1/50 DT8/8 TM4/8 ID2/2",
    "BPR": "ID1/2 R1/18 ID1/1 ID3/3 ID1/10 ID2/2 AN3/12 ID1/3 AN1/35 AN10/10 AN9/9 ID2/2 AN3/12 ID1/3 AN1/35 DT8/8 "
    "ID1/3 ID2/2 AN3/12 ID1/3 AN1/35; P0607 C0809 P1213 C1415 P1819 C2021",
    "CAS": f"ID1/2 {_CAS_TRIPLETS}; {_CAS_NOTES}",
    "CLM": "AN1/38 R1/18 ID1/2 ID1/2 C023 ID1/1 ID1/1 ID1/1 ID1/1 ID1/1 C024 ID2/3 ID1/1 ID1/3 ID1/1 ID1/1 ID1/2 "
    "ID1/1 ID2/2 ID1/2",
    "CLP": "AN1/38 ID1/2 R1/18 R1/18 R1/18 ID1/2 AN1/50 AN1/2 ID1/1 ID1/2 ID1/4 R1/15 R1/10 ID1/1",
    "CN1": "ID2/2 R1/18 R1/6 AN1/50 R1/6 AN1/30",
    "CR1": "ID2/2 R1/10 ID1/1 ID1/1 ID2/2 R1/15 AN1/55 AN1/55 AN1/80 AN1/80; P0102 P0506",
    "CR2": "N01/9 R1/15 ID2/3 ID2/3 ID2/2 R1/15 R1/15 ID1/1 ID1/1 AN1/80 AN1/80 ID1/1; P0102 C0403 P0506",
    "CR3": "ID1/1 ID2/2 R1/15 ID1/1 AN1/80; P0203",
    "CRC": "ID2/2 ID1/1 ID2/3 ID2/3 ID2/3 ID2/3 ID2/3",
    "CTP": "ID2/2 ID3/3 R1/17 R1/15 C001 ID3/3 R1/10 R1/18 ID2/2 AN1/10 N01/2; P0405 C0607 C0902 C1002 C1103",
    "CTX": "C998 ID2/3 N01/6 AN1/6 C030 C999",
    "CUR": "ID2/3 ID3/3 R4/10 ID2/3 ID3/3 ID3/3 ID3/3 DT8/8 TM4/8 ID3/3 DT8/8 TM4/8 ID3/3 DT8/8 TM4/8 ID3/3 DT8/8 "
    "TM4/8 ID3/3 DT8/8 TM4/8; C0807 C0907 L101112 C1110 C1210 L131415 C1413 C1513 L161718 C1716 C1816 L192021 C2019 "
    "C2119",
    "DMG": "ID2/3 AN1/35 ID1/1 ID1/1 C056 ID1/2 ID2/3 ID1/2 R1/15 ID1/3 AN1/30; P0102 P1011 C1105",
    "DTM": "ID3/3 DT8/8 TM4/8 ID2/2 ID2/3 AN1/35; R020305 C0403 P0506",
    "DTP": "ID3/3 ID2/3 AN1/35",
    "FRM": "AN1/20 ID1/1 AN1/50 DT8/8 R1/6; R02030405",
    "GE": "N01/6 N01/9",
    "GS": "ID2/2 AN2/15 AN2/15 DT8/8 TM4/8 N01/9 ID1/2 AN1/12",
    "HCP": "ID2/2 R1/18 R1/18 AN1/50 R1/9 AN1/50 R1/18 AN1/48 ID2/2 AN1/48 ID2/2 R1/15 ID2/2 ID1/2 ID1/2; "
    "R0113 P0910 P1112",
    "HI": " ".join(["C022"] * 12),
    "HL": "AN1/12 AN1/12 ID1/2 ID1/1",
    "IEA": "N01/5 N09/9",
    "IK3": "ID2/3 N01/10 AN1/4 ID1/3",
    "IK4": "C030 N01/4 ID1/3 AN1/99",
    "IK5": "ID1/1 ID1/3 ID1/3 ID1/3 ID1/3 ID1/3",
    "ISA": "ID2/2 AN10/10 ID2/2 AN10/10 ID2/2 AN15/15 ID2/2 AN15/15 DT6/6 TM4/4 AN1/1 ID5/5 N09/9 ID1/1 ID1/1 AN1/1",
    "K3": "AN1/80 ID1/2 C001",
    "LIN": f"AN1/20 {' '.join(['ID2/2 AN1/48'] * 15)}; {_LIN_NOTES}",
    "LQ": "ID1/3 AN1/30; C0102",
    "LX": "N01/6",
    "MEA": "ID2/2 ID1/3 R1/20 C001 R1/20 R1/20 ID2/2 ID2/2 ID2/2 ID2/4 ID1/3 AN1/30; R03050608 L050412 L060412 "
    "L07030506 E0803 P1112",
    "MIA": f"R1/15 R1/18 R1/15 R1/18 AN1/50 {' '.join(['R1/18'] * 9)} R1/15 {' '.join(['R1/18'] * 4)} "
    "AN1/50 AN1/50 AN1/50 AN1/50 R1/18",
    "MOA": "R1/10 R1/18 AN1/50 AN1/50 AN1/50 AN1/50 AN1/50 R1/18 R1/18",
    "N1": "ID2/3 AN1/60 ID1/2 AN2/80 ID2/2 ID2/3; R0203 P0304",
    "N2": "AN1/60 AN1/60",
    "N3": "AN1/55 AN1/55",
    "N4": "AN2/30 ID2/2 ID3/15 ID2/3 ID1/2 AN1/30 ID1/3; E0207 C0605 C0704",
    "NM1": "ID2/3 ID1/1 AN1/60 AN1/35 AN1/25 AN1/10 AN1/10 ID1/2 AN2/80 ID2/2 ID2/3 AN1/60; P0809 C1110 C1203",
    "NTE": "ID3/3 AN1/80",
    "OI": "ID1/2 ID2/2 ID1/1 ID1/1 ID1/1 ID1/1",
    "PAT": "ID2/2 ID1/1 ID2/2 ID1/1 ID2/3 AN1/35 ID2/2 R1/10 ID1/1; P0506 P0708",
    "PER": "ID2/2 AN1/60 ID2/2 AN1/256 ID2/2 AN1/256 ID2/2 AN1/256 AN1/20; P0304 P0506 P0708",
    "PLB": f"AN1/50 DT8/8 {' '.join(['C042 R1/18'] * 6)}; {_PLB_NOTES}",
    "PRV": "ID1/3 ID2/3 AN1/50 ID2/2 C035 ID3/3; P0203",
    "PS1": "AN1/50 R1/18 ID2/2",
    "PWK": "ID2/2 ID1/2 N01/2 ID2/3 ID1/2 AN2/80 AN1/80 C002 ID1/2; P0506",
    "QTY": "ID2/2 R1/15 C001 AN1/30; R0204 E0204",
    "RDM": "ID1/2 AN1/60 AN1/256 C040 C040",
    "REF": "ID2/3 AN1/50 AN1/80 C040; R0203",
    "SBR": "ID1/1 ID2/2 AN1/50 AN1/60 ID1/3 ID1/1 ID1/1 ID2/2 ID1/2",
    "SE": "N01/10 AN4/9",
    "ST": "ID3/3 AN4/9 AN1/35",
    "SV1": "C003 R1/18 ID2/2 R1/15 AN1/2 ID1/2 C004 R1/18 ID1/1 ID1/2 ID1/1 ID1/1 ID1/2 AN1/2 ID1/1 ID1/1 AN1/50 "
    "ID3/15 R1/18 ID1/1 ID1/1; P0304",
    "SV5": "C003 ID2/2 R1/15 R1/18 R1/18 ID1/1 ID1/1; R0405 C0604",
    "SVC": "C003 R1/18 R1/18 AN1/48 R1/15 C003 R1/15",
    "SVD": "AN2/80 R1/18 C003 AN1/48 R1/15 N01/6",
    "TA1": "N09/9 DT6/6 TM4/4 ID1/1 ID3/3",
    "TRN": "ID1/2 AN1/50 AN10/10 AN1/50",
    "TS2": f"{' '.join(['R1/18'] * 6)} R1/15 R1/18 R1/18 {' '.join(['R1/15'] * 5)} R1/18 R1/15 R1/18 R1/18 R1/18",
    "TS3": f"AN1/50 AN1/2 DT8/8 R1/15 {' '.join(['R1/18'] * 18)} R1/15 R1/18",
}

COMPOSITES: Mapping[str, str] = {
    "C001": " ".join(["ID2/2 R1/15 R1/10"] * 5),
    "C002": "ID2/3 ID2/3 ID2/3 ID2/3 ID2/3",
    "C003": "ID2/2 AN1/48 AN2/2 AN2/2 AN2/2 AN2/2 AN1/80 AN1/48",
    "C004": "N01/2 N01/2 N01/2 N01/2",
    "C022": "ID1/3 AN1/30 ID2/3 AN1/35 R1/18 R1/15 AN1/30 AN1/30 ID1/1; P0304 E0809",
    "C023": "AN1/2 ID1/2 ID1/1",
    "C024": "ID2/3 ID2/3 ID2/3 ID2/2 ID2/3",
    "C030": "N01/2 N01/2 N01/4",
    "C035": "AN1/3 ID1/3 ID1/1",
    "C040": "ID2/3 AN1/50 ID2/3 AN1/50 ID2/3 AN1/50; P0304 P0506",
    "C042": "ID2/2 AN1/50",
    "C056": "ID1/1 ID1/3 AN1/30; P0203",
    "C998": "AN1/35 AN1/35",
    "C999": "N01/4 N01/4",
}

PERIODS: Mapping[str, tuple[int, int]] = {"DTP": (2, 3), "DMG": (1, 2), "PAT": (5, 6), "DTM": (5, 6), "C022": (3, 4)}
"""Where a date stands whose form the element or component before it names: (format qualifier, value)."""
