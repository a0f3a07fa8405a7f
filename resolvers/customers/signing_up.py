"""How a user of the pool becomes a customer: at the first sign that they are one, and once."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from domain.customers.customers import Customer
from domain.customers.signing import Told, heard, sign_up_problem, signed_up
from domain.customers.storing import Decision, StoredCustomer
from domain.ids import CustomerId
from resolvers._kit.callers import Shopper
from resolvers._kit.triggering import Refused
from resolvers.customers.ports import Customers, Known, Store


class Door(Struct, frozen=True, kw_only=True):
    """What is needed where people come in; ``claim`` makes a guest's orders theirs."""

    store: Store
    claim: Callable[[Customer], int]
    now: Callable[[], datetime]


def let_in(attributes: Mapping[str, str]) -> None:
    """Raise Refused for who may not sign up with these attributes."""
    if (problem := sign_up_problem(attributes)) is not None:
        raise Refused(problem)


def confirmed(door: Door, attributes: Mapping[str, str]) -> None:
    """Somebody has shown that an e-mail is theirs, at sign-up or for a new password: perhaps told twice, or late."""
    if not attributes.get("email"):
        return
    of = known(attributes, door.now())
    customer = made(door.store, CustomerId(attributes["sub"]), of, door.now())
    if customer is not None and (customer := updated(door.store, customer, of, door.now())) is not None:
        door.claim(customer)


def told_by(caller: Shopper) -> Known | None:
    """What the caller's token says; None of an access token, which says no e-mail."""
    email = caller.claims.get("email")
    if not email:
        return None
    at = datetime.fromtimestamp(int(caller.claims["iat"]), UTC)
    return known(caller.claims, at)


def known(attributes: Mapping[str, Any], at: datetime) -> Known:
    """What a user's attributes say as of a moment; a token has a boolean where the pool has a word."""
    verified = attributes.get("email_verified") in {True, "true"}
    texts = {name: value for name, value in attributes.items() if isinstance(value, str)}
    return Known(told=Told(email=texts["email"], verified=verified, at=at), attributes=texts)


def own(customers: Customers, caller: Shopper) -> Customer | None:
    """The customer who asks, made when this is the first that is heard of them, with what is new of their e-mail.

    None for a user who was erased, or whom the pool does not know any more.
    """
    id_, told = CustomerId(caller.sub), told_by(caller)
    kept = customers.store.get(id_)
    if kept is None:
        told = told or customers.ask(id_)
        return None if told is None else made(customers.store, id_, told, customers.now())
    return kept if told is None else updated(customers.store, kept, told, customers.now())


def made(store: Store, id_: CustomerId, of: Known, now: datetime) -> Customer | None:
    """The customer that there is now of a user; None of one who has just been erased."""
    outcome = store.make(signed_up(id_, of.told, of.attributes, now))
    return outcome.customer if isinstance(outcome, StoredCustomer) else None


def updated(store: Store, kept: Customer, of: Known, now: datetime) -> Customer | None:
    """The customer with the e-mail that the pool says, if that is news."""
    if heard(kept, of.told, now) is kept:
        return kept
    outcome = store.change(kept.id, lambda customer: Decision(customer=heard(customer, of.told, now)))
    return outcome.customer if isinstance(outcome, StoredCustomer) else None
