"""What the tables of several guides say in the same words: addresses, contacts, dates, numbers, adjustments."""

from __future__ import annotations

STREET = "R S"
"""N3: the second line when there is one."""

CITY = "R S S S - - S"
"""N4: city, state, ZIP, country, country subdivision."""

NAME = "R S S - S"
"""NM103 to NM107 of one who must be named; prefixes are not used."""

MAYBE_NAME = "S S S - S"
"""NM103 to NM107 of one who may be named."""

NPI = "S{XX} S"
"""NM108 and NM109 of a provider."""

PAYER_ID = "R{PI XV} R"
"""NM108 and NM109 of a payer."""

CONTACT = "R{IC} S R{EM FX TE} R S{EM EX FX TE} S S{EM EX FX TE} S"
"""PER with up to three ways to reach somebody."""

RANKS = "{A B C D E F G H P S T U}"
"""SBR01: whose turn it is."""

RELATIONSHIPS = "{01 18 19 20 21 39 40 53 G8}"
"""SBR02 of another subscriber."""

DEPENDENTS = "{01 19 20 21 39 40 53 G8}"
"""PAT01: the subscriber's own code left out."""

FILING = "{11 12 13 14 15 16 17 AM BL CH CI DS FI HM LM MA MB MC OF TV VA WC ZZ}"
"""SBR09: what kind of plan pays."""

DELAYS = "{1 2 3 4 5 6 7 8 9 10 11 15}"
"""CLM20: why a claim is late."""

REPORTS = (
    "{03 04 05 06 07 08 09 10 11 13 15 21 A3 A4 AM AS B2 B3 B4 BR BS BT CB CK CT D2 DA DB DG DJ DS EB HC HR I5 IR LA "
    "M1 MT NN OB OC OD OE OX OZ P4 P5 PE PN PO PQ PY PZ RB RR RT RX SG V5 XP}"
)
"""PWK01 of an institutional claim."""

CAS = f"CAS  S 5  R{{CO CR OA PI PR}} R R S {'S S S ' * 5}"
"""Up to six adjustments of one group, five groups."""

CONTRACT = "CN1  S 1  R{01 02 03 04 05 06 09} S S S S S"

PRICING = "R{00 01 02 03 04 05 06 07 08 09 10 11 12 13 14} R"
"""HCP01 and HCP02: how a claim or line was priced, and at what."""

REJECTED = "S{T1 T2 T3 T4 T5 T6} S{1 2 3 4 5} S{1 2 3 4 5 6}"
"""HCP13 to HCP15: why a repricer refused, and what else it noted."""

OTHER_PAYER = "- S(R{2U} R)"
"""REF03 and REF04: the payer a number is for."""

SERVICES = (
    f"{{{' '.join(str(one) for one in range(1, 29))} 30 {' '.join(str(one) for one in range(32, 100))} "
    f"{' '.join(f'A{one}' for one in range(10))} AA AB AC AD AE AF AG AH AI AJ AK AL AM AN AO AQ AR B1 B2 B3 BA BB BC "
    "BD BE BF BG BH BI BJ BK BL BM BN BP BQ BR BS BT BU BV BW BX BY BZ C1 CA CB CC CD CE CF CG CH CI CJ CK CL CM CN CO "
    "CP CQ DG DM DS GF GN GY IC MH NI ON PT PU RN RT TC TN UC}"
)
"""Service types of a question about coverage and its answer (EQ01, EB03), and of a request for review (UM03)."""


def days(usage: str, *qualifiers: str, most: int | str = 1, formats: str = "D8") -> str:
    """A DTP line."""
    return f"DTP  {usage} {most}  R{{{' '.join(qualifiers)}}} R{{{formats}}} R"


def ids(qualifiers: str, usage: str = "S", most: int = 1, more: str = "") -> str:
    """A REF line."""
    return f"REF  {usage} {most}  R{{{qualifiers}}} R {more}"


def codes(qualifiers: str, usage: str, most: int, form: str, more: int) -> str:
    """An HI line: one composite that must stand and so many that may; `form` follows the qualifier in each."""
    one = f"(R{{{qualifiers}}} {form})"
    return f"HI   {usage} {most}  R{one} {f'S{one} ' * more}"


def level(code: str, children: str, parent: str = "R") -> str:
    """The HL line of a level."""
    return f"HL   R 1  R {parent} R{{{code}}} {children}"
