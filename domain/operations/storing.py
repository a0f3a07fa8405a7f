"""What can become of a job when it meets the store."""

from domain.operations.jobs import Job
from domain.values import value


@value
class StoredJob:
    """The job as it is stored now; ``replayed`` when it was there before: by its key, or because it is under way.

    Nobody has two jobs of one kind under way.
    """

    job: Job
    replayed: bool = False


@value
class NoJob:
    """There is no such job any more."""
