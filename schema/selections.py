"""What a publishing mutation asks for, so that subscribers may select anything: they are told no more than it asked.

AppSync guide, "Real-time data": a subscriber gets what its own selection and the mutation's both hold, the rest null.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)
from graphql.pyutils import Undefined

from schema.api import ROOTS, graph, routes, subscriptions

INDENT: Final = "  "
OPENING: Final = '''\
"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
'''


def modules() -> dict[str, str]:
    """For each domain that publishes, the source of a module with its documents by mutation."""
    by_domain: dict[str, list[str]] = {}
    for mutation in sorted({name for declared in subscriptions().values() for name in declared.mutations}):
        by_domain.setdefault(routes()[f"Mutation.{mutation}"].domain, []).append(mutation)
    return {domain: _module(mutations) for domain, mutations in by_domain.items()}


def _module(mutations: Iterable[str]) -> str:
    entries = [f'{INDENT * 2}"{mutation}": """\\\n{document(mutation)}""",\n' for mutation in mutations]
    return OPENING + "".join(entries) + "}\n"


def document(mutation: str) -> str:
    """The operation that calls ``mutation`` with all of its arguments and asks for everything."""
    root = graph().mutation_type
    assert root
    field = root.fields[mutation]
    declared = ", ".join(f"${name}: {given.type}" for name, given in field.args.items())
    passed = ", ".join(f"{name}: ${name}" for name in field.args)
    lines = [f"mutation {mutation[:1].upper()}{mutation[1:]}({declared}) {{", f"{INDENT}{mutation}({passed}) {{"]
    lines += selection(get_named_type(field.type), routes(), left_out=_left_out(mutation), depth=2)
    return "\n".join([*lines, f"{INDENT}}}", "}"]) + "\n"


def _left_out(mutation: str) -> frozenset[str]:
    """Fields of fewer than its object, since what is published is told to all; and those of other domains, which tell
    of their own changes, and must not hold up this one's when they fail.
    """
    domain = routes()[f"Mutation.{mutation}"].domain
    nested = {path: route for path, route in routes().items() if path.split(".")[0] not in ROOTS}
    return frozenset(path for path, route in nested.items() if route.access or route.domain != domain)


def selection(
    kind: GraphQLNamedType,
    routed: Mapping[str, Any],
    *,
    left_out: AbstractSet[str] = frozenset(),
    depth: int = 0,
    path: tuple[str, ...] = (),
) -> list[str]:
    """Every field below ``kind``, a line each, with the defaults of arguments.

    Never a type below itself. A field with an answer of its own (``routed``) is left out when it leads back to a type
    above it: the products of a product's category are another page than the product's. Raises ValueError for a union:
    nothing that is published has needed one yet.
    """
    if isinstance(kind, GraphQLInterfaceType):
        return _shapes(kind, routed, left_out=left_out, depth=depth, path=path)
    if not isinstance(kind, GraphQLObjectType):
        raise ValueError(f"{kind.name} is no object type: say how its shapes are published")  # noqa: TRY004  # no caller's mistake
    lines: list[str] = []
    here = (*path, kind.name)
    for name, field in kind.fields.items():
        below = get_named_type(field.type)
        if _asks_for_more(field) or f"{kind.name}.{name}" in left_out:
            continue
        if is_leaf_type(below):
            lines.append(INDENT * depth + name)
        elif not {*here} & (_leads_to(below, routed) if f"{kind.name}.{name}" in routed else {below.name}):
            lines.append(f"{INDENT * depth}{name} {{")
            lines += selection(below, routed, left_out=left_out, depth=depth + 1, path=here)
            lines.append(INDENT * depth + "}")
    return lines


def _shapes(
    kind: GraphQLInterfaceType,
    routed: Mapping[str, Any],
    *,
    left_out: AbstractSet[str],
    depth: int,
    path: tuple[str, ...],
) -> list[str]:
    """Which shape it is, every field that all have, and then of each shape what it has beside them."""
    lines = [f"{INDENT * depth}__typename"]
    lines += [INDENT * depth + name for name in kind.fields]
    for shape in graph().get_possible_types(kind):
        shared = {f"{shape.name}.{name}" for name in kind.fields}
        own = selection(shape, routed, left_out=left_out | shared, depth=depth + 1, path=path)
        if own:
            lines += [f"{INDENT * depth}... on {shape.name} {{", *own, INDENT * depth + "}"]
    return lines


def _asks_for_more(field: GraphQLField) -> bool:
    return any(
        isinstance(given.type, GraphQLNonNull) and given.default_value is Undefined for given in field.args.values()
    )


def _leads_to(kind: GraphQLNamedType, routed: Mapping[str, Any]) -> set[str]:
    """The types that come in one answer with ``kind``: those that fields without an answer of their own lead to."""
    seen: set[str] = set()
    waiting = [kind]
    while waiting:
        one = waiting.pop()
        if isinstance(one, GraphQLObjectType) and one.name not in seen:
            seen.add(one.name)
            plain = (field for name, field in one.fields.items() if f"{one.name}.{name}" not in routed)
            waiting.extend(get_named_type(field.type) for field in plain)
    return seen
