"""To be forgotten: refused while something is owed, whole in the end, and for good though a token is still about."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from domain.ids import JobId
from domain.operations.jobs import TOKEN_LIFE
from resolvers.operations import working
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import DETAILS, begun
from tests.resolvers.cart.passing import forget
from tests.resolvers.catalog.making import name
from tests.resolvers.operations.canaries import objects, tables
from tests.resolvers.operations.making import (
    Person,
    account_of,
    archive,
    erase,
    export,
    fetched,
    joined,
    react,
    read,
    sweep,
    work,
)
from tests.resolvers.orders import making as orders
from tests.resolvers.payments.making import paid, sending
from tests.shop import GROUPS, Shop

FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def ada(shop: Shop) -> Person:
    return joined(shop)


@pytest.fixture
def clerk(shop: Shop) -> Iterator[Person]:
    found = joined(shop)
    GROUPS[found.name] = ["finance"]
    yield found
    del GROUPS[found.name]


def illegal(payload: Any) -> str:
    """What an erasure is refused with."""
    (error,) = payload["userErrors"]
    assert (payload["job"], error["code"], error["allowed"]) == (None, "ILLEGAL_TRANSITION", [])
    message: str = error["message"]
    return message


def holding(shop: Shop, person: Person) -> list[str]:
    """The tables with anything that names somebody's account, but for what goes by itself."""
    lapsing = ("KEY#", "RATE#")
    return [
        name_
        for name_, items in tables(shop).items()
        if name_ != "operations"
        and any(person.sub in str(one) for one in items if not one["pk"]["S"].startswith(lapsing))
    ]


def test_whom_the_shop_owes_something_is_told_what_and_stays_who_they_are(shop: Shop, ada: Person) -> None:
    order = orders.ordered(shop, (orders.variant(shop), 1), person=ada.name)
    assert illegal(erase(shop, ada)).startswith(f"order {order['number']} is under way")
    other = joined(shop)
    sending(shop)
    forget(shop)
    payment = paid(shop, person=other.name)
    assert illegal(erase(shop, other)).startswith(f"payment {payment['id']} waits for its order")
    assert account_of(shop, ada)["Enabled"]
    assert shop.ask("{ me { email } }", person=ada.name)["me"]["email"] == ada.email


def test_who_works_here_is_not_erased_by_themselves(shop: Shop, clerk: Person) -> None:
    assert "administrator" in illegal(erase(shop, clerk))
    assert account_of(shop, clerk)["Enabled"]


def test_the_first_step_shuts_the_account_and_the_last_removes_it(shop: Shop, ada: Person) -> None:
    job = erase(shop, ada)["job"]
    enabled = []
    while found := [record for records in shop.news("operations") for record in records]:
        react(shop, *found)
        account = account_of(shop, ada)
        enabled.append(account and account["Enabled"])
    assert enabled[:2] == [True, False]
    assert set(enabled[1:-2]) == {False}
    assert enabled[-1] is None
    ended = read(shop, job, ada.name)
    assert ended["status"] == "SUCCEEDED"
    told = fetched(ended["reportUrl"]).decode()
    assert "tax law" in told
    assert ada.email not in told
    assert ada.sub not in told
    assert read(shop, job, "staff")["reportUrl"] is None


def test_twice_at_once_is_one_job_and_again_is_answered_with_it(shop: Shop, ada: Person) -> None:
    key = name("key")
    told = at_once(8, lambda number: erase(shop, ada, key=key if number % 2 else ""))
    assert len({one["job"]["id"] for one in told}) == 1
    work(shop)
    assert erase(shop, ada, key=key)["job"]["status"] == "SUCCEEDED"
    later = erase(shop, ada)
    assert [(one["code"], one["field"]) for one in later["userErrors"]] == [("NOT_FOUND", None)]


def test_an_export_that_runs_meanwhile_is_stopped_and_one_that_was_made_is_gone(shop: Shop, ada: Person) -> None:
    made = export(shop, ada.name)["job"]
    work(shop)
    assert archive(fetched(read(shop, made, ada.name)["reportUrl"]))
    runs = export(shop, ada.name)["job"]
    for _ in range(3):
        react(shop, *(record for records in shop.news("operations") for record in records))
    assert read(shop, runs, ada.name)["status"] == "RUNNING"
    own = [job["id"] for job in (made, runs)]
    assert {key.partition("/")[0] for key in objects(shop)["archives"]} >= {*own}
    reactor = shop.reacting("operations")
    job = reactor.jobs.get(JobId(erase(shop, ada)["job"]["id"]))
    while job.next != "account":  # the export is held up, by a slow store say
        working.step(reactor.works, job)
        job = reactor.jobs.get(job.id)
    work(shop)
    assert read(shop, runs, ada.name)["status"] == "FAILED"
    assert read(shop, made, ada.name)["status"] == "SUCCEEDED"
    assert not [key for key in objects(shop)["archives"] if key.partition("/")[0] in own]
    assert account_of(shop, ada) is None


def test_what_comes_to_be_owed_meanwhile_is_waited_for(
    shop: Shop, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = erase(shop, ada)["job"]
    order = orders.ordered(shop, (orders.variant(shop), 1), person=ada.name)
    work(shop)
    waiting = read(shop, job, ada.name)
    assert (waiting["status"], account_of(shop, ada)["Enabled"]) == ("RUNNING", False)
    assert orders.read(shop, order["id"], "staff")["email"] == orders.EMAIL
    monkeypatch.setattr("datasources.personal.orders.under_way", lambda _: False)
    monkeypatch.setattr("domain.orders.erasing.under_way", lambda _: False)
    _swept(shop, job)
    work(shop)
    assert read(shop, job, ada.name)["status"] == "SUCCEEDED"
    assert orders.read(shop, order["id"], "staff")["email"] == "erased@example.invalid"
    assert account_of(shop, ada) is None


def test_what_a_token_that_is_still_about_leaves_behind_is_gone_within_a_day(shop: Shop, ada: Person) -> None:
    job = erase(shop, ada)["job"]
    work(shop)
    cart = begun(shop, (orders.variant(shop), 1), person=ada.name)
    shop.ask(DETAILS, {"id": cart["id"], "input": {"email": "late@example.org"}}, person=ada.name)
    assert shop.ask("{ me { email } }", person=ada.name)["me"] is None
    assert holding(shop, ada) == ["cart", "customers"]
    sweep(shop)
    assert holding(shop, ada) == ["cart", "customers"], "the token may still be about"
    _swept(shop, job)
    assert "late@example.org" not in str(tables(shop)["cart"])
    assert holding(shop, ada) == ["customers"], "where it says that they are erased"
    assert job["id"] not in [one.id for one in shop.reacting("operations").jobs.waiting(FAR, 100)]


def _swept(shop: Shop, job: Any) -> None:
    """The sweep of the next day, as far as it is about a job."""
    works = shop.reacting("operations").works
    at = works.jobs.get(JobId(job["id"])).updated_at + TOKEN_LIFE + timedelta(seconds=1)
    with suppress(ExceptionGroup):
        working.sweep(structs.replace(works, now=lambda: at))
