"""What is shown of work that takes longer than a request."""

import strawberry

from domain.operations.jobs import JobKind, JobStatus
from schema.errors import UserError
from schema.prose import choice, entity
from schema.scalars import AWSURL, AWSDateTime

choice(JobKind)
choice(JobStatus)


@entity
class Job:
    """Work that takes longer than a request. It is kept for 30 days after its last change.

    id: The job's id; opaque.
    version: Grows by 1 with each change.
    kind: What it does.
    status: How far it has come.
    rows: How many parts it has, such as one for all orders, or one for each product; null before it has begun.
    done: How many of them are done.
    failed: How many of them could not be done.
    report_url: Where its owner fetches what it has made, for 15 minutes: ask again for another link. There for 7 days
      once it has ended, null for everybody else and in what is told live. Of a job of the shop's
      own, all staff are its owners.
    created_at: When it was asked for.
    started_at: When it began.
    finished_at: When it ended.
    """

    id: strawberry.ID
    version: int
    kind: JobKind
    status: JobStatus
    rows: int | None
    done: int
    failed: int
    report_url: AWSURL | None
    created_at: AWSDateTime
    started_at: AWSDateTime | None
    finished_at: AWSDateTime | None


@entity
class JobPayload:
    """What became of the wish for a job.

    job: The job, as it is now; null when there are user errors.
    user_errors: What stood against it; nothing was begun when there are any.
    """

    job: Job | None
    user_errors: list[UserError]


@entity
class JobChange:
    """One step of a job.

    seq: The job's version, which grows by 1 with each change, without gaps.
    job_id: Which job.
    job: The job after this step.
    at: When it was.
    """

    seq: int
    job_id: strawberry.ID
    job: Job
    at: AWSDateTime
