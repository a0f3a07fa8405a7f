"""Stripe by its public shapes: what is asked of it, how its answers read, and which of its webhooks are believed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import stripe as library

from datasources.faults import ProviderAway, StoreFault, StoreRefused
from datasources.psp.signatures import signed
from datasources.psp.stripe import HEADER, UNPAYABLE, Stripe
from datasources.psp.stripe_account import payable
from domain.money import CurrencyCode, Money
from domain.payments.facts import Attempt, Refunded, Seen
from domain.payments.moving import saw
from domain.payments.payments import PaymentStatus
from domain.payments.provider import Declined, Forged, News, Started
from tests.conftest import ROOT
from tests.datasources.psp.making import SECRET
from tests.datasources.psp.recorded import Answers, charge, error, intent, listed, refund, serving
from tests.domain.payments.making import NOW, operation_id, payment, payment_id, usd

KEY = operation_id()
INTENTS, INTENT, REFUNDS = "/v1/payment_intents", "/v1/payment_intents/pi_1", "/v1/refunds"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)  # its pause before another try
    with serving() as found:
        yield found


@pytest.fixture
def stripe(answers: Answers) -> Stripe:
    return Stripe(key=lambda: "sk_test_x", webhook_secret=lambda: SECRET, now=lambda: NOW, api=answers.url)


def test_a_payment_begins_by_an_intent_that_is_captured_by_hand(stripe: Stripe, answers: Answers) -> None:
    answers.give(f"POST {INTENTS}", intent())
    started = stripe.start(payment(), "https://shop.example/done")
    assert isinstance(started, Started)
    assert (started.reference, started.client_secret) == ("pi_1", "pi_1_secret_x")
    [asked] = answers.asked
    assert asked.form == {
        "amount": "1000", "currency": "usd", "capture_method": "manual", "metadata[payment]": payment_id(),
    }  # fmt: skip
    assert asked.key == payment_id()
    assert asked.authorization == "Bearer sk_test_x"


@pytest.mark.parametrize(
    ("shape", "status"),
    [
        (intent(), PaymentStatus.PENDING),
        (intent("requires_confirmation"), PaymentStatus.PENDING),
        (intent("processing"), PaymentStatus.PENDING),
        (intent("requires_action"), PaymentStatus.ACTION_REQUIRED),
        (intent(last_payment_error={"code": "card_declined"}), PaymentStatus.FAILED),
        (intent("requires_capture", latest_charge=charge()), PaymentStatus.AUTHORIZED),
        (intent("canceled"), PaymentStatus.VOIDED),
        (intent("canceled", latest_charge=charge(amount_refunded=1000)), PaymentStatus.VOIDED),
        (intent("succeeded", latest_charge=charge(captured=True, amount_captured=1000)), PaymentStatus.CAPTURED),
        (
            intent("succeeded", latest_charge=charge(captured=True, amount_captured=600)),
            PaymentStatus.PARTIALLY_CAPTURED,
        ),
        (intent("requires_payment_method", latest_charge=charge(status="failed")), PaymentStatus.PENDING),
    ],
)
def test_how_an_intent_stands(stripe: Stripe, answers: Answers, shape: dict[str, Any], status: PaymentStatus) -> None:

    answers.give(f"GET {INTENT}", shape)
    answers.give(f"GET {REFUNDS}", listed())
    assert saw(payment(), stripe.fetch("pi_1"), NOW).status is status
    assert answers.asked[0].form == {"expand[0]": "latest_charge"}


def test_where_a_buyer_confirms_and_why_one_was_declined(stripe: Stripe, answers: Answers) -> None:
    url = "https://hooks.stripe.example/3ds"
    answers.give(
        f"GET {INTENT}",
        intent("requires_action", next_action={"type": "redirect_to_url", "redirect_to_url": {"url": url}}),
        intent("requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}}),
        intent(last_payment_error={"code": "card_declined", "decline_code": "insufficient_funds"}),
        intent(last_payment_error={"code": "expired_card"}),
    )
    asked = [stripe.fetch("pi_1") for _ in range(4)]
    assert [(one.attempt, one.next_action_url, one.decline_code) for one in asked] == [
        (Attempt.ACTION_REQUIRED, url, None),
        (Attempt.ACTION_REQUIRED, None, None),
        (Attempt.DECLINED, None, "insufficient_funds"),
        (Attempt.DECLINED, None, "expired_card"),
    ]


TAKEN = intent("succeeded", latest_charge=charge(captured=True, amount_captured=1000))
PART = intent("succeeded", latest_charge=charge(captured=True, amount_captured=600))


def test_refunds_are_known_by_who_asked_for_them(stripe: Stripe, answers: Answers) -> None:
    answers.give(f"GET {INTENT}", TAKEN)
    mine = refund(2, 300, metadata={"operation": KEY})
    answers.give(f"GET {REFUNDS}", listed(refund(3, 100, status="failed"), mine, refund(1, 50, status="pending")))
    seen = stripe.fetch("pi_1")
    assert seen.refunds == (
        Refunded(reference="re_1", amount=usd(50)),
        Refunded(reference="re_2", amount=usd(300), operation=KEY),
        Refunded(reference="re_3", amount=usd(100), failed=True),
    )
    assert seen.refunded == usd(350)


def test_what_a_capture_in_part_releases_is_no_refund(stripe: Stripe, answers: Answers) -> None:
    answers.give(f"GET {INTENT}", PART)
    answers.give(f"GET {REFUNDS}", listed(refund(2, 400), refund(1, 400)), listed())
    assert [one.reference for one in stripe.fetch("pi_1").refunds] == ["re_2"], "the oldest is the release"
    assert stripe.fetch("pi_1").refunds == (), "and if Stripe lists none there is none to leave out"


def test_money_moves_with_our_key_and_what_is_said_then_is_the_account(stripe: Stripe, answers: Answers) -> None:
    answers.give(f"POST {INTENT}/capture", PART)
    answers.give(f"POST {INTENT}/cancel", intent("canceled", latest_charge=charge(amount_refunded=1000)))
    answers.give(f"POST {REFUNDS}", refund(1, 300, metadata={"operation": KEY}))
    answers.give(f"GET {INTENT}", TAKEN)
    answers.give(f"GET {REFUNDS}", listed(refund(1, 300, metadata={"operation": KEY})))
    captured, voided = stripe.capture("pi_1", usd(600), KEY), stripe.void("pi_1", KEY)
    refunded = stripe.refund("pi_1", usd(300), KEY)
    assert isinstance(captured, Seen)
    assert (captured.authorized, captured.captured) == (usd(1000), usd(600))
    assert isinstance(voided, Seen)
    assert (voided.voided, voided.captured, voided.refunds) == (True, usd(0), ())
    assert isinstance(refunded, Seen)
    assert refunded.refunded == usd(300)
    posted = [one for one in answers.asked if one.what.startswith("POST")]
    assert [one.key for one in posted] == [KEY] * 3
    assert posted[0].form["amount_to_capture"] == "600"
    assert posted[2].form == {"payment_intent": "pi_1", "amount": "300", "metadata[operation]": KEY}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (402, error("card_error", code="card_declined", decline_code="do_not_honor"), "do_not_honor"),
        (402, error("card_error", code="card_declined"), "card_declined"),
        (400, error(code="charge_already_refunded"), "charge_already_refunded"),
        (400, error(message="greater than unrefunded amount", param="amount"), None),
        (400, error(code="payment_intent_unexpected_state"), "payment_intent_unexpected_state"),
    ],
)
def test_a_no_is_data(stripe: Stripe, answers: Answers, status: int, body: dict[str, Any], code: str | None) -> None:
    answers.give(f"POST {INTENT}/capture", (status, body))
    answers.give(f"POST {REFUNDS}", (status, body))
    expected = Declined(code=code, message=body["error"]["message"])
    assert stripe.capture("pi_1", usd(1), KEY) == expected
    assert stripe.refund("pi_1", usd(1), KEY) == expected


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (409, error(code="lock_timeout"), ProviderAway),
        (429, error(code="rate_limit"), ProviderAway),
        (500, error("api_error"), ProviderAway),
        (503, error("api_error"), ProviderAway),
        (401, error(message="Invalid API Key provided: sk_test_x"), StoreRefused),
        (403, error(), StoreRefused),
        (400, error("idempotency_error"), StoreRefused),
    ],
)
def test_all_else_is_a_fault_that_shows_no_key(
    stripe: Stripe, answers: Answers, status: int, body: dict[str, Any], fault: type[StoreFault]
) -> None:
    answers.give(f"POST {INTENT}/capture", (status, body))
    with pytest.raises(StoreFault) as caught:
        stripe.capture("pi_1", usd(1), KEY)
    assert type(caught.value) is fault
    assert "sk_test_x" not in str(caught.value)
    assert "req_1" in str(caught.value)


def test_who_is_away_is_asked_again_with_the_same_key(stripe: Stripe, answers: Answers) -> None:
    answers.give(f"POST {INTENT}/capture", (500, error("api_error")), PART)
    assert isinstance(stripe.capture("pi_1", usd(600), KEY), Seen)
    assert [one.key for one in answers.asked] == [KEY, KEY]


def test_nobody_there_is_away() -> None:
    nobody = Stripe(key=lambda: "sk", webhook_secret=lambda: "", now=lambda: NOW, api="http://127.0.0.1:1")
    with pytest.raises(ProviderAway):
        nobody.fetch("pi_1")


def test_a_payment_that_stripe_does_not_know_is_a_fault(stripe: Stripe, answers: Answers) -> None:
    answers.give(f"GET {INTENT}", (404, error(code="resource_missing")))
    with pytest.raises(StoreRefused):
        stripe.fetch("pi_1")


@pytest.mark.parametrize(
    ("amount", "right"),
    [
        (Money(1234, CurrencyCode.USD), True),
        (Money(1234, CurrencyCode.JPY), True),
        (Money(1230, CurrencyCode.KWD), True),
        (Money(1234, CurrencyCode.KWD), False),
        (Money(1, CurrencyCode.TND), False),
    ],
)
def test_dinars_are_paid_in_whole_tens_of_a_thousandth(stripe: Stripe, amount: Money, right: bool) -> None:
    assert payable(amount) is right
    if not right:
        assert stripe.capture("pi_1", amount, KEY) == stripe.refund("pi_1", amount, KEY) == UNPAYABLE


@pytest.mark.parametrize("currency", CurrencyCode)
def test_each_currency_is_counted_as_we_count_it(stripe: Stripe, answers: Answers, currency: CurrencyCode) -> None:
    shape = intent("requires_capture", currency=currency.value.lower(), latest_charge=charge())
    answers.give(f"GET {INTENT}", shape)
    assert stripe.fetch("pi_1").authorized == Money(1000, currency)


def event(thing: dict[str, Any], **parts: Any) -> bytes:
    return json.dumps({"id": "evt_1", "object": "event", "type": "x", "data": {"object": thing}} | parts).encode()


def test_a_webhook_says_which_payment_to_ask_for_and_is_believed_in_nothing_else(stripe: Stripe) -> None:
    shown = intent("succeeded", latest_charge="ch_1", metadata={"payment": payment_id()})
    for thing, ours in ((shown, payment_id()), (charge(), None), (refund(1, 10), None)):
        body = event(thing)
        assert stripe.forged(body, {HEADER: signed(SECRET, body, NOW)}, NOW) is None
        assert stripe.news(body) == (News(event="evt_1", reference="pi_1", payment=ours),)
    other = event({"id": "cus_1", "object": "customer"})
    assert stripe.forged(other, {HEADER: signed(SECRET, other, NOW)}, NOW) is None
    assert stripe.news(other) == ()


def test_forged_old_and_odd_webhooks_are_refused(stripe: Stripe) -> None:
    body = event(intent())
    header = {HEADER: signed(SECRET, body, NOW)}
    assert isinstance(stripe.forged(body, {}, NOW), Forged)
    assert isinstance(stripe.forged(body + b" ", header, NOW), Forged)
    assert isinstance(stripe.forged(body, {HEADER: signed("guess", body, NOW)}, NOW), Forged)
    assert isinstance(stripe.forged(body, header, NOW + timedelta(seconds=301)), Forged)
    for odd in (b"", b"\xff", b"[]", b'{"id": 1}', b'{"id": "evt", "data": {"object": []}}'):
        assert isinstance(stripe.forged(odd, {HEADER: signed(SECRET, odd, NOW)}, NOW), Forged)


def test_stripes_own_library_signs_as_we_check_and_checks_as_we_sign(stripe: Stripe) -> None:
    body = event(intent())
    moment = int(NOW.timestamp())
    theirs = library.WebhookSignature.generate_signature_header(body.decode(), SECRET, moment)
    assert stripe.forged(body, {HEADER: theirs}, NOW) is None
    assert theirs == signed(SECRET, body, NOW)


def test_the_library_is_loaded_by_the_first_call_and_not_before() -> None:
    code = "import sys, datasources.psp.stripe; print('stripe' in sys.modules, 'requests' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"], done.stderr
