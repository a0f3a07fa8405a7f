"""A shop of their own for the tests of orders, and both stores for those that need no more than these."""

from tests.datasources.conftest import endpoint, reference
from tests.resolvers.catalog.conftest import shop

__all__ = ["endpoint", "reference", "shop"]
