"""Reviews as pages, with the products they are of, and live."""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from datasources.dynamo.review_stream import rating_told
from resolvers.reviews.announcing import Announcement, publication_of
from tests.resolvers.catalog.making import category
from tests.resolvers.catalog.making import made as product_made
from tests.resolvers.customers.making import somebody, update
from tests.resolvers.reviews.making import (
    CHANGES,
    EDIT,
    MARK,
    MODERATE,
    READ,
    SUBMIT,
    WAITING,
    WITHDRAW,
    act,
    buys,
    done,
    heard,
    ids,
    listed,
    published,
    rating,
    sold,
    told,
)
from tests.served import served
from tests.shop import FUNCTION, PEOPLE, SUBS, Context, Shop, environment, load_handler

PUBLISH = """mutation($seq: Int!, $payload: AWSJSON!) {
  publishReviewChange(seq: $seq, payload: $payload) { seq review { id } } }"""
LIST_OF = """query($id: ID!, $first: Int, $after: String, $sort: ReviewSort) {
  product(id: $id) { name reviews(first: $first, after: $after, sort: $sort) { edges { node { id } } } } }"""


def test_a_product_shows_its_reviews_in_four_orders_in_pages(shop: Shop) -> None:
    product = sold(shop, *PEOPLE)
    stars = dict(zip(PEOPLE, (3, 5, 1, 3, 4), strict=True))
    made = {person: published(shop, product, person, rating=given)["id"] for person, given in stars.items()}
    done(shop, MARK, "other", id=made["staff"])
    heard(shop)
    newest = [made[person] for person in reversed(PEOPLE)]
    highest = [made[person] for person in ("other", "admin", "finance", "shopper", "staff")]
    helpful = [made["staff"], *(one for one in newest if one != made["staff"])]
    for sort, expected in (
        (None, newest), ("NEWEST", newest), ("HIGHEST", highest), ("LOWEST", highest[::-1]), ("MOST_HELPFUL", helpful),
    ):  # fmt: skip
        assert ids(listed(shop, product, sort=sort)) == expected
        first = listed(shop, product, sort=sort, first=2)
        rest = listed(shop, product, sort=sort, first=3, after=first["pageInfo"]["endCursor"])
        assert ids(first) + ids(rest) == expected
        assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
        assert (first["totalCount"], rest["totalCount"]) == (5, 5)
    after = listed(shop, product, sort="NEWEST", first=1)["pageInfo"]["endCursor"]
    for wrong in ({"sort": "HIGHEST", "after": after}, {"after": "x"}, {"first": 0}, {"first": 101}):
        answer = shop.send(LIST_OF, {"id": product, **wrong})
        assert answer["data"]["product"]["reviews"] is None
        assert answer["errors"][0]["errorType"] == "BadRequest"


def test_the_queue_is_read_by_the_shop_what_waits_longest_first(shop: Shop) -> None:
    before = ids(shop.ask(WAITING, {"first": 100}, person="staff")["reviewsToModerate"])
    made = [done(shop, SUBMIT, person, product=sold(shop, person))["id"] for person in ("shopper", "other", "staff")]
    done(shop, EDIT, id=made[0], rating=1)
    page = shop.ask(WAITING, {"first": 100}, person="admin")["reviewsToModerate"]
    assert ids(page) == [*before, made[1], made[2], made[0]]
    assert page["totalCount"] == len(before) + 3
    head = shop.ask(WAITING, {"first": 1}, person="staff")["reviewsToModerate"]
    tail = shop.ask(WAITING, {"after": head["pageInfo"]["endCursor"], "first": 100}, person="staff")
    assert ids(head) + ids(tail["reviewsToModerate"]) == ids(page)


MINE = """{ me { reviews(first: 2) {
  edges { node { productId status } } pageInfo { hasNextPage endCursor } totalCount
} } }"""
OF_CUSTOMER = """query($id: ID!) { customer(id: $id) { reviews { totalCount edges { node { id status } } } } }"""


def test_a_customer_finds_all_they_said_whatever_the_shop_made_of_it_and_staff_do(shop: Shop) -> None:
    person, other = somebody(), somebody()
    products = [sold(shop, person, other) for _ in range(3)]
    own = [done(shop, SUBMIT, person, product=product) for product in products]
    done(shop, MODERATE, "staff", id=own[0]["id"], status="REJECTED", version=own[0]["version"])
    theirs = published(shop, products[0], other)
    done(shop, MARK, person, id=theirs["id"])
    mine = shop.ask(MINE, person=person)["me"]["reviews"]
    assert [edge["node"]["productId"] for edge in mine["edges"]] == [products[2], products[1]]
    assert (mine["pageInfo"]["hasNextPage"], mine["totalCount"]) == (True, 3)
    found = shop.ask(OF_CUSTOMER, {"id": SUBS[person]}, person="staff")["customer"]["reviews"]
    assert [edge["node"]["status"] for edge in found["edges"]] == ["PENDING", "PENDING", "REJECTED"]
    assert found["totalCount"] == 3
    assert shop.ask(MINE, person=other)["me"]["reviews"]["totalCount"] == 1


def test_who_says_no_name_goes_by_that_of_their_profile(shop: Shop) -> None:
    person = somebody()
    first, second, third = (sold(shop, person) for _ in range(3))
    assert done(shop, SUBMIT, person, product=first)["author"] == "A customer"
    update(shop, person, name="Ada L.")
    assert done(shop, SUBMIT, person, product=second)["author"] == "Ada L."
    assert done(shop, SUBMIT, person, product=third, author="A reader")["author"] == "A reader"


def test_a_list_of_products_brings_ratings_and_reviews_by_one_call_each(shop: Shop) -> None:
    shelf = category(shop)["id"]
    products = []
    for number in range(6):
        products.append(product_made(shop, categoryId=shelf)["id"])
        for person in PEOPLE[: number % 3]:
            buys(shop, products[-1], person)
            published(shop, products[-1], person, rating=number % 5 + 1)
    heard(shop)
    before = len(shop.invoked)
    document = """query($shelf: ID!) { products(filter: {category: $shelf}) { edges { node {
      id rating { average count } reviews(first: 1) { totalCount edges { node { productId rating } } }
    } } } }"""
    nodes = [edge["node"] for edge in shop.ask(document, {"shelf": shelf})["products"]["edges"]]
    asked = ["Query.products", "Product.rating", "Product.reviews", "ReviewConnection.totalCount"]
    assert sorted(shop.invoked[before:]) == sorted(asked)
    found = {node["id"]: (node["rating"], node["reviews"]) for node in nodes}
    for number, product in enumerate(products):
        many, star = number % 3, number % 5 + 1
        node = {"productId": product, "rating": star}
        assert found[product] == (
            {"average": f"{star}.00" if many else None, "count": many},
            {"totalCount": many, "edges": [{"node": node}] if many else []},
        )


def changes(shop: Shop, product: str, after: int = 0) -> Any:
    return shop.ask(CHANGES, {"id": product, "after": after})["reviewChanges"]


def test_who_was_away_is_told_what_they_missed(shop: Shop) -> None:
    product = sold(shop, "shopper", "other")
    first = published(shop, product, rating=5)
    heard(shop)
    second = published(shop, product, "other", rating=2)
    replied = done(shop, MODERATE, "staff", id=first["id"], reply="Thanks")
    heard(shop)
    act(shop, WITHDRAW, "other", id=second["id"])
    heard(shop)
    gone = {"review": None, "reviewId": second["id"]}
    seen = [(one["seq"], one["reviewId"], one["review"], one["rating"]["count"]) for one in changes(shop, product)]
    assert seen == [
        (1, first["id"], replied, 1),
        (2, second["id"], None, 2),
        (3, first["id"], replied, 2),
        (4, second["id"], None, 1),
    ]
    last = changes(shop, product, 3)
    assert [one | gone for one in last] == last
    assert last[0]["rating"] == rating(shop, product)
    for after in (4, 2**31 - 1):
        assert changes(shop, product, after) == []
    for wrong in ({"id": product, "after": -1}, {"id": "x", "after": 0}, {"id": first["id"], "after": 0}):
        assert shop.send(CHANGES, wrong)["errors"][0]["errorType"] == "BadRequest"


def test_each_counted_change_is_announced_and_told_without_who_wrote_it(shop: Shop) -> None:
    heard(shop)
    product = sold(shop, "shopper")
    review = published(shop, product)
    shop.ask(READ, {"id": review["id"]})
    done(shop, MARK, "other", id=review["id"])
    records = heard(shop)
    act(shop, WITHDRAW, id=review["id"])
    records += heard(shop)
    publications = [found for record in records if (found := publication_of(rating_told, record))]
    assert [(one.key, one.variables["seq"]) for one in publications] == [(product, 1), (product, 2)]
    for one, there in zip(publications, (True, False), strict=True):
        news = msgspec.json.decode(one.variables["payload"], type=Announcement)
        assert (news.review_id, news.review is not None) == (review["id"], there)
        answer = shop.ask(PUBLISH, one.variables, person=FUNCTION)["publishReviewChange"]
        assert answer == {"seq": one.variables["seq"], "review": {"id": review["id"]} if there else None}
    assert SUBS["shopper"] not in json.dumps(shop.ask(CHANGES, {"id": product, "after": 0}))
    for payload in ("{}", "[]", '{"productId": 1}'):
        (error,) = shop.send(PUBLISH, {"seq": 1, "payload": payload}, person=FUNCTION)["errors"]
        assert error["message"].startswith("payload is no change of a review")


def test_every_change_is_published_in_the_order_of_its_product(shop: Shop) -> None:
    heard(shop)
    product = sold(shop, "shopper", "other")
    for person in ("shopper", "other"):
        published(shop, product, person)
    records, told_of = heard(shop), list[Any]()
    with overhearing(shop, told_of) as publisher:
        assert publisher.publish({"Records": records}, Context()) == {"batchItemFailures": []}
    assert [(one["seq"], one["productId"], one["rating"]["count"]) for one in told_of] == [
        (1, product, 1),
        (2, product, 2),
    ]
    assert all(one["review"]["status"] == "PUBLISHED" for one in told_of)


@contextmanager
def overhearing(shop: Shop, told_of: list[Any]) -> Iterator[Any]:
    """The function's module, imported anew beside a served graph whose answers are kept."""

    async def graph(scope: Any, receive: Any, send: Any) -> None:
        async def hearing(message: Any) -> None:
            if message["type"] == "http.response.body":
                told_of.append(json.loads(message["body"])["data"]["publishReviewChange"])
            await send(message)

        await shop.gateway(scope, receive, hearing)

    with served(graph) as url, pytest.MonkeyPatch.context() as environment_:
        environment_.setenv("GRAPH_URL", f"{url}/graphql")
        sys.modules.pop("resolvers.reviews.publisher", None)
        yield importlib.import_module("resolvers.reviews.publisher")


@pytest.mark.parametrize(
    ("rate", "document", "field"),
    [("REVIEW_RATE", WITHDRAW, "reviewWithdraw"), ("VOTE_RATE", MARK, "reviewMarkHelpful")],
)
def test_who_hurries_is_told_when_to_come_back_and_nobody_else_is(
    emulator: str, valkey_url: str, rate: str, document: str, field: str
) -> None:
    environ = environment(emulator, valkey_url) | {rate: "2 in 3600 s"}
    shop = Shop(environ, {"reviews": load_handler(environ, "reviews")})
    nowhere = "rev_" + "0" * 26
    for _ in range(2):
        assert told(act(shop, document, id=nowhere)) == [("NOT_FOUND", ["id"])]
    assert told(act(shop, document, id=nowhere)) == [("THROTTLED", None)]
    assert told(act(shop, document, "other", id=nowhere)) == [("NOT_FOUND", ["id"])]
