"""What holders copy is all that is shown, and everything that lies somewhere is known."""

import pytest

from domain.media.places import PUBLIC, media_at, original_key, wanted_key
from domain.media.showing import keys_of, shown_of
from domain.shown import MediaKind, MediaStatus
from tests.domain.media.making import MEDIA, PICTURE, elsewhere, media


def test_of_a_picture_its_renditions_are_shown_and_never_what_was_sent() -> None:
    shown = shown_of(media(MediaStatus.READY))
    assert (shown.id, shown.kind, shown.key, shown.url) == (MEDIA, MediaKind.IMAGE, None, None)
    assert (shown.width, shown.height, shown.blurhash) == (PICTURE.width, PICTURE.height, PICTURE.blurhash)
    assert shown.renditions == PICTURE.renditions
    assert keys_of(media(MediaStatus.READY)) == (original_key(MEDIA), PICTURE.renditions[0].key)


@pytest.mark.parametrize(
    ("kind", "public"), [(MediaKind.VIDEO, True), (MediaKind.DOCUMENT, True), (MediaKind.DIGITAL_GOOD, False)]
)
def test_films_and_documents_are_shown_as_they_were_sent_and_goods_never(kind: MediaKind, public: bool) -> None:
    shown = shown_of(media(MediaStatus.READY, kind))
    assert (shown.key is not None) is public
    assert shown.renditions == ()
    if shown.key is not None:
        assert shown.key.startswith(PUBLIC)
        assert media_at(shown.key) == MEDIA
        assert keys_of(media(MediaStatus.READY, kind)) == (original_key(MEDIA), shown.key)


@pytest.mark.parametrize("status", [one for one in MediaStatus if one is not MediaStatus.READY])
def test_nothing_is_shown_before_it_is_ready(status: MediaStatus) -> None:
    with pytest.raises(ValueError, match="nothing to show"):
        shown_of(media(status))


def test_what_was_fetched_is_shown_like_what_was_sent() -> None:
    fetched = elsewhere(MediaStatus.READY)
    assert shown_of(fetched) == shown_of(media(MediaStatus.READY))
    assert keys_of(fetched) == (original_key(MEDIA), wanted_key(MEDIA), PICTURE.renditions[0].key)
