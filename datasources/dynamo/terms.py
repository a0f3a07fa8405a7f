"""The shop's terms in the cart table: discounts and how often they were used, shipping zones, tax tables."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Final, NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, records
from datasources.dynamo.paging import moment_of
from datasources.dynamo.table import Item, ItemKey, Table
from datasources.dynamo.transactions import Transaction
from domain.addresses import plain_country
from domain.cart.discounts import Discount, Uses, canonical, is_code
from domain.cart.shipping import ShippingZone
from domain.cart.taxes import TaxTable
from domain.cart.terms import CodeTaken, CountedDiscount, Saved, Stale
from domain.cart.totals import Terms
from domain.ids import DiscountId, ShippingZoneId
from domain.pages import Page, Window

TERMS: Final = "TERMS"
DISCOUNTS: Final = "DISCOUNTS"
DISCOUNT: Final = "discount"
ZONE: Final = "zone"
TAX: Final = "tax"
"""The attributes that hold them. None is a "document": the table's stream is heard for what has one, the carts."""


class TermsTable:
    """Every read is strongly consistent; every change is one transaction.

    ``table`` is the carts' own, so that one connection serves both.
    """

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._clock = clock

    def terms(self) -> Terms:
        """What every cart is asked for, without discounts that have a code: by one request for each 1 MB."""
        items = [item for answer in self._table.answers(TERMS) for item in answer.items]
        return Terms(
            discounts=tuple(_all(Discount, DISCOUNT, items)),
            zones=tuple(_all(ShippingZone, ZONE, items)),
            taxes=tuple(_all(TaxTable, TAX, items)),
        )

    def coded(self, codes: Iterable[str]) -> tuple[Discount, ...]:
        """The discounts there are of these codes, in no order, by one request; by none without codes."""
        plain = dict.fromkeys(canonical(code) for code in codes if is_code(code))
        return tuple(_all(Discount, DISCOUNT, self._table.many([_code_key(code) for code in plain if code])))

    def uses(self, discounts: Iterable[Discount], customer: str | None) -> Mapping[DiscountId, Uses]:
        """How often those of ``discounts`` that have a limit were used, by one request; by none without limits."""
        counted = [_counted(one, customer) for one in discounts]
        used = {
            _key_of(item): int(item["used"]["N"])
            for item in self._table.many([key for one in counted for key in (one.total, one.by_customer) if key])
        }

        def count(key: ItemKey | None) -> int:
            return 0 if key is None else used.get(key, 0)

        limited = (one for one in counted if one.total or one.by_customer)
        return {one.id: Uses(total=count(one.total), by_customer=count(one.by_customer)) for one in limited}

    def using(self, into: Transaction, discounts: Iterable[Discount], customer: str) -> None:
        """Add to a transaction, which may be another table's too, one use of each discount by the customer.

        Its failures are told by the names ``discount`` (used up, or no longer the version that was given) and
        ``customer`` (has used it as often as one may): it is to be decided anew.
        """
        write, once = into.on(self._table), [Path("used").add(1)]
        for one in discounts:
            stands = records.at_version(one.version)
            if one.usage_limit is not None:
                stands &= _fewer_than(one.usage_limit)
            write.update(_discount_key(one.id), once, stands, name="discount")
            if one.per_customer_limit is not None:
                free = records.NEW | _fewer_than(one.per_customer_limit)
                write.update(_customer_key(one.id, customer), once, free, name="customer")

    def forget(self, discounts: Iterable[DiscountId], customer: str) -> int:
        """It is known no more that the customer used these, so that they may again; gives of how many it was."""
        keys = [_customer_key(one, customer) for one in dict.fromkeys(discounts)]
        found = [_key_of(item) for item in self._table.many(keys)]
        write = Transaction(self._table)
        for key in found:
            write.delete(key)
        if found:
            write.commit()
        return len(found)

    def discount(self, id: DiscountId) -> CountedDiscount | None:  # noqa: A002  # the domain's word
        """A discount as it is now."""
        item = self._table.get(_discount_key(id))
        return None if item is None else _counted_discount(item)

    def discounts(self, window: Window) -> Page[CountedDiscount]:
        """One page of all discounts, newest first, by two requests (three for more than a hundred).

        Raises BadPage for a place that is none of ours.
        """
        place = moment_of(window)
        older = None if place is None else Path("sk") < place
        answer = self._table.query(DISCOUNTS, older, ascending=False, limit=window.size + 1)
        items = answer.items[: window.size]
        ids = [DiscountId(item["sk"]["S"].partition("#")[2]) for item in items]
        found = (_counted_discount(item) for item in self._table.many([_discount_key(one) for one in ids]))
        known = {one.discount.id: one for one in found}
        return Page(
            items=tuple(known[one] for one in ids),
            places=tuple((item["sk"]["S"],) for item in items),
            has_next=len(answer.items) > window.size,
            has_previous=place is not None,
        )

    def save_discount(self, old: Discount | None, new: Discount) -> Saved | Stale | CodeTaken:
        """Store the version after ``old``, or a first one; its uses stay counted."""
        write, key, document = Transaction(self._table), _discount_key(new.id), documents.encoded(new).decode()
        if old is None:
            unused = _item(DISCOUNT, new, new.version) | {"used": {"N": "0"}}
            write.put(key, unused, records.NEW, name="discount")
            write.put(ItemKey(DISCOUNTS, f"{self._moment()}#{new.id}"), {})
        else:
            parts = [Path(DISCOUNT).set(document), Path("version").set(new.version)]
            write.update(key, parts, records.at_version(old.version), name="discount")
        _show(write, old, new)
        failed = write.commit()
        if failed == {"code"}:
            return CodeTaken(code=new.code or "")
        return Stale(current_version=self._version(key)) if failed else Saved()

    def save_zone(self, old: ShippingZone | None, new: ShippingZone) -> Saved | Stale:
        """Store the version after ``old``, or a first one."""
        return self._save(_zone_key(new.id), _item(ZONE, new, new.version), old)

    def save_table(self, old: TaxTable | None, new: TaxTable) -> Saved | Stale:
        """Store the version after ``old``, or a country's first one."""
        return self._save(_tax_key(new.country), _item(TAX, new, new.version), old)

    def delete_zone(self, id: ShippingZoneId) -> bool:  # noqa: A002  # the domain's word
        """Remove a zone; whether it was there."""
        return self._delete(_zone_key(id))

    def delete_table(self, country: str) -> bool:
        """Remove a country's table; whether it was there."""
        return self._delete(_tax_key(country))

    def _save(self, key: ItemKey, item: Item, old: ShippingZone | TaxTable | None) -> Saved | Stale:
        write = Transaction(self._table)
        write.put(key, item, records.NEW if old is None else records.at_version(old.version), name="terms")
        return Stale(current_version=self._version(key)) if write.commit() else Saved()

    def _delete(self, key: ItemKey) -> bool:
        write = Transaction(self._table)
        write.delete(key, Path("pk").exists(), name="terms")
        return not write.commit()

    def _version(self, key: ItemKey) -> int | None:
        item = self._table.get(key)
        return None if item is None else int(item["version"]["N"])

    def _moment(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="microseconds")


class _Counted(NamedTuple):
    """Where the uses that matter to a discount's limits are counted."""

    id: DiscountId
    total: ItemKey | None
    by_customer: ItemKey | None


def _counted(one: Discount, customer: str | None) -> _Counted:
    known = customer if one.per_customer_limit is not None else None
    return _Counted(
        id=one.id,
        total=None if one.usage_limit is None else _discount_key(one.id),
        by_customer=None if known is None else _customer_key(one.id, known),
    )


def _fewer_than(limit: int) -> Condition:
    return Path("used") < limit


def _counted_discount(item: Item) -> CountedDiscount:
    return CountedDiscount(discount=documents.read(Discount, item[DISCOUNT]["S"], item), used=int(item["used"]["N"]))


def _show(write: Transaction, old: Discount | None, new: Discount) -> None:
    """Put a copy of the discount where carts look for it, and take it away from where they do no more."""
    before, after = None if old is None else _shown_key(old), _shown_key(new)
    item = _item(DISCOUNT, new, new.version)
    if new.code is None and new.ends_at is not None:
        item |= {"expires_at": {"N": str(ceil(new.ends_at.timestamp()))}}
    if before is not None and before != after:
        write.delete(before)
    # Nobody else's automatic discount has its id; and where it was before, it is alone.
    write.put(after, item, records.NEW if before != after else None, name="code")


def _shown_key(discount: Discount) -> ItemKey:
    return ItemKey(TERMS, f"DISCOUNT#{discount.id}") if discount.code is None else _code_key(canonical(discount.code))


def _code_key(code: str) -> ItemKey:
    return ItemKey(f"CODE#{code}", "CODE")


def _discount_key(discount: DiscountId) -> ItemKey:
    return ItemKey(f"DISCOUNT#{discount}", "DISCOUNT")


def _customer_key(discount: DiscountId, customer: str) -> ItemKey:
    """A digest, so that no e-mail lies in keys; in a partition of its own, so that none is all customers'."""
    digest = hashlib.sha256(customer.encode(errors="surrogatepass")).hexdigest()
    return ItemKey(f"USES#{discount}#{digest}", "USES")


def _zone_key(zone: ShippingZoneId) -> ItemKey:
    return ItemKey(TERMS, f"ZONE#{zone}")


def _tax_key(country: str) -> ItemKey:
    return ItemKey(TERMS, f"TAX#{plain_country(country)}")


def _key_of(item: Item) -> ItemKey:
    return ItemKey(item["pk"]["S"], item["sk"]["S"])


def _item(name: str, value: Discount | ShippingZone | TaxTable, version: int) -> Item:
    return {name: {"S": documents.encoded(value).decode()}, "version": {"N": str(version)}}


def _all[T](kind: type[T], name: str, items: Iterable[Item]) -> Iterator[T]:
    return (documents.read(kind, item[name]["S"], item) for item in items if name in item)
