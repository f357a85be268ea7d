"""Why we say what we say of each shared X12 file: kinds that hold for any file, and notes on single files or suites."""

from __future__ import annotations

from collections.abc import Mapping

HEAD = """\
# What we say of the shared X12 files, and why it differs

`claimkeep x12 check` over every file of `../shared/data/x12`. A file that is not in the table is clean here, and is
expected to be. "Expected" is what the suite a file comes from says of it, which is no authority's word: "valid" there
means that the suite reads it, "parses in peer" that a program did not fail, not that a payer would take it. Wherever
the two differ the guide was read again, and the position that decides is named. The table is written by
`python -m tests.engine.x12.verdicts` from what the judge says, and a test keeps it so.

What explains itself alike in every file:

{kinds}

Files that are called valid and are not were taken from published examples with numbers made up, cut by hand, or made
for a reader that does not look.

{table}

## Beside pyx12

pyx12 judges 837P, 837I, 835, 999, 277CA, 834 and 820 at levels 1 and 2. It reads no byte-order mark, no indentation and
one version of each guide, so it is given each file without these; sets that it has no map for are not compared.
Of {compared} files and sets, it and we say the same of {same}. The others:

{beside}

## Where our guides differ from its maps on purpose

{maps}
"""

KINDS: Mapping[str, tuple[str, str]] = {
    "X12-5-NPI": (
        "made-up provider number",
        "The provider number fails its check digit. The published examples were written with made-up numbers; 45 CFR "
        "162.406 asks for the digit, and the peers do not look at it. Where no other code stands beside, levels 1 to "
        "4 of the file are clean.",
    ),
    "X12-5-ZIP": (
        "made-up address",
        "The ZIP code lies in another state. It is for somebody to look at and refuses nothing, so such a file can be "
        "valid.",
    ),
    "X12-1-GUIDE": (
        "no guide of that set and version",
        "004010 is not judged, nor is a set under the version of another: such interchanges are read, answered and "
        "refused (005010X231A1 2000 IK502 I6).",
    ),
    "X12-1-ISA11": (
        "ISA11 is no separator",
        "ISA11 is a letter in a 00501 interchange, or the same character as ISA16: the U of 004010 stands where 005010 "
        "has its repetition separator, or one character is to divide components and repetitions.",
    ),
    "X12-1-SE01": (
        "SE01 miscounts",
        "The set was cut or added to by hand and SE01 left as it was. A set that may have lost segments is not taken.",
    ),
    "X12-1-GS01": ("GS01 of another set", "GS01 names another set than ST01, or none at all (XX)."),
    "X12-1-ST03": (
        "ST03 and GS08 name two guides",
        "ST03 has the value of GS08 (ST03 of every guide). Where they differ the set is judged by ST03, which is "
        "what it was written by: one finding, and not one for each segment the other guide does not know.",
    ),
    "X12-1-IEA02": (
        "IEA02 is not ISA13",
        "IEA02 and ISA13 are the same number in every interchange; in these files one of them was replaced.",
    ),
    "X12-3-CLM02": (
        "lines do not add up",
        "CLM02 is the sum of the charges of its lines (2300 CLM02): examples that nobody added up, or whose lines are "
        "those of another guide.",
    ),
    "X12-4-N403": (
        "five digits where nine must stand",
        "The ZIP code of a billing provider and of a service facility has all nine digits (2010AA, 2310C, 2310E N403). "
        "The examples of the guides themselves have five; pyx12 refuses them in 837I and takes them in 837P.",
    ),
    "X12-4-N301": ("box of a billing provider", "A billing provider has a street; a box is for 2010AB (2010AA N301)."),
    "X12-4-REF-TAX": ("tax number with a dash", "A tax number is nine digits and nothing else (2010AA REF02 EI, SY)."),
    "X12-3-CLP03": (
        "lines do not add up",
        "The charges of the lines are not the charge of the claim (2110 SVC02, 2100 CLP03). It is for somebody to look "
        "at and refuses nothing.",
    ),
    "X12-4-DTP-472": ("service after the file", "A service day lies after the day of the file (2400 DTP 472)."),
}  # fmt: skip

_DIVIDED = "another component separator than ISA16 names: every composite is one long component"
_PIECES = {code: _DIVIDED for code in ("X12-1-TOO-LONG", "X12-2-ELEMENT-MISSING", "X12-2-QUALIFIER")}
_NO_PER = "005010X221A1 1000A asks for a PER*BL"
_NO_DAY = "005010X221A1 BPR16 is required; it stands one element early"
_REPEATED = "EB03 repeats by the character that this ISA names as component separator (ISA16): they are components"
_LEVELS = "2000C HL04 says 0, yet a dependent's HL stands below"
_LEGACY = "005010X223A2 2300 does not use CLM06, which 004010X096 did"

_SECOND_PWK = (
    "it refuses PWK02=AD: 005010X222A1 2400 has two PWK, and the second, for a certificate of medical necessity, has AD"
)
_CONTEXT = "it does not take the CTX*CLM01 that 005010X231A1 2100 has for the business unit, nor a CTX01 that repeats"

MAPS = """\
- 005010X222A1: BHT06 may be 31; PER03 and its like are EM, FX or TE, not ED; REF*4N and REF*F5 hold codes of a short
  list; 2010BA NM108 and NM109 are situational (level 4 asks for them where the subscriber is a person).
- 005010X223A2: CL101 is required since its second errata; CRC04 and CRC05 have the codes of CRC03; ST03 may name any
  version that is judged by this guide.
- 005010X221A1: each of the six composites of PLB has the codes of the first.
- 005010X214: 2000A stands once; 2000C, 2000D and 2200C are situational (a file refused whole names no provider and no
  patient); 2220D STC repeats, and STC02 and STC12 may stand in it.
- 005010X220A1: 2000 is required and repeats; 2700 is a frame of LS and LE around 2710, each with an LX and a 2750.
- 005010X218: PER02 of 1000B and 1000C is situational.
- 005010X231A1: AK101 and AK201 name any group and set, for a receiver answers what it was sent; CTX01 takes what both
  its kinds take, with what either asks for situational, and repeats."""
"""What our guides say otherwise than the maps of pyx12, and mean to."""

BESIDE: Mapping[str, str] = {
    "837p/kputnam_oxygen.edi": _SECOND_PWK,
    "837p/kputnam_wheelchair.edi": _SECOND_PWK,
    "837i/kputnam_two-claims-for-the-same-provider.edi": (
        "it refuses a billing ZIP code of five digits (005010X223A2 2010AA N403 asks for nine in the United States); "
        "that is level 4 here, and told as X12-4-N403"
    ),
    "999/kputnam_response-to-functional-group-containing-3-837s.edi": _CONTEXT,
    "999/xlate_simple999.edi": _CONTEXT,
    "a set of our own, 277CA": "it asks for a 2200C with an STC in every 2000C, which 005010X214 has situational",
    "277ca/imsweb_x12_277CA_accepted.txt": (
        "it asks for an STC in every 2200C too, and takes the year 1001 for no year"
    ),
}
"""By file: why pyx12 says otherwise than we do at levels 1 and 2."""

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "271/2-Inteligenz_Example_3_1_2.txt": {"X12-2-TOO-MANY-COMPONENTS": _REPEATED},
    "271/Inteligenz_Example_3_1_2.txt": {
        "X12-2-TOO-MANY-COMPONENTS": _REPEATED,
        "X12-2-CODE": "005010X279A1 2000A AAA03 does not have 80, nor 2110C AAA03 the code given",
        "X12-2-ELEMENT-NOT-USED": "2100B NM106 is not used",
    },
    "271/Inteligenz_Example_3_2_2.txt": {
        "X12-2-TOO-MANY-COMPONENTS": _REPEATED,
        "X12-2-CODE": "005010X279A1 2000D HL04 is 0",
    },
    "271/Inteligenz_Example_ErrorWithoutBenefitInfo.txt": {"X12-2-CODE": "005010X279A1 2000A AAA03 does not have 80"},
    "271/Inteligenz_ValidationForDependentBenefitInfo.txt": {"X12-2-HL04": _LEVELS},
    "271/Inteligenz_ValidationForDependentName.txt": {"X12-2-HL04": _LEVELS},
    "271/Inteligenz_ValidationOnAll.txt": {"X12-2-HL04": _LEVELS},
    "271/Inteligenz_ValidationForSubscriberName.txt": {
        "X12-2-ELEMENT-MISSING": "2100C N401 is required where N4 stands"
    },
    "276/mjkubba_edi276-demo-005010X212.edi": {"X12-2-ELEMENT-NOT-USED": "005010X212 (276) does not use BHT06"},
    "277/imsweb_x12_277_x212.txt": {
        "X12-2-ELEMENT-NOT-USED": "005010X212 2200D uses neither STC03 nor STC12; 005010X214 does",
    },
    "277ca/credimed_277ca_min.txt": {
        "X12-2-LOOP-MISSING": "005010X214 asks for 2200A and 2200B",
        "X12-2-QUALIFIER": "2100C NM101 is 85; 1P is the provider of 005010X212",
        "X12-2-ELEMENT-MISSING": "2100D NM108 and NM109 are required",
    },
    "835/LinuxForHe_demo.835": {
        "X12-2-SEGMENT-MISSING": _NO_PER,
        "X12-2-ELEMENT-NOT-USED": "005010X221A1 2000 does not use TS309 and TS311, which 004010X091 did",
    },
    "835/LinuxForHe_managed-care.835": {
        "X12-2-SEGMENT-MISSING": _NO_PER,
        "X12-2-DATE": "BPR16 is a day whose month is 23",
    },
    "835/LinuxForHe_secondary-payment.835": {
        "X12-2-SEGMENT-MISSING": _NO_PER,
        "X12-2-ELEMENT-MISSING": f"{_NO_DAY}; SVC01 is divided by another character than ISA16 names",
        "X12-1-TOO-LONG": "SVC01 is divided by another character than ISA16 names",
    },
    "835/LinuxForHe_tertiary-payment.835": {
        "X12-2-SEGMENT-MISSING": _NO_PER,
        "X12-2-ELEMENT-MISSING": f"{_NO_DAY}; what belongs into components of SVC01 stands in elements of SVC",
        "X12-1-TOO-SHORT": "what belongs into components of SVC01 stands in elements of SVC",
        "X12-3-SVC03": "so SVC03 is not what was charged less what was adjusted",
    },
    "835/mjkubba_edi835-demo-005010X221.edi": {
        "X12-3-BPR02": "005010X221A1 1.10.2.1: BPR02 is not the payments less PLB",
        "X12-3-CLP04": "005010X221A1 1.10.2.1: CLP04 is not CLP03 less the adjustments",
        "X12-1-TOO-LONG": _DIVIDED,
    },
    "837i/Inteligenz": {
        **_PIECES,
        "X12-2-ELEMENT-NOT-USED": _LEGACY,
        "X12-2-CODE": "005010X223A2 2300 DTP 434 takes RD8 alone",
        "X12-2-SEGMENT-UNEXPECTED": "005010X223A2 2320 has no DMG, which 004010X096 had",
    },
    "837i/Inteligenz_InstitutionalClaim5010.txt": {
        "X12-2-ELEMENT-NOT-USED": "CLM06 of 004010; 2330C names a physician, where 005010X223A2 gives no name",
        "X12-2-CODE": "DTP 434 takes RD8 alone, 2330C NM102 a person; 2420 has no PRV, so it is one of 2000A",
        "X12-2-SEQUENCE": "2300 DTP and CL1 stand behind what they must come before, 2400 NTE behind a loop",
        "X12-2-SEGMENT-MISSING": "005010X223A2 2330C asks for a REF",
        "X12-2-ELEMENT-MISSING": "005010X223A2 2430 SVD04 is the revenue code",
        "X12-3-SVD02": "SVD02 and the adjustments of the line are not its charge",
        "X12-4-HI-ICD": "ICD-10 procedures stand in a claim of before 2015-10-01",
        "X12-4-SBR01": "two payers of the claim are secondary (2320 SBR01)",
        "X12-4-SVD01": "who decided the line is none of the claim's payers (2430 SVD01, 2330B NM109)",
    },
    "837i/LinuxForHe_demo.837i": {
        "X12-2-ELEMENT-NOT-USED": _LEGACY,
        "X12-2-CODE": "005010X223A2 2300 DTP 434 takes RD8 alone",
    },
    "837i/LinuxForHe_out-of-network-repriced-claim.837i": {**_PIECES, "X12-2-ELEMENT-NOT-USED": _LEGACY},
    "837i/LinuxForHe_ppo-repriced-claim.837i": {**_PIECES, "X12-2-ELEMENT-NOT-USED": _LEGACY},
    "837i/mjkubba_edi837I-demo-005010X223.edi": {
        "X12-2-LOOP-MISSING": "005010X223A2 asks for 1000A and 1000B",
        "X12-2-ELEMENT-NOT-USED": "an NM1 one element short, CLM06 and CLM10 of 004010, a second composite in HI",
        "X12-1-TOO-LONG": "the NM1 of 2010AA is one element short: NM108 holds the number",
        "X12-2-CONDITION": "so NM108 has no NM109",
        "X12-2-SEQUENCE": "2300 CL1 stands before HI",
    },
    "837p/Inteligenz_Example3_COB.txt": {
        "X12-2-ELEMENT-NOT-USED": "2000B SBR is one element short: SBR08 holds the kind of plan",
        "X12-2-SEGMENT-UNEXPECTED": "005010X222A1 2320 has no DMG; 004010X098 had",
    },
    "837p/Inteligenz_ProfessionalClaim1.txt": {
        "X12-2-CODE": "005010X222A1 2310C NM102 is 2",
        "X12-2-SEQUENCE": "2300 AMT stands before REF",
        "X12-4-SV107": "2400 SV107 points at a diagnosis that HI does not have",
        "X12-5-STATE": "2310C N402 is no state",
    },
    "837p/LinuxForHe_demo.cob.2ndary.example4.837": _PIECES,
    "837p/LinuxForHe_demo.cob.example3.A.837": {"X12-2-LOOP-MISSING": "2320 has no 2330B, the other payer"},
    "837p/LinuxForHe_demo.cob.example4.837": {
        "X12-2-QUALIFIER": "005010X222A1 2320 AMT01 does not have F2; 004010X098 did"
    },
    "837p/LinuxForHe_demo.example11.837": {**_PIECES, "X12-1-CHARACTER": "2400 SV107-1 is a pointer, not a decimal"},
    "837p/LinuxForHe_demo.example12.837": _PIECES,
    "837p/LinuxForHe_demo.example9.837": {**_PIECES, "X12-1-CHARACTER": "2400 SV107-1 is a pointer, not a decimal"},
    "837p/mjkubba_edi837P-demo-005010X222.edi": {
        "X12-2-LOOP-MISSING": "005010X222A1 asks for 1000A and 1000B",
        "X12-1-TOO-LONG": "the NM1 of 2010AA is one element short: NM108 holds the number",
        "X12-2-CONDITION": "so NM108 has no NM109",
        "X12-2-QUALIFIER": "2300 has no DTP of that qualifier",
        "X12-4-SBR02": "2000B SBR02 is 18, yet HL04 announces a dependent",
    },
    "999/imsweb_x12_999_accepted.txt": {"X12-2-TIME": "GS05 has 97 seconds"},
    "bad/imsweb": {
        "X12-2-ELEMENT-MISSING": "HI is divided by the element separator: half of what it says is no component",
        "X12-1-TOO-LONG": "HI is divided by the element separator: half of what it says is no component",
        "X12-2-HL01": "HL01 begins again in the middle of the set",
        "X12-2-HL02": "HL02 names an HL that is not above",
        "X12-2-HL04": "2000B HL04 announces a dependent who does not come",
        "X12-2-LX01": "LX01 does not begin at 1",
    },
    "bad/imsweb_x12_bad_valid_code.txt": {"X12-2-QUALIFIER": "the planted fault: 2010AA NM101"},
    "bad/imsweb_x12_loop_errors1_exceeds_max_1_parent.txt": {
        "X12-2-LOOP-REPEATS": "the planted fault: a second 2010AA"
    },
    "bad/imsweb_x12_loop_errors3_missing_loops.txt": {"X12-2-LOOP-MISSING": "the planted fault: no 2010AA"},
    "bad/imsweb_x12_missing_elements.txt": {
        "X12-2-ELEMENT-MISSING": "the planted faults: 1000B NM102, 2300 CLM05; and HI divided by the element separator",
    },
    "bad/imsweb_x12_missing_required_loop_in_one_repeat.txt": {"X12-2-LOOP-MISSING": "the planted fault: no 2010BA"},
    "bad/imsweb_x12_no_isa_line.txt": {"": "the planted fault: there is no ISA"},
    "bad/imsweb_x12_segment_errors.txt": {
        "X12-2-SEGMENT-MISSING": "the planted faults: 2010AA N3, 2300 HI",
        "X12-2-SEGMENT-REPEATS": "the planted fault: 2010AA REF",
    },
    "bad/imsweb_x12_segments_out_of_order.txt": {"X12-2-SEQUENCE": "the planted faults: 2010AA N4, 2010AB N3"},
    "bad/pyx12_837miss.txt": {
        "X12-1-NO-SE": "the planted fault: the body is cut off",
        "X12-1-NO-GE": "the planted fault: the body is cut off",
        "X12-1-NO-IEA": "the planted fault: the body is cut off",
    },
    "bad/pyx12_ele.txt": {"X12-2-TIME": "the planted fault: ISA10"},
    "bad/pyx12_fail_no_IEA.txt": {"X12-1-NO-IEA": "the planted fault: there is no IEA"},
    "bad/xlate_837-header-ref-only.edi": {
        "X12-2-CODE": "the planted fault: BHT01",
        "X12-2-SEGMENT-UNEXPECTED": "the planted fault: a REF in the header",
        "X12-2-LOOP-MISSING": "the planted fault: there are no loops",
    },
    "legacy4010/Inteligenz_Spec_4.1.1_PatientIsSubscriber.txt": {"X12-1-TOO-SHORT": "GS04 is a day of seven digits"},
    "legacy4010/imsweb_x270.txt": {"X12-1-SE02": "SE02 is not ST02"},
    "ta1/xlate_x12_interchange_ack.txt": {
        "X12-1-IEA01": "IEA01 counts one group where a TA1 stands alone: there are none (C.1)",
    },
}
"""By file, or by folder and suite for all of its files: why of each code that no kind explains."""
