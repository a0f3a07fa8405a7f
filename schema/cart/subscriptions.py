"""What a buyer's page may listen to about its cart."""

import strawberry

from schema.cart.types import CartChange
from schema.route import Access, subscribed


@strawberry.type
class CartSubscriptions:
    @subscribed("publishCartChange", access=Access.PUBLIC, domain="cart")
    def cart_changed(self, cart_id: strawberry.ID) -> CartChange | None:
        """Each stored change of a cart, within a second as a rule, oldest first: from another tab, from another
        device, and when goods are held for it no more.

        A change may be told twice, which its seq shows, and one may be lost with the connection. So subscribe, then ask
        cartChanges for what was missed, whenever a connection begins. Who may not read the cart may not listen either.

        cart_id: Which cart.
        """
