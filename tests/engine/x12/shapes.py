"""Files of great size and ill shape, each grown by one number: to be judged, read and written back all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

ISA = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDERID':15}*ZZ*{'RECEIVERID':15}*260102*0304*^*00501*000000007*0*T*:~"
GS = "GS*HC*A*B*20260102*0304*8*X*005010X222A1~"
ST = "ST*837*0001*005010X222A1~"


def enclosed(body: str) -> bytes:
    """One group of claims around these sets."""
    return f"{ISA}{GS}{body}GE*1*8~IEA*1*000000007~".encode()


def _set(body: str) -> bytes:
    return enclosed(f"{ST}{body}SE*3*0001~")


def _levels(many: int) -> bytes:
    code = {1: "20", 2: "22"}
    return _set("".join(f"HL*{one}*{one - 1 or ''}*{code.get(one, '23')}*1~" for one in range(1, many + 1)))


SHAPES: Mapping[str, tuple[int, int, Callable[[int], bytes]]] = {
    "segments of one set": (1_000_000, 1_000_000, lambda many: _set("REF*6R*1~" * many)),
    "interchanges without an end": (1_000, 100_000, lambda many: (ISA * many).encode()),
    "empty interchanges": (1_000, 100_000, lambda many: f"{ISA}IEA*0*000000007~".encode() * many),
    "groups without an end": (3_000, 100_000, lambda many: f"{ISA}{GS * many}".encode()),
    "sets without an end": (20_000, 100_000, lambda many: enclosed(ST * many)),
    "empty sets": (
        10_000,
        100_000,
        lambda many: enclosed("".join(f"ST*837*{one:06}*005010X222A1~SE*2*{one:06}~" for one in range(many))),
    ),
    "levels below one another": (20_000, 100_000, _levels),
    "octets of one element": (2_000_000, 50_000_000, lambda many: _set(f"NTE*ADD*{'A' * many}~")),
    "elements of one segment": (200_000, 5_000_000, lambda many: _set(f"NTE{'*A' * many}~")),
    "components of one element": (200_000, 5_000_000, lambda many: _set(f"HI*{'ABK:E119:' * many}~")),
    "repeats of one element": (200_000, 5_000_000, lambda many: _set(f"SBR*{'P^' * many}~")),
    "separators with nothing between": (200_000, 5_000_000, lambda many: _set("*" * many + "~" * many)),
    "NUL before the first segment": (1_000_000, 50_000_000, lambda many: b"\0" * many + _set("LX*1~")),
    "NUL behind the last segment": (1_000_000, 50_000_000, lambda many: _set("LX*1~") + b"\0" * many),
    "letters that might begin an interchange": (200_000, 5_000_000, lambda many: b"ISA IEA " * many + _set("LX*1~")),
}
"""By name: how many of it in every test run, how many in the long battery, and the file."""
