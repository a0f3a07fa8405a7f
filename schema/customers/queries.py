"""How customers are read and looked for."""

import strawberry

from schema.customers.types import Customer, CustomerConnection
from schema.route import Access, routed


@strawberry.type
class CustomerQueries:
    @routed("customers", Access.SHOPPER)
    def me(self) -> Customer | None:
        """Who asks; null for an account that was erased a moment ago."""

    @routed("customers", Access.STAFF)
    def customer(self, id: strawberry.ID) -> Customer | None:
        """A customer by their id; null when there is none.

        id: The user's id in the user pool.
        """

    @routed("customers", Access.STAFF)
    def customers(
        self,
        search: str | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> CustomerConnection:
        """A page of customers: all of them, newest first, or those that a search finds, by what finds them.

        search: Beginnings of words of a name or an e-mail, all of which must be theirs; the beginning of an e-mail with
          its "@"; or the beginning of a telephone number, as it is dialled from anywhere or within its country. Neither
          case nor accents matter, nor what stands beyond 500 characters.
        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        last: How many from the end, 1 to 100; not together with first.
        before: The cursor to go back from.
        """
