"""The endpoint: a request in, AppSync's answer out.

An ASGI application to be mounted at ``/graphql``. Inferred, because no document says it: who calls is settled before
the body is read as GraphQL, and the operation is chosen before the document is validated.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import orjson
from graphql import OperationDefinitionNode, OperationType
from starlette.types import Receive, Scope, Send

from local.appsync import coercion, wire
from local.appsync.access import Profile
from local.appsync.bus import Bus, InProcess
from local.appsync.credentials import Doorkeeper
from local.appsync.deployed import Api
from local.appsync.documents import Document, Documents
from local.appsync.execution import Execution, Result
from local.appsync.failures import FAULT, InvalidRequest, Refusal, bad_request
from local.appsync.graph import graph
from local.appsync.identity import Caller, Credentials
from local.appsync.introspection import Introspection
from local.appsync.invocation import Invoke
from local.appsync.plan import Plan, Planner
from local.appsync.realtime.publication import listeners, published
from local.appsync.resolving import Context
from local.appsync.tokens import Keys
from local.appsync.wire import Question, Request

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A valid operation with its variables, and what runs it."""

    document: Document
    operation: OperationDefinitionNode
    values: Mapping[str, Any]
    execution: Execution


class Gateway:
    """Serves one API over HTTP. ``pools`` finds the keys of its user pools, ``iam`` knows its callers by access key.

    What mutations publish goes to the ``bus``, from which the realtime endpoint takes it.
    """

    def __init__(
        self,
        api: Api,
        invoke: Invoke,
        *,
        pools: Keys,
        iam: Mapping[str, Credentials],
        bus: Bus | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.graph: Final = graph(api)
        self.fired: Final = listeners(self.graph.schema)
        self._bus: Final = bus or InProcess()
        self.documents: Final = Documents(self.graph)
        self.doorkeeper: Final = Doorkeeper(api, pools, iam, clock=clock)
        self._invoke = invoke
        self._introspection = Introspection(self.graph.schema)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request."""
        method = scope["method"]
        if method == "OPTIONS":
            asked = dict(scope["headers"]).get(b"access-control-request-headers", b"").decode("latin-1")
            await wire.send_preflight(send, asked)
        else:
            await self._answer(await wire.receive_request(scope, receive), send)

    async def _answer(self, request: Request, send: Send) -> None:
        status, error_type = HTTPStatus.OK, None
        try:
            body = orjson.dumps((await self._result(request)).body())
        except Refusal as refusal:
            status, error_type = refusal.status, refusal.error_type
            body = orjson.dumps(refusal.body())
        except Exception:  # noqa: BLE001 - a fault is logged once and shown masked, and the process stays up
            _log.exception("Request %s failed in the data plane", request.id)
            status, error_type = FAULT.status, FAULT.error_type
            body = orjson.dumps(FAULT.body())
        await wire.send_json(send, request.id, status.value, body, error_type)

    async def _result(self, request: Request) -> Result:
        if request.too_large:
            raise wire.too_large()
        if request.method not in {"GET", "POST"}:
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowedException", "Use POST or GET.")
        caller = await self.doorkeeper.identify(request)
        try:
            return await self.run(caller, wire.question(request), request)
        except InvalidRequest as invalid:
            return Result(None, invalid.errors)
        except RecursionError as deep:
            raise bad_request("The request is nested too deep.") from deep

    async def run(self, caller: Caller, asked: Question, request: Request) -> Result:
        """Answer a query or mutation; ``Refusal`` or ``InvalidRequest`` if it is not run at all."""
        ready = await self.ready(caller, asked, request)
        if ready.operation.operation is OperationType.SUBSCRIPTION:
            message = "Subscriptions are served by the realtime endpoint, over WebSocket."
            return Result(None, [{"errorType": "OperationNotSupported", "message": message}])
        if ready.document.long:
            plan = await asyncio.to_thread(self.plan, ready, caller.profile)
        else:
            plan = self.plan(ready, caller.profile)
        result = await ready.execution.run(plan)
        if plan.serial:
            await self._publish(plan, result)
        return result

    async def _publish(self, plan: Plan, result: Result) -> None:
        """Tell who listens, before the caller hears of it; what could not be told has happened all the same."""
        try:
            for message in published(plan, result, self.fired):
                await self._bus.publish(message)
        except Exception:  # noqa: BLE001 - whatever the bus's failure is, the mutation's answer stands
            _log.exception("A mutation's result could not be published")

    async def ready(self, caller: Caller, asked: Question, request: Request) -> Ready:
        """An operation that is valid and may be run; ``Refusal`` or ``InvalidRequest`` if it is not."""
        document, operation = await self.operation(asked)
        values = coercion.variables(self.graph.schema, operation, asked.variables)
        execution = Execution(
            graph=self.graph,
            invoke=self._invoke,
            introspect=partial(
                self._introspection.answer,
                operation=operation,
                fragments=document.fragments,
                variables=asked.variables,
            ),
            context=Context(
                identity=caller.identity(request.source_ip),
                headers=orjson.dumps(wire.shown_to_resolvers(request.headers)),
                variables=_json(asked.variables),
                values=values,
            ),
        )
        return Ready(document=document, operation=operation, values=values, execution=execution)

    async def operation(self, asked: Question) -> tuple[Document, OperationDefinitionNode]:
        """The valid document that is asked for and the operation in it."""
        document = await self.documents.document(asked.query)
        operation = document.operation(asked.operation_name)
        if document.errors:
            raise InvalidRequest(document.errors)
        return document, operation

    def plan(self, ready: Ready, profile: Profile, *, over_map: bool = False) -> Plan:
        """The plan of an operation for a kind of caller, made once."""
        document, operation = ready.document, ready.operation
        groups = profile.groups & self.graph.access.groups
        conditions = tuple((name, ready.values.get(name)) for name in document.conditions)
        known = id(operation), profile.mode, profile.primary, groups, profile.fields, conditions, over_map
        plan = document.plans.get(known)
        if plan is None:
            planner = Planner(self.graph, document.fragments, profile, dict(conditions), over_map=over_map)
            plan = document.plans[known] = planner.plan(operation)
            if len(document.plans) > document.most_plans:
                document.plans.popitem(last=False)
        return plan


def _json(variables: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(variables)
    except orjson.JSONEncodeError as deep:
        raise bad_request(f"The variables cannot be read: {deep}") from deep
