"""Whether fields that answer under one name can be merged (GraphQL specification, §5.3.2), in linear time.

graphql-core compares every pair, and gives up on documents that repeat a field some hundred times; here every field of
a name is compared with one of its kind. Expanding fragments can still grow without end, so the fields are counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)

from local.appsync.limits import FIELDS

type _Scope = tuple[Any, SelectionSetNode]
"""A selection set and the type it selects from."""


class TooManyFields(Exception):
    """The document asks for more fields than are looked at, once its fragments are spread."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two fields that cannot be merged, and graphql-java's reason."""

    node: FieldNode
    reason: str


@dataclass(slots=True)
class _Asked:
    """A field as one place of the document asks for it."""

    parent: Any
    node: FieldNode
    type: GraphQLOutputType | None


@dataclass(slots=True)
class Overlaps:
    """Looks through one valid document without fragment cycles."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    fields: int = field(default=0)

    @classmethod
    def of(cls, schema: GraphQLSchema, document: DocumentNode) -> "Overlaps":
        return cls(schema, {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)})

    def conflicts(self, document: DocumentNode) -> Iterator[Conflict]:
        """The conflicts; ``TooManyFields`` when there is too much to look through."""
        for operation in document.definitions:
            if isinstance(operation, OperationDefinitionNode):
                root = self.schema.get_root_type(operation.operation)
                yield from self._merge([(root, operation.selection_set)], exact=True)

    def _merge(self, scopes: list[_Scope], *, exact: bool) -> Iterator[Conflict]:
        """``exact``: the fields may meet in one object, so they must be the same; else only their shapes must be."""
        for asked in self._grouped(scopes).values():
            if len(asked) > 1:
                conflict = _difference(asked, exact=exact)
                if conflict is not None:
                    yield conflict
                    continue
            for group, group_is_exact in _that_may_meet(asked, exact=exact):
                inner = [(get_named_type(a.type), a.node.selection_set) for a in group if a.node.selection_set]
                if inner:
                    yield from self._merge(inner, exact=group_is_exact)

    def _grouped(self, scopes: list[_Scope]) -> dict[str, list[_Asked]]:
        groups: dict[str, list[_Asked]] = {}
        seen: set[tuple[str, str]] = set()
        stack = [(parent, iter(selections.selections)) for parent, selections in reversed(scopes)]
        while stack:
            parent, selections = stack[-1]
            selection = next(selections, None)
            if selection is None:
                stack.pop()
            elif isinstance(selection, FieldNode):
                self._count()
                key = (selection.alias or selection.name).value
                groups.setdefault(key, []).append(_Asked(parent, selection, _type(parent, selection.name.value)))
            else:
                inner = self._inside(parent, selection, seen)
                if inner is not None:
                    stack.append(inner)
        return groups

    def _inside(
        self, parent: Any, selection: SelectionNode, seen: set[tuple[str, str]]
    ) -> tuple[Any, Iterator[SelectionNode]] | None:
        self._count()
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if (name, parent.name) in seen:
                return None
            seen.add((name, parent.name))
            fragment = self.fragments[name]
            return self.schema.type_map[fragment.type_condition.name.value], iter(fragment.selection_set.selections)
        assert isinstance(selection, InlineFragmentNode)
        condition: Any = selection.type_condition
        type_ = parent if condition is None else self.schema.type_map[condition.name.value]
        return type_, iter(selection.selection_set.selections)

    def _count(self) -> None:
        self.fields += 1
        if self.fields > FIELDS:
            raise TooManyFields


def _type(parent: Any, name: str) -> GraphQLOutputType | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) and name in parent.fields:
        return cast("GraphQLOutputType", parent.fields[name].type)
    return None  # a meta field: it has one shape


def _difference(asked: list[_Asked], *, exact: bool) -> Conflict | None:
    first = asked[0]
    everywhere = next((a for a in asked if not isinstance(a.parent, GraphQLObjectType)), None)
    samples: dict[str, _Asked] = {}
    for one in asked:
        key = (one.node.alias or one.node.name).value
        if exact:
            concrete = isinstance(one.parent, GraphQLObjectType)
            sample = everywhere or (samples.setdefault(one.parent.name, one) if concrete else one)
            reason = _not_the_same(sample.node, one.node)
            if reason:
                return Conflict(one.node, f"{key}: {reason}")
        if _shape(first.type) != _shape(one.type):
            return Conflict(one.node, f"{key}: they return differing types {first.type} and {one.type}")
    return None


def _not_the_same(one: FieldNode, other: FieldNode) -> str | None:
    if one is other:
        return None
    if one.name.value != other.name.value:
        return f"{one.name.value} and {other.name.value} are different fields"
    return None if _arguments(one) == _arguments(other) else "they have differing arguments"


def _arguments(node: FieldNode) -> dict[str, Any]:
    return {argument.name.value: _signature(argument.value) for argument in node.arguments}


def _signature(value: ValueNode) -> Any:
    match value:
        case ListValueNode():
            return [_signature(item) for item in value.values]
        case ObjectValueNode():
            return {item.name.value: _signature(item.value) for item in value.fields}
        case VariableNode():
            return value.kind, value.name.value
        case _:
            return value.kind, getattr(value, "value", None)


def _shape(type_: GraphQLOutputType | None) -> str:
    """The type as it shows in a response: composite types all look alike."""
    if isinstance(type_, GraphQLNonNull):
        return f"{_shape(type_.of_type)}!"
    if isinstance(type_, GraphQLList):
        return f"[{_shape(type_.of_type)}]"
    return str(type_) if is_leaf_type(type_) else "{}"


def _that_may_meet(asked: list[_Asked], *, exact: bool) -> Iterable[tuple[list[_Asked], bool]]:
    """The fields whose selections are to be merged: for each object type those that may be its, and all by shape."""
    concrete = {a.parent.name for a in asked if isinstance(a.parent, GraphQLObjectType)}
    if not is_composite_type(get_named_type(asked[0].type)):
        return
    if not exact or len(concrete) <= 1:
        yield asked, exact
        return
    yield asked, False
    for name in concrete:
        yield [a for a in asked if not isinstance(a.parent, GraphQLObjectType) or a.parent.name == name], True
