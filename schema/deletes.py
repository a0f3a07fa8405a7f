"""What becomes of the wish to remove a thing, whichever it is."""

import strawberry

from schema.errors import UserError
from schema.prose import entity


@entity
class DeletePayload:
    """What became of the wish to remove a thing.

    deleted_id: What it was known by; null when there are user errors.
    user_errors: What stood against it; nothing was removed when there are any.
    """

    deleted_id: strawberry.ID | None
    user_errors: list[UserError]
