"""What the answers of media need from outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.ids import MediaId, OrderId
from domain.keys import Key, KeyReused
from domain.media.media import Media
from domain.media.storing import KeptMedia, NoMedia, Refusal, Removed, StoredMedia
from domain.media.uploads import UploadTicket
from domain.orders.orders import Order
from domain.orders.storing import Decision, NoOrder, StoredOrder, Unchanged
from domain.orders.storing import Refusal as OrderRefusal
from domain.shown import Good
from resolvers._kit.limits import Limit


class Store(Protocol):
    """Media: each change is one transaction, or nothing."""

    def get(self, media_id: MediaId) -> KeptMedia | None:
        """The media, whoever asks."""

    def start(self, media: Media | Refusal, key: Key) -> StoredMedia | NoMedia | Refusal | KeyReused:
        """Store a new media, once for a key; a refusal is given only where the key has not been used."""

    def remove(
        self, media_id: MediaId, refusal: Callable[[Media], Refusal | NoMedia | None]
    ) -> Removed | NoMedia | Refusal:
        """Have a media be no more, unless there is something against it."""


class Orders(Protocol):
    """What was bought: each change is one transaction, or nothing."""

    def change(
        self, order_id: OrderId, decide: Callable[[Order], Decision | Unchanged | OrderRefusal | NoOrder], *, key: Key
    ) -> StoredOrder | NoOrder | OrderRefusal | KeyReused:
        """Store what is decided of an order, decided anew whenever others came first; once for a key."""


class Uploads(Struct, frozen=True, kw_only=True):
    """Everything an answer of media may use.

    ``ticket`` is what a file can be sent with as long as it can come, ``link`` leads to what is sold for so many
    seconds, ``discard`` removes objects. ``base`` is where the shop's public files are.
    """

    store: Store
    orders: Orders
    ticket: Callable[[Media], UploadTicket]
    link: Callable[[Good, int], str]
    discard: Callable[[Sequence[str]], None]
    base: str
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    sendings: Limit
    edits: Limit
    downloads: Limit
