"""Postal addresses, in any script."""

import strawberry

from schema.prose import entity, wanted
from schema.scalars import AWSPhone


@entity
class Address:
    """A postal address, as it was given.

    id: What one that a customer keeps is known by; null in carts and orders, which have copies.
    name: Who lives or works there.
    company: The company.
    line1: Street and number.
    line2: What else the house is found by.
    city: The town.
    region: Code of the state or province by ISO 3166-2, such as "CA".
    postal_code: The postal code.
    country: Code of the country by ISO 3166-1, two letters such as "DE".
    phone: Where the carrier may call.
    """

    id: strawberry.ID | None
    name: str
    company: str | None
    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str | None
    country: str
    phone: AWSPhone | None


@wanted
class AddressInput:
    """A postal address, in any script; each part at most 255 characters, on one line.

    name: Who lives or works there.
    line1: Street and number.
    city: The town.
    country: Code of the country by ISO 3166-1, two letters such as "DE".
    company: The company.
    line2: What else the house is found by.
    region: Code of the state or province by ISO 3166-2, such as "CA"; taxes and shipping may depend on it.
    postal_code: The postal code; shipping may depend on it.
    phone: Where the carrier may call.
    """

    name: str
    line1: str
    city: str
    country: str
    company: str | None = None
    line2: str | None = None
    region: str | None = None
    postal_code: str | None = None
    phone: AWSPhone | None = None
