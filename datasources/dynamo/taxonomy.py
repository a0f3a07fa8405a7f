"""Categories and collections in the catalog table, each with its changes and its slug."""

import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Final

from datasources.dynamo import documents, items, records
from datasources.dynamo.entries import sort_name
from datasources.dynamo.paging import BY_NAME, SEPARATOR, page_of
from datasources.dynamo.table import Item, ItemKey, Table
from datasources.dynamo.transactions import Transaction
from domain.catalog.changes import Change
from domain.catalog.products import Category, Collection
from domain.catalog.storing import Saved, SlugTaken, Stale
from domain.ids import CollectionId
from domain.pages import Page, Window

KINDS: Final[dict[type, str]] = {Category: "category", Collection: "collection"}


class Taxonomy:
    """Every read is strongly consistent; every change is one transaction."""

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._clock = clock

    def categories(self) -> tuple[Category, ...]:
        """Every category, in the order of ids: one request for each 1 MB, thousands of categories as a rule."""
        answers = self._table.answers(documents.CATEGORIES)
        return tuple(documents.decoded(Category, item) for answer in answers for item in answer.items)

    def save_category(
        self, old: Category | None, new: Category, *, above: Sequence[Category] = ()
    ) -> Saved[Category] | Stale | SlugTaken:
        """Store the version after ``old``, or a first one.

        ``above`` are the categories that the decision looked at: if one has changed since, nothing is stored, so that
        of two moves that together would make a ring only one happens.
        """
        write = self._saving(items.category_key(new.id), old, new, {})
        for category in above:
            write.check(items.category_key(category.id), records.at_version(category.version), name="above")
        return self._saved(write, items.category_key(new.id), new)

    def collection(self, id: CollectionId) -> Collection | None:  # noqa: A002  # the domain's word
        """The collection as it is now."""
        item = self._table.get(items.collection_key(id))
        return None if item is None else documents.decoded(Collection, item)

    def collections_many(self, ids: Sequence[CollectionId]) -> dict[CollectionId, Collection]:
        """The collections there are of ``ids``, by one request for each hundred."""
        found = self._table.many([items.collection_key(one) for one in dict.fromkeys(ids)])
        return {one.id: one for one in (documents.decoded(Collection, item) for item in found)}

    def collections_page(self, window: Window) -> Page[Collection]:
        """One page of collections by name, by one request; raises BadPage for a place of another list."""
        page = page_of(self._table, documents.COLLECTIONS, BY_NAME, window)
        found = tuple(documents.decoded(Collection, item) for item in page.items)
        return Page(found, page.places, page.has_next, page.has_previous)

    def save_collection(self, old: Collection | None, new: Collection) -> Saved[Collection] | Stale | SlugTaken:
        """Store the version after ``old``, or a first one."""
        key = items.collection_key(new.id)
        write = self._saving(key, old, new, {"name": {"S": sort_name(new.name) + SEPARATOR + new.id}})
        return self._saved(write, key, new)

    def _saving[T: (Category, Collection)](self, key: ItemKey, old: T | None, new: T, extra: Item) -> Transaction:
        write, now, noun = Transaction(self._table), self._clock(), KINDS[type(new)]
        condition = records.NEW if old is None else records.at_version(old.version)
        write.put(key, items.document_item(new, documents.encoded(new)) | extra, condition, name="value")
        change = Change(seq=new.version, changed=_changed(old, new), at=datetime.fromtimestamp(now, UTC))
        write.put(items.change_key(noun, new.id, change.seq), items.change_item(change, now))
        if old is None or old.slug != new.slug:
            write.put(items.slug_key(noun, new.slug), items.slug_item(new.id), records.NEW, name="slug")
        if old is not None and old.slug != new.slug:
            write.delete(items.slug_key(noun, old.slug))
        return write

    def _saved[T: (Category, Collection)](
        self, write: Transaction, key: ItemKey, new: T
    ) -> Saved[T] | Stale | SlugTaken:
        failed = write.commit()
        if not failed:
            return Saved(value=new)
        if failed == {"slug"}:
            return SlugTaken(slug=new.slug)
        item = self._table.get(key)
        return Stale(current_version=None if item is None else int(item["version"]["N"]))


def _changed[T: (Category, Collection)](old: T | None, new: T) -> tuple[str, ...]:
    names = [field.name for field in fields(new) if field.name != "version"]
    return tuple(name for name in names if old is None or getattr(old, name) != getattr(new, name))
