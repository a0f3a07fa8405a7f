"""Money on the wire: a decimal string and a currency, never a float."""

from domain.money import CurrencyCode
from schema.prose import choice, entity, wanted

__all__ = ["CurrencyCode", "Money", "MoneyInput"]

choice(CurrencyCode)


@entity
class Money:
    """An exact amount of money.

    amount: Decimal text in major units with exactly the currency's decimals, such as "12.50", or "1200" in JPY.
    currency: The currency of the amount.
    """

    amount: str
    currency: CurrencyCode


@wanted
class MoneyInput:
    """An exact amount of money.

    amount: Decimal text in major units, such as "12.5"; more decimals than the currency has are refused.
    currency: The currency of the amount.
    """

    amount: str
    currency: CurrencyCode
