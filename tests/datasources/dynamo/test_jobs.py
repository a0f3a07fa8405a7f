"""Jobs on both stores: begun once, told step by step, and found again when they were lost."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import boto3
import pytest

from datasources.dynamo.job_stream import job_change
from datasources.dynamo.jobs import JobTable
from datasources.dynamo.table import ItemKey
from datasources.personal.declared import TABLES, kind_of
from datasources.roundtrips import counted
from domain.ids import CustomerId, JobId
from domain.keys import Key, KeyReused
from domain.operations import life
from domain.operations.jobs import LIFE, Job, JobKind, JobStatus
from domain.operations.storing import NoJob, StoredJob
from resolvers._kit.ids import new_id
from resolvers.operations.settings import Settings
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_races import at_once

EXPORT, ERASURE = JobKind.CUSTOMER_DATA_EXPORT, JobKind.CUSTOMER_ERASURE
PARTS = ("one", "two")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(endpoint: str, clock: Clock) -> JobTable:
    return JobTable(new_table(endpoint, Settings), clock=clock)


def now(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock(), UTC)


def job(clock: Clock, kind: JobKind = EXPORT, owner: str = "ada") -> Job:
    return life.begun(JobId(new_id("job")), kind, CustomerId(owner), now(clock))


def key(text: str = "", caller: str = "ada", content: str = "a") -> Key:
    return Key(caller=caller, key=text or new_id("key"), fingerprint=content)


def begin(jobs: JobTable, wished: list[Job], keys: list[Key], number: int) -> StoredJob | NoJob | KeyReused:
    return jobs.create(wished[number], keys[number])


def items(jobs: JobTable) -> list[dict[str, Any]]:
    """Every item, each of a declared kind."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=jobs.table.name)
    found = [dict(item) for page in pages for item in page["Items"]]
    assert all(kind_of(TABLES["operations"], one["pk"]["S"], one["sk"]["S"]) for one in found)
    return found


def ran(jobs: JobTable, one: Job, clock: Clock) -> Job:
    """The job at its end, through every step."""
    steps = [life.started(one, PARTS, now(clock))]
    for _ in PARTS:
        assert steps[-1].next
        steps.append(life.passed(steps[-1], steps[-1].next, now(clock)))
    for old, new in zip((one, *steps), steps, strict=False):
        assert jobs.store(old, new)
    return steps[-1]


def test_twenty_requests_at_once_with_one_key_or_with_many_begin_one_job(jobs: JobTable, clock: Clock) -> None:
    for one_key in (True, False):
        kind = EXPORT if one_key else ERASURE
        keys = [key("the same key") if one_key else key() for _ in range(20)]
        told = at_once(20, partial(begin, jobs, [job(clock, kind) for _ in range(20)], keys))
        stored = [one for one in told if isinstance(one, StoredJob)]
        assert len({one.job.id for one in stored}) == 1
        assert sum(not one.replayed for one in stored) == 1
        assert len(stored) == 20
    assert len(jobs.of_customer(CustomerId("ada"))) == 2
    assert jobs.create(job(clock), key("the same key", content="b")) == KeyReused()


def test_each_has_their_own_and_another_when_the_last_has_ended(jobs: JobTable, clock: Clock) -> None:
    first = jobs.create(job(clock), key("first request"))
    other = jobs.create(job(clock, owner="bob"), key(caller="bob"))
    assert isinstance(first, StoredJob)
    assert isinstance(other, StoredJob)
    ended = ran(jobs, first.job, clock)
    second = jobs.create(job(clock), key())
    assert isinstance(second, StoredJob)
    assert not second.replayed
    assert jobs.create(job(clock), key("first request")) == StoredJob(job=ended, replayed=True)
    assert [one.id for one in jobs.of_customer(CustomerId("bob"))] == [other.job.id]


def test_the_shop_has_one_of_its_own_kind_whoever_asks(jobs: JobTable, clock: Clock) -> None:
    wished = [job(clock, JobKind.PICTURE_FETCH, f"clerk {number}") for number in range(8)]
    told = at_once(8, lambda number: jobs.create(wished[number], key(caller=wished[number].owner)))
    stored = [one for one in told if isinstance(one, StoredJob)]
    assert len(stored) == 8
    assert len({one.job.id for one in stored}) == 1
    ran(jobs, stored[0].job, clock)
    another = jobs.create(wished[0] if wished[0] != stored[0].job else wished[1], key())
    assert isinstance(another, StoredJob)
    assert not another.replayed


def test_every_version_is_told_without_gaps_and_kept_for_who_was_away(jobs: JobTable, clock: Clock) -> None:
    made = jobs.create(job(clock), key())
    assert isinstance(made, StoredJob)
    ended = ran(jobs, made.job, clock)
    with counted() as requests:
        told = jobs.changes(ended.id, 0)
    assert sum(requests.values()) == 1
    assert [one.version for one in told] == [1, 2, 3, 4]
    assert [one.status for one in told] == [JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.RUNNING, JobStatus.SUCCEEDED]
    assert told[-1] == ended == jobs.get(ended.id)
    assert [one.version for one in jobs.changes(ended.id, 2)] == [3, 4]
    assert jobs.changes(ended.id, 4) == jobs.changes(ended.id, 10**9) == ()
    documents = [one for one in items(jobs) if "document" in one]
    assert [job_change({"dynamodb": {"NewImage": one}}) for one in documents] == [ended]


def test_of_twenty_who_did_the_same_step_one_stores_it(jobs: JobTable, clock: Clock) -> None:
    made = jobs.create(job(clock), key())
    assert isinstance(made, StoredJob)
    next_ = life.started(made.job, PARTS, now(clock))
    assert sorted(at_once(20, lambda _: jobs.store(made.job, next_))) == [False] * 19 + [True]
    assert len(jobs.changes(made.job.id, 0)) == 2


def test_who_is_not_done_is_found_again_and_who_is_done_is_not(jobs: JobTable, clock: Clock) -> None:
    lost, done = jobs.create(job(clock), key()), jobs.create(job(clock, ERASURE), key())
    assert isinstance(lost, StoredJob)
    assert isinstance(done, StoredJob)
    clock.now += 1
    assert {one.id for one in jobs.waiting(now(clock), 100)} == {lost.job.id, done.job.id}
    ended = ran(jobs, done.job, clock)
    assert [one.id for one in jobs.waiting(now(clock), 100)] == [lost.job.id]
    clock.now += 3601
    assert {one.id for one in jobs.waiting(now(clock), 100)} == {lost.job.id, ended.id}
    assert [one.id for one in jobs.waiting(now(clock), 1)] == [lost.job.id]
    jobs.seen_to(ended)
    ran(jobs, lost.job, clock)
    assert jobs.waiting(now(clock), 100) == ()
    assert not [one for one in items(jobs) if one["pk"]["S"].startswith(("WAITING", "UNDERWAY"))]


def test_all_of_it_goes_by_itself(jobs: JobTable, clock: Clock) -> None:
    made = jobs.create(job(clock), key("the first key"))
    assert isinstance(made, StoredJob)
    ended = ran(jobs, made.job, clock)
    assert all("expires_at" in one for one in items(jobs)), json.dumps(items(jobs))
    clock.now += LIFE.total_seconds()
    assert jobs.get(ended.id) is None
    assert jobs.table.get(ItemKey(f"JOB#{ended.id}", "JOB")), "DynamoDB takes its time"
    assert isinstance(jobs.create(job(clock), key("the first key")), StoredJob), "a key lives for a day"
    assert jobs.replay(key("another key")) is None
