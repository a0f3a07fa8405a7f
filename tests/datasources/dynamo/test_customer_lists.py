"""Lists of customers on both stores: what an oracle says, both ways, at a cost that does not grow."""

import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from datasources.dynamo import customer_lists
from datasources.dynamo.customer_lists import CustomerLists
from datasources.dynamo.customers import CustomerTable
from datasources.roundtrips import counted
from domain.customers.customers import Customer
from domain.ids import CustomerId
from domain.pages import BadPage, Page, Window
from resolvers.customers.settings import Settings
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_holds import Clock
from tests.domain.customers.making import customer

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
FIRST = ["Anna", "ANNE", "Änne", "Jörg", "Jorg", "Zoë", "Ole", "Øle", "Anna-Maria", "Li", "王伟", "Ольга"]
LAST = ["Müller", "MULLER", "Groß", "Gross", "O'Brien", "von der Annen", "Łukasz", "Anna", "Smith-Jones"]
HOSTS = ["example.org", "Example.net"]
SEARCHES = [
    "a", "an", "anna", "ANNA", "änn", "anna m", "m anna", "müll", "mull", "groß", "gro", "jörg g", "ole", "øl",
    "o'b", "obrien", "smith jones", "jones anna", "von an", "w", "王", "ольга", "user1", "user1@", "USER12@Example.ORG",
    "user1@example.n", "anna user1", "user2 ann", "+49", "+4915", "015 1", "0049151000", "151", "x", "@", "", " ", "9",
]  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    found = Clock()
    found.now = (NEW_YEAR + timedelta(days=1)).timestamp()
    return found


@pytest.fixture
def customers(endpoint: str, clock: Clock) -> CustomerTable:
    return CustomerTable(new_table(endpoint, Settings), clock=clock)


@pytest.fixture
def lists(customers: CustomerTable, clock: Clock) -> CustomerLists:
    return CustomerLists(customers, clock=clock)


def many(customers: CustomerTable, count: int) -> list[Customer]:
    """Customers of two years, the newest first."""
    chance, made = random.Random(7), []
    for number in range(count):
        at = NEW_YEAR + timedelta(minutes=chance.randint(-500, 500))
        one = customer(
            id=CustomerId(f"id-{chance.randint(0, 10**9):09}"),
            name=chance.choice([None, f"{chance.choice(FIRST)} {chance.choice(LAST)}"]),
            email=f"{chance.choice(['User', 'anna.user'])}{number}@{chance.choice(HOSTS)}",
            phone=chance.choice([None, f"+49151000{number:03}", f"+1415555{number:04}"]),
            created_at=at,
            updated_at=at,
        )
        customers.make(one)
        made.append(one)
    return sorted(made, key=lambda one: (one.created_at, one.id), reverse=True)


def plain(text: str) -> str:
    """The oracle's own way to compare: an alphabet of what is in these tests."""
    text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return text.casefold().replace("ø", "o").replace("ł", "l")


def fits(one: Customer, text: str) -> bool:
    """Whether a search should find a customer: every word begins one of theirs."""
    local = one.email.partition("@")[0]
    words = plain(f"{one.name or ''} {local}").replace("-", " ").replace("'", " ").replace(".", " ").split()
    numbers = []
    if one.phone:
        numbers = [one.phone[1:], one.phone[3:] if one.phone.startswith("+49") else one.phone[2:]]
    if text.strip() and all(letter in "+0123456789 " for letter in text):
        return any(number.startswith(text.replace(" ", "").lstrip("+0")) for number in numbers)
    asked = plain(text).split()
    emails = [part for part in asked if "@" in part]
    rest = " ".join(part for part in asked if "@" not in part).replace("-", " ").replace("'", " ").split()
    return bool(emails or rest) and (
        all(plain(one.email).startswith(part) for part in emails)
        and all(any(word.startswith(part) for word in words + numbers) for part in rest)
    )


def walked(page: Callable[[Window], Page[Customer]], size: int, *, backward: bool) -> list[CustomerId]:
    """All pages of a list, in the order of the list."""
    found: list[CustomerId] = []
    window = Window(size, None, backward)
    while True:
        one = page(window)
        ids = [customer.id for customer in one.items]
        assert len(ids) <= size
        found = ids + found if backward else found + ids
        if not (one.has_previous if backward else one.has_next):
            return found
        assert ids, "a page that is not the last holds something to go on from"
        window = Window(size, one.places[0 if backward else -1], backward)


def page_of(lists: CustomerLists, text: str, window: Window) -> Page[Customer]:
    return lists.search(text, window).page


def test_all_customers_are_listed_newest_first_both_ways(customers: CustomerTable, lists: CustomerLists) -> None:
    every = [one.id for one in many(customers, 20)]
    for size in (3, 7, 100):
        for backward in (False, True):
            assert walked(lists.all, size, backward=backward) == every


def test_a_search_finds_who_the_oracle_says_once_both_ways(customers: CustomerTable, lists: CustomerLists) -> None:
    every = many(customers, 50)
    hits = 0
    for text in SEARCHES:
        expected = {one.id for one in every if fits(one, text)}
        pages = partial(page_of, lists, text)
        forward = walked(pages, 9, backward=False)
        assert len(forward) == len(set(forward))
        assert set(forward) == expected, text
        assert walked(pages, 8, backward=True) == forward
        hits += len(expected)
    assert hits > 200, "the searches find somebody"
    for one in every[:10]:
        assert [found.id for found in lists.of_email(one.email.upper())] == [one.id]
    for nobody in ("user", "user1@example", "@", "", "user 1@example.org"):
        assert lists.of_email(nobody) == ()


def test_an_email_is_not_mistaken_for_one_that_is_written_alike(customers: CustomerTable, lists: CustomerLists) -> None:
    customers.make(customer(id=CustomerId("one"), email="jorg@example.org"))
    customers.make(customer(id=CustomerId("two"), email="jörg@example.org"))
    assert [one.id for one in lists.of_email("Jörg@example.org")] == ["two"]
    assert [one.id for one in lists.of_email("JORG@example.org")] == ["one"]


def test_a_page_costs_the_same_however_many_customers_there_are(customers: CustomerTable, lists: CustomerLists) -> None:
    costs = []
    for round_ in range(2):
        for number in range(12 + 12 * round_):
            at = NEW_YEAR - timedelta(minutes=number)
            own = CustomerId(f"{round_}-{number}")
            customers.make(customer(id=own, name="Anna Anders", email=f"an{round_}{number}@e.org", created_at=at))
        asked: dict[str, Callable[[], object]] = {
            "all": lambda: lists.all(Window(10)),
            "word": lambda: lists.search("an", Window(10)).page,
            "words": lambda: lists.search("an anders", Window(10)).page,
            "email": lambda: lists.search("an@", Window(10)).page,
            "nothing": lambda: lists.search("", Window(10)).page,
            "one": lambda: lists.of_email("an01@e.org"),
        }
        found = {}
        for name, ask in asked.items():
            with counted() as sent:
                ask()
            found[name] = sent
        costs.append(found)
    assert costs[0] == costs[1]
    query, read = "dynamodb.Query", "dynamodb.BatchGetItem"
    assert costs[0] == {
        # The new year has begun and has no customers yet, so that the old one is asked too.
        "all": Counter({query: 2, read: 1}),
        "word": Counter({query: 1, read: 1}),
        "words": Counter({query: 1, read: 1}),
        "email": Counter({query: 1}),
        "nothing": Counter(),
        "one": Counter({query: 1, read: 1}),
    }


def test_a_search_that_finds_too_many_says_so(
    customers: CustomerTable, lists: CustomerLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        customers.make(customer(id=CustomerId(f"{number}"), name="Anna", email=f"user{number}@example.org"))
    assert lists.search("anna", Window(10)).complete
    monkeypatch.setattr(customer_lists, "MOST_PLACES", 4)
    found = lists.search("anna", Window(10))
    assert (len(found.page.items), found.complete, found.page.has_next) == (4, False, False)
    assert lists.search("anna user5", Window(10)).complete, "the longer word is looked for"


def test_a_forged_place_is_refused_or_some_place_of_the_list(customers: CustomerTable, lists: CustomerLists) -> None:
    customers.make(customer(name="Anna"))
    texts: list[Any] = [("x" * 200,), ("\udc80",), ("",), ("20é6",), ("nowhere",)]
    none: list[Any] = [(1,), ("a", "b"), ()]
    for place in texts + none:
        with pytest.raises(BadPage):
            lists.all(Window(10, place))
    for place in texts:
        assert len(lists.search("anna", Window(10, place)).page.items) <= 1
    for place in none:
        with pytest.raises(BadPage):
            lists.search("anna", Window(10, place))
