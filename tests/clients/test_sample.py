"""The sample is whole: good rows, a picture for every name, every picture as it is drawn, terms that are taken."""

import json
import xml.etree.ElementTree as ET
from collections import Counter

from domain.cart.discounts import Discount
from domain.cart.drafting import discount_of, shipping_zone_of, tax_table_of
from domain.cart.drafts import DiscountDraft, ShippingZoneDraft, TaxTableDraft
from domain.cart.shipping import ShippingZone
from domain.cart.taxes import TaxTable
from domain.ids import DiscountId, ShippingZoneId
from resolvers._kit.wire import reader
from sample.draw import HERE, SIDE, names, picture, raster
from tests.clients.files import SAMPLE, good, read

PICTURES = HERE / "pictures"
ZONE, TABLE, DISCOUNT = reader(ShippingZoneDraft), reader(TaxTableDraft), reader(DiscountDraft)


def test_every_row_of_the_sample_is_good() -> None:
    products = good(read(SAMPLE, pictures_base="http://localhost:4000/sample/"))

    assert 45 <= len(products) <= 60
    assert Counter(len(one.category) for one in products) == {2: len(products)}
    assert len({name for one in products for name in one.collections}) >= 4
    assert all(len(one.product.media or ()) >= 3 for one in products)


def test_every_picture_is_drawn_as_it_is_committed_and_none_is_left_over() -> None:
    assert {file.name for file in PICTURES.iterdir()} == names()
    for name in names():
        assert (PICTURES / name).read_text(encoding="utf-8") == picture(name)


def test_a_picture_is_drawn_in_pixels_for_shops_that_take_no_svg() -> None:
    drawn = raster("mug-cream-1.svg")
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(drawn[16:20]) == int.from_bytes(drawn[20:24]) == SIDE


def test_the_pictures_are_small_well_formed_svg() -> None:
    assert sum(file.stat().st_size for file in PICTURES.iterdir()) < 1_500_000
    for file in PICTURES.iterdir():
        assert ET.parse(file).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_the_terms_are_taken_as_they_are() -> None:
    terms = json.loads((HERE / "terms.json").read_text(encoding="utf-8"))
    zones = [shipping_zone_of(one, None, new_id=ShippingZoneId("")) for one in map(ZONE, terms["shippingZones"])]
    tables = [tax_table_of(one, None) for one in map(TABLE, terms["taxTables"])]
    discounts = [discount_of(one, None, new_id=DiscountId("")) for one in map(DISCOUNT, terms["discounts"])]
    assert {*map(type, zones), *map(type, tables), *map(type, discounts)} == {ShippingZone, TaxTable, Discount}
    assert {one.country for one in tables if isinstance(one, TaxTable)} > {"US", "DE", "GB", "JP"}
