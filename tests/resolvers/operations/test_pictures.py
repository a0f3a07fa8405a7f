"""Pictures that lie elsewhere become the shop's own by a job: each once, whoever dies, and what cannot be had stays."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from msgspec import structs

from datasources.web.addresses import ANYWHERE
from datasources.web.fetching import Web
from resolvers.media import reactions
from resolvers.operations import fetching
from resolvers.operations.ports import Works
from resolvers.operations.tasks import tasks_of
from resolvers.operations.working import step
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.web.serving import Site, answer, site
from tests.dying import Died, Doomed, Fate
from tests.resolvers.catalog.making import UPDATE, made, name, product_input
from tests.resolvers.media.making import objects, picture, ready
from tests.resolvers.operations.making import PAYLOAD, fetched, read
from tests.shop import EMAILS, GROUPS, SUBS, Shop

START = f"mutation($kind: JobKind!, $key: String!) {{ jobStart(kind: $kind, idempotencyKey: $key) {{ {PAYLOAD} }} }}"
SHOWN = """query($id: ID!) { product(id: $id) {
  version media { id url alt width blurhash renditions { url } } variants { edges { node { media { id url } } } }
} }"""
GONE = answer(404)


@pytest.fixture
def web() -> Iterator[Site]:
    """A server of somebody else's."""
    with site() as found:
        yield found


class Lines:
    """What lies between the operations and media: a wish is fetched while the job sleeps."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._media = structs.replace(
            shop.reacting("media").reactor, fetch=Web(ANYWHERE, most_bytes=1_000_000, seconds=5).fetch
        )
        self.late = timedelta()
        self.cut = False

    def sleep(self, _: float) -> None:
        """Time passes: what is wished for comes, unless the line is cut."""
        if self.cut:
            self.late += fetching.STEP
            return
        for key in objects(self._shop, "wanted/"):
            event = {"detail-type": "Object Created", "detail": {"object": {"key": key}}}
            reactions.react(self._media, event)

    def works(self, **parts: Any) -> Works:
        """Of the operations, with another's parts here and there."""
        reactor = self._shop.reacting("operations")
        begun = reactor.now
        pictures = structs.replace(reactor.pictures, sleep=self.sleep, now=lambda: begun() + self.late)
        tasks = tasks_of(reactor.personal, structs.replace(pictures, **parts))
        works: Works = structs.replace(reactor.works, tasks=tasks)
        return works

    def work(self, begun: Any, doomed: Works | None = None) -> None:
        """Step by step until the job has ended, as its stream tells."""
        works = self.works()
        while (job := works.jobs.get(begun["id"])) and job.finished_at is None:
            try:
                step(doomed or works, job)
            except Died:
                step(works, job)  # told again


def clerk() -> str:
    """Somebody else who works here, so that nobody asks too often."""
    person = name("clerk")
    SUBS[person], EMAILS[person], GROUPS[person] = person, f"{person}@example.org", ["staff"]
    return person


class Stall(NamedTuple):
    shop: Shop
    web: Site
    lines: Lines

    def start(self, key: str = "", person: str = "", kind: str = "PICTURE_FETCH") -> Any:
        variables = {"kind": kind, "key": key or name("key")}
        return self.shop.ask(START, variables, person=person or clerk())["jobStart"]

    def run(self) -> Any:
        """A job from its beginning to its end."""
        job = self.start()["job"]
        self.lines.work(job)
        return read(self.shop, job, "staff")

    def listed(self, *paths: str, **given: Any) -> Any:
        """A product with these pictures; its only variant shows the first."""
        urls = [self.web.url + path for path in paths]
        variant = {"sku": "only", "prices": [{"amount": "9.00", "currency": "USD"}], "mediaUrls": urls[:1]}
        media = [{"url": url, "alt": f"Picture {number}"} for number, url in enumerate(urls)]
        asked = product_input(media=media, variants=[variant], **given)
        return made(self.shop, **asked) | {"input": asked}

    def shown(self, product: Any) -> Any:
        return self.shop.ask(SHOWN, {"id": product["id"]}, person="staff")["product"]

    def ours(self, product: Any) -> list[bool]:
        base = self.shop.environ["MEDIA_URL"]
        return [one["url"].startswith(base) and bool(one["renditions"]) for one in self.shown(product)["media"]]


@pytest.fixture
def stall(shop: Shop, web: Site) -> Iterator[Stall]:
    found = Stall(shop, web, Lines(shop))
    yield found
    for path in web.pages:  # nothing is left for the next test
        web.put(path, answer(body=picture()))
    found.run()


def report(job: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(fetched(job["reportUrl"]).decode(), newline="")))


def test_what_can_be_had_is_shown_as_our_own_and_the_rest_stays_where_it_is(stall: Stall) -> None:
    shop, web = stall.shop, stall.web
    web.put("/mug.jpg", answer(body=picture(seed=1)))
    web.put("/lid.jpg", answer(body=picture(seed=2)))
    web.put("/gone.jpg", GONE)
    web.put("/page.jpg", answer(body=b"<html>Sorry</html>"))
    mug = stall.listed("/mug.jpg", "/lid.jpg", status="DRAFT")
    lamp = stall.listed("/gone.jpg", "/mug.jpg", "/page.jpg")
    own = made(shop, media=[{"mediaId": ready(shop)["id"]}])
    before, untouched = stall.shown(mug), stall.shown(own)

    job = stall.run()

    assert (job["status"], job["rows"], job["done"], job["failed"]) == ("PARTIAL", 2, 1, 1)
    after = stall.shown(mug)
    assert stall.ours(mug) == [True, True]
    assert [(one["id"], one["alt"]) for one in after["media"]] == [(one["id"], one["alt"]) for one in before["media"]]
    assert after["version"] == before["version"] + 1
    assert after["variants"]["edges"][0]["node"]["media"] == [
        {"id": after["media"][0]["id"], "url": after["media"][0]["url"]}
    ]
    assert stall.ours(lamp) == [False, True, False]
    assert stall.shown(own) == untouched
    assert report(job) == [
        ["handle", "picture", "reason"],
        [lamp["slug"], f"{web.url}/gone.jpg", "the server answered 404"],
        [lamp["slug"], f"{web.url}/page.jpg", report(job)[2][2]],
    ]
    assert "image/jpeg" in report(job)[2][2]
    assert objects(shop, "wanted/") == []
    assert sorted(web.paths) == ["/gone.jpg", "/lid.jpg", "/mug.jpg", "/mug.jpg", "/page.jpg"]

    web.put("/gone.jpg", answer(body=picture(seed=3)))
    web.put("/page.jpg", answer(body=picture(seed=4)))
    again = stall.run()
    assert (again["status"], again["rows"], again["done"], again["failed"]) == ("SUCCEEDED", 1, 1, 0)
    assert stall.ours(lamp) == [True, True, True]
    assert report(again) == [["handle", "picture", "reason"]]
    assert stall.shown(mug) == after


def test_who_sends_the_same_again_changes_nothing_and_fetches_nothing_twice(stall: Stall) -> None:
    stall.web.put("/mug.jpg", answer(body=picture(seed=1)))
    mug = stall.listed("/mug.jpg")
    stall.run()
    shown, asked = stall.shown(mug), len(stall.web.paths)
    answered = stall.shop.ask(UPDATE, {"id": mug["id"], "input": mug["input"]}, person="staff")["productUpdate"]
    assert (answered["userErrors"], answered["product"]["version"]) == ([], shown["version"])
    assert stall.shown(mug) == shown
    without = mug["input"] | {"media": [], "variants": [mug["input"]["variants"][0] | {"mediaUrls": []}]}
    for sent in (without, mug["input"]):
        answered = stall.shop.ask(UPDATE, {"id": mug["id"], "input": sent}, person="staff")["productUpdate"]
        assert answered["userErrors"] == []
    assert stall.ours(mug) == [False], "what was let go of is elsewhere again"
    assert stall.run()["status"] == "SUCCEEDED"
    assert stall.ours(mug) == [True]
    assert len(stall.web.paths) == asked, "what is here still is not asked for"


def test_all_staff_share_one_job_and_its_report_and_nobody_else_has_any(stall: Stall) -> None:
    key = name("key")
    begun = at_once(6, lambda number: stall.start(key, ("staff", "admin")[number % 2])["job"])
    assert {job["id"] for job in begun} == {begun[0]["id"]}
    stall.lines.work(begun[0])
    for person, seen in (("staff", True), ("admin", True), ("shopper", False), ("finance", False)):
        job = read(stall.shop, begun[0], person)
        assert (job is not None and job["reportUrl"] is not None) is seen, person
    assert stall.start(key, "admin")["job"]["id"] == begun[0]["id"]
    for kind in ("CUSTOMER_ERASURE", "CUSTOMER_DATA_EXPORT"):
        refused = stall.start(kind=kind)
        assert (refused["job"], [(one["code"], one["field"]) for one in refused["userErrors"]]) == (
            None, [("INVALID", ["kind"])],
        )  # fmt: skip
    for person in ("shopper", "finance", "guest"):
        denied = stall.shop.send(START, {"kind": "PICTURE_FETCH", "key": key}, person=person)
        assert "Unauthorized" in str(denied) or "Not Authorized" in str(denied), person


def test_whoever_dies_wherever_is_carried_on_and_counts_the_same(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "AT_ONCE", 1)
    pictures = stall.shop.reacting("operations").pictures
    for at in range(0, 1_000, 3):  # before and after by turns
        good, bad = name("good"), name("bad")
        stall.web.put(f"/{good}", answer(body=picture(seed=at)))
        stall.web.put(f"/{bad}", GONE)
        products = [stall.listed(f"/{good}", f"/{bad}"), stall.listed(f"/{good}")]
        job, fate = stall.start()["job"], Fate(at)
        parts = {name: Doomed(getattr(pictures, name), fate) for name in ("products", "media", "reports")}
        stall.lines.work(job, stall.lines.works(**parts, want=fate.of(pictures.want), bring=fate.of(pictures.bring)))
        ended = read(stall.shop, job, "staff")
        assert (ended["status"], ended["rows"], ended["done"], ended["failed"]) == ("PARTIAL", 2, 1, 1), at
        assert [line[1] for line in report(ended)[1:]] == [f"{stall.web.url}/{bad}"]
        assert [stall.ours(one) for one in products] == [[True, False], [True]]
        stall.web.put(f"/{bad}", answer(body=picture(seed=at + 100)))
        assert stall.run()["status"] == "SUCCEEDED"
        if not fate.died:
            break
    assert at > 40


def test_what_does_not_come_is_waited_for_and_given_up_in_the_end(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PATIENCE", 2)
    stall.web.put("/mug.jpg", answer(body=picture(seed=1)))
    mug = stall.listed("/mug.jpg")
    stall.lines.cut = True
    job = stall.run()
    assert (job["status"], job["done"], job["failed"]) == ("FAILED", 0, 1)
    assert report(job)[1:] == [[mug["slug"], f"{stall.web.url}/mug.jpg", "it did not come in time"]]
    assert job["version"] == len(["begun", "started", "counted", "waits", "waits", "given up", "pictures", "report"])
    stall.lines.cut = False
    assert stall.run()["status"] == "SUCCEEDED"
    assert stall.ours(mug) == [True]


def test_a_picture_is_live_as_any_change_of_its_product_is(stall: Stall) -> None:
    stall.web.put("/mug.jpg", answer(body=picture(seed=1)))
    mug = stall.listed("/mug.jpg")
    stall.run()
    document = "query($id: ID!) { productChanges(productId: $id, afterSeq: 1) { seq } }"
    assert [one["seq"] for one in stall.shop.ask(document, {"id": mug["id"]})["productChanges"]] == [2]
