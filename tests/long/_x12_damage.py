"""Damage to X12 that a fuzzer of octets would seldom do: whole segments, elements and envelopes where they hurt."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

_ODD = (
    b"", b"0", b"-", b"-1", b"1.5", b".", b"99999999999999999999", b"X" * 300, b"20260230", b"20260101-20251231", b":",
    b"A:B:C:D:E:F:G:H:I:J", b"^" * 40, b"ABK:", b"XX", b"18", b"\xc3\x89", b" ", b"\x00", b"\x01", b"\xff\xfe", b"ISA",
    b"1234567890", b"1234567893", b"5E9", b"~", b"\n", b"000000000", b"D8", b"RD8", b"TM", b"2460",
)  # fmt: skip
"""Elements that stand where others should."""

_SEGMENTS = (
    b"ISA", b"IEA*1*000000001", b"GS*HC*A*B*20260101*0102*1*X*005010X222A1", b"GE*1*1", b"ST*837*0001*005010X222A1",
    b"ST*835*0001", b"ST*999*0001*005010X231A1", b"ST*277*0001*005010X214", b"SE*1*0001", b"SE", b"GE", b"IEA", b"GS",
    b"ST", b"HL*1**20*1", b"HL*2*1*22*0", b"HL*99*98*23*0", b"HL", b"LX*1", b"LX", b"CLM*A*1", b"CLM", b"SV1", b"SVD",
    b"CAS*CO*45*1*1*45*2*1*45*3*1*45*4*1*45*5*1*45*6*1", b"NM1", b"NM1*85*2", b"TA1*000000001*260101*0000*A*000", b"~",
    b"HI" + b"*ABF:I10" * 12, b"LS*2120", b"LE*2120", b"ZZZ", b"", b"*", b"AMT*D*99999999999999999.99", b"SBR*P",
)  # fmt: skip
"""Segments that stand where others should."""

_MOST_COPIES = 400


def damaged(data: bytes, most: int, seed: int, mutate: Callable[[bytes, int], bytes]) -> bytes:
    """The octets after one to four changes, at most `most` of them; `mutate` is the fuzzer's own change of octets."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 4)):
        data = _CHANGES[chance.randrange(len(_CHANGES))](data, chance) if chance.random() < 0.75 else mutate(data, most)
    return data[:most]


def _marks(data: bytes) -> tuple[bytes, bytes]:
    """Element separator and segment terminator, as the first ISA has them."""
    at = max(data.find(b"ISA"), 0)
    return data[at + 3 : at + 4] or b"*", data[at + 105 : at + 106] or b"~"


def _segments(data: bytes) -> list[bytes]:
    return data.split(_marks(data)[1])


def _joined(data: bytes, segments: Sequence[bytes]) -> bytes:
    return _marks(data)[1].join(segments)


def _move(data: bytes, chance: random.Random) -> bytes:
    segments = _segments(data)
    segments.insert(chance.randrange(len(segments)), segments.pop(chance.randrange(len(segments))))
    return _joined(data, segments)


def _lose(data: bytes, chance: random.Random) -> bytes:
    segments = _segments(data)
    at = chance.randrange(len(segments))
    del segments[at : at + chance.randint(1, 3)]
    return _joined(data, segments)


def _repeat(data: bytes, chance: random.Random) -> bytes:
    segments = _segments(data)
    at = chance.randrange(len(segments))
    some = segments[at : at + chance.randint(1, 6)]
    segments[at:at] = some * chance.choice((1, 1, 2, 12, 60, _MOST_COPIES))
    return _joined(data, segments)


def _insert(data: bytes, chance: random.Random) -> bytes:
    segments = _segments(data)
    one = chance.choice(_SEGMENTS)
    segments.insert(chance.randrange(len(segments) + 1), data[:106] if one == b"ISA" else one)
    return _joined(data, segments)


def _element(data: bytes, chance: random.Random) -> bytes:
    segments = _segments(data)
    at = chance.randrange(len(segments))
    mark = _marks(data)[0]
    elements = segments[at].split(mark)
    if chance.random() < 0.2:
        elements.insert(chance.randrange(len(elements) + 1), chance.choice(_ODD))
    else:
        elements[chance.randrange(len(elements))] = chance.choice(_ODD)
    segments[at] = mark.join(elements)
    return _joined(data, segments)


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _twice(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data + data[at:] if chance.random() < 0.5 else data[:at] + data


def _envelope(data: bytes, chance: random.Random) -> bytes:
    """Another separator, terminator or width of the first ISA."""
    header = bytearray(data[:106])
    if not header:
        return data
    header[chance.choice((3, 82, 104, 105)) % len(header)] = chance.choice(b"*|~^:!>A0 \n\r\x1d\x00\xff")
    return bytes(header) + data[106:]


def _recoded(data: bytes, chance: random.Random) -> bytes:
    """The same in another form of bytes."""
    text = data.decode("latin-1")
    match chance.randrange(5):
        case 0:
            return text.encode("utf-16")
        case 1:
            return text.encode("utf-16-be")
        case 2:
            return b"\xef\xbb\xbf" + data
        case 3:
            return data.replace(_marks(data)[1], _marks(data)[1] + chance.choice((b"\r\n", b"\n   ", b"  ")))
        case _:
            return text.encode("utf-8")


_CHANGES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _move, _lose, _repeat, _insert, _element, _element, _element, _truncate, _twice, _envelope, _recoded,
)  # fmt: skip
