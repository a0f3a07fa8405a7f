"""The bucket of what jobs have made for whoever asked: private, and emptied by itself after some days."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from tempfile import TemporaryFile
from typing import Any

from datasources.aws import client, faults
from datasources.roundtrips import sent
from datasources.s3 import objects
from datasources.s3.objects import CONFIG, STORE


class Archives:
    """Files under the id of their job. Nothing is opened before the first use; links are made without asking S3."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        return client("s3", CONFIG)

    def put(self, key: str, data: Any) -> None:
        """Store a file: bytes, or an open file from where it stands."""
        sent("s3.PutObject")
        with faults(STORE):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data)

    def link(self, key: str, *, content_type: str, seconds: int) -> str:
        """Where it can be downloaded from by whoever has the link, for so long."""
        wanted = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": f'attachment; filename="{key.rpartition("/")[2]}"',
            "ResponseCacheControl": "private, no-store",
        }
        with faults(STORE):
            made: str = self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)
            return made

    def pack(self, prefix: str, into: str, now: datetime) -> None:
        """One archive of all files under a prefix, by their names below it; one at a time is held in memory, and all of
        them, packed, where a function may lay down 512 MB.
        """
        with TemporaryFile() as made:
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                for key in self._under(prefix):
                    entry = zipfile.ZipInfo(key.removeprefix(prefix), now.timetuple()[:6])
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, self._read(key))
            made.seek(0)
            self.put(into, made)

    def join(self, prefix: str, into: str, head: bytes) -> None:
        """One file of all under a prefix, one after the other in the order of their keys, behind a head; they are held
        where ``pack`` holds them.
        """
        with TemporaryFile() as made:
            made.write(head)
            for key in self._under(prefix):
                made.write(self._read(key))
            made.seek(0)
            self.put(into, made)

    def remove(self, prefix: str) -> int:
        """Remove all files under a prefix; gives how many there were."""
        keys = tuple(self._under(prefix))
        objects.delete(self._client, self._bucket, keys)
        return len(keys)

    def _read(self, key: str) -> bytes:
        sent("s3.GetObject")
        with faults(STORE):
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            return body

    def _under(self, prefix: str) -> Iterator[str]:
        return (one.key for one in objects.under(self._client, self._bucket, prefix))
