"""What can become of a review when it meets the store."""

from domain.errors import UserError
from domain.ids import ReviewId
from domain.reviews.reviews import Review, Withdrawn
from domain.values import value


@value
class KeptReview:
    """A review, or what is left of one: exactly one of the two."""

    review: Review | None = None
    withdrawn: Withdrawn | None = None

    @property
    def there(self) -> Review | Withdrawn:
        """Whichever it is."""
        found = self.review or self.withdrawn
        assert found is not None
        return found


@value
class Unchanged:
    """Nothing is to happen; a key is used up all the same."""


@value
class Refusal:
    """Why the review stays as it is, or why there is none."""

    errors: tuple[UserError, ...]


@value
class NoReview:
    """There is no such review, or none for who asks."""


@value
class Reviewed:
    """The customer has said what they think of the product: their review is to be edited, or withdrawn first."""

    review_id: ReviewId


@value
class Overtaken:
    """What the review was to show is no longer what was looked at: it is to be decided anew."""


@value
class StoredReview:
    """The review as it is stored now; ``replayed`` when the request was carried out before."""

    review: Review
    replayed: bool = False


@value
class Gone:
    """The review is no more; ``replayed`` when the request was carried out before."""

    withdrawn: Withdrawn
    replayed: bool = False
