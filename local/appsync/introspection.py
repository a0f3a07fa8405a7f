"""The schema's answers about itself, given by graphql-core and kept: they change only with the schema."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

import orjson
from graphql import (
    DocumentNode,
    ExecutionContext,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
)
from graphql.pyutils import Path

from local.appsync.failures import Failure
from local.appsync.plan import Question

_KEPT: Final = 4
"""Answers kept: a tool asks one or two, and asks them again."""
_MOST_FIELDS: Final = 100_000
"""Fields of one answer. Ours: a few times what the whole introspection of a schema of a thousand fields has."""


class _TooMuch(BaseException):
    """Ends an execution that graphql-core would otherwise carry on, field by field."""


class _Bounded(ExecutionContext):
    """Counts the fields of one execution."""

    fields = 0

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_nodes: list[FieldNode], path: Path
    ) -> Any:
        self.fields += 1
        if self.fields > _MOST_FIELDS:
            raise _TooMuch
        return super().execute_field(parent_type, source, field_nodes, path)


class Introspection:
    """Answers ``__schema`` and ``__type`` for one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[tuple[int, bytes], tuple[Question, Any]] = OrderedDict()

    async def answer(
        self,
        question: Question,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> Any:
        """The completed value of the field, or ``Failure``; ``variables`` are those of the request as sent."""
        known = id(question.nodes[0]), orjson.dumps(variables)
        if known not in self._kept:
            alone = OperationDefinitionNode(
                operation=OperationType.QUERY,
                variable_definitions=operation.variable_definitions,
                directives=(),
                selection_set=SelectionSetNode(selections=tuple(question.nodes)),
            )
            document = DocumentNode(definitions=(alone, *fragments.values()))
            value = await asyncio.to_thread(self._execute, document, dict(variables), question.place.key)
            self._kept[known] = question, value  # the question keeps its node, and so the node's id, alive
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[known][1]

    def _execute(self, document: DocumentNode, variables: dict[str, Any], key: str) -> Any:
        try:
            result = execute_sync(self._schema, document, variable_values=variables, execution_context_class=_Bounded)
        except _TooMuch:
            return Failure(f"The answer has more than {_MOST_FIELDS} fields.", "ResponseTooLarge")
        if result.errors:
            return Failure(result.errors[0].message, "BadIntrospection")
        return (result.data or {}).get(key)
