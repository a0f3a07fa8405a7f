"""Expected failures on the wire: every mutation's ``userErrors``."""

import strawberry

from domain.errors import ErrorCode
from schema.money import Money
from schema.prose import abstract, choice, entity

choice(ErrorCode)


@abstract
class UserError:
    """A failure that the caller can act on. Nothing was changed when a mutation gives one.

    code: What kind of failure it is; decide by this.
    message: One sentence for people, in English.
    field: Path into the arguments, such as ["input", "variants", "0", "sku"]; null when no one field is at fault.
    """

    code: ErrorCode
    message: str
    field: list[str] | None


@entity
class InputError(UserError):
    """Something in the request cannot be accepted as it is."""


@entity
class ThrottledError(UserError):
    """The caller asks too often; other callers do not feel it.

    retry_after_seconds: When to send the same request again, at least 1.
    """

    retry_after_seconds: int


@entity
class ConflictError(UserError):
    """The thing has changed since the caller read it.

    current_version: The version stored now; read again, decide again, send that version.
    """

    current_version: int


@entity
class IllegalTransitionError(UserError):
    """The thing's state does not admit what was asked for.

    allowed: The names of what it admits now.
    """

    allowed: list[str]


@entity
class InsufficientStockError(UserError):
    """There is less of a variant than was asked for.

    variant_id: The variant.
    requested: How many units were asked for.
    available: How many of them could be had.
    """

    variant_id: strawberry.ID
    requested: int
    available: int


@entity
class PriceChangedError(UserError):
    """A unit of a line costs another amount than when the buyer last put or changed it.

    line_id: The cart's line.
    was: What a unit cost then.
    now: What it costs now, which is what counts.
    """

    line_id: strawberry.ID
    was: Money
    now: Money


@entity
class TotalChangedError(UserError):
    """The whole costs another amount than the buyer agreed to.

    was: What the buyer agreed to.
    now: What it costs now.
    """

    was: Money
    now: Money


@entity
class PaymentError(UserError):
    """Money does not move.

    decline_code: The provider's own word for why, such as "insufficient_funds"; null where it has none.
    retryable: Whether the same request may succeed later, unchanged.
    """

    decline_code: str | None
    retryable: bool
