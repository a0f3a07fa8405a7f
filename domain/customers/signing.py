"""How people come to be customers: who may sign up, and what the user pool's word about somebody makes of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.customers.customers import Customer
from domain.customers.emails import email_problem
from domain.customers.saying import plain_locale, plain_name, plain_phone
from domain.ids import CustomerId
from domain.values import value

_CHECKED: Final = {"name": plain_name, "phone_number": plain_phone, "locale": plain_locale}
"""What people may say at sign-up, under the user pool's names (OpenID Connect Core, section 5.1)."""


@value
class Told:
    """What the user pool says of a user as of a moment: a token's ``iat``, or now, when it was asked."""

    email: str
    verified: bool
    at: datetime


def sign_up_problem(attributes: Mapping[str, str]) -> str | None:
    """Why nobody may sign up with these attributes of a user; None when they may.

    Cognito shows it as "PreSignUp failed with error …." and puts the last dot itself. It repeats nothing of what was
    given: messages end up in logs.
    """
    problems = [email_problem(attributes.get("email", ""))]
    problems += [read(attributes.get(name, ""))[1] for name, read in _CHECKED.items()]
    return next((problem for problem in problems if problem), None)


def signed_up(id_: CustomerId, told: Told, attributes: Mapping[str, str], now: datetime) -> Customer:
    """The first version of a customer. What could not be said to the shop is left out: who has an account is let in."""
    return Customer(
        id=id_,
        email=told.email,
        email_verified=told.verified,
        email_at=told.at,
        name=plain_name(attributes.get("name", ""))[0],
        phone=plain_phone(attributes.get("phone_number", ""))[0],
        locale=plain_locale(attributes.get("locale", ""))[0],
        created_at=now,
        updated_at=now,
    )


def heard(customer: Customer, told: Told, now: datetime) -> Customer:
    """The customer with the e-mail that the user pool says, unless the shop has heard something newer.

    A token goes on saying what was true when it was given out.
    """
    if (told.email, told.verified) == (customer.email, customer.email_verified) or told.at <= customer.email_at:
        return customer
    return replace(
        customer,
        version=customer.version + 1,
        updated_at=now,
        email=told.email,
        email_verified=told.verified,
        email_at=told.at,
    )
