"""Who a customer is, and what is known of them."""

from datetime import datetime
from typing import Final

from domain.addresses import Address
from domain.errors import UserError
from domain.ids import ADDRESS, AddressId, CustomerId, derived
from domain.values import value

MOST_ADDRESSES: Final = 20
"""Of one customer: a household and who gets presents. At 9 KB each, in the longest letters, they fit one item."""

type Refused = tuple[UserError, ...]


@value
class SavedAddress:
    """An address that a customer has chosen to keep."""

    id: AddressId
    address: Address


@value
class Consent:
    """What a customer said about being written to: the ``seq``-th time they said something else than before.

    ``wording`` is what they agreed to or withdrew, as they read it, and ``where`` the place at which they said it.
    """

    seq: int
    at: datetime
    granted: bool
    wording: str
    where: str


@value
class Customer:
    """A person with an account. ``id`` is the user pool's ``sub``, so there is one for each user and no other.

    ``email`` is as the user pool has it, of which the shop heard as of ``email_at``; ``email_verified`` when a letter
    to it was answered. ``phone`` is an E.164 number. ``consent`` is the last entry of its log, None before the first.
    """

    id: CustomerId
    version: int = 1
    email: str
    email_verified: bool
    email_at: datetime
    name: str | None = None
    phone: str | None = None
    locale: str | None = None
    addresses: tuple[SavedAddress, ...] = ()
    default_address_id: AddressId | None = None
    consent: Consent | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def marketing_consent(self) -> bool:
        """Whether the shop may write to them about more than their orders; a letter goes to a verified e-mail only."""
        return self.consent is not None and self.consent.granted

    def address(self, of: AddressId) -> SavedAddress | None:
        """One of their addresses."""
        return next((one for one in self.addresses if one.id == of), None)


def address_id(customer: CustomerId, version: int) -> AddressId:
    """The id of the address that is saved by this version of a customer, which saves one at most."""
    return AddressId(derived(ADDRESS, customer, str(version)))
