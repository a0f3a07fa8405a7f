"""Amplify JS v6, unchanged, against a whole running system: what an application that uses it sees.

It throws what a GraphQL answer with errors holds, and tells of a transport error only that it is one.
"""

import json

import pytest

from tests.real_clients.laptop import Laptop
from tests.real_clients.programs import NODE, Told, told_by

NOTE = {"id": "amplify"}


@pytest.fixture(scope="module")
def told(laptop: Laptop) -> Told:
    return told_by(NODE, "amplify.mjs", laptop)


def test_it_signs_in_by_srp_and_sends_no_password(laptop: Laptop, told: Told) -> None:
    assert told.result("sign in") == {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
    sent = told.result("sent to sign in")
    first, second = (json.loads(body) for body in sent[:2])
    assert (first["AuthFlow"], second["ChallengeName"]) == ("USER_SRP_AUTH", "PASSWORD_VERIFIER")
    assert not any(laptop.person()["password"] in body for body in sent)


def test_it_can_sign_in_after_a_restart(told: Told) -> None:
    assert told.result("sign in after restart")["isSignedIn"]


def test_it_refreshes_a_token_that_runs_out(told: Told) -> None:
    first, second = told.result("tokens")
    assert first["origin_jti"] == second["origin_jti"]  # of one sign-in
    assert first["jti"] != second["jti"]
    assert told.result("query with a refreshed token") == {"data": {"note": None}}


def test_a_user_asks_and_changes(told: Told) -> None:
    assert told.result("mutation") == {"data": {"announce": NOTE | {"text": "hello"}}}
    assert told.result("query") == {"data": {"note": "hello"}}


def test_a_guest_asks_by_api_key(told: Told) -> None:
    assert told.result("guest") == {"data": {"note": "hello"}}


def test_staff_does_what_staff_may(told: Told) -> None:
    assert told.result("staff") == {"data": {"erase": NOTE | {"text": None}}}


def test_a_denied_field_is_null_with_an_error_of_its_path(told: Told) -> None:
    thrown = told.thrown("denied")
    assert thrown["data"] == {"erase": None}
    [error] = thrown["errors"]
    assert (error["path"], error["errorType"]) == (["erase"], "Unauthorized")
    assert error["message"] == "Not Authorized to access erase on type Mutation"


def test_an_invalid_operation_is_told_in_appsyncs_words(told: Told) -> None:
    thrown = told.thrown("invalid")
    assert thrown["data"] is None
    [error] = thrown["errors"]
    assert error["message"] == (
        "Validation error of type FieldUndefined: Field 'nothing' in type 'Query' is undefined @ 'nothing'"
    )


@pytest.mark.parametrize("credentials", ["wrong key", "garbage token", "expired token"])
def test_it_knows_what_is_unauthorized_by_the_header(told: Told, credentials: str) -> None:
    thrown = told.thrown(credentials)
    assert thrown["data"] == {}
    [error] = thrown["errors"]
    assert (error["message"], error["originalError"]) == ("Unauthorized", "UnauthorizedException")
    assert "authMode" in error["recoverySuggestion"]


def test_signed_out_it_asks_nothing(told: Told) -> None:
    assert told.thrown("signed out")["name"] == "NoValidAuthTokens"


def test_a_subscription_hears_what_its_arguments_ask_for(told: Told) -> None:
    values = told.result("subscription")
    assert {value["data"]["announced"]["id"] for value in values} == {"amplify"}
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
    ],
)
def test_a_denied_subscription_fails_with_the_reason(told: Told, subscription: str, told_so: str) -> None:
    heard = told.result(subscription)
    assert heard["values"] == []
    [error] = heard["error"]["errors"]
    assert error["message"].startswith("Connection failed: ")
    assert told_so in error["message"]


@pytest.mark.parametrize("deed", ["drop", "restart"])
def test_a_subscription_comes_back_by_itself(told: Told, deed: str) -> None:
    heard = told.result(f"subscription after {deed}")
    assert not heard["over"]
    assert heard["values"][0] == {"data": {"announced": NOTE | {"text": f"after {deed}"}}}
    assert (heard["states"][0], heard["states"][-1]) == ("ConnectionDisrupted", "Connected")


@pytest.mark.parametrize("deed", ["drop", "restart"])
def test_the_next_query_is_answered(told: Told, deed: str) -> None:
    assert told.result(f"query after {deed}")["data"]["note"] is not None
