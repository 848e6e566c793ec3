"""The client against real connections on this machine: kept alive, cut, slow, TLS."""

import contextlib
import gzip
import itertools
import socket
import ssl
import threading
import time
import tracemalloc
from datetime import datetime, timedelta, timezone
from functools import partial
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from iconic_connector.seller_center import (
    ActionApi,
    RestApi,
    SellerCenterError,
    UnknownOutcome,
    Unreachable,
    Unreadable,
)
from iconic_connector.seller_center.action.signature import sign

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
RECEIPT = (
    b"<SuccessResponse><Head><RequestId>feed-1</RequestId></Head></SuccessResponse>"
)
# Longer than any block that is read or written at once.
DOCUMENT = b"<Request>" + b" " * 200_000 + b"</Request>"


CREDENTIALS = {
    ActionApi: {
        "user_id": "look@me.com",
        "api_key": "secret-api-key",
        "version": "1.0",
    },
    RestApi: {
        "application_id": "application-0001",
        "application_secret": "secret-of-the-application",
    },
}


def http(content, status="200 OK", length=None, extra=""):
    """Return the bytes of an HTTP answer."""
    length = len(content) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{extra}\r\n"
    return head.encode() + content


#: What is answered to the calls that the REST API needs before any other.
FIRST_CALLS = {
    b"/oauth/client-credentials": http(
        b'{"access_token": "token-1", "expires_in": 3600, "token_type": "Bearer"}'
    ),
    b"/v2/seller": http(b'{"id": 4711, "name": "Harbour & Co"}'),
}


def _first_calls(line):
    return FIRST_CALLS.get(line.split()[1])


class Server:
    """Speaks just enough HTTP to misbehave exactly as a test wants.

    Tokens and the shop are answered at once and do not count: what a test wants begins
    with the call that it is about.

    :param script: what to do for each request in turn: bytes to answer, at once, or in
        pieces if they are an iterable; `hang` waits until the test is over, `close`
        closes the connection, and `babble` answers with noise before any request.
    """

    # Seconds from one piece to the next.
    pause = 0.05
    hang = object()
    close = object()
    babble = object()

    def __init__(self, script, context=None):
        self.script = list(script)
        self.context = context
        self.connections = 0
        self.targets = []
        self.bodies = []
        self.over = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.connection = self.socket
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_args):
        self.over.set()
        for waiting in (self.socket, self.connection):
            with contextlib.suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.socket.close()

    def _run(self):
        while self.script and not self.over.is_set():
            try:
                self.connection, _address = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            self.connection.settimeout(5)
            self._serve(self.connection)

    def _serve(self, connection):
        try:
            if self.script[0] is self.babble:
                connection.sendall(b"220 mail.example ESMTP\r\n")
                connection.recv(1)
                return
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            while self.script and (line := self._receive(connection)):
                if not self._act(connection, self._step(line)):
                    break
        except OSError:
            self.script.clear()
        finally:
            # A TLS connection is cut, too, without saying goodbye.
            connection.close()

    def _receive(self, connection):
        stream = connection.makefile("rb")
        line = stream.readline()
        length = 0
        while (header := stream.readline()) not in (b"\r\n", b""):
            name, _sep, value = header.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        body = stream.read(length)
        if line and not _first_calls(line):
            self.targets.append(line.decode().split()[1])
            self.bodies.append(body)
        return line

    def _step(self, line):
        return _first_calls(line) or self.script.pop(0)

    def _act(self, connection, step):
        if step is self.close:
            return False
        if step is self.hang:
            self.over.wait(10)
            return False
        if isinstance(step, bytes):
            connection.sendall(step)
            return b"Connection: close" not in step
        for piece in step:
            connection.sendall(piece)
            if self.over.wait(self.pause):
                return False
        return True


class Tunnel(Server):
    """A proxy that pretends to be every host itself."""

    def _serve(self, connection):
        stream = connection.makefile("rb")
        while stream.readline() not in (b"\r\n", b""):
            pass
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        super()._serve(connection)


@pytest.fixture
def connect_with():
    """Build a client of a server; keyword arguments change its settings."""
    session = requests.Session()

    def connect(api, port, scheme="http", **settings):
        return api(
            session,
            **{
                "base_url": f"{scheme}://127.0.0.1:{port}",
                "clock": lambda: NOW,
                "sleep": lambda seconds: None,
                "timeout": (5, 5),
                **CREDENTIALS[api],
                **settings,
            },
        )

    yield connect
    session.close()


@pytest.fixture(params=[ActionApi, RestApi])
def connect(request, connect_with):
    """Build a client of each API in turn."""
    return partial(connect_with, request.param)


@pytest.fixture
def certificate(tmp_path):
    """Return the path of a certificate for this machine, and the server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.DNSName("api.example")]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def send(api):
    return api.send_feed("ProductCreate", DOCUMENT)


def byte_by_byte(content):
    return [bytes([byte]) for byte in content]


def test_many_calls_share_one_connection(connect):
    with Server([http(RECEIPT)] * 10) as server:
        api = connect(server.port)
        for _call in range(10):
            assert send(api).feed_id == "feed-1"
    assert server.connections == 1
    assert server.bodies == [DOCUMENT] * 10


def test_chunked_answers_are_read_and_keep_the_connection(connect):
    half = len(RECEIPT) // 2
    pieces = (RECEIPT[:half], RECEIPT[half:], b"")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    with Server([answer] * 3) as server:
        api = connect(server.port)
        for _call in range(3):
            assert send(api).feed_id == "feed-1"
    assert server.connections == 1


def test_errors_keep_the_connection_too(connect):
    with Server([http(b"<html>", "502 Bad Gateway"), http(RECEIPT)]) as server:
        api = connect(server.port)
        with pytest.raises(UnknownOutcome):
            send(api)
        assert send(api).feed_id == "feed-1"
    assert server.connections == 1


def test_the_server_sees_the_signed_string_untouched(connect_with):
    products = b"<SuccessResponse><Head/><Body/></SuccessResponse>"
    with Server([http(products)]) as server:
        connect_with(ActionApi, server.port, user_id="a b+c%@é.example").products(
            seller_skus=["A B", "C+D/E", "50%25", "É~*'()"]
        )
    query = urlsplit(server.targets[0]).query
    signed, _sep, signature = query.rpartition("&Signature=")
    assert sign(signed, "secret-api-key") == signature
    assert "UserID=a%20b%2Bc%25%40%C3%A9.example" in signed


def test_a_server_that_accepts_and_never_answers_leaves_the_outcome_unknown(connect):
    with Server([Server.hang]) as server:
        with pytest.raises(UnknownOutcome):
            send(connect(server.port, timeout=(5, 0.2)))
        assert server.bodies == [DOCUMENT]


def test_a_connection_cut_after_the_document_leaves_the_outcome_unknown(connect):
    with Server([Server.close, http(RECEIPT)]) as server:
        with pytest.raises(UnknownOutcome):
            send(connect(server.port))
        assert server.bodies == [DOCUMENT]
        assert server.connections == 1


def test_a_kept_connection_that_is_cut_is_not_used_to_send_twice(connect):
    with Server([http(RECEIPT), Server.close, http(RECEIPT)]) as server:
        api = connect(server.port)
        send(api)
        with pytest.raises(UnknownOutcome):
            send(api)
        assert len(server.bodies) == 2
        assert send(api).feed_id == "feed-1"
    assert server.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew(connect):
    closing = http(RECEIPT, extra="Connection: close\r\n")
    with Server([closing, closing]) as server:
        api = connect(server.port)
        send(api)
        assert send(api).feed_id == "feed-1"
    assert len(server.bodies) == 2


def test_an_answer_cut_short_leaves_the_outcome_unknown(connect):
    short = http(RECEIPT[:-1], length=len(RECEIPT), extra="Connection: close\r\n")
    with Server([short]) as server, pytest.raises(UnknownOutcome):
        send(connect(server.port))


def test_a_trickling_answer_is_cut_off_at_the_deadline(connect):
    trickle = http(b"<Suc", length=1000)
    with Server([trickle, Server.hang]) as server:
        api = connect(
            server.port,
            monotonic=lambda: 11.0 if server.targets else 0.0,
            deadline=10,
        )
        with pytest.raises(UnknownOutcome, match="took too long to answer"):
            api.probe()


#: Answers that would go on for minutes, each read of them well in time.
ENDLESS = {
    "status": byte_by_byte(b"HTTP/1.1 200 " + b"O" * 4000),
    "headers": byte_by_byte(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 4000),
    "interim answers": itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": [http(b"<Suc", length=4000), *byte_by_byte(b" " * 4000)],
    "chunks": [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        *byte_by_byte(b"1\r\n \r\n" * 4000),
    ],
}


@pytest.mark.parametrize("part", ENDLESS)
def test_the_deadline_covers_every_part_of_an_answer(connect, part):
    with Server([ENDLESS[part]]) as server:
        begin = time.monotonic()
        with pytest.raises(UnknownOutcome, match="too long to answer"):
            send(connect(server.port, deadline=0.4))
        assert time.monotonic() - begin < 2
        assert server.bodies == [DOCUMENT]


def test_the_deadline_covers_a_flood_of_interim_answers(connect, monkeypatch):
    monkeypatch.setattr(Server, "pause", 0)
    with Server([ENDLESS["interim answers"]]) as server:
        with pytest.raises(UnknownOutcome, match="too long to answer"):
            send(connect(server.port, deadline=0.4))


def test_the_deadline_covers_the_headers_over_tls(connect, certificate, monkeypatch):
    path, context = certificate
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with Server([ENDLESS["headers"]], context) as server:
        base_url = f"https://localhost:{server.port}"
        begin = time.monotonic()
        with pytest.raises(UnknownOutcome, match="too long to answer"):
            send(connect(server.port, base_url=base_url, deadline=0.4))
        assert time.monotonic() - begin < 2


@pytest.mark.parametrize("part", ["status", "headers"])
def test_the_deadline_covers_what_a_proxy_answers(connect, monkeypatch, part):
    with Server([ENDLESS[part]]) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        begin = time.monotonic()
        with pytest.raises(Unreachable):
            send(connect(proxy.port, base_url="https://api.example", deadline=0.4))
        assert time.monotonic() - begin < 2
        assert proxy.connections == 1


def test_a_proxy_lets_the_document_through(connect_with, certificate, monkeypatch):
    path, context = certificate
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    monkeypatch.setenv("no_proxy", "")
    with Tunnel([http(RECEIPT)], context) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        # An address that only the proxy knows.
        api = connect_with(ActionApi, 0, base_url="https://api.example")
        assert send(api).feed_id == "feed-1"
    assert proxy.bodies == [DOCUMENT]


def test_after_an_answer_at_the_last_moment_the_next_has_time(connect):
    late = [*byte_by_byte(http(RECEIPT)[:6]), http(RECEIPT)[6:]]
    with Server([late, http(RECEIPT)]) as server:
        api = connect(server.port, deadline=0.6)
        assert send(api).feed_id == "feed-1"
        assert send(api).feed_id == "feed-1"


def test_a_redirect_is_not_followed(connect):
    with Server([http(RECEIPT)]) as elsewhere:
        location = f"Location: http://127.0.0.1:{elsewhere.port}/\r\n"
        with Server([http(b"", "307 Temporary Redirect", extra=location)]) as server:
            with pytest.raises(Unreadable, match="sent the call on"):
                send(connect(server.port))
        assert elsewhere.connections == 0


def test_a_refused_connection_is_unreachable(connect):
    with Server([]) as server:
        port = server.port
    with pytest.raises(Unreachable, match="127.0.0.1 cannot be reached"):
        send(connect(port))


def test_a_sandbox_on_this_machine_is_reached_past_the_proxy(connect, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    with Server([http(RECEIPT)]) as server:
        assert send(connect(server.port)).feed_id == "feed-1"


def test_a_server_without_tls_gets_nothing(connect):
    with Server([Server.babble]) as server:
        with pytest.raises(Unreachable, match="No secure connection"):
            send(connect(server.port, "https"))
        assert server.connections == 1


def test_a_certificate_that_nobody_vouches_for_gets_nothing(connect, certificate):
    _path, context = certificate
    with Server([http(RECEIPT)], context) as server:
        base_url = f"https://localhost:{server.port}"
        with pytest.raises(Unreachable, match="No secure connection"):
            send(connect(server.port, base_url=base_url))
    assert server.bodies == []


def test_certificates_of_the_environment_are_trusted(connect, certificate, monkeypatch):
    path, context = certificate
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with Server([http(RECEIPT)], context) as server:
        base_url = f"https://localhost:{server.port}"
        api = connect(server.port, base_url=base_url)
        assert send(api).feed_id == "feed-1"


def test_a_tls_connection_cut_after_the_document_leaves_the_outcome_unknown(
    connect, certificate, monkeypatch
):
    path, context = certificate
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with Server([Server.close], context) as server:
        base_url = f"https://localhost:{server.port}"
        with pytest.raises(SellerCenterError) as caught:
            send(connect(server.port, base_url=base_url))
        assert server.bodies == [DOCUMENT]
    assert type(caught.value) is UnknownOutcome


@pytest.mark.parametrize("place", ["http://[", "http://x/\xe9"])
def test_a_redirect_to_nowhere_is_an_answer_that_cannot_be_read(connect, place):
    answer = http(b"", "302 Found", extra=f"Location: {place}\r\n")
    with Server([answer]) as server, pytest.raises(Unreadable):
        send(connect(server.port))


def test_an_answer_that_unpacks_to_too_much_is_not_read(connect):
    packed = gzip.compress(b" " * 200_000_000, 1)
    answer = http(packed, extra="Content-Encoding: gzip\r\n")
    tracemalloc.start()
    try:
        with Server([answer]) as server, pytest.raises(Unreadable, match="too long"):
            send(connect(server.port))
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_an_answer_that_is_packed_though_nobody_asked_is_read(connect):
    answer = http(gzip.compress(RECEIPT), extra="Content-Encoding: gzip\r\n")
    with Server([answer]) as server:
        assert send(connect(server.port)).feed_id == "feed-1"
