"""The table of jobs: each is one item, each of its versions another, and each change of it one transaction."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, records
from datasources.dynamo.table import Item, ItemKey, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.ids import CustomerId, JobId
from domain.keys import Key, KeyReused
from domain.operations.jobs import SHOPS, Job
from domain.operations.storing import NoJob, StoredJob

TRIES: Final = 30
"""What others overtook is looked at anew this often, after growing pauses: some five seconds in all."""
NO_INDEXES: Final[dict[str, str]] = {}
WAITING: Final = "WAITING"
"""The partition of jobs that somebody may have to look at again: some minutes each, and an hour after an erasure."""
CHANGE: Final = "CHANGE#"
SHOP: Final = "SHOP"
"""No customer: ids of accounts are of small letters."""
MOST_CHANGES: Final = 100
"""Told at once to who was away; a job has some tens, or one for each twenty things that it goes through."""
LAST_SEQ: Final = 999_999


class JobTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once.

    ``clock`` is the time of day, in seconds since 1970.
    """

    def __init__(self, table_name: str, *, beside: Table | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, NO_INDEXES, beside=beside)
        self._clock = clock

    def get(self, job_id: JobId) -> Job | None:
        """The job, by one request. It is gone from the moment it says, whether or not DynamoDB has removed it."""
        item = self.table.get(_key(job_id))
        job = None if item is None else documents.decoded(Job, item)
        return job if job is not None and self._clock() < job.expires_at.timestamp() else None

    def changes(self, job_id: JobId, after_seq: int) -> tuple[Job, ...]:
        """The first MOST_CHANGES versions after one, in their order, by one request."""
        if after_seq >= LAST_SEQ:
            return ()
        first, last = (_change_key(job_id, seq) for seq in (after_seq + 1, LAST_SEQ))
        answer = self.table.query(first.pk, Path("sk").between(first.sk, last.sk), limit=MOST_CHANGES)
        return tuple(documents.read(Job, item["change"]["S"], item) for item in answer.items)

    def of_customer(self, owner: CustomerId) -> tuple[Job, ...]:
        """The jobs that somebody asked for and that are still known, by two requests for each hundred."""
        found = [item for answer in self.table.answers(_of_customer(owner, "").pk) for item in answer.items]
        kept = self.table.many([_key(JobId(item["sk"]["S"])) for item in found])
        return tuple(sorted((documents.decoded(Job, item) for item in kept), key=lambda job: (job.created_at, job.id)))

    def waiting(self, before: datetime, most: int) -> tuple[Job, ...]:
        """At most ``most`` jobs that are to be looked at since ``before``, those that wait longest first."""
        answer = self.table.query(WAITING, Path("sk") < _moment(before), limit=most)
        found = self.table.many([_key(JobId(item["id"]["S"])) for item in answer.items])
        return tuple(sorted((documents.decoded(Job, item) for item in found), key=lambda job: (job.look_at, job.id)))

    def create(self, job: Job, key: Key) -> StoredJob | NoJob | KeyReused:
        """Store a new job, once for a key, unless one of the same kind is under way: then that is the key's."""
        for attempt in range(TRIES):
            write = Transaction(self.table)
            _put(write, None, job)
            write.put(_of_customer(job.owner, job.id), _lasting(job))
            write.put(_under_way(job), {"id": {"S": job.id}}, records.NEW, name="under way")
            self._record(write, key, job.id)
            if not write.commit():
                return StoredJob(job=job)
            if (replay := self.replay(key)) is not None:
                return replay
            there = self.table.get(_under_way(job))
            known = None if there is None else self.get(JobId(there["id"]["S"]))
            if known is not None and known.finished_at is None:
                write = Transaction(self.table)
                self._record(write, key, known.id)
                if not write.commit():
                    return StoredJob(job=known, replayed=True)
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others began and ended jobs before each of {TRIES} tries")

    def store(self, old: Job, new: Job) -> bool:
        """Store a job's next version; False when others were faster, or there is no such job any more."""
        write = Transaction(self.table)
        _put(write, old, new)
        if new.finished_at is not None and old.finished_at is None:
            write.delete(_under_way(new))
        return not write.commit()

    def seen_to(self, job: Job) -> None:
        """Nobody need look at a job any more."""
        if (place := _waiting(job)) is not None:
            write = Transaction(self.table)
            write.delete(place)
            write.commit()

    def replay(self, key: Key) -> StoredJob | NoJob | KeyReused | None:
        """What became of the request before, as it is now; None when there was none."""
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        kept = self.get(JobId(documents.read(str, answer)))
        return NoJob() if kept is None else StoredJob(job=kept, replayed=True)

    def _record(self, write: Transaction, key: Key, job: JobId) -> None:
        now = self._clock()
        record = records.record_item(key, documents.encoded(job), now)
        write.put(records.record_key(key), record, records.record_free(now), name="key")


def _key(job: JobId) -> ItemKey:
    return ItemKey(f"JOB#{job}", documents.JOB)


def _change_key(job: JobId, seq: int) -> ItemKey:
    return ItemKey(f"JOB#{job}", f"{CHANGE}{seq:06}")


def _of_customer(owner: CustomerId, job: str) -> ItemKey:
    return ItemKey(f"CUSTOMER#{owner}", job)


def _under_way(job: Job) -> ItemKey:
    """A customer may have one of each kind, and the shop too."""
    whose = SHOP if job.kind in SHOPS else job.owner
    return ItemKey(f"UNDERWAY#{job.kind.value}#{whose}", "UNDERWAY")


def _waiting(job: Job) -> ItemKey | None:
    return None if job.look_at is None else ItemKey(WAITING, f"{_moment(job.look_at)}#{job.id}")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _lasting(job: Job) -> Item:
    return {"expires_at": {"N": str(ceil(job.expires_at.timestamp()))}}


def _put(write: Transaction, old: Job | None, new: Job) -> None:
    """A job's next version, what is told of it, and where it waits."""
    document = {"S": documents.encoded(new).decode()}
    condition: Condition = records.NEW if old is None else records.at_version(old.version)
    item: Item = {"document": document, "version": {"N": str(new.version)}} | _lasting(new)
    write.put(_key(new.id), item, condition, name="job")
    # No "document": the table's stream is heard for what has one, the jobs.
    write.put(_change_key(new.id, new.version), {"change": document} | _lasting(new))
    was, now = None if old is None else _waiting(old), _waiting(new)
    if was is not None and was != now:
        write.delete(was)
    if now is not None and was != now:
        write.put(now, {"id": {"S": new.id}} | _lasting(new))
