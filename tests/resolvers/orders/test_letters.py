"""What buyers read: all that they have to know, as text and as HTML alike, and nothing that anybody can smuggle in."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, Final

import pytest

from domain.addresses import LONGEST_PART, Address
from domain.cart.carts import MOST_LINES
from domain.cart.offers import LONGEST_NAME
from domain.ids import CustomerId, DiscountId
from domain.money import CurrencyCode, Money
from domain.orders import life
from domain.orders.life import LONGEST_WORD
from domain.orders.orders import Order, OrderDiscount, ShippingMethod
from resolvers.orders.letters import Letter, placed, shipped
from tests.domain.orders.making import NOON, STAFF, begun, done, line, parcel, purchase, units, usd

HOME: Final = Address(
    name="Ada Lovelace", company="Engines Ltd", line1="1 Main St", line2="2nd floor", postal_code="10115",
    city="Berlin", country="DE",
)  # fmt: skip
BILL: Final = replace(HOME, name="Charles Babbage", line1="5 Devonshire St", city="London", country="GB")
EVIL: Final = """<script src="http://x.example/a.js">alert('1')</script><img src=x onerror=alert(1)>&amp;"""
TAGS: Final = {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "p", "table", "tr", "td", "span"}


class Read(HTMLParser):
    """What a reader of HTML makes of it: elements, attributes, and words outside of the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] != "style":
            self.words.append(data)


def order(**parts: Any) -> Order:
    """A guest's order that says everything."""
    found = begun().order
    given: dict[str, Any] = {
        "shipping_address": HOME,
        "billing_address": BILL,
        "shipping": ShippingMethod(method="Standard", carrier="DHL", min_days=2, max_days=4),
        "discounts": (OrderDiscount(discount_id=DiscountId("disc_1"), code="TEN", title="Ten off", amount=usd(100)),),
        "totals": replace(found.totals, discount=usd(100)),
    }
    return replace(found, **(given | parts))


def sent(bought: Order, *quantities: int, **parts: Any) -> tuple[Order, Letter]:
    """The order, and the letter about a parcel of so many units of each line."""
    confirmed = done(life.confirm(bought, STAFF, NOON))
    after = done(life.fulfil(confirmed, parcel(units(confirmed, *quantities), **parts), STAFF, NOON))
    return after, shipped(after, after.fulfillments[-1])


def in_both(letter: Letter, *words: str) -> bool:
    """Whether text and HTML say all of these."""
    html = " ".join(Read(letter.html).words)
    assert [(word, said) for word in words for said in (letter.text, html) if word not in " ".join(said.split())] == []
    return True


def test_the_first_letter_says_what_was_bought_for_how_much_and_where_it_goes() -> None:
    bought = order()
    letter = placed(bought, None)
    assert letter.subject == f"Your order {bought.number}"
    assert in_both(letter, "2 × Thing 1", "20.00 USD", "SKU-1, 10.00 USD each")  # noqa: RUF001  # times
    assert in_both(
        letter, "Subtotal", "23.33 USD", "Discount", "-1.00 USD", "Ten off", "Shipping", "5.00 USD", "Tax (included)",
        "0.53 USD", "Total", "28.33 USD", "Delivery", "Standard, DHL", "2 to 4 days", "Ada Lovelace", "Engines Ltd",
        "1 Main St", "2nd floor", "10115 Berlin", "DE", "Bill", "Charles Babbage", "5 Devonshire St", "London", "GB",
    )  # fmt: skip


def test_who_has_an_account_is_told_of_no_token_and_a_guest_of_all_that_lets_them_in() -> None:
    bought = order()
    assert "Token" not in placed(replace(bought, customer_id=CustomerId("ada")), None).text
    assert in_both(
        placed(bought, "a-token_of.theirs"), "To see your order again", bought.number, bought.email, "a-token_of.theirs"
    )


def test_what_is_nothing_is_not_mentioned() -> None:
    bare = begun(purchase(line(1), shipping=0)).order
    letter = placed(bare, None)
    assert [word in letter.text for word in ("Discount", "Shipping", "Tax", "Delivery", "Bill", "each")] == [False] * 6
    assert in_both(letter, "Subtotal", "10.00 USD", "Total", "10.00 USD")


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (1200, CurrencyCode.JPY, "1200 JPY"),
        (5, CurrencyCode.KWD, "0.005 KWD"),
        (123456, CurrencyCode.EUR, "1234.56 EUR"),
    ],
)
def test_amounts_are_written_as_the_graph_writes_them(minor: int, currency: CurrencyCode, said: str) -> None:
    bought = order()
    total = replace(bought.totals, total=Money(minor, currency))
    assert in_both(placed(replace(bought, totals=total), None), f"Total {said}")


def test_the_letter_about_a_parcel_says_what_is_in_it_and_how_it_is_found() -> None:
    after, letter = sent(order(), 1, carrier="DHL", tracking_number="JD0146 0003")
    assert letter.subject == f"Your order {after.number} is on its way"
    assert in_both(letter, "What is not in it follows.", "1 × Thing 1", "Carrier", "DHL", "Tracking", "JD0146 0003")  # noqa: RUF001  # times
    assert in_both(letter, "Delivery", "Ada Lovelace", "10115 Berlin")
    assert "Thing 2" not in letter.text + letter.html


def test_the_last_parcel_promises_no_other_and_one_without_a_carrier_names_none() -> None:
    _, letter = sent(order(shipping_address=None), 2, 1)
    assert [word in letter.text for word in ("follows.", "Carrier", "Tracking", "Delivery")] == [False] * 4


def evil_letters() -> list[Letter]:
    """Everything that people write is an attempt."""
    evil = Address(country="DE", **dict.fromkeys(("name", "company", "line1", "line2", "city", "region"), EVIL))
    bought = order(shipping_address=evil, billing_address=evil, email=EVIL, number=EVIL)
    bought = replace(
        bought,
        lines=tuple(replace(one, name=EVIL, sku=EVIL) for one in bought.lines),
        shipping=ShippingMethod(method=EVIL, carrier=EVIL),
        discounts=tuple(replace(one, title=EVIL) for one in bought.discounts),
    )
    _, letter = sent(bought, 1, carrier=EVIL[:LONGEST_WORD], tracking_number=EVIL[:LONGEST_WORD])
    return [placed(bought, EVIL), letter]


@pytest.mark.parametrize("letter", evil_letters(), ids=["placed", "shipped"])
def test_what_people_write_is_shown_and_never_markup(letter: Letter) -> None:
    read = Read(letter.html)
    assert set(read.tags) <= TAGS
    assert not [name for name, _ in read.attributes if name in {"src", "href", "style"} or name.startswith("on")]
    assert EVIL in "".join(read.words)
    assert EVIL in letter.text


@pytest.mark.parametrize("letter", [placed(order(), "t"), sent(order(), 1)[1]], ids=["placed", "shipped"])
def test_a_letter_asks_nothing_of_any_address_and_is_light_and_dark(letter: Letter) -> None:
    read = Read(letter.html)
    assert set(read.tags) <= TAGS
    assert [word for word in ("http", "url(", "@import", "//") if word in letter.html] == []
    assert "prefers-color-scheme: dark" in letter.html
    assert ("content", "light dark") in read.attributes


@pytest.mark.parametrize("text", ["two\r\nlines", "tab\tbed", "bell\x07s", "\u2028 apart"])
def test_what_people_write_stays_on_its_line(text: str) -> None:
    bought = order()
    letter = placed(replace(bought, lines=tuple(replace(one, name=text) for one in bought.lines)), None)
    assert in_both(letter, " ".join(text.replace("\x07", " ").split()))
    assert [char for char in letter.text + letter.subject if char in "\r\t\x07\u2028"] == []


def test_the_longest_letter_has_everything_and_is_not_large() -> None:
    wide = "\N{GRINNING FACE}" * LONGEST_PART
    address = Address(country="DE", **dict.fromkeys(("name", "company", "line1", "line2", "city", "region"), wide))
    found = begun(purchase(*(line(number, 99) for number in range(MOST_LINES)), shipping_address=address)).order
    letter = placed(
        replace(found, lines=tuple(replace(one, name="\N{GRINNING FACE}" * LONGEST_NAME) for one in found.lines)), "t"
    )
    assert letter.text.count("\N{GRINNING FACE}" * LONGEST_NAME) >= MOST_LINES
    assert len(letter.html.encode()) < 102_000, "beyond 102 KB some readers cut"
