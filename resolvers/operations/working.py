"""How jobs are carried out: each stored version of one is told by the table's stream, and has its next step done.

A step is done at least once and stored once: of two that do the same, the second finds the job changed and leaves it.
Whoever dies in a step is told the same version again; whoever dies after it, the next. What is lost for good, because
the stream gave up, is taken up by the sweep, which stores another version.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from domain.operations import life
from domain.operations.jobs import Job, Tally
from resolvers.operations.ports import Progress, Task, Works

MOST: Final = 500
"""Jobs of one sweep: each takes some tens of milliseconds of its function's minute, and what is left is tomorrow's."""


def stir(works: Works, event: Mapping[str, Any]) -> None:
    """A stretch of the table's stream is worked on, and when there is none, it is time to sweep."""
    if "Records" in event:
        told = (works.read(record) for record in event["Records"])
        newest = {job.id: job for job in told if job is not None}
        _each(partial(step, works, job) for job in newest.values())
    else:
        sweep(works)


def step(works: Works, told: Job) -> None:
    """Do what comes after a version of a job, unless it has been done."""
    job = works.jobs.get(told.id)
    if job is None or job.version != told.version or job.finished_at is not None:
        return
    tasks = {task.name: task for task in works.tasks[job.kind]}
    if job.next is None:
        works.jobs.store(job, life.started(job, tasks, works.now()))
        return
    new = _after(job, job.next, tasks.get(job.next), works.now)
    if new is not job:
        works.jobs.store(job, new)


def sweep(works: Works) -> None:
    """Take up what was lost, and look once more for what was left behind by who is erased."""
    _each(partial(_seen_to, works, job) for job in works.jobs.waiting(works.now(), MOST))


def _after(job: Job, part: str, task: Task | None, now: Callable[[], datetime]) -> Job:
    """The job after its next part, or after some of it; itself while that has to wait."""
    if task is None or (task.whole and job.failed):
        return life.given_up(job, part, now())
    match task.run(job):
        case Tally() as tally:
            return life.counted(job, tally, now())
        case Progress.DONE:
            return life.passed(job, part, now())
        case Progress.MORE:
            return life.gone_on(job, now())
        case Progress.WAITS:
            return job


def _seen_to(works: Works, job: Job) -> None:
    if job.finished_at is None:
        if life.lost(job, works.now()):
            works.jobs.store(job, life.taken_up(job, works.now()))
    elif works.again(job) is Progress.DONE:
        works.jobs.seen_to(job)


def _each(works: Iterable[Callable[[], object]]) -> None:
    """One that fails keeps no other from being done; raises what went wrong, so that all are told again."""
    faults = []
    for work in works:
        try:
            work()
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is raised when the others are done
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} jobs could not go on", faults)
