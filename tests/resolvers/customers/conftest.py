"""A shop of their own for the customers' tests."""

from tests.resolvers.catalog.conftest import shop

__all__ = ["shop"]
