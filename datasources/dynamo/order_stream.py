"""What the orders table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Mapping
from typing import Any

from datasources.dynamo import documents
from domain.orders.storing import KeptOrder


def order_change(record: Mapping[str, Any]) -> tuple[KeptOrder | None, KeptOrder] | None:
    """The order before and after one record, None for a record of anything else."""
    old, new = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    if new is None or new["sk"]["S"] != documents.ORDER:
        return None
    return None if old is None else documents.decoded(KeptOrder, old), documents.decoded(KeptOrder, new)
