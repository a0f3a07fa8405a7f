"""What a function is asked and what its answer means: AppSync's direct Lambda resolvers.

AWS AppSync guide, "Direct Lambda resolvers" and "Resolver context reference". Inferred, because no document says it:
``info.variables`` are those of the request as sent, a batch answered by a list of another length fails every item, and
an item that is neither a map nor null fails.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from local.appsync.completion import Pending
from local.appsync.failures import Failure
from local.appsync.invocation import Invocation
from local.appsync.limits import Limits
from local.appsync.plan import Question
from local.appsync.scalars import WrongValue

_UNAUTHORIZED: Final = "UnauthorizedException"


@dataclass(slots=True, kw_only=True)
class Context:
    """What every event of one request shares, as JSON; ``values`` are the coerced variables."""

    identity: bytes
    headers: bytes
    variables: bytes
    values: dict[str, Any]
    _frames: dict[Question, tuple[bytes, bytes]] = field(default_factory=dict)

    def event(self, question: Question, source: Any) -> bytes:
        """The event for one parent; ``WrongValue`` if an argument is null where it may not be, or nested too deep."""
        frame = self._frames.get(question)
        if frame is None:
            frame = self._frames[question] = self._frame(question)
        try:
            return frame[0] + orjson.dumps(source) + frame[1]
        except orjson.JSONEncodeError as deep:
            raise WrongValue(f"The source of {question.place.name} cannot be written: {deep}") from deep

    def _frame(self, question: Question) -> tuple[bytes, bytes]:
        try:
            arguments = orjson.dumps(question.arguments(self.values))
        except orjson.JSONEncodeError as deep:
            raise WrongValue(f"The arguments of {question.place.name} cannot be written: {deep}") from deep
        return (
            b'{"arguments":%b,"identity":%b,"source":' % (arguments, self.identity),
            b',"request":{"headers":%b,"domainName":null},"prev":null,"info":%b%b},"stash":{}}'
            % (self.headers, question.info(), self.variables),
        )


def outcomes(answer: Invocation, asked: list[Pending], *, batched: bool, limits: Limits) -> list[Any]:
    """One value, or ``Failure``, for each of the parents that the function was asked for."""
    read = _read(answer, limits)
    if isinstance(read, Failure):
        return [read] * len(asked)
    if not batched:
        return [read]
    if not isinstance(read, list) or len(read) != len(asked):
        got = f"a list of {len(read)}" if isinstance(read, list) else "no list"
        wrong = Failure(f"The function was asked for a batch of {len(asked)} and answered {got}.", "BatchSizeMismatch")
        return [wrong] * len(asked)
    return [_item(item) for item in read]


def _read(answer: Invocation, limits: Limits) -> Any:
    if answer.function_error is not None:
        return _function_failure(answer)
    size = len(answer.payload)
    if size > limits.payload_bytes:
        return Failure(
            f"Response payload size exceeded maximum allowed payload size ({limits.payload_bytes} bytes).",
            "Function.ResponseSizeTooLarge",
        )
    if size > limits.resolver_bytes:
        return Failure(f"The resolver's response is larger than {limits.resolver_bytes} bytes.", "ResponseTooLarge")
    try:
        return orjson.loads(answer.payload) if answer.payload else None
    except orjson.JSONDecodeError as unreadable:
        return Failure(f"Error while de-serializing lambda response payload. Got: {unreadable}", "Lambda:Unhandled")


def _function_failure(answer: Invocation) -> Failure:
    try:
        told = orjson.loads(answer.payload)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        return Failure("The function failed without saying why.", "Lambda:Unhandled")
    error_type = told.get("errorType")
    message = told.get("errorMessage")
    if error_type == _UNAUTHORIZED:
        return Failure("You are not authorized to make this call.", _UNAUTHORIZED)
    return Failure(
        message if isinstance(message, str) else "",
        error_type if isinstance(error_type, str) and error_type else "Lambda:Unhandled",
    )


def _item(item: Any) -> Any:
    """An item by the default mapping: ``errorMessage ? error(errorMessage, errorType, data) : result.data``."""
    if item is None:
        return None
    if not isinstance(item, dict):
        return Failure("An item of a batch is a map with data, or null.", "BatchItemMismatch")
    if item.get("errorMessage"):
        error_type = item.get("errorType")
        return Failure(str(item["errorMessage"]), str(error_type) if error_type else None, item.get("data"))
    return item.get("data")


def too_large(limits: Limits) -> Failure:
    return Failure(
        f"Request payload is larger than the {limits.payload_bytes} bytes that a function takes.",
        "Lambda:RequestTooLargeException",
    )
