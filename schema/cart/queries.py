"""How carts are read."""

import strawberry

from schema.cart.types import Cart, CartChange
from schema.route import Access, routed


@strawberry.type
class CartQueries:
    @routed("cart", Access.PUBLIC)
    def cart(self, id: strawberry.ID) -> Cart | None:
        """A cart by its id; null when there is none, when it has expired, or when it is another customer's.

        id: The cart's id.
        """

    @routed("cart", Access.SHOPPER)
    def my_cart(self) -> Cart | None:
        """The cart of the customer who asks, on whichever device it was filled; null when there is none."""

    @routed("cart", Access.PUBLIC)
    def cart_changes(self, cart_id: strawberry.ID, after_seq: int) -> list[CartChange]:
        """What happened to a cart since a version that the caller knows: to catch up with cartChanged.

        Oldest first, 20 at a time: ask again after the last. The last 50 changes are kept: a first seq greater than
        afterSeq + 1 means that those between are gone. Empty for a cart that is not there, or another customer's.

        cart_id: Which cart.
        after_seq: The last version that the caller knows, 0 for none.
        """
