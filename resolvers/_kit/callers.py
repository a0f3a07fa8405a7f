"""Who asks: AppSync's identity as one typed value, so that an answer for staff cannot be reached by a guest."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

STAFF_GROUPS: Final = frozenset({"staff", "admin"})


class UnauthorizedException(Exception):  # AppSync knows this very name and words the error itself
    """The caller is not one this answer is for. AppSync's directives refuse it before; this is the second lock."""


class Anyone(Struct, frozen=True):
    """A guest (``sub`` None, no groups) or any signed-in user (``sub`` is the pool's id of the user)."""

    sub: str | None
    groups: frozenset[str]

    @property
    def staff(self) -> bool:
        """Whether the caller works here, and so sees what shoppers do not."""
        return bool(self.groups & STAFF_GROUPS)


class Shopper(Anyone, frozen=True):
    """A signed-in user, whatever the groups."""

    sub: str


class Staff(Shopper, frozen=True):
    """A signed-in user of the group staff or admin."""


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
    Finance: frozenset({"finance", "admin"}),
    Admin: frozenset({"admin"}),
}
CALLERS: Final[dict[str, type[Caller]]] = {
    "PUBLIC": Anyone,
    "SHOPPER": Shopper,
    "STAFF": Staff,
    "FINANCE": Finance,
    "ADMIN": Admin,
    "PUBLISHER": Publisher,
}
"""Name of a route's access: the type its answer's caller must have."""


def caller_of(identity: Mapping[str, Any] | None, wanted: type[Caller]) -> Caller:
    """Read AppSync's ``identity`` (guide, "Resolver mapping template context reference") as the ``wanted`` caller.

    There is no field that says which mode authenticated: an API key has no identity, IAM has ``userArn``, a pool's
    user ``claims``; ``groups`` is null for a user without any. Raises UnauthorizedException for another caller.
    """
    found = _caller(identity or {}, wanted)
    if found is None:
        raise UnauthorizedException(f"this is for {wanted.__name__}")
    return found


def _function(role: str, wanted: type[Caller]) -> Caller | None:
    """What is below the field that a function calls is told to everybody, so there it sees what a guest does."""
    if wanted is Publisher:
        return Publisher(role)
    return Anyone(None, frozenset()) if wanted is Anyone else None


def _caller(identity: Mapping[str, Any], wanted: type[Caller]) -> Caller | None:
    if "userArn" in identity:
        return _function(identity["userArn"], wanted)
    if not issubclass(wanted, Anyone):
        return None
    sub, groups = identity.get("sub"), frozenset(identity.get("groups") or ())
    if wanted is Anyone:
        return Anyone(sub, groups)
    needed = NEEDED_GROUPS.get(wanted)
    if sub is None or (needed is not None and not groups & needed):
        return None
    return wanted(sub, groups)
