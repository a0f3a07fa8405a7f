"""How customers lie in their table: keys and attributes of each item."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from datasources.dynamo import documents
from datasources.dynamo.table import Item, ItemKey
from domain.customers.customers import Consent, Customer
from domain.customers.finding import terms_of
from domain.customers.wishes import Wishlist
from domain.ids import CustomerId

NO_INDEXES: Final[dict[str, str]] = {}
"""Places are items of their own: a local index would bind all places of a letter to one partition of the store."""
CUSTOMER: Final = "CUSTOMER"
WISHLIST: Final = "WISHLIST"
CONSENT: Final = "CONSENT#"
SEPARATOR: Final = "\t"
"""Between a term and an id: sorts before anything that a term can hold."""
TOMBSTONE_SECONDS: Final = 24 * 3600
"""How long a user who was erased cannot become a customer anew: longer than a token may go on saying
who they were."""


def customer_pk(customer: CustomerId) -> str:
    return f"CUSTOMER#{customer}"


def profile_key(customer: CustomerId) -> ItemKey:
    return ItemKey(customer_pk(customer), CUSTOMER)


def consent_key(customer: CustomerId, seq: int) -> ItemKey:
    return ItemKey(customer_pk(customer), f"{CONSENT}{seq:06}")


def wishlist_key(customer: CustomerId) -> ItemKey:
    return ItemKey(customer_pk(customer), WISHLIST)


def year_pk(year: int) -> str:
    return f"CUSTOMERS#{year}"


def listing_key(customer: Customer) -> ItemKey:
    at = customer.created_at.astimezone(UTC)
    return ItemKey(year_pk(at.year), f"{at.isoformat(timespec='microseconds')}#{customer.id}")


def listed_at(place: str) -> CustomerId:
    return CustomerId(place.partition("#")[2])


def term_pk(term: str) -> str:
    """By the first character: e-mails apart, so that a word finds nobody by both."""
    return f"FIND#{'EMAIL' if '@' in term else 'WORD'}#{term[:1]}"


def term_key(term: str, customer: CustomerId) -> ItemKey:
    return ItemKey(term_pk(term), f"{term}{SEPARATOR}{customer}")


def found_at(place: str) -> tuple[str, CustomerId]:
    term, _, customer = place.rpartition(SEPARATOR)
    return term, CustomerId(customer)


def term_item(terms: Iterable[str]) -> Item:
    """A place says all terms of its customer, so that a search for several words reads nothing else."""
    return {"terms": _written(terms)}


def terms_in(item: Item) -> tuple[str, ...]:
    return documents.read(tuple[str, ...], item["terms"]["S"], item)


def profile_item(customer: Customer) -> Item:
    """With the terms by which it can be found as it was written, whatever the rules for them become."""
    return {
        "document": {"S": documents.encoded(customer).decode()},
        "version": {"N": str(customer.version)},
        "terms": _written(terms_of(customer)),
    }


def is_tombstone(item: Item) -> bool:
    return "document" not in item


def tombstone(now: float, erased: datetime) -> Item:
    """What is left of a customer: that this user of the pool is not to be made one again."""
    return {"erased_at": {"S": erased.isoformat()}, "expires_at": {"N": str(int(now) + TOMBSTONE_SECONDS)}}


def consent_item(consent: Consent) -> Item:
    return {"consent": {"S": documents.encoded(consent).decode()}}


def consent_in(item: Item) -> Consent:
    return documents.read(Consent, item["consent"]["S"], item)


def wishlist_item(wishlist: Wishlist) -> Item:
    return {"wishlist": {"S": documents.encoded(wishlist).decode()}, "version": {"N": str(wishlist.version)}}


def wishlist_in(item: Item | None) -> Wishlist:
    return Wishlist() if item is None else documents.read(Wishlist, item["wishlist"]["S"], item)


def _written(terms: Iterable[str]) -> dict[str, str]:
    return {"S": documents.encoded(tuple(terms)).decode()}
