"""Pictures that lie elsewhere become the shop's own: fetched once for a wish, or rejected with a reason."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.ids import MediaId
from domain.media.places import original_key, wanted_key
from resolvers.media import reactions
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.images.making import chunk, png, zeros
from tests.datasources.images.test_refusals import SVG
from tests.datasources.web.serving import Page, Site, answer, reset, site
from tests.dying import Died, Doomed, Fate
from tests.resolvers.media.making import (
    CHANGES,
    DELETE,
    SECRET,
    announced,
    arrive,
    fetch,
    fetching,
    look,
    objects,
    picture,
    ready,
    sent,
    shown,
    stored,
    sweep,
    wished,
)
from tests.shop import Shop

NOWHERE = MediaId("media_" + "0" * 26)
GOOD = picture(400, secret=SECRET)
HTML = b"<!doctype html><html><body>There was a mug here once.</body></html>"
DAY = timedelta(days=1)
BAD: dict[str, tuple[bytes, str, str]] = {
    "a page": (answer(body=HTML, Content_Type="image/jpeg"), "NOT_TAKEN", "none of image/jpeg"),
    "nothing": (answer(404, HTML), "UNREACHABLE", "the server answered 404"),
    "no bytes": (answer(), "NOT_TAKEN", "none of image/jpeg"),
    "an SVG with a program": (answer(body=SVG), "NOT_TAKEN", "SVG can hold programs"),
    "100 megapixels": (answer(body=png(10_000, 10_000, chunk(b"IDAT", zeros(300)))), "TOO_LARGE", "pixels"),
    "half a JPEG": (answer(body=GOOD[: len(GOOD) // 2]), "DAMAGED", "to its end"),
    "more than is sent": (answer(body=GOOD, Content_Length="25000001"), "UNREACHABLE", "25,000,000 bytes"),
    "a way to our network": (answer(302, Location="http://[::1]/"), "UNREACHABLE", "IPv6"),
}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Site]:
    with site() as made:
        yield made


def test_a_picture_becomes_the_shops_own_at_once_and_says_where_it_was(shop: Shop, elsewhere: Site) -> None:
    url = elsewhere.put("/mug.png?v=1", answer(body=GOOD, Content_Type="text/plain"))
    id_ = wished(shop, url)
    assert objects(shop, id_) == [wanted_key(MediaId(id_))]
    assert (look(shop, id_)["status"], look(shop, id_)["renditions"]) == ("AWAITING_UPLOAD", [])
    media = fetch(shop, id_)
    assert (media["status"], media["rejection"], media["width"], media["alt"]) == ("READY", None, 400, "A mug")
    assert shown(shop, media["url"]).size == (400, 300)
    original = stored(shop, original_key(MediaId(id_)))
    assert (original["ContentType"], original["Body"].read()) == ("image/jpeg", GOOD)
    assert len(objects(shop, id_)) == 1 + len(media["renditions"])
    told = shop.ask(CHANGES, {"id": id_, "after": 0}, person="staff")["mediaChanges"]
    assert [one["status"] for one in told] == ["AWAITING_UPLOAD", "AWAITING_UPLOAD", "PROCESSING", "READY"]
    (kept,) = fetching(shop).store.many([MediaId(id_)]).values()
    assert (kept.media.filename, kept.media.owner, kept.media.tries) == ("mug.jpeg", None, 1)
    assert kept.media.source == url
    arrive(shop, id_, times=2)
    assert fetch(shop, id_) == media
    assert elsewhere.paths.count("/mug.png?v=1") == 1


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_picture_is_rejected_with_its_reason_and_nothing_is_left(
    shop: Shop, elsewhere: Site, case: str
) -> None:
    page, code, words = BAD[case]
    id_ = wished(shop, elsewhere.put("/bad", page))
    media = fetch(shop, id_)
    assert (media["status"], media["rejection"]["code"]) == ("REJECTED", code)
    assert words in media["rejection"]["message"]
    assert objects(shop, id_) == []
    arrive(shop, id_)
    assert fetch(shop, id_) == media


def test_as_it_is_deployed_nothing_is_fetched_but_from_the_internet(shop: Shop, elsewhere: Site) -> None:
    id_ = wished(shop, elsewhere.put("/inside.jpg", answer(body=GOOD)))
    address = wished(shop, "http://localhost/inside.jpg")
    for media_id, words in ((id_, "port"), (address, "private network")):
        reactions.arrive(shop.reacting("media").reactor, wanted_key(MediaId(media_id)))
        rejection = look(shop, media_id)["rejection"]
        assert rejection["code"] == "UNREACHABLE"
        assert words in rejection["message"]
    assert "/inside.jpg" not in elsewhere.paths


def test_at_once_news_of_one_wish_end_in_one_picture_though_the_server_gives_another_each_time(
    shop: Shop, elsewhere: Site
) -> None:
    id_ = wished(shop, elsewhere.put("/turns", *(answer(body=picture(seed=seed)) for seed in range(1, 5))))
    at_once(4, lambda _: fetch(shop, id_))
    arrive(shop, id_)
    media = look(shop, id_)
    assert media["status"] == "READY", media["rejection"]
    assert len(objects(shop, id_)) == 1 + len(media["renditions"])


def test_s3s_news_of_what_was_fetched_begin_no_work_beside_that_of_who_fetched_it(shop: Shop, elsewhere: Site) -> None:
    def render(data: bytes) -> Any:
        arrive(shop, id_)
        return reactor.render(data)

    reactor, id_ = fetching(shop), wished(shop, elsewhere.put("/news", answer(body=GOOD)))
    assert fetch(shop, id_, render=render)["status"] == "READY"
    (kept,) = reactor.store.many([MediaId(id_)]).values()
    assert (kept.media.tries, kept.media.version) == (1, 4)


def test_what_has_come_is_not_asked_for_again_though_who_fetched_it_died(shop: Shop, elsewhere: Site) -> None:
    id_ = wished(shop, elsewhere.put("/once", answer(body=GOOD), answer(404)))
    with pytest.raises(Died):
        fetch(shop, id_, store=Doomed(fetching(shop).store, Fate(at=2)))
    assert look(shop, id_)["status"] == "AWAITING_UPLOAD"
    assert fetch(shop, id_)["status"] == "READY"
    assert elsewhere.paths.count("/once") == 1


def test_a_fault_of_the_server_that_lasts_no_longer_than_a_moment_is_none(shop: Shop, elsewhere: Site) -> None:
    id_ = wished(shop, elsewhere.put("/again", reset, answer(body=GOOD)))
    assert fetch(shop, id_)["status"] == "READY"


def test_a_wish_that_nobody_has_any_more_is_taken_away_and_nothing_else(shop: Shop, elsewhere: Site) -> None:
    files: Any = fetching(shop).files
    there = ready(shop)
    waiting = announced(shop, GOOD)
    for id_ in (NOWHERE, MediaId(there["id"]), MediaId(waiting["media"]["id"])):
        files.want(id_)
        fetch(shop, id_)
        assert wanted_key(id_) not in objects(shop, id_)
    assert look(shop, there["id"]) == there
    assert sent(waiting["upload"], GOOD).status_code == 204
    arrive(shop, waiting["media"]["id"])
    assert look(shop, waiting["media"]["id"])["status"] == "READY"


def test_what_is_removed_while_it_is_fetched_leaves_nothing(shop: Shop, elsewhere: Site) -> None:
    def page(line: socket.socket) -> None:
        assert shop.ask(DELETE, {"id": id_}, person="staff")["mediaDelete"]["deletedId"] == id_
        line.sendall(answer(body=GOOD))

    id_ = wished(shop, elsewhere.put("/removed", page))
    assert fetch(shop, id_) is None
    assert objects(shop, id_) == []


def test_nobody_is_asked_for_what_is_wanted_no_longer(shop: Shop, elsewhere: Site) -> None:
    id_ = wished(shop, elsewhere.put("/late", answer(body=GOOD)))
    now = fetching(shop).now
    assert fetch(shop, id_, now=lambda: now() + timedelta(hours=2))["rejection"]["code"] == "TOO_LATE"
    assert objects(shop, id_) == []
    assert "/late" not in elsewhere.paths


def test_the_sweep_ends_wishes_that_nobody_heard_of_and_goes_on_with_what_was_begun(
    shop: Shop, elsewhere: Site
) -> None:
    unheard = wished(shop, elsewhere.put("/unheard", answer(body=GOOD)))
    left = wished(shop, elsewhere.put("/left", answer(body=GOOD)))
    with pytest.raises(Died):
        fetch(shop, left, render=dies)
    files: Any = fetching(shop).files
    files.want(NOWHERE)
    sweep(shop)
    assert (look(shop, unheard)["status"], look(shop, left)["status"]) == ("AWAITING_UPLOAD", "PROCESSING")
    assert objects(shop, NOWHERE) == [wanted_key(NOWHERE)]
    sweep(shop, DAY + timedelta(hours=1))
    assert (look(shop, unheard), look(shop, left)["status"]) == (None, "READY")
    assert objects(shop, unheard) == objects(shop, NOWHERE) == []
    assert wanted_key(MediaId(left)) not in objects(shop, left)


def test_what_ends_its_function_again_and_again_is_rejected(shop: Shop, elsewhere: Site) -> None:
    id_ = wished(shop, elsewhere.put("/bomb", answer(body=GOOD)))
    for _ in range(5):
        with pytest.raises(Died):
            fetch(shop, id_, render=dies)
    assert fetch(shop, id_)["rejection"]["code"] == "FAILED"
    assert objects(shop, id_) == []
    assert elsewhere.paths.count("/bomb") == 1


def dies(*_: Any) -> Any:
    raise Died


@pytest.mark.parametrize(
    ("page", "status", "left"),
    [(answer(body=picture()), "READY", 3), (answer(404), "REJECTED", 0), (answer(body=SVG), "REJECTED", 0)],
    ids=["a picture", "nothing", "no picture"],
)
def test_whoever_dies_wherever_is_carried_on_by_the_same_news(
    shop: Shop, elsewhere: Site, page: Page, status: str, left: int
) -> None:
    for at in range(100):
        id_ = wished(shop, elsewhere.put("/doomed", page))
        reactor, fate = fetching(shop), Fate(at)
        doomed = {"store": Doomed(reactor.store, fate), "files": Doomed(reactor.files, fate)}
        try:
            fetch(shop, id_, **doomed, fetch=fate.of(reactor.fetch))
        except Died:
            arrive(shop, id_)
            fetch(shop, id_)
        media = look(shop, id_)
        assert (media["status"], len(objects(shop, id_))) == (status, left), at
        if not fate.died:
            break
    assert at > 10
