"""All that a customer has ever said is in what they are given, and in nothing once they are erased."""

import sys
from typing import Any

import pytest

from datasources.personal.declared import BUCKETS, CACHES, ELSEWHERE, TABLES, Fate, kind_of
from domain.ids import OrderId
from domain.orders.events import replayed
from infra.domains import discover
from resolvers._kit.settings import Borrowed, BorrowedBucket, Bucket, Cache, Constant, Machine, Schedule, Table
from tests.conftest import ROOT
from tests.resolvers.operations.canaries import (
    OTHERS,
    SEEDS,
    WORDLESS,
    Canary,
    cached,
    everywhere,
    objects,
    said_by_customers,
    tables,
)
from tests.resolvers.operations.making import (
    account_of,
    archive,
    erase,
    export,
    fetched,
    parsed,
    read,
    work,
)
from tests.resolvers.reviews.making import heard as reviews_heard
from tests.resolvers.reviews.making import published, sold
from tests.shop import Shop

GONE = {**SEEDS, **OTHERS}
LATER = {Fate.KEPT, Fate.LAPSES}
UNNAMED = {"ends with its job", "ends with its job, or within a day"}
NAMELESS = {"review", "rating of a product"}
"""What is left of them says neither what was said nor who said it."""


def without_kept(text: str) -> list[str]:
    return [where for where, said in GONE.items() if said in text]


def test_every_field_that_a_customer_can_fill_has_a_canary() -> None:
    wordy = {path for path in said_by_customers() if not path.endswith(tuple(WORDLESS))}
    assert wordy == SEEDS.keys()


def test_canaries_are_all_given_and_none_are_left(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (*shop.handlers.values(), shop.reacting("operations")):
        for one in module.telemetry.log.handlers:
            monkeypatch.setattr(one, "stream", sys.stdout)
    cached_before = set(cached(shop))
    review = published(shop, sold(shop, "other"), "other")
    others = {place_of(table, item) for table, items in tables(shop).items() for item in items}
    canary = Canary(shop, review["id"])
    person = canary.person
    assert without_kept(everywhere(shop)) == list(GONE), "all of them are somewhere"
    undeclared_items_fail(shop, cached_before)

    exported = export(shop, person.name)["job"]
    work(shop)
    job = read(shop, exported, person.name)
    assert job["status"] == "SUCCEEDED"
    files = archive(fetched(job["reportUrl"]))
    assert [where for where, said in GONE.items() if said not in str(files)] == []
    assert parsed(files, f"orders/{canary.returned['number']}.json")["order"]["number"] == canary.returned["number"]
    every_personal_kind_is_there(shop)

    refused(shop, canary)
    erased = erase(shop, person, person.email.upper())["job"]
    work(shop)
    assert read(shop, erased, person.name)["status"] == "SUCCEEDED"
    reviews_heard(shop)
    assert without_kept(everywhere(shop)) == []
    assert account_of(shop, person) is None
    left_of_the_account(shop, person.sub, others)
    the_books_are_as_before(shop, canary)

    said = capsys.readouterr()
    assert without_kept(said.out + said.err) == []
    assert said.out.count('"Mutation.customerErase"') >= 1, "logs are captured"


def refused(shop: Shop, canary: Canary) -> None:
    """Nothing is under way any more, and whose e-mail it is not cannot erase."""
    for wrong in ("nobody@example.org", canary.person.email.replace("@", "+x@")):
        payload = erase(shop, canary.person, wrong)
        assert [(one["code"], one["field"]) for one in payload["userErrors"]] == [("INVALID", ["confirmEmail"])]


def undeclared_items_fail(shop: Shop, cached_before: set[str]) -> None:
    """Every item, object and key is of a kind that is declared; Valkey is not this shop's alone."""
    for table, items in tables(shop).items():
        assert [one for one in items if kind_of(TABLES[table], one["pk"]["S"], one["sk"]["S"]) is None] == [], table
    for bucket, found in objects(shop).items():
        assert all(kind_of(BUCKETS[bucket], key) for key in found)
    for key in cached(shop).keys() - cached_before:
        assert kind_of(CACHES[key.partition(":")[0]], key), key


def every_personal_kind_is_there(shop: Shop) -> None:
    """What is said to be erased, or kept without its person, was there to be: the canary is a whole customer."""
    for table, items in tables(shop).items():
        kinds = {kind_of(TABLES[table], one["pk"]["S"], one["sk"]["S"]) for one in items}
        lacking = {one.name for one in TABLES[table] if one.fate in {Fate.ERASED, Fate.KEPT} and one not in kinds}
        assert not lacking, (table, lacking)


def place_of(table: str, item: Any) -> tuple[str, str, str]:
    return table, item["pk"]["S"], item["sk"]["S"]


def left_of_the_account(shop: Shop, sub: str, others: set[tuple[str, str, str]]) -> None:
    """Nothing is left that is to be erased, but of ``others``, and the account's id is nowhere but where it goes by
    itself, and where it says that the account is erased.
    """
    for table, items in tables(shop).items():
        for item in (one for one in items if place_of(table, one) not in others):
            kind = kind_of(TABLES[table], item["pk"]["S"], item["sk"]["S"])
            assert kind
            tombstone = kind.name == "profile" and "document" not in item
            assert kind.fate is not Fate.ERASED or tombstone or kind.name in NAMELESS, (table, item)
            assert sub not in str(item) or kind.fate is Fate.LAPSES or tombstone, (table, item)


def the_books_are_as_before(shop: Shop, canary: Canary) -> None:
    """What the shop's accounts need is what it was, and an order is what its events say."""
    store = shop.handlers["orders"].store
    for bought in (canary.returned, canary.cancelled, canary.claimed):
        order = store.get(OrderId(bought["id"])).order
        assert replayed(order, store.history(order)) == order
        assert order.erased_at
        assert order.locale is None
        seen: Any = shop.ask(
            "query($id: ID!) { order(id: $id) { email number totals { total { amount } } payments { id } "
            "billingAddress { name country } lines { sku quantity } } }",
            {"id": bought["id"]},
            person="staff",
        )["order"]
        assert (seen["number"], seen["totals"]["total"]["amount"]) == (
            bought["number"], bought["totals"]["total"]["amount"],
        )  # fmt: skip
        assert (seen["email"], seen["billingAddress"]) == ("erased@example.invalid", {"name": "-", "country": "DE"})
        assert [one["id"] for one in seen["payments"]] == [bought["payment"]["id"]]
        assert shop.ask("query($id: ID!) { order(id: $id) { id } }", {"id": bought["id"]}) == {"order": None}


def test_a_table_bucket_or_cache_that_nobody_declared_for_erasure_fails() -> None:
    """What is declared in settings is declared in ``declared.py``, both ways, and is erased by a part of its name."""
    every = [resource for domain in discover() for _, resource in domain.declared]
    named = {
        "tables": ({one.name for one in every if isinstance(one, Table)}, TABLES.keys()),
        "buckets": ({one.name for one in every if isinstance(one, Bucket)}, BUCKETS.keys()),
        "caches": ({one.prefix for one in every if isinstance(one, Cache)}, CACHES.keys()),
    }
    for kind, (there, declared) in named.items():
        assert there == declared, kind
    known = {Table, Bucket, Cache, Borrowed, BorrowedBucket, Constant, Schedule, Machine}
    assert {type(one).__name__ for one in every if type(one) not in known} <= ELSEWHERE.keys()


def test_the_page_names_all_that_is_kept_or_goes_later() -> None:
    page = (ROOT / "docs/decisions/0025-jobs-and-personal-data.md").read_text().casefold()
    kept = [one for of in (TABLES, CACHES) for kinds in of.values() for one in kinds if one.fate in LATER]
    names = {one.name for one in kept if one.why not in UNNAMED} | {
        name for name, (fate, _) in ELSEWHERE.items() if fate in LATER
    }
    assert [one for one in names if one.casefold() not in page] == []


def test_whatever_has_a_fate_says_why_and_what_is_erased_has_a_part(shop: Shop) -> None:
    parts = shop.reacting("operations").personal.parts
    for name, kinds in {**TABLES, **BUCKETS}.items():
        assert all(one.why for one in kinds)
        if any(one.fate in {Fate.ERASED, Fate.KEPT} for one in kinds):
            assert name in parts, name
    assert not [one for of in CACHES.values() for one in of if one.fate in {Fate.ERASED, Fate.KEPT}], (
        "what erases is outside the network of the cache"
    )
