"""Staff keep the shop's terms: what they save is read back, what makes no sense is told, and carts go by it."""

from typing import Any

import pytest

from datasources.dynamo.transactions import Transaction
from domain.cart.terms import customer_of
from tests.resolvers.cart.making import ADDRESS, CODES, begun, read, say, variant
from tests.resolvers.catalog.making import name
from tests.shop import Shop

ERRORS = "userErrors { code message field ... on ConflictError { currentVersion } }"
MONEY = "{ amount currency }"
DISCOUNT = f"""
id version title kind code percent amounts {MONEY} buy get startsAt endsAt usageLimit perCustomerLimit
minSubtotal {MONEY} productIds collectionIds categoryIds used
"""
ZONE = f"""
id version name places {{ country region postalPrefix }}
rates {{
  id method carrier basis mostGrams minDays maxDays freeFrom {MONEY}
  brackets {{ price {MONEY} fromAmount fromGrams }}
}}
"""
TABLE = "country version included shipping rates { name percent region categoryId }"
SAVE_DISCOUNT = f"""
mutation($input: DiscountInput!, $id: ID, $expected: Int) {{
  saved: discountSave(input: $input, id: $id, expectedVersion: $expected) {{
    value: discount {{ {DISCOUNT} }} {ERRORS}
  }}
}}"""
SAVE_ZONE = f"""
mutation($input: ShippingZoneInput!, $id: ID, $expected: Int) {{
  saved: shippingZoneSave(input: $input, id: $id, expectedVersion: $expected) {{
    value: shippingZone {{ {ZONE} }} {ERRORS}
  }}
}}"""
SAVE_TABLE = f"""
mutation($input: TaxTableInput!, $expected: Int) {{
  saved: taxTableSave(input: $input, expectedVersion: $expected) {{ value: taxTable {{ {TABLE} }} {ERRORS} }}
}}"""
DELETE_ZONE = f"mutation($id: ID!) {{ deleted: shippingZoneDelete(id: $id) {{ deletedId {ERRORS} }} }}"
DELETE_TABLE = f"mutation($id: String!) {{ deleted: taxTableDelete(country: $id) {{ deletedId {ERRORS} }} }}"
PAGE = """
query($first: Int, $after: String) {
  discounts(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }
}"""
PERCENT = {"title": "Ten", "kind": "PERCENT", "percent": "10"}
FLAT = {"method": "Post", "brackets": [{"price": {"amount": "5", "currency": "USD"}}]}
HOME = {"name": "Home", "places": [{"country": "DE"}], "rates": [FLAT]}


def save(shop: Shop, document: str, wanted: dict[str, Any], **more: Any) -> Any:
    return shop.ask(document, {"input": wanted} | more, person="staff")["saved"]


def saved(shop: Shop, document: str, wanted: dict[str, Any], **more: Any) -> Any:
    """What is stored, as it is answered."""
    payload = save(shop, document, wanted, **more)
    assert payload["userErrors"] == []
    return payload["value"]


def refused(payload: Any) -> list[tuple[str, str]]:
    assert (payload.get("value"), payload.get("deletedId")) == (None, None)
    return [(error["code"], ".".join(error["field"])) for error in payload["userErrors"]]


def delete(shop: Shop, document: str, known: str) -> Any:
    return shop.ask(document, {"id": known}, person="staff")["deleted"]


def listed(shop: Shop, field: str, parts: str) -> Any:
    return shop.ask(f"{{ {field} {{ {parts} }} }}", person="staff")[field]


def found(shop: Shop, discount: Any) -> Any:
    document = f"query($id: ID!) {{ discount(id: $id) {{ {DISCOUNT} }} }}"
    return shop.ask(document, {"id": discount["id"]}, person="staff")["discount"]


def test_a_discount_is_read_back_as_it_was_saved(shop: Shop) -> None:
    code = f" {name('Spring')} "
    parts = {"startsAt": "2026-03-01T00:00:00.000Z", "endsAt": "2026-06-01T02:00:00+02:00", "usageLimit": 100}
    scope = {"productIds": ["prod_" + "1" * 26], "categoryIds": ["cat_" + "2" * 26], "perCustomerLimit": 2}
    least = [{"amount": "20", "currency": "USD"}, {"amount": "3000", "currency": "JPY"}]
    made = saved(
        shop, SAVE_DISCOUNT, PERCENT | parts | scope | {"code": code, "percent": "12.50", "minSubtotal": least}
    )
    assert made | {"id": "", "code": ""} == parts | scope | {
        "id": "", "version": 1, "title": "Ten", "kind": "PERCENT", "code": "", "percent": "12.5", "amounts": [],
        "buy": None, "get": None, "endsAt": "2026-06-01T00:00:00.000Z", "collectionIds": [], "used": 0,
        "minSubtotal": [{"amount": "20.00", "currency": "USD"}, {"amount": "3000", "currency": "JPY"}],
    }  # fmt: skip
    assert made["code"] == code.strip()
    assert found(shop, made) == made
    assert found(shop, {"id": "disc_none"}) is None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (
            {"kind": "FIXED", "amounts": [{"amount": "5", "currency": "EUR"}]},
            {"amounts": [{"amount": "5.00", "currency": "EUR"}], "percent": None, "buy": None},
        ),
        ({"kind": "BUY_X_GET_Y", "buy": 2, "get": 1}, {"buy": 2, "get": 1, "percent": None, "amounts": []}),
        ({"kind": "FREE_SHIPPING"}, {"buy": None, "get": None, "percent": None, "amounts": []}),
    ],
)
def test_each_kind_of_discount_has_its_own_parts(shop: Shop, wanted: dict[str, Any], expected: dict[str, Any]) -> None:
    made = saved(shop, SAVE_DISCOUNT, {"title": "Some", "code": name("code")} | wanted)
    assert made | expected == made


def test_a_discount_is_changed_as_a_whole_and_by_version(shop: Shop) -> None:
    code = name("code")
    made = saved(shop, SAVE_DISCOUNT, PERCENT | {"code": code, "usageLimit": 5})
    assert saved(shop, SAVE_DISCOUNT, PERCENT | {"code": code, "usageLimit": 5}, id=made["id"]) == made
    changed = saved(shop, SAVE_DISCOUNT, PERCENT | {"code": code, "percent": "20"}, id=made["id"], expected=1)
    assert (changed["id"], changed["version"], changed["percent"], changed["usageLimit"]) == (made["id"], 2, "20", None)
    late = save(shop, SAVE_DISCOUNT, PERCENT | {"code": code}, id=made["id"], expected=1)
    assert refused(late) == [("CONFLICT", "expectedVersion")]
    assert late["userErrors"][0]["currentVersion"] == 2
    assert refused(save(shop, SAVE_DISCOUNT, PERCENT, id="disc_none")) == [("NOT_FOUND", "id")]
    assert found(shop, made) == changed


def test_two_discounts_have_not_one_code(shop: Shop) -> None:
    code = name("Code")
    made = saved(shop, SAVE_DISCOUNT, PERCENT | {"code": code})
    assert refused(save(shop, SAVE_DISCOUNT, PERCENT | {"code": code.upper()})) == [("DUPLICATE", "input.code")]
    other = saved(shop, SAVE_DISCOUNT, PERCENT | {"code": name("code")})
    again = save(shop, SAVE_DISCOUNT, PERCENT | {"code": code}, id=other["id"])
    assert refused(again) == [("DUPLICATE", "input.code")]
    assert found(shop, other) == other
    saved(shop, SAVE_DISCOUNT, PERCENT | {"code": name("code")}, id=made["id"])
    assert saved(shop, SAVE_DISCOUNT, PERCENT | {"code": code}, id=other["id"])["code"] == code


def test_what_cannot_be_read_is_an_error_at_its_place_and_never_a_fault(shop: Shop) -> None:
    amounts = [{"amount": "five", "currency": "USD"}]
    wrong = {"title": " ", "kind": "FIXED", "percent": "10", "amounts": amounts, "minSubtotal": amounts, "code": ""}
    assert sorted(refused(save(shop, SAVE_DISCOUNT, wrong))) == [
        ("INVALID", "input.amounts.0.amount"),
        ("INVALID", "input.code"),
        ("INVALID", "input.minSubtotal.0.amount"),
        ("INVALID", "input.percent"),
        ("REQUIRED", "input.title"),
    ]
    rate = FLAT | {"brackets": [{"price": amounts[0], "fromAmount": "1.001"}]}
    zone = {"name": "x", "places": [{"region": "BE"}], "rates": [rate]}
    assert refused(save(shop, SAVE_ZONE, zone)) == [
        ("INVALID", "input.rates.0.brackets.0.fromAmount"),
        ("INVALID", "input.rates.0.brackets.0.price.amount"),
        ("REQUIRED", "input.places.0.country"),
    ]
    table = {"country": "Germany", "included": True, "rates": [{"name": "VAT", "percent": "19 %"}]}
    assert refused(save(shop, SAVE_TABLE, table)) == [
        ("INVALID", "input.rates.0.percent"),
        ("INVALID", "input.country"),
    ]


def test_discounts_are_paged_newest_first(shop: Shop) -> None:
    made = [saved(shop, SAVE_DISCOUNT, PERCENT | {"code": name("code")})["id"] for _ in range(3)]
    first = shop.ask(PAGE, {"first": 2}, person="staff")["discounts"]
    assert [edge["node"]["id"] for edge in first["edges"]] == made[:0:-1]
    assert first["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    rest = shop.ask(PAGE, {"first": 1, "after": first["edges"][-1]["cursor"]}, person="staff")["discounts"]
    assert [edge["node"]["id"] for edge in rest["edges"]] == made[:1]
    wrong = shop.send(PAGE, {"after": "x"}, person="staff")
    assert "cursor" in wrong["errors"][0]["message"]


def test_a_zone_is_saved_changed_and_removed(shop: Shop) -> None:
    heavy = {"price": {"amount": "9.9", "currency": "EUR"}, "fromGrams": 2000}
    weighed = FLAT | {"basis": "WEIGHT", "brackets": [heavy], "carrier": "Carrier", "mostGrams": 5000, "maxDays": 3}
    free = [{"amount": "50", "currency": "USD"}]
    made = saved(shop, SAVE_ZONE, HOME | {"rates": [FLAT | {"freeFrom": free}, weighed]})
    assert made["places"] == [{"country": "DE", "region": None, "postalPrefix": None}]
    flat, by_weight = made["rates"]
    assert flat["brackets"] == [
        {"price": {"amount": "5.00", "currency": "USD"}, "fromAmount": "0.00", "fromGrams": None}
    ]
    assert flat["freeFrom"] == [{"amount": "50.00", "currency": "USD"}]
    assert by_weight["brackets"] == [
        {"price": {"amount": "9.90", "currency": "EUR"}, "fromAmount": None, "fromGrams": 2000}
    ]
    assert made in listed(shop, "shippingZones", ZONE)
    kept = saved(shop, SAVE_ZONE, HOME | {"rates": [FLAT, FLAT | {"id": flat["id"]}]}, id=made["id"], expected=1)
    assert kept["version"] == 2
    assert kept["rates"][1]["id"] == flat["id"] != kept["rates"][0]["id"]
    assert refused(save(shop, SAVE_ZONE, HOME, id=made["id"], expected=1)) == [("CONFLICT", "expectedVersion")]
    assert delete(shop, DELETE_ZONE, made["id"]) == {"deletedId": made["id"], "userErrors": []}
    assert refused(delete(shop, DELETE_ZONE, made["id"])) == [("NOT_FOUND", "id")]
    assert refused(delete(shop, DELETE_ZONE, "no zone")) == [("NOT_FOUND", "id")]
    assert refused(save(shop, SAVE_ZONE, HOME, id=made["id"])) == [("NOT_FOUND", "id")]
    assert made["id"] not in {zone["id"] for zone in listed(shop, "shippingZones", "id")}


def test_a_country_has_one_tax_table(shop: Shop) -> None:
    wanted = {"country": "fr", "included": True, "rates": [{"name": "VAT", "percent": "5.5", "region": " "}]}
    made = saved(shop, SAVE_TABLE, wanted, expected=0)
    rates = [{"name": "VAT", "percent": "5.5", "region": None, "categoryId": None}]
    assert made == {"country": "FR", "version": 1, "included": True, "shipping": "AS_GOODS", "rates": rates}
    assert refused(save(shop, SAVE_TABLE, wanted, expected=0)) == [("CONFLICT", "expectedVersion")]
    assert saved(shop, SAVE_TABLE, wanted) == made
    changed = saved(shop, SAVE_TABLE, wanted | {"country": "FR", "shipping": "EXEMPT"}, expected=1)
    assert (changed["version"], changed["shipping"]) == (2, "EXEMPT")
    assert [table for table in listed(shop, "taxTables", TABLE) if table["country"] == "FR"] == [changed]
    assert delete(shop, DELETE_TABLE, "fr") == {"deletedId": "FR", "userErrors": []}
    assert refused(delete(shop, DELETE_TABLE, "FR")) == [("NOT_FOUND", "country")]


def test_a_cart_goes_by_the_terms(shop: Shop) -> None:
    cart = begun(shop, (variant(shop, "100.00 USD"), 1))
    say(shop, cart, email="ada@example.org", shippingAddress=ADDRESS | {"country": "AT"})
    code = name("Code")
    saved(shop, SAVE_DISCOUNT, PERCENT | {"code": code})
    saved(shop, SAVE_ZONE, HOME | {"places": [{"country": "AT"}]})
    saved(shop, SAVE_TABLE, {"country": "AT", "included": False, "rates": [{"name": "VAT", "percent": "20"}]})
    # What carts go by is kept in memory for two seconds.
    shop.handlers["cart"].conditions.near.clear()
    shop.ask(CODES, {"id": cart["id"], "codes": [code.upper()]})
    say(shop, cart, shippingQuoteId=read(shop, cart)["shippingQuotes"][0]["id"])
    totals = read(shop, cart)["totals"]
    assert {part: totals[part]["amount"] for part in ("subtotal", "discount", "shipping", "tax", "total")} == {
        "subtotal": "100.00", "discount": "10.00", "shipping": "5.00", "tax": "19.00", "total": "114.00",
    }  # fmt: skip


def test_a_guest_who_has_used_a_code_once_is_known_by_the_email(shop: Shop) -> None:
    code, store = name("Code"), shop.handlers["cart"]
    made = saved(shop, SAVE_DISCOUNT, PERCENT | {"code": code, "perCustomerLimit": 1})
    used, other = (begun(shop, (variant(shop, "100.00 USD"), 1)) for _ in range(2))
    for cart, email in ((used, "Ada@example.org"), (other, "ada@EXAMPLE.org")):
        say(shop, cart, email=email)
        shop.ask(CODES, {"id": cart["id"], "codes": [code]})
        assert read(shop, cart)["totals"]["discount"]["amount"] == "10.00"
    order = Transaction(store.store.table)
    store.terms.using(order, [store.terms.discount(made["id"]).discount], customer_of(store.store.get(used["id"]).cart))
    assert order.commit() == frozenset()
    assert read(shop, other)["totals"]["discount"]["amount"] == "0.00"
    assert found(shop, made)["used"] == 1
