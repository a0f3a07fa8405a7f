"""Lists of products with all the pictures that there can be stay within what Lambda gives and AppSync takes."""

import json
from datetime import UTC, datetime

from domain.catalog.products import MOST_MEDIA, Product, ProductKind, ProductStatus, Variant
from domain.ids import MediaId, ProductId, variant_id
from domain.money import CurrencyCode, Money
from domain.pages import LARGEST_PAGE
from domain.shown import Rendition, RenditionFormat, ShownMedia
from resolvers._kit.wire import to_wire
from resolvers.catalog.views import LISTED_PICTURES, Buyer, listed_of, product_of

USD = CurrencyCode.USD
BUYER = Buyer(shop=USD, currency=USD, pictures="https://d111111abcdef8.cloudfront.net")
MOST_BYTES = 5_000_000
"""Of what a resolver gives (AppSync quotas)."""


def pictured(number: int, pictures: int = MOST_MEDIA) -> Product:
    """A product with so many pictures in four sizes and two formats."""
    id_, now = ProductId(f"prod_{number:026}"), datetime(2026, 11, 27, tzinfo=UTC)
    media = tuple(
        ShownMedia(
            id=(own := MediaId(f"media_{number:013}{place:013}")),
            alt="What a picture shows is said in a sentence of some length",
            width=4000,
            height=3000,
            blurhash="L3D,G;-WxR^Q_M-5s=%3JoVr%ekE",
            renditions=tuple(
                Rendition(width=side, height=side, format=kind, size=1, key=f"public/{own}/{'a' * 26}-{side}.webp")
                for side in (320, 640, 1280, 1920)
                for kind in RenditionFormat
            ),
        )
        for place in range(pictures)
    )
    variant = Variant(id=variant_id(id_, 1), sku="one", prices=(Money(100, USD),))
    return Product(
        id=id_, version=1, slug=f"s-{number}", name="A thing", status=ProductStatus.ACTIVE, kind=ProductKind.PHYSICAL,
        variants=(variant,), variants_ever=1, media=media, created_at=now, updated_at=now,
    )  # fmt: skip


def test_the_largest_page_fits_with_as_many_pictures_as_products_may_have() -> None:
    page = [to_wire(listed_of(pictured(number), BUYER)) for number in range(LARGEST_PAGE)]
    assert len(json.dumps(page)) < MOST_BYTES
    assert all(len(one["media"]) == MOST_MEDIA for one in page)


def test_only_what_is_behind_the_first_pictures_is_without_renditions_and_in_lists_only() -> None:
    product = pictured(1)
    listed = listed_of(product, BUYER)
    assert [len(one.renditions) for one in listed.media] == [8] * LISTED_PICTURES + [0] * (MOST_MEDIA - LISTED_PICTURES)
    assert all(one.url for one in listed.media)
    assert all(len(one.renditions) == 8 for one in product_of(product, BUYER).media)
    few = pictured(1_000, LISTED_PICTURES)
    assert listed_of(few, BUYER) == product_of(few, BUYER)
