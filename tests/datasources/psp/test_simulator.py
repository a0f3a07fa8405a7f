"""The simulator does what providers do, on demand and each time alike."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from datasources.faults import ProviderAway, StoreRefused
from datasources.psp.script import MOST_WORDS, Word, due, words_of
from datasources.psp.signatures import signed
from datasources.psp.simulator import HEADER, NAME, TOO_MUCH
from domain.payments.facts import Seen
from domain.payments.payments import OperationKind, PaymentStatus
from domain.payments.provider import Declined, Forged, Started
from domain.payments.storing import StoredPayment
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.psp.making import SECRET, Desk, Settings, key
from tests.domain.payments.making import operation_id, usd


@pytest.fixture
def desk(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    return Desk(new_table(emulator, Settings))


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("", PaymentStatus.AUTHORIZED),
        ("approve", PaymentStatus.AUTHORIZED),
        ("action", PaymentStatus.ACTION_REQUIRED),
        ("later", PaymentStatus.PENDING),
        ("refused", PaymentStatus.FAILED),
        ("insufficient_funds", PaymentStatus.FAILED),
        ("twice,expired_card", PaymentStatus.FAILED),
    ],
)
def test_a_word_says_how_a_payment_begins(desk: Desk, words: str, status: PaymentStatus) -> None:
    assert desk.begun(words).status is status


def test_a_decline_has_the_code_that_was_asked_for(desk: Desk) -> None:
    assert desk.begun("do_not_honor").seen.decline_code == "do_not_honor"
    declined = desk.begun("refused").declined
    assert declined is not None
    assert declined.code == "amount_too_small"


def test_a_payment_begins_once_for_its_id(desk: Desk) -> None:
    made = desk.payment()
    told = at_once(16, lambda _: desk.simulator.start(made, None))
    assert {one.client_secret for one in told if isinstance(one, Started)} == {
        told[0].client_secret if isinstance(told[0], Started) else ""
    }
    assert len(desk.posted) == 1


@pytest.mark.parametrize(("approve", "status"), [(True, PaymentStatus.AUTHORIZED), (False, PaymentStatus.FAILED)])
def test_a_buyer_approves_or_refuses_on_the_page_they_are_sent_to(
    desk: Desk, approve: bool, status: PaymentStatus
) -> None:
    made = desk.begun("action")
    assert made.seen.next_action_url is not None
    query = parse_qs(urlsplit(made.seen.next_action_url).query)
    reference, secret = query["payment"][0], query["secret"][0]
    desk.clock.passes(seconds=5)
    assert desk.simulator.decide(reference, "a guess", approve=approve) is None
    assert desk.simulator.decide("sim_of_nobody", secret, approve=approve) is None
    assert desk.simulator.fetch(reference).authorized == usd(0)
    back = desk.simulator.decide(reference, secret, approve=approve)
    assert back == "https://shop.example/done?simulate=action"
    assert desk.simulator.decide(reference, secret, approve=not approve) == back, "who decides again changes nothing"
    looked = desk.cashier.look(made)
    assert isinstance(looked, StoredPayment)
    assert looked.payment.status is status


def test_news_may_come_before_the_answer(desk: Desk) -> None:
    made = desk.begun("later")
    assert made.status is PaymentStatus.PENDING
    [news] = desk.read()
    heard = desk.cashier.hear(NAME, news)
    assert isinstance(heard, StoredPayment)
    assert heard.payment.status is PaymentStatus.AUTHORIZED


def test_a_lost_answer_is_given_when_asked_again(desk: Desk) -> None:
    made = desk.payment()
    url = "https://shop.example/?simulate=lost"
    with pytest.raises(ProviderAway):
        desk.simulator.start(made, url)
    started = desk.simulator.start(made, url)
    assert isinstance(started, Started)
    with pytest.raises(ProviderAway):
        desk.simulator.capture(started.reference, usd(1000), operation_id())
    taken = desk.simulator.capture(started.reference, usd(1000), operation_id())
    assert isinstance(taken, Seen)
    assert taken.captured == usd(1000)


def test_refunds_bounce_when_somebody_looks_again(desk: Desk) -> None:
    made = desk.captured("bounced")
    refunded = desk.refund(made.id, usd(1000), "refund-key")
    assert isinstance(refunded, StoredPayment)
    assert refunded.payment.status is PaymentStatus.REFUNDED
    looked = desk.cashier.look(refunded.payment)
    assert isinstance(looked, StoredPayment)
    assert (looked.payment.status, looked.payment.refundable) == (PaymentStatus.CAPTURED, usd(1000))


def test_no_more_is_moved_than_there_is_whatever_is_asked(desk: Desk) -> None:
    reference = desk.begun().reference
    assert reference is not None
    simulator = desk.simulator
    assert simulator.capture(reference, usd(1001), operation_id(1)) == TOO_MUCH
    assert simulator.capture(reference, usd(1001), operation_id(1)) == TOO_MUCH
    assert isinstance(simulator.refund(reference, usd(1), operation_id(2)), Declined)
    assert isinstance(simulator.capture(reference, usd(700), operation_id(3)), Seen)
    assert isinstance(simulator.capture(reference, usd(300), operation_id(4)), Declined)
    assert isinstance(simulator.void(reference, operation_id(5)), Declined)
    told = at_once(16, lambda number: simulator.refund(reference, usd(100), operation_id(10 + number)))
    assert sum(isinstance(one, Seen) for one in told) == 7
    assert simulator.fetch(reference).refunded == usd(700)
    with pytest.raises(StoreRefused):
        simulator.fetch("sim_of_nobody")


def test_what_was_released_is_not_promised_any_more(desk: Desk) -> None:
    made = desk.begun("action")
    voided = desk.cashier.move(made.id, OperationKind.VOID, None, key("void-key"))
    assert isinstance(voided, StoredPayment)
    assert voided.payment.status is PaymentStatus.VOIDED
    assert made.reference is not None
    assert made.client_secret is not None
    desk.simulator.decide(made.reference, made.client_secret, approve=True)
    assert desk.simulator.fetch(made.reference).authorized == usd(0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", [1, 2, 3, 4]),
        ("silent", []),
        ("twice", [1, 1, 2, 2, 3, 3, 4, 4]),
        ("held", [1, 2, 3]),
        ("backwards", [2, 1, 4, 3]),
        ("backwards,twice", [2, 2, 1, 1, 4, 4, 3, 3]),
    ],
)
def test_news_come_as_they_were_asked_for_and_change_nothing_that_is_newer(
    desk: Desk, words: str, told: Sequence[int]
) -> None:
    made = desk.captured(words)
    for number in (1, 2):
        desk.clock.passes(seconds=1)
        desk.refund(made.id, usd(100), f"refund-{number}")
    there, news = desk.there(made.id), list(desk.read())
    order = sorted({one.seen.at for one in news if one.seen})
    assert [1 + order.index(one.seen.at) for one in news if one.seen] == list(told)
    for one in (*news, *news):
        heard = desk.cashier.hear(NAME, one)
        assert isinstance(heard, StoredPayment)
        assert heard.payment == there


def test_forged_and_old_news_are_refused(desk: Desk) -> None:
    desk.begun()
    [(body, headers)] = desk.posted
    now = desk.clock.now()
    forged = desk.simulator.forged
    assert forged(body, headers, now) is None
    assert isinstance(forged(body, {}, now), Forged)
    assert isinstance(forged(body.replace(b"1000", b"1001"), headers, now), Forged)
    assert isinstance(forged(body, headers, now + timedelta(seconds=301)), Forged)
    for odd in (b"", b"[]", b"{}", b"\xff", b'{"id": 1}'):
        assert isinstance(forged(odd, {HEADER: signed(SECRET, odd, now)}, now), Forged)


def test_words_are_read_from_any_address_that_a_client_may_send() -> None:
    assert words_of(None) == (frozenset(), None)
    assert words_of("https://[broken?simulate=action") == (frozenset(), None)
    assert words_of("https://a.example/?x=1&simulate=action,twice#y") == (frozenset({Word.ACTION, Word.TWICE}), None)
    assert words_of("https://a.example/?simulate=" + ",".join(f"w{number}" for number in range(99)))[1] == "w0"
    assert words_of(f"https://a.example/?simulate={',' * MOST_WORDS}action") == (frozenset(), None)


def test_what_waits_is_told_before_what_is_new() -> None:
    assert due(frozenset({Word.HELD}), [1, 2, 3]) == ([1, 2], [3])
    assert due(frozenset({Word.BACKWARDS}), [1, 2, 3]) == ([2, 1], [3])
    assert due(frozenset({Word.SILENT}), [1]) == ([], [])
