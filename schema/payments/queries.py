"""How payments are read."""

import strawberry

from schema.payments.types import Payment
from schema.route import Access, routed


@strawberry.type
class PaymentQueries:
    @routed("payments", Access.PUBLIC)
    def payment(self, id: strawberry.ID) -> Payment | None:
        """A payment by its id; null when there is none, or when it is another customer's.

        Whoever works in the shop's back office reads every payment, without its clientSecret and nextActionUrl.

        id: The payment's id.
        """
