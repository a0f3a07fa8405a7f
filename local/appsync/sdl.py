"""An uploaded schema document, read as AppSync reads it.

AppSync knows its scalars and directives by itself, turns ``#`` comments directly above a definition into its
description, and refuses custom scalars, ``extend type`` and interfaces that implement interfaces (custom directives,
``@oneOf`` and ``@deprecated`` on what is put in are assumed to be refused as well: its grammar is older than they are).
"""

from collections.abc import Iterator
from typing import Final

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    TokenKind,
    TypeExtensionNode,
    build_ast_schema,
    parse,
    validate_schema,
)

SCALARS: Final = (
    "AWSDate",
    "AWSTime",
    "AWSDateTime",
    "AWSTimestamp",
    "AWSEmail",
    "AWSJSON",
    "AWSURL",
    "AWSPhone",
    "AWSIPAddress",
)

_DIRECTIVES: Final = """
directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String]) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION | INPUT_OBJECT
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
directive @aws_publish(subscriptions: [String]) on FIELD_DEFINITION
"""
_NEWER: Final = {"oneOf", "deprecated"}
_BUILT_IN: Final = _DIRECTIVES + "\n".join(f"scalar {name}" for name in SCALARS)


class UnsupportedApi(Exception):
    """The deployed API uses something this data plane does not serve, or that AppSync would refuse."""


def build(sdl: str) -> GraphQLSchema:
    """The schema of a document; ``UnsupportedApi`` names what AppSync would refuse in it."""
    document = _parsed(sdl)
    for definition in document.definitions:
        _refuse(definition)
        for node in _describable(definition):
            _describe(node)
    whole = DocumentNode(definitions=(*parse(_BUILT_IN).definitions, *document.definitions))
    try:
        schema = build_ast_schema(whole)
    except TypeError as broken:
        raise UnsupportedApi(f"the schema is not valid: {broken}") from broken
    problems = validate_schema(schema)
    if problems:
        raise UnsupportedApi(f"the schema is not valid: {problems[0].message}")
    return schema


def object_types(sdl: str) -> list[str]:
    """The names of the object types, in the document's order."""
    return [d.name.value for d in _parsed(sdl).definitions if isinstance(d, ObjectTypeDefinitionNode)]


def _parsed(sdl: str) -> DocumentNode:
    try:
        return parse(sdl)
    except GraphQLError as broken:
        raise UnsupportedApi(f"the schema document cannot be parsed: {broken.message}") from broken


def _refuse(definition: DefinitionNode) -> None:
    if isinstance(definition, ScalarTypeDefinitionNode):
        raise UnsupportedApi(f"AppSync takes no custom scalars: scalar {definition.name.value}")
    if isinstance(definition, TypeExtensionNode):
        raise UnsupportedApi(f"AppSync takes no type extensions: extend {definition.name.value}")
    if isinstance(definition, DirectiveDefinitionNode):
        raise UnsupportedApi(f"AppSync takes no directive definitions: @{definition.name.value}")
    if isinstance(definition, InterfaceTypeDefinitionNode) and definition.interfaces:
        raise UnsupportedApi(f"AppSync takes no interface that implements another: {definition.name.value}")
    name = getattr(definition, "name", None)
    if name is not None and name.value.startswith("AWS"):
        raise UnsupportedApi(f"AppSync keeps names that start with AWS to itself: {name.value}")
    for put_in in _put_in(definition):
        if newer := {directive.name.value for directive in put_in.directives} & _NEWER:
            raise UnsupportedApi(f"AppSync takes no @{newer.pop()} on arguments and inputs: {put_in.name.value}")


def _put_in(definition: DefinitionNode) -> Iterator[InputObjectTypeDefinitionNode | InputValueDefinitionNode]:
    if isinstance(definition, InputObjectTypeDefinitionNode):
        yield definition
        yield from definition.fields
    elif isinstance(definition, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        for field in definition.fields:
            yield from field.arguments


def _describable(definition: DefinitionNode) -> Iterator[Node]:
    yield definition
    for part in getattr(definition, "fields", None) or getattr(definition, "values", None) or ():
        yield part
        if isinstance(part, FieldDefinitionNode):
            yield from part.arguments


def _describe(node: Node) -> None:
    """Make the comment lines directly above a definition its description, unless it has one."""
    if getattr(node, "description", None) is not None or not hasattr(node, "description") or node.loc is None:
        return
    lines: list[str] = []
    below = node.loc.start_token
    above = below.prev
    while above is not None and above.kind is TokenKind.COMMENT and above.line + 1 == below.line:
        if above.prev is not None and above.prev.line == above.line:
            break  # it trails something else on its line
        lines.append((above.value or "").strip())
        below, above = above, above.prev
    if lines:
        node.description = StringValueNode(value="\n".join(reversed(lines)), block=True)
