"""The front door: one function a field, wrapped so that AppSync's and Powertools' edges are met in one place.

What it adds to Powertools' resolver, each with a test: arguments arrive in snake_case and typed; a field cannot be
registered twice; the caller is typed, checked and, where a limit says so, counted; nothing of a request is kept; a
batch gives one result a parent, in order, in the ``{"data": ...}`` that direct resolvers need, parents with other
arguments kept apart; a failure of a batch is an error at each of its parents, never a silent null; faults are logged
once and masked.
"""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, get_args, get_type_hints

from aws_lambda_powertools.event_handler.appsync import AppSyncResolver
from aws_lambda_powertools.utilities.data_classes import AppSyncResolverEvent

from resolvers._kit.asks import Asks
from resolvers._kit.callers import Anyone, Caller, caller_of
from resolvers._kit.faults import InternalFault, shown
from resolvers._kit.limits import Limit
from resolvers._kit.telemetry import Telemetry
from resolvers._kit.wire import Convert, camel, reader, to_wire

type Handler = Callable[[Any, Any], Any]
type LimitOf[S] = Callable[[S], Limit]
"""Finds a field's limit in what its domain's answers need from outside."""

REQUEST_ID: Final = "requestId"
CALLER, PARENTS = 1, 2
"""Positions in an answer's signature: ``(sources, caller, *, ...)``, with ``parents`` third in a batch."""


class AlreadyAnswered(TypeError):
    """A field was given a second answer; without this the first would silently be gone."""


class ShortBatch(RuntimeError):
    """A batch answer gave another number of results than it was asked for."""

    def __init__(self, field: str, asked: int, given: int) -> None:
        self.field, self.asked, self.given = field, asked, given
        super().__init__(f"{field} was asked for {asked} results and gave {given}")


class Request(AppSyncResolverEvent):
    """AppSync's event, handed whole to our wrapper instead of being spread over keyword arguments."""

    @property
    def arguments(self) -> dict[str, Any]:
        """Powertools calls the registered function with these: the wrapper reads the real ones itself."""
        return {"event": self}

    @property
    def request_id(self) -> str:
        """Lambda's id of this invocation, which the handler wrote into the event."""
        return str(self[REQUEST_ID])


class Answer:
    """The function for a field, with what its signature says compiled when it is first asked.

    A cold start would otherwise pay for every field of the domain, to answer one.
    """

    def __init__(self, function: Callable[..., Any], *, batch: bool, limit: LimitOf[Any] | None = None) -> None:
        self.function: Final = function
        self.batch: Final = batch
        self.limit: Final = limit

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def _parameters(self) -> Sequence[str]:
        return list(inspect.signature(self.function).parameters)

    @cached_property
    def caller(self) -> type:
        """The type of caller it is for."""
        found: type = self._hints[self._parameters[CALLER]]
        return found

    @cached_property
    def result(self) -> Any:
        """What it gives: a mutation's payload."""
        return self._hints["return"]

    @cached_property
    def arguments(self) -> Mapping[str, tuple[str, Convert]]:
        """The field's arguments by their names on the wire: the parameter, and how its value is read."""
        named = self._parameters[PARENTS + self.batch :]
        return {camel(name): (name, reader(self._hints[name])) for name in named if name != self.asks}

    @cached_property
    def asks(self) -> str | None:
        """The parameter, if there is one, that is told what of the answer is asked for."""
        return next((name for name, hint in self._hints.items() if hint is Asks), None)

    @cached_property
    def parent(self) -> Convert:
        """How a batch reads one parent."""
        return reader(get_args(self._hints[self._parameters[PARENTS]])[0])

    def read(self, event: Request) -> dict[str, Any]:
        """The field's arguments as the function takes them; those left out are left out."""
        given = event["arguments"]
        found = {name: convert(given[wire]) for wire, (name, convert) in self.arguments.items() if wire in given}
        return found | {self.asks: Asks(frozenset(event["info"]["selectionSetList"]))} if self.asks else found


class App[S]:
    """The answers of one domain; ``S`` is what they need from outside, given to ``serve``."""

    def __init__(self, domain: str) -> None:
        self.domain: Final = domain
        self.fields: Final[dict[str, Answer]] = {}

    def field[F: Callable[..., Any]](self, name: str, *, limit: LimitOf[S] | None = None) -> Callable[[F], F]:
        """Register the answer of a field, such as ``"Query.product"``: ``(sources, caller, *, <arguments>)``.

        A keyword of the type Asks, whatever its name, is told what of the answer is asked for.
        ``limit`` is how often one caller may ask a mutation, which then has a payload with ``user_errors``.
        """
        return lambda function: self._register(name, Answer(function, batch=False, limit=limit))

    def batch[F: Callable[..., Any]](self, name: str) -> Callable[[F], F]:
        """Register a nested field's answer: ``(sources, caller, parents, *, <arguments>)`` to one result a parent."""
        return lambda function: self._register(name, Answer(function, batch=True))

    def _register(self, name: str, answer: Answer) -> Any:
        if name in self.fields:
            raise AlreadyAnswered(f"{name} is answered by {self.fields[name].function.__qualname__} already")
        self.fields[name] = answer
        return answer.function

    def serve(self, sources: S, telemetry: Telemetry) -> Handler:
        """The Lambda handler of this domain, its answers bound to their ``sources``."""
        resolver = AppSyncResolver()  # type: ignore[no-untyped-call]  # Powertools leaves its __init__ untyped
        for name, answer in self.fields.items():
            kind, field = name.split(".")
            if answer.batch:
                batch = _batch(name, answer, sources, telemetry)
                resolver.batch_resolver(type_name=kind, field_name=field)(batch)
            else:
                resolver.resolver(type_name=kind, field_name=field)(_single(answer, sources, telemetry))

        def handler(event: Any, context: Any) -> Any:
            contexts = event if isinstance(event, list) else [event]
            for one in contexts:
                one[REQUEST_ID] = context.aws_request_id
            field = "{parentTypeName}.{fieldName}".format_map(contexts[0]["info"])
            with telemetry.invocation(field, len(contexts), context.aws_request_id):
                try:
                    return resolver.resolve(event, context, data_model=Request)
                except Exception as error:  # noqa: BLE001  # the front door: whatever it is, it is masked here
                    raise _public(error, field, context.aws_request_id, telemetry) from None

        return handler


def _public(error: Exception, field: str, request_id: str, telemetry: Telemetry) -> Exception:
    public = shown(error)
    if public is None:
        telemetry.fault(error, field, request_id)
        public = InternalFault(request_id)
    return public


def _single(answer: Answer, sources: object, telemetry: Telemetry) -> Callable[..., Any]:
    def call(event: Request) -> Any:
        caller = _caller(answer, event)
        refusal = answer.limit(sources).refusal(caller) if answer.limit and isinstance(caller, Anyone) else None
        if refusal:
            telemetry.count("Throttled")
            return to_wire(answer.result(user_errors=(refusal,)))
        return to_wire(answer.function(sources, caller, **answer.read(event)))

    return call


def _caller(answer: Answer, event: Request) -> Caller:
    return caller_of(event["identity"], answer.caller, event["request"]["headers"])


def _batch(name: str, answer: Answer, sources: object, telemetry: Telemetry) -> Callable[..., Any]:
    def call(event: list[Request]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = [{} for _ in event]
        for places in _grouped(event):
            group = [event[place] for place in places]
            for place, result in zip(places, _answered(name, answer, sources, group, telemetry), strict=True):
                results[place] = result
        return results

    return call


def _grouped(events: Sequence[Request]) -> list[list[int]]:
    """Places of parents whose arguments and caller are equal: two aliases of one field may come in one batch."""
    groups: dict[str, list[int]] = {}
    for place, event in enumerate(events):
        key = json.dumps([event["arguments"], (event["identity"] or {}).get("sub")], sort_keys=True)
        groups.setdefault(key, []).append(place)
    return list(groups.values())


def _complete(name: str, found: Sequence[object], asked: int) -> Sequence[object]:
    if len(found) != asked:
        raise ShortBatch(name, asked, len(found))
    return found


def _answered(
    name: str, answer: Answer, sources: object, group: Sequence[Request], telemetry: Telemetry
) -> list[dict[str, Any]]:
    try:
        caller = _caller(answer, group[0])
        parents = [answer.parent(event["source"]) for event in group]
        found = answer.function(sources, caller, parents, **answer.read(group[0]))
        return [_element(value) for value in _complete(name, found, len(group))]
    except Exception as error:  # noqa: BLE001  # one group's failure is told at its own parents only
        public = _public(error, name, group[0].request_id, telemetry)
        return [_element(public) for _ in group]


def _element(value: object) -> dict[str, Any]:
    """One parent's place in a direct resolver's batch result; an answer may give a BadRequest for one parent alone."""
    if isinstance(value, Exception):
        return {"data": None, "errorType": type(value).__name__, "errorMessage": str(value)}
    return {"data": to_wire(value)}
