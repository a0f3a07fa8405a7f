"""What customers say of themselves."""

import strawberry

from schema.addresses import AddressInput
from schema.customers.types import Customer
from schema.deletes import DeletePayload
from schema.errors import UserError
from schema.prose import entity, wanted
from schema.route import Access, routed
from schema.scalars import AWSPhone


@wanted
class CustomerInput:
    """What a customer changes of themselves; what is left out stays as it is.

    name: What they are called, at most 255 characters; null takes it away.
    phone: Where they can be called, with the country's code; null takes it away.
    locale: The language they like to be written to in, a BCP 47 tag such as "fr" or "pt-BR"; null takes it away.
    marketing_consent: Whether the shop may write to them about more than their orders: true once they have read
      marketingWording and agreed.
    default_address_id: Which of their addresses comes first.
    """

    name: str | None = None
    phone: AWSPhone | None = None
    locale: str | None = None
    marketing_consent: bool | None = None
    default_address_id: strawberry.ID | None = None


@entity
class CustomerPayload:
    """What became of a change.

    customer: The customer after it; null when there are user errors.
    user_errors: What stood against it; nothing was changed when there are any.
    """

    customer: Customer | None
    user_errors: list[UserError]


@entity
class GuestOrdersClaimPayload:
    """What became of a claim.

    claimed: How many orders have become the customer's just now; null when there are user errors.
    user_errors: What stood against it; nothing was changed when there are any.
    """

    claimed: int | None
    user_errors: list[UserError]


@strawberry.type
class CustomerMutations:
    """Each is of the customer who asks. The same again changes nothing, so none needs a key."""

    @routed("customers", Access.SHOPPER)
    def customer_update(self, input: CustomerInput) -> CustomerPayload:
        """Change what the shop knows of the customer who asks. The e-mail is changed in the user pool.

        input: What to change.
        """

    @routed("customers", Access.SHOPPER)
    def address_save(self, input: AddressInput, id: strawberry.ID | None = None) -> CustomerPayload:
        """Keep an address of the customer who asks, or change one. The first is the default; one that is kept already
        is not added again.

        input: The address.
        id: Which one to change; a new one when left out.
        """

    @routed("customers", Access.SHOPPER)
    def address_delete(self, id: strawberry.ID) -> DeletePayload:
        """Keep an address of the customer who asks no longer. In place of the default comes the newest.

        id: Which one.
        """

    @routed("customers", Access.SHOPPER)
    def wishlist_set(self, variant_id: strawberry.ID, wished: bool) -> CustomerPayload:
        """Put a variant on the wishlist of the customer who asks, or take it off.

        variant_id: The variant, which must be on sale to be wished for.
        wished: Whether it is wished for.
        """

    @routed("customers", Access.SHOPPER)
    def guest_orders_claim(self) -> GuestOrdersClaimPayload:
        """Take the orders that the customer who asks has bought as a guest, with the e-mail that is verified as theirs,
        into their own: then they are in their list, and theirs to cancel and to return. This happens by itself at
        sign-up; ask for it after buying as a guest again, and after a change of the e-mail.

        The user pool is asked which e-mail it is now. Of more than 1,000 orders the newest are looked at.
        """
