"""Reviews to try things with."""

from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import strategies as st

from domain.ids import CustomerId, MediaId, ProductId, ReviewId
from domain.reviews import life
from domain.reviews.drafts import Known, ReviewDraft
from domain.reviews.ratings import Seen, seen_of
from domain.reviews.reviews import Review, ReviewStatus, Withdrawn
from domain.shown import ShownMedia

NOON: Final = datetime(2027, 3, 1, 12, tzinfo=UTC)
PRODUCT: Final = ProductId("prod_" + "p" * 26)
ADA: Final = CustomerId("ada")
BEN: Final = CustomerId("ben")
PICTURES: Final = tuple(MediaId(f"media_{number:026}") for number in range(10))
SHOWN: Final = tuple(ShownMedia(id=one, alt=f"Picture {one}") for one in PICTURES)
BUYER: Final = Known(author="Ada L.", bought=True, pictures={one.id: one for one in SHOWN})


def draft(**parts: Any) -> ReviewDraft:
    said: dict[str, Any] = {"rating": 4, "title": "Good", "body": "It does what it should."}
    return ReviewDraft(**(said | parts))


def review(
    number: int = 1,
    customer: CustomerId = ADA,
    product: ProductId = PRODUCT,
    now: datetime = NOON,
    **parts: Any,
) -> Review:
    """One that has just been submitted."""
    new_id = ReviewId(f"rev_{number:026}")
    found = life.submit(draft(**parts), BUYER, customer, product, new_id=new_id, now=now)
    assert isinstance(found, Review), found
    return found


def moderated(one: Review, status: ReviewStatus, **parts: Any) -> Review:
    found = life.moderate(one, status, NOON, **parts)
    assert isinstance(found, Review), found
    return found


def published(number: int = 1, **parts: Any) -> Review:
    return moderated(review(number, **parts), ReviewStatus.PUBLISHED)


def edited(one: Review, **parts: Any) -> Review:
    found = life.edit(one, draft(**parts), BUYER, NOON)
    assert isinstance(found, Review), found
    return found


_STEP: Final = st.tuples(
    st.integers(1, 3), st.sampled_from(["publish", "write", "reply", "reject", "withdraw"]), st.integers(1, 5)
)
STEPS: Final = st.lists(_STEP, max_size=6) | st.lists(_STEP, min_size=10, max_size=40)
"""Which of some reviews, what is done with it, and how many stars it has if it is written."""


def lived(steps: list[tuple[int, str, int]]) -> tuple[list[Seen], dict[ReviewId, Review]]:
    """What a stream tells of such lives, in its order; and what there is in the end."""
    told: list[Seen] = []
    there: dict[int, Review] = {}
    for turn, (number, what, stars) in enumerate(steps):
        old = there.get(number)
        new = step(old, what, stars, number=number + 10 * turn)
        if new is None or new == old:
            continue
        told.append(seen_of(new))
        if isinstance(new, Withdrawn):
            del there[number]
        else:
            there[number] = new
    return told, {one.id: one for one in there.values()}


def step(old: Review | None, what: str, stars: int, *, number: int) -> Review | Withdrawn | None:
    """What becomes of a review by a step, None where it is refused; where there is none, one is written."""
    if old is None:
        return review(number, rating=stars)
    if what == "withdraw":
        return life.withdraw(old, NOON)
    if what == "write":
        return edited(old, rating=stars)
    statuses = {"publish": ReviewStatus.PUBLISHED, "reject": ReviewStatus.REJECTED, "reply": old.status}
    found = life.moderate(old, statuses[what], NOON, reply=f"{stars} thanks" if what == "reply" else None)
    return found if isinstance(found, Review) else None
