"""What the payments table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Mapping
from typing import Any

from datasources.dynamo import documents
from domain.payments.storing import KeptPayment


def payment_change(record: Mapping[str, Any]) -> tuple[KeptPayment | None, KeptPayment] | None:
    """The payment before and after one record, None for a record of anything else."""
    old, new = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    if new is None or new["sk"]["S"] != documents.PAYMENT:
        return None
    return None if old is None else documents.decoded(KeptPayment, old), documents.decoded(KeptPayment, new)
