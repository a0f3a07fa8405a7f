"""Taxes by the law of several countries: rounded once per rate, parted without a rest, never more than there is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.addresses import Destination
from domain.cart.offers import Offer, items_of
from domain.cart.taxes import ShippingTax, Taxed, TaxRate, TaxTable, rates_of, table_of, taxed
from tests.domain.cart.strategies import BERLIN, CATEGORIES, TABLES, cart, offer, offers, vat

HERE = BERLIN.destination
FOOD, DRINK, _ = CATEGORIES
VAT19, VAT7 = TaxRate(name="VAT", rate=190_000), TaxRate(name="VAT", rate=70_000, category_id=FOOD)


def address(country: str, region: str | None = None) -> Destination:
    return Destination(country=country, region=region)


def taxes(table: TaxTable, to: Destination, *costs: int | tuple[int, Offer], shipping: int = 0) -> Taxed:
    """The taxes on lines of one unit each."""
    sold = [cost[1] if isinstance(cost, tuple) else offer(number, cost) for number, cost in enumerate(costs)]
    minors = [cost[0] if isinstance(cost, tuple) else cost for cost in costs]
    items = items_of(cart(*((one, 1) for one in sold)), offers(*sold))
    return taxed(items, minors, shipping, table, to)


def food(number: int) -> Offer:
    return offer(100 + number, 1, category_ids=(FOOD,))


def test_japan_rounds_once_per_rate_and_not_per_line() -> None:
    """Qualified invoices since 2023-10-01: one rounding per rate and invoice (National Tax Agency, invoice Q&A, 46).

    Three lines of 98 yen at 8 %: 294 x 8 % = 23.52, so 24; by lines it were 3 x 7.84, so 24 as well; of 93 yen: 279 x
    8 % = 22.32, so 22, by lines 3 x 7.44, so 21.
    """
    japan = vat(TaxRate(name="Consumption tax", rate=80_000), included=False, country="JP")
    assert taxes(japan, address("JP"), 98, 98, 98).total == 24
    assert taxes(japan, address("JP"), 93, 93, 93).total == 22


def test_a_half_cent_of_sales_tax_goes_up() -> None:
    """Streamlined Sales and Use Tax Agreement, section 324: up whenever the third decimal place is above four."""
    state = vat(TaxRate(name="Sales tax", rate=50_000, region="WA"), included=False, country="US")
    assert taxes(state, address("US", "US-WA"), 10).total == 1  # 0.5 cents
    assert taxes(state, address("US", "WA"), 9).total == 0  # 0.45 cents
    assert taxes(state, address("US", "OR"), 1000).total == 0


def test_an_invoice_is_taxed_on_its_sum_per_rate() -> None:
    """EN 16931, BR-CO-17: a rate's tax is its taxable amount times the rate, rounded to two decimals."""
    germany = vat(VAT19, VAT7, included=False)
    found = taxes(germany, HERE, 333, 333, 333, (101, food(1)), (102, food(2)))
    assert [(part.rate, part.net, part.amount) for part in found.parts] == [(190_000, 999, 190), (70_000, 203, 14)]
    assert found.lines == (64, 63, 63, 7, 7)


def test_the_tax_in_a_price_is_taken_out_of_it() -> None:
    """11.90 at 19 % holds 1.90; 0.99 three times holds 2.97 x 19 / 119 = 0.4742, so 0.47."""
    germany = vat(VAT19)
    assert taxes(germany, HERE, 1190).lines == (190,)
    assert taxes(germany, HERE, 99, 99, 99).lines == (16, 16, 15)


def test_quebec_has_two_taxes_each_on_the_price_alone() -> None:
    """QST of 9.975 % is not computed on GST since 2013 (Revenu Québec): 100.00 has 5.00 and 9.98."""
    canada = vat(
        TaxRate(name="GST", rate=50_000), TaxRate(name="QST", rate=99_750, region="QC"), included=False, country="CA"
    )
    assert [part.amount for part in taxes(canada, address("CA", "QC"), 10_000).parts] == [500, 998]
    assert [part.amount for part in taxes(canada, address("CA", "AB"), 10_000).parts] == [500]


def test_indias_halves_of_a_tax_sum_to_what_the_price_holds() -> None:
    india = vat(TaxRate(name="CGST", rate=90_000), TaxRate(name="SGST", rate=90_000), country="IN")
    found = taxes(india, address("IN"), 1001)  # 1001 x 18 / 118 = 152.69
    assert ([part.amount for part in found.parts], found.lines) == ([77, 76], (153,))


def test_what_carries_the_same_taxes_is_rounded_together() -> None:
    """Both lines carry 20 % and 10 %, each by other rows: 2 x 2 x 30 / 130 is 0.92, so 1; one by one it were 0."""
    rows = (
        TaxRate(name="B", rate=100_000, category_id=FOOD),
        TaxRate(name="A", rate=200_000),
        TaxRate(name="B", rate=100_000),
    )
    assert taxes(vat(*rows), HERE, 2, (2, food(1))).total == 1


def test_what_is_not_taxable_carries_no_tax() -> None:
    assert taxes(vat(VAT19), HERE, (1190, offer(50, 1, taxable=False)), 1190).lines == (0, 190)


@pytest.mark.parametrize(
    ("rule", "tax", "shares"),
    [
        (ShippingTax.EXEMPT, 0, (190, 7)),
        (ShippingTax.STANDARD, 95, (285, 7)),
        (ShippingTax.AS_GOODS, 90, (276, 11)),
    ],
)
def test_shipping_is_taxed_as_the_table_says(rule: ShippingTax, tax: int, shares: tuple[int, ...]) -> None:
    """500 of shipping beside 1,000 at 19 % and 100 at 7 %, as goods: 455 at 19 % and 45 at 7 %."""
    found = taxes(vat(VAT19, VAT7, included=False, shipping=rule), HERE, 1000, (100, food(1)), shipping=500)
    assert found.shipping == pytest.approx(tax, abs=1)
    assert tuple(part.amount for part in found.parts) == pytest.approx(shares, abs=1)
    assert found.total == found.shipping + sum(found.lines)


@pytest.mark.parametrize(
    ("region", "categories", "rates"),
    [
        pytest.param(None, (), {"VAT": 190_000}, id="standard"),
        pytest.param(None, (DRINK, FOOD), {"VAT": 50_000}, id="the nearest category"),
        pytest.param(None, (FOOD,), {"VAT": 70_000}, id="the category above"),
        pytest.param("by", (), {"VAT": 10_000, "Levy": 20_000}, id="the region's own, and another tax"),
        pytest.param("DE-BY", (FOOD, DRINK), {"VAT": 0, "Levy": 20_000}, id="the region's own for the category"),
        pytest.param(" By ", (DRINK,), {"VAT": 10_000, "Levy": 20_000}, id="a region before a category"),
    ],
)
def test_the_most_specific_rate_of_a_name_holds(
    region: str | None, categories: tuple[str, ...], rates: dict[str, int]
) -> None:
    rows = (
        TaxRate(name="VAT", rate=10_000, region="BY"),
        TaxRate(name="VAT", rate=0, region="DE-BY", category_id=FOOD),
        TaxRate(name="VAT", rate=50_000, category_id=DRINK),
        VAT7,
        VAT19,
        TaxRate(name="Levy", rate=20_000, region="BY"),
    )
    for table in (vat(*rows), vat(*rows[::-1])):
        assert dict(rates_of(table, address("DE", region), categories)) == rates  # type: ignore[arg-type]  # ids are texts


def test_a_country_without_a_table_has_no_tax() -> None:
    tables = [vat(VAT19), vat(VAT19, country="fr")]
    assert table_of(tables, address("us")) is None
    assert table_of(tables, None) is None
    assert table_of(tables, address(" FR ")) is tables[1]
    assert taxed((), (), 0, None, None).total == 0


@settings(max_examples=200)
@given(TABLES, st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(0, 40))
def test_small_amounts_never_hold_more_tax_than_they_are(table: TaxTable, costs: list[int], shipping: int) -> None:
    found = taxes(replace(table, included=True), address("DE", "BE"), *costs, shipping=shipping)
    assert all(0 <= tax <= cost for tax, cost in zip(found.lines, costs, strict=True))
    assert 0 <= found.shipping <= shipping
    assert found.total == sum(found.lines) + found.shipping


@given(TABLES, st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_net_and_tax_of_one_rate_sum_to_the_prices_that_hold_it(table: TaxTable, costs: list[int]) -> None:
    single = replace(table, included=True, rates=table.rates[:1])
    found = taxes(single, address("DE", "BE"), *costs)
    assert all(part.net + part.amount == sum(costs) for part in found.parts)
