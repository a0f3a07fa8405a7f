"""A payment's life at a server that keeps Stripe's state: localstripe, which we did not write.

It is not Stripe: it knows no idempotency keys, has no ``amount_captured`` and ``amount_received``, sees a capture in
part as a whole one with a refund, leaves out of events what kind of object they are about, and knows few of the
parameters and error codes. So those are tested by recorded shapes (``test_stripe``), and what is below by both.
"""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from datasources.psp.signatures import forged
from datasources.psp.stripe import HEADER, Stripe
from domain.payments.facts import Attempt, Seen
from domain.payments.provider import Declined, Started
from tests.conftest import ROOT, _until, free_port
from tests.datasources.psp.making import SECRET
from tests.domain.payments.making import operation_id, payment, usd

PYTHON: Final = ROOT / ".localstripe" / "bin" / "python"
GOOD, DECLINED, SECURED = "4242424242424242", "4000000000000341", "4000002500003155"
"""Stripe's numbers for tests ("Testing"): pays; is declined when charged; asks for 3-D Secure."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert PYTHON.exists(), "localstripe is not installed: run `make .localstripe/.ready`"
    port, folder = free_port(), tmp_path_factory.mktemp("localstripe")
    command = [str(PYTHON), "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    found = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: _answers(found), child)
        yield found
    finally:
        child.kill()
        child.wait()


def _answers(url: str) -> bool:
    try:
        call(url, "GET", "/v1/balance")
    except OSError:
        return False
    return True


def call(where: str, method: str, path: str, **form: str) -> dict[str, Any]:
    """What the buyer's page does, and the test itself."""
    body = urlencode(form).encode() if form or method == "POST" else None
    request = urllib.request.Request(where + path, body, {"Authorization": "Bearer sk_test_x"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return dict(json.loads(text)) if text else {}


@pytest.fixture
def stripe(url: str) -> Stripe:
    return Stripe(key=lambda: "sk_test_12345", webhook_secret=lambda: SECRET, now=lambda: datetime.now(UTC), api=url)


def begun(stripe: Stripe, minor: int = 1000) -> Started:
    started = stripe.start(payment(minor), None)
    assert isinstance(started, Started)
    return started


def pay(url: str, reference: str, card: str) -> None:
    """A buyer enters a card."""
    form = {"card[number]": card, "card[exp_month]": "12", "card[exp_year]": "2030", "card[cvc]": "123"}
    method = call(url, "POST", "/v1/payment_methods", type="card", **form)
    call(url, "POST", f"/v1/payment_intents/{reference}", payment_method=method["id"])
    call(url, "POST", f"/v1/payment_intents/{reference}/confirm")


def test_a_payment_is_promised_taken_and_given_back_in_parts(stripe: Stripe, url: str) -> None:
    started = begun(stripe)
    assert started.client_secret.startswith(started.reference)
    assert stripe.fetch(started.reference).authorized == usd(0)
    pay(url, started.reference, GOOD)
    assert stripe.fetch(started.reference).authorized == usd(1000)
    taken = stripe.capture(started.reference, usd(1000), operation_id(1))
    assert isinstance(taken, Seen)
    assert (taken.captured, taken.refunded) == (usd(1000), usd(0))
    for number, expected in ((2, 300), (3, 600)):
        given = stripe.refund(started.reference, usd(300), operation_id(number))
        assert isinstance(given, Seen)
        assert given.refunded == usd(expected)
    seen = stripe.fetch(started.reference)
    assert {one.operation for one in seen.refunds} == {operation_id(2), operation_id(3)}
    assert isinstance(stripe.capture(started.reference, usd(1), operation_id(4)), Declined)
    assert isinstance(stripe.void(started.reference, operation_id(5)), Declined)


def test_a_promise_is_released(stripe: Stripe, url: str) -> None:
    reference = begun(stripe).reference
    pay(url, reference, GOOD)
    voided = stripe.void(reference, operation_id())
    assert isinstance(voided, Seen)
    assert (voided.voided, voided.captured) == (True, usd(0))
    assert isinstance(stripe.void(reference, operation_id(2)), Declined)


def test_what_was_not_paid_can_be_released_too(stripe: Stripe) -> None:
    voided = stripe.void(begun(stripe).reference, operation_id())
    assert isinstance(voided, Seen)
    assert voided.voided


def test_a_buyer_whose_card_is_declined_may_try_another(stripe: Stripe, url: str) -> None:
    reference = begun(stripe).reference
    with pytest.raises(urllib.error.HTTPError):
        pay(url, reference, DECLINED)
    seen = stripe.fetch(reference)
    assert (seen.attempt, seen.decline_code, seen.authorized) == (Attempt.DECLINED, "card_declined", usd(0))


@pytest.mark.parametrize("approved", [True, False])
def test_a_buyer_confirms_by_3d_secure_or_does_not(stripe: Stripe, url: str, approved: bool) -> None:
    started = begun(stripe)
    pay(url, started.reference, SECURED)
    assert stripe.fetch(started.reference).attempt is Attempt.ACTION_REQUIRED
    path = f"/v1/payment_intents/{started.reference}/_authenticate"
    call(url, "POST", path, client_secret=started.client_secret, success=str(approved).lower())
    seen = stripe.fetch(started.reference)
    assert seen.authorized == usd(1000 if approved else 0)
    assert seen.attempt is (Attempt.WAITING if approved else Attempt.DECLINED)


def test_its_webhooks_are_signed_as_stripes_are(stripe: Stripe, url: str) -> None:
    heard: list[tuple[bytes, dict[str, str]]] = []
    came = Event()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((body, {name.lower(): text for name, text in self.headers.items()}))
            self.send_response(200)
            self.end_headers()
            came.set()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        hook = {"url": f"http://127.0.0.1:{server.server_port}", "secret": SECRET}
        call(url, "POST", "/_config/webhooks/ours", **hook)
        reference = begun(stripe).reference
        pay(url, reference, GOOD)
        stripe.capture(reference, usd(1000), operation_id())
        assert came.wait(10)
    finally:
        server.shutdown()
        server.server_close()
    body, headers = heard[0]
    assert forged(SECRET, headers[HEADER], body, datetime.now(UTC)) is None
    assert forged(SECRET, headers[HEADER], body + b" ", datetime.now(UTC)) is not None
