"""Snapshots of the search index in a bucket."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004  # its name

from datasources.faults import StoreFault, StoreRefused, StoreUnavailable
from datasources.roundtrips import sent

STORE: Final = "S3"
CONFIG: Final = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
"""A snapshot of 10,000 products is about 5 MB, which S3 gives within half a second as a rule; three tries of at most
6 s stay within AppSync's 30 s."""
_SERVER_ERROR: Final = 500


class Snapshots:
    """Snapshots are written once under a key of their own and never changed. Nothing is opened before the first use."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        # botocore alone: most environments never search, and boto3 would weigh on the start of all.
        with _faults():
            return botocore.session.get_session().create_client("s3", config=CONFIG)

    def put(self, prefix: str, data: bytes) -> str:
        """Store a snapshot; returns its key, which starts with ``prefix`` and is like no other."""
        key = f"{prefix}{secrets.token_hex(8)}"
        sent("s3.PutObject")
        with _faults():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data)
        return key

    def get(self, key: str) -> bytes | None:
        """The snapshot's bytes; None when it is gone."""
        sent("s3.GetObject")
        with _faults():
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
        with _faults():
            self._client.delete_object(Bucket=self._bucket, Key=key)


@contextmanager
def _faults() -> Iterator[None]:
    """Say botocore's errors as faults of the store."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise _fault_of(error) from error


def _fault_of(error: BotoCoreError | ClientError) -> StoreFault:
    passing = isinstance(error, ConnectionError | HTTPClientError)
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        passing = status >= _SERVER_ERROR or error.response["Error"]["Code"] == "SlowDown"
    return (StoreUnavailable if passing else StoreRefused)(STORE, str(error))
