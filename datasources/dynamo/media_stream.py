"""What the media table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Mapping
from typing import Any

from datasources.dynamo import documents
from domain.media.storing import KeptMedia


def media_change(record: Mapping[str, Any]) -> tuple[KeptMedia | None, KeptMedia] | None:
    """The media before and after one record, None for a record of anything else."""
    old, new = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    if new is None or new["sk"]["S"] != documents.MEDIA:
        return None
    return None if old is None else documents.decoded(KeptMedia, old), documents.decoded(KeptMedia, new)
