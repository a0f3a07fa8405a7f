"""Where people live and parcels go, and how parts of an address are compared."""

from typing import Final

from domain.values import value

_GAPS: Final = str.maketrans("", "", " -\u3000\u00a0\u2010\u2011\u2012\u2013\u2014\u2212\u30fc")
"""What people write between the digits of a postal code, in any script."""


@value
class Address:
    """A postal address as it was given: any script, nothing looked up.

    ``country`` is an ISO 3166-1 alpha-2 code, ``region`` the code of a subdivision by ISO 3166-2, with or without the
    country before it (``CA`` or ``US-CA``).
    """

    name: str
    company: str | None = None
    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postal_code: str | None = None
    country: str
    phone: str | None = None


def plain_country(text: str) -> str:
    """A country's code as it is compared."""
    return text.strip().upper()


def plain_region(text: str | None, country: str) -> str:
    """A region's code as it is compared: upper case, without its country. Empty when there is none."""
    return (text or "").strip().upper().removeprefix(f"{plain_country(country)}-")


def plain_postal_code(text: str | None) -> str:
    """A postal code as it is compared: upper case, without spaces and dashes. Empty when there is none."""
    return (text or "").upper().translate(_GAPS).strip()
