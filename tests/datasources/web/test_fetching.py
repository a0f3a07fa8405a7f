"""A file is had from whoever answers, or a sentence why not; within bounds that no answer can move."""

import gzip
import socket
import ssl
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

import pytest

from datasources.web.addresses import ANYWHERE, Bounds
from datasources.web.fetching import REDIRECTS, SLOW, Web
from local.authority import Authority
from tests.datasources.web.serving import Page, Site, Ticking, answer, asked, chunked, dripping, reset, silent, site
from tests.datasources.web.test_addresses import word

HERE: Final = IPv4Address("127.0.0.1")
MOST: Final = 1_000
DATA: Final = bytes(range(256)) * 3
BROKEN: Final = "the connection failed or broke off"


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with site() as made:
        yield made


@pytest.fixture
def there(server: Site) -> Site:
    """Without what others have asked."""
    server.heads.clear()
    return server


def web(**given: Any) -> Web:
    """Over which all is had, but for what is given."""
    parts: dict[str, Any] = {"bounds": ANYWHERE, "most_bytes": MOST} | given
    return Web(**parts)


def test_what_lies_there_is_had_by_a_request_that_tells_nothing_of_us(
    there: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    url = there.put("/a%20b.jpg?c=d", answer(body=DATA, Content_Type="image/jpeg"))
    assert web().fetch(url.replace("%20", " ")) == DATA
    (head,) = there.heads
    assert sorted(head.strip().split("\r\n")) == sorted(
        [
            "GET /a%20b.jpg?c=d HTTP/1.1",
            f"Host: {there.url.removeprefix('http://')}",
            "Accept: image/*, */*;q=0.1",
            "Accept-Encoding: identity",
            "Connection: close",
            "User-Agent: souk",
        ]
    )


@pytest.mark.parametrize(
    "page",
    [
        chunked(DATA[:100], DATA[100:]),
        answer(body=DATA, Content_Length=""),
        answer(body=DATA, Content_Encoding="identity"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(body=DATA),
        answer(body=DATA) + b"more",
    ],
    ids=["chunked", "until it ends", "identity", "continue", "more than it says"],
)  # fmt: skip
def test_it_is_had_in_whatever_way_servers_send(there: Site, page: bytes) -> None:
    assert web().fetch(there.put("/a", page)) == DATA


@pytest.mark.parametrize(
    ("page", "words", "tries"),
    [
        (answer(404), "the server answered 404", 1),
        (answer(403, DATA), "the server answered 403", 1),
        (answer(206, DATA), "the server answered 206", 1),
        (answer(204), "the server answered 204", 1),
        (answer(302), "the server answered 302", 1),
        (answer(500), "the server answered 500", 2),
        (answer(503, DATA), "the server answered 503", 2),
        (answer(body=gzip.compress(DATA), Content_Encoding="gzip"), "packs the file", 1),
        (answer(body=DATA, Content_Encoding="br"), "packs the file", 1),
        (answer(body=DATA, Content_Length=str(MOST + 1)), "more than 1,000 bytes", 1),
        (answer(body=DATA, Content_Length="9" * 30), "more than 1,000 bytes", 1),
        (answer(body=bytes(MOST + 1), Content_Length=""), "more than 1,000 bytes", 1),
        (chunked(bytes(MOST), b"x"), "more than 1,000 bytes", 1),
        (answer(body=DATA, Content_Length=str(MOST)), BROKEN, 2),
        (chunked(DATA, end=b""), BROKEN, 2),
        (b"", BROKEN, 2),
        (b"SSH-2.0-OpenSSH_9.9\r\n", BROKEN, 2),
        (b"HTTP/1.1 200 So\r\n" + b"a: b\r\n" * 200 + b"\r\n", BROKEN, 2),
        (b"HTTP/1.1 200 So\r\na: " + b"b" * 70_000, BROKEN, 2),
        (reset, BROKEN, 2),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_told_why_and_what_may_pass_is_tried_twice(
    there: Site, page: Page, words: str, tries: int
) -> None:
    assert words in word(web().fetch(there.put("/a", page)))
    assert len(there.heads) == tries


def test_what_has_passed_at_the_second_try_is_had(there: Site) -> None:
    for fault in (answer(503), reset, b""):
        assert web().fetch(there.put("/a", fault, answer(body=DATA))) == DATA
    hosts, resolve = asked(socket.gaierror(socket.EAI_AGAIN, "temporary"), [HERE])
    assert web(resolve=resolve).fetch(there.put("/a", answer(body=DATA))) == DATA
    assert len(hosts) == 2


def test_as_much_as_is_taken_is_had(there: Site) -> None:
    for page in (answer(body=bytes(MOST)), chunked(bytes(MOST)), answer(body=bytes(MOST), Content_Length="")):
        assert web().fetch(there.put("/a", page)) == bytes(MOST)


@pytest.mark.parametrize(
    "begin",
    [
        b"HTTP/1.1 200 So\r\na: ",
        answer(Content_Length="1000000"),
        answer(Content_Length=""),
        b"HTTP/1.1 200 So\r\nTransfer-Encoding: chunked\r\n\r\nf4240\r\n",
    ],
    ids=["in a header", "in what has a length", "until it ends", "in a chunk"],
)
def test_who_drips_is_left_when_the_time_is_over(there: Site, begin: bytes) -> None:
    clock = Ticking()
    assert word(web(most_bytes=10**9, clock=clock).fetch(there.put("/a", dripping(begin)))) == SLOW
    assert 20 <= clock.seconds <= 25
    assert len(there.heads) == 1


def test_who_says_nothing_is_left_when_the_time_is_over(there: Site) -> None:
    assert word(web(seconds=0.05).fetch(there.put("/a", silent))) == SLOW


def test_who_is_not_there_is_told(there: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert word(web().fetch(f"http://127.0.0.1:{port}/")) == BROKEN
    nowhere = "the name of the server could not be looked up"
    hosts, resolve = asked(socket.gaierror(socket.EAI_NONAME, "no such name"))
    assert word(web(resolve=resolve).fetch("http://nowhere.example/")) == nowhere
    assert hosts == ["nowhere.example"]


def test_redirects_are_followed_from_where_they_stand(there: Site) -> None:
    there.put("/c/d.jpg", answer(body=DATA))
    for status, location in ((301, "d.jpg"), (302, "/c/d.jpg"), (303, f"{there.url}/c/d.jpg"), (307, "./d.jpg#x")):
        assert web().fetch(there.put("/c/a", answer(status, Location=location))) == DATA


def test_a_redirect_to_what_is_no_plain_letter_is_followed_as_browsers_do(there: Site) -> None:
    there.put("/gr%C3%B6%C3%9Fe.jpg", answer(body=DATA))
    assert web().fetch(there.put("/a", answer(301, Location="/größe.jpg"))) == DATA


def test_no_more_redirects_are_followed_than_there_may_be(there: Site) -> None:
    for step in range(REDIRECTS + 1):
        there.put(f"/{step}", answer(308, Location=f"/{step + 1}"))
    there.put(f"/{REDIRECTS + 1}", answer(body=DATA))
    assert web().fetch(f"{there.url}/1") == DATA
    assert word(web().fetch(f"{there.url}/0")) == "the server redirects more than 3 times"
    there.heads.clear()
    assert "more than 3 times" in word(web().fetch(there.put("/loop", answer(301, Location="/loop"))))
    assert there.paths == ["/loop"] * (REDIRECTS + 1)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://169.254.169.254/latest/meta-data/iam/", "private network"),
        ("http://10.0.0.1/", "private network"),
        ("http://inside.example/", "private network"),
        ("//127.0.0.2/", "private network"),
        ("http://2130706434/", "a number that is not"),
        ("http://[::1]/", "IPv6"),
        ("file:///etc/passwd", "none of http or https"),
        ("http://a:b@elsewhere.example/", "a name or a password"),
        ("http://elsewhere.example:x/", "no address"),
        ("http://[", "no address"),
        ("/" + "x" * 2_048, "longer than"),
        ("http://elsewhere.example:22/", "port 22"),
    ],
)
def test_a_redirect_leads_no_further_than_an_address(there: Site, location: str, words: str) -> None:
    port = int(there.url.rpartition(":")[2])
    bounds = Bounds(reaches=lambda one: one == HERE, ports=frozenset({80, port}))
    numbers = {"elsewhere.example": HERE, "localhost": HERE, "inside.example": IPv4Address("10.0.0.7")}

    def resolve(host: str) -> list[IPv4Address]:
        return [numbers.get(host) or IPv4Address(host)]

    url = there.put("/a", answer(302, Location=location))
    assert words in word(web(bounds=bounds, resolve=resolve).fetch(url))
    assert there.paths == ["/a"]


def test_a_name_that_leads_inside_as_well_is_not_fetched(there: Site) -> None:
    inside = IPv4Address("10.0.0.7")
    bounds = Bounds(reaches=lambda one: one == HERE, ports=None)
    for numbers in ([HERE, inside], [inside, HERE], [inside], []):
        _, resolve = asked(numbers)
        assert word(web(bounds=bounds, resolve=resolve).fetch(there.put("/a", answer(body=DATA)))) == (
            "the address leads to a private network"
        )
    assert there.heads == []


def test_a_name_is_looked_up_once_and_its_number_is_the_one_that_was_judged(there: Site) -> None:
    hosts, resolve = asked([HERE], [IPv4Address("127.0.0.2")])
    url = there.put("/a", answer(body=DATA)).replace("localhost", "turns.example")
    assert web(bounds=Bounds(reaches=lambda one: one == HERE, ports=None), resolve=resolve).fetch(url) == DATA
    assert hosts == ["turns.example"]
    assert "Host: turns.example" in there.heads[0]


def test_by_tls_the_server_has_to_be_who_the_address_says(
    there: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, names = Authority(tmp_path), list[str | None]()
    context = authority.context()
    context.sni_callback = lambda _line, name, _context: names.append(name)
    refused = "the server cannot be reached by TLS, or is not who it should be"
    _, resolve = asked([HERE])
    with site(context) as secure:
        url = secure.put("/a", answer(body=DATA))
        assert word(web().fetch(url)) == refused, "nobody vouches for it"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
        assert web().fetch(url) == DATA
        assert names[-1] == "localhost"
        assert word(web(resolve=resolve).fetch(url.replace("localhost", "souk.example"))) == refused
        assert len(secure.heads) == 1
        assert word(web().fetch(url.replace("https", "http"))) == BROKEN
        down = secure.put("/down", answer(302, Location=there.put("/a", answer(body=DATA))))
        assert word(web().fetch(down)) == "the server redirects from https to http"
        assert there.heads == []
        up = there.put("/up", answer(301, Location=url))
        assert web().fetch(up) == DATA
    assert word(web().fetch(there.url.replace("http", "https"))) == refused, "it speaks no TLS"
    assert issubclass(ssl.SSLCertVerificationError, ssl.SSLError)
