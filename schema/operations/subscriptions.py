"""What may be listened to about jobs."""

import strawberry

from schema.operations.types import JobChange
from schema.route import Access, subscribed


@strawberry.type
class OperationSubscriptions:
    @subscribed("publishJobChange", access=Access.SHOPPER, domain="operations")
    def job_changed(self, job_id: strawberry.ID) -> JobChange | None:
        """Each step of a job, within a second as a rule, oldest first.

        A change may be told twice, which its seq shows, and one may be lost with the connection. So subscribe, then ask
        jobChanges for what was missed, whenever a connection begins. Who may not read the job may not listen either.

        job_id: Which job.
        """
