"""Customers on both stores: made once, changed without loss, and gone without a trace."""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import boto3
import pytest

from datasources.dynamo import customer_items as items
from datasources.dynamo.customer_lists import CustomerLists
from datasources.dynamo.customers import CustomerTable
from datasources.dynamo.transactions import Transaction
from datasources.personal.declared import TABLES, Fate, kind_of
from datasources.roundtrips import counted
from domain.addresses import Address
from domain.customers.addressing import saved
from domain.customers.consenting import LONGEST_WHERE, LONGEST_WORDING, MOST_CONSENTS, Said
from domain.customers.customers import MOST_ADDRESSES, Consent, Customer
from domain.customers.finding import MOST_WORDS, terms_of
from domain.customers.saying import LONGEST_NAME, edited
from domain.customers.signing import Told, heard
from domain.customers.storing import Decision, Everything, NoCustomer, Refusal, StoredCustomer
from domain.customers.wishes import MOST_WISHES, Wishlist, unwished, wished
from domain.ids import CustomerId
from domain.keys import Key, KeyReused
from domain.pages import Window
from resolvers.customers.settings import Settings
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_races import at_once
from tests.domain.customers.making import HOME, NOON, SAID, customer
from tests.domain.customers.test_wishes import variant

GET, QUERY, WRITE = "dynamodb.GetItem", "dynamodb.Query", "dynamodb.TransactWriteItems"
LATER = NOON + timedelta(minutes=1)
ADA = CustomerId("c0ffee")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def customers(endpoint: str, clock: Clock) -> CustomerTable:
    return CustomerTable(new_table(endpoint, Settings), clock=clock)


@pytest.fixture
def lists(customers: CustomerTable, clock: Clock) -> CustomerLists:
    return CustomerLists(customers, clock=clock)


def scanned(customers: CustomerTable) -> list[dict[str, Any]]:
    """Every item of the table, each of a declared kind."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=customers.table.name)
    found = [dict(item) for page in pages for item in page["Items"]]
    for item in found:
        assert kind_of(TABLES["customers"], item["pk"]["S"], item["sk"]["S"])
    return found


def key(text: str = "", content: str = "a") -> Key:
    return Key(caller=ADA, key=text or uuid.uuid4().hex, fingerprint=content)


def says(said: Said = SAID, **parts: Any) -> Callable[[Customer], Decision | Refusal]:
    """Decides what ``edited`` does with these parts."""

    def decide(old: Customer) -> Decision | Refusal:
        outcome = edited(old, parts, said, LATER)
        return outcome if isinstance(outcome, Decision) else Refusal(errors=outcome)

    return decide


def keeps(address: Address) -> Callable[[Customer], Decision | Refusal]:
    def decide(old: Customer) -> Decision | Refusal:
        outcome = saved(old, None, address, LATER)
        return Decision(customer=outcome) if isinstance(outcome, Customer) else Refusal(errors=outcome)

    return decide


def wishing(number: int) -> Callable[[Wishlist], Any]:
    return lambda old: wished(old, variant(number), NOON + timedelta(seconds=number))


def ids(found: tuple[Customer, ...]) -> list[CustomerId]:
    return [one.id for one in found]


def test_of_two_sign_ups_at_once_and_a_sign_in_one_makes_the_profile(
    customers: CustomerTable, lists: CustomerLists
) -> None:
    outcomes = at_once(12, lambda number: customers.make(customer(name=f"Ada {number}", created_at=LATER)))
    made = [one for one in outcomes if isinstance(one, StoredCustomer)]
    assert len(made) == 12
    assert sum(not one.replayed for one in made) == 1
    assert len({one.customer.name for one in made}) == 1
    assert lists.all(Window(10)).items == (made[0].customer,)
    assert ids(lists.search("ada", Window(10)).page.items) == [ADA]
    places = [item for item in scanned(customers) if item["pk"]["S"].startswith("FIND#")]
    assert len(places) == len(terms_of(made[0].customer))


def test_twenty_saves_at_once_lose_none(customers: CustomerTable) -> None:
    customers.make(customer())
    at_once(20, lambda number: customers.change(ADA, keeps(replace(HOME, line1=f"{number} Main St"))))
    known = customers.get(ADA)
    assert known
    assert known.version == 21
    assert sorted(one.address.line1 for one in known.addresses) == sorted(f"{number} Main St" for number in range(20))
    assert len({one.id for one in known.addresses}) == MOST_ADDRESSES
    refused = customers.change(ADA, keeps(replace(HOME, line1="20 Main St")))
    assert isinstance(refused, Refusal)


def test_twenty_calls_with_one_key_have_one_effect(customers: CustomerTable) -> None:
    customers.make(customer())
    outcomes = at_once(20, lambda _: customers.change(ADA, says(name="Ada L."), key=key("key-0001")))
    assert all(isinstance(one, StoredCustomer) and one.customer.version == 2 for one in outcomes)
    assert isinstance(customers.change(ADA, says(name="Eve"), key=key("key-0001", "b")), KeyReused)
    later = customers.change(ADA, says(name="Lady L."))
    again = customers.change(ADA, says(name="\x00"), key=key("key-0001"))
    assert isinstance(later, StoredCustomer)
    assert again == StoredCustomer(customer=later.customer, replayed=True)
    assert isinstance(customers.change(ADA, says(), key=key("key-0002")), StoredCustomer)
    assert isinstance(customers.change(ADA, says(name="Eve"), key=key("key-0002", "b")), KeyReused)
    assert customers.get(ADA) == later.customer


def test_every_change_of_mind_is_in_the_log_whoever_comes_at_once(customers: CustomerTable) -> None:
    customers.make(customer())
    at_once(16, lambda number: customers.change(ADA, says(marketing_consent=number % 2 == 0)))
    log, known = customers.consents(ADA), customers.get(ADA)
    assert known
    assert [one.seq for one in log] == list(range(1, len(log) + 1))
    assert [one.granted for one in log] == [number % 2 == 0 for number in range(len(log))]
    assert known.consent == log[-1]
    assert known.version == len(log) + 1


def test_another_email_moves_its_place_in_the_same_moment(customers: CustomerTable, lists: CustomerLists) -> None:
    customers.make(customer(name="Ada", phone="+4930123456"))
    told = Told(email="Countess@Example.net", verified=True, at=LATER)
    with counted() as sent:
        customers.change(ADA, lambda old: Decision(customer=heard(old, told, LATER)))
    assert sent == Counter({GET: 1, WRITE: 1})
    for text, expected in (("ada@", []), ("countess@ex", [ADA]), ("count", [ADA]), ("ada 030", [ADA]), ("030", [ADA])):
        assert ids(lists.search(text, Window(10)).page.items) == expected, text
    assert ids(lists.of_email("COUNTESS@example.net")) == [ADA]
    assert lists.of_email("ada@example.org") == ()
    customers.change(ADA, says(name=None, phone=None))
    assert ids(lists.search("ada", Window(10)).page.items) == []
    places = {item["sk"]["S"] for item in scanned(customers) if item["pk"]["S"].startswith("FIND#")}
    assert places == {"countess@example.net\tc0ffee", "countess\tc0ffee"}


def test_wishes_at_once_are_all_there_once_and_as_many_as_may_be(customers: CustomerTable) -> None:
    customers.make(customer())
    at_once(20, lambda number: customers.wish(ADA, wishing(number // 2)))
    found = customers.wishlist(ADA)
    assert [one.variant_id for one in found.wishes] == [variant(number) for number in range(9, -1, -1)]
    at_once(10, lambda number: customers.wish(ADA, lambda old: unwished(old, variant(number))))
    assert customers.wishlist(ADA).wishes == ()
    for number in range(MOST_WISHES - 3):
        outcome = wishing(number)
        known = customers.wish(ADA, outcome) if number > MOST_WISHES - 10 else None
        assert known is None or isinstance(known, Wishlist)
    with counted() as sent:
        customers.wish(ADA, wishing(999))
    assert sent == Counter({GET: 1, WRITE: 1})
    with counted() as sent:
        customers.wish(ADA, wishing(999))
    assert sent == Counter({GET: 1})


def test_nobody_who_is_no_customer_has_wishes_or_is_changed(customers: CustomerTable) -> None:
    assert customers.wish(ADA, wishing(1)) == NoCustomer()
    assert customers.change(ADA, says(name="Ada")) == NoCustomer()
    assert customers.get(ADA) is None
    assert customers.everything(ADA) is None
    assert customers.many([ADA]) == {}
    assert scanned(customers) == []


def test_the_fullest_customer_fits_the_store_and_is_read_changed_and_erased(
    customers: CustomerTable, lists: CustomerLists
) -> None:
    wide = "\N{MATHEMATICAL FRAKTUR CAPITAL S}" * 255  # four bytes each
    home = Address(**(dict.fromkeys(Address.__slots__, wide) | {"country": "DE"}))  # type: ignore[attr-defined]  # a value has slots
    known = customer(name=" ".join(f"{letter}𠀀𠀁" for letter in "abcdefghijklmno"), phone="+491234567890123")
    customers.make(known)
    for number in range(MOST_ADDRESSES):
        outcome = customers.change(ADA, keeps(replace(home, line2=f"{number}")))
        assert isinstance(outcome, StoredCustomer)
    said = Said(
        wording="\N{MATHEMATICAL FRAKTUR CAPITAL S}" * LONGEST_WORDING,
        where="\N{MATHEMATICAL FRAKTUR CAPITAL S}" * LONGEST_WHERE,
    )
    last = Consent(seq=MOST_CONSENTS - 1, at=NOON, granted=True, wording=said.wording, where=said.where)
    for first in range(1, MOST_CONSENTS, 50):
        write = Transaction(customers.table)
        for seq in range(first, min(first + 50, MOST_CONSENTS)):
            write.put(items.consent_key(ADA, seq), items.consent_item(replace(last, seq=seq)))
        write.commit()
    customers.change(ADA, lambda old: Decision(customer=replace(old, version=old.version + 1, consent=last)))
    withdrawn = customers.change(ADA, says(said, marketing_consent=False, name=wide[:LONGEST_NAME]))
    assert isinstance(withdrawn, StoredCustomer)
    assert len(customers.consents(ADA)) == MOST_CONSENTS
    customers.wish(ADA, lambda _: Wishlist(version=1, wishes=_wishes()))
    with counted() as sent:
        found = customers.everything(ADA)
    assert isinstance(found, Everything)
    assert (len(found.consents), len(found.wishes)) == (MOST_CONSENTS, MOST_WISHES)
    assert sent[QUERY] <= 2
    with counted() as sent:
        customers.erase(ADA)
    assert sent[WRITE] == 4
    assert [item["sk"]["S"] for item in scanned(customers)] == [items.CUSTOMER]
    assert lists.search("a", Window(10)).page.items == ()


def _wishes() -> Any:
    known = Wishlist()
    for number in range(MOST_WISHES):
        outcome = wishing(number)(known)
        assert isinstance(outcome, Wishlist)
        known = outcome
    return known.wishes


def test_no_customer_is_found_by_more_terms_than_are_written_at_once() -> None:
    assert 2 * (MOST_WORDS + 3) + 4 <= 100


def seeded(customers: CustomerTable, who: CustomerId, canary: str) -> None:
    """A customer all of whose personal data holds the canary."""
    email = f"{canary}@example.org"
    customers.make(customer(id=who, name=f"Name {canary}", email=email, phone="+4930123456"))
    customers.change(who, keeps(replace(HOME, name=canary, line1=canary)), key=key())
    for granted in (True, False, True):
        customers.change(who, says(Said(wording=canary, where=canary), marketing_consent=granted))
    customers.change(who, says(name=f"Other {canary}"))
    customers.wish(who, wishing(1))


def test_erasing_leaves_nothing_of_one_and_all_of_another(
    customers: CustomerTable, lists: CustomerLists, clock: Clock
) -> None:
    seeded(customers, ADA, "canaryada")
    seeded(customers, CustomerId("ben"), "canaryben")
    before = customers.everything(CustomerId("ben"))
    kinds = {
        kind_of(TABLES["customers"], item["pk"]["S"], item["sk"]["S"])
        for item in scanned(customers)
        if "canaryada" in json.dumps(item)
    }
    assert {one.name for one in kinds if one} == {
        one.name for one in TABLES["customers"] if one.fate is Fate.ERASED
    } - {
        "wishlist",  # of which variants alone are said
        "place among all",  # which has an id alone
    }
    own = customers.everything(ADA)
    assert own
    assert [one.granted for one in own.consents] == [True, False, True]
    assert [one.variant_id for one in own.wishes] == [variant(1)]
    assert own.customer == customers.get(ADA)

    customers.erase(ADA)

    left = scanned(customers)
    assert "canaryada" not in json.dumps(left)
    own_left = [item for item in left if ADA in json.dumps(item) and not item["pk"]["S"].startswith("KEY#")]
    assert [(item["sk"]["S"], {*item}) for item in own_left] == [
        (items.CUSTOMER, {"pk", "sk", "erased_at", "expires_at"})
    ]
    assert float(own_left[0]["expires_at"]["N"]) > clock() + 3600
    assert customers.everything(CustomerId("ben")) == before
    assert ids(lists.all(Window(10)).items) == [CustomerId("ben")]
    assert ids(lists.search("030123", Window(10)).page.items) == [CustomerId("ben")]


def test_who_was_erased_does_not_come_back(customers: CustomerTable) -> None:
    customers.make(customer())
    customers.erase(ADA)
    customers.erase(ADA)
    assert customers.make(customer()) == NoCustomer()
    assert customers.change(ADA, says(name="Ada")) == NoCustomer()
    assert customers.wish(ADA, wishing(1)) == NoCustomer()
    assert customers.many([ADA]) == {}
    other = CustomerId("never-seen")
    customers.erase(other)
    assert customers.make(customer(id=other)) == NoCustomer()


def test_whatever_happens_meanwhile_erasing_leaves_nothing(customers: CustomerTable) -> None:
    customers.make(customer(name="Ada"))

    def act(number: int) -> None:
        if number == 0:
            customers.erase(ADA)
        elif number % 3 == 0:
            customers.make(customer(name="Ada"))
        elif number % 3 == 1:
            customers.change(ADA, says(marketing_consent=number % 2 == 0, name=f"Ada {number}"))
        else:
            customers.wish(ADA, wishing(number))

    at_once(16, act)
    assert [item["sk"]["S"] for item in scanned(customers)] == [items.CUSTOMER]


def test_an_erasure_that_died_is_carried_to_its_end(customers: CustomerTable, monkeypatch: pytest.MonkeyPatch) -> None:
    customers.make(customer())
    customers.wish(ADA, wishing(1))
    customers.change(ADA, says(marketing_consent=True))
    with monkeypatch.context() as broken:
        broken.setattr(customers.table, "answers", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            customers.erase(ADA)
    assert len(scanned(customers)) == 3
    assert customers.get(ADA) is None
    customers.erase(ADA)
    assert [item["sk"]["S"] for item in scanned(customers)] == [items.CUSTOMER]


def test_what_is_done_for_one_customer_costs_the_same_however_much_they_have(customers: CustomerTable) -> None:
    costs = []
    customers.make(customer())
    for full in (False, True):
        if full:
            for number in range(15):
                customers.change(ADA, keeps(replace(HOME, line1=f"{number} Main St")))
                customers.wish(ADA, wishing(100 + number))
                customers.change(ADA, says(marketing_consent=number % 2 == 0))
        acts: dict[str, Callable[[], object]] = {
            "get": lambda: customers.get(ADA),
            "make": lambda: customers.make(customer()),
            "save": partial(customers.change, ADA, keeps(replace(HOME, line2=f"{full}")), key=key()),
            "name": partial(customers.change, ADA, says(name=f"Ada {full}")),
            "wish": partial(customers.wish, ADA, wishing(int(full))),
            "wishlist": lambda: customers.wishlist(ADA),
            "consents": lambda: customers.consents(ADA),
            "everything": lambda: customers.everything(ADA),
        }
        found = {}
        for name, act in acts.items():
            with counted() as sent:
                act()
            found[name] = sent
        costs.append(found)
    assert costs[0] == costs[1]
    change = Counter({GET: 1, WRITE: 1})
    assert costs[0] == {
        "get": Counter({GET: 1}),
        "make": Counter({WRITE: 1, GET: 1}),
        "save": change,
        "name": change,
        "wish": change,
        "wishlist": Counter({GET: 1}),
        "consents": Counter({QUERY: 1}),
        "everything": Counter({QUERY: 1}),
    }
