"""A customer's profile, and what they agreed to and wish for."""

from collections.abc import Iterator

from datasources.dynamo.customers import CustomerTable
from datasources.personal.pieces import Piece, document
from domain.ids import CustomerId


class PersonalCustomers:
    """One piece; and nothing is left but that this user is not to be made a customer again today."""

    def __init__(self, customers: CustomerTable) -> None:
        self._customers = customers

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """All of it, by one request."""
        found = self._customers.everything(customer)
        if found is not None:
            yield document("customer", found)

    def erase(self, customer: CustomerId) -> int:
        """Also where there is no profile: a token that is still about would make one."""
        there = self._customers.everything(customer) is not None
        self._customers.erase(customer)
        return int(there)
