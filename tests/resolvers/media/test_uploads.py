"""Files on their way through the graph, S3 and the reactions: what is good is shown, all else leaves nothing behind."""

import io
import json
import zipfile
import zlib
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from domain.ids import MediaId
from domain.media.life import MOST_TRIES, begun
from resolvers.media import reactions
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.images.making import chunk, png, zeros
from tests.datasources.images.test_refusals import SVG
from tests.resolvers.catalog.making import name
from tests.resolvers.media.making import (
    ANNOUNCE,
    CHANGES,
    DELETE,
    SECRET,
    announced,
    arrive,
    key_of,
    look,
    media_input,
    objects,
    picture,
    publications,
    ready,
    sent,
    shown,
    stored,
    sweep,
    uploaded,
)
from tests.shop import FUNCTION, Shop

DAY = timedelta(days=1)
NOWHERE = "media_" + "0" * 26


def pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    return file.getvalue()


GOOD = picture(400, secret=SECRET)
BAD: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "a PDF under a picture's name": (pdf(), {}, "NOT_TAKEN"),
    "a PNG that is called JPEG": (png(8, 8, chunk(b"IDAT", zlib.compress(bytes(200)))), {}, "WRONG_TYPE"),
    "a PNG of 100 megapixels": (
        png(10_000, 10_000, chunk(b"IDAT", zeros(300))),
        {"filename": "large.png", "contentType": "image/png"},
        "TOO_LARGE",
    ),
    "half a JPEG": (GOOD[: len(GOOD) // 2], {}, "DAMAGED"),
    "an SVG with a program": (SVG, {"filename": "logo.png", "contentType": "image/png"}, "NOT_TAKEN"),
    "a zip bomb": (zip_bomb(), {}, "NOT_TAKEN"),
    "bytes of another checksum": (GOOD, {"sha256": "5e" * 32}, "WRONG_CHECKSUM"),
    "a program as a manual": (
        b"MZ" + bytes(500),
        {"kind": "DOCUMENT", "filename": "manual.pdf", "contentType": "application/pdf"},
        "NOT_TAKEN",
    ),
}


def test_a_photograph_becomes_renditions_that_tell_nothing_but_what_is_to_be_seen(shop: Shop) -> None:
    payload = announced(shop, GOOD, alt=" A mug ")
    media, upload = payload["media"], payload["upload"]
    assert (media["status"], media["alt"], media["url"], media["renditions"]) == ("AWAITING_UPLOAD", "A mug", None, [])
    assert upload["maxBytes"] == len(GOOD)
    assert sent(upload, GOOD).status_code == 204
    arrive(shop, media["id"], times=3)
    media = look(shop, media["id"])
    assert (media["status"], media["rejection"], media["width"], media["height"]) == ("READY", None, 400, 300)
    assert len(media["blurhash"]) == 28
    sizes = [(one["width"], one["height"], one["format"]) for one in media["renditions"]]
    assert sizes == [(w, h, f) for w, h in ((320, 240), (400, 300)) for f in ("image/webp", "image/jpeg")]
    assert media["url"] == media["renditions"][-1]["url"]
    for one in media["renditions"]:
        lies = stored(shop, key_of(shop, one["url"]))
        assert (lies["ContentType"], lies["CacheControl"]) == (one["format"], "public, max-age=31536000, immutable")
        data = lies["Body"].read()
        assert SECRET.encode() not in data
        opened = shown(shop, one["url"])
        assert opened.size == (one["width"], one["height"])
        assert not opened.getexif()
    assert SECRET.encode() in stored(shop, f"originals/{media['id']}")["Body"].read(), "in private it stays as sent"


@pytest.mark.parametrize("case", BAD)
def test_what_is_bad_is_rejected_with_its_reason_and_nothing_is_left(shop: Shop, case: str) -> None:
    data, given, code = BAD[case]
    media = uploaded(shop, data, person="staff" if "kind" in given else "shopper", **given)
    assert (media["status"], media["rejection"]["code"]) == ("REJECTED", code)
    assert media["rejection"]["message"]
    assert (media["url"], media["renditions"]) == (None, [])
    assert objects(shop, media["id"]) == []


@pytest.mark.parametrize(
    ("kind", "filename", "content_type", "public"),
    [
        ("VIDEO", "a.mp4", "video/mp4", True),
        ("DOCUMENT", "a.pdf", "application/pdf", True),
        ("DIGITAL_GOOD", "a.pdf", "application/pdf", False),
    ],
)
def test_films_and_documents_are_shown_as_they_were_sent_and_goods_are_private(
    shop: Shop, kind: str, filename: str, content_type: str, *, public: bool
) -> None:
    data = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" if kind == "VIDEO" else pdf()
    media = uploaded(shop, data, kind=kind, filename=filename, contentType=content_type)
    assert (media["status"], media["width"], media["renditions"]) == ("READY", None, [])
    assert (media["url"] is not None) is public
    assert len(objects(shop, media["id"])) == 1 + public
    if public:
        lies = stored(shop, key_of(shop, media["url"]))
        assert (lies["Body"].read(), lies["ContentType"]) == (data, content_type)
        assert lies["CacheControl"].endswith("immutable")


@pytest.mark.parametrize(
    ("person", "given", "field"),
    [
        ("shopper", {"kind": "VIDEO", "filename": "a.mp4", "contentType": "video/mp4"}, "kind"),
        ("finance", {"kind": "DIGITAL_GOOD", "filename": "a.pdf", "contentType": "application/pdf"}, "kind"),
        ("staff", {"contentType": "image/svg+xml", "filename": "a.svg"}, "contentType"),
        ("staff", {"bytes": 0}, "bytes"),
        ("staff", {"bytes": 25_000_001}, "bytes"),
        ("staff", {"sha256": "x"}, "sha256"),
        ("staff", {"filename": "../../etc/passwd"}, "filename"),
        ("staff", {"filename": "a.exe"}, "filename"),
        ("staff", {"filename": " "}, "filename"),
        ("staff", {"filename": "x" * 1_000_000}, "filename"),
        ("staff", {"alt": "\x00"}, "alt"),
        ("staff", {"alt": "x" * 501}, "alt"),
    ],
)
def test_what_may_not_be_sent_is_refused_at_its_field_before_anything_is_stored(
    shop: Shop, person: str, given: dict[str, Any], field: str
) -> None:
    variables = {"input": media_input(GOOD, **given), "key": name("key")}
    payload = shop.ask(ANNOUNCE, variables, person=person)["mediaUploadStart"]
    assert (payload["media"], payload["upload"]) == (None, None)
    assert [error["field"] for error in payload["userErrors"]] == [["input", field]]


def test_another_customers_media_is_as_none_and_staff_see_all(shop: Shop) -> None:
    theirs = ready(shop, person="shopper")
    ours = ready(shop)
    assert look(shop, theirs["id"], "shopper")["status"] == "READY"
    assert look(shop, theirs["id"])["id"] == theirs["id"]
    for id_ in (theirs["id"], ours["id"], NOWHERE, "x", "", f"{theirs['id']}0", "\U0001f511"):
        assert look(shop, id_, "other") is None
        assert shop.ask(CHANGES, {"id": id_, "after": 0}, person="other")["mediaChanges"] == []
    assert look(shop, ours["id"], "shopper") is None


def test_changes_are_told_in_order_without_gaps_and_by_the_stream_alike(shop: Shop) -> None:
    publications(shop)
    media = ready(shop)
    told = shop.ask(CHANGES, {"id": media["id"], "after": 0}, person="staff")["mediaChanges"]
    steps = [(1, "AWAITING_UPLOAD"), (2, "PROCESSING"), (3, "READY")]
    assert [(one["seq"], one["status"]) for one in told] == steps
    assert [one["media"] and one["media"]["id"] for one in told] == [None, None, media["id"]]
    later = shop.ask(CHANGES, {"id": media["id"], "after": 2}, person="staff")["mediaChanges"]
    assert later == told[2:]
    published = publications(shop)
    assert [(one["seq"], one["status"]) for one in published] == steps
    document = "mutation($p: AWSJSON!) { publishMediaChange(seq: 3, payload: $p) { seq status media { id url } } }"
    payload = json.dumps({key: one for key, one in published[-1].items() if key != "seq"})
    answer = shop.ask(document, {"p": payload}, person=FUNCTION)["publishMediaChange"]
    assert answer == {"seq": 3, "status": "READY", "media": {"id": media["id"], "url": media["url"]}}


def test_one_key_is_one_media_with_a_ticket_as_long_as_its_file_can_come(shop: Shop) -> None:
    key = name("key")
    variables = {"input": media_input(GOOD), "key": key}
    told = at_once(10, lambda _: shop.ask(ANNOUNCE, variables, person="shopper")["mediaUploadStart"])
    assert len({one["media"]["id"] for one in told}) == 1
    assert all(one["upload"] for one in told)
    assert sent(told[-1]["upload"], GOOD).status_code == 204
    arrive(shop, told[0]["media"]["id"])
    again = shop.ask(ANNOUNCE, variables, person="shopper")["mediaUploadStart"]
    assert (again["media"]["status"], again["upload"]) == ("READY", None)
    other = variables | {"input": media_input(GOOD, filename="other.jpg")}
    refused = shop.ask(ANNOUNCE, other, person="shopper")["mediaUploadStart"]["userErrors"]
    assert [error["code"] for error in refused] == ["IDEMPOTENCY_KEY_REUSED"]


def test_news_that_come_late_often_or_of_nothing_change_nothing(shop: Shop) -> None:
    media = ready(shop)
    arrive(shop, media["id"], times=2)
    assert look(shop, media["id"]) == media
    arrive(shop, NOWHERE)
    event = {"detail-type": "Object Created", "detail": {"object": {"key": "originals/../../x"}}}
    reactions.react(shop.reacting("media").reactor, event)


def test_at_once_news_of_one_file_end_in_one_media(shop: Shop) -> None:
    payload = announced(shop, GOOD)
    assert sent(payload["upload"], GOOD).status_code == 204
    at_once(4, lambda _: arrive(shop, payload["media"]["id"]))
    media = look(shop, payload["media"]["id"])
    assert media["status"] == "READY"
    assert len(objects(shop, media["id"])) == 1 + len(media["renditions"])


def test_what_ends_its_function_again_and_again_is_rejected(shop: Shop) -> None:
    payload = announced(shop, GOOD)
    assert sent(payload["upload"], GOOD).status_code == 204
    reactor, id_ = shop.reacting("media").reactor, MediaId(payload["media"]["id"])
    for _ in range(MOST_TRIES):
        reactor.store.change(id_, lambda media: begun(media, reactor.now()))
    arrive(shop, id_)
    media = look(shop, id_)
    assert (media["status"], media["rejection"]["code"]) == ("REJECTED", "FAILED")
    assert objects(shop, id_) == []


def test_staff_remove_what_nothing_shows_with_all_its_objects_and_nobody_else_does(shop: Shop) -> None:
    media = ready(shop, person="shopper")
    answer = shop.send(DELETE, {"id": media["id"]}, person="shopper")
    assert answer["errors"][0]["errorType"] == "Unauthorized"
    assert shop.ask(DELETE, {"id": media["id"]}, person="staff")["mediaDelete"] == {
        "deletedId": media["id"],
        "userErrors": [],
    }
    assert look(shop, media["id"]) is None
    assert objects(shop, media["id"]) == []
    for id_ in (media["id"], NOWHERE, "x"):
        errors = shop.ask(DELETE, {"id": id_}, person="staff")["mediaDelete"]["userErrors"]
        assert [(error["code"], error["field"]) for error in errors] == [("NOT_FOUND", ["id"])]


def test_the_sweep_removes_what_nobody_needs_and_goes_on_with_what_was_left_undone(shop: Shop) -> None:
    never, rejected = announced(shop, GOOD)["media"], uploaded(shop, pdf())
    unheld = ready(shop)
    left = announced(shop, GOOD)
    assert sent(left["upload"], GOOD).status_code == 204
    reactor = shop.reacting("media").reactor
    reactor.store.change(MediaId(left["media"]["id"]), lambda media: begun(media, reactor.now()))
    reactor.files.show(f"public/{NOWHERE}/{'0' * 26}-320.jpg", b"stray")
    sweep(shop)
    ids = [one["id"] for one in (never, rejected, unheld, left["media"])]
    assert [look(shop, id_)["status"] for id_ in ids] == ["AWAITING_UPLOAD", "REJECTED", "READY", "PROCESSING"]
    sweep(shop, DAY + timedelta(hours=1))
    assert [look(shop, id_) and look(shop, id_)["status"] for id_ in ids] == [None, None, "READY", "READY"]
    assert objects(shop, NOWHERE) == []
    sweep(shop, 8 * DAY)
    assert look(shop, unheld["id"]) is None
    assert objects(shop, unheld["id"]) == []


def test_a_picture_of_another_kind_of_pixels_is_shown_too(shop: Shop) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (30, 20), (200, 10, 10, 128)).save(file, "PNG")
    media = uploaded(shop, file.getvalue(), filename="a.png", contentType="image/png")
    assert media["status"] == "READY"
    assert shown(shop, media["renditions"][0]["url"]).mode == "RGBA"
