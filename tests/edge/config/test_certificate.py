"""The certificate made here is renewed before it ends, fits its key whatever was lost, and nobody else's is touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from claimkeep.edge.config import startup

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def contents(root: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("lost", ["by time", "by hand"])
def test_a_certificate_that_ends_or_is_lost_is_made_again_for_the_same_key(tmp_path: Path, lost: str) -> None:
    kept = startup.prepare(tmp_path, NOW)
    before = contents(tmp_path)
    if lost == "by hand":
        kept.certificate.unlink()
    startup.prepare(tmp_path, NOW + timedelta(days=370))
    after = contents(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {str(kept.certificate.relative_to(tmp_path))}
    made = x509.load_pem_x509_certificate(kept.certificate.read_bytes())
    key = serialization.load_pem_private_key(kept.certificate_key.read_bytes(), None)
    assert made.public_key() == key.public_key()
    assert made.not_valid_after_utc > NOW + timedelta(days=700)


def test_a_certificate_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    kept = startup.prepare(tmp_path, NOW)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "billing.example")])
    key = ec.generate_private_key(ec.SECP256R1())
    theirs = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    kept.certificate.write_bytes(theirs.public_bytes(serialization.Encoding.PEM))
    before = contents(tmp_path)
    startup.prepare(tmp_path, NOW + timedelta(days=370))
    assert contents(tmp_path) == before
