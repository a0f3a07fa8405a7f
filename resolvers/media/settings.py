"""What the media domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from domain.media.places import ORIGINALS, PUBLIC, WANTED
from resolvers._kit.settings import Borrowed, Bucket, Constant, Delivery, Graph, Machine, Schedule, Table

DOMAIN: Final = "media"
BUCKET: Final = Bucket(name="media", write=True, sent_to=ORIGINALS, wished_at=WANTED, shown=PUBLIC, forget=True)


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants.

    No cache: callers are counted in the table, as whoever signs forms for a bucket needs no network of ours.
    """

    media_table: Annotated[
        str, Table(name="media", ttl="expires_at", stream=True, stream_of="document", told_only=True, write=True)
    ]
    media_bucket: Annotated[str, BUCKET]
    """A form lets pass what the function that signed it may write."""
    media_url: Annotated[str, Delivery()]
    orders_table: Annotated[str, Borrowed(table="orders", write=True)]
    """What was bought can be downloaded, and the order says how often it was."""
    download_rate: Annotated[str, Constant(value="60 in 60 s")]
    """Links of one customer, or of one address: all that came with some orders."""
    customer_upload_rate: Annotated[str, Constant(value="60 in 3600 s")]
    """Uploads of one customer: the pictures of some reviews, chosen anew once or twice; 1.5 GB at most, for a week."""
    staff_upload_rate: Annotated[str, Constant(value="3000 in 60 s")]
    """Uploads and deletions of one member of staff: a shop that moves here brings thousands of pictures."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]


class Reacting(Struct, frozen=True):
    """What the reactions need, which look at what has come, and sweep."""

    media_table: Annotated[str, Borrowed(table="media", write=True)]
    media_bucket: Annotated[str, BUCKET]
    sweep: Annotated[str, Schedule(minutes=24 * 60)]
    """How often what nobody needs is removed: storage of a day more costs next to nothing."""
    pictures_from: Annotated[str, Constant(value="internet")]
    """Where pictures may lie that are fetched; on a laptop, anywhere (datasources/web/addresses.py)."""
    machine: Annotated[str, Machine(memory=1769, seconds=900)]
    """One whole processor, and twice what the largest picture needs (docs/decisions/0021). The time is Lambda's
    longest, for a sweep that looks at every object there is."""
