"""What a nested field's answer reads of its parent (AppSync's ``source``)."""

from msgspec import Struct

from domain.ids import CustomerId, ProductId


class ProductParent(Struct, frozen=True, kw_only=True):
    """A product, which the catalogue has answered."""

    id: ProductId


class CustomerParent(Struct, frozen=True, kw_only=True):
    """A customer, whom their own domain has answered."""

    id: CustomerId


class ListParent(Struct, frozen=True, kw_only=True):
    """A page of the reviews of a product, or of a customer; without one, of those that wait for the shop."""

    product_id: ProductId | None
    customer_id: CustomerId | None = None
