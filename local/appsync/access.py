"""Who may reach a field: AppSync's authorization directives (AWS AppSync guide, "Configuring authorization").

A field's own directives replace its type's; several on one node mean any of them; a node without one is reached by the
API's default mode alone. Which directive speaks of groups depends on the API: with Cognito as its only mode AppSync
enforces ``@aws_auth`` and ignores ``@aws_cognito_user_pools``; with a further mode it is the other way round. The
ignored one leaves a field silently open, so such an API is refused when it is loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from graphql import (
    DirectiveNode,
    FieldDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    StringValueNode,
)

from local.appsync.deployed import Api, Mode
from local.appsync.sdl import UnsupportedApi

_SOLE: Final = {"aws_auth": Mode.USERS}
_SEVERAL: Final = {"aws_api_key": Mode.API_KEY, "aws_iam": Mode.IAM, "aws_cognito_user_pools": Mode.USERS}
_OTHERS: Final = {"aws_oidc", "aws_lambda"}  # modes not served here: they admit nobody, but they do replace the default


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that decides what a caller may reach; equal profiles reach the same.

    ``primary``: known by the API's default provider. ``fields``: the field ARNs an IAM policy allows, None for all.
    """

    mode: Mode
    primary: bool = True
    groups: frozenset[str] = frozenset()
    fields: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """What the directives of one node admit; ``groups`` None means every user."""

    modes: frozenset[Mode]
    groups: frozenset[str] | None


class Access:
    """Decides for one API; built once, asked when a document is planned for a profile."""

    def __init__(self, api: Api, schema: GraphQLSchema) -> None:
        self._api = api
        self._sole = api.default.mode is Mode.USERS and not api.additional
        self._known = _SOLE if self._sole else _SEVERAL
        roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
        self._roots = {root.name for root in roots if root}
        self._rules: dict[tuple[str, str], _Rule | None] = {}
        for type_ in schema.type_map.values():
            if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
                self._read(type_)
        rules = [rule for rule in self._rules.values() if rule and rule.groups]
        self.groups: Final = frozenset[str]().union(*(rule.groups or () for rule in rules))

    def refuse_ignored(self, schema: GraphQLSchema) -> None:
        """Raise ``UnsupportedApi`` if a group directive stands where AppSync would not enforce it."""
        ignored = "aws_cognito_user_pools" if self._sole else "aws_auth"
        enforced = "aws_auth" if self._sole else "aws_cognito_user_pools"
        why = "Cognito is the API's only mode" if self._sole else "the API is not one with Cognito as its only mode"
        for where, directive in _directives(schema):
            if directive.name.value == ignored:
                raise UnsupportedApi(f"@{ignored} on {where} would be ignored, because {why}: use @{enforced}")

    def allows(self, caller: Profile, type_name: str, field_name: str) -> bool:
        """Whether the caller may have the field ``field_name`` of the object type ``type_name``."""
        if not self._policy_allows(caller, type_name, field_name):
            return False
        rule = self._rules.get((type_name, field_name))
        if rule is None:
            denied = caller.mode is Mode.USERS and self._api.default_action == "DENY"
            return caller.primary and caller.mode is self._api.default.mode and not denied
        if caller.mode not in rule.modes:
            return False
        return caller.mode is not Mode.USERS or rule.groups is None or bool(rule.groups & caller.groups)

    def _policy_allows(self, caller: Profile, type_name: str, field_name: str) -> bool:
        if caller.fields is None or type_name not in self._roots:
            return True
        return f"{self._api.arn}/types/{type_name}/fields/{field_name}" in caller.fields

    def _read(self, type_: GraphQLObjectType) -> None:
        on_type = self._rule(type_.ast_node.directives if type_.ast_node else ())
        for name, field in type_.fields.items():
            own = self._rule(field.ast_node.directives if field.ast_node else ())
            self._rules[type_.name, name] = own or on_type

    def _rule(self, directives: tuple[DirectiveNode, ...]) -> _Rule | None:
        spoken = {directive.name.value: directive for directive in directives}
        modes = frozenset(mode for name, mode in self._known.items() if name in spoken)
        if not modes and (self._sole or not _OTHERS & spoken.keys()):
            return None
        users = next(
            (spoken[name] for name, mode in self._known.items() if mode is Mode.USERS and name in spoken), None
        )
        return _Rule(modes, _groups(users))


def _groups(directive: DirectiveNode | None) -> frozenset[str] | None:
    for argument in directive.arguments if directive else ():
        if argument.name.value == "cognito_groups":
            named = argument.value.values if isinstance(argument.value, ListValueNode) else (argument.value,)
            return frozenset(cast("StringValueNode", value).value for value in named)
    return None


def _directives(schema: GraphQLSchema) -> Iterator[tuple[str, DirectiveNode]]:
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType):
            continue
        for directive in type_.ast_node.directives if type_.ast_node else ():
            yield type_.name, directive
        for name, field in type_.fields.items():
            for directive in _node(field).directives if field.ast_node else ():
                yield f"{type_.name}.{name}", directive


def _node(field: GraphQLField) -> FieldDefinitionNode:
    assert field.ast_node is not None
    return field.ast_node
