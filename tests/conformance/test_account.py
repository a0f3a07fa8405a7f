"""What ``make conformance ARGS=--deploy`` does to an account, on the embedded AWS."""

import boto3
import pytest

from tests.conformance.account import Account
from tests.conformance.endpoint import GUEST, SIGNER, STAFF, USER
from tests.conformance.template import STACK


@pytest.fixture
def account(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    return Account(boto3.Session(region_name="us-east-1"), say=lambda _: None, look=0.05)


def test_it_brings_the_api_and_its_people_and_leaves_nothing_behind(account: Account) -> None:
    client = account.session.client("appsync")
    before = client.list_graphql_apis()["graphqlApis"]
    endpoint = account.deploy()
    assert endpoint.api_key
    for person in (GUEST, USER, STAFF, SIGNER):
        assert endpoint.credentials(person, b"{}")
    again = account.deploy()
    assert (again.url, again.api_key) == (endpoint.url, endpoint.api_key)
    assert account.upload("type Query { a: Int }") is None
    account.tidy()
    account.delete()
    assert client.list_graphql_apis()["graphqlApis"] == before
    with pytest.raises(account.session.client("cloudformation").exceptions.ClientError, match="does not exist"):
        account.session.client("cloudformation").describe_stacks(StackName=STACK)
