"""How a guest, who has no account, is let in to an order: by its number, the e-mail and a token."""

import base64
import hashlib
import hmac
from typing import Final

from domain.ids import OrderId
from domain.orders.orders import Order

TOKEN_BYTES: Final = 15
"""120 bits, written as 24 letters and digits: beyond guessing, and short enough to be typed from a letter."""


def token_of(order_id: OrderId, secret: str) -> str:
    """The token of an order, always the same by one secret: so the answer to a repeated request and every letter can
    say it, though nobody keeps it.
    """
    made = hmac.digest(secret.encode(), order_id.encode(), "sha256")[:TOKEN_BYTES]
    return base64.b32encode(made).decode().lower()


def digest_of(token: str) -> str:
    """What is kept of a token: who reads the store is not let in by it."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def lets_in(order: Order, email: str, token: str) -> bool:
    """Whether a guest who says this may see the order; takes as long whatever is wrong."""
    right = fits(order, token)
    return hmac.compare_digest(plain_email(order.email).encode(), plain_email(email).encode(errors="replace")) and right


def plain_email(email: str) -> str:
    """An e-mail as it is compared: neither case nor outer space matters."""
    return email.strip().casefold()


def fits(order: Order, token: str) -> bool:
    """Whether a token is the order's: not, if it is a customer's order, or its token was made with another secret."""
    return order.token_digest is not None and hmac.compare_digest(order.token_digest, digest_of(token))
