"""Python's gql, unchanged, against a whole running system: what a program that uses it sees.

Subscriptions by key go to /graphql/realtime without TLS, those by token to /graphql with it. A subscription that loses
its socket raises; a reconnecting session connects anew, but subscribing anew is left to the program.
"""

import pytest

from tests.real_clients.laptop import Laptop
from tests.real_clients.programs import GQL, Told, told_by

NOTE = {"id": "gql"}


@pytest.fixture(scope="module")
def told(laptop: Laptop) -> Told:
    return told_by(GQL, "gql_client.py", laptop)


def test_a_user_asks_and_changes(told: Told) -> None:
    assert told.result("mutation") == {"announce": NOTE | {"text": "hello"}}
    assert told.result("query") == {"note": "hello"}


def test_a_guest_asks_by_api_key(told: Told) -> None:
    assert told.result("guest") == {"note": "hello"}


def test_staff_does_what_staff_may(told: Told) -> None:
    assert told.result("staff") == {"erase": NOTE | {"text": None}}


def test_it_builds_its_schema_from_introspection(told: Told) -> None:
    assert told.result("schema") == ["announced", "audited", "watched"]


def test_a_denied_field_is_null_with_an_error_of_its_path(told: Told) -> None:
    thrown = told.thrown("denied")
    assert (thrown["name"], thrown["data"]) == ("TransportQueryError", {"erase": None})
    [error] = thrown["errors"]
    assert (error["path"], error["errorType"]) == (["erase"], "Unauthorized")
    assert error["message"] == "Not Authorized to access erase on type Mutation"


def test_an_invalid_operation_is_told_in_appsyncs_words(told: Told) -> None:
    thrown = told.thrown("invalid")
    assert thrown["name"] == "TransportQueryError"
    [error] = thrown["errors"]
    assert error["message"] == (
        "Validation error of type FieldUndefined: Field 'nothing' in type 'Query' is undefined @ 'nothing'"
    )


@pytest.mark.parametrize(
    ("credentials", "message"),
    [
        ("wrong key", "You are not authorized to make this call."),
        ("garbage token", "Unable to parse JWT token."),
        ("expired token", "Token has expired."),
    ],
)
def test_it_tells_why_it_is_unauthorized(told: Told, credentials: str, message: str) -> None:
    thrown = told.thrown(credentials)
    assert thrown["name"] == "TransportQueryError"
    assert thrown["errors"] == [{"errorType": "UnauthorizedException", "message": message}]


@pytest.mark.parametrize("subscription", ["subscription by key", "subscription by token over TLS"])
def test_a_subscription_hears_what_its_arguments_ask_for(told: Told, subscription: str) -> None:
    values = told.result(subscription)
    assert {value["announced"]["id"] for value in values} == {"gql"}
    assert values[-1] == {"announced": NOTE | {"text": "the last"}}


def test_staff_hears_what_staff_may(told: Told) -> None:
    assert told.result("subscription as staff") == {"audited": NOTE | {"text": "checked"}}


@pytest.mark.parametrize(
    ("subscription", "told_so"),
    [
        ("subscription of staff", "Not Authorized to access audited on type Subscription"),
        ("subscription refused", "nobody watches private"),
        ("invalid subscription", "FieldUndefined: Field 'nothing' in type 'Subscription'"),
    ],
)
def test_a_denied_subscription_raises_the_reason(told: Told, subscription: str, told_so: str) -> None:
    thrown = told.thrown(subscription)
    assert thrown["name"] == "TransportQueryError"
    assert told_so in thrown["message"]


def test_a_denied_subscription_leaves_the_others_of_its_session(told: Told) -> None:
    assert told.result("subscription beside a denied one") == {"announced": NOTE | {"text": "checked"}}


@pytest.mark.parametrize(
    ("socket", "message"),
    [
        ("socket with a wrong key", "You are not authorized to make this call."),
        ("socket with a garbage token", "Unable to parse JWT token."),
        ("socket with an expired token", "Token has expired."),
    ],
)
def test_a_session_that_is_not_let_in_raises_the_reason(told: Told, socket: str, message: str) -> None:
    thrown = told.thrown(socket)
    assert thrown["name"] == "TransportServerError"
    assert "UnauthorizedException" in thrown["message"]
    assert message in thrown["message"]


@pytest.mark.parametrize("deed", ["drop", "restart"])
def test_a_subscription_raises_when_its_socket_ends_and_so_does_the_next_of_its_session(told: Told, deed: str) -> None:
    assert told.thrown(f"subscription after {deed}")["name"] == "TransportConnectionFailed"
    assert told.thrown(f"next subscription of the session after {deed}")["name"] == "TransportConnectionFailed"


@pytest.mark.parametrize("deed", ["drop", "restart"])
def test_a_reconnecting_session_serves_the_next_subscription(told: Told, deed: str) -> None:
    assert told.thrown(f"subscription of a reconnecting session after {deed}")["name"] == "TransportConnectionFailed"
    heard = told.result(f"next subscription of a reconnecting session after {deed}")
    assert heard == {"announced": NOTE | {"text": f"after {deed}"}}


@pytest.mark.parametrize("deed", ["drop", "restart"])
def test_the_next_query_is_answered(told: Told, deed: str) -> None:
    assert told.result(f"query after {deed}")["note"] is not None
