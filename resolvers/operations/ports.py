"""What the answers and the work of operations need from outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from msgspec import Struct

from domain.catalog.products import Product
from domain.catalog.storing import TooLarge
from domain.ids import CustomerId, JobId, MediaId, ProductId
from domain.keys import Key, KeyReused
from domain.media.media import Media
from domain.media.storing import KeptMedia, NoMedia, Refusal, Removed, StoredMedia
from domain.operations.jobs import Job, JobKind, Tally
from domain.operations.storing import NoJob, StoredJob
from resolvers._kit.limits import Limit


class Jobs(Protocol):
    """Jobs: each change is one transaction, or nothing."""

    def get(self, job_id: JobId) -> Job | None:
        """The job, whoever asks."""

    def changes(self, job_id: JobId, after_seq: int) -> tuple[Job, ...]:
        """Its versions after one, in their order."""

    def create(self, job: Job, key: Key) -> StoredJob | NoJob | KeyReused:
        """Store a new job, once for a key, unless one of its kind is under way."""

    def replay(self, key: Key) -> StoredJob | NoJob | KeyReused | None:
        """What became of the request of a key before; None when there was none."""

    def waiting(self, before: datetime, most: int) -> tuple[Job, ...]:
        """Jobs that are to be looked at since a moment."""

    def store(self, old: Job, new: Job) -> bool:
        """Store a job's next version; False when others were faster."""

    def seen_to(self, job: Job) -> None:
        """Nobody need look at a job any more."""


class Operations(Struct, frozen=True, kw_only=True):
    """Everything an answer of operations may use.

    ``link`` leads to what a job has made. ``email_of`` is the e-mail of somebody's account, None when there is no such
    account. ``owed`` is what the shop still has to do for a customer, in words.
    """

    jobs: Jobs
    link: Callable[[Job], str]
    email_of: Callable[[CustomerId], str | None]
    owed: Callable[[CustomerId], Sequence[str]]
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    wishes: Limit


class Progress(Enum):
    """What one step has done of a part: all of it, some, or nothing, since something has to happen first.

    A Tally in its place: some, and so much.
    """

    DONE = "DONE"
    MORE = "MORE"
    WAITS = "WAITS"


class Task(Struct, frozen=True, kw_only=True):
    """A part of a job, of which ``run`` does as much as fits a step; again as often as it takes, twice is as once.

    ``whole``: it is done only where all before it was.
    """

    name: str
    run: Callable[[Job], Progress | Tally]
    whole: bool = False


class Products(Protocol):
    """The catalogue's products, by listing."""

    def count(self, scope: str) -> int:
        """How many products a listing has."""

    def after(self, scope: str, place: ProductId | None, most: int) -> tuple[ProductId, ...]:
        """The first of a listing after one, in the order of ids."""

    def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """The products there are of ``ids``."""


class MediaStore(Protocol):
    """Media: each change is one transaction, or nothing."""

    def many(self, ids: Iterable[MediaId]) -> Mapping[MediaId, KeptMedia]:
        """The media there are of ``ids``."""

    def start(self, media: Media, key: Key) -> StoredMedia | NoMedia | Refusal | KeyReused:
        """Store a new media, once for a key."""

    def remove(
        self, media_id: MediaId, refusal: Callable[[Media], Refusal | NoMedia | None]
    ) -> Removed | NoMedia | Refusal:
        """Have a media be no more, unless there is something against it."""


class Reports(Protocol):
    """Where jobs lay down what they have made."""

    def put(self, key: str, data: bytes) -> None:
        """Store a file."""

    def join(self, prefix: str, into: str, head: bytes) -> None:
        """Store one file of all under a prefix, one after the other, behind a head."""


class Pictures(Struct, frozen=True, kw_only=True):
    """Everything that fetching pictures may use.

    ``want`` has the media's own function fetch one. ``bring`` has a product show what has come; None when there is no
    such product. ``sleep`` takes seconds.
    """

    products: Products
    media: MediaStore
    want: Callable[[MediaId], None]
    bring: Callable[[ProductId, Sequence[MediaId]], Product | TooLarge | None]
    reports: Reports
    now: Callable[[], datetime]
    sleep: Callable[[float], None]


class Works(Struct, frozen=True, kw_only=True):
    """Everything that the work may use: ``tasks`` of each kind of job, in their order; ``again`` looks once more for
    what an erased customer has left behind since.
    """

    jobs: Jobs
    read: Callable[[Mapping[str, Any]], Job | None]
    tasks: Mapping[JobKind, Sequence[Task]]
    again: Callable[[Job], Progress]
    now: Callable[[], datetime]
