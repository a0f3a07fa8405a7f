"""What the cart table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Mapping
from typing import Any

from datasources.dynamo import documents
from domain.cart.storing import KeptCart


def cart_change(record: Mapping[str, Any]) -> tuple[KeptCart | None, KeptCart] | None:
    """The cart before and after one record, None for a record of anything else."""
    old, new = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    if new is None or new["sk"]["S"] != documents.CART:
        return None
    return None if old is None else documents.decoded(KeptCart, old), documents.decoded(KeptCart, new)
