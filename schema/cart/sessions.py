"""What the shop remembers of a guest, for as long as it can."""

import strawberry

from schema.buyer import BuyerContext
from schema.cart.types import Cart
from schema.catalog.types import Product
from schema.errors import UserError
from schema.money import CurrencyCode
from schema.prose import entity
from schema.route import Access, routed

BATCH = 5
"""Sessions whose carts or products are answered in one invocation: a client has one, and 5 have 100 products at most,
which are one read."""


@entity
class Session:
    """What is remembered of somebody who is not signed in: kept for a week after it was last asked for or changed.

    It may be gone before: then start another. Nothing that is bought depends on it.

    id: The session's id, a secret: who has it can read and change the session. Keep it out of links.
    locale: Language of texts.
    currency: Currency of prices.
    country: Where the guest is.
    remembered: False while the shop can neither read nor remember anything: then there is no more in it than was said
      in this request. Keep the id, and what you know yourself.
    """

    id: strawberry.ID
    locale: str | None
    currency: CurrencyCode | None
    country: str | None
    remembered: bool

    @routed("cart", batch=BATCH)
    def cart(self) -> Cart | None:
        """The cart to go on with; null when there is none, when it has become an order, or is another customer's."""

    @routed("catalog", batch=BATCH)
    def recently_viewed(self) -> list[Product]:
        """The last 20 products that were looked at, newest first, as far as they are on sale still.

        Priced in the session's currency, in its language.
        """


@entity
class SessionPayload:
    """What became of a session.

    session: The session as it is now; null when there are user errors.
    user_errors: What stood against it; NOT_FOUND at ["id"] means: start another.
    """

    session: Session | None
    user_errors: list[UserError]


@strawberry.type
class SessionQueries:
    @routed("cart", Access.PUBLIC)
    def session(self, id: strawberry.ID) -> Session | None:
        """A session by its id; null when it is forgotten, or never was. Asking keeps it for a week more.

        id: The session's id.
        """


@strawberry.type
class SessionMutations:
    @routed("cart", Access.PUBLIC)
    def session_start(self, context: BuyerContext | None = None) -> SessionPayload:
        """Begin to remember a guest. The client keeps the id, since no cookie does.

        context: For whom prices and texts are chosen.
        """

    @routed("cart", Access.PUBLIC)
    def session_context_set(self, id: strawberry.ID, context: BuyerContext) -> SessionPayload:
        """Remember for whom prices and texts are chosen, from now on: a cart that there is stays as it is.

        id: Which session.
        context: For whom; what it leaves open is forgotten.
        """

    @routed("cart", Access.PUBLIC)
    def session_cart_set(self, id: strawberry.ID, cart_id: strawberry.ID | None = None) -> SessionPayload:
        """Remember which cart to go on with.

        id: Which session.
        cart_id: A cart that the caller may read; none any more when null.
        """

    @routed("cart", Access.PUBLIC)
    def session_viewed(self, id: strawberry.ID, product_id: strawberry.ID) -> SessionPayload:
        """Remember that a product was looked at.

        id: Which session.
        product_id: The product.
        """

    @routed("cart", Access.PUBLIC)
    def session_renew(self, id: strawberry.ID) -> SessionPayload:
        """Give a session another id, without its cart; nobody knows the old id from then on.

        Due when its owner signs in, after cartMerge: should somebody else have given them the id, it is worth nothing
        any more. A customer's own cart is found by myCart.

        id: The id until now.
        """
