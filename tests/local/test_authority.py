"""The laptop's certificate authority, as strict readers of certificates meet it."""

import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from local.authority import CA_FILE, CA_KEY, CA_LIFE, FOLDER, LEAF_LIFE, RENEW_SECONDS, Authority
from local.faults import CannotRun

NAMES = ("localhost", "127.0.0.1", "::1")


def met(server: ssl.SSLContext, name: str, ca_file: Path) -> x509.Certificate:
    """The certificate that a client who trusts ``ca_file`` gets of a server called ``name``; SSLError if it refuses."""
    client = ssl.create_default_context(cafile=str(ca_file))
    client.verify_flags |= ssl.VERIFY_X509_STRICT  # Python's own default from 3.13 on
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()  # the client has refused

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname=name) as secured:
            found = secured.getpeercert(binary_form=True)
            assert found
            return x509.load_der_x509_certificate(found)
    finally:
        ours.close()
        thread.join(10)


@pytest.mark.parametrize("name", NAMES)
def test_a_strict_client_that_trusts_the_authority_takes_the_leaf(tmp_path: Path, name: str) -> None:
    authority = Authority(tmp_path)
    met(authority.context(), name, authority.ca_file)


@pytest.mark.parametrize("name", ["souk.example", "127.0.0.2", "sub.localhost"])
def test_the_leaf_is_of_no_other_name(tmp_path: Path, name: str) -> None:
    authority = Authority(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        met(authority.context(), name, authority.ca_file)


def test_a_client_that_does_not_trust_the_authority_refuses_the_leaf(tmp_path: Path) -> None:
    ours, other = Authority(tmp_path), Authority(tmp_path / "other")
    with pytest.raises(ssl.SSLCertVerificationError):
        met(ours.context(), "localhost", other.ca_file)


def test_a_second_reader_of_certificates_takes_it_as_the_web_does(tmp_path: Path) -> None:
    """The rules of public authorities (CABF), checked by another program than OpenSSL."""
    authority = Authority(tmp_path)
    leaf = met(authority.context(), "localhost", authority.ca_file)
    store = Store([x509.load_pem_x509_certificate(authority.ca_file.read_bytes())])
    verifier = PolicyBuilder().store(store).build_server_verifier(x509.DNSName("localhost"))
    assert verifier.verify(leaf, [])


def test_who_has_the_key_can_still_vouch_for_this_machine_only(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    forged = forge(tmp_path / FOLDER, "bank.example", tmp_path / "forged.pem")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        met(forged, "bank.example", authority.ca_file)
    allowed = forge(tmp_path / FOLDER, "localhost", tmp_path / "allowed.pem")
    met(allowed, "localhost", authority.ca_file)


def forge(folder: Path, name: str, file: Path) -> ssl.SSLContext:
    """A server called ``name``, vouched for with the authority's own key."""
    issuer = x509.load_pem_x509_certificate((folder / CA_FILE).read_bytes())
    signer: Any = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), password=None)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_its_keys_are_for_this_user_only_and_a_leafs_is_not_kept(tmp_path: Path) -> None:
    Authority(tmp_path).context()
    folder = tmp_path / FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / CA_KEY).stat().st_mode) == 0o600
    assert sorted(file.name for file in folder.iterdir()) == [CA_KEY, CA_FILE]
    assert b"PRIVATE" not in (folder / CA_FILE).read_bytes()


def test_who_trusted_it_once_trusts_the_next_start(tmp_path: Path) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(Authority(tmp_path).ca_file.read_bytes())
    again = Authority(tmp_path)
    assert again.ca_file.read_bytes() == trusted.read_bytes()
    met(again.context(), "localhost", trusted)


def test_a_leaf_lives_for_days_and_is_renewed_on_a_listener_in_use(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.context()
    first = met(context, "localhost", authority.ca_file)
    authority.renew(context)
    second = met(context, "localhost", authority.ca_file)
    assert first.serial_number != second.serial_number
    assert first.not_valid_after_utc - first.not_valid_before_utc <= timedelta(days=91)
    assert timedelta(seconds=RENEW_SECONDS) * 7 < LEAF_LIFE


def test_an_authority_that_would_end_before_its_leaf_is_made_anew(tmp_path: Path) -> None:
    first = Authority(tmp_path).ca_file.read_bytes()
    late = datetime.now(UTC) + CA_LIFE - LEAF_LIFE
    assert Authority(tmp_path, clock=lambda: late - timedelta(days=1)).ca_file.read_bytes() == first
    renewed = Authority(tmp_path, clock=lambda: late + timedelta(days=1)).ca_file.read_bytes()
    assert renewed != first
    assert x509.load_pem_x509_certificate(renewed).not_valid_after_utc > late + LEAF_LIFE


@pytest.mark.parametrize("name", [CA_FILE, CA_KEY])
@pytest.mark.parametrize("text", [b"", b"no certificate", None])
def test_files_that_are_not_its_own_are_one_clear_sentence(tmp_path: Path, name: str, text: bytes | None) -> None:
    Authority(tmp_path / "other")
    Authority(tmp_path)
    other = (tmp_path / "other" / FOLDER / name).read_bytes()
    (tmp_path / FOLDER / name).write_bytes(other if text is None else text)
    with pytest.raises(CannotRun, match="does not hold the certificate authority any more: remove it"):
        Authority(tmp_path)


def test_a_start_that_was_ended_between_its_two_files_is_made_good(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.ca_file.unlink()
    again = Authority(tmp_path)
    met(again.context(), "localhost", again.ca_file)
