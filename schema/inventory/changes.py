"""A change of stock, as those who watch a variant are told."""

import strawberry

from schema.inventory.types import Availability
from schema.prose import entity
from schema.scalars import AWSDateTime


@entity
class StockChange:
    """One stored change of a variant's stock; everybody is told the same.

    seq: Grows by 1 with each change of the variant's stock, without gaps.
    variant_id: The variant.
    availability: What buyers could have of it after this change.
    at: When it was changed.
    """

    seq: int
    variant_id: strawberry.ID
    availability: Availability
    at: AWSDateTime
