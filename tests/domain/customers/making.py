"""Customers for tests, and what they say."""

from datetime import UTC, datetime
from typing import Any, Final

from domain.addresses import Address
from domain.customers.consenting import Said
from domain.customers.customers import Customer
from domain.ids import CustomerId

NOON: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
SAID: Final = Said(wording="Write to me about new things", where="account settings")
HOME: Final = Address(name="Ada Lovelace", line1="1 Main St", city="Berlin", country="DE")


def customer(**parts: Any) -> Customer:
    """Ada, if not said otherwise."""
    usual: dict[str, Any] = {
        "id": CustomerId("c0ffee"),
        "email": "Ada@Example.org",
        "email_verified": True,
        "email_at": NOON,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Customer(**(usual | parts))
