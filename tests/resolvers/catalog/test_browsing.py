"""The catalogue is read: listings in every order and both directions, one thing by id or slug, facets, search."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.resolvers.catalog.making import UPDATE, category, collection, made, product_input
from tests.shop import Shop, opened

PAGE = """
query Page($filter: ProductFilter, $sort: ProductSort, $context: BuyerContext,
           $first: Int, $after: String, $last: Int, $before: String) {
  products(filter: $filter, sort: $sort, context: $context,
           first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { slug priceRange { min { amount currency } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
FACETS = """
query Facets($filter: ProductFilter) {
  products(filter: $filter, first: 1) { totalCount facets { slug name values { value label count } } }
}
"""
COUNT = 23
COLOURS = ("Red", "Green", "Blue")


class Seeded:
    """A shop with COUNT products on sale in one category and one collection, and one draft."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.top = category(shop, name="Home")
        self.below = category(shop, self.top["id"], name="Lamps")
        self.collection = collection(shop, name="Spring")
        self.prices = random.Random(7).sample(range(1_00, 99_00), COUNT)
        self.slugs = [f"lamp-{number:02}" for number in range(COUNT)]
        for number, slug in enumerate(self.slugs):
            self._make(number, slug)
        self.draft = made(shop, slug="hidden-lamp", name="Hidden lamp", status="DRAFT", categoryId=self.below["id"])
        shop.settle()

    def _make(self, number: int, slug: str) -> None:
        cents = self.prices[number]
        prices = [{"amount": f"{cents // 100}.{cents % 100:02}", "currency": "USD"}]
        if number % 2:
            prices.append({"amount": str(number + 1), "currency": "JPY"})
        options = [{"name": "Color", "value": COLOURS[number % 3]}]
        made(
            self.shop,
            slug=slug,
            name=f"Lamp {COUNT - number:02} {'Éclair' if number == 5 else 'plain'}",
            vendor="Lumen" if number % 2 else "Umbra",
            tags=["even"] if number % 2 == 0 else ["odd"],
            categoryId=self.below["id"],
            collectionIds=[self.collection["id"]],
            attributes=[{"name": "Material", "value": "Brass" if number < 10 else "Wood"}],
            variants=[{"sku": slug, "options": options, "prices": prices}],
        )


@pytest.fixture(scope="module")
def seeded(emulator: str, valkey_url: str) -> Iterator[Seeded]:
    with opened(emulator, valkey_url) as shop:
        yield Seeded(shop)


def page(seeded: Seeded, person: str = "guest", **variables: Any) -> Any:
    return seeded.shop.ask(PAGE, variables, person=person)["products"]


def slugs(connection: Any) -> list[str]:
    return [edge["node"]["slug"] for edge in connection["edges"]]


def walk(seeded: Seeded, size: int, *, backward: bool = False, **variables: Any) -> list[str]:
    """Every slug of a listing, page by page, in list order."""
    found: list[str] = []
    cursor = None
    while True:
        asked: dict[str, Any] = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        if cursor is None:
            asked = {name: value for name, value in asked.items() if value is not None}
        got = page(seeded, **asked, **variables)
        found = slugs(got) + found if backward else found + slugs(got)
        info = got["pageInfo"]
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return found
        cursor = info["startCursor" if backward else "endCursor"]


def order(seeded: Seeded, sort: str) -> list[str]:
    by_price = [slug for _, slug in sorted(zip(seeded.prices, seeded.slugs, strict=True))]
    newest = seeded.slugs[::-1]
    return {
        "NEWEST": newest, "BEST_RATED": newest, "BEST_SELLING": newest, "RELEVANCE": newest,
        "NAME": newest, "PRICE_ASC": by_price, "PRICE_DESC": by_price[::-1],
    }[sort]  # fmt: skip


SORTS = ["NEWEST", "NAME", "PRICE_ASC", "PRICE_DESC", "BEST_RATED", "BEST_SELLING", "RELEVANCE"]


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_every_order_pages_through_all_products_once_in_both_directions(
    seeded: Seeded, sort: str, backward: bool
) -> None:
    assert walk(seeded, 7, backward=backward, sort=sort) == order(seeded, sort)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("sort", ["NEWEST", "NAME", "PRICE_ASC", "PRICE_DESC", "RELEVANCE"])
def test_a_searched_listing_pages_the_same_way(seeded: Seeded, sort: str, backward: bool) -> None:
    found = walk(seeded, 7, backward=backward, sort=sort, filter={"search": "lamp"})
    assert sorted(found) == sorted(seeded.slugs)
    if sort != "RELEVANCE":
        assert found == order(seeded, sort)


def test_a_category_lists_what_stands_in_it_and_below(seeded: Seeded) -> None:
    for one in (seeded.top, seeded.below):
        assert walk(seeded, 100, filter={"category": one["id"]}) == order(seeded, "NEWEST")
    assert walk(seeded, 100, filter={"collection": seeded.collection["id"]}) == order(seeded, "NEWEST")


def test_category_and_collection_together_and_with_facets(seeded: Seeded) -> None:
    both = {"category": seeded.top["id"], "collection": seeded.collection["id"]}
    assert walk(seeded, 10, filter=both) == order(seeded, "NEWEST")
    red = both | {"attributes": [{"slug": "color", "values": ["Red"]}]}
    assert walk(seeded, 10, filter=red) == [slug for slug in order(seeded, "NEWEST") if int(slug[-2:]) % 3 == 0]


def test_facets_count_what_choosing_a_value_would_give(seeded: Seeded) -> None:
    attributes = [{"slug": "vendor", "values": ["Lumen"]}, {"slug": "material", "values": ["Brass"]}]
    got = seeded.shop.ask(FACETS, {"filter": {"attributes": attributes}})["products"]
    counts = {facet["slug"]: {value["label"]: value["count"] for value in facet["values"]} for facet in got["facets"]}
    numbers = range(COUNT)
    assert got["totalCount"] == len([n for n in numbers if n % 2 and n < 10])
    assert counts["material"] == {
        "Brass": len([n for n in numbers if n % 2 and n < 10]), "Wood": len([n for n in numbers if n % 2 and n >= 10]),
    }  # fmt: skip
    assert counts["vendor"] == {"Lumen": 5, "Umbra": 5}
    assert counts["category"] == {"Home": 5, "Lamps": 5} or counts["category"] == {"Lamps": 5}


def test_prices_filter_and_sort_in_the_buyers_currency(seeded: Seeded) -> None:
    low, high = sorted(seeded.prices)[3], sorted(seeded.prices)[9]
    money = {"priceMin": f"{low / 100:.2f}", "priceMax": f"{high / 100:.2f}"}
    assert walk(seeded, 3, sort="PRICE_ASC", filter=money) == order(seeded, "PRICE_ASC")[3:10]
    yen = page(seeded, first=100, sort="PRICE_DESC", context={"currency": "JPY"})
    lowest = [edge["node"]["priceRange"]["min"] for edge in yen["edges"]]
    assert len(lowest) == COUNT
    amounts = [int(one["amount"]) for one in lowest if one["currency"] == "JPY"]
    assert amounts == sorted(amounts, reverse=True)
    assert len(amounts) == COUNT // 2


def test_a_cursor_of_another_list_and_a_tampered_one_are_refused(seeded: Seeded) -> None:
    cursor = page(seeded, first=1)["pageInfo"]["endCursor"]
    for wrong in ({"after": cursor, "sort": "NAME"}, {"after": cursor[:-3] + "abc"}, {"before": "%%%"}, {"after": ""}):
        answer = seeded.shop.send(PAGE, wrong)
        assert answer["data"] is None
        assert [error["errorType"] for error in answer["errors"]] == ["BadRequest"]
        assert "cursor" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"first": 0}, "first is from 1 to 100, not 0"),
        ({"last": 101}, "last is from 1 to 100, not 101"),
        ({"first": 1, "last": 1}, "give either first or last, not both"),
        ({"filter": {"category": "prod_00000000000000000000000000"}}, "filter.category is not the id of a Category"),
        ({"filter": {"priceMin": "12,50"}}, 'filter.priceMin: "12,50" is not an amount in USD; write it like "12.50"'),
        (
            {"filter": {"attributes": [{"slug": "a", "values": ["b"] * 51}]}},
            "filter.attributes takes at most 20",
        ),
    ],
)
def test_a_listing_that_cannot_be_is_refused_in_one_sentence(seeded: Seeded, wrong: Any, message: str) -> None:
    answer = seeded.shop.send(PAGE, wrong)
    assert [error["errorType"] for error in answer["errors"]] == ["BadRequest"]
    assert answer["errors"][0]["message"].startswith(message)


def test_drafts_are_for_staff(seeded: Seeded) -> None:
    read = "query Read($slug: String) { product(slug: $slug) { slug } }"
    for person, sees in (("guest", False), ("shopper", False), ("finance", False), ("staff", True), ("admin", True)):
        found = seeded.shop.ask(read, {"slug": "hidden-lamp"}, person=person)["product"]
        assert (found is not None) is sees
        listed = slugs(page(seeded, person=person, first=100, filter={"status": "DRAFT"}))
        assert listed == (["hidden-lamp"] if sees else seeded.slugs[::-1])
    assert "hidden-lamp" in slugs(page(seeded, person="staff", first=100))


def test_a_hidden_product_answers_as_an_unknown_one_does(seeded: Seeded) -> None:
    read = "query Read($id: ID!) { product(id: $id) { slug } node(id: $id) { id } }"
    unknown = seeded.draft["id"][:-4] + "zzzz"
    assert seeded.shop.ask(read, {"id": seeded.draft["id"]}) == seeded.shop.ask(read, {"id": unknown})


def test_node_finds_every_kind_by_its_id_alone(seeded: Seeded) -> None:
    variants = "query One($slug: String) { product(slug: $slug) { id variants { edges { node { id } } } } }"
    one = seeded.shop.ask(variants, {"slug": "lamp-00"})["product"]
    node = """query Node($id: ID!) { node(id: $id) { __typename id
        ... on Product { slug } ... on ProductVariant { sku product { slug } } ... on Category { slug }
        ... on Collection { slug } } }"""
    variant = one["variants"]["edges"][0]["node"]["id"]
    found = {id_: seeded.shop.ask(node, {"id": id_})["node"] for id_ in
             (one["id"], variant, seeded.top["id"], seeded.collection["id"])}  # fmt: skip
    assert [one["__typename"] for one in found.values()] == ["Product", "ProductVariant", "Category", "Collection"]
    assert all(id_ == one["id"] for id_, one in found.items())
    assert found[variant]["product"] == {"slug": "lamp-00"}
    for nothing in ("", "x", "media_00000000000000000000000000", "var_x-1", "prod_" + "0" * 26):
        assert seeded.shop.ask(node, {"id": nothing}) == {"node": None}


def test_search_finds_words_prefixes_and_one_typing_error(seeded: Seeded) -> None:
    for words in ("éclair", "ECLAIR lamp", "ecla", "eclaur"):
        assert slugs(page(seeded, filter={"search": words}))[0] == "lamp-05", words
    assert slugs(page(seeded, filter={"search": "chandelier"})) == []
    for garbage in ('"', "* OR -", "\x00", "🙂" * 50, "a" * 10_000):
        seeded.shop.send(PAGE, {"filter": {"search": garbage}})


def test_suggestions_follow_what_is_typed(seeded: Seeded) -> None:
    suggest = "query Suggest($prefix: String!) { suggest(prefix: $prefix, first: 3) { slug } }"
    assert [one["slug"] for one in seeded.shop.ask(suggest, {"prefix": "écl"})["suggest"]] == ["lamp-05"]
    assert len(seeded.shop.ask(suggest, {"prefix": "la"})["suggest"]) == 3


def test_texts_and_prices_follow_the_buyer(seeded: Seeded) -> None:
    made(
        seeded.shop,
        slug="translated",
        name="Table",
        status="ACTIVE",
        translations=[{"locale": "fr", "name": "Tableau"}, {"locale": "pt-BR", "name": "Mesa"}],
        variants=[{"sku": "t", "prices": [{"amount": "10", "currency": "USD"}, {"amount": "1500", "currency": "JPY"}]}],
    )
    read = """query Read($context: BuyerContext) { product(slug: "translated", context: $context) {
        name priceRange { min { amount currency } } variants { edges { node { price { amount } } } } } }"""
    for context, name, price in (
        ({"locale": "fr-CA", "currency": "JPY"}, "Tableau", "1500"),
        ({"locale": "pt-br"}, "Mesa", "10.00"),
        ({"locale": "de", "currency": "EUR"}, "Table", "10.00"),
        (None, "Table", "10.00"),
    ):
        got = seeded.shop.ask(read, {"context": context}, person="staff")["product"]
        assert (got["name"], got["priceRange"]["min"]["amount"]) == (name, price)
        assert got["variants"]["edges"][0]["node"]["price"]["amount"] == price
    shop = seeded.shop
    found = shop.ask('{ product(slug: "translated") { id } }', person="staff")["product"]
    archived = product_input(slug="translated", status="ARCHIVED")
    shop.ask(UPDATE, {"id": found["id"], "input": archived}, person="staff")
    shop.settle()


def test_the_tree_of_categories_is_read_whole(seeded: Seeded) -> None:
    tree = "{ categories { name parent { name } children { name } products(first: 2) { edges { node { slug } } } } }"
    found = {one["name"]: one for one in seeded.shop.ask(tree)["categories"]}
    assert found["Home"]["children"] == [{"name": "Lamps"}]
    assert found["Lamps"]["parent"] == {"name": "Home"}
    assert slugs(found["Home"]["products"]) == seeded.slugs[::-1][:2]


def test_collections_are_paged_by_name(seeded: Seeded) -> None:
    collection(seeded.shop, name="Autumn")
    read = """query Some($first: Int, $after: String) { collections(first: $first, after: $after) {
        edges { node { name } } pageInfo { hasNextPage endCursor } } }"""
    first = seeded.shop.ask(read, {"first": 1}, person="staff")
    assert slugs_of_names(first) == ["Autumn"]
    after = first["collections"]["pageInfo"]["endCursor"]
    assert slugs_of_names(seeded.shop.ask(read, {"after": after}, person="staff")) == ["Spring"]


def slugs_of_names(answer: Any) -> list[str]:
    return [edge["node"]["name"] for edge in answer["collections"]["edges"]]
