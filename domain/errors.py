"""Expected failures: an outcome the caller can act on, as data with a code and the facts to act on."""

from enum import Enum

from domain.ids import CartLineId, VariantId
from domain.money import Money
from domain.values import value


class ErrorCode(Enum):
    """What kind of failure a user error is; a program decides by it, never by the message.

    INVALID: The value cannot be accepted; the message says what would be right.
    REQUIRED: A value is missing.
    NOT_FOUND: There is no such thing, or it is not the caller's to see.
    DUPLICATE: Another thing already has this unique value.
    CONFLICT: The thing has changed since the caller read it.
    THROTTLED: The caller asks too often; the same request is welcome later.
    IDEMPOTENCY_KEY_REUSED: The key was used before with another request.
    INSUFFICIENT_STOCK: There is less of a variant than was asked for.
    RESERVATION_EXPIRED: The goods are no longer held for the buyer; hold them again.
    PRICE_CHANGED: An amount is no longer the one that the buyer saw.
    DISCOUNT_NOT_APPLICABLE: The discount gives nothing to this cart now.
    DISCOUNT_EXHAUSTED: The discount was used as often as it may be.
    SHIPPING_UNAVAILABLE: Nothing is sent to this address.
    CART_EMPTY: There is nothing in the cart.
    CART_COMPLETED: The cart has become an order and cannot be changed.
    PAYMENT_DECLINED: Who keeps the buyer's money refuses to pay; another means of payment may be welcome.
    PAYMENT_ACTION_REQUIRED: The buyer has to do something first, such as confirm the payment to the bank.
    AMOUNT_EXCEEDS_CAPTURED: More would be given back than was taken and has not been given back yet.
    MEDIA_REJECTED: The media cannot be used, for the reason that its rejection has.
    ILLEGAL_TRANSITION: As things stand, this cannot be done any more, or not yet.
    PROVIDER_UNAVAILABLE: Who carries out payments does not answer; the same request is welcome later.
    NOT_PURCHASED: Only who has bought the product may do this.
    """

    INVALID = "INVALID"
    REQUIRED = "REQUIRED"
    NOT_FOUND = "NOT_FOUND"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"
    THROTTLED = "THROTTLED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    INSUFFICIENT_STOCK = "INSUFFICIENT_STOCK"
    RESERVATION_EXPIRED = "RESERVATION_EXPIRED"
    PRICE_CHANGED = "PRICE_CHANGED"
    DISCOUNT_NOT_APPLICABLE = "DISCOUNT_NOT_APPLICABLE"
    DISCOUNT_EXHAUSTED = "DISCOUNT_EXHAUSTED"
    SHIPPING_UNAVAILABLE = "SHIPPING_UNAVAILABLE"
    CART_EMPTY = "CART_EMPTY"
    CART_COMPLETED = "CART_COMPLETED"
    PAYMENT_DECLINED = "PAYMENT_DECLINED"
    PAYMENT_ACTION_REQUIRED = "PAYMENT_ACTION_REQUIRED"
    AMOUNT_EXCEEDS_CAPTURED = "AMOUNT_EXCEEDS_CAPTURED"
    MEDIA_REJECTED = "MEDIA_REJECTED"
    ILLEGAL_TRANSITION = "ILLEGAL_TRANSITION"
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE"
    NOT_PURCHASED = "NOT_PURCHASED"


@value
class InputError:
    """``field`` is the path into the arguments, such as ``("input", "variants", "0", "sku")``; None: no one field."""

    code: ErrorCode
    message: str
    field: tuple[str, ...] | None = None


@value
class ConflictError:
    """The version that is stored now; read again, decide again, send that version."""

    code: ErrorCode = ErrorCode.CONFLICT
    message: str
    field: tuple[str, ...] | None = None
    current_version: int


@value
class InsufficientStockError:
    """There is less of a variant than was asked for: ``available`` units of the ``requested`` could be had."""

    code: ErrorCode = ErrorCode.INSUFFICIENT_STOCK
    message: str
    field: tuple[str, ...] | None = None
    variant_id: VariantId
    requested: int
    available: int


@value
class PriceChangedError:
    """A unit of a line costs another amount ``now`` than it ``was`` when the buyer last put or changed it."""

    code: ErrorCode = ErrorCode.PRICE_CHANGED
    message: str
    field: tuple[str, ...] | None = None
    line_id: CartLineId
    was: Money
    now: Money


@value
class ThrottledError:
    """When the same request will be taken, if nobody else asks meanwhile: a whole number of seconds, at least 1."""

    code: ErrorCode = ErrorCode.THROTTLED
    message: str
    field: tuple[str, ...] | None = None
    retry_after_seconds: int


@value
class PaymentError:
    """Money does not move. ``decline_code`` is the provider's own word for why, where it has one.

    ``retryable``: the same request may succeed later, unchanged.
    """

    code: ErrorCode
    message: str
    field: tuple[str, ...] | None = None
    decline_code: str | None = None
    retryable: bool = False


@value
class IllegalTransitionError:
    """The thing's state does not admit what was asked for; ``allowed`` are the names of what it admits now."""

    code: ErrorCode = ErrorCode.ILLEGAL_TRANSITION
    message: str
    field: tuple[str, ...] | None = None
    allowed: tuple[str, ...]


type UserError = (
    InputError | ConflictError | IllegalTransitionError | InsufficientStockError | PaymentError | ThrottledError
)
