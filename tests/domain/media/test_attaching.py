"""Each media is held by what may hold it, and by nobody else's."""

from itertools import product

import pytest

from domain.errors import ErrorCode
from domain.ids import CustomerId
from domain.media.attaching import MOST_HOLDERS, attached, detached, unattachable
from domain.media.media import Holder, HolderKind
from domain.shown import MediaKind, MediaStatus
from tests.domain.media.making import ADA, GOODS, NOW, PRODUCT, REVIEW, SECOND, media

BOB = CustomerId("bob")
FITS = {
    (PRODUCT, MediaKind.IMAGE, None), (PRODUCT, MediaKind.VIDEO, None), (PRODUCT, MediaKind.DOCUMENT, None),
    (GOODS, MediaKind.DIGITAL_GOOD, None), (REVIEW, MediaKind.IMAGE, ADA),
}  # fmt: skip


@pytest.mark.parametrize(
    ("holder", "kind", "owner", "author"),
    list(product((PRODUCT, GOODS, REVIEW), MediaKind, (None, ADA, BOB), (None, ADA))),
)
def test_who_may_hold_what(
    holder: Holder, kind: MediaKind, owner: CustomerId | None, author: CustomerId | None
) -> None:
    refused = unattachable(media(MediaStatus.READY, kind, owner), holder, author)
    assert (refused is None) is (owner == author and (holder, kind, author) in FITS)
    if owner != author:
        assert refused == unattachable(None, holder, author), "another's is as none"
        assert refused is not None
        assert refused.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize("status", MediaStatus)
def test_only_what_is_ready_is_held(status: MediaStatus) -> None:
    refused = unattachable(media(status), PRODUCT, None)
    assert (refused is None) is (status is MediaStatus.READY)
    if status is MediaStatus.REJECTED:
        assert refused is not None
        assert "it breaks off" in refused.message


def test_holding_is_once_and_letting_go_too() -> None:
    one = media(MediaStatus.READY)
    held = attached(one, PRODUCT, NOW)
    assert (held.holders, held.version) == ((PRODUCT,), one.version + 1)
    assert attached(held, PRODUCT, NOW) is held
    let_go = detached(held, PRODUCT, NOW + SECOND)
    assert (let_go.holders, let_go.let_go_at, let_go.version) == ((), NOW + SECOND, held.version + 1)
    assert detached(let_go, PRODUCT, NOW) is let_go
    assert attached(let_go, GOODS, NOW).let_go_at is None


def test_while_one_holds_it_none_has_let_go() -> None:
    other = Holder(kind=HolderKind.PRODUCT, id="prod_00000000000000000000000002")
    held = attached(attached(media(MediaStatus.READY), PRODUCT, NOW), other, NOW)
    assert detached(held, PRODUCT, NOW).let_go_at is None
    assert detached(held, PRODUCT, NOW).holders == (other,)


def test_so_many_things_hold_one_media_and_no_more() -> None:
    one = media(MediaStatus.READY)
    for number in range(MOST_HOLDERS):
        holder = Holder(kind=HolderKind.PRODUCT, id=f"prod_{number:026}")
        assert unattachable(one, holder, None) is None
        one = attached(one, holder, NOW)
    assert unattachable(one, one.holders[0], None) is None
    assert unattachable(one, PRODUCT, None) is None, "it is one of them"
    assert unattachable(one, Holder(kind=HolderKind.PRODUCT, id="prod_more"), None) is not None
