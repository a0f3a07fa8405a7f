"""Renditions of the SDL: with comments for AppSync, and the prelude for editors."""

from typing import Any, Final

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    Node,
    TypeDefinitionNode,
    Visitor,
    print_ast,
    visit,
)

PRELUDE: Final = """\
# What AppSync itself declares: for editors and code generators, never uploaded.
# Sources: AppSync guide, "Scalar types in GraphQL" and "Configuring authorization and authentication".
scalar AWSDate
scalar AWSTime
scalar AWSDateTime
scalar AWSTimestamp
scalar AWSEmail
scalar AWSJSON
scalar AWSURL
scalar AWSPhone
scalar AWSIPAddress
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION
directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
"""


class _Bare(Visitor):
    """Takes every description away."""

    def leave(self, node: Node, *_: Any) -> Node | None:
        described: Any = getattr(node, "description", None)
        if described is None:
            return None
        bare = node.__copy__()
        bare.description = None
        return bare


def with_comments(document: DocumentNode) -> str:
    """The document with its descriptions as ``#`` comments above types and fields; none inside enums or arguments."""
    bare = visit(document, _Bare())
    printed = []
    for described, plain in zip(document.definitions, bare.definitions, strict=True):
        printed.append(_definition(described, plain))
    return "\n\n".join(printed) + "\n"


def _definition(described: Any, plain: Any) -> str:
    heading = _comment(described, "") if isinstance(described, TypeDefinitionNode) else []
    lines = print_ast(plain).splitlines()
    if isinstance(described, EnumTypeDefinitionNode):
        return "\n".join(heading + lines)
    members = {member.name.value: member for member in getattr(described, "fields", None) or ()}
    commented = list(heading)
    for line in lines:
        member = members.get(line.strip().split("(")[0].split(":")[0]) if line.startswith("  ") else None
        if isinstance(member, FieldDefinitionNode | InputValueDefinitionNode):
            commented += _comment(member, "  ")
        commented.append(line)
    return "\n".join(commented)


def _comment(described: Any, indent: str) -> list[str]:
    if described.description is None:
        return []
    return [f"{indent}# {line}".rstrip() for line in described.description.value.splitlines()]
