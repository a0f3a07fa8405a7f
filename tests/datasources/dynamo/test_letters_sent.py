"""A letter is one sender's at a time, until it is sent, whoever asks and whenever."""

from collections import Counter

import pytest

from datasources.dynamo.letters_sent import CLAIM_SECONDS, KEPT_SECONDS, SentLetters
from datasources.dynamo.table import Table
from datasources.faults import StoreUnavailable
from datasources.roundtrips import counted
from infra.constructs.functions import SECONDS
from infra.domains import Work
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.stalls import CartSettings
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_races import at_once

LETTER = "order_a:1"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sent(endpoint: str, clock: Clock) -> SentLetters:
    return SentLetters(Table(new_table(endpoint, CartSettings), {}), clock=clock)


def test_of_many_at_once_one_is_to_send_a_letter_and_the_others_know_when_to_ask_again(sent: SentLetters) -> None:
    assert Counter(at_once(20, lambda _: sent.claim(LETTER))) == {0: 1, CLAIM_SECONDS: 19}
    assert sent.claim("order_a:2") == 0


def test_a_claim_of_which_nothing_comes_lapses_and_is_then_one_others(sent: SentLetters, clock: Clock) -> None:
    assert sent.claim(LETTER) == 0
    clock.now += CLAIM_SECONDS - 1
    assert sent.claim(LETTER) == 1
    clock.now += 1
    assert Counter(at_once(20, lambda _: sent.claim(LETTER))) == {0: 1, CLAIM_SECONDS: 19}


def test_a_claim_outlives_the_function_that_has_it() -> None:
    assert SECONDS[Work.REACTIONS] <= CLAIM_SECONDS


@pytest.mark.parametrize("delivered", [True, False])
def test_what_is_done_with_stays_so_for_as_long_as_events_are_told_again(
    sent: SentLetters, clock: Clock, delivered: bool
) -> None:
    sent.claim(LETTER)
    sent.close(LETTER, delivered=delivered)
    for days in (0, 1, 90):
        clock.now += days * 24 * 3600
        assert sent.claim(LETTER) is None
    table = sent._table
    (item,) = table.connection.scan(table.name)["Items"]
    assert int(item["expires_at"]["N"]) == int(Clock().now) + KEPT_SECONDS


def test_a_claim_is_one_request_and_what_is_done_with_two(sent: SentLetters) -> None:
    with counted() as requests:
        sent.claim(LETTER)
        sent.close(LETTER, delivered=True)
    assert requests == {"dynamodb.PutItem": 2}
    with counted() as requests:
        sent.claim(LETTER)
    assert requests == {"dynamodb.PutItem": 1, "dynamodb.GetItem": 1}


def test_where_the_table_is_out_of_reach_nobody_sends(sent: SentLetters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreUnavailable):
        SentLetters(Table("none", {})).claim(LETTER)
