"""What the stream of the table of jobs says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Mapping
from typing import Any

from datasources.dynamo import documents
from domain.operations.jobs import Job


def job_change(record: Mapping[str, Any]) -> Job | None:
    """The job as a record made it, None for a record of anything else."""
    new = record["dynamodb"].get("NewImage")
    if new is None or new["sk"]["S"] != documents.JOB:
        return None
    return documents.decoded(Job, new)
