"""What is bought, as orders need to know it: a cart and its bill as a purchase."""

from collections.abc import Iterator
from datetime import datetime

from domain.cart.carts import Cart
from domain.cart.requirements import requirements
from domain.cart.totals import Bill, Charge
from domain.errors import ErrorCode, InputError
from domain.orders.orders import OrderDiscount, OrderTotals, ShippingMethod
from domain.orders.placing import Purchase, PurchaseLine


def purchase_of(cart: Cart, bill: Bill, now: datetime) -> Purchase:
    """All that an order takes over; what is missing lies below ``cartId``, which is what the buyer gave."""
    totals = bill.totals
    return Purchase(
        cart_id=cart.id,
        customer_id=cart.customer_id,
        email=cart.email,
        currency=cart.currency,
        lines=tuple(_lines(cart, bill)),
        totals=OrderTotals(
            subtotal=totals.subtotal,
            discount=totals.discount,
            shipping=totals.shipping,
            tax=totals.tax,
            tax_included=totals.tax_included,
            total=totals.total,
        ),
        discounts=tuple(
            OrderDiscount(discount_id=one.discount_id, code=one.code, title=one.title, amount=one.amount)
            for one in bill.discounts
        ),
        shipping=_shipping(bill),
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
        locale=cart.locale,
        lacks=tuple(
            InputError(code=one.code, message=one.message, field=("cartId", *one.field))
            for one in requirements(cart, bill, now)
        ),
        exhausted=tuple(
            InputError(code=one.why.error, message=f'"{one.code[:40]}": {one.why.message}', field=("cartId",))
            for one in bill.refused
            if one.why.error is ErrorCode.DISCOUNT_EXHAUSTED
        ),
    )


def _lines(cart: Cart, bill: Bill) -> Iterator[PurchaseLine]:
    charges: dict[str, Charge] = {one.line_id: one for one in bill.charges}
    names = {line.id: line.name for line in cart.lines}
    for item in bill.items:
        charge = charges[item.line_id]
        yield PurchaseLine(
            variant_id=item.variant_id,
            sku=item.offer.sku if item.offer else "",
            name=item.offer.name if item.offer else names[item.line_id],
            quantity=item.quantity,
            unit_price=charge.unit_price,
            discount=charge.discount,
            tax=charge.tax,
            total=charge.total,
            goods=item.offer.goods if item.offer else (),
        )


def _shipping(bill: Bill) -> ShippingMethod | None:
    quote = bill.quote
    if quote is None:
        return None
    return ShippingMethod(method=quote.method, carrier=quote.carrier, min_days=quote.min_days, max_days=quote.max_days)
