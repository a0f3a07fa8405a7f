"""The bucket of media: what people send straight to it, what is made of that, and links that expire."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from botocore.exceptions import ClientError

from datasources.aws import client, faults
from datasources.faults import StoreUnreadable
from datasources.roundtrips import sent
from datasources.s3 import objects
from datasources.s3.objects import CONFIG, STORE, Object
from domain.ids import MediaId
from domain.media.life import Arrived
from domain.media.places import FOR_EVER, wanted_key
from domain.media.signatures import HEAD, content_type_of
from domain.media.uploads import in_base64
from domain.shown import CONTENT_TYPES
from domain.values import value

CHUNK: Final = 1 << 20
_GONE: Final = frozenset({"404", "NoSuchKey"})


@value
class Form:
    """Where a file is posted to, and the fields that go before it."""

    url: str
    fields: tuple[tuple[str, str], ...]


class Uploads:
    """Nothing is opened before the first use; forms and links are made without asking S3."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @cached_property
    def _client(self) -> Any:
        return client("s3", CONFIG)

    def form(self, key: str, *, content_type: str, size: int, sha256: str, seconds: int) -> Form:
        """By which exactly these bytes can be sent to exactly this place, by whoever has it, for so long.

        S3 refuses whatever else is sent. Neither lives longer than the credentials of the function that signs it.
        """
        fields = {
            "Content-Type": content_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": in_base64(sha256),
        }
        conditions = [*({name: one} for name, one in fields.items()), ["content-length-range", size, size]]
        with faults(STORE):
            made = self._client.generate_presigned_post(
                self._bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds
            )
        return Form(url=made["url"], fields=tuple(made["fields"].items()))

    def link(self, key: str, *, filename: str, content_type: str, seconds: int) -> str:
        """An address from which this can be downloaded under a name by whoever has it, for so long; it is never shown
        by a browser, and kept by nobody on its way.
        """
        wanted = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": _attachment(filename),
            "ResponseCacheControl": "private, no-store",
        }
        with faults(STORE):
            made: str = self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)
            return made

    def arrived(self, key: str) -> Arrived | None:
        """What lies there, read once to its end without being kept; None when nothing does."""
        if (body := self._body(key)) is None:
            return None
        digest, size, head = hashlib.sha256(), 0, b""
        with faults(STORE):
            for chunk in body.iter_chunks(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                head += chunk[: HEAD - len(head)]
        return Arrived(size=size, sha256=digest.hexdigest(), head=head)

    def read(self, key: str, most: int) -> bytes | None:
        """The bytes there; None when there are none. Raises StoreUnreadable beyond ``most``, having read no more."""
        if (body := self._body(key)) is None:
            return None
        with faults(STORE):
            data: bytes = body.read(most + 1)
            body.close()
        if len(data) > most:
            raise StoreUnreadable(STORE, f"{key} has more than {most:,} bytes")
        return data

    def show(self, key: str, data: bytes) -> None:
        """Lay a rendition where everybody can get it, and keep it for ever; again is as once."""
        content_type = next(one for one in CONTENT_TYPES.values() if key.endswith(_ENDINGS[one]))
        sent("s3.PutObject")
        with faults(STORE):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=content_type, CacheControl=FOR_EVER
            )

    def want(self, media_id: MediaId) -> None:
        """Lay the wish that the file of a media be fetched, of which its reactions are told; again is told again."""
        sent("s3.PutObject")
        with faults(STORE):
            self._client.put_object(Bucket=self._bucket, Key=wanted_key(media_id), Body=b"")

    def keep(self, key: str, data: bytes) -> None:
        """Lay what was fetched where what is sent lies, in private; who comes second leaves what is there."""
        sent("s3.PutObject")
        content_type = content_type_of(data[:HEAD]) or "application/octet-stream"
        with faults(STORE):
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=data, ContentType=content_type, IfNoneMatch="*"
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "PreconditionFailed":
                    raise

    def publish(self, key: str, shown: str, content_type: str) -> None:
        """Lay what was sent where everybody can get it, as it is, without its passing through here."""
        sent("s3.CopyObject")
        with faults(STORE):
            self._client.copy_object(
                Bucket=self._bucket,
                Key=shown,
                CopySource={"Bucket": self._bucket, "Key": key},
                MetadataDirective="REPLACE",
                ContentType=content_type,
                CacheControl=FOR_EVER,
            )

    def delete(self, keys: Sequence[str]) -> None:
        """Remove what is there of these."""
        objects.delete(self._client, self._bucket, keys)

    def under(self, prefix: str) -> Iterator[Object]:
        """All whose keys begin so, in the order of their keys; a request for each thousand."""
        return objects.under(self._client, self._bucket, prefix)

    def _body(self, key: str) -> Any:
        sent("s3.GetObject")
        with faults(STORE):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            except ClientError as error:
                if error.response["Error"]["Code"] in _GONE:
                    return None
                raise


_ENDINGS: Final = {"image/webp": ".webp", "image/jpeg": ".jpg"}


def _attachment(filename: str) -> str:
    """Names of all scripts, and one of plain letters for who cannot read it (RFC 6266)."""
    plain = filename.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
