"""How customers change themselves: decided by the rules, stored, and shown as they are then."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.addresses import Address
from domain.customers import addressing, saying, wishes
from domain.customers.claiming import claimable_email
from domain.customers.consenting import Said
from domain.customers.customers import Customer, Refused
from domain.customers.storing import Decision, NoCustomer, Refusal, StoredCustomer
from domain.customers.wishes import Wishlist
from domain.errors import ErrorCode, InputError
from domain.ids import AddressId, CustomerId, VariantId, product_of_variant
from resolvers._kit.callers import Shopper
from resolvers._kit.views import DeletePayload
from resolvers.customers.ports import Customers, Decide
from resolvers.customers.signing_up import made, own, updated
from resolvers.customers.views import CustomerPayload, GuestOrdersClaimPayload, customer_of

WHERE: Final = "customerUpdate"
"""At which place a consent was given: of this graph, there is one."""
NOBODY: Final = InputError(code=ErrorCode.NOT_FOUND, message="this account is not there any more")
NO_VARIANT: Final = InputError(
    code=ErrorCode.NOT_FOUND, message="there is no such variant on sale", field=("variantId",)
)
UNVERIFIED: Final = InputError(
    code=ErrorCode.INVALID, message="the e-mail of this account is not verified: verify it first, then claim again"
)


def edited(customers: Customers, caller: Shopper, given: Mapping[str, Any]) -> CustomerPayload:
    """What is said of oneself."""
    said = Said(wording=customers.wording, where=WHERE)
    return _shown(customers, _changed(customers, caller, lambda one: _edited(customers, one, given, said)))


def _edited(customers: Customers, one: Customer, given: Mapping[str, Any], said: Said) -> Decision | Refusal:
    decided = saying.edited(one, given, said, customers.now())
    return decided if isinstance(decided, Decision) else Refusal(errors=decided)


def address_saved(customers: Customers, caller: Shopper, of: str | None, given: Address) -> CustomerPayload:
    """An address is kept, or changed."""
    id_ = None if of is None else AddressId(of)

    def decide(one: Customer) -> Customer | Refused:
        return addressing.saved(one, id_, given, customers.now())

    return _shown(customers, _changed(customers, caller, _deciding(decide)))


def address_deleted(customers: Customers, caller: Shopper, of: str) -> DeletePayload:
    """An address is kept no longer."""

    def decide(one: Customer) -> Customer | Refused:
        return addressing.deleted(one, AddressId(of), customers.now())

    outcome = _changed(customers, caller, _deciding(decide))
    return DeletePayload(deleted_id=of) if isinstance(outcome, Customer) else DeletePayload(user_errors=outcome)


def wish_set(customers: Customers, caller: Shopper, of: str, *, wished: bool) -> CustomerPayload:
    """A variant is wished for, or not any more; what cannot be bought may be taken off."""
    id_, variant = CustomerId(caller.sub), VariantId(of)
    if product_of_variant(variant) is None or (wished and not customers.on_sale(variant)):
        return CustomerPayload(user_errors=(NO_VARIANT,))

    def decide(kept: Wishlist) -> Wishlist | Refused:
        return wishes.wished(kept, variant, customers.now()) if wished else wishes.unwished(kept, variant)

    customer = own(customers, caller)
    outcome = NoCustomer() if customer is None else customers.store.wish(id_, decide)
    if isinstance(outcome, Refusal):
        return CustomerPayload(user_errors=outcome.errors)
    if customer is None or isinstance(outcome, NoCustomer):
        return CustomerPayload(user_errors=(NOBODY,))
    return _shown(customers, customer)


def claimed(customers: Customers, caller: Shopper) -> GuestOrdersClaimPayload:
    """What was bought as a guest by the e-mail that the pool says is theirs."""
    id_ = CustomerId(caller.sub)
    known, kept = customers.ask(id_), customers.store.get(id_)
    customer = None
    if known is not None:
        now = customers.now()
        customer = updated(customers.store, kept, known, now) if kept else made(customers.store, id_, known, now)
    if customer is None:
        return GuestOrdersClaimPayload(user_errors=(NOBODY,))
    if claimable_email(customer) is None:
        return GuestOrdersClaimPayload(user_errors=(UNVERIFIED,))
    return GuestOrdersClaimPayload(claimed=customers.claim(customer))


def _deciding(act: Callable[[Customer], Customer | Refused]) -> Decide:
    def decide(one: Customer) -> Decision | Refusal:
        made_of_it = act(one)
        return Decision(customer=made_of_it) if isinstance(made_of_it, Customer) else Refusal(errors=made_of_it)

    return decide


def _changed(customers: Customers, caller: Shopper, decide: Decide) -> Customer | Refused:
    """What became of the customer who asks, who is made first if nothing was heard of them yet."""
    id_ = CustomerId(caller.sub)
    outcome = customers.store.change(id_, decide)
    if isinstance(outcome, NoCustomer) and own(customers, caller) is not None:
        outcome = customers.store.change(id_, decide)
    match outcome:
        case StoredCustomer(customer=customer):
            return customer
        case Refusal(errors=errors):
            return errors
        case _:
            return (NOBODY,)


def _shown(customers: Customers, outcome: Customer | Refused) -> CustomerPayload:
    if isinstance(outcome, Customer):
        return CustomerPayload(customer=customer_of(outcome, customers.wording))
    return CustomerPayload(user_errors=outcome)
