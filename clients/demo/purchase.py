"""The script: what the guest does, what the shop does then, and when each waits for what is told live."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from clients.demo import documents, goods
from clients.demo.asking import Person, key, money
from clients.demo.hearing import Hearing
from clients.demo.screen import Screen
from clients.graph import Refused
from clients.live import Live

EMAIL: Final = "ada@example.org"
ADDRESS: Final = {
    "name": "Ada Lovelace", "line1": "Weg 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
}  # fmt: skip
CARRIER: Final = "DHL"
TRACKING: Final = "00340434161094042557"
"""Nobody's parcel, in the form that the carrier uses."""
USUAL_SECONDS: Final = 10.0
"""Changes are told within a second as a rule: no step waits longer than this for its own to be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """An order, and what its guest knows of it."""

    id: str
    number: str
    token: str
    lines: list[dict[str, Any]]


class Purchase:
    """One guest's purchase in one shop; ``wait`` is how many seconds taking the money may take."""

    def __init__(self, guest: Person, staff: Person, live: Live, screen: Screen, *, wait: float) -> None:
        self._guest, self._staff, self._live, self._screen, self._wait = guest, staff, live, screen, wait
        self._cart = Hearing(live, self._show_cart, known=1)
        self._stock = Hearing(live, self._show_stock)
        self._order = Hearing(live, self._show_order, known=0, behind=True)
        self._wanted = self._total = ""
        self.needed = ""

    async def happen(self, search: str) -> Any:
        """All of it; the order as its guest sees it at the end. Raises Refused."""
        self._screen.actor("A guest")
        cart = await self._fill(search)
        bought = await self._buy(await self._hold(cart))
        self.needed = f"{self._guest.asked} operations and {self._guest.seconds:.1f} s to buy"
        await self._hear_of(bought)
        self._screen.actor("The shop")
        await self._send(bought)
        self._screen.actor("The guest again")
        return await self._find(bought)

    @property
    def heard(self) -> tuple[int, int]:
        """How many live events there were of cart, stock and order, and how many were missing."""
        all_ = (self._cart, self._stock, self._order)
        return sum(one.heard for one in all_), sum(one.missing for one in all_)

    async def _fill(self, search: str) -> Any:
        window = await self._guest.ask(documents.LOOK, lambda found: _window(search, found), search=search)
        product = goods.opened(window)
        if product is None:
            raise Refused(f'nothing that "{search}" finds can be bought; search for something else')
        product = await self._guest.ask(documents.OPEN, _product, slug=product["slug"])
        one = goods.first(product)
        other = one and goods.second(window, one)
        if other is None:
            raise Refused(f'no two things that "{search}" finds can be bought; search for something else')
        self._wanted = goods.called(product, one)
        await self._listen(documents.STOCK_CHANGED, one["id"], self._stock)
        many = min(2, max(goods.units(one), 1))
        made = await self._guest.ask(
            documents.CREATE,
            lambda payload: f"puts {many} {self._wanted} into a cart: {_total(payload)}",
            lines=[{"variantId": one["id"], "quantity": many}],
            key=key(),
        )
        cart = made["cart"]["id"]
        await self._listen(documents.CART_CHANGED, cart, self._cart)
        added = await self._guest.ask(
            documents.ADD,
            lambda payload: f"adds 1 {goods.called(*other)}: {_total(payload)}",
            cart=cart,
            lines=[{"variantId": other[1]["id"], "quantity": 1}],
            key=key(),
        )
        await self._cart.version(added["cart"]["version"], USUAL_SECONDS)
        return cart

    async def _hold(self, cart: str) -> Any:
        told = await self._guest.ask(
            documents.TELL,
            lambda payload: f"says {EMAIL} and an address in {ADDRESS['city']}: {_quotes(payload['cart'])}",
            cart=cart,
            details={"email": EMAIL, "shippingAddress": ADDRESS},
            key=key(),
        )
        await self._cart.version(told["cart"]["version"], USUAL_SECONDS)
        if not told["cart"]["shippingQuotes"]:
            raise Refused(f"the shop sends nothing to {ADDRESS['city']}")
        quote = told["cart"]["shippingQuotes"][0]
        held = await self._guest.ask(
            documents.HOLD,
            lambda payload: f"chooses {quote['method']}, has all of it held: {_total(payload)}",
            cart=cart,
            quote=quote["id"],
            choice=key(),
            key=key(),
        )
        await self._cart.version(held["cart"]["version"], USUAL_SECONDS)
        return held["cart"]

    async def _buy(self, cart: Any) -> Bought:
        started = await self._guest.ask(
            documents.PAY,
            lambda payload: f"promises to pay by the simulator: {_promised(payload['payment'])}",
            cart=cart["id"],
            key=key(),
        )
        payment = started["payment"]
        if payment["nextActionUrl"]:
            raise Refused(f"the payment is to be approved first, at {payment['nextActionUrl']}")
        done = await self._guest.ask(
            documents.BUY,
            lambda payload: f"buys: the cart is order {payload['order']['number']}",
            cart=cart["id"],
            payment=payment["id"],
            total=cart["totals"]["total"],
            key=key(),
        )
        order = done["order"]
        self._total = money(order["totals"]["total"])
        await self._cart.version(cart["version"] + 1, USUAL_SECONDS)
        return Bought(id=order["id"], number=order["number"], token=done["guestToken"], lines=order["lines"])

    async def _hear_of(self, bought: Bought) -> None:
        await self._listen(documents.ORDER_CHANGED, bought.id, self._order)
        missed = await self._guest.ask(
            documents.MISSED,
            lambda found: f"listens to it, and asks what was missed: {_changes(found)}",
            at_once=True,
            order=bought.id,
        )
        self._order.catch_up(missed)
        with self._screen.waiting("waiting for the money to be taken ..."):
            taken = await self._order.until(lambda change: change["paymentStatus"] == "CAPTURED", self._wait)
        if not taken:
            self._screen.note(f"the money was not taken within {self._wait:g} s; going on without", "yellow")

    async def _send(self, bought: Bought) -> None:
        confirmed = await self._staff.ask(
            documents.CONFIRM, lambda _: f"confirms order {bought.number}", order=bought.id, key=key()
        )
        await self._heard(confirmed)
        places = await self._staff.ask(documents.PLACES, lambda found: f"takes the goods from {_place(found)['name']}")
        sent = await self._staff.ask(
            documents.SEND,
            lambda _: f"sends the parcel, {CARRIER} {TRACKING}",
            order=bought.id,
            lines=[{"lineId": line["id"], "quantity": line["quantity"]} for line in bought.lines],
            place=_place(places)["id"],
            carrier=CARRIER,
            number=TRACKING,
            key=key(),
        )
        await self._heard(sent)
        parcel = sent["order"]["fulfillments"][-1]["id"]
        await self._heard(
            await self._staff.ask(documents.DELIVER, lambda _: "learns that it has arrived", parcel=parcel, key=key())
        )

    async def _heard(self, payload: Any) -> None:
        await self._order.version(payload["order"]["version"], USUAL_SECONDS)

    async def _find(self, bought: Bought) -> Any:
        found = await self._guest.ask(documents.FIND, _found, number=bought.number, email=EMAIL, token=bought.token)
        if found is None:
            raise Refused(f"order {bought.number} is not found by its number, e-mail and token")
        await self._order.version(found["version"], USUAL_SECONDS)
        return found | {"number": bought.number}

    async def _listen(self, document: str, id_: str, hearing: Hearing) -> None:
        await self._live.listen(document, {"id": id_}, hearing.hear)

    def _show_cart(self, change: Any, late: float) -> None:
        cart = change["cart"]
        facts = f"{sum(line['quantity'] for line in cart['lines'])} units, {money(cart['totals']['total'])}"
        if cart["reservedUntil"]:
            facts += f", held until {datetime.fromisoformat(cart['reservedUntil']).astimezone():%H:%M}"
        self._screen.event("cart", change["seq"], change["reason"], facts, late)

    def _show_stock(self, change: Any, late: float) -> None:
        self._screen.event("stock", change["seq"], f"{change['availability']['quantity']} left", self._wanted, late)

    def _show_order(self, change: Any, late: float) -> None:
        facts = f"{change['paymentStatus']}, {change['fulfillmentStatus']}, {self._total}"
        self._screen.event("order", change["seq"], change["type"], facts, late)


def _window(search: str, found: Any) -> str:
    prices = [edge["node"]["priceRange"]["min"] for edge in found["edges"]]
    least = min(prices, key=lambda one: Decimal(one["amount"]), default=None)
    products = "1 product" if found["totalCount"] == 1 else f"{found['totalCount']} products"
    return f'searches for "{search}": {products}' + (f", from {money(least)}" if least else "")


def _product(found: Any) -> str:
    variants = [edge["node"] for edge in found["variants"]["edges"]]
    of = f" of {found['vendor']}" if found["vendor"] else ""
    return f"opens {found['name']}{of}: {len(variants)} to choose from, {money(variants[0]['price'])}"


def _total(payload: Any) -> str:
    return money(payload["cart"]["totals"]["total"])


def _quotes(cart: Any) -> str:
    quotes = [f"{one['method']} {money(one['price'])}" for one in cart["shippingQuotes"]]
    return " or ".join(quotes) or "cannot be sent"


def _promised(payment: Any) -> str:
    return f"{payment['status']}, {money(payment['amount'])}"


def _changes(found: Any) -> str:
    return "1 change" if len(found) == 1 else f"{len(found)} changes"


def _place(places: Any) -> Any:
    if not places:
        raise Refused("the shop has no warehouse to send it from")
    return places[0]


def _found(order: Any) -> str:
    if order is None:
        return "looks the order up, and finds nothing"
    return f"finds it by number, e-mail and token: {order['paymentStatus']}, {order['fulfillmentStatus']}"
