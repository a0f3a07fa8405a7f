"""The one declaration of a field: who answers it, who may ask, how many at once.

``routed`` marks a Strawberry field, ``subscribed`` one of Subscription; the SDL and its directives, the AppSync
resolvers, data sources and invoke roles, the parity tests and the access matrix are all read from it
(``schema.api.routes`` and ``subscriptions``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry.schema_directive import Location

from schema.prose import documented

ROUTE_KEY: Final = "souk.route"
SUBSCRIPTION_KEY: Final = "souk.subscription"
LARGEST_BATCH: Final = 2000
"""AppSync's quota for ``maxBatchSize`` (AWS General Reference, "AWS AppSync endpoints and quotas")."""


@dataclass(frozen=True, slots=True)
class Modes:
    """The AppSync authorization modes that reach a field or type; no ``groups`` means any signed-in user."""

    api_key: bool = False
    iam: bool = False
    users: bool = False
    groups: frozenset[str] = frozenset()

    def __or__(self, other: "Modes") -> "Modes":
        """Who reaches either: a plain user-pool mode absorbs a grouped one, since a directive may stand once."""
        everybody = (self.users and not self.groups) or (other.users and not other.groups)
        return Modes(
            self.api_key or other.api_key,
            self.iam or other.iam,
            self.users or other.users,
            frozenset() if everybody else self.groups | other.groups,
        )


class Access(Enum):
    """Who may ask a root field. There is no default: a field must choose."""

    PUBLIC = Modes(api_key=True, users=True)
    SHOPPER = Modes(users=True)
    STAFF = Modes(users=True, groups=frozenset({"staff", "admin"}))
    FINANCE = Modes(users=True, groups=frozenset({"finance", "admin"}))
    BACK_OFFICE = Modes(users=True, groups=frozenset({"staff", "finance", "admin"}))
    ADMIN = Modes(users=True, groups=frozenset({"admin"}))
    PUBLISHER = Modes(iam=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A field that AppSync sends to a Lambda.

    ``access`` is None on most nested fields: there the types' directives, computed by reachability, decide. One that
    has it is for fewer than its object is, and so may be null; nothing that is published asks for it.
    ``batch`` is how many parents one invocation may answer; 0 means one at a time.
    """

    domain: str
    access: Access | None
    batch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A field of Subscription: it fires with the result of any of ``mutations``, which only a function may call."""

    mutations: tuple[str, ...]
    access: Access


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT], name="aws_api_key", print_definition=False
)
class AwsApiKey:
    """AppSync: reachable with the API key."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT], name="aws_iam", print_definition=False
)
class AwsIam:
    """AppSync: reachable by a request signed with IAM credentials."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT], name="aws_cognito_user_pools", print_definition=False
)
class AwsCognitoUserPools:
    """AppSync: reachable by users of the pool, or of the named groups."""

    cognito_groups: list[str] | None = strawberry.directive_field(name="cognito_groups", default=strawberry.UNSET)


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], name="aws_subscribe", print_definition=False)
class AwsSubscribe:
    """AppSync: fires when one of the mutations has succeeded."""

    mutations: list[str]


def directives(modes: Modes) -> list[object]:
    """The AppSync directives that say ``modes``, in one fixed order."""
    found: list[object] = []
    if modes.api_key:
        found.append(AwsApiKey())
    if modes.users:
        found.append(AwsCognitoUserPools(cognito_groups=sorted(modes.groups) if modes.groups else strawberry.UNSET))
    if modes.iam:
        found.append(AwsIam())
    return found


def routed(domain: str, access: Access | None = None, *, batch: int = 0) -> Callable[[Callable[..., Any]], Any]:
    """Declare a field that ``domain``'s Lambda answers; the decorated function gives name, arguments, type and prose.

    A root field needs ``access``; a nested field is answered in batches, and takes none as a rule.
    """
    if not 0 <= batch <= LARGEST_BATCH:
        raise ValueError(f"batch is from 0 to {LARGEST_BATCH}, not {batch}")
    route = Route(domain=domain, access=access, batch=batch)

    def declare(promise: Callable[..., Any]) -> Any:
        return documented(
            promise,
            metadata={ROUTE_KEY: route},
            directives=directives(access.value) if access else [],
        )

    return declare


def subscribed(*mutations: str, access: Access, domain: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Declare a field of Subscription that fires with the ``mutations``, named as on the wire.

    Its arguments are filters: what is told equals them in the fields of those names. ``domain``'s Lambda, if one is
    named, is asked whenever somebody subscribes, and may refuse; its answer is None.
    """
    metadata: dict[str, object] = {SUBSCRIPTION_KEY: Subscribed(mutations=mutations, access=access)}
    if domain is not None:
        metadata[ROUTE_KEY] = Route(domain=domain, access=access)

    def declare(promise: Callable[..., Any]) -> Any:
        return documented(
            promise,
            metadata=metadata,
            directives=[AwsSubscribe(mutations=list(mutations)), *directives(access.value)],
        )

    return declare
