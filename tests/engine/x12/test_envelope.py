"""What arrived whole is read; what did not is named with its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from claimkeep.engine.terms.claim import ClaimTables
from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import claim_837, envelope, kind

Interchange = Callable[..., bytes]


def numbers(data: bytes) -> list[str]:
    """The claim numbers that are read."""
    return claim_837.read(data)[0].claims["claim_number"].to_list()


BOTH = ["CLAIMONE", "CLAIMTWO"]


@pytest.mark.parametrize(
    "how",
    [
        {"terminator": "\n"},
        {"terminator": "\r\n"},
        {"terminator": "\r"},
        {"after": "\n"},
        {"after": "\r\n    "},
        {"element": "|", "component": ">"},
        {"element": "\x1d", "component": "\x1f", "terminator": "\x1c"},
        {"element": "\t"},
        {"terminator": "'"},
    ],
    ids=repr,
)
def test_any_separators_and_line_ends_are_read(
    how: dict[str, str], interchange: Interchange, professional: list[str]
) -> None:
    assert claim_837.read(interchange(professional, **how))[1] == ()
    assert numbers(interchange(professional, **how)) == BOTH


@pytest.mark.parametrize(
    "encoded",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\xff\xfe" + data.decode().encode("utf-16-le"),
        lambda data: b"\xfe\xff" + data.decode().encode("utf-16-be"),
        lambda data: data.decode().encode("utf-16-le"),
        lambda data: b"\r\n  " + data + b"\r\n\x1a",
        lambda data: data[:-1],
        lambda data: data[:-1] + b"\n",
    ],
    ids=["UTF-8 mark", "UTF-16 LE", "UTF-16 BE", "no mark", "space around", "no last terminator", "newline instead"],
)
def test_marks_space_and_a_missing_last_terminator_are_read(
    encoded: Callable[[bytes], bytes], interchange: Interchange, professional: list[str]
) -> None:
    data = encoded(interchange(professional))
    assert claim_837.read(data)[1] == ()
    assert numbers(data) == BOTH


def test_names_in_utf_8_and_in_latin_1_are_both_read(interchange: Interchange, professional: list[str]) -> None:
    data = interchange(professional)
    for encoding in ("utf-8", "latin-1"):
        named = data.replace(b"PARENTLAST", "PEÑA".encode(encoding)).replace(b"CHILDLAST", "MÀ".encode(encoding))
        claims = claim_837.read(named)[0].claims
        assert claims["subscriber_last_name"][1] == "PEÑA" and claims["patient_last_name"][1] == "MÀ"


def test_several_interchanges_and_sets_are_read_in_order(interchange: Interchange, professional: list[str]) -> None:
    one = interchange(professional, professional)
    other = interchange(professional, element="|", terminator="\n", control="000000009")
    tables, skipped = claim_837.read(one[:-1] + b"\n" + other)
    assert skipped == () and tables.claims["claim_number"].to_list() == BOTH * 3
    assert tables.claims["claim_row"].to_list() == list(range(6))
    assert tables.service_lines["claim_row"].to_list() == list(range(6))
    assert [one.control_number for one in envelope.read(one + other).interchanges] == ["000000007", "000000009"]


BROKEN = {
    "SE01": (b"SE*51*0001", b"SE*50*0001", "SE", 1, "4"),
    "SE01 no number": (b"SE*51*0001", b"SE*AB*0001", "SE", 1, "4"),
    "SE02": (b"SE*51*0001", b"SE*51*0009", "SE", 2, "3"),
    "no SE": (b"SE*51*0001~", b"", "ST", None, "2"),
    "GE01": (b"GE*1*8", b"GE*2*8", "GE", 1, "5"),
    "GE02": (b"GE*1*8", b"GE*1*9", "GE", 2, "4"),
    "no GE": (b"GE*1*8~", b"", "GS", None, "3"),
    "IEA01": (b"IEA*1*", b"IEA*2*", "IEA", 1, "021"),
    "IEA02": (b"IEA*1*000000007", b"IEA*1*000000008", "IEA", 2, "001"),
    "no IEA": (b"IEA*1*000000007~", b"", "ISA", None, "023"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_envelope_is_left_out_whole_with_its_place(
    name: str, interchange: Interchange, professional: list[str]
) -> None:
    good, bad, segment_id, element, code = BROKEN[name]
    data = interchange(professional)
    assert data.count(good) == 1
    tables, skipped = claim_837.read(data.replace(good, bad))
    assert tables.size == 0 and len(skipped) == 1
    assert (skipped[0].place.segment_id, skipped[0].place.element) == (segment_id, element)
    assert skipped[0].place.interchange == 1 and skipped[0].cite.startswith("005010X222A1 C.1 ")
    found = envelope.read(data.replace(good, bad)).interchanges[0]
    faults = [found.fault, found.groups[0].fault, found.groups[0].transactions[0].fault]
    assert [one.code for one in faults if one is not None] == [code]


def test_a_bad_set_does_not_harm_its_neighbours(interchange: Interchange, professional: list[str]) -> None:
    data = interchange(professional, professional[:-1], professional).replace(b"SE*50*0002", b"SE*51*0002")
    tables, skipped = claim_837.read(data)
    assert tables.size == 4 and [one.place.transaction for one in skipped] == [2]


def test_a_file_cut_anywhere_gives_no_claim_of_the_cut_interchange(
    interchange: Interchange, professional: list[str]
) -> None:
    data = interchange(professional)
    whole = len(data) - 1
    for length in range(106, whole):
        tables, skipped = claim_837.read(data[:length])
        assert (tables.size, bool(skipped)) == (0, True), length
    assert numbers(data[:whole]) == BOTH


def test_a_cut_interchange_does_not_harm_the_next(interchange: Interchange, professional: list[str]) -> None:
    data = interchange(professional)
    tables, skipped = claim_837.read(data[: data.index(b"CLM*CLAIMTWO")] + interchange(professional, element="|"))
    assert tables.claims["claim_number"].to_list() == BOTH
    assert {one.place.interchange for one in skipped} == {1}


def test_an_isa_of_the_wrong_width_is_left_out_and_the_next_is_read(
    interchange: Interchange, professional: list[str]
) -> None:
    good = interchange(professional)
    tables, skipped = claim_837.read(good.replace(b"SENDERID ", b"SENDERID", 1) + good)
    assert tables.size == 2
    assert [(one.place.interchange, one.place.segment_id) for one in skipped] == [(1, "ISA")]


@pytest.mark.parametrize("data", [b"", b"ISA", b"not X12 at all", b"GS*HC*A*B~ST*837*0001~SE*2*0001~", b"\xff\xfeI"])
def test_a_file_without_a_readable_header_is_refused(data: bytes) -> None:
    for read in (kind.kinds, claim_837.read):
        with pytest.raises(X12Error):
            read(data)


def test_a_refusal_names_no_value(interchange: Interchange, professional: list[str]) -> None:
    data = interchange(professional).replace(b"19800501", b"LASTNAMEX").replace(b"*50*UN", b"*FIRSTNAME*UN")
    tables, skipped = claim_837.read(data)
    assert tables.size == 0 and len(skipped) == 2
    assert not any("NAME" in f"{one.place} {one.reason} {one.cite}" for one in skipped)


def test_text_outside_every_set_is_told(interchange: Interchange, professional: list[str]) -> None:
    data = interchange(professional)
    for wild in (data.replace(b"GE*1*8~", b"NM1*QC*1~GE*1*8~"), b"SCRAP " + data, data + b" SCRAP"):
        tables, skipped = claim_837.read(wild)
        assert tables.size == 2 and len(skipped) == 1


def test_a_set_is_what_its_service_lines_say(interchange: Interchange, professional: list[str]) -> None:
    named_institutional = interchange(professional, version="005010X223A2")
    assert kind.kinds(named_institutional) == {"837P"} and numbers(named_institutional) == BOTH
    assert claim_837.read(named_institutional)[1] == ()
    institutional = [one.replace("SV1*HC", "SV2*0300*HC") for one in professional]
    data = interchange(institutional, version="005010X222A1")
    assert kind.kinds(data) == {"837I"}
    tables, skipped = claim_837.read(data)
    assert skipped == () and set(tables.claims["claim_kind"]) == {"institutional"}
    tables, skipped = claim_837.read(data, kinds={"837P"})
    assert tables.size == 0 and "institutional" in skipped[0].reason


@pytest.mark.parametrize(
    ("code", "version", "said"),
    [
        ("270", "005010X279A1", "270"),
        ("277", "005010X214", "277CA"),
        ("277", "005010X212", "277"),
        ("999", "005010X231A1", "999"),
        ("835", "005010X221A1", "835"),
        ("837", "005010X224A2", "837D"),
        ("837", "005010X999", "837"),
    ],
)
def test_every_transaction_is_named(code: str, version: str, said: str, interchange: Interchange) -> None:
    data = interchange(["BHT*0019"], code=code, version=version)
    assert kind.kinds(data) == {said}
    assert kind.kinds(data.replace(b"SE*3*", b"SE*4*")) == {said}, "a broken set is named too, so that it is looked at"
    tables, skipped = claim_837.read(data)
    assert tables.size == ClaimTables.empty().size and len(skipped) == 1
