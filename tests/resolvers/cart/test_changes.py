"""Who was away is told what happened to a cart, twenty changes at a time, and nobody is told twice."""

from tests.resolvers.cart.making import begun, update, variant
from tests.shop import Shop

CHANGES = "query($id: ID!, $after: Int!) { cartChanges(cartId: $id, afterSeq: $after) { seq reason cart { version } } }"


def test_changes_are_told_in_order_twenty_at_a_time_with_the_cart_as_it_is(shop: Shop) -> None:
    cart = begun(shop, (variant(shop), 1))
    line = cart["lines"][0]["id"]
    for units in range(2, 46):
        update(shop, cart, (line, units))
    seen, after = list[int](), 0
    while told := shop.ask(CHANGES, {"id": cart["id"], "after": after})["cartChanges"]:
        assert len(told) <= 20
        assert {change["cart"]["version"] for change in told} == {45}
        seen += [change["seq"] for change in told]
        after = seen[-1]
    assert seen == list(range(1, 46))


def test_a_version_that_is_none_is_refused(shop: Shop) -> None:
    answer = shop.send(CHANGES, {"id": begun(shop)["id"], "after": -1})
    assert answer["errors"][0]["message"] == "afterSeq is 0 or more, not -1"
