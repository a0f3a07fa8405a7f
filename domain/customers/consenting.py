"""Whether a customer may be written to: each change of mind is an entry of a log that proves it."""

from datetime import datetime
from typing import Final

from domain.customers.customers import Consent, Customer
from domain.errors import ErrorCode, InputError
from domain.values import value

MOST_CONSENTS: Final = 200
"""Entries of a customer's log. The last is kept free for a withdrawal, which is never refused (GDPR, article 7, 3)."""
LONGEST_WORDING: Final = 1000
"""Characters: a paragraph beside a box to tick."""
LONGEST_WHERE: Final = 200


@value
class Said:
    """What was read when the choice was made, and at which place of a shop it was; the server's own words."""

    wording: str
    where: str


def consented(customer: Customer, granted: bool, said: Said, now: datetime) -> Consent | InputError | None:
    """The entry that the log gets; None when the customer says what they said last, or declines before all.

    Raises ValueError for words that are too long for the log: whoever calls writes them.
    """
    if granted is customer.marketing_consent:
        return None
    if not 0 < len(said.wording) <= LONGEST_WORDING or not 0 < len(said.where) <= LONGEST_WHERE:
        raise ValueError("a consent says what was agreed to and where, in some words")
    seq = customer.consent.seq + 1 if customer.consent else 1
    if granted and seq >= MOST_CONSENTS:
        message = "this was changed too often to be changed once more; write to the shop"
        return InputError(code=ErrorCode.INVALID, message=message, field=("input", "marketingConsent"))
    return Consent(seq=seq, at=now, granted=granted, wording=said.wording, where=said.where)
