"""Whether a document fits the schema, said in the words of graphql-java, which AppSync runs.

graphql-core's rules find what is wrong; the table here says how graphql-java names it, and the path is that of the
field names down to the place: ``Validation error of type FieldUndefined: Field 'x' in type 'Query' is undefined @
'x'``.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    Node,
    ValidationRule,
    specified_rules,
    validate,
)
from graphql.validation import (
    ASTValidationRule,
    ExecutableDefinitionsRule,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    MaxIntrospectionDepthRule,
    NoFragmentCyclesRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    OverlappingFieldsCanBeMergedRule,
    PossibleFragmentSpreadsRule,
    UniqueArgumentNamesRule,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueInputFieldNamesRule,
    UniqueVariableNamesRule,
    ValuesOfCorrectTypeRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
)

from local.appsync.failures import bad_request, invalid, location
from local.appsync.graph import Graph
from local.appsync.limits import FIELDS
from local.appsync.literals import LiteralsOfCorrectType
from local.appsync.overlaps import Overlaps, TooManyFields

_MOST_ERRORS: Final = 50
"""After so many errors no more are looked for. Ours: the caller has enough to mend."""

_WORDS: Final = tuple(
    (re.compile(said, re.DOTALL), java_type, words)
    for said, java_type, words in (
        (r"Cannot query field '(\w+)' on type '(\w+)'", "FieldUndefined", "Field '{0}' in type '{1}' is undefined"),
        (r"Unknown argument '(\w+)' on field", "UnknownArgument", "Unknown field argument {0}"),
        (r"Unknown argument '(\w+)' on directive", "UnknownDirective", "Unknown directive argument {0}"),
        (r"Field '\w+' argument '(\w+)' of type", "MissingFieldArgument", "Missing field argument {0}"),
        (
            r"Directive '@\w+' argument '(\w+)' of type",
            "MissingDirectiveArgument",
            "Missing directive argument {0}",
        ),
        (r"WrongType: (.*)", "WrongType", "{0}"),
        (r"BadValueForDefaultArg: (.*)", "BadValueForDefaultArg", "{0}"),
        (
            r"Field '(\w+)' of type '(\S+)' must have",
            "SubSelectionRequired",
            "Sub selection required for type {1} of field {0}",
        ),
        (
            r"Field '(\w+)' must not have a selection since type '(\S+)'",
            "SubSelectionNotAllowed",
            "Sub selection not allowed on leaf type {1} of field {0}",
        ),
        (r"Unknown type '(\w+)'", "UnknownType", "Unknown type {0}"),
        (r"Variable '\$(\w+)' is not defined", "UndefinedVariable", "Undefined variable {0}"),
        (r"Variable '\$(\w+)' is never used", "UnusedVariable", "Unused variable {0}"),
        (
            r"Variable '\$\w+' of type '(\S+)' used in position expecting type '(\S+)'",
            "VariableTypeMismatch",
            "Variable type '{0}' doesn't match expected type '{1}'",
        ),
        (r"Variable '\$(\w+)' cannot be non-input", "NonInputTypeOnVariable", "Wrong type for a variable"),
        (
            r"There can be only one variable named '\$(\w+)'",
            "DuplicateVariableName",
            "There can be only one variable named '{0}'",
        ),
        (r"Unknown fragment '(\w+)'", "UndefinedFragment", "Undefined fragment {0}"),
        (r"Fragment '(\w+)' is never used", "UnusedFragment", "Unused fragment {0}"),
        (r"Cannot spread fragment '(\w+)' within itself", "FragmentCycle", "Fragment cycles not allowed"),
        (
            r"There can be only one fragment named '(\w+)'",
            "DuplicateFragmentName",
            "There can be only one fragment named '{0}'",
        ),
        (
            r"Fragment cannot condition on",
            "InlineFragmentTypeConditionInvalid",
            "Inline fragment type condition is invalid, must be on Object/Interface/Union",
        ),
        (
            r"Fragment '\w+' cannot condition on",
            "FragmentTypeConditionInvalid",
            "Fragment type condition is invalid, must be on Object/Interface/Union",
        ),
        (
            r"Fragment cannot be spread here as objects of type '(\w+)' can never be of type '(\w+)'",
            "InvalidFragmentType",
            "Fragment cannot be spread here as objects of type {0} can never be of type {1}",
        ),
        (
            r"Fragment '(\w+)' cannot be spread here as objects of type '(\w+)' can never be of type '(\w+)'",
            "InvalidFragmentType",
            "Fragment {0} cannot be spread here as objects of type {1} can never be of type {2}",
        ),
        (
            r"This anonymous operation must be",
            "LoneAnonymousOperationViolation",
            "Anonymous operation with other operations.",
        ),
        (
            r"There can be only one operation named '(\w+)'",
            "DuplicateOperationName",
            "There can be only one operation named '{0}'",
        ),
        (r"Unknown directive '@(\w+)'", "UnknownDirective", "Unknown directive {0}"),
        (r"Directive '@(\w+)' may not be used on", "MisplacedDirective", "Directive {0} not allowed here"),
        (
            r"The directive '@(\w+)' can only be used once",
            "DuplicateDirectiveName",
            "Directives must be uniquely named within a location. The directive '{0}' is not unique.",
        ),
        (
            r"There can be only one argument named '(\w+)'",
            "DuplicateArgumentNames",
            "There can be only one argument named '{0}'",
        ),
        (
            r"There can be only one input field named '(\w+)'",
            "WrongType",
            "There can be only one input field named '{0}'",
        ),
        (
            r"((?:Anonymous Subscription|Subscription '\w+') must .*)",
            "SubscriptionMultipleRootFields",
            "{0}",
        ),
        (r"(Maximum introspection depth exceeded)", "BadFaithIntrospection", "{0}"),
        (r"(.*)", "InvalidSyntax", "{0}"),
    )
)
"""graphql-core's message, graphql-java's ValidationErrorType, and its description."""


class _NoIntrospection(ValidationRule):
    """With introspection disabled, the schema's meta fields are fields that do not exist."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.context.get_parent_type()
        if parent is not None and node.name.value in {"__schema", "__type"}:
            self.report_error(GraphQLError(f"Cannot query field '{node.name.value}' on type '{parent}'", node))


_REPLACED: Final = {ExecutableDefinitionsRule, OverlappingFieldsCanBeMergedRule, ValuesOfCorrectTypeRule}
_RULES: Final = (*(rule for rule in specified_rules if rule not in _REPLACED), LiteralsOfCorrectType)
_NEEDLESS_WITHOUT: Final[Mapping[type[ASTValidationRule], str]] = {
    **dict.fromkeys((KnownDirectivesRule, UniqueDirectivesPerLocationRule), "@"),
    **dict.fromkeys((KnownArgumentNamesRule, UniqueArgumentNamesRule), "("),
    **dict.fromkeys((LiteralsOfCorrectType, UniqueInputFieldNamesRule), "("),
    **dict.fromkeys((NoUndefinedVariablesRule, NoUnusedVariablesRule, VariablesInAllowedPositionRule), "$"),
    **dict.fromkeys((UniqueVariableNamesRule, VariablesAreInputTypesRule), "$"),
    **dict.fromkeys((PossibleFragmentSpreadsRule, KnownFragmentNamesRule), "..."),
    **dict.fromkeys((NoUnusedFragmentsRule, NoFragmentCyclesRule, UniqueFragmentNamesRule), "fragment"),
    MaxIntrospectionDepthRule: "__",
}
"""The text a document must hold for a rule to find anything; most of the cost of a long document is needless rules."""


def errors(graph: Graph, document: DocumentNode) -> list[dict[str, Any]]:
    """What is wrong with the document, in AppSync's shape; ``Refusal`` if it is too large to look through."""
    text = document.loc.source.body if document.loc else ""
    rules = [rule for rule in _RULES if _NEEDLESS_WITHOUT.get(rule, "") in text]
    if not graph.api.introspection:
        rules.append(_NoIntrospection)
    found = validate(graph.schema, document, rules, max_errors=_MOST_ERRORS, hide_suggestions=True)
    if found:
        return [_error(document, error) for error in found if error.nodes]
    try:
        conflicts = list(Overlaps.of(graph.schema, document).conflicts(document))
    except TooManyFields:
        raise bad_request(f"The query asks for more than {FIELDS} fields.") from None
    return [_said(document, conflict.node, "FieldsConflict", conflict.reason) for conflict in conflicts]


def _error(document: DocumentNode, error: GraphQLError) -> dict[str, Any]:
    nodes = error.nodes or []
    for said, java_type, words in _WORDS:
        match = said.match(error.message)
        if match:
            return _said(document, nodes[0], java_type, words.format(*match.groups()))
    raise AssertionError("the last row of the table matches everything")


def _said(document: DocumentNode, node: Node, java_type: str, description: str) -> dict[str, Any]:
    names = _path(document, node)
    where = f" @ '{'/'.join(names)}'" if names else ""
    return invalid(f"Validation error of type {java_type}: {description}{where}", [location(node)])


def _path(document: DocumentNode, node: Node) -> list[str]:
    """The names of the fields around a node, from its definition down."""
    definition: Any = next(d for d in document.definitions if _covers(d, node))
    if definition is node:
        return []
    names = [definition.name.value] if isinstance(definition, FragmentDefinitionNode) else []
    around = definition.selection_set
    while around is not None:
        inner = next((s for s in around.selections if _covers(s, node)), None)
        if isinstance(inner, FieldNode):
            names.append(inner.name.value)
        around = getattr(inner, "selection_set", None)
    return names


def _covers(outer: Node, inner: Node) -> bool:
    assert outer.loc is not None
    assert inner.loc is not None
    return outer.loc.start <= inner.loc.start and inner.loc.end <= outer.loc.end
