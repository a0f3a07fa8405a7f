"""How one operation is answered for one kind of caller: fragments spread, access decided, completion compiled.

A plan is made once for a document, an operation, a caller's profile and the values of ``@skip`` and ``@include``;
running it looks up nothing any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import orjson
from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    TypeMetaFieldDef,
    VariableNode,
    get_named_type,
    print_ast,
)

from local.appsync import coercion, completion
from local.appsync.access import Profile
from local.appsync.completion import Completer, Entry, Place
from local.appsync.deployed import Resolver
from local.appsync.failures import TOO_DEEP, UNAUTHORIZED_FIELD, Failure, location
from local.appsync.graph import Graph

_META: Final = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


@dataclass(slots=True, eq=False, kw_only=True)
class Question:
    """A field that is answered by a function, or, without one, by the schema itself (``__schema``, ``__type``)."""

    place: Place
    resolver: Resolver | None
    nodes: list[FieldNode]
    type: GraphQLOutputType
    may_be_null: bool
    complete: Completer
    arguments: Callable[[Mapping[str, Any]], dict[str, Any]]
    selected: Callable[[], list[str]]
    _info: bytes | None = None

    def info(self) -> bytes:
        """The JSON of ``info`` as far as its last value, the variables; made when the field is first asked."""
        if self._info is None:
            info = {
                "selectionSetList": self.selected(),
                "selectionSetGraphQL": self._selection_text(),
                "parentTypeName": self.place.parent,
                "fieldName": self.place.name,
            }
            self._info = orjson.dumps(info)[:-1] + b',"variables":'
        return self._info

    def _selection_text(self) -> str:
        """The field's selection as the document has it, fragments unspread."""
        sets = [node.selection_set for node in self.nodes if node.selection_set]
        if not sets:
            return ""
        return print_ast(SelectionSetNode(selections=tuple(s for one in sets for s in one.selections)))


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The root's entries; those of a mutation are answered one after the other.

    ``refused`` are the fields that the caller may not have, or not this deep; of interfaces and unions, whose types are
    planned when they are met, only in a plan made ``over_map``.
    """

    operation: OperationDefinitionNode
    entries: list[Entry]
    refused: list[Failure]

    @property
    def serial(self) -> bool:
        return self.operation.operation is OperationType.MUTATION


@dataclass(slots=True, eq=False)
class Planner:
    """Plans one operation. ``conditions`` are the variables that ``@skip`` and ``@include`` name.

    ``over_map``: every field is read from the parent's map, and no function is asked: so a subscription's selection is
    answered from a mutation's result.
    """

    graph: Graph
    fragments: Mapping[str, FragmentDefinitionNode]
    profile: Profile
    conditions: Mapping[str, Any]
    over_map: bool = False
    _types: dict[str, frozenset[str]] = field(default_factory=dict)
    _refused: list[Failure] = field(default_factory=list)

    def plan(self, operation: OperationDefinitionNode) -> Plan:
        root = self.graph.schema.get_root_type(operation.operation)
        assert root is not None, "the document is valid"
        return Plan(operation, self._entries(root, [operation.selection_set], 1), self._refused)

    def _entries(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode], depth: int) -> list[Entry]:
        return [
            self._entry(type_, key, nodes, depth) for key, nodes in self._collect(sets, self._names(type_.name)).items()
        ]

    def _entry(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode], depth: int) -> Entry:
        name = nodes[0].name.value
        place = Place(key, name, type_.name, [location(nodes[0])])
        if name == "__typename":
            return completion.constant(place, type_.name)
        definition = _META[name] if name in _META else type_.fields[name]
        bare, may_be_null = _nullable(definition.type)
        limit = self.graph.api.depth_limit
        if limit and depth > limit:
            return self._refuse(place, TOO_DEEP, may_be_null=may_be_null)
        if name not in _META and not self.graph.access.allows(self.profile, type_.name, name):
            return self._refuse(place, _not_authorized(place), may_be_null=may_be_null)
        resolver = None if self.over_map else self.graph.resolvers.get((type_.name, name))
        if resolver is None and isinstance(bare, GraphQLScalarType | GraphQLEnumType):
            return completion.read_leaf(place, bare, may_be_null=may_be_null)
        complete = completion.as_given if name in _META else self._completer(place, bare, nodes, depth)
        if resolver is None and name not in _META:
            return completion.read(place, bare, complete, may_be_null=may_be_null)
        question = Question(
            place=place,
            resolver=resolver,
            nodes=nodes,
            type=bare,
            may_be_null=may_be_null,
            complete=complete,
            arguments=_arguments(definition, nodes[0]),
            selected=partial(self._selected, definition.type, nodes),
        )
        return completion.asked(place, question)

    def _refuse(self, place: Place, why: Failure, *, may_be_null: bool) -> Entry:
        self._refused.append(why)
        return completion.refused(place, why, may_be_null=may_be_null)

    def _completer(self, place: Place, type_: GraphQLOutputType, nodes: list[FieldNode], depth: int) -> Completer:
        if isinstance(type_, GraphQLList):
            bare, may_be_null = _nullable(type_.of_type)
            inner = self._completer(place, bare, nodes, depth)
            return completion.items(place, bare, inner, may_be_null=may_be_null)
        if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
            return completion.leaf(type_)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            types = self.graph.schema.get_possible_types(type_)
            possible: dict[str, Callable[[], Completer]] = {
                one.name: partial(self._fields, one, sets, depth) for one in types
            }
            if self.over_map:
                possible = {name: partial(_made, make()) for name, make in possible.items()}
            return completion.concrete(place, type_.name, possible)
        assert isinstance(type_, GraphQLObjectType)
        return self._fields(type_, sets, depth)

    def _fields(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode], depth: int) -> Completer:
        return completion.fields(self._entries(type_, sets, depth + 1))

    # What is selected -----------------------------------------------------------------------------------------------

    def _collect(self, sets: Iterable[SelectionSetNode], names: frozenset[str]) -> dict[str, list[FieldNode]]:
        """The fields by response key; fragments on one of ``names`` are spread."""
        groups: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        stack = [iter([s for one in sets for s in one.selections])]
        while stack:
            selection = next(stack[-1], None)
            if selection is None:
                stack.pop()
            elif not self._is_asked(selection):
                continue
            elif isinstance(selection, FieldNode):
                groups.setdefault((selection.alias or selection.name).value, []).append(selection)
            else:
                stack.append(iter(self._spread(selection, names, seen)))
        return groups

    def _spread(self, selection: SelectionNode, names: frozenset[str], seen: set[str]) -> Sequence[SelectionNode]:
        if isinstance(selection, FragmentSpreadNode):
            if selection.name.value in seen:
                return ()
            seen.add(selection.name.value)
            fragment = self.fragments[selection.name.value]
            return fragment.selection_set.selections if fragment.type_condition.name.value in names else ()
        assert isinstance(selection, InlineFragmentNode)
        condition: Any = selection.type_condition
        return selection.selection_set.selections if condition is None or condition.name.value in names else ()

    def _is_asked(self, selection: SelectionNode) -> bool:
        for directive in selection.directives:
            if directive.name.value in {"skip", "include"}:
                value = directive.arguments[0].value
                if isinstance(value, VariableNode):
                    given = self.conditions.get(value.name.value)
                else:
                    given = isinstance(value, BooleanValueNode) and value.value
                if given is (directive.name.value == "skip"):
                    return False
        return True

    def _names(self, type_name: str) -> frozenset[str]:
        """The type and all interfaces and unions it belongs to."""
        known = self._types.get(type_name)
        if known is None:
            schema = self.graph.schema
            around = [t for t in schema.type_map.values() if isinstance(t, GraphQLInterfaceType | GraphQLUnionType)]
            type_: Any = schema.type_map[type_name]
            known = frozenset({type_name, *(t.name for t in around if schema.is_sub_type(t, type_))})
            self._types[type_name] = known
        return known

    def _selected(self, type_: GraphQLOutputType, nodes: list[FieldNode]) -> list[str]:
        """AppSync's ``selectionSetList``: response names joined by slashes; of abstract types only their own fields."""
        named: Any = get_named_type(type_)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if not sets:
            return []
        names = self._names(named.name) if isinstance(named, GraphQLObjectType) else frozenset({named.name})
        found: list[str] = []
        for key, inner in self._collect(sets, names).items():
            found.append(key)
            definition = named.fields.get(inner[0].name.value) if _has_fields(named) else None
            if definition is not None:
                found.extend(f"{key}/{deeper}" for deeper in self._selected(definition.type, inner))
        return found


def _made(completer: Completer) -> Completer:
    return completer


def _nullable(type_: Any) -> tuple[GraphQLOutputType, bool]:
    """The type without its non-null, and whether it may be null."""
    return (type_.of_type, False) if isinstance(type_, GraphQLNonNull) else (type_, True)


def _has_fields(type_: Any) -> bool:
    return isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)


def _not_authorized(place: Place) -> Failure:
    return Failure(f"Not Authorized to access {place.name} on type {place.parent}", UNAUTHORIZED_FIELD)


def _arguments(definition: GraphQLField, node: FieldNode) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    given = {argument.name.value: argument.value for argument in node.arguments}
    return partial(coercion.arguments, definition.args, given)
