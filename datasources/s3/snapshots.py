"""Snapshots of the search index in a bucket."""

import secrets
from functools import cached_property
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError

from datasources.aws import client, faults
from datasources.roundtrips import sent

STORE: Final = "S3"
CONFIG: Final = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
"""A snapshot of 10,000 products is about 5 MB, which S3 gives within half a second as a rule; three tries of at most
6 s stay within AppSync's 30 s."""


class Snapshots:
    """Snapshots are written once under a key of their own and never changed. Nothing is opened before the first use."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        return client("s3", CONFIG)

    def put(self, prefix: str, data: bytes) -> str:
        """Store a snapshot; returns its key, which starts with ``prefix`` and is like no other."""
        key = f"{prefix}{secrets.token_hex(8)}"
        sent("s3.PutObject")
        with faults(STORE):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data)
        return key

    def get(self, key: str) -> bytes | None:
        """The snapshot's bytes; None when it is gone."""
        sent("s3.GetObject")
        with faults(STORE):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchKey":
                    return None
                raise
            body: bytes = answer["Body"].read()
            return body

    def delete(self, key: str) -> None:
        """Remove a snapshot, if it is there."""
        sent("s3.DeleteObject")
        with faults(STORE):
            self._client.delete_object(Bucket=self._bucket, Key=key)
