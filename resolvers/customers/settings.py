"""What the customers domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, Constant, Table, Triggers, Users
from resolvers._kit.shop import CURRENCY

DOMAIN: Final = "customers"


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants.

    No cache: the user pool is asked over the internet, which is outside its network.
    """

    customers_table: Annotated[str, Table(name="customers", ttl="expires_at", write=True)]
    """Keys hold names, e-mails and numbers: its keys must never be reported by contributor insights or data trails."""
    orders_table: Annotated[str, Borrowed(table="orders", write=True)]
    """A guest's orders become part of a customer's history by a place beside them."""
    catalog_table: Annotated[str, Borrowed(table="catalog")]
    """What is on sale can be wished for."""
    user_pool_id: Annotated[str, Users(actions=("AdminGetUser",))]
    shop_currency: Annotated[str, CURRENCY]
    marketing_wording: Annotated[
        str,
        Constant(
            value="Write to me about news and offers. I can take this back at any time, and without giving a reason."
        ),
    ]
    """What people agree to who like to be written to. It is kept with each consent, so it may change at any time."""
    profile_rate: Annotated[str, Constant(value="60 in 60 s")]
    """Changes of one customer: a form that is saved each second."""
    claim_rate: Annotated[str, Constant(value="5 in 60 s")]
    """Claims of one customer, each of which asks the user pool: it answers some 30 requests a second in all."""


class Triggered(Struct, frozen=True):
    """What is needed when the user pool asks who may sign up, and tells who has."""

    customers_table: Annotated[str, Borrowed(table="customers", write=True)]
    orders_table: Annotated[str, Borrowed(table="orders", write=True)]
    """What somebody bought as a guest is theirs from the moment on at which their e-mail is."""
    triggers: Annotated[str, Triggers(moments=("PreSignUp", "PostConfirmation"))]
