"""What kind of file is this."""

from __future__ import annotations

_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


def kind(data: bytes) -> str:
    """'x12', 'fhir', 'csv' or 'unknown', by the first bytes of the file.

    >>> kind(b"ISA*00*"), kind(b' {"resourceType": "Bundle"}'), kind(b"visit_id,charge\\n"), kind(b"\\x00")
    ('x12', 'fhir', 'csv', 'unknown')
    """
    start = data.removeprefix(_BOM).lstrip(_BLANK)[:4096]
    if start[:3] in (b"ISA", b"TA1"):
        return "x12"
    if start[:1] == b"{":
        return "fhir"
    header = start.splitlines()[0] if start else b""
    if b"," in header and b"\0" not in header and b"visit_id" in header.lower():
        return "csv"
    return "unknown"
