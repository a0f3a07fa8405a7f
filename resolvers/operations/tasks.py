"""Of what parts each kind of job consists, in which order."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from domain.ids import CustomerId
from domain.operations.jobs import Job, JobKind
from resolvers.operations.fetching import fetch, report
from resolvers.operations.ports import Pictures, Progress, Task


class Personal(Protocol):
    """All that is kept of people: ``sources`` are where it is gathered from, ``parts`` where it is erased."""

    @property
    def sources(self) -> Mapping[str, object]: ...
    @property
    def parts(self) -> Mapping[str, object]: ...

    def gather(self, name: str, job: Job) -> None:
        """Lay down what one source keeps of a job's owner."""

    def pack(self, job: Job) -> None:
        """Make an archive of all that was laid down."""

    def shut(self, job: Job) -> None:
        """Its owner can do no more."""

    def erase(self, name: str, owner: CustomerId) -> bool | None:
        """Erase what a part keeps of somebody: whether all is gone, None if something has to happen first."""

    def close(self, job: Job) -> None:
        """Remove the account, and say what is kept."""


def tasks_of(personal: Personal, pictures: Pictures) -> Mapping[JobKind, Sequence[Task]]:
    """Nobody comes in any more, then the stores are emptied, and the account, by which they know whom, goes last."""
    gathered = [_once(name, partial(personal.gather, name)) for name in personal.sources]
    erased = [Task(name=name, run=partial(_erased, personal, name)) for name in personal.parts]
    return {
        JobKind.CUSTOMER_DATA_EXPORT: [*gathered, _once("archive", personal.pack)],
        JobKind.CUSTOMER_ERASURE: [
            _once("sign-in", personal.shut),
            *erased,
            _once("account", personal.close, whole=True),
        ],
        JobKind.PICTURE_FETCH: [
            Task(name="pictures", run=partial(fetch, pictures)),
            _once("report", partial(report, pictures)),
        ],
    }


def again(personal: Personal, job: Job) -> Progress:
    """Erase what somebody has left behind who could still do something for an hour."""
    found = {_erased(personal, name, job) for name in personal.parts}
    return Progress.DONE if found == {Progress.DONE} else Progress.MORE


def _erased(personal: Personal, name: str, job: Job) -> Progress:
    gone = personal.erase(name, job.owner)
    if gone is None:
        return Progress.WAITS
    return Progress.DONE if gone else Progress.MORE


def _once(name: str, act: Callable[[Job], None], *, whole: bool = False) -> Task:
    """A part that one step does whole."""

    def run(job: Job) -> Progress:
        act(job)
        return Progress.DONE

    return Task(name=name, run=run, whole=whole)
