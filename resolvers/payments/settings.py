"""What the payments domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, Bus, Constant, Inbox, Schedule, Secret, Subscription, Table
from resolvers._kit.shop import CURRENCY

DOMAIN: Final = "payments"
KEYS: Final = Secret(name="payments", generated="simulator")
"""The simulator's signing key; people add ``stripe_key`` and ``stripe_webhook_secret``."""
CLOSED: Final = Constant(value="")
"""Where the simulator tells its news, and shows its page: nowhere, so that it is not open in a shop that sells. Only
the laptop gives an address, when it deploys (``local/rewrite.py``)."""


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants.

    No cache: what asks providers over the internet is outside its network.
    """

    payments_table: Annotated[
        str, Table(name="payments", ttl="expires_at", stream=True, stream_of="document", write=True)
    ]
    cart_table: Annotated[str, Borrowed(table="cart")]
    """What is to pay is worked out from the cart and the shop's terms as they are stored."""
    catalog_table: Annotated[str, Borrowed(table="catalog")]
    payments_keys: Annotated[str, KEYS]
    simulator_url: Annotated[str, CLOSED]
    shop_currency: Annotated[str, CURRENCY]
    guest_start_rate: Annotated[str, Constant(value="300 in 60 s")]
    """Payments begun from one address, behind which an office, or a shop's own server, may stand."""
    customer_start_rate: Annotated[str, Constant(value="30 in 60 s")]
    """Payments begun by one customer: a purchase needs one or two."""
    money_rate: Annotated[str, Constant(value="600 in 60 s")]
    """Captures, releases and refunds of one member of staff: a warehouse that hands over ten parcels a second."""


class Receiving(Struct, frozen=True):
    """What the door needs, which believes or does not, and may open no table."""

    payments_inbox: Annotated[str, Inbox(name="payments", providers=("simulator", "stripe"))]
    payments_keys: Annotated[str, KEYS]
    simulator_url: Annotated[str, CLOSED]


class Reacting(Struct, frozen=True):
    """What reactions need, which alone tell the bus of payments, and carry out what is owed of them."""

    payments_table: Annotated[str, Borrowed(table="payments", write=True)]
    payments_keys: Annotated[str, KEYS]
    simulator_url: Annotated[str, CLOSED]
    bus_name: Annotated[str, Bus()]
    owed: Annotated[
        str,
        Subscription(
            name="payments",
            events=("order.placed", "order.cancelled", "order.return_resolved", "order.payment", "checkout.refused"),
        ),
    ]
    """All by which an order comes to owe something, and that a payment gets no order."""
    resume: Annotated[str, Schedule(minutes=5)]
    """How often what a provider has not answered to is asked again, if neither it nor the caller does so before."""
