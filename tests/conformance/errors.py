"""The shapes of AppSync's errors, as tests expect them."""

from typing import Any

import httpx


def refused(status: int, error_type: str, message: str) -> tuple[int, Any]:
    """A request that is not run at all."""
    return status, {"errors": [{"errorType": error_type, "message": message}]}


def refusal(response: httpx.Response) -> tuple[int, Any]:
    """The same of a response."""
    return response.status_code, response.json()


def invalid(message: str, line: int | None = None, column: int | None = None) -> dict[str, Any]:
    """A document or variable that is not valid: graphql-java's words, at a place, without a type."""
    where = [] if line is None else [{"line": line, "column": column, "sourceName": None}]
    return {"data": None, "errors": [{"path": None, "locations": where, "message": message}]}


def failed(
    path: list[str | int], error_type: str | None, message: str, column: int, data: Any = None
) -> dict[str, Any]:
    """A field that failed, in the first line of its document."""
    return {
        "path": path,
        "data": data,
        "errorType": error_type,
        "errorInfo": None,
        "locations": [{"line": 1, "column": column, "sourceName": None}],
        "message": message,
    }


def unfit(path: list[str | int], message: str) -> dict[str, Any]:
    """A result that does not fit the schema."""
    return {"path": path, "locations": None, "message": message}


def brief(body: dict[str, Any]) -> list[tuple[Any, Any]]:
    """The type and message of each error."""
    return [(error.get("errorType"), error["message"]) for error in body.get("errors", [])]
