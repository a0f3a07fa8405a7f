"""Many at once: what the transactions promise when callers meet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from datasources.dynamo.catalog import CatalogTable
from domain.catalog.products import Category
from domain.catalog.storing import Created, Replaced, Saved, SlugTaken, Stale
from domain.ids import ProductId
from domain.keys import Key
from tests.datasources.samples import category, product


def at_once[T](count: int, act: Callable[[int], T]) -> list[T]:
    """What ``count`` callers get who all start at the same moment."""
    start = Barrier(count)

    def one(number: int) -> T:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_sixteen_writers_of_one_product_lose_no_update(catalog: CatalogTable) -> None:
    made = product()
    catalog.create(made, [])

    def add_tag(number: int) -> None:
        while True:
            old = catalog.get(made.id)
            assert old is not None
            new = replace(old, version=old.version + 1, tags=(*old.tags, f"tag-{number}"))
            outcome = catalog.replace(old, new, [], [])
            if isinstance(outcome, Replaced):
                return
            assert isinstance(outcome, Stale)

    at_once(16, add_tag)

    last = catalog.get(made.id)
    assert last is not None
    assert last.version == 17
    assert sorted(last.tags) == sorted(f"tag-{number}" for number in range(16))
    assert [change.seq for change in catalog.changes(made.id, 0)] == list(range(1, 18))


def test_of_creators_of_one_slug_one_wins_and_the_others_leave_nothing(catalog: CatalogTable) -> None:
    outcomes = at_once(8, lambda _: catalog.create(product(slug="same"), []))

    winners = [outcome.product for outcome in outcomes if isinstance(outcome, Created)]
    assert len(winners) == 1
    assert [outcome for outcome in outcomes if outcome == SlugTaken(slug="same")] == [SlugTaken(slug="same")] * 7
    assert catalog.id_of_slug("same") == winners[0].id
    assert list(catalog.scan()) == winners


def test_twenty_calls_with_one_key_have_one_effect_and_one_answer(catalog: CatalogTable) -> None:
    key = Key(caller="c0ffee", key="key-0001", fingerprint="f" * 64)
    outcomes = at_once(20, lambda _: catalog.create(product(slug="once"), [], key=key))

    assert all(isinstance(outcome, Created) for outcome in outcomes)
    created = [outcome for outcome in outcomes if isinstance(outcome, Created)]
    assert len({outcome.product.id for outcome in created}) == 1
    assert [outcome.replayed for outcome in created].count(False) == 1
    assert list(catalog.scan()) == [created[0].product]


def test_of_two_moves_that_would_make_a_ring_at_most_one_happens(catalog: CatalogTable) -> None:
    one, other = category(), category()
    catalog.save_category(None, one)
    catalog.save_category(None, other)
    moves: list[tuple[Category, Category]] = [(one, other), (other, one)]

    def move(number: int) -> object:
        below, above = moves[number]
        return catalog.save_category(below, replace(below, version=2, parent_id=above.id), above=[above])

    outcomes = at_once(2, move)

    assert sum(isinstance(outcome, Saved) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 1
    assert [each.parent_id is None for each in catalog.categories()].count(True) == 1


def test_readers_never_see_half_a_change(catalog: CatalogTable) -> None:
    made = product()
    catalog.create(made, [])
    ids: list[ProductId] = []

    def act(number: int) -> None:
        if number:
            for _ in range(20):
                seen = catalog.get(made.id)
                assert seen is not None
                changes = catalog.changes(made.id, 0)
                assert [change.seq for change in changes] == list(range(1, len(changes) + 1))
                assert len(changes) >= seen.version
            return
        old = made
        for _ in range(10):
            new = replace(old, version=old.version + 1, slug=f"{made.slug}-{old.version}")
            assert isinstance(catalog.replace(old, new, [], []), Replaced)
            old = new
        ids.append(old.id)

    at_once(3, act)
    assert ids == [made.id]
