"""Products in the catalog table: each with its changes, its slug and its listings, kept in step by one transaction."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, items, records
from datasources.dynamo.entries import EVERY, Entry, entry, relisted, scopes
from datasources.dynamo.paging import BY_NAME, BY_NEWEST, BY_PRICE_ASC, BY_PRICE_DESC, page_of
from datasources.dynamo.table import MOST_KEYS, Item, Table
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy, StoreRefused
from domain.catalog.changes import Change, change_of
from domain.catalog.listing import Found, ProductSort, Shown
from domain.catalog.products import Product
from domain.catalog.storing import Also, Created, Overtaken, Replaced, SlugTaken, Stale, TooLarge
from domain.ids import CategoryId, ProductId
from domain.keys import Key, KeyReused
from domain.money import CurrencyCode
from domain.pages import Window

NOUN: Final = "product"
MEDIA: Final = "media"
ORDERS: Final = {
    ProductSort.NAME: BY_NAME,
    ProductSort.PRICE_ASC: BY_PRICE_ASC,
    ProductSort.PRICE_DESC: BY_PRICE_DESC,
}
"""Every other sort is by newest: relevance needs words, ratings are the search read model's to sort by, and of sales
nothing is known yet."""
MOST_AT_ONCE: Final = 8
"""Requests of one caller that are under way together; a connection each."""


class NoSuchOrder(ValueError):
    """The table lists by price in the shop's own currency only; another currency is the search read model's to sort."""


class Products:
    """Every read is strongly consistent; every change is one transaction. ``shop`` is the shop's own currency."""

    def __init__(self, table: Table, *, shop: CurrencyCode, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._shop = shop
        self._clock = clock

    def get(self, id: ProductId) -> Product | None:  # noqa: A002  # the domain's word
        """The product as it is now."""
        item = self._table.get(items.product_key(id))
        return None if item is None else documents.decoded(Product, item)

    def many(self, ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """The products there are of ``ids``, by one request for each hundred."""
        found = self._table.many([items.product_key(one) for one in dict.fromkeys(ids)])
        return {product.id: product for product in (documents.decoded(Product, item) for item in found)}

    def id_of_slug(self, slug: str) -> ProductId | None:
        """Which product has the slug."""
        item = self._table.get(items.slug_key(NOUN, slug))
        return None if item is None else ProductId(item["id"]["S"])

    def page(self, scope: str, sort: ProductSort, window: Window, currency: CurrencyCode) -> Found:
        """One page of a listing by one request.

        Scopes: ``all``, ``category:<id>`` and ``collection:<id>`` of products on sale, ``status:<STATUS>`` and
        ``every``. Raises BadPage for a place of another order, NoSuchOrder for prices in another currency.
        """
        order = ORDERS.get(sort, BY_NEWEST)
        if order.amount and currency is not self._shop:
            raise NoSuchOrder(f"the table sorts by price in {self._shop.value}, not in {currency.value}")
        found = page_of(self._table, items.listing_key(scope, "").pk, order, window, ("sk", order.attribute))
        return Found(
            ids=tuple(ProductId(item["sk"]["S"]) for item in found.items),
            places=found.places,
            has_next=found.has_next,
            has_previous=found.has_previous,
        )

    def pages(self, shown: Sequence[Shown]) -> list[Found]:
        """A page of each of several listings: DynamoDB asks one partition a request, so some requests go at once."""
        if len(shown) == 1:
            return [self.page(*shown[0])]
        with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
            return list(threads.map(lambda one: self.page(*one), shown))

    def count(self, scope: str) -> int:
        """How many products a listing has. Reads all of it, 1 MB (about 3,000 products) a request."""
        return sum(answer.matched for answer in self._table.answers(items.listing_key(scope, "").pk, count=True))

    def after(self, scope: str, place: ProductId | None, most: int) -> tuple[ProductId, ...]:
        """The first ``most`` products of a listing whose ids come after one, in the order of ids, by one request."""
        beyond = None if place is None else Path("sk") > place
        answer = self._table.query(items.listing_key(scope, "").pk, beyond, limit=most)
        return tuple(ProductId(item["sk"]["S"]) for item in answer.items)

    def changes(
        self,
        id: ProductId,  # noqa: A002  # the domain's word
        after_seq: int,
        limit: int = 100,
    ) -> tuple[Change, ...]:
        """What happened to a product after ``after_seq``, oldest first; at most a week back."""
        first, last = (items.change_key(NOUN, id, seq) for seq in (after_seq + 1, items.LAST_SEQ))
        answer = self._table.query(first.pk, Path("sk").between(first.sk, last.sk), limit=limit)
        return tuple(items.change_of(item) for item in answer.items)

    def scan(self) -> Iterator[Product]:
        """Every product, in the order of ids; one that is there all the while is given exactly once."""
        for answer in self._table.answers(items.listing_key(EVERY, "").pk, limit=MOST_KEYS, attributes=("sk",)):
            there = self.many([ProductId(item["sk"]["S"]) for item in answer.items])
            yield from sorted(there.values(), key=lambda product: product.id)

    def create(
        self,
        product: Product,
        ancestors: Sequence[CategoryId],
        *,
        key: Key | None = None,
        also: Also | None = None,
    ) -> Created | SlugTaken | KeyReused | Overtaken | TooLarge:
        """Store a first version; ``ancestors`` are the categories above its own. Once for a ``key``.

        ``also`` adds what is to be stored with it in other tables, its conditions by the name ``media``.
        """
        document = documents.encoded(product)
        if len(document) > documents.LARGEST_DOCUMENT:
            return TooLarge(size=len(document), most=documents.LARGEST_DOCUMENT)
        write = self.creation(product, ancestors, document, key)
        if also is not None:
            also(write)
        failed = write.commit()
        if not failed:
            return Created(product=product)
        if key is not None and (replay := self._replay(key)) is not None:
            return replay
        if "slug" in failed:
            return SlugTaken(slug=product.slug)
        if "key" in failed:
            raise StoreBusy(documents.STORE, "an idempotency record expired while it was read")
        if MEDIA in failed:
            return Overtaken()
        raise StoreRefused(documents.STORE, f"{product.id} is there already")

    def creation(
        self, product: Product, ancestors: Sequence[CategoryId], document: bytes, key: Key | None
    ) -> Transaction:
        """The writes that make a product."""
        now, write = self._clock(), Transaction(self._table)
        write.put(items.product_key(product.id), items.document_item(product, document), records.NEW, name="product")
        write.put(items.slug_key(NOUN, product.slug), items.slug_item(product.id), records.NEW, name="slug")
        self._note(write, None, product, now)
        self._list(write, None, product, (), ancestors)
        if key is not None:
            record = records.record_item(key, document, now)
            write.put(records.record_key(key), record, records.record_free(now), name="key")
        return write

    def _replay(self, key: Key) -> Created | KeyReused | None:
        answer = records.recorded(self._table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        return Created(product=documents.read(Product, answer), replayed=True)

    def replace(
        self,
        old: Product,
        new: Product,
        old_ancestors: Sequence[CategoryId],
        new_ancestors: Sequence[CategoryId],
        *,
        also: Also | None = None,
    ) -> Replaced | Stale | SlugTaken | Overtaken | TooLarge:
        """Store the version after ``old``, if that still stands; ``also`` as in ``create``."""
        document = documents.encoded(new)
        if len(document) > documents.LARGEST_DOCUMENT:
            return TooLarge(size=len(document), most=documents.LARGEST_DOCUMENT)
        write = self.replacement(old, new, old_ancestors, new_ancestors, document)
        if also is not None:
            also(write)
        failed = write.commit()
        if not failed:
            return Replaced(product=new)
        if "product" in failed:
            current = self.get(new.id)
            return Stale(current_version=current.version if current else None)
        return SlugTaken(slug=new.slug) if "slug" in failed else Overtaken()

    def replacement(
        self,
        old: Product,
        new: Product,
        old_ancestors: Sequence[CategoryId],
        new_ancestors: Sequence[CategoryId],
        document: bytes,
    ) -> Transaction:
        """The writes that make the next version."""
        if new.version != old.version + 1:
            raise ValueError(f"version {new.version} does not come after {old.version}")
        write, condition = Transaction(self._table), records.at_version(old.version)
        write.put(items.product_key(new.id), items.document_item(new, document), condition, name="product")
        self._note(write, old, new, self._clock())
        if new.slug != old.slug:
            write.put(items.slug_key(NOUN, new.slug), items.slug_item(new.id), records.NEW, name="slug")
            write.delete(items.slug_key(NOUN, old.slug))
        self._list(write, old, new, old_ancestors, new_ancestors)
        return write

    def relist(
        self, product: Product, old_ancestors: Sequence[CategoryId], new_ancestors: Sequence[CategoryId]
    ) -> bool:
        """List a product below other categories than before, if its version still stands."""
        write = Transaction(self._table)
        self._list(write, product, product, old_ancestors, new_ancestors)
        if not len(write):
            return True
        write.check(items.product_key(product.id), records.at_version(product.version), name="product")
        return not write.commit()

    def _note(self, write: Transaction, old: Product | None, new: Product, now: float) -> None:
        change = change_of(old, new)
        write.put(items.change_key(NOUN, new.id, change.seq), items.change_item(change, now))

    def _list(
        self,
        write: Transaction,
        old: Product | None,
        new: Product,
        old_ancestors: Sequence[CategoryId],
        new_ancestors: Sequence[CategoryId],
    ) -> None:
        before = None if old is None else (scopes(old, old_ancestors), entry(old, self._shop))
        after = (scopes(new, new_ancestors), entry(new, self._shop))
        difference = relisted(before, after)
        for scope in sorted(difference.left):
            write.delete(items.listing_key(scope, new.id))
        for scope in sorted(difference.entered):
            write.put(items.listing_key(scope, new.id), _entry_item(after[1]))


def _entry_item(places: Entry) -> Item:
    return {"newest": {"S": places.newest}, "name": {"S": places.name}, "price": {"S": places.price}}
