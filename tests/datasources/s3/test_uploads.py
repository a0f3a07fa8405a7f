"""A form lets exactly the announced bytes to exactly one place, for a while; a link lets them out again.

The embedded AWS checks a form's policy (place, type, size, expiry, no field more) as S3 does. It does not check the
signature of a form or of a link, nor a checksum that comes as a field of a form: S3 does both. So what is signed is
looked at here itself, and what has come is compared with its announcement once more by ``domain/media/life.py``.
"""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import botocore.session
import httpx
import pytest
from botocore.config import Config

from datasources.faults import StoreRefused, StoreUnreadable
from datasources.roundtrips import counted
from datasources.s3.uploads import Form, Uploads
from domain.ids import MediaId
from domain.media.life import Arrived, mismatch
from domain.media.places import FOR_EVER, ORIGINALS, WANTED, original_key, rendition_key, shown_under, wanted_key
from domain.media.uploads import Upload, in_base64, started
from domain.shown import MediaKind, MediaRejectionCode, RenditionFormat

MEDIA: Final = MediaId("media_00000000000000000000000001")
KEY: Final = original_key(MEDIA)
DATA: Final = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10
SHA256: Final = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def bucket(emulator: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    name = f"media-{uuid.uuid4().hex}"
    client: Any = botocore.session.get_session().create_client("s3", config=Config())
    client.create_bucket(Bucket=name)
    client.close()
    return name


@pytest.fixture
def uploads(bucket: str) -> Uploads:
    return Uploads(bucket)


def form(uploads: Uploads, *, size: int = len(DATA), seconds: int = 60) -> Form:
    return uploads.form(KEY, content_type="image/png", size=size, sha256=SHA256, seconds=seconds)


def posted(form_: Form, data: bytes = DATA, changed: Mapping[str, str | None] | None = None) -> httpx.Response:
    """What S3 says to the form, some of its fields changed, added or left out, and this file."""
    fields = {name: one for name, one in (dict(form_.fields) | dict(changed or {})).items() if one is not None}
    return httpx.post(form_.url, data=fields, files={"file": ("whatever.png", data)})


def test_what_was_announced_can_be_sent(uploads: Uploads) -> None:
    assert posted(form(uploads)).status_code == 204
    assert uploads.read(KEY, len(DATA)) == DATA
    assert uploads.arrived(KEY) == Arrived(size=len(DATA), sha256=SHA256, head=DATA[:1024])


def test_it_can_be_sent_again_while_the_form_lasts(uploads: Uploads) -> None:
    made = form(uploads)
    assert [posted(made).status_code for _ in range(2)] == [204, 204]


@pytest.mark.parametrize(
    "changed",
    [
        {"key": original_key(MediaId("media_00000000000000000000000002"))},
        {"key": "public/somewhere.html"},
        {"key": "${filename}"},
        {"Content-Type": "text/html"},
        {"Content-Type": None},
        {"x-amz-checksum-sha256": in_base64(hashlib.sha256(b"else").hexdigest())},
        {"x-amz-checksum-sha256": None},
        {"x-amz-checksum-algorithm": "CRC32"},
        {"acl": "public-read"},
        {"Cache-Control": "max-age=1"},
        {"x-amz-meta-more": "1"},
        {"success_action_redirect": "https://elsewhere.example/"},
        {"policy": base64.b64encode(b'{"expiration": "2000-01-01T00:00:00Z", "conditions": []}').decode()},
    ],
    ids=lambda changed: " ".join(f"{name}={one}" for name, one in changed.items())[:60],
)
def test_no_field_of_a_form_can_be_another(uploads: Uploads, changed: Mapping[str, str | None]) -> None:
    assert posted(form(uploads), changed=changed).status_code in {400, 403}
    assert list(uploads.under("")) == []


@pytest.mark.parametrize("data", [DATA[:-1], DATA + b"x", b""])
def test_neither_a_byte_more_nor_less_is_taken(uploads: Uploads, data: bytes) -> None:
    refused = posted(form(uploads), data)
    assert refused.status_code == 400
    assert "EntityToo" in refused.text
    assert list(uploads.under("")) == []


def test_nothing_is_taken_once_a_form_has_expired(uploads: Uploads) -> None:
    made = form(uploads, seconds=1)
    time.sleep(1.5)
    refused = posted(made)
    assert refused.status_code == 403
    assert "expired" in refused.text.lower()
    assert list(uploads.under("")) == []


def test_a_form_signs_place_type_size_checksum_and_expiry_and_lets_nothing_open(uploads: Uploads, bucket: str) -> None:
    before = datetime.now(UTC)
    fields = dict(form(uploads, seconds=900).fields)
    policy = json.loads(base64.b64decode(fields["policy"]))
    expires = datetime.fromisoformat(policy["expiration"])
    assert before + timedelta(seconds=898) <= expires <= datetime.now(UTC) + timedelta(seconds=901)
    exact = dict(one for condition in policy["conditions"] if isinstance(condition, dict) for one in condition.items())
    assert exact == {
        "bucket": bucket,
        "key": KEY,
        "Content-Type": "image/png",
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(DATA).digest()).decode(),
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": fields["x-amz-credential"],
        "x-amz-date": fields["x-amz-date"],
    }
    open_ = [condition for condition in policy["conditions"] if not isinstance(condition, dict)]
    assert open_ == [["content-length-range", len(DATA), len(DATA)]]
    assert set(fields) == set(exact) - {"bucket"} | {"policy", "x-amz-signature"}


def test_other_bytes_of_the_same_size_which_the_emulator_takes_are_found_out_by_us(uploads: Uploads) -> None:
    """S3 refuses them by the checksum that is signed; the embedded AWS does not look at it."""
    other = DATA[:-1] + b"\0"
    assert posted(form(uploads), other).status_code == 204
    arrived = uploads.arrived(KEY)
    assert arrived is not None
    announced = Upload(kind=MediaKind.IMAGE, filename="a.png", content_type="image/png", size=len(DATA), sha256=SHA256)
    found = mismatch(started(MEDIA, announced, None, datetime.now(UTC)), arrived)
    assert found is not None
    assert found.code is MediaRejectionCode.WRONG_CHECKSUM


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_forms_and_links_lead_to_the_buckets_own_region(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setattr("datasources.aws._session", botocore.session.get_session)
    uploads = Uploads("the-bucket")
    link = uploads.link(KEY, filename="a.pdf", content_type="application/pdf", seconds=60)
    hosts = {urlsplit(form(uploads).url).hostname, urlsplit(link).hostname}
    ours = "the-bucket.s3.amazonaws.com" if region == "us-east-1" else f"the-bucket.s3.{region}.amazonaws.com"
    assert hosts == {ours}


def test_a_link_gives_the_file_as_a_download_under_its_name(uploads: Uploads) -> None:
    posted(form(uploads))
    link = uploads.link(KEY, filename='Größe "1".zip', content_type="application/zip", seconds=60)
    got = httpx.get(link)
    assert (got.status_code, got.content) == (200, DATA)
    assert got.headers["content-type"] == "application/zip"
    assert got.headers["cache-control"] == "private, no-store"
    assert got.headers["content-disposition"] == (
        "attachment; filename=\"Gr__e _1_.zip\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.zip"
    )


def test_a_link_expires(uploads: Uploads) -> None:
    posted(form(uploads))
    link = uploads.link(KEY, filename="a.zip", content_type="application/zip", seconds=1)
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["1"]
    time.sleep(2.1)
    assert httpx.get(link).status_code == 403


def test_forms_and_links_ask_nobody(uploads: Uploads) -> None:
    with counted() as sent:
        form(uploads)
        uploads.link(KEY, filename="a.zip", content_type="application/zip", seconds=1)
    assert sent.total() == 0


def test_nothing_is_there_before_it_is_sent(uploads: Uploads) -> None:
    assert uploads.read(KEY, 10) is None
    assert uploads.arrived(KEY) is None


def test_no_more_is_read_than_is_wanted(uploads: Uploads) -> None:
    posted(form(uploads))
    with pytest.raises(StoreUnreadable, match="more than"):
        uploads.read(KEY, len(DATA) - 1)


def test_a_rendition_can_be_kept_for_ever(uploads: Uploads, bucket: str) -> None:
    client: Any = botocore.session.get_session().create_client("s3", config=Config())
    for format_, content_type in ((RenditionFormat.WEBP, "image/webp"), (RenditionFormat.JPEG, "image/jpeg")):
        key = rendition_key(MEDIA, DATA, 320, format_)
        uploads.show(key, DATA)
        uploads.show(key, DATA)
        found = client.head_object(Bucket=bucket, Key=key)
        assert (found["ContentType"], found["CacheControl"]) == (content_type, FOR_EVER)
    client.close()
    assert len(list(uploads.under(shown_under(MEDIA)))) == 2


def test_a_wish_is_an_empty_object_however_often_it_is_laid(uploads: Uploads) -> None:
    uploads.want(MEDIA)
    uploads.want(MEDIA)
    assert [(one.key, one.size) for one in uploads.under(WANTED)] == [(wanted_key(MEDIA), 0)]


def test_what_was_fetched_is_kept_in_private_as_what_it_is_and_the_first_stays(uploads: Uploads, bucket: str) -> None:
    uploads.keep(KEY, DATA)
    uploads.keep(KEY, b"\xff\xd8\xff others")
    assert uploads.read(KEY, len(DATA)) == DATA
    uploads.keep(other := original_key(MediaId("media_00000000000000000000000002")), b"<html>")
    client: Any = botocore.session.get_session().create_client("s3", config=Config())
    found = [client.head_object(Bucket=bucket, Key=key) for key in (KEY, other)]
    assert [one["ContentType"] for one in found] == ["image/png", "application/octet-stream"]
    assert not any("CacheControl" in one for one in found)
    client.close()


def test_what_is_deleted_is_gone_and_what_was_not_there_is_no_matter(uploads: Uploads) -> None:
    posted(form(uploads))
    uploads.delete([KEY, "originals/never"])
    uploads.delete([])
    assert uploads.read(KEY, len(DATA)) is None


def test_all_that_lies_under_a_prefix_is_found(uploads: Uploads) -> None:
    keys = [rendition_key(MEDIA, bytes([n]), 320, RenditionFormat.JPEG) for n in range(3)]
    for key in keys:
        uploads.show(key, b"12345")
    posted(form(uploads))
    found = list(uploads.under(shown_under(MEDIA)))
    assert [one.key for one in found] == sorted(keys)
    assert {one.size for one in found} == {5}
    assert all(datetime.now(UTC) - one.written_at < timedelta(minutes=5) for one in found)
    assert [one.key for one in uploads.under(ORIGINALS)] == [KEY]


def test_more_than_a_thousand_objects_are_found_and_deleted(uploads: Uploads) -> None:
    keys = [f"public/{number:04}.jpg" for number in range(1_001)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: uploads.show(key, b""), keys))
    with counted() as sent:
        assert [one.key for one in uploads.under("public/")] == keys
        uploads.delete(keys)
    assert sent == {"s3.ListObjectsV2": 2, "s3.DeleteObjects": 2}
    assert list(uploads.under("public/")) == []


def test_a_bucket_that_is_not_there_is_a_fault(uploads: Uploads) -> None:  # its fixture leads to the emulator
    nowhere = Uploads(f"media-{uuid.uuid4().hex}")
    with pytest.raises(StoreRefused):
        nowhere.show(rendition_key(MEDIA, b"", 1, RenditionFormat.JPEG), b"")
