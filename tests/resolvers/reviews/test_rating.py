"""A product's rating through the real functions: always a recount's, and the catalogue lists by it."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from datasources.dynamo import rated, ratings
from datasources.dynamo.review_stream import review_seen
from datasources.dynamo.stream import product_change
from domain.ids import ProductId
from domain.reviews.ratings import RatingSummary
from resolvers._kit.faults import InternalFault
from resolvers.catalog.announcing import publication_of
from tests.datasources.dynamo.desks import Crash, Deaths
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.catalog.making import category
from tests.resolvers.catalog.making import made as product_made
from tests.resolvers.reviews.making import (
    CHANGES,
    EDIT,
    MARK,
    MODERATE,
    SUBMIT,
    WITHDRAW,
    act,
    buys,
    done,
    heard,
    ids,
    listed,
    published,
    rating,
    react,
    sold,
)
from tests.shop import PEOPLE, Shop

BEST = """query($filter: ProductFilter!, $first: Int, $after: String) {
  products(filter: $filter, sort: BEST_RATED, first: $first, after: $after) {
    edges { node { id } } pageInfo { hasNextPage endCursor } totalCount
  } }"""


def recounted(shop: Shop, product: str) -> Any:
    """What the product's readable reviews say, one by one."""
    stars = [edge["node"]["rating"] for edge in listed(shop, product, first=100)["edges"]]
    histogram = [stars.count(star) for star in range(1, 6)]
    one, two, three, four, five = histogram
    average = RatingSummary(histogram=(one, two, three, four, five)).average_text
    return {"average": average, "count": len(stars), "histogram": histogram}


def steps(
    shop: Shop, products: list[str], chance: random.Random, count: int, there: dict[tuple[str, str], Any]
) -> None:
    """So many things are done with the reviews of five buyers of each product; ``there`` are those that there are."""
    for _ in range(count):
        place = chance.choice(products), chance.choice(PEOPLE)
        product, person = place
        if place not in there:
            there[place] = done(shop, SUBMIT, person, product=product, rating=chance.randint(1, 5))["id"]
            continue
        id_, what = there[place], chance.choice(["publish", "publish", "reject", "edit", "reply", "vote", "withdraw"])
        match what:
            case "publish" | "reject":
                act(shop, MODERATE, "staff", id=id_, status="PUBLISHED" if what == "publish" else "REJECTED")
            case "reply":
                act(shop, MODERATE, "staff", id=id_, reply=f"Thanks {chance.random()}")
            case "edit":
                done(shop, EDIT, person, id=id_, rating=chance.randint(1, 5))
            case "vote":
                act(shop, MARK, chance.choice(PEOPLE), id=id_, helpful=chance.random() < 0.7)
            case "withdraw":
                act(shop, WITHDRAW, person, id=there.pop(place))


def news(shop: Shop) -> list[Mapping[str, Any]]:
    return [record for some in shop.news("reviews") for record in some]


def known_to_the_catalogue(shop: Shop, product: str) -> tuple[int, int]:
    found = rated.RatedProducts(shop.handler.store.table).many([ProductId(product)])[ProductId(product)]
    return found.count, found.stars


def assert_counted(shop: Shop, products: list[str]) -> None:
    for product in products:
        counted = rating(shop, product)
        assert counted == recounted(shop, product)
        told = shop.ask(CHANGES, {"id": product, "after": 0})["reviewChanges"]
        assert [one["seq"] for one in told] == list(range(1, len(told) + 1))
        if told:
            assert told[-1]["rating"] == counted
            stars = sum(star * many for star, many in enumerate(counted["histogram"], 1))
            assert known_to_the_catalogue(shop, product) == (counted["count"], stars)


@pytest.mark.parametrize("seed", range(2))
def test_a_rating_is_a_recounts_whatever_the_stream_repeats_and_in_whatever_order(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)
    products = [sold(shop, *PEOPLE) for _ in range(2)]
    heard(shop)
    there: dict[tuple[str, str], Any] = {}
    for _ in range(3):
        steps(shop, products, chance, 15, there)
        records = news(shop)
        halves = [records[: len(records) // 2], records]
        for some in halves:
            react(shop, some)
        chance.shuffle(records)
        react(shop, records)
        assert_counted(shop, products)
    assert any(rating(shop, product)["count"] for product in products)


def test_many_who_hear_the_same_at_once_count_each_once(shop: Shop) -> None:
    chance = random.Random(11)
    products = [sold(shop, *PEOPLE) for _ in range(2)]
    heard(shop)
    steps(shop, products, chance, 40, {})
    records = news(shop)
    shop.reacting("reviews")
    at_once(4, lambda _: react(shop, records))
    assert_counted(shop, products)


def test_a_process_that_dies_anywhere_leaves_what_it_had_not_counted_to_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(12)
    products = [sold(shop, *PEOPLE)]
    heard(shop)
    steps(shop, products, chance, 12, {})
    records = news(shop)
    deaths = Deaths(shop.reacting("reviews").table, monkeypatch)
    for boundary in range(1, 100):
        deaths.at, deaths.passed = boundary, 0
        try:
            react(shop, records)
        except InternalFault:
            continue
        break
    else:
        pytest.fail("it never came to an end")
    told = sum(review_seen(record) is not None for record in records)
    assert boundary > 2 * told, "it died before and after every call of the store"
    deaths.at = 0
    assert_counted(shop, products)


def test_what_cannot_be_counted_comes_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    product = sold(shop, "shopper")
    heard(shop)
    published(shop, product)
    records = news(shop)

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(ratings.Ratings, "_writes", crash)
        shop.reactors.clear()
        with pytest.raises(InternalFault):
            react(shop, records)
    assert rating(shop, product)["count"] == 0
    react(shop, records)
    assert rating(shop, product) == {"average": "4.00", "count": 1, "histogram": [0, 0, 0, 1, 0]}


def best(shop: Shop, shelf: str, **asked: Any) -> Any:
    """The search index is looked at anew, as it is a second later."""
    shop.handler.reader._next_at = 0
    first, after = asked.pop("first", None), asked.pop("after", None)
    return shop.ask(BEST, {"filter": {"category": shelf} | asked, "first": first, "after": after})["products"]


def on_shelf(shop: Shop, shelf: str, *stars: int) -> str:
    """A product of a category, and a buyer for each of its ratings."""
    product: str = product_made(shop, categoryId=shelf)["id"]
    for person, given in zip(PEOPLE, stars, strict=False):
        buys(shop, product, person)
        published(shop, product, person, rating=given)
    return product


def test_products_are_listed_by_their_rating_and_narrowed_by_it(shop: Shop) -> None:
    shelf = category(shop)["id"]
    none, good, best_, poor = (on_shelf(shop, shelf, *stars) for stars in ((), (4, 5), (5,), (1, 2, 1)))
    heard(shop)
    assert ids(best(shop, shelf)) == [best_, good, poor, none]
    first = best(shop, shelf, first=2)
    assert (ids(first), first["pageInfo"]["hasNextPage"], first["totalCount"]) == ([best_, good], True, 4)
    assert ids(best(shop, shelf, first=2, after=first["pageInfo"]["endCursor"])) == [poor, none]
    for least, shown in (("1", [best_, good, poor]), ("1.34", [best_, good]), ("4.5", [best_, good]), ("5", [best_])):
        found = best(shop, shelf, minRating=least)
        assert (ids(found), found["totalCount"]) == (shown, len(shown))
    for wrong in ("0", "0.99", "6", "5.01", "4.555", "4,5", "", "NaN", "4\n", "٤", "x" * 9_999):
        (error,) = shop.send(BEST, {"filter": {"minRating": wrong}})["errors"]
        assert error["message"].startswith("filter.minRating is a number from 1 to 5")

    buys(shop, poor, "finance")
    published(shop, poor, "finance", rating=5)
    (changed,) = [edge["node"] for edge in listed(shop, best_)["edges"]]
    act(shop, WITHDRAW, "shopper", id=changed["id"])
    heard(shop)
    assert ids(best(shop, shelf)) == [good, poor, best_, none]


def test_a_rating_is_no_change_of_its_product(shop: Shop) -> None:
    product = sold(shop, "shopper")
    heard(shop)
    before = shop.ask("query($id: ID!) { product(id: $id) { version updatedAt } }", {"id": product})
    published(shop, product)
    react(shop, news(shop))
    told = [record for some in shop.news("catalog") for record in some]
    assert [record["dynamodb"]["Keys"]["sk"]["S"] for record in told] == ["RATING"]
    assert publication_of(product_change, told[0]) is None
    assert shop.ask("query($id: ID!) { product(id: $id) { version updatedAt } }", {"id": product}) == before
