"""Media that are announced, sent and looked at as in life: but for EventBridge, which a test is."""

import hashlib
import io
import json
from datetime import timedelta
from typing import Any, Final

import boto3
import httpx
import msgspec
from PIL import Image

from datasources.dynamo.media_stream import media_change
from datasources.web.addresses import ANYWHERE
from datasources.web.fetching import Web
from domain.ids import MediaId
from domain.keys import Key
from domain.media.fetching import wanted
from domain.media.places import original_key, wanted_key
from domain.media.uploads import ALLOWED
from domain.shown import MediaKind
from resolvers._kit.ids import new_id
from resolvers.media import reactions
from resolvers.media.announcing import publication_of
from resolvers.media.reacting_ports import Reactor
from tests.datasources.images.making import exif, photo, written
from tests.resolvers.catalog.making import name
from tests.shop import REGION, Context, Shop

MEDIA: Final = """
id kind status alt url width height blurhash renditions { width height format url } rejection { code message }
"""
ANNOUNCE: Final = f"""
mutation($input: MediaInput!, $key: String!) {{
  mediaUploadStart(input: $input, idempotencyKey: $key) {{
    media {{ {MEDIA} }} upload {{ url maxBytes expiresAt fields {{ name value }} }} userErrors {{ code message field }}
  }}
}}
"""
LOOK: Final = f"query($id: ID!) {{ media(id: $id) {{ {MEDIA} }} }}"
CHANGES: Final = """
query($id: ID!, $after: Int!) { mediaChanges(mediaId: $id, afterSeq: $after) { seq mediaId status at media { id } } }
"""
DELETE: Final = """
mutation($id: ID!) { mediaDelete(id: $id) { deletedId userErrors { code message field } } }
"""
TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SECRET: Final = "52 Nowhere Lane"


def picture(side: int = 64, *, seed: int = 1, secret: str = "") -> bytes:
    """A photograph as a phone sends it, which tells where it was taken if there is a secret."""
    return written(photo(side, side * 3 // 4, seed), "JPEG", exif=exif(1, secret))


def media_input(data: bytes, **given: Any) -> dict[str, Any]:
    """What is said of a file that is a JPEG, if nothing else is said."""
    return {
        "kind": "IMAGE",
        "filename": "picture.jpg",
        "contentType": "image/jpeg",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    } | given


def announced(shop: Shop, data: bytes, *, person: str = "staff", key: str | None = None, **given: Any) -> Any:
    """The payload of an announcement that is taken."""
    variables = {"input": media_input(data, **given), "key": key or name("key")}
    payload = shop.ask(ANNOUNCE, variables, person=person)["mediaUploadStart"]
    assert payload["userErrors"] == []
    return payload


def sent(upload: Any, data: bytes) -> httpx.Response:
    """What S3 says to the file, sent as a browser does."""
    fields = {one["name"]: one["value"] for one in upload["fields"]}
    return httpx.post(upload["url"], data=fields, files={"file": ("whatever", data)})


def arrive(shop: Shop, media_id: str, times: int = 1) -> None:
    """S3's news of the file, so often."""
    event = {"detail-type": "Object Created", "detail": {"object": {"key": original_key(MediaId(media_id))}}}
    for _ in range(times):
        shop.reacting("media").react(event, Context())


def wished(shop: Shop, url: str) -> str:
    """The id of a media that is to be fetched from there; its wish is laid, and nobody was told."""
    reactor = shop.reacting("media").reactor
    media = wanted(MediaId(new_id("media")), url, "A mug", reactor.now())
    reactor.store.start(media, Key(caller="job", key=media.id, fingerprint=""))
    reactor.files.want(media.id)
    return media.id


def fetching(shop: Shop, **parts: Any) -> Reactor:
    """The reactions, which reach servers of this machine, too."""
    web = Web(ANYWHERE, most_bytes=ALLOWED[MediaKind.IMAGE].most_bytes)
    made: Reactor = msgspec.structs.replace(shop.reacting("media").reactor, **{"fetch": web.fetch} | parts)
    return made


def fetch(shop: Shop, media_id: str, **parts: Any) -> Any:
    """S3's news of the wish; what became of the media."""
    reactions.arrive(fetching(shop, **parts), wanted_key(MediaId(media_id)))
    return look(shop, media_id)


def sweep(shop: Shop, later: timedelta = timedelta()) -> None:
    """What the schedule does, some time later."""
    reactor = shop.reacting("media").reactor
    reactions.tidy(msgspec.structs.replace(reactor, now=lambda: reactor.now() + later))


def look(shop: Shop, media_id: str, person: str = "staff") -> Any:
    return shop.ask(LOOK, {"id": media_id}, person=person)["media"]


def uploaded(shop: Shop, data: bytes, *, person: str = "staff", **given: Any) -> Any:
    """A media that was sent and looked at, whatever became of it."""
    payload = announced(shop, data, person=person, **given)
    assert sent(payload["upload"], data).status_code == 204
    arrive(shop, payload["media"]["id"])
    return look(shop, payload["media"]["id"], person)


def ready(shop: Shop, *, seed: int = 1, person: str = "staff") -> Any:
    """A small picture that can be shown."""
    media = uploaded(shop, picture(seed=seed), person=person)
    assert media["status"] == "READY", media
    return media


def objects(shop: Shop, media_id: str = "") -> list[str]:
    """The keys of all that lies in the bucket, of a media or of all."""
    client = boto3.client("s3", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=shop.environ["MEDIA_BUCKET"])
    return [one["Key"] for page in pages for one in page.get("Contents", ()) if media_id in one["Key"]]


def stored(shop: Shop, key: str) -> Any:
    """An object, as it lies there."""
    client = boto3.client("s3", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)
    return client.get_object(Bucket=shop.environ["MEDIA_BUCKET"], Key=key)


def shown(shop: Shop, url: str) -> Image.Image:
    """The picture at an address, which is the bucket's key behind the shop's own."""
    return Image.open(io.BytesIO(stored(shop, key_of(shop, url))["Body"].read()))


def key_of(shop: Shop, url: str) -> str:
    base = shop.environ["MEDIA_URL"] + "/"
    assert url.startswith(base)
    return url.removeprefix(base)


def publications(shop: Shop) -> list[Any]:
    """What the publisher would say of all that is new in the stream."""
    records = [record for some in shop.news("media") for record in some]
    found = [publication_of(media_change, record) for record in records]
    return [json.loads(one.variables["payload"]) | {"seq": one.variables["seq"]} for one in found if one]
