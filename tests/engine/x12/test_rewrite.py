"""What is read and not changed is written back octet for octet, and every octet is held by exactly one piece."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkeep.engine.terms.errors import X12Error
from claimkeep.engine.x12 import envelope
from claimkeep.engine.x12.judge import blocks
from claimkeep.engine.x12.rewrite import pieces, rewrite

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
FILES = sorted(path for path in (SHARED / "x12").glob("*/*") if path.is_file())

Interchange = Callable[..., bytes]


@pytest.mark.skipif(not FILES, reason="the shared test data does not stand beside this repository")
def test_every_readable_file_of_others_is_written_back_the_same() -> None:
    unreadable = []
    for path in FILES:
        data = path.read_bytes()
        try:
            assert b"".join(rewrite(data)) == data, path.name
        except X12Error:
            unreadable.append(path.name)
    assert unreadable == ["imsweb_x12_no_isa_line.txt"]


def test_segments_and_what_stands_between_are_told_apart(interchange: Interchange, professional: list[str]) -> None:
    data = b"before\n" + interchange(professional, after="\r\n  ") + b"after"
    found = list(pieces(data))
    assert b"".join(one.octets for one in found) == data
    assert found[0].between == b"before\n" and found[-1].between == b"\r\n  after"
    segments = [[each.decode() for each in one.elements] for one in found if one.elements]
    assert [one[0] for one in segments[:3]] == ["ISA", "GS", "ST"] and segments[-1][0] == "IEA"
    assert segments[3:-3] == [one.split("*") for one in professional]
    assert {one.between for one in found[2:-2] if one.between} == {b"~\r\n  "}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_and_its_mark_come_back(interchange: Interchange, professional: list[str], encoding: str) -> None:
    data = interchange(professional).decode().replace("LASTNAME", "LÄSTNAME").encode(encoding)
    assert b"".join(rewrite(data)) == data
    assert any(one.elements[:1] == (b"NM1",) for one in pieces(data))


@pytest.mark.parametrize("marks", [("\n", "*", ":"), ("\x1d", "|", ">"), ("'", "+", "\\"), ("~", "\t", ":")])
def test_any_separators_come_back(
    interchange: Interchange, professional: list[str], marks: tuple[str, str, str]
) -> None:
    terminator, element, component = marks
    data = interchange(professional, terminator=terminator, element=element, component=component)
    assert b"".join(rewrite(data)) == data
    assert sum(1 for one in pieces(data) if one.elements) == len(professional) + 6


def test_what_holds_no_interchange_is_refused() -> None:
    with pytest.raises(X12Error):
        rewrite(b"HL*1**20*1~")


SPACE = st.sampled_from(["", " ", "\r\n", "~", "~~\n", "\t ", "\x00", "ISA*", "IEA", "é"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_read_is_written_back_the_same(data: st.DataObject) -> None:
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260102*0304*^*00501*000000007*0*T*:~"
    segment = st.text(st.sampled_from("AB1*:^ ~\n\r\té\x1d"), max_size=12)
    parts = data.draw(st.lists(st.one_of(segment, SPACE, st.just(isa), st.just("IEA*1*000000007~")), max_size=20))
    octets = "".join(parts).encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])))
    octets += data.draw(st.binary(max_size=3))
    try:
        envelope.read(octets)
    except X12Error:
        return
    assert b"".join(rewrite(octets)) == octets


class Counted:
    """Octets that know the most that was ever asked of them at once, and how much in all."""

    def __init__(self, data: bytes) -> None:
        self.data, self.most, self.read = data, 0, 0

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, where: slice) -> bytes:
        part = self.data[where]
        self.most, self.read = max(self.most, len(part)), self.read + len(part)
        return part


def test_a_file_is_written_back_without_being_held(interchange: Interchange, professional: list[str]) -> None:
    data = b"\xef\xbb\xbfbefore" + interchange(*[professional] * 1000, after="\r\n") * 2
    octets = Counted(data)
    assert b"".join(rewrite(octets)) == data
    assert octets.most <= blocks.BLOCK + 4 < len(data) // 4


@pytest.mark.parametrize("size", [1, 100, 1000])
def test_pieces_are_the_same_however_little_is_held(
    interchange: Interchange, professional: list[str], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    data = b"before\n" + interchange(professional, after="\r\n") + interchange(professional) + b"after"
    whole = [one.elements for one in pieces(data) if one.elements]
    monkeypatch.setattr(blocks, "BLOCK", size)
    assert [one.elements for one in pieces(data) if one.elements] == whole
    assert b"".join(rewrite(data)) == data
