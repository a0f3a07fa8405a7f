"""The words of the letters that buyers get, as text and as HTML that says the same.

What people wrote stands in both as it is, on one line, and is no markup in either. The HTML fetches nothing from
anywhere, and follows its reader into the dark.
"""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain
from typing import Final, NamedTuple

from msgspec import Struct

from domain.addresses import UNPRINTABLE, Address
from domain.money import Money
from domain.orders.orders import Fulfillment, Order, OrderLine, OrderTotals, ShippingMethod

WIDTH: Final = 72
"""Columns of the text: readers of plain text break longer lines where they like."""
INDENT: Final = "  "


class Letter(Struct, frozen=True, kw_only=True):
    """What a letter says; to whom is not its business."""

    subject: str
    text: str
    html: str


class Row(NamedTuple):
    """A line of a letter: what it is about, a smaller word on it, and what stands at its end."""

    left: str
    right: str = ""
    note: str = ""
    strong: bool = False


class Section(NamedTuple):
    """Rows that belong together."""

    title: str
    rows: tuple[Row, ...]


def placed(order: Order, token: str | None) -> Letter:
    """That the order has come in; ``token`` is what a guest sees it by, None for who has an account."""
    return _letter(
        f"Your order {order.number}",
        "Thank you for your order. We write again when it leaves the house.",
        (
            Section(f"Order {order.number}", tuple(map(_bought, order.lines))),
            Section("Costs", tuple(_sums(order.totals, _discounts(order)))),
            Section("Delivery", (*_way(order.shipping), *_place(order.shipping_address))),
            Section("Bill", tuple(_place(order.billing_address))),
            Section("To see your order again", tuple(_entrance(order, token))),
        ),
    )


def shipped(order: Order, parcel: Fulfillment) -> Letter:
    """That a parcel of the order has left the house."""
    rest = " What is not in it follows." if order.unfulfilled else ""
    carried = ((name, text) for name, text in (("Carrier", parcel.carrier), ("Tracking", parcel.tracking_number)))
    return _letter(
        f"Your order {order.number} is on its way",
        f"A parcel with what follows has left the house.{rest}",
        (
            Section(f"Order {order.number}", tuple(_packed(order, parcel))),
            Section(
                "Delivery",
                (*(Row(name, text) for name, text in carried if text), *_place(order.shipping_address)),
            ),
        ),
    )


def _bought(line: OrderLine) -> Row:
    note = _joined((line.sku, f"{_money(line.unit_price)} each" if line.quantity > 1 else ""))
    return Row(f"{line.quantity} × {line.name}", _money(line.unit_price * line.quantity), note)  # noqa: RUF001  # times


def _packed(order: Order, parcel: Fulfillment) -> Iterator[Row]:
    for part in parcel.lines:
        line = order.line(part.line_id)
        if line is not None:
            yield Row(f"{part.quantity} × {line.name}", note=line.sku)  # noqa: RUF001  # the sign for times


def _discounts(order: Order) -> str:
    return _joined(one.title for one in order.discounts)


def _sums(totals: OrderTotals, discounts: str) -> Iterator[Row]:
    """Nothing is said of what is nothing, but for the total."""
    tax = "Tax (included)" if totals.tax_included else "Tax"
    yield Row("Subtotal", _money(totals.subtotal))
    if totals.discount.minor:
        yield Row("Discount", _money(totals.discount * -1), discounts)
    if totals.shipping.minor:
        yield Row("Shipping", _money(totals.shipping))
    if totals.tax.minor:
        yield Row(tax, _money(totals.tax))
    yield Row("Total", _money(totals.total), strong=True)


def _way(shipping: ShippingMethod | None) -> Iterator[Row]:
    if shipping is not None:
        yield Row(_joined((shipping.method, shipping.carrier or "")), note=_days(shipping))


def _days(shipping: ShippingMethod) -> str:
    known = sorted({days for days in (shipping.min_days, shipping.max_days) if days is not None})
    return f"{' to '.join(map(str, known))} days" if known else ""


def _place(address: Address | None) -> Iterator[Row]:
    if address is not None:
        city = " ".join(part for part in (address.postal_code, address.city) if part)
        parts = (address.name, address.company, address.line1, address.line2, city, address.region, address.country)
        yield from (Row(part) for part in parts if part)


def _entrance(order: Order, token: str | None) -> Iterator[Row]:
    if token is not None:
        yield Row("Number", order.number)
        yield Row("E-mail", order.email)
        yield Row("Token", token, note="Keep this letter to yourself.")


def _money(amount: Money) -> str:
    return f"{amount.amount} {amount.currency.value}"


def _joined(words: Iterable[str]) -> str:
    return ", ".join(word for word in words if word)


def _letter(subject: str, opening: str, sections: Iterable[Section]) -> Letter:
    said = tuple(section for section in sections if section.rows)
    return Letter(subject=subject, text=_text(opening, said), html=_html(subject, opening, said))


def _plain(text: str) -> str:
    """On one line, and nothing in it that is not seen."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())


def _text(opening: str, sections: Iterable[Section]) -> str:
    parts = (f"{section.title}\n\n{_text_rows(section.rows)}" for section in sections)
    return "\n\n\n".join((opening, *parts)) + "\n"


def _text_rows(rows: Iterable[Row]) -> str:
    return "\n".join(chain.from_iterable(map(_text_row, rows)))


def _text_row(row: Row) -> Iterator[str]:
    left, right = _plain(row.left), _plain(row.right)
    room = WIDTH - len(left)
    if len(right) < room:
        yield f"{left}{right.rjust(room)}" if right else left
    else:
        yield left
        yield right.rjust(WIDTH)
    if row.note:
        yield f"{INDENT}{_plain(row.note)}"


STYLE: Final = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 24px 12px; background: #f4f4f1; color: #22221f; }
body, td, th { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
.sheet { max-width: 600px; margin: 0 auto; padding: 24px; background: #ffffff; border-radius: 12px; }
h1 { margin: 0 0 8px; font-size: 22px; line-height: 1.3; }
h2 { margin: 28px 0 4px; font-size: 13px; font-weight: 600; color: #6b6b63; }
p { margin: 0; }
table { width: 100%; border-collapse: collapse; }
td { padding: 3px 0; vertical-align: top; text-align: start; overflow-wrap: anywhere; }
.end { padding-inline-start: 16px; text-align: end; }
.strong td { padding-top: 10px; font-weight: 600; border-top: 1px solid #dcdcd5; }
.note { display: block; font-size: 13px; font-weight: 400; color: #6b6b63; }
@media (prefers-color-scheme: dark) {
  body { background: #141412; color: #ecece6; }
  .sheet { background: #20201d; }
  h2, .note { color: #a3a39a; }
  .strong td { border-color: #3c3c37; }
}
"""
"""Grey on white, and grey on grey in the dark, each of a contrast of more than 4.5 (WCAG 2.2, "Contrast (Minimum)")."""


def _html(title: str, opening: str, sections: Iterable[Section]) -> str:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{_safe(title)}</title><style>{STYLE}</style>"
    )
    body = f"<h1>{_safe(title)}</h1><p>{_safe(opening)}</p>{''.join(map(_html_section, sections))}"
    return f'<!doctype html><html lang="en"><head>{head}</head><body><div class="sheet">{body}</div></body></html>\n'


def _html_section(section: Section) -> str:
    rows = "".join(map(_html_row, section.rows))
    return f'<h2>{_safe(section.title)}</h2><table role="presentation">{rows}</table>'


def _html_row(row: Row) -> str:
    note = f'<span class="note" dir="auto">{_safe(row.note)}</span>' if row.note else ""
    end = f'<td class="end" dir="auto">{_safe(row.right)}</td>' if row.right else ""
    strong = ' class="strong"' if row.strong else ""
    return f'<tr{strong}><td dir="auto">{_safe(row.left)}{note}</td>{end}</tr>'


def _safe(text: str) -> str:
    return escape(_plain(text))
