"""A shop of their own for the tests of media."""

from tests.resolvers.catalog.conftest import shop

__all__ = ["shop"]
