"""The first start makes keys, a certificate and the database; every later start uses them.

Keys are never made for a data folder that has a database already: a new key cannot open old data.
"""

from __future__ import annotations

import datetime as clock
import ipaddress
import os
import secrets
import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from claimkeep.edge.config import environment, files
from claimkeep.engine.crypto import keyring
from claimkeep.engine.terms.errors import SealError, SetupError

_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Claimkeep on this machine")])
RENEW_DAYS = 30
CERTIFICATE_DAYS = 397
"""The longest life browsers accept for a certificate."""


def prepare(root: Path, now: clock.datetime) -> files.Kept:
    """The data folder has its keys and certificate, each random and readable by its owner alone.

    Raises SetupError when a database is there and a key is not, or a key is missing that was made before another.
    """
    kept = files.layout(root)
    made = [path for path in kept.secrets[:3] if path.exists()]
    missing = [path.name for path in kept.secrets[:3] if path not in made]
    witness = kept.database if kept.database.exists() else made[-1] if made else None
    if missing and witness is not None and (witness == kept.database or witness != kept.secrets[len(made) - 1]):
        raise SetupError(
            f"{witness.name} is here but {', '.join(missing)} is not: put the keys of this installation back; "
            "nothing was changed"
        )
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write_secret(kept.master_key, keyring.new_master())
    files.write_secret(kept.database_key, secrets.token_hex(32).encode())
    make_web_secret(kept)
    files.write_secret(kept.wire_key, _ssh_key())
    if _certificate_is_due(kept, now):
        _make_certificate(kept, now)
    return kept


def make_web_secret(kept: files.Kept) -> None:
    """There is a secret that sessions are signed by; one that is there stays. With a fresh one people sign in anew."""
    files.write_secret(kept.web_secret, secrets.token_urlsafe(64).encode())


def _certificate_is_due(kept: files.Kept, now: clock.datetime) -> bool:
    """True when there is no certificate, or one of our own making has a month left or less."""
    if not kept.certificate.exists():
        return True
    held = x509.load_pem_x509_certificate(kept.certificate.read_bytes())
    return held.issuer == _NAME and held.not_valid_after_utc < now + clock.timedelta(days=RENEW_DAYS)


def _ssh_key() -> bytes:
    return ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )


def _make_certificate(kept: files.Kept, now: clock.datetime) -> None:
    """A certificate stands beside its key; a key that is there already is kept, so the two always fit."""
    fresh = ec.generate_private_key(ec.SECP256R1())
    files.write_secret(
        kept.certificate_key,
        fresh.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    key = serialization.load_pem_private_key(kept.certificate_key.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SetupError(
            f"{kept.certificate_key.name} is not a key of ours: put its certificate beside it, or remove it"
        )
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - clock.timedelta(minutes=5))
        .not_valid_after(now + clock.timedelta(days=CERTIFICATE_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept.certificate.unlink(missing_ok=True)
    files.write_secret(kept.certificate, certificate.public_bytes(serialization.Encoding.PEM))


def django() -> None:
    """Django is set up on the data folder that the environment names."""
    import django as framework  # the settings read the environment as they load, so not before it is final

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "claimkeep.edge.config.settings")
    framework.setup()


def migrate(now: clock.datetime) -> None:
    """The database has every table and the system's own keys. Raises SetupError when it does not open."""
    from django.core.management import call_command  # needs settings that are ready
    from django.db import DatabaseError, connection

    from claimkeep.apps.vault import actions as vault
    from claimkeep.apps.vault import rotation
    from claimkeep.apps.vault.models import SYSTEM

    try:
        connection.ensure_connection()
        connection.introspection.table_names()
    except (DatabaseError, OSError) as error:
        raise _shut(error) from error
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    vault.make_keys(SYSTEM, now=now)
    rotation.give_own_keys(rotation.Hand("system:migrate", clock=lambda: now, wait=lambda seconds: None))


def check() -> None:
    """This installation can start: keys are private and open the database, and no migration is waiting.

    Raises SetupError with what to do.
    """
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    from claimkeep.apps.vault import keyring as opened
    from claimkeep.apps.vault.models import SYSTEM

    kept = files.layout(environment.data_folder())
    for path in _private(kept):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SetupError(
                f"{path.name} can be read by others: take their rights away (chmod go= {path.name}), then change "
                "the key if others use this machine"
            )
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, OSError) as error:
        raise _shut(error) from error
    if waiting:
        raise SetupError(f"{len(waiting)} migrations are waiting: run `claimkeep migrate`")
    try:
        opened.forget()
        opened.sealer(SYSTEM)
    except (SealError, OSError) as error:
        raise SetupError(
            "the master key does not open this database's keys: put the right master.keyset back"
        ) from error


def _private(kept: files.Kept) -> list[Path]:
    """Every file and folder that holds a secret and is there."""
    folders = (kept.root, kept.wire_key.parent, kept.practice_keys, kept.simulator)
    held = [*kept.secrets, kept.simulator / "host_key", *kept.wire_key.parent.glob("*.json")]
    held += kept.practice_keys.glob("*")
    return [path for path in dict.fromkeys([*folders, *held]) if path.exists()]


def _shut(error: Exception) -> SetupError:
    if isinstance(error, OSError):
        return SetupError("the database key is not here: put the keys of this database back")
    return SetupError("the database does not open: its key is another one, or it cannot be reached")
