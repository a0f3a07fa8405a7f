"""Jobs that a customer asked for, and the archives that these made of all that is known of them."""

from collections.abc import Callable, Iterator
from datetime import datetime

from datasources.dynamo.jobs import JobTable
from datasources.personal.pieces import Piece, document
from datasources.s3.archives import Archives
from domain.ids import CustomerId
from domain.operations.jobs import Job, JobKind
from domain.operations.life import stopped


class PersonalArchives:
    """That a job was done is known for some weeks, so that the shop can show it; by then nobody knows whose it was."""

    def __init__(self, jobs: JobTable, archives: Archives, *, now: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._archives = archives
        self._now = now

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """The jobs, the one that asks among them; not the archives, which would hold each other."""
        yield document("jobs", self._jobs.of_customer(customer))

    def erase(self, customer: CustomerId) -> int:
        """No export goes on, and nothing of what any has made is left."""
        exports = [one for one in self._jobs.of_customer(customer) if one.kind is JobKind.CUSTOMER_DATA_EXPORT]
        return sum(self._ended(job) + self._archives.remove(f"{job.id}/") for job in exports)

    def _ended(self, job: Job) -> int:
        return 0 if job.finished_at else int(self._jobs.store(job, stopped(job, self._now())))
