"""Query documents: read within bounds, checked once, and kept for the next request with the same text."""

import asyncio
import re
from collections import OrderedDict
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    visit,
)

from local.appsync import validation
from local.appsync.failures import Refusal, bad_request, malformed
from local.appsync.graph import Graph
from local.appsync.limits import CHARACTERS, NESTING, TOKENS

_KEPT: Final = 512
"""Documents kept. A front end has some dozens; a client that makes each one anew gains nothing from more."""
_KEPT_CHARACTERS: Final = 1_000_000
"""Characters of all that are kept: what is made of one takes some 150 bytes a character, more with its plans."""
_QUICK: Final = 4_000
"""Characters up to which a document is read at once; a longer one in a thread, so that others are not held up."""
_PLANS: Final = 64
"""Plans kept per document: operations times kinds of callers times values of ``@skip`` and ``@include``."""
_PLANS_OF_LONG: Final = 4
_TOO_LONG: Final = "Maximum char length exceeded"
"""The words of AppSync's quota; its status is not known."""
_ABORTED: Final = "Syntax Error: Document contains more than"
_TOKEN: Final = re.compile(
    r"""
    (?P<ignored> (?: [\s,\ufeff]++ | \#[^\r\n]*+ )++ )
    | "{3} [^"\\]*+ (?: (?: \\"{3} | \\ | "{1,2}(?!") ) [^"\\]*+ )*+ (?: "{3} )?+
    | " [^"\\\r\n]*+ (?: \\. [^"\\\r\n]*+ )*+ "?+
    | [^\s,{}\[\]()"\#!$&:=@|]++
    | \S
    """,
    re.DOTALL | re.VERBOSE,
)
"""Nothing is tried twice, and a string without end is one token, so that the time is that of the text's length."""


class Document:
    """A document that may be run: its operations and fragments, and what it is worth validating once."""

    def __init__(self, graph: Graph, node: DocumentNode) -> None:
        self.node = node
        self.operations = [d for d in node.definitions if isinstance(d, OperationDefinitionNode)]
        self.fragments = {d.name.value: d for d in node.definitions if isinstance(d, FragmentDefinitionNode)}
        self.errors: list[dict[str, Any]] = validation.errors(graph, node)
        self.conditions = _conditions(node) if node.loc is None or "@" in node.loc.source.body else ()
        self.plans: OrderedDict[Any, Any] = OrderedDict()
        self.long = node.loc is not None and len(node.loc.source.body) > _QUICK
        self.most_plans = _PLANS_OF_LONG if self.long else _PLANS

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run; ``Refusal`` when it is not clear which."""
        if name is None:
            if len(self.operations) > 1:
                raise bad_request("Missing operation name.")
            return self.operations[0]
        for operation in self.operations:
            if operation.name is not None and operation.name.value == name:
                return operation
        raise bad_request(f"No operation matches the provided operation name {name}.")


class Documents:
    """The documents lately run against one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._characters = 0
        self._reading = asyncio.Lock()

    async def document(self, text: str) -> Document:
        """The document of a text; ``Refusal`` if it is none, or too large a one."""
        known = self._kept.get(text)
        if known is not None:
            self._kept.move_to_end(text)
            return known
        _check_bounds(text)
        read = self._read(text) if len(text) <= _QUICK else await self._read_aside(text)
        self._keep(text, read)
        return read

    def _keep(self, text: str, read: Document) -> None:
        self._characters += len(text) if text not in self._kept else 0
        self._kept[text] = read
        while len(self._kept) > _KEPT or self._characters > _KEPT_CHARACTERS:
            gone, _ = self._kept.popitem(last=False)
            self._characters -= len(gone)

    async def _read_aside(self, text: str) -> Document:
        """Read it in a thread, one at a time: so the loop has half of the processor, however many are sent."""
        async with self._reading:
            known = self._kept.get(text)
            return await asyncio.to_thread(self._read, text) if known is None else known

    def _read(self, text: str) -> Document:
        try:
            node = parse(text, max_lexical_tokens=TOKENS, max_comments=TOKENS)
            if not all(isinstance(definition, ExecutableDefinitionNode) for definition in node.definitions):
                raise malformed()
            document = Document(self._graph, node)
        except (GraphQLError, RecursionError) as unreadable:
            raise _unreadable(unreadable) from unreadable
        if not document.operations:
            raise malformed()
        return document


def _check_bounds(text: str) -> None:
    """Refuse a document by its size and nesting before a parser sees it; exact where the document is well formed."""
    if len(text) > CHARACTERS:
        raise bad_request(_TOO_LONG)
    tokens = depth = 0
    for match in _TOKEN.finditer(text):
        if match["ignored"]:
            continue
        first = text[match.start()]
        tokens += 1
        if first in "{[(":
            depth += 1
        elif first in "}])":
            depth -= 1
        if tokens > TOKENS or depth > NESTING:
            raise _too_large(depth)


def _unreadable(why: GraphQLError | RecursionError) -> Refusal:
    """The parser counts exactly what was counted roughly before, and comments as well."""
    return bad_request(_TOO_LONG) if str(why).startswith(_ABORTED) else malformed()


def _too_large(depth: int) -> Refusal:
    if depth > NESTING:
        return bad_request(f"The query is nested more than {NESTING} levels deep.")
    return bad_request(_TOO_LONG)


class _Conditions(Visitor):
    """Collects the variables that decide whether something is asked at all."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in {"skip", "include"}:
            values = [argument.value for argument in node.arguments]
            self.names.update(value.name.value for value in values if isinstance(value, VariableNode))


def _conditions(node: DocumentNode) -> tuple[str, ...]:
    found = _Conditions()
    visit(node, found)
    return tuple(sorted(found.names))
