"""What a client is told when something is wrong, in AppSync's shapes.

Three shapes: a request refused as a whole (a status, ``errorType`` and ``message``), a document or variable that is not
valid (status 200, ``data`` null, a message in graphql-java's words), and a field that failed (status 200, its error
beside the data of the others).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

from graphql import Node as SyntaxNode

from local.appsync.limits import SENT_BYTES

type Path = list[str | int]
type Location = dict[str, Any]

_LINE_END: Final = re.compile(r"\r\n|[\n\r]")
"""GraphQL specification, §2.1.2."""


@dataclass
class Refusal(Exception):
    """The request is not run at all."""

    status: HTTPStatus
    error_type: str
    message: str

    def body(self) -> dict[str, Any]:
        return {"errors": [{"errorType": self.error_type, "message": self.message}]}


def unauthorized(message: str = "Valid authorization header not provided.") -> Refusal:
    return Refusal(HTTPStatus.UNAUTHORIZED, "UnauthorizedException", message)


def malformed(message: str = "Unable to parse GraphQL query.") -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "MalformedHttpRequestException", message)


def bad_request(message: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "BadRequestException", message)


FAULT = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalFailure", "An internal failure occurred.")
"""What is shown of a fault of the data plane itself, which is logged."""


class InvalidRequest(Exception):
    """The document or its variables are not valid: answered with status 200 and these errors."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Failure:
    """A field that could not be answered: what its resolver, or AppSync in its place, says."""

    message: str
    error_type: str | None
    data: Any = None


UNAUTHORIZED_FIELD = "Unauthorized"
TIMED_OUT = Failure("Execution timed out.", "Lambda:ExecutionTimeoutException")
TOO_DEEP = Failure("Query depth limit reached.", "QueryDepthLimitReached")
TOO_MANY_RESOLVERS = Failure("Resolver execution limit reached.", "ResolverExecutionLimitReached")
SENT_TOO_MUCH = Failure(
    f"The request has sent its functions more than {SENT_BYTES} bytes.", "Lambda:RequestTooLargeException"
)


def location(node: SyntaxNode) -> Location:
    assert node.loc is not None, "documents are parsed with locations"
    starts = _line_starts(node.loc.source.body)
    line = bisect_right(starts, node.loc.start)
    return {"line": line, "column": node.loc.start - starts[line - 1] + 1, "sourceName": None}


@lru_cache(maxsize=32)
def _line_starts(text: str) -> list[int]:
    """Where the lines of a document begin, found once: it may have thousands of fields, each of which has a place."""
    return [0, *(end.end() for end in _LINE_END.finditer(text))]


def invalid(message: str, locations: list[Location]) -> dict[str, Any]:
    return {"path": None, "locations": locations, "message": message}


def field_error(failure: Failure, path: Path, locations: list[Location]) -> dict[str, Any]:
    return {
        "path": path,
        "data": failure.data,
        "errorType": failure.error_type,
        "errorInfo": None,
        "locations": locations,
        "message": failure.message,
    }


def value_error(message: str, path: Path) -> dict[str, Any]:
    """A result that does not fit the schema: AppSync gives it neither a type nor locations."""
    return {"path": path, "locations": None, "message": message}


def slashes(path: Path) -> str:
    """The path as graphql-java writes it: ``/getMessages/items[0]/sendBy``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f"/{step}" for step in path)
