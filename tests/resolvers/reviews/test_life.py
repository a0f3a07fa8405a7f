"""A review from first word to last: who may do what with it, and what is told to whom."""

from typing import Any

import pytest

from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.catalog.making import name
from tests.resolvers.reviews.making import (
    EDIT,
    MARK,
    MODERATE,
    READ,
    SUBMIT,
    WAITING,
    WITHDRAW,
    act,
    done,
    ids,
    listed,
    published,
    sold,
    told,
)
from tests.shop import Shop

NOWHERE = "rev_" + "0" * 26


def read(shop: Shop, id_: str, person: str = "guest") -> Any:
    return shop.ask(READ, {"id": id_}, person=person)["review"]


def waiting(shop: Shop) -> list[str]:
    return ids(shop.ask(WAITING, {"first": 100}, person="staff")["reviewsToModerate"])


def test_a_buyers_review_is_read_by_all_when_the_shop_has_read_it(shop: Shop) -> None:
    product = sold(shop, "shopper")
    review = done(shop, SUBMIT, product=product, rating=5, title=" Warm ", body="Soft.\r\nWarm.", author="Ada L.")
    assert review | {"createdAt": "", "updatedAt": "", "id": ""} == {
        "id": "", "productId": product, "author": "Ada L.", "rating": 5, "title": "Warm", "body": "Soft.\nWarm.",
        "verifiedPurchase": True, "status": "PENDING", "helpful": 0, "reply": None, "media": [], "version": 1,
        "createdAt": "", "updatedAt": "",
    }  # fmt: skip
    id_ = review["id"]
    assert [read(shop, id_, person) for person in ("guest", "other", "finance")] == [None] * 3
    assert [read(shop, id_, person) for person in ("shopper", "staff", "admin")] == [review] * 3
    assert id_ in waiting(shop)
    assert ids(listed(shop, product)) == []

    answered = done(shop, MODERATE, "staff", id=id_, reply="Thank you.", version=1)
    assert (answered["status"], answered["reply"], answered["version"]) == ("PUBLISHED", "Thank you.", 2)
    assert [read(shop, id_, person) for person in ("guest", "other", "shopper")] == [answered] * 3
    assert id_ not in waiting(shop)
    assert listed(shop, product)["edges"][0]["node"] == answered

    said = done(shop, EDIT, id=id_, rating=3, version=2)
    assert (said["status"], said["rating"], said["body"], said["author"]) == ("PENDING", 3, None, "Ada L.")
    assert read(shop, id_) is None
    assert id_ in waiting(shop)
    assert done(shop, MODERATE, "staff", id=id_, status="REJECTED")["status"] == "REJECTED"
    assert (read(shop, id_), id_ in waiting(shop)) == (None, False)
    assert read(shop, id_, "shopper")["status"] == "REJECTED"

    gone = act(shop, WITHDRAW, id=id_)
    assert gone == {"deletedId": id_, "userErrors": []}
    assert told(act(shop, WITHDRAW, id=id_)) == [("NOT_FOUND", ["id"])]
    assert read(shop, id_, "shopper") is None
    assert done(shop, SUBMIT, product=product)["author"] == "A customer", "who took it back may say it anew"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"rating": 0}, ["rating"]),
        ({"rating": 6}, ["rating"]),
        ({"rating": -(2**31)}, ["rating"]),
        ({"title": "x" * 151}, ["title"]),
        ({"title": "two\nlines"}, ["title"]),
        ({"body": "x" * 1_000_000}, ["body"]),
        ({"body": "b\x00"}, ["body"]),
        ({"body": "\u202ebackwards"}, ["body"]),
        ({"author": " "}, ["author"]),
        ({"author": "x" * 101}, ["author"]),
        ({"author": "A\x1b[31m"}, ["author"]),
        ({"rating": 9, "title": "a\tb", "body": "\x07", "author": "a\nb"}, ["rating", "author", "title", "body"]),
    ],
)
def test_what_cannot_be_said_is_refused_at_its_place_and_leaves_nothing_behind(
    shop: Shop, said: Any, wrong: list[str]
) -> None:
    product, theirs = sold(shop, "other"), done(shop, SUBMIT, product=sold(shop, "shopper"))
    before = len(waiting(shop))
    for payload in (
        act(shop, SUBMIT, "other", product=product, **said),
        act(shop, EDIT, id=theirs["id"], **said),
    ):
        assert [field for _, field in told(payload)] == [["input", one] for one in wrong]
    assert len(waiting(shop)) == before
    assert read(shop, theirs["id"], "staff") == theirs


def test_who_has_not_bought_has_no_say(shop: Shop) -> None:
    product = sold(shop, "shopper")
    bought = sold(shop, "other")
    for id_ in (product, "prod_" + "0" * 26, "", "x", product.upper(), "x" * 99_999, bought + "0"):
        assert told(act(shop, SUBMIT, "other", product=id_)) == [("NOT_PURCHASED", ["input", "productId"])]
    assert told(act(shop, SUBMIT, "staff", product=product)) == [("NOT_PURCHASED", ["input", "productId"])]


def test_one_review_of_a_customer_and_product(shop: Shop) -> None:
    product = sold(shop, "shopper", "other")
    payloads = at_once(12, lambda number: act(shop, SUBMIT, "shopper" if number % 2 else "other", product=product))
    assert sorted(len(one["userErrors"]) for one in payloads) == [0] * 2 + [1] * 10
    mine = {one["review"]["id"] for one in payloads[1::2]}, {one["review"]["id"] for one in payloads[::2]}
    assert [len(one) for one in mine] == [1, 1], "who is refused is given their own"
    again = act(shop, SUBMIT, product=product)
    assert [(error["code"], error["field"]) for error in again["userErrors"]] == [("DUPLICATE", ["input", "productId"])]
    assert again["review"] == read(shop, mine[0].pop(), "shopper")


def test_what_is_anothers_is_changed_by_nobody_else(shop: Shop) -> None:
    mine = published(shop, sold(shop, "shopper"))
    for person in ("other", "staff", "admin"):
        for id_ in (mine["id"], NOWHERE, "", "x" * 9_999, mine["id"].upper()):
            assert told(act(shop, EDIT, person, id=id_)) == [("NOT_FOUND", ["id"])]
            assert told(act(shop, WITHDRAW, person, id=id_)) == [("NOT_FOUND", ["id"])]
    for id_ in (NOWHERE, "", "x" * 9_999, mine["id"] + "0"):
        assert told(act(shop, MODERATE, "staff", id=id_)) == [("NOT_FOUND", ["id"])]
        assert told(act(shop, MARK, id=id_)) == [("NOT_FOUND", ["id"])]
        assert read(shop, id_, "staff") is None
    assert read(shop, mine["id"]) == mine


def test_the_shop_decides_on_what_it_read(shop: Shop) -> None:
    review = done(shop, SUBMIT, product=sold(shop, "shopper"))
    changed = done(shop, EDIT, id=review["id"], rating=1, body="changed", version=1)
    for document, person in ((MODERATE, "staff"), (EDIT, "shopper")):
        payload = act(shop, document, person, id=review["id"], version=1)
        assert told(payload) == [("CONFLICT", ["expectedVersion"])]
        assert payload["userErrors"][0]["currentVersion"] == 2
    assert read(shop, review["id"], "staff") == changed
    assert done(shop, MODERATE, "staff", id=review["id"], status="PENDING", version=2) == changed
    assert told(act(shop, MODERATE, "staff", id=review["id"], reply="Thanks", status="REJECTED")) == [
        ("INVALID", ["reply"])
    ]
    assert done(shop, MODERATE, "staff", id=review["id"], version=2)["status"] == "PUBLISHED"
    assert told(act(shop, MODERATE, "staff", id=review["id"], status="PENDING")) == [("ILLEGAL_TRANSITION", None)]
    assert told(act(shop, MODERATE, "staff", id=review["id"], reply="\x00")) == [("INVALID", ["reply"])]
    assert told(act(shop, MODERATE, "staff", id=review["id"], reply="x" * 5_001)) == [("INVALID", ["reply"])]


def test_a_vote_counts_once_each_and_never_for_oneself(shop: Shop) -> None:
    review = published(shop, sold(shop, "shopper"))
    votes = at_once(9, lambda number: done(shop, MARK, ("other", "staff", "admin")[number % 3], id=review["id"]))
    assert max(one["helpful"] for one in votes) == 3
    assert done(shop, MARK, "other", id=review["id"])["helpful"] == 3
    assert done(shop, MARK, "other", id=review["id"], helpful=False)["helpful"] == 2
    assert done(shop, MARK, "other", id=review["id"], helpful=False)["helpful"] == 2
    assert told(act(shop, MARK, "shopper", id=review["id"])) == [("INVALID", ["id"])]
    assert read(shop, review["id"])["version"] == review["version"], "a vote changes nothing that was read"
    hidden = done(shop, SUBMIT, "other", product=sold(shop, "other"))
    assert told(act(shop, MARK, "shopper", id=hidden["id"])) == [("NOT_FOUND", ["id"])]


def test_a_repeated_submit_is_answered_by_the_review_as_it_is(shop: Shop) -> None:
    product, key = sold(shop, "shopper"), name("key")
    first = done(shop, SUBMIT, product=product, key=key)
    now = done(shop, MODERATE, "staff", id=first["id"])
    assert done(shop, SUBMIT, product=product, key=key) == now
    assert told(act(shop, SUBMIT, product=product, rating=1, key=key)) == [
        ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    ]
    act(shop, WITHDRAW, id=first["id"])
    assert told(act(shop, SUBMIT, product=product, key=key)) == [("NOT_FOUND", ["id"])]
