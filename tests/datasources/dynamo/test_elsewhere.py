"""Pictures of products that were fetched, on both stores: shown and held by one transaction, whatever others change."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.documents import LARGEST_DOCUMENT, encoded
from datasources.dynamo.elsewhere import Elsewhere
from datasources.dynamo.media import MediaTable
from domain.catalog.listing import ELSEWHERE
from domain.catalog.products import Product
from domain.catalog.storing import Replaced, TooLarge
from domain.ids import MediaId, ProductId
from domain.keys import Key
from domain.media.showing import shown_of
from domain.media.storing import NoMedia, Removed
from domain.shown import MediaStatus
from resolvers.media.settings import Settings
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.samples import elsewhere, product
from tests.domain.media.making import media


@pytest.fixture
def store(endpoint: str, catalog: CatalogTable) -> MediaTable:
    return MediaTable(new_table(endpoint, Settings), beside=catalog.table)


@pytest.fixture
def bringing(catalog: CatalogTable, store: MediaTable) -> Elsewhere:
    return Elsewhere(catalog, store, now=partial(datetime.now, UTC))


def there(store: MediaTable, number: int, status: MediaStatus = MediaStatus.READY) -> MediaId:
    """The media of a picture that lies elsewhere, as far as it has come."""
    id_ = elsewhere(number).id
    store.start(replace(media(status), id=id_), Key(caller="job", key=id_, fingerprint=id_))
    return id_


def listed(catalog: CatalogTable, *numbers: int) -> Product:
    made = product(media=tuple(elsewhere(number) for number in numbers))
    catalog.create(made, [])
    return made


def holders(store: MediaTable, id_: MediaId) -> list[str]:
    kept = store.get(id_)
    return [one.id for one in kept.media.holders] if kept else []


def test_what_is_ready_takes_its_place_and_is_held(
    catalog: CatalogTable, store: MediaTable, bringing: Elsewhere
) -> None:
    made = listed(catalog, 1, 2, 3)
    ids = [there(store, 1), there(store, 2, MediaStatus.REJECTED), elsewhere(3).id, there(store, 4)]
    found = bringing.bring(made.id, ids)
    kept = store.get(ids[0])
    assert kept is not None
    assert found == catalog.get(made.id)
    assert isinstance(found, Product)
    assert found.media == (shown_of(kept.media), elsewhere(2), elsewhere(3))
    assert found.version == made.version + 1
    assert [change.seq for change in catalog.changes(made.id, 0)] == [1, 2]
    assert [holders(store, id_) for id_ in ids] == [[made.id], [], [], []], "what it does not show is not held"
    assert catalog.count(ELSEWHERE) == 1

    assert bringing.bring(made.id, ids) == found, "again is as once"
    assert bringing.bring(ProductId("prod_none"), ids) is None


def test_a_product_without_anything_elsewhere_is_listed_so_no_longer(
    catalog: CatalogTable, store: MediaTable, bringing: Elsewhere
) -> None:
    made = listed(catalog, 1)
    bringing.bring(made.id, [there(store, 1)])
    assert catalog.count(ELSEWHERE) == 0


def test_what_others_change_meanwhile_stays(catalog: CatalogTable, store: MediaTable, bringing: Elsewhere) -> None:
    made = listed(catalog, 1, 2)
    ids = [there(store, 1), there(store, 2)]

    def change(number: int) -> None:
        if number < len(ids):
            bringing.bring(made.id, [ids[number]])
            return
        while True:
            old = catalog.get(made.id)
            assert old is not None
            new = replace(old, version=old.version + 1, tags=(*old.tags, f"tag-{number}"))
            if isinstance(catalog.replace(old, new, [], []), Replaced):
                return

    at_once(6, change)
    found = catalog.get(made.id)
    assert found is not None
    assert [one.url for one in found.media] == [None, None]
    assert len(found.tags) == 4
    assert [holders(store, id_) for id_ in ids] == [[made.id]] * 2


def test_a_picture_that_is_removed_at_that_moment_is_shown_or_gone(
    catalog: CatalogTable, store: MediaTable, bringing: Elsewhere
) -> None:
    for number in range(1, 5):
        made = listed(catalog, number)
        id_ = there(store, number)

        def one(who: int, made: Product = made, id_: MediaId = id_) -> object:
            if who == 0:
                return store.remove(id_, lambda media: NoMedia() if media.holders else None)
            return bringing.bring(made.id, [id_])

        gone = at_once(2, one)[0]
        found = catalog.get(made.id)
        assert found is not None
        if isinstance(gone, Removed):
            assert found.media == made.media
        else:
            assert (found.media[0].url, holders(store, id_)) == (None, [made.id])


def test_a_product_that_would_be_too_large_stays_as_it_is(
    catalog: CatalogTable, store: MediaTable, bringing: Elsewhere
) -> None:
    bare, id_ = product(media=(elsewhere(1),), description=""), there(store, 1)
    made = replace(bare, description="x" * (LARGEST_DOCUMENT - len(encoded(bare))))
    catalog.create(made, [])
    assert isinstance(bringing.bring(made.id, [id_]), TooLarge)
    assert (catalog.get(made.id), holders(store, id_)) == (made, [])
