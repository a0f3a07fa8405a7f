"""The life of a review as one table: what may be done with it in which status, and where it leads."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final

from domain.errors import ConflictError, ErrorCode, IllegalTransitionError, InputError, UserError
from domain.ids import CustomerId, ProductId, ReviewId
from domain.reviews.drafts import LONGEST_REPLY, Known, ReviewDraft, Said, prose, prose_errors, said
from domain.reviews.reviews import Review, ReviewStatus, Withdrawn


class ReviewAction(Enum):
    """What people do with a review.

    SUBMIT: A buyer writes it.
    EDIT: Its author says something else; the shop reads it anew.
    PUBLISH: The shop lets everybody read it.
    REJECT: The shop lets nobody read it.
    REPLY: The shop says something to it, or no longer does.
    MARK: A customer says that it is helpful, or no longer does.
    WITHDRAW: It is to be no more: by its author, or with all else that is known of them.
    """

    SUBMIT = "SUBMIT"
    EDIT = "EDIT"
    PUBLISH = "PUBLISH"
    REJECT = "REJECT"
    REPLY = "REPLY"
    MARK = "MARK"
    WITHDRAW = "WITHDRAW"


NOT_PURCHASED: Final = InputError(
    code=ErrorCode.NOT_PURCHASED,
    message="only who has bought the product can review it",
    field=("input", "productId"),
)
"""Who has not bought the product has no say in what it is worth."""

type Refused = tuple[UserError, ...]

PENDING, PUBLISHED, REJECTED = ReviewStatus

RULES: Final[Mapping[ReviewAction, Mapping[ReviewStatus | None, ReviewStatus | None]]] = {
    ReviewAction.SUBMIT: {None: PENDING},
    ReviewAction.EDIT: {PENDING: PENDING, PUBLISHED: PENDING, REJECTED: PENDING},
    ReviewAction.PUBLISH: {PENDING: PUBLISHED, REJECTED: PUBLISHED},
    ReviewAction.REJECT: {PENDING: REJECTED, PUBLISHED: REJECTED},
    ReviewAction.REPLY: {PUBLISHED: PUBLISHED},
    ReviewAction.MARK: {PUBLISHED: PUBLISHED},
    ReviewAction.WITHDRAW: {PENDING: None, PUBLISHED: None, REJECTED: None},
}
"""Of each action, from which status to which; None is no review. What is not in it cannot be done."""

_BY_STATUS: Final = {PUBLISHED: ReviewAction.PUBLISH, REJECTED: ReviewAction.REJECT}


def allowed_actions(status: ReviewStatus | None) -> tuple[ReviewAction, ...]:
    """What may be done with a review in this status, or where there is none."""
    return tuple(action for action, leads in RULES.items() if status in leads)


def submit(
    draft: ReviewDraft, known: Known, customer: CustomerId, product: ProductId, *, new_id: ReviewId, now: datetime
) -> Review | Refused:
    """A buyer's first review of a product; that there is none of theirs yet is for the store to say."""
    found = said(draft, known)
    missing = () if known.bought else (NOT_PURCHASED,)
    if not isinstance(found, Said) or missing:
        return (*missing, *(() if isinstance(found, Said) else found))
    return Review(
        id=new_id,
        product_id=product,
        customer_id=customer,
        author=found.author,
        rating=found.rating,
        title=found.title,
        body=found.body,
        verified_purchase=known.bought,
        status=PENDING,
        media=found.media,
        created_at=now,
        updated_at=now,
    )


def edit(
    review: Review, draft: ReviewDraft, known: Known, now: datetime, *, seen: int | None = None
) -> Review | Refused:
    """The author says something else, which nobody reads until the shop has; the same again changes nothing.

    ``seen`` is the version that it is to take the place of.

    That it was bought was asked when it was submitted. The votes stay with the review, and so does the reply,
    and so do the pictures of which the draft says nothing.
    """
    found = said(draft, known, review.media)
    if errors := (*_overtaken(review, seen), *(() if isinstance(found, Said) else found)):
        return errors
    assert isinstance(found, Said)
    new = replace(
        review,
        author=found.author,
        rating=found.rating,
        title=found.title,
        body=found.body,
        media=found.media,
    )
    return review if new == review else _next(new, now, _led(review, ReviewAction.EDIT))


def moderate(
    review: Review, status: ReviewStatus, now: datetime, *, reply: str | None = None, seen: int | None = None
) -> Review | Refused:
    """The shop publishes or rejects a review, or says something to it; what is so already changes nothing.

    ``seen`` is the version that was read: another one has a text that nobody may have read. ``reply`` takes the place
    of what was said before; blank takes it away, None leaves it.
    """
    if errors := _overtaken(review, seen):
        return errors
    if errors := prose_errors(reply, LONGEST_REPLY, "reply"):
        return errors
    if status is not review.status:
        action = _BY_STATUS.get(status)
        if action is None or review.status not in RULES[action]:
            return (_illegal(review.status, f"a review becomes {status.value} by its author alone"),)
    if reply is not None and status not in RULES[ReviewAction.REPLY]:
        return (InputError(code=ErrorCode.INVALID, message="only what all can read is replied to", field=("reply",)),)
    new = replace(review, status=status, reply=review.reply if reply is None else prose(reply))
    return review if new == review else _next(new, now, status)


def withdraw(review: Review, now: datetime) -> Withdrawn:
    """It is no more; possible in every status."""
    return Withdrawn(id=review.id, product_id=review.product_id, version=review.version + 1, at=now)


def unmarkable(review: Review, customer: CustomerId) -> Refused:
    """Why a customer who can read the review cannot say whether it is helpful; empty when they can."""
    if review.customer_id == customer:
        message = "nobody says of their own review that it is helpful"
        return (InputError(code=ErrorCode.INVALID, message=message, field=("id",)),)
    if review.status not in RULES[ReviewAction.MARK]:
        return (_illegal(review.status, "it cannot be read by all"),)
    return ()


def readable(review: Review, customer: CustomerId | None, *, staff: bool = False) -> bool:
    """Whether there is such a review for who asks."""
    return review.shown or staff or review.customer_id == customer


def _overtaken(review: Review, seen: int | None) -> Refused:
    if seen in {None, review.version}:
        return ()
    message = f"it is at version {review.version} by now; read it again"
    return (ConflictError(message=message, field=("expectedVersion",), current_version=review.version),)


def _led(review: Review, action: ReviewAction) -> ReviewStatus:
    leads = RULES[action][review.status]
    assert leads is not None
    return leads


def _next(review: Review, now: datetime, status: ReviewStatus) -> Review:
    return replace(review, status=status, version=review.version + 1, updated_at=now)


def _illegal(status: ReviewStatus, message: str) -> IllegalTransitionError:
    return IllegalTransitionError(message=message, allowed=tuple(one.value for one in allowed_actions(status)))
