"""How staff read and change the shop's terms: decide on what is stored, store it on condition, say how it went."""

from domain.cart.discounts import Discount
from domain.cart.drafting import discount_of, shipping_zone_of, tax_table_of
from domain.cart.drafts import DiscountDraft, ShippingZoneDraft, TaxTableDraft
from domain.cart.settings import room_errors
from domain.cart.shipping import ShippingZone
from domain.cart.taxes import TaxTable, table_in
from domain.cart.terms import CodeTaken, CountedDiscount, Saved, Stale
from domain.errors import ConflictError, ErrorCode, InputError, UserError
from domain.ids import DiscountId, ShippingZoneId, is_id
from resolvers._kit.views import DeletePayload
from resolvers.cart import terms_views as views
from resolvers.cart.ports import Carts
from resolvers.cart.terms_views import DiscountPayload, ShippingZonePayload, TaxTablePayload

DISCOUNT, ZONE = "disc", "zone"
"""Prefixes of ids."""


def found_discount(carts: Carts, id_: str) -> CountedDiscount | None:
    """The discount with the id, if there is one."""
    return carts.terms.discount(DiscountId(id_)) if is_id(id_, DISCOUNT) else None


def save_discount(carts: Carts, draft: DiscountDraft, id_: str | None, expected: int | None) -> DiscountPayload:
    """Store a new discount or the next version of one."""
    kept = found_discount(carts, id_) if id_ is not None else None
    current = kept.discount if kept else None
    if (refused := _refused("discount", id_, current, expected)) is not None:
        return DiscountPayload(user_errors=(refused,))
    new = discount_of(draft, current, new_id=DiscountId(carts.new_id(DISCOUNT)))
    if not isinstance(new, Discount):
        return DiscountPayload(user_errors=new)
    if new is not current and (errors := _unsaved_discount(carts, current, new)):
        return DiscountPayload(user_errors=errors)
    return DiscountPayload(discount=views.discount_of(CountedDiscount(discount=new, used=kept.used if kept else 0)))


def _unsaved_discount(carts: Carts, current: Discount | None, new: Discount) -> tuple[UserError, ...]:
    """Store it; what stood against that."""
    crowded = room_errors(carts.terms.terms(), new, carts.now()) if new.code is None else ()
    return crowded or _unsaved(carts.terms.save_discount(current, new))


def zones(carts: Carts) -> tuple[views.ShippingZone, ...]:
    """Every zone, by name."""
    found = sorted(carts.terms.terms().zones, key=lambda zone: (zone.name.casefold(), zone.id))
    return tuple(map(views.zone_of, found))


def save_zone(carts: Carts, draft: ShippingZoneDraft, id_: str | None, expected: int | None) -> ShippingZonePayload:
    """Store a new zone or the next version of one."""
    there = carts.terms.terms()
    current = next((zone for zone in there.zones if zone.id == id_), None)
    if (refused := _refused("shipping zone", id_, current, expected)) is not None:
        return ShippingZonePayload(user_errors=(refused,))
    new = shipping_zone_of(draft, current, new_id=ShippingZoneId(carts.new_id(ZONE)))
    if not isinstance(new, ShippingZone):
        return ShippingZonePayload(user_errors=new)
    if new is not current:
        crowded = room_errors(there, new, carts.now())
        if errors := crowded or _unsaved(carts.terms.save_zone(current, new)):
            return ShippingZonePayload(user_errors=errors)
    return ShippingZonePayload(shipping_zone=views.zone_of(new))


def delete_zone(carts: Carts, id_: str) -> DeletePayload:
    """Remove a zone."""
    if is_id(id_, ZONE) and carts.terms.delete_zone(ShippingZoneId(id_)):
        return DeletePayload(deleted_id=id_)
    return DeletePayload(user_errors=(_missing("shipping zone", "id"),))


def tables(carts: Carts) -> tuple[views.TaxTable, ...]:
    """Every tax table, by country."""
    found = sorted(carts.terms.terms().taxes, key=lambda table: table.country)
    return tuple(map(views.table_of, found))


def save_table(carts: Carts, draft: TaxTableDraft, expected: int | None) -> TaxTablePayload:
    """Store a country's table, in place of the one it has."""
    there = carts.terms.terms()
    current = table_in(there.taxes, draft.country)
    version = current.version if current else 0
    if expected not in {None, version}:
        return TaxTablePayload(user_errors=(_conflict(version),))
    new = tax_table_of(draft, current)
    if not isinstance(new, TaxTable):
        return TaxTablePayload(user_errors=new)
    if new is not current:
        crowded = room_errors(there, new, carts.now())
        if errors := crowded or _unsaved(carts.terms.save_table(current, new)):
            return TaxTablePayload(user_errors=errors)
    return TaxTablePayload(tax_table=views.table_of(new))


def delete_table(carts: Carts, country: str) -> DeletePayload:
    """Remove a country's table."""
    there = table_in(carts.terms.terms().taxes, country)
    if there is not None and carts.terms.delete_table(there.country):
        return DeletePayload(deleted_id=there.country)
    return DeletePayload(user_errors=(_missing("tax table", "country"),))


def _refused(
    noun: str, id_: str | None, current: Discount | ShippingZone | None, expected: int | None
) -> UserError | None:
    if id_ is not None and current is None:
        return _missing(noun, "id")
    if current is not None and expected not in {None, current.version}:
        return _conflict(current.version)
    return None


def _unsaved(outcome: Saved | Stale | CodeTaken) -> tuple[UserError, ...]:
    match outcome:
        case Saved():
            return ()
        case CodeTaken(code=code):
            message = f'another discount has the code "{code}"'
            return (InputError(code=ErrorCode.DUPLICATE, message=message, field=("input", "code")),)
        case Stale(current_version=version):
            return (_conflict(version or 0),)


def _missing(noun: str, argument: str) -> InputError:
    return InputError(code=ErrorCode.NOT_FOUND, message=f"there is no such {noun}", field=(argument,))


def _conflict(version: int) -> ConflictError:
    message = f"it has changed meanwhile: version {version} is stored now"
    return ConflictError(message=message, field=("expectedVersion",), current_version=version)
