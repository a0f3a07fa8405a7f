"""A customer who says something of their own wherever anybody may say anything, and where it could lie afterwards."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import GraphQLInputObjectType, get_named_type
from valkey import Valkey

from datasources.dynamo.terms import TermsTable
from domain.ids import VariantId, product_of_variant
from infra.domains import discover
from resolvers._kit.settings import Bucket, Table
from schema.api import graph, object_types, root_access
from schema.route import Access
from tests.domain.cart.strategies import percent
from tests.resolvers.cart.making import CODES, DETAILS, begun, reserve
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.cart.passing import forget
from tests.resolvers.catalog.making import name
from tests.resolvers.media import making as media
from tests.resolvers.operations.making import Person, Wires, client, joined
from tests.resolvers.orders import making as orders
from tests.resolvers.orders.test_checkout import CHECKOUT
from tests.resolvers.payments.making import START, capture, refund, sending, usd
from tests.resolvers.reviews import making as reviews
from tests.shop import Shop

TEXTS: Final = {"String", "AWSEmail", "AWSPhone", "AWSURL", "AWSJSON"}
ADDRESS: Final = ("name", "company", "line1", "line2", "city", "region", "postalCode", "phone")
PHONES: Final = {"saved": "+4930123456781", "sent": "+4930123456782", "billed": "+4930123456783"}
PHONE: Final = "+4930123456789"


def _seeds(path: str, which: str) -> dict[str, str]:
    """What is said in an address."""
    return {f"{path}.{part}": PHONES[which] if part == "phone" else f"canary {which} {part}" for part in ADDRESS}


SEEDS: Final[Mapping[str, str]] = {
    **_seeds("addressSave.input", "saved"),
    **_seeds("cartDetailsSet.input.shippingAddress", "sent"),
    **_seeds("cartDetailsSet.input.billingAddress", "billed"),
    "cartDetailsSet.input.email": "canary.cart@example.org",
    "cartDiscountCodesSet.codes": "CANARYCODE",
    "customerUpdate.input.name": "canary customer",
    "customerUpdate.input.phone": PHONE,
    "mediaUploadStart.input.filename": "canary holiday.jpg",
    "mediaUploadStart.input.alt": "canary on a beach",
    "orderCancel.reason": "canary cancels",
    "returnRequest.reason": "canary returns",
    "paymentStart.returnUrl": "https://canary.example/back",
    **{f"reviewSubmit.input.{part}": f"canary says {part}" for part in ("title", "body", "author")},
    **{f"reviewEdit.input.{part}": f"canary repeats {part}" for part in ("title", "body", "author")},
}
"""What is said where: of each field that a customer can fill with words of their own."""
WELCOME: Final = "WELCOME"
"""A code of the shop's own, which each customer may use so many times."""
OTHERS: Final = {
    "account's e-mail": "canary.account@example.org", "account's name": "canary account",
    "picture's metadata": "canary lane 52", "tracking number": "canary tracking", "refund's reason": "canary refund",
}  # fmt: skip
"""What is known of them from elsewhere: the pool of users, and those who work at the shop."""
WORDLESS: Final[Mapping[str, str]] = {
    "idempotencyKey": "a text of the program's, gone within a day (KEY#)",
    "contentType": "one of some types",
    "sha256": "a digest",
    "country": "one of two hundred codes",
    "locale": "the tag of a language",
    "provider": "one of some names",
    "amount": "a number",
    "confirmEmail": "is compared, and not kept",
}
"""How the names of fields end that have no room for words, and why."""


def said_by_customers() -> set[str]:
    """Every field that a customer may fill with a text, by its path below its mutation."""
    mutations = object_types(graph())["Mutation"].fields
    asked = {name: field for name, field in mutations.items() if root_access(field) in {Access.PUBLIC, Access.SHOPPER}}
    return {
        path
        for name, field in asked.items()
        for given, argument in field.args.items()
        for path in _texts(argument.type, f"{name}.{given}")
    }


def _texts(kind: Any, path: str) -> Iterator[str]:
    bare = get_named_type(kind)
    if isinstance(bare, GraphQLInputObjectType):
        for one, field in bare.fields.items():
            yield from _texts(field.type, f"{path}.{one}")
    elif bare.name in TEXTS:
        yield path


def address(of: str) -> dict[str, str]:
    return {part: SEEDS[f"{of}.{part}"] for part in ADDRESS} | {"country": "DE"}


class Canary:
    """Somebody who has done all that a customer can do; what they bought has come to its end."""

    def __init__(self, shop: Shop, others_review: str) -> None:
        self.shop = shop
        self.wires = Wires(shop)
        self.person: Person = joined(shop, OTHERS["account's e-mail"], name=OTHERS["account's name"])
        self.buyer = self.person.name
        sending(shop)
        TermsTable(shop.handlers["cart"].store.table).save_discount(
            None, percent(9_000, 5, code=WELCOME, per_customer_limit=10)
        )
        self.goods, self.others = (on_sale(shop, "10.00 USD", units=100) for _ in range(2))
        forget(shop)
        self._profile()
        self.abandoned = self._cart(hold=False)
        self.cancelled = self._bought()
        self._cancel(self.cancelled)
        self.claimed = self._claimed()
        self._cancel(self.claimed)
        self.returned, self.reviewed = self._bought(), self._bought(self.others)
        for order, goods in ((self.returned, self.goods), (self.reviewed, self.others)):
            self._return(order, goods)
        self.wires.settle()
        self._review(others_review, self._picture())
        self.unpaid = self._cart(hold=True)
        self._start(self.unpaid, "?simulate=action")
        shop.ask(
            "mutation($context: BuyerContext!) { sessionStart(context: $context) { session { id } } }",
            {"context": {"locale": "de", "country": "DE"}},
        )

    def _ask(self, document: str, **variables: Any) -> Any:
        (payload,) = self.shop.ask(document, variables, person=self.buyer).values()
        assert payload["userErrors"] == [], payload
        return payload

    def _profile(self) -> None:
        errors = "userErrors { code message }"
        update = f"mutation($input: CustomerInput!) {{ customerUpdate(input: $input) {{ {errors} }} }}"
        profile = {"name": SEEDS["customerUpdate.input.name"], "phone": PHONE, "locale": "de", "marketingConsent": True}
        self._ask(update, input=profile)
        save = f"mutation($input: AddressInput!) {{ addressSave(input: $input) {{ {errors} }} }}"
        self._ask(save, input=address("addressSave.input"))
        wish = f"mutation($id: ID!) {{ wishlistSet(variantId: $id, wished: true) {{ {errors} }} }}"
        self._ask(wish, id=self.goods)

    def _cart(self, goods: str = "", *, hold: bool) -> Any:
        cart = begun(self.shop, (goods or self.goods, 2), person=self.buyer)
        said = {
            "email": SEEDS["cartDetailsSet.input.email"] if self.buyer != "guest" else self.person.email,
            "shippingAddress": address("cartDetailsSet.input.shippingAddress"),
            "billingAddress": address("cartDetailsSet.input.billingAddress"),
        }
        told = self._ask(DETAILS, id=cart["id"], input=said)["cart"]
        self._ask(CODES, id=cart["id"], codes=[SEEDS["cartDiscountCodesSet.codes"], WELCOME])
        self._ask(DETAILS, id=cart["id"], input={"shippingQuoteId": told["shippingQuotes"][0]["id"]})
        return reserve(self.shop, cart, self.buyer)["cart"] if hold else cart

    def _start(self, cart: Any, words: str = "") -> Any:
        url = SEEDS["paymentStart.returnUrl"] + words
        return self._ask(START, cart=cart["id"], provider="simulator", url=url, key=name("key"))["payment"]

    def _bought(self, goods: str = "") -> Any:
        cart = self._cart(goods, hold=True)
        payment = self._start(cart)
        total = cart["totals"]["total"]
        order = self._ask(CHECKOUT, cart=cart["id"], payment=payment["id"], total=total, key=name("key"))["order"]
        return order | {"payment": payment}

    def _claimed(self) -> Any:
        """An order of before they were signed in."""
        self.buyer = "guest"
        order = self._bought()
        self.buyer = self.person.name
        claim = self._ask("mutation { guestOrdersClaim { claimed userErrors { code } } }")
        assert claim["claimed"] == 1
        return order

    def _cancel(self, order: Any) -> None:
        self._ask(orders.CANCEL, id=order["id"], reason=SEEDS["orderCancel.reason"], key=name("key"))

    def _return(self, bought: Any, goods: str) -> None:
        shop, id_ = self.shop, bought["id"]
        orders.done(shop, orders.CONFIRM, id_)
        capture(shop, bought["payment"])
        place = orders.place_of(shop, goods)
        sent = {"lines": orders.units(bought, 2), "place": place, "tracking": OTHERS["tracking number"]}
        document = orders.FULFILL.replace('carrier: "DHL"', 'carrier: "DHL", trackingNumber: $tracking')
        document = document.replace("$place: ID!", "$place: ID!, $tracking: String")
        (payload,) = shop.ask(document, {"id": id_, "key": name("key"), **sent}, person="staff").values()
        assert payload["userErrors"] == [], payload
        order = payload["order"]
        orders.done(shop, orders.DELIVER, order["fulfillments"][0]["id"])
        asked = self._ask(
            orders.RETURN, id=id_, lines=orders.units(order, 1), reason=SEEDS["returnRequest.reason"], key=name("key")
        )["order"]
        orders.done(shop, orders.RESOLVE, asked["returns"][0]["id"], approve=False)
        refund(shop, bought["payment"], usd("1.00"), reason=OTHERS["refund's reason"])

    def _picture(self) -> str:
        """One that says where it was taken, in what nobody sees of it."""
        said = {part: SEEDS[f"mediaUploadStart.input.{part}"] for part in ("filename", "alt")}
        data = media.picture(secret=OTHERS["picture's metadata"])
        sent = media.uploaded(self.shop, data, person=self.buyer, **said)
        assert sent["status"] == "READY", sent
        id_: str = sent["id"]
        return id_

    def _review(self, others_review: str, picture: str) -> None:
        """One that everybody reads, one that was changed and waits, both with a picture; and a vote for another's."""
        first, second = (product_of_variant(VariantId(one)) for one in (self.goods, self.others))
        words = {part: SEEDS[f"reviewSubmit.input.{part}"] for part in ("title", "body", "author")}
        reviews.published(self.shop, str(first), self.buyer, media=[picture], **words)
        made = reviews.done(self.shop, reviews.SUBMIT, self.buyer, product=second, media=[picture])
        words = {part: SEEDS[f"reviewEdit.input.{part}"] for part in ("title", "body", "author")}
        reviews.done(self.shop, reviews.EDIT, self.buyer, id=made["id"], **words)
        reviews.done(self.shop, reviews.MARK, self.buyer, id=others_review)
        reviews.heard(self.shop)


def tables(shop: Shop) -> Mapping[str, list[dict[str, Any]]]:
    """Every item of every table, by the table's name."""
    paginator = client(shop, "dynamodb").get_paginator("scan")
    return {
        table.name: [item for page in paginator.paginate(TableName=shop.environ[variable]) for item in page["Items"]]
        for domain in discover()
        for variable, table in domain.resources.items()
        if isinstance(table, Table)
    }


def objects(shop: Shop) -> Mapping[str, Mapping[str, bytes]]:
    """Every object of every bucket, by the bucket's name."""
    s3 = client(shop, "s3")
    found = {}
    for domain in discover():
        for variable, bucket in domain.resources.items():
            if isinstance(bucket, Bucket):
                listed = s3.list_objects_v2(Bucket=shop.environ[variable]).get("Contents", [])
                keys = [one["Key"] for one in listed]
                found[bucket.name] = {
                    key: s3.get_object(Bucket=shop.environ[variable], Key=key)["Body"].read() for key in keys
                }
    return found


def cached(shop: Shop) -> Mapping[str, str]:
    """Every key of Valkey with what lies there."""
    server: Any = Valkey.from_url(shop.environ["CACHE_URL"])
    kinds = {b"string": server.get, b"hash": server.hgetall}
    found = {}
    for key in server.scan_iter():
        kind = server.type(key)
        found[key.decode()] = repr(kinds[kind](key) if kind in kinds else server.dump(key))
    return found


def everywhere(shop: Shop) -> str:
    """All that the shop keeps anywhere, as one text."""
    files = {
        bucket: {key: data.decode(errors="replace") for key, data in of.items()} for bucket, of in objects(shop).items()
    }
    cognito = client(shop, "cognito-idp").list_users(UserPoolId=shop.environ["USER_POOL_ID"])["Users"]
    return json.dumps([tables(shop), files, cached(shop), cognito], default=str, ensure_ascii=False)
