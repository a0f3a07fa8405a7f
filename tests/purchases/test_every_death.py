"""A plain purchase, with a process that dies at each place there is, and at pairs of them: one order, one capture."""

from itertools import combinations
from typing import Any, Final

import pytest

from domain.payments.payments import OperationKind, OperationState
from tests.purchases.buying import Shelf, check
from tests.purchases.world import Gone, World
from tests.resolvers.catalog.making import name
from tests.resolvers.orders.test_checkout import complete
from tests.resolvers.payments.making import start

PAIRS: Final = 6
"""Of the pairs of places to die at, of which there are some two thousand, evenly chosen; every single one is tried.
To fail at, where a process lives on, every fourth is."""
PLACES: Final = 60
"""At least: a purchase has some 68, and where its buyer is gone some 64."""


@pytest.fixture(scope="module")
def shelf(world: World) -> Shelf:
    return Shelf(world, 10_000)


def answered(world: World, act: Any) -> Any:
    """What a client does: the same request until it is answered."""
    while True:
        try:
            return act()
        except Gone:
            world.clock.passes(seconds=1)


def buy(world: World, shelf: Shelf, at: tuple[int, ...], *, gone: bool, fails: bool = False) -> int:
    """One unit, by a buyer who pays and completes, or is gone when they have paid; gives the places passed."""
    world.anew()
    cart = shelf.cart(1)
    key = name("key")
    world.deaths.begin(*at, fails=fails)
    payment = answered(world, lambda: start(world, cart, key=key))["payment"]
    assert payment["status"] == "AUTHORIZED", at
    if not gone:
        first = answered(world, lambda: complete(world, cart, payment, key=key))
        assert first["userErrors"] == [], at
        assert answered(world, lambda: complete(world, cart, payment, key=key)) == first, at
    world.quiet([cart["id"]])
    passed = world.deaths.passed
    world.deaths.begin()
    (order,) = check(world, [cart["id"]], shelf)
    (paid,) = world.payments_of(cart["id"])
    assert [one.id for one in order.payments] == [paid.id], at
    assert [(one.kind, paid.state(one)) for one in paid.operations] == [(OperationKind.CAPTURE, OperationState.DONE)], (
        at
    )
    assert paid.captured == order.totals.total, at
    return passed


@pytest.mark.parametrize("fails", [False, True], ids=["dies", "fails"])
@pytest.mark.parametrize("gone", [False, True], ids=["the buyer completes", "the buyer is gone"])
def test_wherever_a_process_ends_there_is_one_order_and_one_capture(
    world: World, shelf: Shelf, gone: bool, fails: bool
) -> None:
    buy(world, shelf, (), gone=gone)  # what is read once and remembered has been read
    places = range(1, buy(world, shelf, (), gone=gone) + 1)
    pairs = list(combinations(places, 2))
    lives = [*((one,) for one in places[:: 4 if fails else 1]), *pairs[:: len(pairs) // PAIRS + 1]]
    before = world.deaths.happened
    for at in lives:
        buy(world, shelf, at, gone=gone, fails=fails)
    happened = world.deaths.happened - before
    counts = f"{len(places)} places, {len(pairs)} pairs, {len(lives)} lives, {happened} ends"
    assert len(places) >= PLACES, counts
    assert happened == sum(map(len, lives)), counts
