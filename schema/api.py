"""The whole graph: built from its rooms, and read as SDL and as routes."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import strawberry
from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InputValueDefinitionNode,
    Node,
    NullValueNode,
    ScalarTypeDefinitionNode,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.cart.mutations import CartMutations
from schema.cart.queries import CartQueries
from schema.cart.sessions import SessionMutations, SessionQueries
from schema.cart.subscriptions import CartSubscriptions
from schema.cart.terms import TermsMutations, TermsQueries
from schema.catalog.mutations import CatalogMutations
from schema.catalog.queries import CatalogQueries
from schema.catalog.subscriptions import CatalogSubscriptions
from schema.customers.mutations import CustomerMutations
from schema.customers.queries import CustomerQueries
from schema.errors import (
    ConflictError,
    IllegalTransitionError,
    InputError,
    InsufficientStockError,
    PaymentError,
    PriceChangedError,
    ThrottledError,
    TotalChangedError,
)
from schema.inventory.mutations import InventoryMutations
from schema.inventory.queries import InventoryQueries
from schema.inventory.subscriptions import InventorySubscriptions
from schema.media.mutations import MediaMutations
from schema.media.queries import MediaQueries
from schema.media.subscriptions import MediaSubscriptions
from schema.operations.mutations import OperationMutations
from schema.operations.queries import OperationQueries
from schema.operations.subscriptions import OperationSubscriptions
from schema.orders.mutations import OrderMutations
from schema.orders.queries import OrderQueries
from schema.orders.subscriptions import OrderSubscriptions
from schema.payments.mutations import PaymentMutations
from schema.payments.queries import PaymentQueries
from schema.reviews.mutations import ReviewMutations
from schema.reviews.queries import ReviewQueries
from schema.reviews.subscriptions import ReviewSubscriptions
from schema.route import ROUTE_KEY, SUBSCRIPTION_KEY, Access, Modes, Route, Subscribed, directives
from schema.scalars import SCALARS
from schema.sdl import with_comments

ROOTS: Final = ("Query", "Mutation", "Subscription")


@strawberry.type(description="Everything that can be read.")
class Query(
    CatalogQueries,
    InventoryQueries,
    CartQueries,
    TermsQueries,
    SessionQueries,
    OrderQueries,
    PaymentQueries,
    ReviewQueries,
    CustomerQueries,
    OperationQueries,
    MediaQueries,
):
    pass


@strawberry.type(description="Everything that can be changed; expected failures are in userErrors, never thrown.")
class Mutation(
    CatalogMutations,
    InventoryMutations,
    CartMutations,
    TermsMutations,
    SessionMutations,
    OrderMutations,
    PaymentMutations,
    ReviewMutations,
    CustomerMutations,
    OperationMutations,
    MediaMutations,
):
    pass


@strawberry.type(description="Everything that can be listened to as it happens, over a WebSocket.")
class Subscription(
    CatalogSubscriptions,
    InventorySubscriptions,
    CartSubscriptions,
    OrderSubscriptions,
    ReviewSubscriptions,
    OperationSubscriptions,
    MediaSubscriptions,
):
    pass


@cache
def build() -> strawberry.Schema:
    """The schema, each reachable object type carrying the auth directives of all root fields that reach it."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[
            InputError,
            ConflictError,
            IllegalTransitionError,
            InsufficientStockError,
            PaymentError,
            PriceChangedError,
            ThrottledError,
            TotalChangedError,
        ],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    for name, modes in type_modes(schema).items():
        definition = schema.schema_converter.type_map[name].definition
        if isinstance(definition, StrawberryObjectDefinition):
            definition.directives = directives(modes)
    return schema


@cache
def routes() -> Mapping[str, Route]:
    """Every field that a Lambda answers, ``"Query.product"`` to its route, in the order of the schema."""
    return _declared(ROUTE_KEY)


@cache
def subscriptions() -> Mapping[str, Subscribed]:
    """Every field of Subscription, ``"Subscription.productChanged"`` to what it listens to."""
    return _declared(SUBSCRIPTION_KEY)


def _declared(key: str) -> dict[str, Any]:
    return {
        f"{name}.{wire_name}": declared
        for name, kind in object_types(graph()).items()
        for wire_name, field in kind.fields.items()
        if (declared := _metadata(field).get(key)) is not None
    }


def _metadata(field: GraphQLField) -> Mapping[Any, Any]:
    definition: StrawberryField | None = field.extensions.get("strawberry-definition")
    return definition.metadata or {} if definition else {}


def graph(schema: strawberry.Schema | None = None) -> GraphQLSchema:
    """The schema as graphql-core knows it."""
    known: GraphQLSchema = (schema or build())._schema  # noqa: SLF001  # Strawberry has no public way to its graphql-core schema
    return known


def object_types(schema: GraphQLSchema) -> dict[str, GraphQLObjectType]:
    """The schema's own object types by name."""
    return {
        name: kind
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    }


def root_access(field: GraphQLField) -> Access:
    """Who may ask a field of a root type."""
    declared: Subscribed | Route = _metadata(field).get(SUBSCRIPTION_KEY) or _metadata(field)[ROUTE_KEY]
    assert declared.access
    return declared.access


def own_access(field: GraphQLField) -> Access | None:
    """Who may ask a nested field, where it says so itself: fewer than may see the object it is of."""
    route: Route | None = _metadata(field).get(ROUTE_KEY)
    return route.access if route else None


def type_modes(schema: strawberry.Schema) -> dict[str, Modes]:
    """For every object type below the roots, who can reach it: the union over all root fields that lead to it, and
    over all nested fields with an access of their own, which let nobody else through.

    AppSync checks each field on the way down, and an undirected type is open to the default mode alone
    (AppSync guide, "Using additional authorization modes").
    """
    known = graph(schema)
    found: dict[str, Modes] = {}
    for kind in object_types(known).values():
        for field in kind.fields.values():
            access = root_access(field) if kind.name in ROOTS else own_access(field)
            if access is None:
                continue
            for name in _reachable(known, get_named_type(field.type)):
                found[name] = found.get(name, Modes()) | access.value
    return found


def _reachable(known: GraphQLSchema, start: object) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, GraphQLInterfaceType):
            waiting.extend(known.get_possible_types(kind))
        elif isinstance(kind, GraphQLObjectType) and kind.name not in seen:
            seen.add(kind.name)
            waiting.extend(get_named_type(field.type) for field in kind.fields.values() if own_access(field) is None)
    return seen


def sdl() -> str:
    """The schema as people and their editors read it; AppSync's scalars and directives are in the prelude."""
    return print_ast(_own(parse(build().as_str()))) + "\n"


def upload_sdl() -> str:
    """The rendition for AppSync: descriptions as ``#`` comments above types and fields, which every parser accepts.

    AppSync has refused triple-quoted descriptions for years, turns comments into descriptions, and trips over some
    comments inside enums, so a value's comment is left out.
    """
    return with_comments(_own(parse(build().as_str())))


def _own(document: DocumentNode) -> DocumentNode:
    kept: list[Node] = [
        definition
        for definition in document.definitions
        if not isinstance(definition, ScalarTypeDefinitionNode | DirectiveDefinitionNode)
    ]
    bare: DocumentNode = visit(DocumentNode(definitions=tuple(kept)), _NoNullDefaults())
    return bare


class _NoNullDefaults(Visitor):
    """A default of null would hand every resolver an explicit null for an argument that was left out."""

    def leave_input_value_definition(self, node: InputValueDefinitionNode, *_: Any) -> Node | None:
        if not isinstance(node.default_value, NullValueNode):
            return None
        bare = node.__copy__()
        bare.default_value = None
        return bare
