"""A product's variants are paged by position, and a forged position is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.products import Product
from domain.pages import BadPage, Place, cursor, window
from resolvers.catalog.views import Buyer, variants_page
from tests.domain.catalog.strategies import SHOP, products

BUYER = Buyer(shop=SHOP, currency=SHOP)


@given(products(), st.integers(1, 5))
def test_walking_the_pages_shows_every_variant_once_in_order(product: Product, size: int) -> None:
    seen, after = [], None
    for _ in product.variants:
        page = variants_page(product, window("variants", first=size, after=after), BUYER)
        seen += [edge.node.id for edge in page.edges]
        after = page.edges[-1].cursor
        if not page.page_info.has_next_page:
            break
    assert seen == [variant.id for variant in product.variants]


@pytest.mark.parametrize("place", [(), ("x",), (-1,), (1, 2), ("1", 1)])
def test_a_forged_place_is_refused(place: Place) -> None:
    forged = window("variants", after=cursor("variants", *place))
    with pytest.raises(BadPage, match="not one of this list"):
        variants_page(None, forged, BUYER)


def test_a_place_behind_the_last_variant_shows_none() -> None:
    page = variants_page(None, window("variants", after=cursor("variants", 2**62)), BUYER)
    assert (page.edges, page.total_count, page.page_info.has_next_page) == ((), 0, False)
