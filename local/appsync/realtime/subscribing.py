"""Whether a caller may subscribe to what it asks for: AppSync's answer to a start.

The document is checked as any, the subscription's field by its directives, and its resolver, if it has one, is run:
when it fails, there is no subscription; what it gives is not used. Selecting a field that the caller may not have ends
the subscription too (observed; it is not documented).
"""

from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, OperationType
from graphql.execution.collect_fields import collect_fields

from local.appsync import coercion, wire
from local.appsync.failures import InvalidRequest, Refusal, invalid
from local.appsync.gateway import Gateway, Ready
from local.appsync.identity import Caller
from local.appsync.plan import Plan
from local.appsync.realtime.messages import typed
from local.appsync.realtime.subscriptions import Filters, filters
from local.appsync.scalars import WrongValue
from local.appsync.wire import Request


class NotASubscription(Exception):
    """It is a query, a mutation or nothing that can be read, none of which the realtime endpoint takes."""


class NotSubscribed(Exception):
    """The caller may not have what it asks for, or the subscription's resolver failed."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription waits for: the field, the values of its arguments, and the selection."""

    field: str
    filters: Filters
    plan: Plan


async def wanted(gateway: Gateway, caller: Caller, request: Request) -> Wanted:
    """What the caller may subscribe to; raises NotASubscription, NotSubscribed, ``Refusal`` or ``InvalidRequest``."""
    try:
        asked = wire.question(request)
    except Refusal as unreadable:
        raise NotASubscription from unreadable
    ready = await gateway.ready(caller, asked, request)
    name, field, node = _root(gateway, ready)
    plan = gateway.plan(ready, caller.profile, over_map=True)
    if plan.refused:
        raise NotSubscribed([typed(failure.error_type or "", failure.message) for failure in plan.refused])
    if ("Subscription", name) in gateway.graph.resolvers:
        await _ask(gateway, ready, caller)
    return Wanted(name, filters(_arguments(field, node, ready)), plan)


def _root(gateway: Gateway, ready: Ready) -> tuple[str, GraphQLField, FieldNode]:
    """The one field that a valid subscription has; NotASubscription if it is another operation, or skips that field."""
    schema, root = gateway.graph.schema, gateway.graph.schema.subscription_type
    if ready.operation.operation is not OperationType.SUBSCRIPTION or root is None:
        raise NotASubscription
    selected = collect_fields(schema, ready.document.fragments, dict(ready.values), root, ready.operation.selection_set)
    for node, *_ in selected.values():
        field = root.fields.get(node.name.value)
        if field is not None:
            return node.name.value, field, node
    raise NotASubscription


async def _ask(gateway: Gateway, ready: Ready, caller: Caller) -> None:
    """Run the field's resolver, which may refuse; what it gives is not used."""
    result = await ready.execution.run(gateway.plan(ready, caller.profile))
    failed = [error for error in result.errors if "errorType" in error and len(error["path"]) == 1]
    if failed:
        raise NotSubscribed([typed(error["errorType"], error["message"]) for error in failed])


def _arguments(field: GraphQLField, node: FieldNode, ready: Ready) -> dict[str, Any]:
    given = {argument.name.value: argument.value for argument in node.arguments}
    try:
        return coercion.arguments(field.args, given, ready.values)
    except WrongValue as wrong:
        raise InvalidRequest([invalid(str(wrong), [])]) from wrong
