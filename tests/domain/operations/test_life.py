"""A job goes through its parts one by one, and ends in whatever has become of them."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from domain.ids import CustomerId, JobId
from domain.operations import life
from domain.operations.jobs import REPORT_LIFE, TOKEN_LIFE, Job, JobKind, JobStatus, Tally, reported

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA: Final = CustomerId("ada")
PARTS: Final = ("customers", "orders", "account")


def begun(kind: JobKind = JobKind.CUSTOMER_DATA_EXPORT) -> Job:
    return life.begun(JobId("job_" + "a" * 26), kind, ADA, NOON)


def running(kind: JobKind = JobKind.CUSTOMER_DATA_EXPORT) -> Job:
    return life.started(begun(kind), PARTS, NOON)


def ended(outcomes: str, kind: JobKind = JobKind.CUSTOMER_DATA_EXPORT) -> Job:
    job = running(kind)
    for one in outcomes:
        assert job.next
        assert job.status is JobStatus.RUNNING
        job = (life.passed if one == "+" else life.given_up)(job, job.next, NOON)
    return job


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [("+++", JobStatus.SUCCEEDED), ("+-+", JobStatus.PARTIAL), ("---", JobStatus.FAILED), ("++", JobStatus.RUNNING)],
)
def test_how_it_ends_follows_from_its_parts(outcomes: str, status: JobStatus) -> None:
    job = ended(outcomes)
    assert (job.status, job.version, job.finished_at is None) == (status, 2 + len(outcomes), len(outcomes) < len(PARTS))
    assert (len(job.done), len(job.failed)) == (outcomes.count("+"), outcomes.count("-"))


@pytest.mark.parametrize(
    ("done", "failed", "outcomes", "status"),
    [
        (2, 0, "++", JobStatus.SUCCEEDED),
        (0, 0, "++", JobStatus.SUCCEEDED),
        (1, 1, "++", JobStatus.PARTIAL),
        (0, 2, "++", JobStatus.FAILED),
        (2, 0, "-+", JobStatus.PARTIAL),
        (0, 0, "-+", JobStatus.FAILED),
    ],
)
def test_how_one_ends_that_counts_follows_from_what_it_has_counted(
    done: int, failed: int, outcomes: str, status: JobStatus
) -> None:
    job = life.started(begun(JobKind.PICTURE_FETCH), ("pictures", "report"), NOON)
    job = life.gone_on(job, NOON)
    job = life.counted(job, Tally(rows=2, done=done, failed=failed), NOON)
    assert (job.version, job.rounds, job.next, job.status) == (4, 0, "pictures", JobStatus.RUNNING)
    for one in outcomes:
        job = (life.passed if one == "+" else life.given_up)(job, job.next or "", NOON)
    assert (job.status, job.counts) == (status, (2, done, failed))
    assert reported(job, NOON), "what has failed is in it"


def test_it_is_queued_until_it_is_known_of_what_it_consists() -> None:
    assert (begun().status, begun().next, running().next) == (JobStatus.QUEUED, None, "customers")


def test_every_step_is_a_version_also_one_that_ends_no_part() -> None:
    assert [life.gone_on(running(), NOON).version, life.taken_up(running(), NOON).version] == [3, 3]


def test_what_was_lost_is_taken_up_once_a_day_and_given_up_within_the_month() -> None:
    job, days = running(), 0
    while not job.failed:
        now = job.updated_at + timedelta(days=1)
        assert not life.lost(job, now - timedelta(days=1) + life.SILENCE - timedelta(seconds=1))
        assert life.lost(job, now)
        job, days = life.taken_up(job, now), days + 1
    assert (job.failed, job.next, job.tries) == (("customers",), "orders", 0)
    assert days <= 30


def test_a_part_that_never_comes_to_its_end_is_given_up() -> None:
    job, rounds = running(), 0
    while not job.failed:
        job, rounds = life.gone_on(job, NOON), rounds + 1
    assert (rounds, job.failed, job.rounds, job.next) == (life.MOST_ROUNDS + 1, ("customers",), 0, "orders")


def test_a_part_that_is_done_makes_the_tries_of_the_next_its_own() -> None:
    job = life.taken_up(running(), NOON)
    assert (job.tries, life.passed(job, "customers", NOON).tries, life.gone_on(job, NOON).tries) == (1, 0, 0)


def test_what_is_stopped_has_failed_whatever_was_done() -> None:
    for job in (begun(), running(), life.passed(running(), "customers", NOON)):
        stopped = life.stopped(job, NOON)
        assert (stopped.status, stopped.version, reported(stopped, NOON)) == (JobStatus.FAILED, job.version + 1, False)


def test_there_is_something_to_fetch_for_some_days_once_it_has_ended() -> None:
    job = ended("+++")
    last = NOON + REPORT_LIFE
    assert [reported(one, NOON) for one in (begun(), running(), job, ended("+-+"))] == [False, False, True, True]
    assert not reported(ended("++-"), NOON), "what was to make it could not"
    assert [reported(job, last - timedelta(seconds=1)), reported(job, last)] == [True, False]


def test_who_was_erased_is_looked_for_once_more_when_no_token_is_about() -> None:
    erased, exported = ended("+++", JobKind.CUSTOMER_ERASURE), ended("+++")
    assert (erased.look_at, exported.look_at, running().look_at) == (NOON + TOKEN_LIFE, None, NOON)
