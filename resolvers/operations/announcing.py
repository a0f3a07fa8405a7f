"""A change of a job on its way from the table's stream to the graph."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from domain.operations.jobs import Job
from resolvers._kit.publishing import Publication

MUTATION: Final = "publishJobChange"


def publication_of(read: Callable[[Mapping[str, Any]], Job | None], record: Mapping[str, Any]) -> Publication | None:
    """What to publish of one record of the table's stream; None for what is no change of a job."""
    job = read(record)
    if job is None:
        return None
    variables = {"seq": job.version, "payload": msgspec.json.encode(job).decode()}
    return Publication(key=job.id, mutation=MUTATION, variables=variables, shorter=variables)
