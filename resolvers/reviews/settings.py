"""What the reviews domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, Constant, Delivery, Graph, Index, Table

DOMAIN: Final = "reviews"


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants.

    No cache: a page's ratings are one request, and who has just voted wants to see it.
    """

    reviews_table: Annotated[
        str,
        Table(
            name="reviews",
            ttl="expires_at",
            indexes=(
                Index(name="by_newest", sort="newest"),
                Index(name="by_rating", sort="rated"),
                Index(name="by_helpful", sort="helped"),
            ),
            stream=True,
            stream_of="document",
            write=True,
        ),
    ]
    orders_table: Annotated[str, Borrowed(table="orders")]
    """Who has bought a product is asked where orders are."""
    customers_table: Annotated[str, Borrowed(table="customers")]
    """A review that says no name goes by its author's."""
    media_table: Annotated[str, Borrowed(table="media", write=True)]
    """What a review shows is held in one transaction with the review."""
    media_url: Annotated[str, Delivery()]
    review_rate: Annotated[str, Constant(value="30 in 60 s")]
    """What one customer writes, changes and takes back: more than anybody types."""
    vote_rate: Annotated[str, Constant(value="120 in 60 s")]
    """What one customer finds helpful, or does not after all: two clicks a second."""
    edit_rate: Annotated[str, Constant(value="30000 in 60 s")]
    """Changes of one member of staff; as many as the catalogue takes."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]


class Reacting(Struct, frozen=True):
    """What the reactions need, which alone count ratings."""

    reviews_table: Annotated[str, Borrowed(table="reviews", write=True)]
    catalog_table: Annotated[str, Borrowed(table="catalog", write=True)]
    """A rating is told to the catalogue in the transaction that counts it, so that products are listed by it."""
