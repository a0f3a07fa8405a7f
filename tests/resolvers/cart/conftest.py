"""A shop of their own for the cart's tests."""

from tests.resolvers.catalog.conftest import shop

__all__ = ["shop"]
