"""How buyers change their carts, and hold what is in them."""

import strawberry

from schema.buyer import BuyerContext
from schema.cart.inputs import CartDetailsInput, CartLineInput, CartLineUpdate, CartMergeReason, CartMergeStrategy
from schema.cart.types import Cart, CartChange
from schema.errors import UserError
from schema.prose import entity
from schema.route import Access, routed
from schema.scalars import AWSJSON


@entity
class CartPayload:
    """What became of a change to a cart.

    cart: The cart after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    cart: Cart | None
    user_errors: list[UserError]


@entity
class CartMergeChange:
    """What became of a variant when two carts were merged.

    variant_id: The variant.
    guest: Units in the guest's cart before.
    account: Units in the customer's cart before.
    merged: Units in the customer's cart afterwards.
    reason: Why it is so.
    """

    variant_id: strawberry.ID
    guest: int
    account: int
    merged: int
    reason: CartMergeReason


@entity
class CartMergePayload:
    """What became of a guest's cart when its owner signed in.

    cart: The customer's cart; null when there is none.
    changes: Every variant that is not in the cart as it was in both, with the reason.
    user_errors: What stood against it; nothing was changed when there are any, and cart is the customer's as it is.
    """

    cart: Cart | None
    changes: list[CartMergeChange]
    user_errors: list[UserError]


@strawberry.type
class CartMutations:
    @routed("cart", Access.PUBLIC)
    def cart_create(
        self,
        idempotency_key: str,
        lines: list[CartLineInput] | None = None,
        context: BuyerContext | None = None,
        session_id: strawberry.ID | None = None,
    ) -> CartPayload:
        """Begin a cart: a guest's, or the customer's own, which is the one that myCart gives from now on.

        idempotency_key: A text of the caller's choosing, 8 to 128 characters, best a random UUID: the same key and
          request again give the same cart, as it is now; kept for 24 hours.
        lines: What to put into it.
        context: For whom it is.
        session_id: A session that says what context leaves open, and has this cart from now on; ignored when unknown.
        """

    @routed("cart", Access.PUBLIC)
    def cart_lines_add(
        self,
        cart_id: strawberry.ID,
        lines: list[CartLineInput],
        idempotency_key: str,
        expected_version: int | None = None,
    ) -> CartPayload:
        """Put more units into the cart: all of them, or none.

        Stock is not asked for here: warnings tell of what is short, and cartReserve holds it.

        cart_id: Which cart.
        lines: What to put into it.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and request again change
          nothing more and give the cart as it is now; kept for 24 hours.
        expected_version: Change it only if this is still its version.
        """

    @routed("cart", Access.PUBLIC)
    def cart_lines_update(
        self,
        cart_id: strawberry.ID,
        lines: list[CartLineUpdate],
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CartPayload:
        """Set how many units lines have, or remove them: all of it, or nothing. What is held and no longer in the cart
        is free for others at once.

        cart_id: Which cart.
        lines: The lines to change.
        expected_version: Change it only if this is still its version.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and request again change
          nothing more and give the cart as it is now; kept for 24 hours. Without one a repeated request happens again.
        """

    @routed("cart", Access.PUBLIC)
    def cart_details_set(
        self,
        cart_id: strawberry.ID,
        input: CartDetailsInput,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CartPayload:
        """Say who buys, where it goes and how, and in which currency.

        cart_id: Which cart.
        input: What to set.
        expected_version: Change it only if this is still its version.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and request again change
          nothing more and give the cart as it is now; kept for 24 hours. Without one a repeated request happens again.
        """

    @routed("cart", Access.PUBLIC)
    def cart_discount_codes_set(
        self,
        cart_id: strawberry.ID,
        codes: list[str],
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CartPayload:
        """Set the discount codes, in place of those that the cart has. Neither case nor outer space matters.

        A code that gives nothing stays, in case it will; warnings say why.

        cart_id: Which cart.
        codes: The codes, at most 10.
        expected_version: Change it only if this is still its version.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and request again change
          nothing more and give the cart as it is now; kept for 24 hours. Without one a repeated request happens again.
        """

    @routed("cart", Access.PUBLIC)
    def cart_reserve(
        self, cart_id: strawberry.ID, idempotency_key: str, expected_version: int | None = None
    ) -> CartPayload:
        """Hold everything in the cart for the buyer for 15 minutes: all of it, or nothing.

        With another key it is held for another 15 minutes. What is missing is told line by line, by
        InsufficientStockError.

        cart_id: Which cart.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and request again change
          nothing more and give the cart as it is now; kept for 24 hours.
        expected_version: Change it only if this is still its version.
        """

    @routed("cart", Access.SHOPPER)
    def cart_merge(
        self, guest_cart_id: strawberry.ID, strategy: CartMergeStrategy, idempotency_key: str
    ) -> CartMergePayload:
        """Bring what was put into a guest's cart into the cart of the customer, after signing in.

        The customer's cart keeps its id, or gets one that nobody else knows; the guest's is empty afterwards. What is
        held for either stays held as far as it is in the merged cart. A session is then due for sessionRenew.

        guest_cart_id: The guest's cart.
        strategy: Whose lines the cart has afterwards; an empty cart is never kept instead of goods.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and request again merge
          nothing more and give the same changes, with the cart as it is now; kept for 24 hours.
        """

    @routed("cart", Access.PUBLISHER)
    def publish_cart_change(self, seq: int, payload: AWSJSON) -> CartChange | None:
        """Tell those who listen to cartChanged of a stored change; stores nothing. For the shop's own function.

        seq: The version that the change made.
        payload: The rest of the change: cartId, reason, at, and cart as it is stored.
        """
