"""The objects of a bucket, many at a time: whatever the bucket is for."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

from botocore.config import Config

from datasources.aws import faults
from datasources.faults import StoreRefused
from datasources.roundtrips import sent
from domain.values import value

STORE: Final = "S3"
CONFIG: Final = Config(
    connect_timeout=1,
    read_timeout=10,
    retries={"total_max_attempts": 3, "mode": "standard"},
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
)
"""Virtual: forms and links then lead to the bucket's own region. To any other, S3 answers with a redirection for the
first hours of a bucket, which a browser that sends a form cannot follow."""
_AT_ONCE: Final = 1000
"""Keys of one deletion (S3 API reference, DeleteObjects)."""


@value
class Object:
    """One object of a bucket."""

    key: str
    size: int
    written_at: datetime


def under(client: Any, bucket: str, prefix: str) -> Iterator[Object]:
    """All whose keys begin so, in the order of their keys; a request for each thousand."""
    more: dict[str, str] = {}
    while True:
        sent("s3.ListObjectsV2")
        with faults(STORE):
            page = client.list_objects_v2(Bucket=bucket, Prefix=prefix, **more)
        for one in page.get("Contents", ()):
            yield Object(key=one["Key"], size=one["Size"], written_at=one["LastModified"])
        if not page["IsTruncated"]:
            return
        more = {"ContinuationToken": page["NextContinuationToken"]}


def delete(client: Any, bucket: str, keys: Sequence[str]) -> None:
    """Remove what is there of these."""
    for some in batched(keys, _AT_ONCE, strict=False):
        sent("s3.DeleteObjects")
        wanted = {"Objects": [{"Key": key} for key in some], "Quiet": True}
        with faults(STORE):
            found = client.delete_objects(Bucket=bucket, Delete=wanted)
        if errors := found.get("Errors"):
            raise StoreRefused(STORE, f"{errors[0]['Key']}: {errors[0]['Code']}")
