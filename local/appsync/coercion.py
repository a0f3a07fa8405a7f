"""Input values: from JSON variables and from literals to the values that resolvers are given.

Messages are graphql-java's. An argument that is not given stays absent, one given as null is null, and AWSJSON arrives
parsed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    type_from_ast,
)

from local.appsync.failures import InvalidRequest, bad_request, invalid, location
from local.appsync.limits import VALUE_NESTING, VALUES
from local.appsync.scalars import BY_NAME, WrongValue, java_class

type Variables = dict[str, Any]

_LONGEST_NUMBER: Final = 100
"""Digits of a whole number that are read exactly; no scalar takes one so long, and Python refuses longer ones."""


class WrongVariable(Exception):
    """The whole message of a variable that does not fit its type."""


def variables(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> Variables:
    """The operation's variables, coerced; ``InvalidRequest`` for the first that does not fit its type.

    ``Refusal`` if there are too many values in them.
    """
    if given:
        _bound(given)
    coerced: Variables = {}
    for definition in operation.variable_definitions:
        try:
            _variable(schema, definition, given, coerced)
        except WrongVariable as wrong:
            raise InvalidRequest([invalid(str(wrong), [location(definition)])]) from wrong
    return coerced


def _bound(given: Mapping[str, Any]) -> None:
    """Count the values without recursion; most requests have a handful."""
    left = VALUES
    open_: list[Any] = [given]
    while open_:
        value = open_.pop()
        left -= len(value)
        if left < 0:
            raise bad_request(f"The variables have more than {VALUES} values.")
        open_.extend(inner for inner in (value.values() if isinstance(value, dict) else value) if _holds(inner))


def _holds(value: Any) -> bool:
    return value.__class__ is dict or value.__class__ is list


def _variable(
    schema: GraphQLSchema, definition: VariableDefinitionNode, given: Mapping[str, Any], coerced: Variables
) -> None:
    name = definition.variable.name.value
    type_ = cast("GraphQLInputType", type_from_ast(schema, definition.type))
    if name not in given:
        if definition.default_value is not None:
            coerced[name] = literal(type_, definition.default_value, {})
        elif isinstance(type_, GraphQLNonNull):
            raise _null(name, type_)
        return
    coerced[name] = _value(type_, given[name], name, name, 0)


def _null(variable: str, type_: GraphQLInputType) -> WrongVariable:
    return WrongVariable(f"Variable '{variable}' has coerced Null value for NonNull type '{type_}'")


def _wrong(name: str, why: object) -> WrongVariable:
    return WrongVariable(f"Variable '{name}' has an invalid value. {why}")


def _value(type_: GraphQLInputType, value: Any, outer: str, name: str, depth: int) -> Any:
    """``outer`` is the variable, which a null is blamed on; ``name`` the nested field, which a wrong value is."""
    if depth > VALUE_NESTING:
        raise _wrong(outer, f"It is nested more than {VALUE_NESTING} levels deep.")
    if isinstance(type_, GraphQLNonNull):
        if value is None:
            raise _null(outer, type_)
        return _value(type_.of_type, value, outer, name, depth)
    if value is None:
        return None
    if isinstance(type_, GraphQLList):
        items = value if isinstance(value, list) else [value]
        return [_value(type_.of_type, item, outer, name, depth + 1) for item in items]
    if isinstance(type_, GraphQLInputObjectType):
        return _map(type_, value, outer, name, depth)
    try:
        return reader(type_)(value)
    except WrongValue as wrong:
        raise _wrong(name, wrong) from wrong


def _map(type_: GraphQLInputObjectType, value: Any, outer: str, name: str, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(
            name,
            f"Expected type 'Map' but was '{java_class(value)}'. "
            "Variables for input objects must be an instance of type 'Map'.",
        )
    for key in value:
        if key not in type_.fields:
            raise WrongVariable(
                f"The variables input contains a field name '{key}' that is not defined for input object type "
                f"'{type_.name}' "
            )
    coerced: dict[str, Any] = {}
    for key, field in type_.fields.items():
        if key in value:
            coerced[key] = _value(field.type, value[key], outer, key, depth + 1)
        elif field.ast_node is not None and field.ast_node.default_value is not None:
            coerced[key] = literal(field.type, field.ast_node.default_value, {})
        elif isinstance(field.type, GraphQLNonNull):
            raise _null(outer, field.type)
    return coerced


def reader(type_: GraphQLInputType) -> Callable[[Any], Any]:
    """How a scalar or enum reads a JSON value; raises ``WrongValue``."""
    if isinstance(type_, GraphQLEnumType):
        return lambda value: _enum(type_, value)
    assert isinstance(type_, GraphQLScalarType)
    return BY_NAME[type_.name].read


def _enum(type_: GraphQLEnumType, value: Any) -> str:
    if isinstance(value, str) and value in type_.values:
        return value
    raise WrongValue(f"Invalid input for Enum '{type_.name}'. No value found for name '{value}'")


# Literals -----------------------------------------------------------------------------------------------------------


def arguments(
    expected: Mapping[str, GraphQLArgument], nodes: Mapping[str, ValueNode], values: Mapping[str, Any]
) -> dict[str, Any]:
    """A field's arguments: those given, and those with a default; ``WrongValue`` for a null where none may be."""
    coerced: dict[str, Any] = {}
    for name, argument in expected.items():
        node = nodes.get(name)
        if node is None or (isinstance(node, VariableNode) and node.name.value not in values):
            node = argument.ast_node.default_value if argument.ast_node else None
        if node is None:
            continue
        value = literal(argument.type, node, values)
        if value is None and isinstance(argument.type, GraphQLNonNull):
            raise WrongValue(f"Argument '{name}' has coerced Null value for NonNull type '{argument.type}'")
        coerced[name] = value
    return coerced


def literal(type_: GraphQLInputType, node: ValueNode, values: Mapping[str, Any]) -> Any:
    """The value a valid literal stands for; ``Undefined`` for a variable that was not given."""
    if isinstance(node, VariableNode):
        return values.get(node.name.value, Undefined)
    if isinstance(type_, GraphQLNonNull):
        return literal(type_.of_type, node, values)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        coerced = [literal(type_.of_type, item, values) for item in items]
        return [None if item is Undefined else item for item in coerced]
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_, cast("ObjectValueNode", node), values)
    return leaf(type_, node)


def _object(type_: GraphQLInputObjectType, node: ObjectValueNode, values: Mapping[str, Any]) -> dict[str, Any]:
    given = {field.name.value: field.value for field in node.fields}
    coerced: dict[str, Any] = {}
    for name, field in type_.fields.items():
        value = literal(field.type, given[name], values) if name in given else Undefined
        if value is Undefined and field.ast_node is not None and field.ast_node.default_value is not None:
            value = literal(field.type, field.ast_node.default_value, {})
        if value is not Undefined:
            coerced[name] = value
    return coerced


def leaf(type_: GraphQLInputType, node: ValueNode) -> Any:
    """The value of a scalar's or enum's literal; raises ``WrongValue``."""
    if isinstance(type_, GraphQLEnumType):
        if not isinstance(node, EnumValueNode):
            raise WrongValue(f"Invalid input for Enum '{type_.name}'.")
        return _enum(type_, node.value)
    match node:
        case IntValueNode():
            value: Any = int(node.value) if len(node.value) <= _LONGEST_NUMBER else float(node.value)
        case FloatValueNode():
            value = float(node.value)
            if isinstance(type_, GraphQLScalarType) and type_.name == "Int":
                raise WrongValue("Expected type 'Int' but was 'Double'.")
        case StringValueNode() | BooleanValueNode():
            value = node.value
        case _:
            raise WrongValue(f"Expected a {type_}.")
    return reader(type_)(value)
