"""Apollo Client 4 with AppSync's links, unchanged, against a whole running system: what an application sees.

Of a transport error it tells the status only. A subscription that ends does not come back: the application, or the hook
it uses, subscribes anew.
"""

from typing import Any

import pytest

from tests.real_clients.laptop import Laptop
from tests.real_clients.programs import NODE, Told, told_by

NOTE = {"__typename": "Note", "id": "apollo"}


@pytest.fixture(scope="module")
def told(laptop: Laptop) -> Told:
    return told_by(NODE, "apollo.mjs", laptop)


def ended_by(heard: dict[str, Any]) -> str:
    """The message with which AppSync's link ended a subscription, as Apollo wraps it."""
    error = heard["values"][-1]["error"]
    assert error["name"] == "UnconventionalError"
    [cause] = error["cause"]["errors"]
    return str(cause["message"])


def test_a_user_asks_and_changes(told: Told) -> None:
    assert told.result("mutation") == {"data": {"announce": NOTE | {"text": "hello"}}}
    assert told.result("query") == {"data": {"note": "hello"}}


def test_a_guest_asks_by_api_key(told: Told) -> None:
    assert told.result("guest") == {"data": {"note": "hello"}}


def test_staff_does_what_staff_may(told: Told) -> None:
    assert told.result("staff") == {"data": {"erase": NOTE | {"text": None}}}


def test_a_denied_field_is_null_with_an_error_of_its_path(told: Told) -> None:
    thrown = told.thrown("denied")
    assert (thrown["name"], thrown["data"]) == ("CombinedGraphQLErrors", {"erase": None})
    [error] = thrown["errors"]
    assert (error["path"], error["errorType"]) == (["erase"], "Unauthorized")
    assert error["message"] == "Not Authorized to access erase on type Mutation"


def test_an_invalid_operation_is_told_in_appsyncs_words(told: Told) -> None:
    thrown = told.thrown("invalid")
    assert (thrown["name"], thrown["data"]) == ("CombinedGraphQLErrors", None)
    assert thrown["message"] == (
        "Validation error of type FieldUndefined: Field 'nothing' in type 'Query' is undefined @ 'nothing'"
    )


@pytest.mark.parametrize("credentials", ["wrong key", "garbage token", "expired token"])
def test_it_tells_the_status_of_what_is_unauthorized(told: Told, credentials: str) -> None:
    thrown = told.thrown(credentials)
    assert (thrown["name"], thrown["statusCode"]) == ("ServerError", 401)


def test_a_subscription_hears_what_its_arguments_ask_for(told: Told) -> None:
    values = told.result("subscription")
    assert {value["data"]["announced"]["id"] for value in values} == {"apollo"}
    assert values[-1] == {"data": {"announced": NOTE | {"text": "the last"}}}


def test_staff_hears_what_staff_may(told: Told) -> None:
    assert told.result("subscription as staff") == {"data": {"audited": NOTE | {"text": "checked"}}}


@pytest.mark.parametrize(
    ("subscription", "told_so"),
    [
        ("subscription of staff", "Not Authorized to access audited on type Subscription"),
        ("subscription refused", "nobody watches private"),
        ("invalid subscription", "FieldUndefined: Field 'nothing' in type 'Subscription'"),
        ("socket with a wrong key", "Connection failed: UnauthorizedException"),
        ("socket with an expired token", "Connection failed: UnauthorizedException"),
    ],
)
def test_a_denied_subscription_ends_with_the_reason(told: Told, subscription: str, told_so: str) -> None:
    assert told_so in ended_by(told.result(subscription))


@pytest.mark.parametrize("deed", ["drop", "restart"])
def test_a_subscription_ends_with_its_socket(told: Told, deed: str) -> None:
    assert ended_by(told.result(f"subscription after {deed}")) == "Connection closed"


@pytest.mark.parametrize("deed", ["drop", "restart"])
def test_the_next_query_and_subscription_of_the_same_client_are_served(told: Told, deed: str) -> None:
    assert told.result(f"query after {deed}")["data"]["note"] is not None
    heard = told.result(f"next subscription after {deed}")
    assert heard == {"data": {"announced": NOTE | {"text": f"after {deed}"}}}
