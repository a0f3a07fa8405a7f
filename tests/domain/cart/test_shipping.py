"""What is sent where, how and for how much: the most specific zone, the highest bracket reached, cheapest first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import Destination
from domain.cart.offers import Item, items_of
from domain.cart.shipping import (
    Bracket,
    Place,
    ShippingBasis,
    ShippingQuote,
    ShippingRate,
    ShippingUnavailable,
    ShippingZone,
    quoted,
    zone_of,
)
from domain.errors import ErrorCode
from domain.ids import CartId
from domain.money import Money
from tests.domain.cart.strategies import BERLIN, CART, EUR, USD, cart, flat_rate, offer, offers, zone

HERE = BERLIN.destination
MUG = offer(1, 1000, weight_grams=400)
FILE = offer(2, 500, ships=False, weight_grams=10**6)
LIGHT = offer(3, 500)


def items(*lines: tuple[int, int]) -> tuple[Item, ...]:
    known = {1: MUG, 2: FILE, 3: LIGHT}
    return items_of(cart(*((known[number], quantity) for number, quantity in lines)), offers(*known.values()))


def quotes(
    rates: tuple[ShippingRate, ...], lines: tuple[Item, ...], goods: Money
) -> tuple[ShippingQuote, ...] | ShippingUnavailable:
    return quoted(CART, lines, goods, [zone(1, *rates)], HERE)


def prices(rate: ShippingRate, lines: tuple[Item, ...], goods: int) -> list[int]:
    found = quotes((rate,), lines, Money(goods, USD))
    return [one.price.minor for one in found] if isinstance(found, tuple) else []


def brackets(*pairs: tuple[int, int]) -> tuple[Bracket, ...]:
    return tuple(Bracket(at_least=start, price=Money(minor, USD)) for start, minor in pairs)


WORLD, GERMANY, BAVARIA, MUNICH, CENTRE = ZONES = [
    zone(number, places=places)
    for number, places in enumerate(
        [
            (Place(),),
            (Place(country="FR"), Place(country="de")),
            (Place(country="DE", region="DE-BY"),),
            (Place(country="DE", postal_prefix="80"), Place(country="DE", postal_prefix="81")),
            (Place(country="DE", postal_prefix="80 3-3"),),
        ]
    )
]


@pytest.mark.parametrize(
    ("country", "region", "postal_code", "expected"),
    [
        pytest.param("US", None, None, WORLD, id="everywhere"),
        pytest.param("de", None, "99999", GERMANY, id="country, in any case"),
        pytest.param("DE", "by", "99999", BAVARIA, id="region without its country"),
        pytest.param("DE", " DE-BY ", "99999", BAVARIA, id="region with its country"),
        pytest.param("DE", "BE", "99999", GERMANY, id="another region"),
        pytest.param("DE", "BY", "80 999", MUNICH, id="postal code before region"),
        pytest.param("DE", None, "80-333", CENTRE, id="the longest prefix, whatever stands between the digits"),
        pytest.param("AT", "BY", "80333", WORLD, id="region and postal code of another country"),
        pytest.param("FR", None, "80333", GERMANY, id="postal code of another country of the zone"),
    ],
)
def test_the_most_specific_zone_holds(
    country: str, region: str | None, postal_code: str | None, expected: ShippingZone
) -> None:
    to = replace(HERE, country=country, region=region, postal_code=postal_code)
    assert zone_of(ZONES, to) is expected
    assert zone_of(ZONES[::-1], to) is expected


def test_of_equally_specific_zones_the_lowest_id_holds() -> None:
    twins = [zone(number, places=(Place(country="DE"),)) for number in (2, 1)]
    assert zone_of(twins, HERE) == twins[1]
    assert zone_of([], HERE) is None


def test_letters_of_a_postal_code_know_no_case() -> None:
    london = zone(1, places=(Place(country="GB", postal_prefix="sw1a"),))
    assert zone_of([london], replace(HERE, country="GB", postal_code="SW1A 1AA")) is london
    assert zone_of([london], replace(HERE, country="GB", postal_code="SW1")) is None


@pytest.mark.parametrize(
    ("goods", "expected"), [(0, [900]), (4999, [900]), (5000, [500]), (9999, [500]), (10_000, [0])]
)
def test_a_bracket_by_subtotal_holds_from_its_amount_on(goods: int, expected: list[int]) -> None:
    rate = flat_rate(1, 0, brackets=brackets((5000, 500), (0, 900)), free_from=(Money(10_000, USD), Money(0, EUR)))
    assert prices(rate, items((1, 1)), goods) == expected


@pytest.mark.parametrize(("mugs", "expected"), [(1, [300]), (2, [300]), (3, [700]), (5, [700]), (6, [])])
def test_a_bracket_by_weight_holds_from_its_grams_on(mugs: int, expected: list[int]) -> None:
    rate = flat_rate(1, 0, basis=ShippingBasis.WEIGHT, brackets=brackets((0, 300), (1200, 700)), most_grams=2000)
    assert prices(rate, items((1, mugs), (2, 3), (3, 1)), 10**9) == expected


def test_a_rate_that_begins_later_is_not_offered_before() -> None:
    rate = flat_rate(1, 0, brackets=brackets((5000, 500)), free_from=(Money(0, USD),))
    assert prices(rate, items((1, 1)), 4999) == []
    assert prices(rate, items((1, 1)), 5000) == [0]


def test_a_rate_without_the_carts_currency_is_not_offered() -> None:
    assert prices(flat_rate(1, 500, EUR), items((1, 1)), 1000) == []


def test_quotes_are_cheapest_first_then_fastest() -> None:
    rates = (
        flat_rate(1, 500, max_days=3), flat_rate(2, 500, max_days=1), flat_rate(3, 400), flat_rate(4, 500),
        flat_rate(5, 500, min_days=2),
    )  # fmt: skip
    found = quotes(rates, items((1, 1)), Money(1000, USD))
    assert isinstance(found, tuple)
    assert [one.method for one in found] == ["Way 3", "Way 2", "Way 5", "Way 1", "Way 4"]


def test_a_quote_keeps_its_id_while_its_price_changes_and_is_of_one_cart() -> None:
    rate = flat_rate(1, 0, brackets=brackets((0, 900), (5000, 500)))
    ids = {
        one.id
        for cart_id in (CART, CartId("cart_" + "2" * 26))
        for goods in (1000, 6000)
        for one in _tuple(quoted(cart_id, items((1, 1)), Money(goods, USD), [zone(1, rate)], HERE))
    }
    assert len(ids) == 2


def test_only_the_most_specific_zone_is_asked() -> None:
    zones = [zone(1, flat_rate(1, 100)), zone(2, places=(Place(country="DE"),))]
    assert isinstance(quoted(CART, items((1, 1)), Money(1000, USD), zones, HERE), ShippingUnavailable)


def test_where_nothing_is_sent_the_answer_says_where_that_is() -> None:
    found = quoted(CART, items((1, 1)), Money(1000, USD), [], replace(HERE, region="BE"))
    assert found == ShippingUnavailable(to=replace(HERE, region="BE"))
    assert isinstance(found, ShippingUnavailable)
    assert found.code is ErrorCode.SHIPPING_UNAVAILABLE


def test_what_is_downloaded_needs_no_quote() -> None:
    assert quoted(CART, items((2, 1)), Money(1000, USD), [], HERE) == ()


ANY_TEXT = st.text(max_size=12)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_an_address_in_any_script_has_a_zone(country: str, region: str, postal_code: str) -> None:
    to = Destination(country=country, region=region, postal_code=postal_code)
    assert zone_of(ZONES, to) in ZONES
    own = zone(9, places=(Place(country=country, region=region or None, postal_prefix=postal_code[:3]),))
    assert zone_of([own], to) is own


def _tuple(found: tuple[ShippingQuote, ...] | ShippingUnavailable) -> tuple[ShippingQuote, ...]:
    assert isinstance(found, tuple)
    return found
