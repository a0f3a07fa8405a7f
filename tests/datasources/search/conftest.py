"""A table and a bucket of the embedded AWS for each test."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from datasources.dynamo.table import Table
from datasources.faults import StoreUnavailable
from datasources.s3.snapshots import Snapshots
from datasources.search.log import SearchLog
from datasources.search.reader import SearchReader
from datasources.search.writer import SearchWriter
from domain.catalog.listing import Rated
from domain.catalog.products import Product
from domain.ids import ProductId
from domain.money import CurrencyCode


@pytest.fixture
def table(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    name = f"search-{uuid.uuid4().hex}"
    client: Any = botocore.session.get_session().create_client("dynamodb")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
    )
    client.close()
    return Table(name, {})


@pytest.fixture
def log(table: Table) -> SearchLog:
    return SearchLog(table)


@dataclass
class Bucket:
    """A bucket, and what lies in it."""

    name: str
    client: Any

    @property
    def keys(self) -> list[str]:
        return [one["Key"] for one in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]


@pytest.fixture
def bucket(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    made = Bucket(f"search-{uuid.uuid4().hex}", botocore.session.get_session().create_client("s3", config=Config()))
    made.client.create_bucket(Bucket=made.name)
    return made


@pytest.fixture
def snapshots(bucket: Bucket) -> Snapshots:
    return Snapshots(bucket.name)


@dataclass
class Shop:
    """Products as a store has them, and everything that follows them. ``down``: the store is out of reach."""

    log: SearchLog
    snapshots: Snapshots
    products: dict[ProductId, Product] = field(default_factory=dict)
    now: float = 1_000_000.0
    ratings: dict[ProductId, Rated] = field(default_factory=dict)
    down: bool = False
    scans: int = 0
    loads: list[int] = field(default_factory=list)

    def load(self, ids: Any) -> dict[ProductId, Product]:
        if self.down:
            raise StoreUnavailable("DynamoDB", "down")
        self.loads.append(len(ids))
        return {one: self.products[one] for one in ids if one in self.products}

    def load_ratings(self, ids: Any) -> dict[ProductId, Rated]:
        return {one: self.ratings[one] for one in ids if one in self.ratings}

    def scan(self) -> list[Product]:
        self.scans += 1
        return list(self.products.values())

    def clock(self) -> float:
        return self.now

    def reader(self) -> SearchReader:
        return SearchReader(
            self.log, self.snapshots, load_products=self.load, load_ratings=self.load_ratings,
            scan_products=self.scan, clock=self.clock, currency=CurrencyCode.USD,
        )  # fmt: skip

    def writer(self) -> SearchWriter:
        return SearchWriter(self.log, self.snapshots, self.reader(), clock=self.clock)

    def store(self, *products: Product) -> list[ProductId]:
        self.products |= {one.id: one for one in products}
        return [one.id for one in products]


@pytest.fixture
def shop(log: SearchLog, snapshots: Snapshots) -> Shop:
    return Shop(log, snapshots)
