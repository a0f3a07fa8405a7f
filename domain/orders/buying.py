"""What of an order's goods its customer has bought, so that they have a say in what they are worth."""

from domain.ids import ProductId, product_of_variant
from domain.orders.orders import Order
from domain.orders.statuses import OrderStatus, PaymentStatus, payment_status_of, status_of


def products_of(order: Order) -> tuple[ProductId, ...]:
    """The products of its lines, each once."""
    found = (product_of_variant(line.variant_id) for line in order.lines)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def bought(order: Order, product: ProductId) -> bool:
    """Whether a unit of the product is the customer's: paid for or promised to be, not cancelled, not given back.

    That it has arrived is not asked: a download never does, and of parcels not every shop is told.
    """
    if status_of(order) is OrderStatus.CANCELLED:
        return False
    if payment_status_of(order) in {PaymentStatus.VOIDED, PaymentStatus.REFUNDED}:
        return False
    back = order.returned
    return any(product_of_variant(line.variant_id) == product and line.quantity > back[line.id] for line in order.lines)
