"""What one cell says: an amount, a weight, a truth, an address; and what is wrong with it if it says none."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final
from urllib.parse import urljoin, urlsplit

from domain.catalog.products import ProductStatus
from domain.catalog.texts import LONGEST_SLUG, SLUG
from domain.inventory.stock import MOST_UNITS
from domain.money import BadAmount, CurrencyCode, Money, MoneyDraft

HEAVIEST: Final = 2**31 - 1
"""Grams; GraphQL's Int ends here (GraphQL specification, section 3.5.1)."""
GRAMS_IN: Final = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
"""Exact by the international yard and pound agreement of 1959."""


class BadCell(ValueError):
    """The message says what would be right."""


def handle(text: str) -> str:
    """The product's unique name in addresses."""
    if not SLUG.fullmatch(text) or len(text) > LONGEST_SLUG:
        raise BadCell(f'"{text[:40]}" is not a handle: lower-case letters, digits and single dashes, as in "red-shirt"')
    return text


def truth(text: str) -> bool:
    """Spreadsheets write TRUE, Shopify true."""
    word = text.lower()
    if word not in {"true", "false"}:
        raise BadCell(f'"{text[:40]}" is neither true nor false')
    return word == "true"


def status(text: str) -> ProductStatus:
    """Shopify's active, draft and archived."""
    try:
        return ProductStatus(text.upper())
    except ValueError as fault:
        raise BadCell(f'"{text[:40]}" is not one of active, draft, archived') from fault


def price(currency: CurrencyCode) -> Callable[[str], MoneyDraft]:
    """A reader of amounts in ``currency``."""

    def read(text: str) -> MoneyDraft:
        try:
            amount = Money.parse(text, currency)
        except BadAmount as fault:
            raise BadCell(str(fault)) from fault
        if amount.minor < 0:
            raise BadCell(f'"{text}" is negative, which no price is')
        return MoneyDraft(amount=amount.amount, currency=currency)

    return read


def grams(text: str, unit: str = "g") -> int:
    """A weight in whole grams, halves rounded up; raises BadCell for what is no weight."""
    try:
        weight = Decimal(text) * GRAMS_IN[unit.lower()]
        whole = int(weight.quantize(Decimal(1), ROUND_HALF_UP))
    except KeyError as fault:
        raise BadCell(f'"{unit[:40]}" is not a unit of weight: g, kg, oz or lb') from fault
    except (InvalidOperation, ValueError, OverflowError) as fault:
        raise BadCell(f'"{text[:40]}" is not a weight; write it like "250"') from fault
    if not 0 <= whole <= HEAVIEST:
        raise BadCell(f"a weight is from 0 to {HEAVIEST} grams")
    return whole


def quantity(text: str) -> int:
    """Units on hand; Shopify's negative ones, of what was sold beyond them, are none."""
    digits = text.removeprefix("-")
    if not (
        digits.isascii() and digits.isdigit() and len(digits) <= len(str(MOST_UNITS)) and int(digits) <= MOST_UNITS
    ):
        raise BadCell(f'"{text[:40]}" is not a number of units; write it like "25"')
    return max(0, int(text))


def policy(text: str) -> bool:
    """Whether it is sold when none is left: Shopify's continue, not its deny; true and false in its newer files."""
    known = {"continue": True, "deny": False, "true": True, "false": False}
    if text.lower() not in known:
        raise BadCell(f'"{text[:40]}" is neither deny nor continue')
    return known[text.lower()]


def position(text: str) -> int:
    """The place of a picture among the product's, from 1."""
    if not (text.isascii() and text.isdigit() and len(text) < len(str(HEAVIEST))):
        raise BadCell(f'"{text[:40]}" is not a position; write it like "1"')
    return int(text)


def address(base: str | None) -> Callable[[str], str]:
    """A reader of picture addresses; relative ones start from ``base``, where there is one."""

    def read(text: str) -> str:
        url = text if urlsplit(text).scheme or base is None else urljoin(base, text)
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or any(letter.isspace() for letter in url):
            raise BadCell(f'"{text[:80]}" is not an address such as "https://example.com/red-shirt.jpg"')
        return url

    return read


def path(text: str) -> tuple[str, ...]:
    """A category as Shopify writes it: ``Home & Garden > Kitchen``."""
    names = tuple(name.strip() for name in text.split(">"))
    if not all(names):
        raise BadCell(f'"{text[:80]}" is not a category such as "Home & Garden > Kitchen"')
    return names
