"""A user's whole life in the shop by Amplify JS v6, unchanged: what they do in Cognito, what the shop makes of it.

The answers are those of the laptop's pool (local/user_pool.py), in the words of the Cognito API reference.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.constructs.users import ACCESS_MINUTES
from local.deploy import TEMPLATES
from tests.real_clients.laptop import Laptop
from tests.real_clients.programs import NODE, Told, told_by

DONE = {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with Laptop(tmp_path_factory.mktemp("laptop"), TEMPLATES) as shop:
        yield told_by(NODE, "sign_in.mjs", shop, tokens=False)


def named(told: Told, behaviour: str) -> tuple[str, str]:
    thrown = told.thrown(behaviour)
    return thrown["name"], thrown["message"]


def next_step(told: Told, behaviour: str) -> Any:
    return told.result(behaviour)["nextStep"]["signInStep"]


def test_who_cannot_be_written_to_is_told_why_at_sign_up(told: Told) -> None:
    name, message = named(told, "odd e-mail")
    assert name == "UserLambdaValidationException"
    assert message.startswith("PreSignUp failed with error the part of an e-mail address after the @ is")
    assert named(told, "odd name")[1].endswith("control characters and line ends are not accepted in a name.")
    assert named(told, "weak password")[0] == "InvalidPasswordException"


def test_of_two_who_sign_up_at_once_with_one_e_mail_in_any_case_one_is_a_user(told: Told) -> None:
    assert told.result("two sign-ups at once") == ["CONFIRM_SIGN_UP", "UsernameExistsException"]


def test_nobody_is_in_before_the_code_of_the_letter_is_given(told: Told) -> None:
    assert next_step(told, "unconfirmed") == "CONFIRM_SIGN_UP"
    assert named(told, "wrong code")[0] == "CodeMismatchException"
    assert told.result("letters") == ["Your verification code"] * 2
    assert told.result("confirm") == {"isSignUpComplete": True, "nextStep": {"signUpStep": "DONE"}}
    assert named(told, "confirm again")[0] == "NotAuthorizedException"


def test_the_profile_is_there_with_the_confirmation_before_they_ever_sign_in(told: Told) -> None:
    assert told.result("found by staff") == [{"node": {"name": "Ada", "emailVerified": True}}]


def test_a_stranger_is_told_what_a_wrong_password_is(told: Told) -> None:
    assert named(told, "nobody") == named(told, "wrong password")
    assert named(told, "wrong password") == ("NotAuthorizedException", "Incorrect username or password.")
    step = told.result("reset of nobody")["nextStep"]
    assert step["resetPasswordStep"] == told.result("reset")["nextStep"]["resetPasswordStep"]


def test_they_sign_in_by_srp_and_are_who_they_said(told: Told) -> None:
    assert told.result("sign in") == DONE
    first, second = told.result("tokens")
    assert {"name": "Ada", "locale": "de", "emailVerified": True, "id": first["sub"]}.items() <= told.result(
        "me"
    ).items()
    assert (first["origin"], first["jti"] != second["jti"]) == (second["origin"], True), "refreshed within one session"


def test_a_token_lives_as_long_as_is_stated(told: Told) -> None:
    assert {token["seconds"] for token in told.result("tokens")} == {ACCESS_MINUTES * 60}


def test_another_e_mail_is_theirs_once_its_code_is_given_and_the_shop_hears_of_it(told: Told) -> None:
    assert told.result("change e-mail")["email"]["nextStep"]["updateAttributeStep"] == "CONFIRM_ATTRIBUTE_WITH_CODE"
    assert named(told, "e-mail of somebody else")[0] == "AliasExistsException"
    assert told.result("another code for it")["deliveryMedium"] == "EMAIL"
    assert told.result("letters of the new e-mail") == 2
    assert told.result("e-mail before its code") == told.result("me")
    assert named(told, "wrong code for it")[0] == "CodeMismatchException"
    assert told.result("verify e-mail") == "done"
    assert told.result("claim") == {"claimed": 0, "userErrors": []}
    before, after = told.result("me"), told.result("e-mail after it")
    assert after["email"].lower() == f"new.{before['email']}".lower()
    assert {**after, "email": before["email"]} == before


def test_who_is_let_in_without_a_code_is_a_customer_and_claims_nothing(told: Told) -> None:
    assert told.result("let in without a code")["emailVerified"] is False
    payload = told.result("claim without a code")
    assert (payload["claimed"], [error["code"] for error in payload["userErrors"]]) == (None, ["INVALID"])


def test_a_change_of_group_takes_effect_at_the_next_token(told: Told) -> None:
    for denied in ("not staff", "staff by the old token", "staff no more"):
        assert [error["errorType"] for error in told.thrown(denied)["errors"]] == ["Unauthorized"], denied
    assert told.result("staff by the next token")["data"]["customers"]


def test_signing_out_everywhere_ends_every_session(told: Told) -> None:
    assert "AccessToken" in told.result("another device")
    assert told.result("session after it") == "none"
    assert named(told, "another device after it") == ("NotAuthorizedException", "Refresh Token has been revoked")


def test_a_forgotten_password_is_replaced_by_the_code_of_a_letter(told: Told) -> None:
    assert named(told, "wrong reset")[0] == "CodeMismatchException"
    assert told.result("set password") == "done"
    assert named(told, "old password")[0] == "NotAuthorizedException"
    assert told.result("new password") == DONE


def test_who_is_disabled_is_out_when_their_token_ends_and_comes_in_no_more(told: Told) -> None:
    assert told.result("token of who is disabled") == told.result("e-mail after it"), "AppSync asks nobody"
    assert told.result("refresh of who is disabled") == "none"
    assert named(told, "sign-in of who is disabled") == ("NotAuthorizedException", "User is disabled.")


def test_staff_may_ask_for_a_code_of_their_telephone_too(told: Told) -> None:
    assert named(told, "wrong TOTP set-up")[0] == "EnableSoftwareTokenMFAException"
    assert told.result("set up TOTP") == "done"
    assert next_step(told, "sign in of staff") == "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
    assert named(told, "wrong TOTP")[0] == "CodeMismatchException"
    assert told.result("TOTP") == DONE
    assert "data" in told.result("staff by TOTP")
