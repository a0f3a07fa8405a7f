"""The wire shapes of jobs, and how stored jobs become them."""

from datetime import datetime

from msgspec import Struct

from domain.ids import JobId
from domain.operations import jobs as stored
from domain.operations.jobs import JobKind, JobStatus
from resolvers._kit.views import UserError


class Job(Struct, frozen=True, kw_only=True):
    """A job."""

    id: JobId
    version: int
    kind: JobKind
    status: JobStatus
    rows: int | None
    done: int
    failed: int
    report_url: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobPayload(Struct, frozen=True, kw_only=True):
    """What became of the wish for a job."""

    job: Job | None = None
    user_errors: tuple[UserError, ...] = ()


class JobChange(Struct, frozen=True, kw_only=True):
    """One step of a job."""

    seq: int
    job_id: JobId
    job: Job
    at: datetime


def job_of(job: stored.Job, report_url: str | None = None) -> Job:
    """A job on the wire."""
    rows, done, failed = job.counts
    return Job(
        id=job.id,
        version=job.version,
        kind=job.kind,
        status=job.status,
        rows=rows if job.parts else None,
        done=done,
        failed=failed,
        report_url=report_url,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def change_of(job: stored.Job) -> JobChange:
    """That a job has become this, as everybody who may know is told it."""
    return JobChange(seq=job.version, job_id=job.id, job=job_of(job), at=job.updated_at)
