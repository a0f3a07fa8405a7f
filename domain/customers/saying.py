"""What customers may say of themselves: their name, telephone and language, and whether they like to be written to."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from domain.addresses import LONGEST_PART, UNPRINTABLE
from domain.customers.addressing import UNKNOWN
from domain.customers.consenting import Said, consented
from domain.customers.customers import Customer, Refused
from domain.customers.storing import Decision
from domain.errors import ErrorCode, InputError
from domain.sessions import is_locale

LONGEST_NAME: Final = LONGEST_PART
"""A name is as long as that on a parcel may be."""
NOT_A_PHONE: Final = 'a telephone number is given with its country, such as "+49 30 123456"'
NOT_A_LOCALE: Final = 'a language is given by its tag, such as "de" or "pt-BR"'
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
"""E.164: at most 15 digits, the country's among them, which begins with none of 0. Those with fewer than seven reach
nobody from abroad (Niue's have three and four, and the country's three)."""
_TRUNK: Final = re.compile(r"\(0\)")
"""What is dialled within a country only: "+49 (0)30"."""
_GAPS: Final = re.compile(r"[\s().\-/\u2010-\u2015]+")


def edited(customer: Customer, given: Mapping[str, Any], said: Said, now: datetime) -> Decision | Refused:
    """The customer with what is ``given`` of name, phone, locale, marketing_consent and default_address_id.

    None takes away a name, a telephone or a language; of the others it says nothing. Errors lie below ``("input",)``.
    What changes nothing makes no version.
    """
    errors: list[InputError] = []
    parts: dict[str, Any] = {}
    for name in _TEXTS.keys() & given.keys():
        text, problem = _TEXTS[name](given[name] or "")
        parts[name] = text
        errors += [_invalid(problem, name)] if problem else []
    default = given.get("default_address_id")
    if default is not None:
        parts["default_address_id"] = default
        errors += [] if customer.address(default) else [replace(UNKNOWN, field=("input", "defaultAddressId"))]
    granted = given.get("marketing_consent")
    consent = None if granted is None else consented(customer, granted, said, now)
    if isinstance(consent, InputError):
        errors.append(consent)
        consent = None
    if errors:
        return tuple(errors)
    if consent is not None:
        parts["consent"] = consent
    return Decision(customer=revised(customer, now, **parts), consent=consent)


def revised(customer: Customer, now: datetime, **parts: Any) -> Customer:
    """The customer's next version with these parts; the same one when they are what it has."""
    made = replace(customer, **parts)
    return customer if made == customer else replace(made, version=customer.version + 1, updated_at=now)


def plain_name(text: str) -> tuple[str | None, str | None]:
    """A name without outer space, None for a blank one; and what is wrong with it."""
    name = text.strip()
    if len(name) > LONGEST_NAME:
        return None, f"a name has at most {LONGEST_NAME} characters"
    if UNPRINTABLE.search(name):
        return None, "control characters and line ends are not accepted in a name"
    return name or None, None


def plain_phone(text: str) -> tuple[str | None, str | None]:
    """A telephone number in the form of E.164, None for a blank one; and what is wrong with it."""
    digits = _GAPS.sub("", _TRUNK.sub("", text))
    if not digits:
        return None, None if not text.strip() else NOT_A_PHONE
    return (digits, None) if _PHONE.fullmatch(digits) else (None, NOT_A_PHONE)


def plain_locale(text: str) -> tuple[str | None, str | None]:
    """A language tag, None for a blank one; and what is wrong with it. ``pt_BR`` is how some programs write it."""
    tag = text.strip().replace("_", "-")
    return (tag or None, None) if not tag or is_locale(tag) else (None, NOT_A_LOCALE)


def _invalid(message: str, name: str) -> InputError:
    return InputError(code=ErrorCode.INVALID, message=message, field=("input", name))


_TEXTS: Final[Mapping[str, Callable[[str], tuple[str | None, str | None]]]] = {
    "name": plain_name,
    "phone": plain_phone,
    "locale": plain_locale,
}
