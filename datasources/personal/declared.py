"""Where the shop keeps personal data, and what becomes of it when a customer is erased: all of it, with reasons.

A table, bucket or cache that is not here fails a test, and so does an item of no declared kind. What is ERASED or KEPT
has a part (``parts.py``) of its table's name, which exports and erases it.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple


class Fate(Enum):
    """What becomes of a thing when a customer is erased.

    ERASED: It is removed.
    KEPT: What says whose it is, is removed; what the law wants stays.
    LAPSES: It goes by itself within a stated time, and is not looked for.
    NOBODYS: It says nothing of a person.
    """

    ERASED = "ERASED"
    KEPT = "KEPT"
    LAPSES = "LAPSES"
    NOBODYS = "NOBODYS"


class Kind(NamedTuple):
    """A kind of thing: how its keys begin, what becomes of it, and why."""

    name: str
    pk: str
    sk: str
    fate: Fate
    why: str


ACCOUNTS: Final = (
    "tax law wants records of sales kept for up to ten years (EU: directive 2006/112, articles 242 to 247; how many is "
    "each country's own). Goods, amounts, taxes, moments, payments, country and region stay; names, addresses, e-mail, "
    "telephone, language, tracking numbers, all that was written, and who did what as the buyer do not"
)
BOOKS: Final = (
    "the shop's books are compared with the provider's by amounts, moments and its reference, while sales are kept. "
    "Who paid, its client's secret, where they were sent to and what was written do not stay"
)
RECORD: Final = "a digest of a request and an id; lives 24 hours, 30 days where a provider's news are told apart by it"
RATE: Final = "how often an account or an address asked within a stretch of time, which ends it: minutes, or an hour"
SHOWN: Final = (
    "that a job was done is shown for 30 days (GDPR, articles 5, 2 and 12, 3), by the id of an account that is none"
)
STAFFS: Final = "goods and terms of the shop, and by which account of its staff they were changed"
LINKED: Final = "leads from what is kept to itself"
OWN: Final = "the customer's own"


def _erased(name: str, pk: str, sk: str = "", why: str = OWN) -> Kind:
    return Kind(name, pk, sk, Fate.ERASED, why)


def _kept(name: str, pk: str, sk: str, why: str) -> Kind:
    return Kind(name, pk, sk, Fate.KEPT, why)


def _lapses(name: str, pk: str, sk: str, why: str) -> Kind:
    return Kind(name, pk, sk, Fate.LAPSES, why)


def _nobodys(name: str, pk: str, sk: str, why: str) -> Kind:
    return Kind(name, pk, sk, Fate.NOBODYS, why)


_RECORD: Final = _lapses("idempotency record", "KEY#", "KEY", RECORD)
_RATE: Final = _lapses("how often", "RATE#", "", RATE)

TABLES: Final[Mapping[str, tuple[Kind, ...]]] = {
    "cart": (
        _erased(
            "cart", "CART#", "CART", "who buys says in it who they are; a guest's lives 30 days after its last change"
        ),
        _erased("which cart a customer has", "CUSTOMER#", "POINTER"),
        _erased("place of a customer's cart", "CUSTOMER#", "CART#"),
        _erased("how often a customer used a discount", "USES#", "USES", "under a digest of who they are"),
        _nobodys("terms", "TERMS", "", STAFFS),
        _nobodys("discount", "DISCOUNT#", "DISCOUNT", STAFFS),
        _nobodys("place of a discount", "DISCOUNTS", "", STAFFS),
        _nobodys("code of a discount", "CODE#", "CODE", STAFFS),
        _RECORD,
    ),
    "catalog": (_nobodys("the catalogue", "", "", STAFFS),),
    "customers": (
        _erased("profile", "CUSTOMER#", "CUSTOMER", "in its place it is said for a day that the account is erased"),
        _erased("consent", "CUSTOMER#", "CONSENT#", "with nobody to write to, none has to be proved"),
        _erased("wishlist", "CUSTOMER#", "WISHLIST"),
        _erased("place among all", "CUSTOMERS#"),
        _erased("place of a term", "FIND#"),
        _RECORD,
        _RATE,
    ),
    "inventory": (_nobodys("the inventory", "", "", STAFFS), _RECORD),
    "media": (
        _erased("media", "MEDIA#", "MEDIA", "who sent it, under which name; the shop's own are nobody's and stay"),
        _erased("place of a customer's media", "CUSTOMER#"),
        _nobodys("media to be looked at", "DUE", "", LINKED),
        _RECORD,
        _RATE,
    ),
    "operations": (
        _lapses("job", "JOB#", "JOB", SHOWN),
        _lapses("version of a job", "JOB#", "CHANGE#", SHOWN),
        _lapses("place of a customer's job", "CUSTOMER#", "", SHOWN),
        _lapses("job under way", "UNDERWAY#", "UNDERWAY", "ends with its job"),
        _lapses("job to be looked at", "WAITING", "", "ends with its job, or within a day"),
        _RECORD,
        _RATE,
    ),
    "orders": (
        _kept("order", "ORDER#", "ORDER", ACCOUNTS),
        _kept("event of an order", "ORDER#", "EVENT#", ACCOUNTS),
        _erased("place of a customer's order", "CUSTOMER#"),
        _erased("place of an e-mail's order", "EMAIL#", "", "under a digest of the e-mail"),
        _nobodys("place among all orders", "ORDERS#", "", LINKED),
        _nobodys("number of an order", "NUMBER#", "NUMBER", LINKED),
        _nobodys("letter", "LETTER#", "LETTER", "that one was sent about an order; not to whom, nor what it said"),
        _RECORD,
        _RATE,
    ),
    "payments": (
        _kept("payment", "PAYMENT#", "PAYMENT", BOOKS),
        _kept("what the simulator knows of a payment", "SIMULATOR#", "INTENT", "only where there is no real provider"),
        _erased("place of a customer's payment", "CUSTOMER#"),
        _nobodys("payment of a cart", "CART#", "", LINKED),
        _nobodys("payment by its provider's reference", "REFERENCE#", "REFERENCE", LINKED),
        _nobodys("pending payment", "PENDING", "", LINKED),
        _RECORD,
        _RATE,
    ),
    "reviews": (
        _erased("review", "REVIEW#", "REVIEW", "what is left of it for a week says neither what it said nor who"),
        _nobodys("what a rating has counted of a review", "REVIEW#", "COUNTED", LINKED),
        _nobodys("place of a review in a product's list", "REVIEWS#", "", LINKED),
        _nobodys("place of a review in the queue", "MODERATION", "", LINKED),
        _erased("place of a customer's review or vote", "CUSTOMER#"),
        _erased(
            "rating of a product", "RATING#", "RATING", "has the review that changed it last, until it is withdrawn"
        ),
        _nobodys("change of a rating", "RATING#", "CHANGE#", "how many stars there were; lives 7 days"),
        _RECORD,
        _RATE,
    ),
}
"""By the table's name: every kind of item that it may have. Of several that fit, the longest keys count."""

BUCKETS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "archives": (
        _erased("what a job has made", "", "", "the customer's own, or of no person; gone within 7 days anyway"),
    ),
    "media": (
        _erased("file as it was sent", "originals/"),
        _erased("what is shown of a file", "public/"),
    ),
    "search": (_nobodys("snapshot of the search", "", "", STAFFS),),
}
"""By the bucket's name."""

CACHES: Final[Mapping[str, tuple[Kind, ...]]] = {
    "cart": (
        _lapses(
            "session", "cart:1:session:", "", "a guest's language, currency, country, cart, and what they looked at; "
            "under a digest, of no account. Lives 7 days after the last request",
        ),
        _nobodys("cached goods", "cart:1:", "", STAFFS),
        _lapses("how often", "cart:1:rate:", "", RATE),
    ),
    "catalog": (_nobodys("cached goods", "catalog:1:", "", STAFFS), _lapses("how often", "catalog:1:rate:", "", RATE)),
    "inventory": (_lapses("how often", "inventory:1:rate:", "", RATE),),
}  # fmt: skip
"""By the prefix of a domain's keys in Valkey."""

ELSEWHERE: Final[Mapping[str, tuple[Fate, str]]] = {
    "Users": (Fate.ERASED, "the account: e-mail, name, telephone; shut first, removed last"),
    "Bus": (Fate.LAPSES, "events hold ids and amounts, no names, addresses or texts; the archive keeps 90 days"),
    "Subscription": (Fate.LAPSES, "messages of the bus that wait; at most 14 days"),
    "Inbox": (Fate.LAPSES, "webhooks of providers that wait; at most 14 days"),
    "Mail": (Fate.LAPSES, "letters are sent, and none is kept; what reached a mailbox is its owner's"),
    "Secret": (Fate.NOBODYS, "keys of the shop"),
    "Triggers": (Fate.NOBODYS, "the pool of users asks, and nothing is kept"),
    "Delivery": (Fate.LAPSES, "what was shown may lie in caches, under names that nobody can guess; a year at most"),
    "Graph": (Fate.NOBODYS, "is told live, and keeps nothing"),
    "logs": (Fate.LAPSES, "ids, and nothing else of people; 30 days. Those of buckets have addresses; 90 days"),
    "backups": (
        Fate.LAPSES,
        "a table can be brought back to any moment of the last 35 days: who does so erases those anew who were since",
    ),
    "providers of payments": (Fate.KEPT, "what Stripe knows it keeps by its own duties"),
}  # fmt: skip
"""What a function is given beside tables, buckets and caches, by the class that declares it, and what is of nobody."""


def kind_of(kinds: tuple[Kind, ...], pk: str, sk: str = "") -> Kind | None:
    """What an item is by its keys; None if nobody has declared it."""
    fitting = [one for one in kinds if pk.startswith(one.pk) and sk.startswith(one.sk)]
    return max(fitting, key=lambda one: (len(one.pk), len(one.sk)), default=None)


def retained() -> list[dict[str, str]]:
    """All that is not erased at once though it is of a person, and why: as the erased are told it."""
    stores = {"table": TABLES, "bucket": BUCKETS, "cache": CACHES}
    of_stores = [
        {"where": f"{store} {name}", "what": kind.name, "fate": kind.fate.value, "why": kind.why}
        for store, declared in stores.items()
        for name, kinds in declared.items()
        for kind in kinds
        if kind.fate in {Fate.KEPT, Fate.LAPSES}
    ]
    others = [
        {"where": name, "what": "", "fate": fate.value, "why": why}
        for name, (fate, why) in ELSEWHERE.items()
        if fate in {Fate.KEPT, Fate.LAPSES}
    ]
    return of_stores + others
