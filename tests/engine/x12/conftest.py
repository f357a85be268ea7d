"""Interchanges to read, every count right unless a test breaks it. Values name their own place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

Interchange = Callable[..., bytes]

PROFESSIONAL = """\
BHT*0019*00*REFERENCE*20260101*0000*CH
NM1*41*2*SUBMITTERNAME*****46*SUBMITTERID
NM1*40*2*RECEIVERNAME*****46*RECEIVERID
HL*1**20*1
PRV*BI*PXC*BILLINGTAXONOMY
NM1*85*2*BILLINGNAME*****XX*1234567893
N3*BILLINGADDRESSONE*BILLINGADDRESSTWO
N4*BILLINGCITY*FL*BILLINGZIP
REF*EI*BILLINGTAXID
PER*IC**TE*5555550100
HL*2*1*22*0
SBR*P*18*GROUPNUMBER*GROUPNAME*12****CI
NM1*IL*1*LASTNAME*FIRSTNAME*MIDDLENAME**SUFFIX*MI*MEMBERID
DMG*D8*19800501*F
REF*SY*123456789
NM1*PR*2*PAYERNAME*****PI*PAYERID
CLM*CLAIMONE*100.5***11:B:1*Y*A*Y*Y
DTP*439*D8*20251201
AMT*F5*10
REF*G1*AUTHNUMBER
NTE*ADD*CLAIMNOTE
HI*ABK:E11.9*ABF:I10
NM1*82*1*RENDERINGLAST*RENDERINGFIRST****XX*1234567893
PRV*PE*PXC*RENDERINGTAXONOMY
LX*1
SV1*HC:99213:25*100.5*UN*1.5*22**1:2
DTP*472*RD8*20260101-20260103
REF*6R*LINEONE
HL*3*1*22*1
SBR*P**GROUPNUMBER******CI
NM1*IL*1*PARENTLAST*PARENTFIRST****MI*PARENTMEMBER
NM1*PR*2*PAYERNAME*****PI*PAYERID
HL*4*3*23*0
PAT*19
NM1*QC*1*CHILDLAST*CHILDFIRST
DMG*D8*20200501*M
CLM*CLAIMTWO*50***11:B:1*Y*A*Y*Y
HI*ABK:J020
SBR*S*18*OTHERGROUP******BL
AMT*D*5
NM1*IL*1*OTHERLAST*OTHERFIRST****MI*OTHERMEMBER
NM1*PR*2*OTHERPAYERNAME*****PI*OTHERPAYERID
LX*1
SV1*HC:99212*50*UN*1***1
DTP*472*D8*20260104
REF*6R*LINETWO
LIN**N4*00000000001
CTP****2.5*ML
NM1*82*1*LINELAST*LINEFIRST****XX*1234567893""".split("\n")


@pytest.fixture
def professional() -> list[str]:
    """Two claims: one of a subscriber, one of a dependent with another payer."""
    return list(PROFESSIONAL)


@pytest.fixture
def interchange() -> Interchange:
    """Builds one interchange of one group from the bodies of its sets."""

    def build(
        *bodies: list[str],
        code: str = "837",
        version: str = "005010X222A1",
        terminator: str = "~",
        element: str = "*",
        component: str = ":",
        after: str = "",
        control: str = "000000007",
    ) -> bytes:
        isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260102*0304*^*00501*{control}*0*T*:"
        segments = [isa, f"GS*HC*SENDERCODE*RECEIVERCODE*20260102*0304*8*X*{version}"]
        for number, body in enumerate(bodies, start=1):
            segments += [f"ST*{code}*{number:04d}*{version}", *body, f"SE*{len(body) + 2}*{number:04d}"]
        segments += [f"GE*{len(bodies)}*8", f"IEA*1*{control}"]
        ours = {"*": element, ":": component}
        return "".join("".join(ours.get(c, c) for c in one) + terminator + after for one in segments).encode()

    return build


ODD = [
    "",
    "0",
    "-1",
    "1.5",
    "99999999999999999999",
    "X",
    "20260230",
    "20260101-20260102",
    ":",
    "A:B:C:D:E:F:G:H",
    "^",
    "ABK:",
    "XX",
    "18",
    "MI",
    "1:2:3:4:5",
    "É",
    " ",
    "\x01",
    "NM1",
]


@pytest.fixture
def disturbed() -> Callable[[list[str]], st.SearchStrategy[list[str]]]:
    """Bodies of sets with segments lost, doubled and moved, and elements replaced; the envelope stays right."""

    def strategy(body: list[str]) -> st.SearchStrategy[list[str]]:
        @st.composite
        def changed(draw: st.DrawFn) -> list[str]:
            found = list(body)
            for _ in range(draw(st.integers(1, 6))):
                at, to = draw(st.integers(0, len(found) - 1)), draw(st.integers(0, len(found) - 1))
                match draw(st.sampled_from(["element", "element", "lose", "double", "move"])):
                    case "lose" if len(found) > 1:
                        found.pop(at)
                    case "double":
                        found.insert(to, found[at])
                    case "move":
                        found.insert(to, found.pop(at))
                    case _:
                        elements = found[at].split("*")
                        elements[draw(st.integers(0, len(elements) - 1))] = draw(st.sampled_from(ODD))
                        found[at] = "*".join(elements) or "X"
            return found

        return changed()

    return strategy
