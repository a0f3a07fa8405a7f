"""Only what lies in the internet is fetched, however the address of something else is written."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datasources.web.addresses import ANYWHERE, INTERNET, LONGEST, Refused, next_place, place_of, public
from datasources.web.fetching import Web
from domain.shown import MediaRejection, MediaRejectionCode
from tests.datasources.web.serving import asked

NOT_OURS: Final = [
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
"""RFC 6890 and RFC 5771, written down here once more."""


@given(address=st.ip_addresses(v=4))
@example(IPv4Address("169.254.169.254"))
@example(IPv4Address("255.255.255.255"))
def test_no_number_of_a_network_that_is_not_the_internet_is_public(address: IPv4Address) -> None:
    if any(address in network for network in NOT_OURS):
        assert not public(address)


@given(data=st.data(), network=st.sampled_from(NOT_OURS))
def test_none_of_a_network_of_ones_own_is(data: st.DataObject, network: IPv4Network) -> None:
    assert not public(network[data.draw(st.integers(0, network.num_addresses - 1))])


def test_servers_of_the_internet_are() -> None:
    assert all(public(IPv4Address(one)) for one in ("1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1"))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "\uff11\uff12\uff17.0.0.1",
    ],
)  # fmt: skip
def test_what_leads_to_us_or_our_network_is_not_fetched(host: str) -> None:
    for scheme in ("http", "https"):
        assert word(Web(INTERNET, most_bytes=9).fetch(f"{scheme}://{host}/a.jpg")) == (
            "the address leads to a private network"
        )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://2130706433/", "a number that is not written as"),
        ("http://0x7f000001/", "a number that is not written as"),
        ("http://0x7f.1/", "a number that is not written as"),
        ("http://0177.0.0.1/", "a number that is not written as"),
        ("http://127.1/", "a number that is not written as"),
        ("http://127.0.0.0x1./", "a number that is not written as"),
        ("http://134744072/", "a number that is not written as"),
        ("http://[::1]/", "IPv6"),
        ("http://[::ffff:127.0.0.1]/", "IPv6"),
        ("http://[2606:4700:4700::1111]/", "IPv6"),
        ("http://user:secret@a.example/", "a name or a password"),
        ("http://@a.example/", "a name or a password"),
        ("http://a.example:80@127.0.0.1/", "a name or a password"),
        ("file:///etc/passwd", "none of http or https"),
        ("ftp://a.example/a.jpg", "none of http or https"),
        ("data:image/png;base64,AAAA", "none of http or https"),
        ("gopher://a.example:80/", "none of http or https"),
        ("//a.example/a.jpg", "none of http or https"),
        ("a.jpg", "none of http or https"),
        ("", "none of http or https"),
        ("http://a.example:22/", "port 22"),
        ("http://a.example:8080/", "port 8080"),
        ("https://a.example:6379/", "port 6379"),
        ("http://a.example:0/", "port 0"),
        ("http://a.example:99999/", "no address"),
        ("http://a.example:x/", "no address"),
        ("http:///a.jpg", "no address"),
        ("http:a.jpg", "no address"),
        ("http://a..example/", "no address"),
        ("http://a example/", "no address"),
        ("http://a.example%00.b/", "no address"),
        ("http://[::1/", "no address"),
        ("http://a.example\\@127.0.0.1/", "no address"),
        ("http://a.example/\r\nHost: b", "no address"),
        ("http://a.example/\x00", "no address"),
        (f"http://{'a' * 64}.example/", "no address"),
        ("https://a.example/" + "x" * LONGEST, "longer than 2,048"),
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_told_why_and_nobody_is_asked(url: str, words: str) -> None:
    hosts, resolve = asked([IPv4Address("8.8.8.8")])
    assert words in word(Web(INTERNET, most_bytes=9, resolve=resolve).fetch(url))
    assert hosts == []


@pytest.mark.parametrize(
    ("url", "host", "named", "target"),
    [
        ("https://a.example", "a.example", "a.example", "/"),
        ("HTTPS://A.Example/B", "a.example", "a.example", "/B"),
        ("http://a.example:443/b?c=d&e#f", "a.example", "a.example:443", "/b?c=d&e"),
        (
            "https://b\u00fc.example/\u00e4 1.jpg?q=\u00e4",
            "xn--b-eha.example",
            None,
            "/%C3%A4%201.jpg?q=%C3%A4",
        ),
        ("https://a.example/a%20b.jpg", "a.example", None, "/a%20b.jpg"),
        ("https://8.8.8.8/a_b~(1),@2x.jpg", "8.8.8.8", None, "/a_b~(1),@2x.jpg"),
        ("  https://a.example/a.jpg ", "a.example", None, "/a.jpg"),
    ],
)
def test_an_address_is_asked_for_as_browsers_do(url: str, host: str, named: str | None, target: str) -> None:
    place = place_of(url, INTERNET)
    assert (place.host, place.named, place.target) == (host, named or host, target)


@given(url=st.text() | st.text().map(lambda text: f"http://a.example/{text}"), location=st.text())
def test_whatever_is_taken_for_an_address_can_stand_in_a_request(url: str, location: str) -> None:
    try:
        place = next_place(place_of(url, ANYWHERE), location, ANYWHERE)
    except Refused:
        return
    request = place.named + place.target
    assert request.isascii()
    assert request.isprintable()
    assert " " not in request


def word(found: Any) -> str:
    """The sentence of what could not be had."""
    assert isinstance(found, MediaRejection), found
    assert found.code is MediaRejectionCode.UNREACHABLE
    return found.message
