"""Whether the literals of a document fit the types they stand for, in graphql-java's words."""

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValidationRule,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    is_required_input_field,
)

from local.appsync.coercion import leaf
from local.appsync.scalars import WrongValue

WRONG_TYPE: Final = "WrongType: "
BAD_DEFAULT: Final = "BadValueForDefaultArg: "


class LiteralsOfCorrectType(ValidationRule):
    """Stands in for graphql-core's ValuesOfCorrectTypeRule, whose messages do not name argument and value."""

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        argument = self.context.get_argument()
        if argument is None:
            return
        for problem in _problems(argument.type, node.value, node.name.value):
            self.report_error(GraphQLError(WRONG_TYPE + problem, node))
            return

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        type_ = self.context.get_input_type()
        if node.default_value is None or type_ is None:
            return
        for _problem in _problems(type_, node.default_value, node.variable.name.value):
            shown = java_literal(node.default_value)
            self.report_error(GraphQLError(f"{BAD_DEFAULT}Bad default value {shown} for type {type_}", node))
            return


def _problems(type_: GraphQLInputType, node: ValueNode, where: str) -> Iterator[str]:
    if isinstance(node, VariableNode):
        return
    if isinstance(type_, GraphQLNonNull):
        if isinstance(node, NullValueNode):
            yield f"argument '{where}' with value '{java_literal(node)}' must not be null"
            return
        type_ = type_.of_type
    if not isinstance(node, NullValueNode):
        yield from _value_problems(type_, node, where)


def _value_problems(type_: GraphQLInputType, node: ValueNode, where: str) -> Iterator[str]:
    if isinstance(type_, GraphQLList):
        if not isinstance(node, ListValueNode):
            yield from _problems(type_.of_type, node, where)
            return
        for index, item in enumerate(node.values):
            yield from _problems(type_.of_type, item, f"{where}[{index}]")
    elif isinstance(type_, GraphQLInputObjectType):
        yield from _object_problems(type_, node, where)
    else:
        try:
            leaf(type_, node)
        except WrongValue:
            yield f"argument '{where}' with value '{java_literal(node)}' is not a valid '{type_}'"


def _object_problems(type_: GraphQLInputObjectType, node: ValueNode, where: str) -> Iterator[str]:
    said = f"argument '{where}' with value '{java_literal(node)}'"
    if not isinstance(node, ObjectValueNode):
        yield f"{said} must be an object type"
        return
    given = {field.name.value for field in node.fields}
    missing = [name for name, field in type_.fields.items() if is_required_input_field(field) and name not in given]
    if missing:
        yield f"{said} is missing required fields '[{', '.join(missing)}]'"
    for field in node.fields:
        name = field.name.value
        if name in type_.fields:
            yield from _problems(type_.fields[name].type, field.value, f"{where}.{name}")
        else:
            yield f"{said} contains a field not in '{type_.name}': '{name}'"


def java_literal(node: ValueNode) -> str:
    """A literal as graphql-java's ``toString`` shows it: ``StringValue{value='x'}``."""
    match node:
        case ListValueNode():
            return f"ArrayValue{{values=[{', '.join(java_literal(item) for item in node.values)}]}}"
        case ObjectValueNode():
            fields = (f"ObjectField{{name='{f.name.value}', value={java_literal(f.value)}}}" for f in node.fields)
            return f"ObjectValue{{objectFields=[{', '.join(fields)}]}}"
        case VariableNode():
            return f"VariableReference{{name='{node.name.value}'}}"
        case _:
            return _java_leaf(node)


def _java_leaf(node: ValueNode) -> str:
    match node:
        case StringValueNode():
            return f"StringValue{{value='{node.value}'}}"
        case BooleanValueNode():
            return f"BooleanValue{{value={str(node.value).lower()}}}"
        case IntValueNode():
            return f"IntValue{{value={node.value}}}"
        case FloatValueNode():
            return f"FloatValue{{value={node.value}}}"
        case EnumValueNode():
            return f"EnumValue{{name='{node.value}'}}"
        case _:
            return "NullValue{}"
