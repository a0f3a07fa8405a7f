"""How a product's changes are read and told: to shoppers what they may see, to staff everything."""

import msgspec
from msgspec.structs import replace

from domain.catalog.changes import Change, for_shoppers
from domain.ids import ProductId
from resolvers._kit.callers import Anyone
from resolvers._kit.faults import BadRequest
from resolvers._kit.wire import camel
from resolvers.catalog.announcing import Announcement
from resolvers.catalog.browsing import buyer_of, expect, sees
from resolvers.catalog.ports import Catalog
from resolvers.catalog.views import Product, ProductChange, product_of


def changes_of(catalog: Catalog, caller: Anyone, id_: str, after_seq: int) -> tuple[ProductChange, ...]:
    """A product's changes after a version, by one read, and the product as it is now, by another.

    Both are of the store itself: the cache may not know yet what the change was about.
    """
    expect(id_, "Product", "productId")
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    changes = catalog.store.changes(ProductId(id_), after_seq)
    there = catalog.store.get(ProductId(id_)) if changes else None
    visible = sees(caller, there)
    known = changes if caller.staff else for_shoppers(changes, visible=visible)
    shown = product_of(there, buyer_of(catalog, None)) if there and visible else None
    return tuple(_change(ProductId(id_), change, shown) for change in known)


def _change(id_: ProductId, change: Change, product: Product | None) -> ProductChange:
    changed = tuple(map(camel, change.changed))
    return ProductChange(seq=change.seq, product_id=id_, changed=changed, product=product, at=change.at)


def told(catalog: Catalog, seq: int, payload: object) -> ProductChange:
    """What subscribers are told of a change. Its child fields are answered from the product of the payload.

    Raises BadRequest for a payload of another shape.
    """
    try:
        news = msgspec.convert(payload, Announcement)
    except msgspec.ValidationError as error:
        raise BadRequest(f"payload is no change of a product: {error}") from error
    product = news.product
    shown = replace(product_of(product, buyer_of(catalog, None)), whole=product) if product else None
    return ProductChange(seq=seq, product_id=news.product_id, changed=news.changed, product=shown, at=news.at)
