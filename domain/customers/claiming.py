"""Which orders that were bought without an account become part of a customer's history."""

from domain.customers.customers import Customer
from domain.customers.emails import plain_email


def claimable_email(customer: Customer) -> str | None:
    """The e-mail whose guest orders are the customer's to claim, as e-mails are compared; None while it is unverified.

    Anybody can sign up with anybody's e-mail; only its owner can answer the letter.
    """
    return plain_email(customer.email) if customer.email_verified else None


def may_claim(customer: Customer, ordered_with: str, owner: str | None) -> bool:
    """Whether an order that was bought with an e-mail, and has this owner, is the customer's to claim."""
    return owner is None and claimable_email(customer) == plain_email(ordered_with)
