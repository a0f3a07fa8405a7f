"""What customers, and the shop itself, may have done that takes longer than a request."""

import strawberry

from domain.operations.jobs import JobKind
from schema.operations.types import JobChange, JobPayload
from schema.route import Access, routed
from schema.scalars import AWSJSON, AWSEmail


@strawberry.type
class OperationMutations:
    @routed("operations", Access.SHOPPER)
    def customer_data_export(self, idempotency_key: str) -> JobPayload:
        """Have everything that is kept of the caller put into one archive, which the job's reportUrl leads to.

        While such a job of the caller's is under way, it is the answer.

        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key again begins nothing and
          gives the job as it is then; kept for 24 hours.
        """

    @routed("operations", Access.SHOPPER)
    def customer_erase(self, confirm_email: AWSEmail, idempotency_key: str) -> JobPayload:
        """Erase the caller: their account, and everything that is kept of them but what the law keeps.

        They are signed out everywhere and cannot sign in any more; nothing brings the account back. Of orders, what
        the shop's accounts need is kept, without anything that says whose they were. As long as an order is to be sent
        or a payment waits for its order, this is refused with ILLEGAL_TRANSITION. While such a job of the caller's is
        under way, it is the answer.

        confirm_email: The e-mail of the caller's account, in any case, so that nobody is erased by mistake.
        idempotency_key: As for customerDataExport.
        """

    @routed("operations", Access.STAFF)
    def job_start(self, kind: JobKind, idempotency_key: str) -> JobPayload:
        """Have something done for the shop. While a job of the kind is under way, whoever began it, it is the answer.

        With PICTURE_FETCH every picture that products show from an address elsewhere is fetched, and shown from then on
        as the shop's own, in all sizes; it keeps its place and its id. A row is a product. What cannot be had stays
        where it is, and the job's report, a CSV file, says why.

        kind: What is to be done; PICTURE_FETCH, since the other kinds are begun by whom they are about.
        idempotency_key: As for customerDataExport.
        """

    @routed("operations", Access.PUBLISHER)
    def publish_job_change(self, seq: int, payload: AWSJSON) -> JobChange | None:
        """Tell those who listen to a job of a stored change; stores nothing. For the shop's own function.

        seq: The version that the change made.
        payload: The job as it is stored.
        """
