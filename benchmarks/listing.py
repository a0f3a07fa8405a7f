"""Lists of orders among ever more of them: requests and milliseconds of a page, on Amazon's own DynamoDB Local.

``python -m benchmarks.listing``: a table of its own, to which orders are added until there are as many as each of SIZES
says. They are spread over a year, half of them are confirmed, and one in a hundred is of the customer who asks. Most
of its three minutes go into writing the orders.
"""

import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import boto3

from benchmarks.report import Table
from datasources.dynamo import order_items
from datasources.dynamo.order_lists import OrderLists
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.table import Item, ItemKey
from datasources.roundtrips import counted
from domain.ids import CustomerId, OrderId
from domain.orders import life
from domain.orders.machine import Done
from domain.orders.orders import Order
from domain.orders.statuses import OrderStatus, PaymentStatus
from domain.orders.storing import KeptOrder, OrderFilter
from domain.pages import Page, Window
from local.aws import ACCESS_KEY, REGION, SECRET_KEY
from resolvers._kit.ids import new_id
from resolvers._kit.settings import Table as Declared
from resolvers._kit.settings import resources
from resolvers.orders.settings import Settings
from tests.datasources.reference import dynamodb_local
from tests.domain.orders.making import begun, purchase
from tests.shop import make_table

SIZES: Final = (100, 1_000, 10_000, 100_000)
TURNS: Final = 40
PAGE: Final = 20
ASKING: Final = CustomerId("the-customer-who-asks")
SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)
BATCH: Final = 25
"""Items of one BatchWriteItem, the most there may be."""
MEMORY: Final = "-Xmx3g"

type Read = Callable[[], Page[Order]]


def stored(number: int) -> Iterator[dict[str, Any]]:
    """The items of an order, as they lie in the table."""
    customer = ASKING if number % 100 == 0 else CustomerId(f"customer-{number % 977}")
    bought = replace(purchase(), customer_id=customer, email=f"buyer{number % 977}@example.org")
    at = SINCE + timedelta(seconds=number * 313 % 31_000_000)
    done = begun(bought, OrderId(new_id("order")), at)
    if number % 2:
        confirmed = life.confirm(done.order, "bench", at)
        assert isinstance(confirmed, Done)
        done = confirmed
    order, place = done.order, order_items.place_of(done.order)
    rows: tuple[tuple[ItemKey, Item], ...] = (
        (order_items.order_key(order.id), order_items.order_item(KeptOrder(order=order, last=done.event))),
        (order_items.entry_key(order), order_items.entry_item(order)),
        (ItemKey(order_items.email_pk(order.email), place), {}),
        (ItemKey(order_items.customer_pk(customer), place), order_items.places_item(order)),
    )
    for key, item in rows:
        yield {"PutRequest": {"Item": {"pk": {"S": key.pk}, "sk": {"S": key.sk}, **item}}}


def add(client: Any, table: str, numbers: range) -> None:
    """Put so many more orders into the table."""
    for items in itertools.batched(itertools.chain.from_iterable(map(stored, numbers)), BATCH, strict=False):
        left = {table: list(items)}
        while left:
            left = client.batch_write_item(RequestItems=left).get("UnprocessedItems")


def reads(lists: OrderLists) -> dict[str, Read]:
    """What is asked for, by what it is."""
    whole = Window(PAGE)
    confirmed = OrderFilter(status=OrderStatus.CONFIRMED)
    two = OrderFilter(status=OrderStatus.CONFIRMED, payment_status=PaymentStatus.AUTHORIZED)
    deep = lists.all(OrderFilter(), Window(100)).places[-1]
    return {
        "all, first page": lambda: lists.all(OrderFilter(), whole),
        "all, after the 100th": lambda: lists.all(OrderFilter(), Window(PAGE, place=deep)),
        "of one status": lambda: lists.all(confirmed, whole),
        "of two statuses": lambda: lists.all(two, whole),
        "of a customer": lambda: lists.of_customer(ASKING, whole),
        "of an e-mail": lambda: lists.all(OrderFilter(search="buyer7@example.org"), whole),
    }


def cost(read: Read) -> tuple[int, float]:
    """Requests and median milliseconds of a read."""
    with counted() as sent:
        read()
    times = []
    for _ in range(TURNS):
        started = time.perf_counter()
        read()
        times.append((time.perf_counter() - started) * 1000)
    return sent.total(), median(times)


def run() -> Table:
    """Measure at each size."""
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder, dynamodb_local(Path(folder) / "log", MEMORY) as endpoint:
        os.environ.update(
            AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY,
            AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION,
        )  # fmt: skip
        declared = next(one for one in resources(Settings).values() if isinstance(one, Declared))
        make_table(endpoint, declared, "orders")
        client = boto3.client("dynamodb")
        lists = OrderLists(OrderTable("orders"))
        for before, size in itertools.pairwise((0, *SIZES)):
            add(client, "orders", range(before, size))
            for what, read in reads(lists).items():
                requests, milliseconds = cost(read)
                found.setdefault(what, []).append(f"{milliseconds:.1f} ({requests})")
    rows = [[what, *cells] for what, cells in found.items()]
    columns = ("list", *(f"{size:,} orders" for size in SIZES))
    return Table(f"A page of {PAGE} orders: milliseconds (requests)", columns, rows)


if __name__ == "__main__":
    from benchmarks.report import show

    show("listing", run())
