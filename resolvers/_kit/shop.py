"""What is one for the whole shop, and set here alone."""

from typing import Final

from resolvers._kit.settings import Constant

CURRENCY: Final = Constant(value="USD")
"""The shop's own currency, in which every variant has a price."""
