"""Secrets are read by their name when they are needed, and not again for a while."""

import json
import uuid

import boto3
import pytest

from datasources.faults import StoreRefused, StoreUnavailable, StoreUnreadable
from datasources.roundtrips import counted
from datasources.secret import SECONDS, Secret


@pytest.fixture
def name(emulator: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    found = f"test/{uuid.uuid4().hex}"
    keep(found, json.dumps({"key": "sk_1", "empty": ""}))
    return found


def keep(name: str, text: str) -> None:
    boto3.client("secretsmanager").create_secret(Name=name, SecretString=text)


def test_a_secret_is_read_once_for_as_long_as_it_is_fresh(name: str) -> None:
    now = [0.0]
    secret = Secret(name, clock=lambda: now[0])
    with counted() as sent:
        assert [secret.part("key") for _ in range(3)] == ["sk_1"] * 3
        boto3.client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps({"key": "sk_2"}))
        now[0] = SECONDS - 1
        assert secret.part("key") == "sk_1"
        now[0] = SECONDS
        assert secret.part("key") == "sk_2"
    assert sent == {"secretsmanager.GetSecretValue": 2}
    assert "sk_" not in repr(secret)


def test_a_secret_without_the_part_or_the_form_is_told_by_its_name_alone(name: str) -> None:
    for part in ("other", "empty"):
        with pytest.raises(StoreUnreadable, match=part):
            Secret(name).part(part)
    odd = f"{name}-odd"
    keep(odd, "sk_live_not_json")
    with pytest.raises(StoreUnreadable) as caught:
        Secret(odd).part("key")
    assert "sk_live" not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_no_secret_and_no_manager_are_faults(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreRefused):
        Secret(f"{name}-of-nobody").part("key")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        Secret(name).part("key")
