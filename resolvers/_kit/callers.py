"""Who asks: AppSync's identity as one typed value, so that an answer for staff cannot be reached by a guest."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from msgspec import Struct

STAFF_GROUPS: Final = frozenset({"staff", "admin"})
BACK_OFFICE_GROUPS: Final = STAFF_GROUPS | {"finance"}


class UnauthorizedException(Exception):  # AppSync knows this very name and words the error itself
    """The caller is not one this answer is for. AppSync's directives refuse it before; this is the second lock."""


class Anyone(Struct, frozen=True):
    """A guest (``sub`` None, no groups) or any signed-in user (``sub`` is the pool's id of the user).

    ``address`` is where the request came from, as ``address_of`` reads it.
    """

    sub: str | None
    groups: frozenset[str]
    address: str | None = None

    @property
    def staff(self) -> bool:
        """Whether the caller works here, and so sees what shoppers do not."""
        return bool(self.groups & STAFF_GROUPS)

    @property
    def back_office(self) -> bool:
        """Whether the caller works with the shop's money or goods."""
        return bool(self.groups & BACK_OFFICE_GROUPS)

    def sees_all_of(self, customer: str | None) -> bool:
        """Whether what is a customer's own is the caller's to see: their own, or they work here."""
        return self.staff or (customer is not None and customer == self.sub)

    @property
    def counted_as(self) -> str | None:
        """Who this is when requests are counted: the user, else the line a guest comes by; None if neither is known."""
        return self.sub or (None if self.address is None else _line(self.address))


class Shopper(Anyone, frozen=True):
    """A signed-in user, whatever the groups. ``claims`` is what the token says of them, under Cognito's names."""

    sub: str
    claims: Mapping[str, Any] = {}


class Staff(Shopper, frozen=True):
    """A signed-in user of the group staff or admin."""


class BackOffice(Shopper, frozen=True):
    """A signed-in user of the group staff, finance or admin."""


class Finance(Shopper, frozen=True):
    """A signed-in user of the group finance or admin."""


class Admin(Shopper, frozen=True):
    """A signed-in user of the group admin."""


class Publisher(Struct, frozen=True):
    """One of the shop's own functions, signed with its role."""

    role: str


type Caller = Anyone | Publisher

NEEDED_GROUPS: Final[Mapping[type[Caller], frozenset[str]]] = {
    Staff: STAFF_GROUPS,
    BackOffice: BACK_OFFICE_GROUPS,
    Finance: frozenset({"finance", "admin"}),
    Admin: frozenset({"admin"}),
}
CALLERS: Final[dict[str, type[Caller]]] = {
    "PUBLIC": Anyone,
    "SHOPPER": Shopper,
    "STAFF": Staff,
    "BACK_OFFICE": BackOffice,
    "FINANCE": Finance,
    "ADMIN": Admin,
    "PUBLISHER": Publisher,
}
"""Name of a route's access: the type its answer's caller must have."""


def address_of(headers: Mapping[str, Any]) -> str | None:
    """Where a request came from, by the headers that AppSync shows; an API key's caller has no ``sourceIp``.

    The last of ``x-forwarded-for`` is the edge that the request came through, shared by thousands, and the one before
    is whom that edge saw. All others are the caller's own word.
    """
    through = headers.get("x-forwarded-for") or ""
    hops = (", ".join(through) if isinstance(through, list) else through).rsplit(",", 2)
    return hops[-2 if len(hops) > 1 else -1].strip() or None


def _line(address: str) -> str | None:
    """An IPv4 address as it is, and of IPv6 the network of 64 bits: whoever has one address of it has them all."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or f"{found.exploded[:19]}::/64")
    return str(found)


def caller_of(
    identity: Mapping[str, Any] | None, wanted: type[Caller], headers: Mapping[str, Any] | None = None
) -> Caller:
    """Read AppSync's ``identity`` (guide, "Resolver mapping template context reference") as the ``wanted`` caller.

    There is no field that says which mode authenticated: an API key has no identity, IAM has ``userArn``, a pool's
    user ``claims``; ``groups`` is null for a user without any. Raises UnauthorizedException for another caller.
    """
    found = _caller(identity or {}, wanted, address_of(headers or {}))
    if found is None:
        raise UnauthorizedException(f"this is for {wanted.__name__}")
    return found


def _function(role: str, wanted: type[Caller]) -> Caller | None:
    """What is below the field that a function calls is told to everybody, so there it sees what a guest does."""
    if wanted is Publisher:
        return Publisher(role)
    return Anyone(None, frozenset()) if wanted is Anyone else None


def _caller(identity: Mapping[str, Any], wanted: type[Caller], address: str | None) -> Caller | None:
    if "userArn" in identity:
        return _function(identity["userArn"], wanted)
    if not issubclass(wanted, Anyone):
        return None
    sub, groups = identity.get("sub"), frozenset(identity.get("groups") or ())
    if not issubclass(wanted, Shopper):
        return Anyone(sub, groups, address)
    needed = NEEDED_GROUPS.get(wanted)
    if sub is None or (needed is not None and not groups & needed):
        return None
    return wanted(sub, groups, address, identity.get("claims") or {})
