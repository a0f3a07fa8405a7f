"""Keys against the embedded AWS: read once, read anew, and never said."""

import uuid
from typing import Any

import boto3
import pytest

from datasources.faults import StoreRefused, StoreUnreadable
from datasources.roundtrips import counted
from datasources.secrets.keys import FRESH_SECONDS, MISSED_SECONDS, Keys


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def manager(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    return boto3.client("secretsmanager")


def made(manager: Any, text: str) -> str:
    return str(manager.create_secret(Name=uuid.uuid4().hex, SecretString=text)["ARN"])


def test_keys_are_read_once_and_anew_after_a_while(manager: Any) -> None:
    arn, clock = made(manager, '{"bank": "one", "till": "two"}'), Clock()
    keys = Keys(arn, clock=clock)
    with counted() as requests:
        assert (keys["bank"], keys["till"], keys["bank"]) == ("one", "two", "one")
    assert sum(requests.values()) == 1
    manager.put_secret_value(SecretId=arn, SecretString='{"bank": "three"}')
    assert keys["bank"] == "one"
    clock.now += FRESH_SECONDS
    assert keys["bank"] == "three"


def test_a_key_that_was_just_added_is_found_and_strangers_who_need_it_before_cost_no_read_each(manager: Any) -> None:
    arn, clock = made(manager, '{"till": "two"}'), Clock()
    keys = Keys(arn, clock=clock)
    assert keys["till"] == "two"
    clock.now += MISSED_SECONDS
    with counted() as requests:
        for _ in range(100):
            with pytest.raises(KeyError, match="'bank'"):
                keys["bank"]
    assert sum(requests.values()) == 1
    manager.put_secret_value(SecretId=arn, SecretString='{"bank": "one"}')
    clock.now += MISSED_SECONDS
    assert keys["bank"] == "one"


@pytest.mark.parametrize("text", ["sk_live_hidden", '["sk_live_hidden"]', '{"bank": {"key": "sk_live_hidden"}}'])
def test_a_secret_that_cannot_be_read_is_not_quoted(manager: Any, text: str) -> None:
    with pytest.raises(StoreUnreadable) as caught:
        Keys(made(manager, text), clock=Clock())["bank"]
    assert "hidden" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_secret_that_is_not_there_is_refused(manager: Any) -> None:
    with pytest.raises(StoreRefused):
        Keys("arn:aws:secretsmanager:us-east-1:000000000000:secret:none-abcdef", clock=Clock())["bank"]
