"""The laptop's own certificate authority: what makes ``https://localhost`` well-formed for browsers and programs.

Its certificate is made once per data directory and outlives resets, because people trust it in their browsers. Whoever
reads its key can vouch for this machine's loopback names and for nothing else: the certificate names them as the only
ones it may (RFC 5280 §4.2.1.10), and the key file is readable by this user only.
"""

import asyncio
import os
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local.faults import CannotRun

FOLDER: Final = "tls"
CA_FILE: Final = "ca.pem"
CA_KEY: Final = "ca.key"

CA_LIFE: Final = timedelta(days=3650)
LEAF_LIFE: Final = timedelta(days=90)
"""As short as public authorities make it (Let's Encrypt); each start and each day of a run makes a new one."""

RENEW_SECONDS: Final = 24 * 3600.0

EARLIER: Final = timedelta(hours=1)
"""Certificates are valid from this long ago, for clocks (of containers, of phones) that are late."""

NAMES: Final = (
    x509.DNSName("localhost"),
    x509.IPAddress(ip_address("127.0.0.1")),
    x509.IPAddress(ip_address("::1")),
)
_PERMITTED: Final = (
    x509.DNSName("localhost"),
    x509.IPAddress(ip_network("127.0.0.1/32")),
    x509.IPAddress(ip_network("::1/128")),
)

type Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Authority:
    """The authority of one data directory, made when there is none or when it could not vouch for a leaf's life.

    ``CannotRun`` when its files are not what we wrote.
    """

    def __init__(self, data: Path, *, clock: Clock = _now) -> None:
        self._folder: Final = data / FOLDER
        self._clock = clock
        self.ca_file: Final = self._folder / CA_FILE
        found = self._found() if self.ca_file.exists() else None
        self._certificate, self._key = found or self._made()

    def context(self) -> ssl.SSLContext:
        """How a listener speaks TLS: 1.2 or later, with a leaf of this authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        self.renew(context)
        return context

    def renew(self, context: ssl.SSLContext) -> None:
        """Have connections from now on meet a leaf that is new."""
        key = ec.generate_private_key(ec.SECP256R1())
        draft = self._folder / f"leaf-{os.getpid()}.pem"  # a context reads files only
        _write_private(draft, _pem(key) + self._leaf(key).public_bytes(serialization.Encoding.PEM))
        try:
            context.load_cert_chain(draft)
        finally:
            draft.unlink()

    async def keep_fresh(self, context: ssl.SSLContext) -> None:
        """Renew every day, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            self.renew(context)

    def _leaf(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        now, issuer = self._clock(), self._certificate
        return (
            x509.CertificateBuilder()
            .subject_name(_name("localhost"))
            .issuer_name(issuer.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(max(now - EARLIER, issuer.not_valid_before_utc))
            .not_valid_after(now + LEAF_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(NAMES), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _found(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
        """What an earlier start made; None when a leaf would outlive it."""
        try:
            certificate = x509.load_pem_x509_certificate(self.ca_file.read_bytes())
            key = serialization.load_pem_private_key((self._folder / CA_KEY).read_bytes(), password=None)
        except (OSError, ValueError) as fault:
            raise self._unusable() from fault
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise self._unusable()
        return (certificate, key) if certificate.not_valid_after_utc > self._clock() + LEAF_LIFE else None

    def _unusable(self) -> CannotRun:
        return CannotRun(
            f"{self._folder} does not hold the certificate authority any more: remove it, and trust the next one anew"
        )

    def _made(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _authority(key, self._clock())
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(self._folder / CA_KEY, _pem(key))
        draft = self.ca_file.with_suffix(".draft")
        draft.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        draft.replace(self.ca_file)
        return certificate, key


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """A certificate that vouches for itself, with what strict readers ask for (RFC 5280 §4.2.1)."""
    public = key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    name = _name(f"Souk on this machine {identifier.digest.hex()[:8]}")  # a browser may list several
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .add_extension(x509.NameConstraints(_PERMITTED, None), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_private(file: Path, text: bytes) -> None:
    """Put it there for this user only, from its first byte on."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text)
