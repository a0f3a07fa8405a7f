"""A file on its whole way through a running system: posted as by a browser, looked at, told live, and shown to all."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from PIL import Image

from clients.csv.importing import import_file
from datasources.dynamo.media import MediaTable
from datasources.s3.uploads import Uploads
from domain.ids import MediaId
from domain.keys import Key
from domain.media.fetching import wanted
from infra.domains import Work, function_name
from local import pictures
from local.functions import deployed as functions
from local.running import Running, running
from resolvers._kit.ids import new_id
from tests.clients.files import table
from tests.clients.test_reading import BASIC
from tests.datasources.images.making import photo, written
from tests.datasources.web.serving import answer, site
from tests.local.test_live_cart import Wish, done, heard, shopper
from tests.local.test_run import ask, sign_in
from tests.resolvers.catalog.making import name
from tests.resolvers.media.making import ANNOUNCE, CHANGES, LOOK, SECRET, media_input, picture, sent

SHOWN: Final = """
query($slug: String!) {
  product(slug: $slug) { media { url alt renditions { url } } variants { edges { node { media { url } } } } }
}
"""
PAGE: Final = "http://localhost:3000"
"""Where a shop's front end may be."""
LISTEN: Final = """
subscription Listen($id: ID!) { mediaChanged(mediaId: $id) { seq status media { status url rejection { code } } } }
"""


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """An empty shop of this module's own."""
    with running("--no-sample") as found:
        yield found


def announced(shop: Running, token: str, data: bytes, **given: Any) -> Any:
    return done(shop, ANNOUNCE, token, input=media_input(data, **given), key=name("key"))


def came(shop: Running, token: str, data: bytes, **given: Any) -> tuple[Any, list[Any]]:
    """A media that was sent, when all of its way is told; and what of it was told live."""
    payload = announced(shop, token, data, **given)
    id_ = payload["media"]["id"]

    def send() -> None:
        assert sent(payload["upload"], data).status_code == 204

    [changes] = heard(shop, send, Wish(id_, 2, after=1, token=token, document=LISTEN))
    return ask(shop, LOOK, token, id=id_)["data"]["media"], changes


def test_a_photograph_is_shown_to_all_and_its_way_told_live(shop: Running) -> None:
    token = sign_in(shop, "staff")
    media, changes = came(shop, token, picture(800, secret=SECRET))
    assert [(one["seq"], one["status"]) for one in changes] == [(2, "PROCESSING"), (3, "READY")]
    assert changes[-1]["media"] == {"status": "READY", "url": media["url"], "rejection": None}
    caught_up = ask(shop, CHANGES, token, id=media["id"], after=1)["data"]["mediaChanges"]
    assert [(one["seq"], one["status"]) for one in caught_up] == [(2, "PROCESSING"), (3, "READY")]
    assert len(media["renditions"]) == 6
    for one in media["renditions"]:
        answer = httpx.get(one["url"], headers={"origin": PAGE})
        assert (answer.status_code, answer.headers["content-type"]) == (200, one["format"])
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert SECRET.encode() not in answer.content
        assert Image.open(io.BytesIO(answer.content)).size == (one["width"], one["height"])
    whole, head = httpx.get(media["url"]), httpx.head(media["url"])
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", whole.headers["etag"])
    assert httpx.get(media["url"], headers={"if-none-match": head.headers["etag"]}).status_code == 304
    part = httpx.get(media["url"], headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])


def test_nothing_but_what_is_shown_can_be_read_and_nothing_is_listed(shop: Running) -> None:
    media, _ = came(shop, sign_in(shop, "staff"), picture())
    original = f"originals/{media['id']}"
    public = media["url"].removeprefix(shop.url)
    for path in (
        f"/{original}", "/public/", f"/public/{media['id']}/", f"/public/../{original}", f"/public/%2e%2e/{original}",
        f"/public/..%2f{original}", public + "x", public.replace("-64.", "-65."), f"/public/{media['id']}/?list-type=2",
    ):  # fmt: skip
        answer = httpx.get(shop.url + path)
        assert answer.status_code in {403, 404}, path
        assert media["id"] not in answer.text
    assert httpx.delete(media["url"]).status_code == 405
    assert httpx.get(media["url"]).status_code == 200


def test_what_is_bad_is_rejected_live_with_its_reason(shop: Running) -> None:
    token = shopper(shop, 0)
    media, changes = came(shop, token, picture(), sha256="5e" * 32)
    assert [one["status"] for one in changes] == ["PROCESSING", "REJECTED"]
    assert changes[-1]["media"]["rejection"] == {"code": "WRONG_CHECKSUM"}
    assert media["status"] == "REJECTED"
    other = shopper(shop, 1)
    assert ask(shop, LOOK, other, id=media["id"])["data"]["media"] is None


def test_a_picture_on_a_server_of_this_machine_is_fetched_and_its_way_told_live(
    shop: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the cloud it is not (tests/infra/test_media.py)."""
    token, id_ = sign_in(shop, "staff"), MediaId(new_id("media"))
    endpoint = shop.outputs["custom"]["aws_endpoint_url"]
    [reactions] = [one for one in functions.read(endpoint, {}) if one.name == function_name("media", Work.REACTIONS)]
    for variable in (
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ):
        monkeypatch.setenv(variable, reactions.environment[variable])
    with site() as elsewhere:
        url = elsewhere.put("/mug.jpg", answer(body=picture(400, secret=SECRET)))
        media = wanted(id_, url, "A mug", datetime.now(UTC))
        MediaTable(reactions.environment["MEDIA_TABLE"]).start(media, Key(caller="job", key=id_, fingerprint=""))

        def want() -> None:
            Uploads(reactions.environment["MEDIA_BUCKET"]).want(id_)

        [changes] = heard(shop, want, Wish(id_, 3, after=1, token=token, document=LISTEN))
    assert [one["status"] for one in changes] == ["AWAITING_UPLOAD", "PROCESSING", "READY"]
    shown = httpx.get(changes[-1]["media"]["url"])
    assert shown.status_code == 200
    assert SECRET.encode() not in shown.content
    assert len(elsewhere.heads) == 1


def test_browsers_may_send_from_any_page(shop: Running) -> None:
    upload = announced(shop, sign_in(shop, "staff"), picture())["upload"]
    asked = httpx.options(upload["url"], headers={"origin": PAGE, "access-control-request-method": "POST"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "*")
    fields = {one["name"]: one["value"] for one in upload["fields"]}
    answer = httpx.post(upload["url"], data=fields, files={"file": ("x", picture())}, headers={"origin": PAGE})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")


def test_drawings_of_a_sample_become_pictures_of_the_shops_own_once(
    shop: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever draws them is another test's matter."""
    monkeypatch.setattr(pictures, "raster", lambda name: written(photo(400, 400, len(name)), "PNG"))
    drawn = {"Image Src": "mug-cream-1.svg", "Image Position": "1", "Image Alt Text": "A mug"}
    rows = [
        BASIC | drawn | {"Variant Image": "mug-cream-1.svg"},
        {"Handle": BASIC["Handle"], "Image Src": "https://elsewhere.example/1.jpg", "Image Position": "2"},
    ]
    file = tmp_path / "products.csv"
    file.write_text(table(list(rows[0]), *rows), encoding="utf-8")
    assert import_file(file, shop.outputs, pictures_base=f"{shop.url}/sample/").failed == 0

    def bring() -> list[tuple[int, int]]:
        return list(pictures.bring(file, shop.outputs, shop.url, lambda: False))

    assert bring() == [(1, 1)]
    product = ask(shop, SHOWN, sign_in(shop, "staff"), slug=BASIC["Handle"])["data"]["product"]
    ours, elsewhere = product["media"]
    assert (ours["alt"], len(ours["renditions"])) == ("A mug", 4)
    assert httpx.get(ours["url"]).headers["content-type"] == "image/jpeg"
    assert elsewhere["url"] == "https://elsewhere.example/1.jpg"
    assert [edge["node"]["media"] for edge in product["variants"]["edges"]] == [[{"url": ours["url"]}]]
    assert bring() == [], "there is nothing left to do"
