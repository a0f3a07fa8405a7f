"""Webhooks of the simulator are posted as they are signed, and none that is lost stops a payment."""

from datasources.psp.posting import Posting
from datasources.psp.signatures import forged, signed
from datasources.psp.simulator import HEADER
from tests.datasources.psp.making import SECRET
from tests.datasources.psp.recorded import serving
from tests.domain.payments.making import NOW


def test_the_bytes_that_arrive_are_those_that_were_signed() -> None:
    body, lost = b'{"id": "evt_1"}', list[str]()
    with serving() as ear:
        ear.give("POST /webhooks/simulator", {})
        Posting(ear.url + "/webhooks/simulator", lost=lost.append)(body, {HEADER: signed(SECRET, body, NOW)}).result()
        [asked] = ear.asked
    assert lost == []
    assert forged(SECRET, asked.headers[HEADER], asked.body, NOW) is None


def test_what_does_not_arrive_is_told_and_no_more() -> None:
    lost: list[str] = []
    with serving() as ear:
        ear.give("POST /", (500, {}))
        Posting(ear.url + "/", lost=lost.append)(b"{}", {}).result()
    Posting("http://127.0.0.1:1/", lost=lost.append)(b"{}", {}).result()
    assert lost == ["500", "EndpointConnectionError"]
