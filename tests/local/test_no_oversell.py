"""Nothing is sold twice: a crowd over HTTP holds exactly what there is, and everybody else is told."""

import asyncio
from collections.abc import Iterator

import pytest

from benchmarks.buyers import BUYERS, UNITS, Sale, crowd, sale
from clients.graph import Graph
from clients.sign_in import Credentials
from local.running import running


@pytest.fixture(scope="module")
def shop() -> Iterator[Sale]:
    with running("--no-sample") as system:
        user = next(one for one in system.outputs["custom"]["demo_users"] if "admin" in one["groups"])
        with Graph(system.outputs, Credentials(username=user["username"], password=user["password"])) as staff:
            yield sale(system, staff, UNITS)


def test_of_500_buyers_at_once_exactly_as_many_hold_a_unit_as_there_are_and_the_others_are_told(shop: Sale) -> None:
    outcomes = asyncio.run(crowd(shop, BUYERS))
    held, lost = ([one for one in outcomes if one.held is is_held] for is_held in (True, False))
    assert sum(one.wanted for one in held) == UNITS
    assert shop.level() == {"onHand": UNITS, "reserved": UNITS, "available": 0}
    for one in held:
        assert one.payload["userErrors"] == []
        assert all(line["reservation"]["quantity"] == line["quantity"] for line in one.payload["cart"]["lines"])
    for one in lost:
        (error,) = one.payload["userErrors"]
        assert (error["code"], error["variantId"], error["requested"]) == (
            "INSUFFICIENT_STOCK",
            shop.scarce,
            one.wanted,
        )
        assert error["available"] < one.wanted
        assert error["field"][0] == "lines"
