"""How jobs are watched."""

import strawberry

from schema.operations.types import Job, JobChange
from schema.route import Access, routed


@strawberry.type
class OperationQueries:
    @routed("operations", Access.SHOPPER)
    def job(self, id: strawberry.ID) -> Job | None:
        """A job by its id, for who asked for it and for the shop; null for everybody else, and when there is none.

        id: The job's id.
        """

    @routed("operations", Access.SHOPPER)
    def job_changes(self, job_id: strawberry.ID, after_seq: int) -> list[JobChange]:
        """What happened to a job since a version that the caller knows, oldest first; at most 100 changes.

        Empty for a job that is not there, or somebody else's.

        job_id: Which job.
        after_seq: The last version that the caller knows, 0 for none.
        """
