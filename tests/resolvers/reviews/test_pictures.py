"""Pictures of reviews: whose may be shown, by whom they are seen, and that they are held as long as they are shown."""

from datetime import timedelta
from typing import Any

import pytest

from datasources.dynamo.review_stream import rating_told
from domain.ids import MediaId
from resolvers.reviews.announcing import publication_of
from resolvers.reviews.selections import DOCUMENTS
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.catalog.making import name
from tests.resolvers.media.making import DELETE, announced, look, objects, picture, ready, sweep, uploaded
from tests.resolvers.reviews.making import (
    CHANGES,
    EDIT,
    READ,
    SUBMIT,
    WITHDRAW,
    act,
    done,
    heard,
    listed,
    published,
    sold,
    told,
)
from tests.shop import FUNCTION, Shop

MINE = "{ me { reviews(first: 1) { edges { node { media { id renditions { url } } } } } } }"


def holders(shop: Shop, *media: Any) -> list[list[str]]:
    """The ids of what holds each media; none of one that is no more."""
    there = [shop.handlers["media"].store.get(MediaId(one["id"])) for one in media]
    return [[one.id for one in kept.media.holders] if kept else [] for kept in there]


def removed(shop: Shop, media: Any) -> Any:
    return shop.ask(DELETE, {"id": media["id"]}, person="staff")["mediaDelete"]


def read(shop: Shop, review: Any, person: str = "guest") -> Any:
    return shop.ask(READ, {"id": review["id"]}, person=person)["review"]


def test_pictures_are_seen_by_who_reads_the_review_in_every_list_and_live(shop: Shop) -> None:
    heard(shop)
    product, one, other = sold(shop, "shopper"), ready(shop, seed=1, person="shopper"), ready(shop, person="shopper")
    review = done(shop, SUBMIT, product=product, media=[other["id"], one["id"]])
    assert review["media"] == [other, one], "in the author's order, with all their sizes"
    assert [read(shop, review, person) for person in ("shopper", "staff", "guest")] == [review, review, None]
    seen = published(shop, sold(shop, "shopper"), media=[one["id"]])
    assert holders(shop, one, other) == [[review["id"], seen["id"]], [review["id"]]]
    assert read(shop, seen)["media"] == [one]
    assert listed(shop, seen["productId"])["edges"][0]["node"]["media"] == [one]
    (mine,) = shop.ask(MINE, person="shopper")["me"]["reviews"]["edges"]
    assert [part["id"] for part in mine["node"]["media"]] == [one["id"]]

    records = heard(shop)
    (news,) = [found for record in records if (found := publication_of(rating_told, record))]
    document = DOCUMENTS["publishReviewChange"]
    live = shop.ask(document, news.variables, person=FUNCTION)["publishReviewChange"]["review"]
    assert live["media"] == [one]
    (change,) = shop.ask(CHANGES, {"id": seen["productId"], "after": 0})["reviewChanges"]
    assert change["review"]["media"] == [one]
    act(shop, WITHDRAW, id=seen["id"])
    (news,) = [found for record in heard(shop) if (found := publication_of(rating_told, record))]
    assert one["id"] not in str(news)
    assert one["id"] not in str(shop.ask(CHANGES, {"id": seen["productId"], "after": 0}))


def test_an_edit_keeps_pictures_changes_them_or_takes_them_away(shop: Shop) -> None:
    one, other = (ready(shop, seed=seed, person="shopper") for seed in (1, 2))
    review = done(shop, SUBMIT, product=sold(shop, "shopper"), media=[one["id"]])
    kept = done(shop, EDIT, id=review["id"], rating=1)
    assert (kept["media"], kept["version"]) == ([one], 2), "what is left out stays"
    assert done(shop, EDIT, id=review["id"], rating=1, media=None) == kept
    assert done(shop, EDIT, id=review["id"], rating=1, media=[one["id"]]) == kept
    both = done(shop, EDIT, id=review["id"], rating=1, media=[other["id"], one["id"]])
    assert (both["media"], both["status"]) == ([other, one], "PENDING")
    assert done(shop, EDIT, id=review["id"], media=[other["id"]])["media"] == [other]
    assert holders(shop, one, other) == [[], [review["id"]]]
    payload = act(shop, EDIT, id=review["id"], media=[one["id"]], version=1)
    assert told(payload) == [("CONFLICT", ["expectedVersion"])]
    assert done(shop, EDIT, id=review["id"], media=[])["media"] == []
    assert holders(shop, one, other) == [[], []]


def test_what_a_review_shows_is_not_removed_and_what_it_let_go_of_is_swept_after_a_week(shop: Shop) -> None:
    one, other = (ready(shop, seed=seed, person="shopper") for seed in (1, 2))
    review = published(shop, sold(shop, "shopper"), media=[one["id"], other["id"]])
    (error,) = removed(shop, one)["userErrors"]
    assert error["code"] == "CONFLICT"
    assert review["id"] in error["message"]
    done(shop, EDIT, id=review["id"], media=[other["id"]])
    assert removed(shop, one)["userErrors"] == []
    sweep(shop, timedelta(days=400))
    assert look(shop, other["id"]) == other
    act(shop, WITHDRAW, id=review["id"])
    assert holders(shop, other) == [[]]
    sweep(shop, timedelta(days=6))
    assert look(shop, other["id"]) == other
    sweep(shop, timedelta(days=8))
    assert look(shop, other["id"]) is None
    assert objects(shop, other["id"]) == []


def test_only_the_authors_own_pictures_that_are_ready_can_be_shown(shop: Shop) -> None:
    theirs, shops = ready(shop, person="other"), ready(shop)
    waiting = announced(shop, picture(), person="shopper")["media"]
    rejected = uploaded(shop, b"MZ" * 50, person="shopper")
    wrong = {
        theirs["id"]: "NOT_FOUND", shops["id"]: "NOT_FOUND", waiting["id"]: "INVALID",
        rejected["id"]: "MEDIA_REJECTED", "media_" + "v" * 26: "NOT_FOUND", "x" * 10_000: "NOT_FOUND",
    }  # fmt: skip
    product, own = sold(shop, "shopper", "other", "staff"), ready(shop, person="shopper")
    mine = done(shop, SUBMIT, product=sold(shop, "shopper"), media=[own["id"]])
    expected = [(code, ["input", "mediaIds", str(place)]) for place, code in enumerate(wrong.values())]
    asks: list[tuple[str, dict[str, str]]] = [(SUBMIT, {"product": product}), (EDIT, {"id": mine["id"]})]
    for document, about in asks:
        payload = act(shop, document, media=[*wrong], **about)
        assert told(payload) == expected
        others = {error["message"] for error in payload["userErrors"] if error["code"] == "NOT_FOUND"}
        assert len(others) == 1, "another's is told from none by nobody"
        for many in (["x"] * 7, [own["id"]] * 7, ["x"] * 10_000):
            assert told(act(shop, document, media=many, **about)) == [("INVALID", ["input", "mediaIds"])]
        twice = [("DUPLICATE", ["input", "mediaIds"])]
        assert told(act(shop, document, media=[own["id"]] * 2, **about)) == twice
    of_staff = act(shop, SUBMIT, "staff", product=product, media=[shops["id"]])
    assert told(of_staff) == [("NOT_FOUND", ["input", "mediaIds", "0"])], "the shop's pictures are its products'"
    assert holders(shop, theirs, shops, rejected, own) == [[], [], [], [mine["id"]]]
    assert read(shop, mine, "shopper") == mine
    assert done(shop, SUBMIT, "other", product=product, media=[theirs["id"]])["media"] == [theirs]


def test_who_did_not_buy_holds_nothing_and_a_repeated_submit_holds_once(shop: Shop) -> None:
    one, key = ready(shop, person="shopper"), name("key")
    stranger = sold(shop, "other")
    assert told(act(shop, SUBMIT, product=stranger, media=[one["id"]])) == [("NOT_PURCHASED", ["input", "productId"])]
    assert holders(shop, one) == [[]]
    product = sold(shop, "shopper")
    made = at_once(4, lambda _: done(shop, SUBMIT, product=product, media=[one["id"]], key=key))
    assert made == [made[0]] * 4
    assert holders(shop, one) == [[made[0]["id"]]]
    assert told(act(shop, SUBMIT, product=product, media=[], key=key)) == [
        ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    ]
    now = done(shop, EDIT, id=made[0]["id"], media=[])
    assert removed(shop, one)["userErrors"] == []
    assert done(shop, SUBMIT, product=product, media=[one["id"]], key=key) == now, "though the picture is no more"


@pytest.mark.parametrize("document", [SUBMIT, EDIT] * 2)
def test_either_a_picture_is_removed_or_a_review_shows_it_whoever_is_first(shop: Shop, document: str) -> None:
    one, product = ready(shop, person="shopper"), sold(shop, "shopper")
    about = {"product": product}
    if document == EDIT:
        about = {"id": done(shop, SUBMIT, product=product)["id"]}
    acts = (lambda: removed(shop, one), lambda: act(shop, document, media=[one["id"]], **about))
    removal, review = at_once(2, lambda number: acts[number]())
    assert sorted(len(payload["userErrors"]) for payload in (removal, review)) == [0, 1]
    assert (look(shop, one["id"]) is not None) is (review["userErrors"] == [])


def test_a_media_is_held_by_exactly_who_shows_it_whatever_happens_at_once(shop: Shop) -> None:
    media = [ready(shop, seed=seed, person="shopper") for seed in range(3)]
    products = [sold(shop, "shopper") for _ in range(6)]
    made = at_once(6, lambda number: done(shop, SUBMIT, product=products[number], media=[media[0]["id"]]))
    assert sorted(holders(shop, media[0])[0]) == sorted(one["id"] for one in made), "all of them hold the one"
    hot, gone = made[0]["id"], made[1]["id"]
    acts = [
        *({"document": EDIT, "id": hot, "media": [media[number]["id"] for number in wanted]}
          for wanted in ((0, 1), (1,), (2, 0), ())),
        {"document": WITHDRAW, "id": gone},
        {"document": EDIT, "id": gone, "media": [media[1]["id"]]},
    ]  # fmt: skip
    at_once(len(acts), lambda number: act(shop, **acts[number]))
    assert read(shop, made[1], "shopper") is None
    left = [found for one in made if (found := read(shop, one, "shopper"))]
    shown = [sorted(one["id"] for one in left if part in one["media"]) for part in media]
    assert [sorted(ids) for ids in holders(shop, *media)] == shown
