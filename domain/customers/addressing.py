"""The addresses that a customer keeps, one of which is the default as long as there are any."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.addresses import Address, address_of
from domain.customers.customers import MOST_ADDRESSES, Customer, Refused, SavedAddress, address_id
from domain.errors import ErrorCode, InputError
from domain.ids import AddressId

UNKNOWN: Final = InputError(code=ErrorCode.NOT_FOUND, message="you have no such address", field=("id",))


def saved(customer: Customer, of: AddressId | None, given: Address, now: datetime) -> Customer | Refused:
    """The customer with an address changed or, without an id, added. Errors of its parts lie below ``("input",)``.

    An address that they have already is not added again, so that a repeated request does nothing. The first is the
    default.
    """
    address = address_of(given, "input")
    if isinstance(address, tuple):
        return address
    if of is None:
        return _added(customer, address, now)
    kept = customer.address(of)
    if kept is None:
        return (UNKNOWN,)
    if kept.address == address:
        return customer
    changed = tuple(replace(one, address=address) if one.id == of else one for one in customer.addresses)
    return _next(customer, changed, customer.default_address_id, now)


def deleted(customer: Customer, of: AddressId, now: datetime) -> Customer | Refused:
    """The customer without an address. In place of the default comes the one that was added last."""
    if customer.address(of) is None:
        return (UNKNOWN,)
    left = tuple(one for one in customer.addresses if one.id != of)
    default = customer.default_address_id
    if default == of:
        default = left[-1].id if left else None
    return _next(customer, left, default, now)


def _added(customer: Customer, address: Address, now: datetime) -> Customer | Refused:
    if any(one.address == address for one in customer.addresses):
        return customer
    if len(customer.addresses) >= MOST_ADDRESSES:
        message = f"at most {MOST_ADDRESSES} addresses are kept; change or delete one"
        return (InputError(code=ErrorCode.INVALID, message=message, field=("input",)),)
    made = SavedAddress(id=address_id(customer.id, customer.version + 1), address=address)
    return _next(customer, (*customer.addresses, made), customer.default_address_id or made.id, now)


def _next(
    customer: Customer, addresses: tuple[SavedAddress, ...], default: AddressId | None, now: datetime
) -> Customer:
    return replace(
        customer, version=customer.version + 1, updated_at=now, addresses=addresses, default_address_id=default
    )
