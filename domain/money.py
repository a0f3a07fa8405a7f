"""Money: an integer count of minor units and a currency. No float anywhere, and no truth value."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, NoReturn

from domain.values import value


class CurrencyCode(Enum):
    """ISO 4217 currency codes the shop can price in."""

    USD = "USD"
    EUR = "EUR"
    GBP = "GBP"
    CAD = "CAD"
    AUD = "AUD"
    CHF = "CHF"
    SEK = "SEK"
    NOK = "NOK"
    DKK = "DKK"
    PLN = "PLN"
    CZK = "CZK"
    JPY = "JPY"
    CNY = "CNY"
    INR = "INR"
    BRL = "BRL"
    MXN = "MXN"
    AED = "AED"
    SAR = "SAR"
    KWD = "KWD"
    MAD = "MAD"
    TND = "TND"
    ZAR = "ZAR"

    @property
    def decimals(self) -> int:
        """Digits after the point (ISO 4217, column "minor unit")."""
        return _DECIMALS.get(self, 2)


_DECIMALS: Final = {CurrencyCode.JPY: 0, CurrencyCode.KWD: 3, CurrencyCode.TND: 3}
_AMOUNT: Final = re.compile(r"(-?)(\d{1,16})(?:\.(\d+))?", re.ASCII)
"""Up to as many digits before the point as LARGEST_MINOR has, which a currency without decimals can need."""
LARGEST_MINOR: Final = 10**15
"""Bound of an amount in minor units: sums of nine thousand such amounts still fit a signed 64-bit integer."""


class BadAmount(ValueError):
    """A text that is no amount in its currency; the message says what would be right."""

    def __init__(self, text: str, currency: CurrencyCode) -> None:
        self.text, self.currency = text, currency
        example = "12" if currency.decimals == 0 else "12." + "5".ljust(currency.decimals, "0")
        super().__init__(f'"{text[:40]}" is not an amount in {currency.value}; write it like "{example}"')


class MixedCurrencies(ValueError):
    """Two amounts of different currencies met in one calculation: always a bug in the caller."""

    def __init__(self, one: CurrencyCode, other: CurrencyCode) -> None:
        self.one, self.other = one, other
        super().__init__(f"cannot combine {one.value} with {other.value}")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: ``minor`` units (cents, yen, fils) of ``currency``."""

    minor: int
    currency: CurrencyCode

    def __bool__(self) -> NoReturn:
        raise TypeError("money has no truth value: compare .minor with 0, or the object with None")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def _same(self, other: "Money") -> None:
        if self.currency is not other.currency:
            raise MixedCurrencies(self.currency, other.currency)

    @property
    def amount(self) -> str:
        """Decimal text in major units, with exactly the currency's decimals: ``"12.50"``, ``"1200"``, ``"0.005"``."""
        places = self.currency.decimals
        sign, digits = ("-" if self.minor < 0 else ""), str(abs(self.minor)).rjust(places + 1, "0")
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits

    @classmethod
    def parse(cls, text: str, currency: CurrencyCode) -> "Money":
        """Read decimal text; missing decimals are zeros, zeros beyond the currency's decimals are dropped.

        Raises BadAmount for anything else: other digits beyond the minor unit are never rounded away.
        """
        match = _AMOUNT.fullmatch(text.strip())
        places = currency.decimals
        fraction = (match[3] or "").rstrip("0") if match else ""
        if match is None or len(fraction) > places:
            raise BadAmount(text, currency)
        minor = int(match[2]) * 10**places + int(fraction.ljust(places, "0") or "0")
        if minor > LARGEST_MINOR:
            raise BadAmount(text, currency)
        return cls(-minor if match[1] else minor, currency)


@value
class MoneyDraft:
    """An amount as text, read by Money.parse."""

    amount: str
    currency: CurrencyCode


def price_in(prices: tuple[Money, ...], currency: CurrencyCode) -> Money | None:
    """The amount of a price list that is in ``currency``."""
    for price in prices:
        if price.currency is currency:
            return price
    return None


def price_of(prices: tuple[Money, ...], *currencies: CurrencyCode) -> Money:
    """The amount in the first of ``currencies`` that the list has, else its first amount."""
    for currency in currencies:
        found = price_in(prices, currency)
        if found is not None:
            return found
    return prices[0]
