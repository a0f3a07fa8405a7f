"""Work per operation does not grow: the budgets of budgets.toml hold, and a page of 100 costs what one of 10 does."""

import itertools
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from valkey import Valkey

from benchmarks.catalogue import seed
from benchmarks.reviews import seed as seed_reviews
from benchmarks.reviews import written
from datasources.dynamo.terms import TermsTable
from datasources.dynamo.transactions import Transaction
from datasources.roundtrips import counted
from domain.addresses import Address
from domain.cart.shipping import Place
from domain.cart.taxes import TaxRate
from domain.catalog.products import Product
from domain.customers.addressing import saved
from domain.customers.customers import Customer
from domain.customers.signing import Told, signed_up
from domain.customers.storing import Decision
from domain.customers.wishes import Wish
from domain.ids import CustomerId, JobId, OrderId, PaymentId, ProductId
from domain.keys import Key
from domain.media.showing import shown_of
from domain.operations.jobs import Job, JobKind
from domain.operations.life import begun as begun_job
from domain.operations.life import passed, started
from domain.reviews.ratings import KeptRating, RatingChange, RatingSummary
from domain.sessions import GuestContext
from resolvers._kit.ids import new_id
from resolvers.cart.announcing import announcement_of as cart_announcement
from resolvers.cart.selections import DOCUMENTS as CARTS
from resolvers.catalog.announcing import announcement_of
from resolvers.catalog.selections import DOCUMENTS
from resolvers.inventory import announcing
from resolvers.inventory.selections import DOCUMENTS as STOCK
from resolvers.media.announcing import Announcement as MediaAnnouncement
from resolvers.media.selections import DOCUMENTS as MEDIA
from resolvers.operations.selections import DOCUMENTS as JOBS
from resolvers.orders.announcing import announcement_of as order_announcement
from resolvers.orders.selections import DOCUMENTS as ORDERS
from resolvers.reviews.announcing import announcement_of as review_announcement
from resolvers.reviews.selections import DOCUMENTS as REVIEWS
from schema.api import ROOTS, routes
from tests.domain.cart.strategies import flat_rate, percent, vat, zone
from tests.domain.orders.making import begun as begun_order
from tests.domain.orders.making import purchase
from tests.resolvers.cart.making import ADDRESS, begun, wanted
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.catalog.making import collection, name, product_input
from tests.resolvers.customers.making import Door
from tests.resolvers.inventory.making import ADJUST, adjust, line, warehouse
from tests.resolvers.media.making import announced, media_input, picture, ready
from tests.resolvers.media.test_downloads import Bought
from tests.resolvers.orders.making import CONFIRM, DELIVER, FULFILL, RETURN, TOKEN, done, ordered, units
from tests.resolvers.payments.making import capture, paid, payable, start
from tests.resolvers.reviews.making import sold
from tests.shop import EMAILS, SUBS, Shop, opened

BUDGETS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text())
SIZED = [operation for operation, budget in BUDGETS.items() if "$size" in budget["document"]]
TRIES = 3
"""The search index looks for news once a second, whoever asks: the least of a few tries is the operation's own cost."""


class Stocked:
    """A shop with 110 products, and the means to cool its cache."""

    def __init__(self, shop: Shop, cache: Any) -> None:
        self.shop, self.cache = shop, cache
        self.units = itertools.count(1)
        self.status = itertools.cycle(["ARCHIVED", "ACTIVE"])
        _, products = seed(shop.handler.store, 110)
        for _ in range(12):
            collection(shop)
        shop.settle()
        self.product, self.edited = products[:2]
        inventory = shop.handlers["inventory"].store
        self.warehouses = [warehouse(code) for code in ("EAST", "WEST")]
        for one in self.warehouses:
            inventory.save_warehouse(None, one)
        self.variants = [one.id for one in self.product.variants]
        shop.ask(ADJUST, {"changes": self.received(10_000), "key": name("key")}, person="staff")

        self.viewed = [product.id for product in products[10:30]]
        self.goods = [product.variants[0].id for product in products[:50]]
        self.many = [product.variants[-1].id for product in products[:110]]
        for some in (self.goods[:25], self.goods[25:]):
            place = self.warehouses[0].id
            adjust(shop, *(line(one, place, 1_000) for one in some))
        self.terms()
        self.full = begun(shop, *((one, 2) for one in self.goods))
        self.small, self.coded = (begun(shop, (self.goods[0], 1)) for _ in range(2))
        begun(shop, (self.goods[1], 1), person="shopper")
        self.download = on_sale(shop, units=None, kind="DIGITAL")
        adjust(shop, line(self.download, self.warehouses[0].id, 10_000))
        self.long = self.another_parcel(900, 100)
        self.placed(110)
        self.sent = picture(400)
        self.picture = ready(shop)
        self.book = Bought(shop, quantity=20)
        self.signed_up(110)
        self.job = self.ended_job()

        self.reviewed(products[10:])

        shop.settle()
        self.stock = inventory.many(self.variants)[self.variants[0]]

    def ended_job(self) -> Job:
        """A job of the shopper's that has made something."""
        jobs = self.shop.handlers["operations"].jobs
        now, who = datetime.now(UTC), CustomerId(SUBS["shopper"])
        first = begun_job(JobId(new_id("job")), JobKind.CUSTOMER_DATA_EXPORT, who, now)
        jobs.create(first, Key(caller=who, key=name("key"), fingerprint="a"))
        running = started(first, ["all"], now)
        ended = passed(running, "all", now)
        assert jobs.store(first, running)
        assert jobs.store(running, ended)
        return ended

    def terms(self) -> None:
        """What staff may have set, one of each kind: a zone, a table, and discounts with a limit."""
        table = TermsTable(self.shop.handlers["cart"].store.table)
        table.save_zone(None, zone(1, flat_rate(1, 490)))
        table.save_table(None, vat(TaxRate(name="VAT", rate=190_000)))
        table.save_discount(None, percent(1, 10, usage_limit=1_000))
        table.save_discount(None, percent(2, 20, code="SPRING", per_customer_limit=1))
        for number in range(3, 110):
            table.save_discount(None, percent(number, 5, code=f"CODE {number}"))

    def another_zone(self) -> str:
        """A zone to remove, of which no cart of the others knows."""
        one = zone(1_000 + next(self.units), flat_rate(1, 490), places=(Place(country="VA"),))
        TermsTable(self.shop.handlers["cart"].store.table).save_zone(None, one)
        return one.id

    def another_table(self) -> str:
        """A country whose table is to be removed."""
        TermsTable(self.shop.handlers["cart"].store.table).save_table(None, vat(country="VA"))
        return "VA"

    def placed(self, count: int) -> None:
        """So many orders of a customer, of goods that nobody has; a second apart, for two of one may share a number."""
        store = self.shop.handlers["orders"].store
        for second in range(count):
            at = datetime.now(UTC) - timedelta(seconds=second)
            bought = replace(purchase(), customer_id=CustomerId(SUBS["shopper"]))
            done = begun_order(bought, OrderId(new_id("order")), at, PaymentId(new_id("pay")))
            write = Transaction(store.table)
            store.place(write, done)
            assert not write.commit()

    def reviewed(self, products: Sequence[Product]) -> None:
        """A product with 110 reviews, some for each of the others, and 110 that wait, all with pictures."""
        self.reviews = self.shop.handlers["reviews"].store
        self.pictures = [ready(self.shop, seed=seed, person="other")["id"] for seed in (1, 2)]
        kept = self.shop.handlers["media"].store.many(self.pictures)
        shown = tuple(shown_of(kept[id_].media) for id_ in self.pictures)
        others = [replace(written(one.id, number), media=shown) for number, one in enumerate(products)]
        own = [replace(written(self.product.id, 200 + number), media=shown) for number in range(110)]
        waiting = [written(products[0].id, 1_000 + number, published=False) for number in range(110)]
        seed_reviews(self.reviews, [*own, *others])
        seed_reviews(self.reviews, [replace(one, media=shown) for one in waiting])
        self.judged = itertools.cycle([one.id for one in others])
        self.read = others[0].id

    def another_purchase(self) -> str:
        """A product that the shopper and another have bought and not reviewed."""
        return sold(self.shop, "shopper", "other")

    def another_review(self) -> str:
        """What the shopper says of a product, written past the count of what they write."""
        mine = written(ProductId(new_id("prod")), next(self.units), published=False)
        seed_reviews(self.reviews, [replace(mine, customer_id=CustomerId(SUBS["shopper"]))])
        return mine.id

    def another_order(self, quantity: int = 1) -> Any:
        """A new order of a thing that is not sent, and so needs no way of sending."""
        return ordered(self.shop, (self.download, quantity))

    def another_parcel(self, quantity: int = 1, sent: int = 1) -> Any:
        """A new order of which some units have left the house."""
        order = done(self.shop, CONFIRM, self.another_order(quantity)["id"])
        place = self.warehouses[0].id
        return done(self.shop, FULFILL, order["id"], lines=units(order, sent), place=place)

    def another_arrived(self) -> str:
        """A new order of which everything has arrived and nothing is owed."""
        order = self.another_parcel()
        done(self.shop, DELIVER, order["fulfillments"][0]["id"])
        id_: str = order["id"]
        return id_

    def another_return(self) -> str:
        """A new return that waits for an answer."""
        order = self.another_parcel()
        asked = done(self.shop, RETURN, order["id"], lines=units(order, 1), reason="budget")
        id_: str = asked["returns"][0]["id"]
        return id_

    def another_address(self) -> str:
        """A new address of the customer's, the only one."""
        address = Address(name="Ada", line1=f"Weg {next(self.units)}", city="Ulm", country="DE")

        def decide(one: Customer) -> Decision:
            kept = saved(replace(one, addresses=(), default_address_id=None), None, address, datetime.now(UTC))
            assert isinstance(kept, Customer)
            return Decision(customer=kept)

        stored = self.shop.handlers["customers"].store.change(SUBS["shopper"], decide)
        id_: str = stored.customer.default_address_id
        return id_

    def signed_up(self, count: int) -> None:
        """So many customers of one name, and one who has as many wishes as there may be."""
        store, at = self.shop.handlers["customers"].store, datetime.now(UTC)
        for number in range(count):
            id_ = CustomerId(str(uuid4()))
            told = Told(email=f"{name('budget')}@example.org", verified=True, at=at)
            store.make(signed_up(id_, told, {"name": f"Budget {number}"}, at))
        self.shop.ask("{ me { id } }", person="shopper")
        EMAILS["claimer"] = f"{name('claimer')}@example.org"
        SUBS["claimer"] = Door(self.shop).user(EMAILS["claimer"], "true")
        wishes = tuple(Wish(variant_id=one, at=at - timedelta(hours=hour)) for hour, one in enumerate(self.many, 1))
        store.wish(CustomerId(SUBS["shopper"]), lambda kept: replace(kept, version=1, wishes=wishes))

    def another_checkout(self) -> str:
        """A cart that lacks nothing and is paid; ``paid`` is by what and how much."""
        cart = payable(self.shop, goods=self.goods[9])
        self.paid = start(self.shop, cart)["payment"]
        id_: str = cart["id"]
        return id_

    def session(self) -> str:
        """A guest who is remembered with a full cart, and has looked at as many products as are remembered."""
        sessions = self.shop.handlers["cart"].carts.sessions
        id_: str = sessions.start(GuestContext(locale="de", country="DE")).id
        sessions.set_cart(id_, self.full["id"])
        for product in self.viewed:
            sessions.saw(id_, product)
        return id_

    def cooled(self) -> None:
        """Forget what the functions' processes remember."""
        self.shop.handler.cache.near.clear()
        cart = self.shop.handlers["cart"]
        for near in (cart.cache.near, cart.goods.near, cart.goods.stocks, cart.conditions.near):
            near.clear()

    def received(self, units: int) -> list[dict[str, Any]]:
        """Units of each variant of a product that come into the first warehouse."""
        place = self.warehouses[0].id
        return [{"variantId": one, "warehouseId": place, "delta": units, "reason": "RECEIVED"} for one in self.variants]

    def other_quantities(self) -> list[dict[str, Any]]:
        """Each line of the full cart with 2 units and 3 by turns."""
        units = 2 + next(self.units) % 2
        return [{"lineId": one["id"], "quantity": units} for one in self.full["lines"]]

    def announced_cart(self) -> Any:
        """What the publisher says of the full cart's last change."""
        kept = self.shop.handlers["cart"].store.get(self.full["id"])
        return cart_announcement(kept)

    def announced_order(self) -> Any:
        """What the publisher says of an order's last change."""
        kept = self.shop.handlers["orders"].store.get(self.long["id"])
        return order_announcement(kept)

    def announced_media(self) -> str:
        """What the publisher says of a picture's last change."""
        kept = self.shop.handlers["media"].store.get(self.picture["id"])
        media = kept.media
        told = MediaAnnouncement(media_id=media.id, status=media.status, at=media.updated_at, media=media)
        return msgspec.json.encode(told).decode()

    def announced_review(self) -> Any:
        """What the publisher says of a published review."""
        review = self.reviews.get(self.read)
        last = RatingChange(seq=1, at=review.updated_at, review_id=review.id, shown=True, rating=RatingSummary())
        return review_announcement(KeptRating(product_id=review.product_id, seq=1, last=last, review=review), last)

    def given(self, value: Any) -> Any:
        """A variable's value for its placeholder, new where an operation needs a new one each time."""
        fresh: dict[str, Any] = {
            "PRODUCT_ID": lambda: self.edited.id,
            "SLUG": lambda: self.product.slug,
            "PRODUCT_INPUT": lambda: product_input(slug=name("budget")),
            "PICTURED_INPUT": lambda: product_input(slug=name("budget"), media=[{"mediaId": self.picture["id"]}]),
            "TAXON_INPUT": lambda: {"slug": name("budget"), "name": "Budget"},
            "KEY": lambda: name("key"),
            "CUSTOMER": lambda: SUBS["shopper"],
            "CUSTOMER_INPUT": lambda: {
                "name": f"Ada {next(self.units)}",
                "marketingConsent": next(self.units) % 2 == 0,
            },
            "ADDRESS_ID": self.another_address,
            "WISH": lambda: self.goods[next(self.units) % 50],
            "STOCK_ANNOUNCEMENT": lambda: msgspec.json.encode(announcing.announcement_of(self.stock)).decode(),
            "VARIANT_ID": lambda: self.variants[0],
            "FROM_ID": lambda: self.warehouses[0].id,
            "TO_ID": lambda: self.warehouses[1].id,
            "CHANGES": lambda: self.received(1),
            "WAREHOUSE_INPUT": lambda: {"code": name("w")[:32], "name": "Budget", "priority": 5},
            "UNITS": lambda: next(self.units),
            "STATUS": lambda: next(self.status),
            "FULL_CART": lambda: self.full["id"],
            "FULL_LINES": lambda: [
                {"lineId": one["id"], "quantity": 3 - next(self.units) % 2} for one in self.full["lines"]
            ],
            "CODED_CART": lambda: self.coded["id"],
            "SMALL_CART": lambda: self.small["id"],
            "LINES": lambda: wanted((self.goods[next(self.units) % 40], 1)),
            "GOODS": lambda: wanted(*((one, 1) for one in self.goods)),
            "CODES": lambda: ["spring", f"none{next(self.units)}"],
            "SESSION": self.session,
            "GUEST_CART": lambda: begun(self.shop, (self.goods[0], 1))["id"],
            "ADDRESS": lambda: ADDRESS | {"line1": f"Weg {next(self.units)}"},
            "CART_ANNOUNCEMENT": lambda: msgspec.json.encode(self.announced_cart()).decode(),
            "DISCOUNT_INPUT": lambda: {"title": "Budget", "kind": "FREE_SHIPPING", "code": name("code")},
            "ZONE_INPUT": lambda: {"name": name("zone"), "places": [{"country": "SM"}], "rates": []},
            "TAX_INPUT": lambda: {"country": "SM", "included": next(self.units) % 2 == 0, "rates": []},
            "ZONE_ID": self.another_zone,
            "TAXED": self.another_table,
            "ORDER_ANNOUNCEMENT": lambda: msgspec.json.encode(self.announced_order()).decode(),
            "ENDED_JOB": lambda: self.job.id,
            "JOB_SEQ": lambda: self.job.version,
            "JOB_ANNOUNCEMENT": lambda: msgspec.json.encode(self.job).decode(),
            "ORDER": lambda: self.long["id"],
            "LONG_ORDER": lambda: self.long["id"],
            "ORDER_NUMBER": lambda: self.long["number"],
            "ORDER_TOKEN": lambda: TOKEN,
            "ORDER_LINES": lambda: units(self.long, 1),
            "NEW_ORDER": lambda: self.another_order()["id"],
            "PARCEL": lambda: self.another_parcel()["fulfillments"][0]["id"],
            "ARRIVED_ORDER": self.another_arrived,
            "RETURN": self.another_return,
            "MEDIA": lambda: self.picture["id"],
            "NEW_MEDIA": lambda: announced(self.shop, self.sent)["media"]["id"],
            "BOOK": lambda: self.book.media,
            "BOOK_LINE": lambda: self.book.line,
            "BOOK_ORDER": lambda: self.book.order["id"],
            "MEDIA_INPUT": lambda: media_input(self.sent),
            "MEDIA_ANNOUNCEMENT": self.announced_media,
            "PAYABLE_CART": lambda: payable(self.shop, goods=self.goods[9])["id"],
            "PAID_CART": self.another_checkout,
            "PAID_BY": lambda: self.paid["id"],
            "PAID_TOTAL": lambda: self.paid["amount"],
            "PAYMENT": lambda: paid(self.shop, goods=self.goods[9])["id"],
            "CAPTURED": lambda: capture(self.shop, paid(self.shop, goods=self.goods[9]))["payment"]["id"],
            "BOUGHT": self.another_purchase,
            "OTHERS_PICTURES": lambda: self.pictures,
            "REVIEW": lambda: self.read,
            "OWN_REVIEW": self.another_review,
            "OTHERS_REVIEW": lambda: next(self.judged),
            "REVIEWED": lambda: self.product.id,
            "STARS": lambda: 1 + next(self.units) % 5,
            "REVIEW_ANNOUNCEMENT": lambda: msgspec.json.encode(self.announced_review()).decode(),
            "ANNOUNCEMENT": lambda: msgspec.json.encode(announcement_of(None, self.product)).decode(),
        }
        return fresh[value]() if value in fresh else value

    def cost(self, operation: str, size: int, *, warm: bool) -> tuple[Counter[str], Counter[str]]:
        """Invocations by field and round trips by request, of one run."""
        budget = BUDGETS[operation]
        published = {**DOCUMENTS, **STOCK, **CARTS, **ORDERS, **REVIEWS, **JOBS, **MEDIA}
        document = published.get(budget["document"], budget["document"])
        variables = {key: self.given(value) for key, value in budget.get("variables", {}).items()}
        if "$size" in document:
            variables["size"] = size
        person = budget.get("person", "guest")
        self.cache.flushall()
        self.cooled()
        variables |= {key: self.session() for key, value in budget.get("variables", {}).items() if value == "SESSION"}
        if warm:
            self.shop.ask(document, variables, person=person)
            variables |= {key: self.given(value) for key, value in budget.get("variables", {}).items()}
            self.cooled()
        before = len(self.shop.invoked)
        with counted() as sent:
            self.shop.ask(document, variables, person=person)
        return Counter(self.shop.invoked[before:]), Counter(sent)

    def least(self, operation: str, size: int, *, warm: bool) -> tuple[Counter[str], Counter[str]]:
        """The cheapest of a few runs."""
        runs = [self.cost(operation, size, warm=warm) for _ in range(TRIES)]
        return min(runs, key=lambda run: run[1].total())


@pytest.fixture(scope="module")
def stocked(emulator: str, valkey_url: str) -> Iterator[Stocked]:
    with opened(emulator, valkey_url) as shop:
        cache: Any = Valkey
        yield Stocked(shop, cache.from_url(valkey_url))


def test_every_operation_has_a_budget() -> None:
    operations = {path for path in routes() if path.split(".")[0] in ROOTS[:2]}
    assert operations <= set(BUDGETS)
    assert {operation.split()[0] for operation in BUDGETS} <= operations


@pytest.mark.parametrize("operation", BUDGETS)
def test_an_operation_stays_within_its_budget(stocked: Stocked, operation: str) -> None:
    budget = BUDGETS[operation]
    invoked, cold = stocked.least(operation, 100, warm=False)
    _, warm = stocked.least(operation, 100, warm=True)
    spent = {"invocations": invoked.total(), "cold": cold.total(), "warm": warm.total()}
    allowed = {key: budget[key] for key in spent}
    assert all(spent[key] <= allowed[key] for key in spent), (spent, allowed, invoked, cold, warm)


@pytest.mark.parametrize("operation", SIZED)
def test_a_page_of_100_costs_what_a_page_of_10_does(stocked: Stocked, operation: str) -> None:
    small, large = (stocked.least(operation, size, warm=False) for size in (10, 100))
    assert small == large
