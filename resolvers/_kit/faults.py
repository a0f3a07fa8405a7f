"""What may leave a function as an error, and what is said instead of everything else.

Exception
├── BadRequest             the caller's request cannot be answered as it is; its sentence is shown
├── UnauthorizedException  (callers) not for this caller; AppSync words it
└── anything else          a fault: logged once with the request id, shown as InternalFault
"""

from typing import Final

from domain.pages import BadPage
from resolvers._kit.callers import UnauthorizedException

MASK: Final = "Something went wrong on our side; nothing was changed. Please try again, and if it stays, quote {}."


class BadRequest(Exception):
    """A request that no answer can be given to, such as a cursor of another list. The message is shown as it is."""


class InternalFault(Exception):
    """What the caller learns of a fault: that there was one, and the request id to find it in the logs by."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        super().__init__(MASK.format(request_id))


def shown(error: Exception) -> Exception | None:
    """The error to show for ``error`` as it stands, or None when it is a fault to be masked."""
    if isinstance(error, BadPage):
        return BadRequest(str(error))
    return error if isinstance(error, BadRequest | UnauthorizedException) else None
