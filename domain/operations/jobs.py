"""What a job is: work of some parts, one after the other, and what has become of each."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from domain.ids import CustomerId, JobId
from domain.values import value

LIFE: Final = timedelta(days=30)
"""How long it is known of a job what became of it: who asks for their data, or to be forgotten, is told within a month
(GDPR, article 12, 3), and the shop can show until then that it did so."""
REPORT_LIFE: Final = timedelta(days=7)
"""How long there is a link to what a job has made: a holiday; all that is known of somebody should not lie about."""
TOKEN_LIFE: Final = timedelta(hours=1)
"""Longer than a token goes on saying who somebody was (``ACCESS_MINUTES`` of the pool), by which an erased
customer may still leave something behind."""


class JobKind(Enum):
    """What a job does.

    CUSTOMER_DATA_EXPORT: Everything that is kept of a customer becomes one archive.
    CUSTOMER_ERASURE: Everything that is kept of a customer is erased, but what the law keeps.
    PICTURE_FETCH: Pictures of products that lie elsewhere are fetched, and become the shop's own where they can be had.
    """

    CUSTOMER_DATA_EXPORT = "CUSTOMER_DATA_EXPORT"
    CUSTOMER_ERASURE = "CUSTOMER_ERASURE"
    PICTURE_FETCH = "PICTURE_FETCH"


class JobStatus(Enum):
    """How far a job has come.

    QUEUED: It has not begun.
    RUNNING: It has begun.
    SUCCEEDED: All of it is done.
    PARTIAL: It has ended, and some of it could not be done.
    FAILED: It has ended, and nothing of it is done, or not any more.
    """

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"


REPORTS: Final = {
    JobKind.CUSTOMER_DATA_EXPORT: "personal-data.zip",
    JobKind.CUSTOMER_ERASURE: "erasure.json",
    JobKind.PICTURE_FETCH: "pictures.csv",
}
"""What the file is called that a job of a kind makes with its last part."""
SHOPS: Final = frozenset({JobKind.PICTURE_FETCH})
"""Kinds that are about the shop: one is under way whoever of its staff asks, and all of them may have its report."""


@value
class Tally:
    """How far a part has come that goes through many things: of so many ``rows`` these are ``done``, and these
    ``failed``; the ``batch`` is next, the last when it is empty.

    The batch is stored before it is worked on, so that whoever does it again counts the same.
    """

    rows: int
    done: int = 0
    failed: int = 0
    batch: tuple[str, ...] = ()


@value
class Job:
    """A job as stored. ``version`` starts at 1 and grows by 1 with each change; ``owner`` is who asked for it.

    ``parts`` are known once it has begun, ``done`` and ``failed`` are those that have ended. Of the part that
    is next, ``rounds`` have been done and did not suffice, and ``tries`` were begun because nothing was heard of it.
    ``tally`` is that of the part that counts for the job, if one does.
    """

    id: JobId
    version: int = 1
    kind: JobKind
    owner: CustomerId
    parts: tuple[str, ...] = ()
    rounds: int = 0
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    tries: int = 0
    tally: Tally | None = None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def status(self) -> JobStatus:
        """How far it has come; it follows from the rest and is not stored."""
        if self.finished_at is None:
            return JobStatus.QUEUED if self.started_at is None else JobStatus.RUNNING
        _, done, failed = self.counts
        if not (failed or self.failed):
            return JobStatus.SUCCEEDED
        return JobStatus.PARTIAL if done else JobStatus.FAILED

    @property
    def counts(self) -> tuple[int, int, int]:
        """Of how many things it consists, and how many of them are done, and have failed."""
        if self.tally is not None:
            return self.tally.rows, self.tally.done, self.tally.failed
        return len(self.parts), len(self.done), len(self.failed)

    @property
    def next(self) -> str | None:
        """The part that is to be done now; None when all have ended, or none is known yet."""
        ended = {*self.done, *self.failed}
        return next((one for one in self.parts if one not in ended), None)

    @property
    def report(self) -> str:
        """Where what it makes lies; there once its last part is done."""
        return f"{self.id}/{REPORTS[self.kind]}"

    @property
    def expires_at(self) -> datetime:
        """When it is forgotten."""
        return self.updated_at + LIFE

    @property
    def look_at(self) -> datetime | None:
        """When somebody is to look whether there is more to do; None when nobody need.

        An erasure is looked at once more when no token can be about that was given out before it.
        """
        if self.finished_at is None:
            return self.created_at
        return self.finished_at + TOKEN_LIFE if self.kind is JobKind.CUSTOMER_ERASURE else None


def reported(job: Job, now: datetime) -> bool:
    """Whether there is something to fetch."""
    if job.finished_at is None or not job.parts or job.parts[-1] not in job.done:
        return False
    return now < job.finished_at + REPORT_LIFE
