"""Where people live and parcels go, and how parts of an address are compared."""

import re
from dataclasses import fields
from typing import Final

from domain.errors import ErrorCode, InputError
from domain.values import value

LONGEST_PART: Final = 255
COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
"""ISO 3166-1 alpha-2, whose list changes; what is sent where is the shop's to say."""
NO_COUNTRY: Final = 'a country is given by its code of two letters, such as "DE"'
_REQUIRED: Final = ("name", "line1", "city", "country")
UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Unicode's categories Cc, Zl, Zp and Cs: what a label has no place for."""
_GAPS: Final = str.maketrans("", "", " -\u3000\u00a0\u2010\u2011\u2012\u2013\u2014\u2212\u30fc")
"""What people write between the digits of a postal code, in any script."""


@value
class Destination:
    """The part of an address that shipping and taxes depend on, which may be all that is known of a buyer.

    ``country`` is an ISO 3166-1 alpha-2 code, ``region`` the code of a subdivision by ISO 3166-2, with or without the
    country before it (``CA`` or ``US-CA``).
    """

    country: str
    region: str | None = None
    postal_code: str | None = None


@value
class Address:
    """A postal address as it was given: any script, nothing looked up. Country and region as in Destination."""

    name: str
    company: str | None = None
    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postal_code: str | None = None
    country: str
    phone: str | None = None

    @property
    def destination(self) -> Destination:
        """Where in the world it is."""
        return Destination(country=self.country, region=self.region, postal_code=self.postal_code)


def address_of(given: Address, *path: str) -> Address | tuple[InputError, ...]:
    """The address without outer space and with its country in upper case, or all that is wrong, each below ``path``.

    Blank is absent. Whether the place exists is not asked: no list knows all streets, and people know their own.
    """
    parts = {name: _clean(getattr(given, name)) for name in _PARTS}
    errors = [_refused(ErrorCode.REQUIRED, "must not be blank", path, name) for name in _REQUIRED if not parts[name]]
    for name, text in parts.items():
        if text and len(text) > LONGEST_PART:
            errors.append(_refused(ErrorCode.INVALID, f"at most {LONGEST_PART} characters", path, name))
        if text and UNPRINTABLE.search(text):
            errors.append(_refused(ErrorCode.INVALID, "control characters and line ends are not accepted", path, name))
    country = plain_country(given.country)
    if parts["country"] and not COUNTRY.fullmatch(country):
        errors.append(_refused(ErrorCode.INVALID, NO_COUNTRY, path, "country"))
    return tuple(errors) or Address(**(parts | {"country": country}))  # type: ignore[arg-type]  # the required are texts


def plain_country(text: str) -> str:
    """A country's code as it is compared."""
    return text.strip().upper()


def plain_region(text: str | None, country: str) -> str:
    """A region's code as it is compared: upper case, without its country. Empty when there is none."""
    return (text or "").strip().upper().removeprefix(f"{plain_country(country)}-")


def plain_postal_code(text: str | None) -> str:
    """A postal code as it is compared: upper case, without spaces and dashes. Empty when there is none."""
    return (text or "").upper().translate(_GAPS).strip()


def _clean(text: str | None) -> str | None:
    return (text or "").strip() or None


def _refused(code: ErrorCode, message: str, path: tuple[str, ...], name: str) -> InputError:
    return InputError(code=code, message=message, field=(*path, _WIRE.get(name, name)))


_PARTS: Final = tuple(field.name for field in fields(Address))
_WIRE: Final = {"postal_code": "postalCode"}
"""What the graph calls a part."""
