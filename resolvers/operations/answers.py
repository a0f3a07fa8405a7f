"""One function a field: load, decide, store, return."""

from typing import Final

import msgspec

from domain.ids import JOB, JobId, is_id
from domain.operations.jobs import SHOPS, Job, JobKind, reported
from resolvers._kit.app import App
from resolvers._kit.callers import Publisher, Shopper, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit
from resolvers.operations import asking, views
from resolvers.operations.ports import Operations
from resolvers.operations.settings import DOMAIN
from resolvers.operations.views import JobChange, JobPayload

app: Final = App[Operations](DOMAIN)


def wishes(operations: Operations) -> Limit:
    """How often one customer, or one member of staff, may ask for a job."""
    return operations.wishes


@app.field("Query.job")
def job(operations: Operations, caller: Shopper, *, id: str) -> views.Job | None:
    """A job, with the link to what it made for whom it is made."""
    found = _seen_by(operations, caller, id)
    if found is None:
        return None
    linked = (found.owner == caller.sub or found.kind in SHOPS) and reported(found, operations.now())
    return views.job_of(found, operations.link(found) if linked else None)


@app.field("Query.jobChanges")
def job_changes(operations: Operations, caller: Shopper, *, job_id: str, after_seq: int) -> tuple[JobChange, ...]:
    """What happened to a job after a version."""
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    found = _seen_by(operations, caller, job_id)
    if found is None or found.version <= after_seq:
        return ()
    return tuple(map(views.change_of, operations.jobs.changes(found.id, after_seq)))


@app.field("Mutation.customerDataExport", limit=wishes)
def customer_data_export(operations: Operations, caller: Shopper, *, idempotency_key: str) -> JobPayload:
    """All that is known of the caller."""
    return asking.export(operations, caller, idempotency_key)


@app.field("Mutation.customerErase", limit=wishes)
def customer_erase(operations: Operations, caller: Shopper, *, confirm_email: str, idempotency_key: str) -> JobPayload:
    """The caller is to be forgotten."""
    return asking.erase(operations, caller, confirm_email, idempotency_key)


@app.field("Mutation.jobStart", limit=wishes)
def job_start(operations: Operations, caller: Staff, *, kind: JobKind, idempotency_key: str) -> JobPayload:
    """What the shop has done for itself."""
    return asking.start(operations, caller, kind, idempotency_key)


@app.field("Mutation.publishJobChange")
def publish_job_change(operations: Operations, caller: Publisher, *, seq: int, payload: object) -> JobChange:
    """Tell of a stored change; the answer is what subscribers are told."""
    try:
        told = msgspec.convert(payload, Job)
    except msgspec.ValidationError as error:
        raise BadRequest(f"payload is no job: {error}") from error
    if told.version != seq:
        raise BadRequest(f"this is version {told.version} of the job, not {seq}")
    return views.change_of(told)


@app.field("Subscription.jobChanged")
def job_changed(operations: Operations, caller: Shopper, *, job_id: str) -> None:
    """Let in who may read the job."""
    if _seen_by(operations, caller, job_id) is None:
        raise BadRequest("there is no such job")


def _seen_by(operations: Operations, caller: Shopper, id_: str) -> Job | None:
    """The job with this id, as far as there is one for the caller."""
    found = operations.jobs.get(JobId(id_)) if is_id(id_, JOB) else None
    return found if found and (found.owner == caller.sub or caller.staff) else None
