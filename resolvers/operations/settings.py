"""What operations need from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, BorrowedBucket, Bucket, Constant, Graph, Schedule, Table, Users
from resolvers._kit.shop import CURRENCY

DOMAIN: Final = "operations"


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants.

    No cache: who asks is looked up in the pool of users, which is outside its network.
    """

    operations_table: Annotated[
        str, Table(name="operations", ttl="expires_at", stream=True, stream_of="document", write=True)
    ]
    archives_bucket: Annotated[str, Bucket(name="archives", expire_days=7)]
    """What jobs have made for whoever asked for it; the link to it is signed here."""
    orders_table: Annotated[str, Borrowed(table="orders")]
    """Whether something is still owed to who wants to be erased."""
    payments_table: Annotated[str, Borrowed(table="payments")]
    user_pool_id: Annotated[str, Users(actions=("AdminGetUser",))]
    """Whose e-mail is confirmed: an access token does not say it."""
    job_rate: Annotated[str, Constant(value="20 in 3600 s")]
    """Wishes of one customer, or of one member of staff, for a job."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]


class Reacting(Struct, frozen=True):
    """What does the work: it alone may open all that is kept of people, and do away with it. It asks no stranger.

    It is outside the network of the cache, which keeps nothing of a person (``datasources/personal/declared.py``).
    """

    operations_table: Annotated[str, Borrowed(table="operations", write=True)]
    archives_bucket: Annotated[str, Bucket(name="archives", expire_days=7, write=True)]
    cart_table: Annotated[str, Borrowed(table="cart", write=True)]
    customers_table: Annotated[str, Borrowed(table="customers", write=True)]
    orders_table: Annotated[str, Borrowed(table="orders", write=True)]
    payments_table: Annotated[str, Borrowed(table="payments", write=True)]
    reviews_table: Annotated[str, Borrowed(table="reviews", write=True)]
    media_table: Annotated[str, Borrowed(table="media", write=True)]
    media_bucket: Annotated[str, BorrowedBucket(bucket="media", write=True)]
    catalog_table: Annotated[str, Borrowed(table="catalog", write=True)]
    """Pictures that were fetched are shown where they lay elsewhere."""
    shop_currency: Annotated[str, CURRENCY]
    user_pool_id: Annotated[
        str, Users(actions=("AdminDeleteUser", "AdminDisableUser", "AdminGetUser", "AdminUserGlobalSignOut"))
    ]
    sweep: Annotated[str, Schedule(minutes=1440)]
    """How often what was lost is taken up, and who was erased is looked for once more."""
