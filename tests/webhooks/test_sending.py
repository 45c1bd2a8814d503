"""A call goes to the address that was checked, ends in time, and never leads into our own network."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.webhooks import addresses
from api.webhooks.sending import Call, Sender
from api.webhooks.tables import Fault
from tests.webhooks.conftest import Receiver, listening

HOST = "receiver.example"


def call(url):
    return Call(url=url, headers={"Content-Type": "application/json"}, body=b"{}")


def resolving(*answers):
    """A resolver that gives these answers, one at each question; and the questions."""
    asked = []

    def resolve(host, port):
        asked.append((host, port))
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "224.0.1.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%2",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_an_address_that_is_not_public_is_never_called(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was called"))
    resolve, asked = resolving([address])
    answer = Sender(private=False, resolve=resolve).send(call(f"https://{HOST}/x"))
    assert (answer.status, answer.fault) == (None, Fault.ADDRESS_REFUSED)
    assert asked == [(HOST, 443)]
    resolve, _ = resolving(["8.8.8.8", address])
    answer = Sender(private=False, resolve=resolve).send(call(f"https://{HOST}/x"))
    assert answer.fault is Fault.ADDRESS_REFUSED, "one such address is enough"


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_a_public_address_is_allowed(address):
    assert addresses.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"])
def test_even_where_private_addresses_are_allowed_some_are_not(address):
    assert not addresses.allowed(address, private=True)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "017700000001", "127.1", "127.0.0.1", "[::1]"])
def test_a_number_for_this_machine_is_refused_in_every_notation(host, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was called"))
    answer = Sender(private=False).send(call(f"https://{host}/x"))
    assert answer.fault is Fault.ADDRESS_REFUSED


def test_a_host_that_turns_into_another_address_is_called_where_it_was_checked(monkeypatch):
    called = []

    def connect(address, *_, **__):
        called.append(address)
        raise OSError("nobody is there")

    monkeypatch.setattr(socket, "create_connection", connect)
    resolve, asked = resolving(["8.8.8.8"], ["127.0.0.1"])
    answer = Sender(private=False, resolve=resolve).send(call(f"https://{HOST}/x"))
    assert answer.fault is Fault.UNREACHABLE
    assert called == [("8.8.8.8", 443)]
    assert len(asked) == 1


def test_the_next_address_is_tried_where_nobody_is_at_the_first(receiver):
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        resolve, _ = resolving(["127.0.0.2", "127.0.0.1"])
        sender = Sender(private=True, resolve=resolve)
        assert sender.send(call(f"http://{HOST}:{receiver.port}/x")).status == 204
    assert receiver.received[0].headers["host"] == f"{HOST}:{receiver.port}"


def test_no_proxy_of_the_environment_is_used(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Sender(private=True).send(call(receiver.url)).status == 204


def test_a_host_without_an_address_is_said(monkeypatch):
    def resolve(host, port):
        raise socket.gaierror("unknown")

    assert Sender(private=False, resolve=resolve).send(call(f"https://{HOST}/")).fault is Fault.UNKNOWN_HOST
    assert (
        Sender(private=False, resolve=lambda *_: []).send(call(f"https://{HOST}/")).fault
        is Fault.UNKNOWN_HOST
    )
    long = f"https://{'a' * 64}.example/"
    assert Sender(private=False).send(call(long)).fault is Fault.UNKNOWN_HOST


def test_a_receiver_that_takes_too_long_is_left(receiver):
    receiver.seconds = 0.6
    answer = Sender(private=True, total_seconds=0.2).send(call(receiver.url))
    assert (answer.status, answer.fault) == (None, Fault.TIMEOUT)
    assert 200 <= answer.ms < 600


def test_a_receiver_that_goes_on_a_byte_at_a_time_is_left(receiver):
    receiver.drips = True
    answer = Sender(private=True, total_seconds=0.3).send(call(receiver.url))
    assert answer.fault is Fault.TIMEOUT
    assert answer.ms < 1_000


def test_slow_receivers_do_not_add_up(receiver):
    receiver.seconds = 0.3
    answers = Sender(private=True).send_all([call(receiver.url)] * 8)
    assert [answer.status for answer in answers] == [204] * 8
    assert max(answer.ms for answer in answers) < 2_000


def test_nobody_listening_is_said():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        assert Sender(private=True).send(call(f"http://127.0.0.1:{port}/")).fault is Fault.UNREACHABLE


def test_what_is_not_http_is_said(receiver, monkeypatch):
    monkeypatch.setattr(Receiver, "answer", lambda self, handler: handler.wfile.write(b"SSH-2.0-x\r\n"))
    assert Sender(private=True).send(call(receiver.url)).fault is Fault.BAD_ANSWER


def certificate(folder, name):
    """A certificate that signs itself: a server's context, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=file)


@pytest.mark.parametrize(
    ("host", "trusted", "fault"),
    [(HOST, True, None), ("else.example", True, Fault.TLS), (HOST, False, Fault.TLS)],
)
def test_the_certificate_must_be_of_the_host_and_trusted(tmp_path, host, trusted, fault):
    server, trust = certificate(tmp_path, HOST)
    named = []
    server.sni_callback = lambda _, name, __: named.append(name)
    resolve, _ = resolving(["127.0.0.1"])
    sender = Sender(private=True, resolve=resolve, trust=trust if trusted else ssl.create_default_context())
    with listening(Receiver(), tls=server) as receiver:
        assert sender.send(call(f"https://{host}:{receiver.port}/x")).fault is fault
        assert len(receiver.received) == (fault is None)
    assert named == [host]
