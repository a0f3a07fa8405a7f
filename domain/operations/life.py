"""How a job goes on: each step is a version, so that who watches sees it, and who is to do the next is told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from domain.ids import CustomerId, JobId
from domain.operations.jobs import Job, JobKind, Tally

SILENCE: Final = timedelta(hours=1)
"""A job that is not ended and of which nothing was heard for so long has been lost: a step takes a minute at most, and
what hears of it tries for some minutes."""
MOST_TRIES: Final = 25
"""Of a part, once a day: so that who asked is told within the month that the law gives (GDPR, article 12, 3)."""

MOST_ROUNDS: Final = 100
"""Of a part, some twenty seconds each: tens of thousands of things. What has more never comes to its end."""


def begun(id_: JobId, kind: JobKind, owner: CustomerId, now: datetime) -> Job:
    """A job that nobody has looked at yet."""
    return Job(id=id_, kind=kind, owner=owner, created_at=now, updated_at=now)


def started(job: Job, parts: Iterable[str], now: datetime) -> Job:
    """It is known of what it consists."""
    return _next(job, now, parts=tuple(parts), started_at=now)


def passed(job: Job, part: str, now: datetime) -> Job:
    """A part is done; with the last the job is."""
    return _ended(_next(job, now, done=(*job.done, part), rounds=0, tries=0))


def given_up(job: Job, part: str, now: datetime) -> Job:
    """A part cannot be done; with the last the job ends."""
    return _ended(_next(job, now, failed=(*job.failed, part), rounds=0, tries=0))


def gone_on(job: Job, now: datetime) -> Job:
    """Something of the next part is done, and not all: there was more than fits a step. Given up if it never ends."""
    if job.rounds >= MOST_ROUNDS and job.next is not None:
        return given_up(job, job.next, now)
    return _next(job, now, rounds=job.rounds + 1, tries=0)


def counted(job: Job, tally: Tally, now: datetime) -> Job:
    """Some more of the next part is done, and it is known how much."""
    return _next(job, now, tally=tally, rounds=0, tries=0)


def lost(job: Job, now: datetime) -> bool:
    """Whether nothing was heard of it for so long that it is to be begun anew."""
    return job.finished_at is None and job.updated_at <= now - SILENCE


def taken_up(job: Job, now: datetime) -> Job:
    """The next part is to be done once more, or is given up after too many tries."""
    if job.tries >= MOST_TRIES and job.next is not None:
        return given_up(job, job.next, now)
    return _next(job, now, tries=job.tries + 1)


def stopped(job: Job, now: datetime) -> Job:
    """It is not to go on, and what it has done is of no use."""
    return _next(job, now, done=(), failed=job.parts or (job.kind.value,), finished_at=now)


def _next(job: Job, now: datetime, **parts: Any) -> Job:
    return replace(job, version=job.version + 1, updated_at=now, **parts)


def _ended(job: Job) -> Job:
    return job if job.next else replace(job, finished_at=job.updated_at)
