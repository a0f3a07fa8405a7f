"""What can become of a customer when they meet the store."""

from domain.customers.customers import Consent, Customer, Refused
from domain.customers.wishes import Wish
from domain.pages import Page
from domain.values import value


@value
class Decision:
    """A customer's next version, or the same one where nothing changes; and the entry that its log gets."""

    customer: Customer
    consent: Consent | None = None


@value
class Refusal:
    """Why the customer stays as they are."""

    errors: Refused


@value
class NoCustomer:
    """There is no such customer, or none any more."""


@value
class StoredCustomer:
    """The customer as they are stored now; ``replayed`` when the request was carried out before."""

    customer: Customer
    replayed: bool = False


@value
class Everything:
    """All that is kept of a customer: what they are given when they ask for it."""

    customer: Customer
    consents: tuple[Consent, ...]
    wishes: tuple[Wish, ...]


@value
class Found:
    """A page of the customers that a search finds; ``complete`` is False where there are more than it looks at."""

    page: Page[Customer]
    complete: bool
