"""Who may sign up, and what the user pool's word makes of a customer."""

from datetime import timedelta

import pytest

from domain.customers.claiming import claimable_email, may_claim
from domain.customers.signing import Told, heard, sign_up_problem, signed_up
from domain.ids import CustomerId
from tests.domain.customers.making import NOON, customer


def test_an_email_that_can_be_written_to_may_sign_up() -> None:
    assert sign_up_problem({"email": "ada+shop@example.org"}) is None
    given = {"email": "ada@example.org", "name": "Ada", "phone_number": "+4930123456", "locale": "en_GB"}
    assert sign_up_problem(given) is None


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"email": "ada@localhost"},
        {"email": "ada@example.org", "name": "Ada\nLovelace"},
        {"email": "ada@example.org", "name": "x" * 1_000_000},
        {"email": "ada@example.org", "phone_number": "030 123"},
        {"email": "ada@example.org", "locale": "<script>"},
    ],
)
def test_who_may_not_is_told_why_in_one_sentence_that_cognito_ends(attributes: dict[str, str]) -> None:
    problem = sign_up_problem(attributes)
    assert problem
    assert problem[-1] != "."
    assert not any(text and text in problem for text in attributes.values())


def test_a_profile_is_made_of_what_the_pool_says_without_what_the_shop_cannot_take() -> None:
    told = Told(email="Ada@Example.org", verified=True, at=NOON)
    made = signed_up(CustomerId("c0ffee"), told, {"name": " Ada ", "phone_number": "030", "locale": "de"}, NOON)
    assert made == customer(name="Ada", locale="de")


def test_a_token_that_was_given_out_earlier_says_nothing_new() -> None:
    known, later = customer(), NOON + timedelta(hours=1)
    new = heard(known, Told(email="Lady@example.org", verified=True, at=NOON + timedelta(minutes=5)), later)
    assert (new.email, new.version, new.updated_at) == ("Lady@example.org", 2, later)
    old = Told(email=known.email, verified=True, at=NOON + timedelta(minutes=4))
    assert heard(new, old, later) is new
    assert heard(new, Told(email="Lady@example.org", verified=True, at=later), later) is new


def test_an_order_is_claimed_by_a_verified_email_alone() -> None:
    known = customer()
    assert may_claim(known, "ADA@example.org", None)
    assert not may_claim(known, "ada+x@example.org", None)
    assert not may_claim(known, "ada@example.org", "another")
    unproven = customer(email_verified=False)
    assert claimable_email(unproven) is None
    assert not may_claim(unproven, "ada@example.org", None)
