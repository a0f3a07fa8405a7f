"""What the inventory table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Mapping
from typing import Any

from datasources.dynamo import documents
from domain.ids import ProductId, product_of_variant
from domain.inventory.stock import Stock


def stock_change(record: Mapping[str, Any]) -> tuple[Stock | None, Stock] | None:
    """The stock before and after one record, None for a record of anything else.

    Nothing changed when both have the same version: then the item alone was written anew.
    """
    old, new = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    if new is None or not new["sk"]["S"].startswith(documents.STOCK):
        return None
    return None if old is None else documents.decoded(Stock, old), documents.decoded(Stock, new)


def stocked_products(event: Mapping[str, Any]) -> tuple[ProductId, ...]:
    """The products of whose variants buyers can have more or less by a stretch of the stream, each once.

    What was held and is sold changes nothing of that.
    """
    changes = (stock_change(record) for record in event["Records"])
    owners = (product_of_variant(new.variant_id) for old, new in filter(None, changes) if _offers_other(old, new))
    return tuple(dict.fromkeys(owner for owner in owners if owner))


def _offers_other(old: Stock | None, new: Stock) -> bool:
    return old is None or old.availability != new.availability
