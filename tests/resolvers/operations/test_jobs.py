"""Jobs through the graph: begun once, watched by whose they are, carried on whoever dies, and ended once."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from datasources.dynamo.job_stream import job_change
from datasources.faults import StoreUnavailable
from resolvers._kit.faults import InternalFault
from resolvers.operations import working
from resolvers.operations.announcing import publication_of
from tests.datasources.dynamo.test_races import at_once
from tests.dying import Died, Fate
from tests.resolvers.cart.test_access import asked_to_listen
from tests.resolvers.catalog.making import name
from tests.resolvers.operations.making import (
    CHANGES,
    READ,
    Person,
    account_of,
    archive,
    erase,
    export,
    fetched,
    joined,
    parsed,
    react,
    read,
    sweep,
    work,
)
from tests.shop import FUNCTION, Shop

NOWHERE = "job_" + "0" * 26


@pytest.fixture
def ada(shop: Shop) -> Person:
    return joined(shop)


def codes(payload: Any) -> list[tuple[str, Any]]:
    assert payload["job"] is None
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def changes(shop: Shop, job: Any, person: str, after: int = 0) -> Any:
    return shop.ask(CHANGES, {"id": job["id"], "after": after}, person=person)["jobChanges"]


def test_an_export_is_queued_runs_part_by_part_and_ends_with_an_archive_for_its_owner(shop: Shop, ada: Person) -> None:
    job = export(shop, ada.name)["job"]
    assert (job["status"], job["rows"], job["done"], job["reportUrl"]) == ("QUEUED", None, 0, None)
    work(shop)
    ended = read(shop, job, ada.name)
    assert (ended["status"], ended["failed"], ended["done"]) == ("SUCCEEDED", 0, ended["rows"])
    files = archive(fetched(ended["reportUrl"]))
    assert parsed(files, "account.json")["attributes"]["email"] == ada.email
    assert "README.txt" in files
    told = changes(shop, job, ada.name)
    assert [one["seq"] for one in told] == list(range(1, ended["version"] + 1))
    assert [one["job"]["done"] for one in told] == [0, *range(ended["rows"] + 1)]
    assert told[-1]["job"] == ended | {"reportUrl": None}, "a link is for who asks"
    assert changes(shop, job, ada.name, ended["version"] - 1) == told[-1:]
    assert read(shop, job, "staff") == ended | {"reportUrl": None}


def test_another_customers_job_is_as_one_that_there_is_not(shop: Shop, ada: Person) -> None:
    job = export(shop, ada.name)["job"]
    for person, seen in (("other", False), ("finance", False), ("staff", True), ("admin", True), (ada.name, True)):
        assert (read(shop, job, person) is not None) is seen, person
        assert bool(changes(shop, job, person)) is seen, person
        told = asked_to_listen(shop, "operations", "jobChanged", person, jobId=job["id"])
        assert told == (None if seen else "BadRequest: there is no such job"), person
    for id_ in (NOWHERE, "x", "", "\U0001f511", job["id"].upper()):
        assert shop.ask(READ, {"id": id_}, person=ada.name)["job"] is None
    denied = shop.send(READ, {"id": job["id"]})
    assert "Not Authorized" in str(denied)
    assert "afterSeq" in str(shop.send(CHANGES, {"id": job["id"], "after": -1}, person=ada.name))
    work(shop)


def test_requests_at_once_begin_one_job(shop: Shop, ada: Person) -> None:
    key = name("key")
    told = at_once(12, lambda number: export(shop, ada.name, key if number % 2 else ""))
    assert {one["job"]["id"] for one in told} == {told[0]["job"]["id"]}
    assert codes(export(shop, ada.name, "7 signs")) == [("INVALID", ["idempotencyKey"])]
    work(shop)
    assert codes(erase(shop, ada, key=key)) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    assert export(shop, ada.name, key)["job"]["id"] == told[0]["job"]["id"]
    assert export(shop, ada.name)["job"]["id"] != told[0]["job"]["id"]
    work(shop)


def test_what_is_published_is_what_was_stored_and_nobody_else_may(shop: Shop, ada: Person) -> None:
    job = export(shop, ada.name)["job"]
    records = [record for records in shop.news("operations") for record in records]
    (told,) = [one for record in records if (one := publication_of(job_change, record))]
    document = """mutation($seq: Int!, $payload: AWSJSON!) {
      publishJobChange(seq: $seq, payload: $payload) { seq jobId job { id status done reportUrl } at }
    }"""
    answer = shop.ask(document, told.variables, person=FUNCTION)["publishJobChange"]
    assert (answer["seq"], answer["jobId"], answer["job"]["status"]) == (1, job["id"], "QUEUED")
    assert "Unauthorized" in str(shop.send(document, told.variables, person="admin"))
    for wrong in ({"seq": 2}, {"payload": '{"id": "x"}'}):
        assert "BadRequest" in str(shop.send(document, {**told.variables, **wrong}, person=FUNCTION))
    react(shop, *records)
    work(shop)


def test_who_is_told_twice_or_late_does_nothing_twice(shop: Shop, ada: Person) -> None:
    job = export(shop, ada.name)["job"]
    told: list[Any] = []
    while found := [record for records in shop.news("operations") for record in records]:
        told += found
        at_once(4, lambda _, some=tuple(found): react(shop, *some))  # type: ignore[misc]  # bound here
        react(shop, *reversed(told))
    ended = read(shop, job, ada.name)
    assert ended["status"] == "SUCCEEDED"
    assert ended["version"] == ended["rows"] + 2
    react(shop, *told)
    assert read(shop, job, ada.name)["version"] == ended["version"]


@pytest.mark.parametrize("wish", ["export", "erase"])
def test_whoever_dies_wherever_is_carried_on_and_it_ends_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    jobs = shop.reacting("operations").jobs
    for at in range(0, 1_000, 5):  # before and after by turns
        person, fate = joined(shop), Fate(at)
        job = (export(shop, person.name) if wish == "export" else erase(shop, person))["job"]
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "store", fate.of(jobs.store))
            while found := [record for records in shop.news("operations") for record in records]:
                try:
                    react(shop, *found)
                except Died:
                    react(shop, *found)
        ended = read(shop, job, person.name)
        assert (ended["status"], ended["version"]) == ("SUCCEEDED", ended["rows"] + 2), at
        if wish == "erase":
            assert account_of(shop, person) is None
        if not fate.died:
            break
    assert at > 10


def swept(shop: Shop, at: datetime) -> None:
    """The sweep of a day; that erasures of other tests cannot be looked at keeps it from nothing."""
    with suppress(ExceptionGroup):
        working.sweep(structs.replace(shop.reacting("operations").works, now=lambda: at))


def test_what_was_lost_is_found_by_the_sweep_and_given_up_in_the_end(
    shop: Shop, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = export(shop, ada.name)["job"]
    jobs = shop.reacting("operations").jobs

    def away(*_: Any) -> Any:
        raise StoreUnavailable("DynamoDB", "out of reach")

    with monkeypatch.context() as patch:
        patch.setattr("domain.operations.life.MOST_TRIES", 3)
        patch.setattr("datasources.dynamo.carts.CartTable.all_of_customer", away)
        with pytest.raises(InternalFault):
            work(shop)
        stuck = read(shop, job, ada.name)
        sweep(shop)
        assert read(shop, job, ada.name) == stuck, "too little time has passed"
        for tries in range(1, 4):
            swept(shop, jobs.get(job["id"]).updated_at + timedelta(days=1))
            assert jobs.get(job["id"]).tries == tries
            with pytest.raises(InternalFault):
                work(shop)
        swept(shop, jobs.get(job["id"]).updated_at + timedelta(days=1))
    work(shop)
    ended = read(shop, job, ada.name)
    assert (ended["status"], ended["failed"], ended["done"]) == ("PARTIAL", 1, ended["rows"] - 1)
    assert "Could not be had this time: cart" in archive(fetched(ended["reportUrl"]))["README.txt"]


def test_who_asks_without_end_is_told_to_wait(shop: Shop, ada: Person) -> None:
    told = [export(shop, ada.name) for _ in range(21)]
    assert {one["job"]["id"] for one in told[:20]} == {told[0]["job"]["id"]}
    assert codes(told[20]) == [("THROTTLED", None)]
    work(shop)
