"""Stripe's public shapes of objects, and a server that answers with them and remembers what it was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


def charge(amount: int = 1000, **parts: Any) -> dict[str, Any]:
    """As the API reference shows a charge, as far as it matters to payments."""
    return {
        "id": "ch_1", "object": "charge", "amount": amount, "amount_captured": 0, "amount_refunded": 0,
        "captured": False, "currency": "usd", "paid": True, "payment_intent": "pi_1", "refunded": False,
        "status": "succeeded", "balance_transaction": None, "failure_code": None, "metadata": {},
    } | parts  # fmt: skip


def intent(status: str = "requires_payment_method", amount: int = 1000, **parts: Any) -> dict[str, Any]:
    """As the API reference shows a PaymentIntent."""
    return {
        "id": "pi_1", "object": "payment_intent", "amount": amount, "amount_capturable": 0, "amount_received": 0,
        "automatic_payment_methods": {"enabled": True}, "cancellation_reason": None, "capture_method": "manual",
        "client_secret": "pi_1_secret_x", "confirmation_method": "automatic", "created": 1524505326,
        "currency": "usd", "customer": None, "last_payment_error": None, "latest_charge": None, "livemode": False,
        "metadata": {}, "next_action": None, "payment_method": None, "status": status,
    } | parts  # fmt: skip


def refund(number: int, amount: int, **parts: Any) -> dict[str, Any]:
    """As the API reference shows a refund."""
    return {
        "id": f"re_{number}", "object": "refund", "amount": amount, "charge": "ch_1", "created": 1692942318 + number,
        "currency": "usd", "metadata": {}, "payment_intent": "pi_1", "reason": None, "status": "succeeded",
    } | parts  # fmt: skip


def error(type_: str = "invalid_request_error", message: str = "no", **parts: Any) -> dict[str, Any]:
    """As the API reference shows an error."""
    return {"error": {"type": type_, "message": message, **parts}}


def listed(*things: dict[str, Any]) -> dict[str, Any]:
    return {"object": "list", "data": list(things), "has_more": False, "url": "/v1/refunds"}


class Asked(NamedTuple):
    """One request: what it was, its form, and the key it came with."""

    what: str
    form: dict[str, str]
    key: str | None
    authorization: str | None
    headers: dict[str, str]
    body: bytes


class Answers:
    """What the server answers to ``METHOD /path``, one after the other; the last of them again and again."""

    def __init__(self) -> None:
        self.to: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.asked: list[Asked] = []
        self.url = ""

    def give(self, what: str, *answers: dict[str, Any] | tuple[int, dict[str, Any]]) -> None:
        self.to[what] = [one if isinstance(one, tuple) else (200, one) for one in answers]

    def next(self, what: str) -> tuple[int, dict[str, Any]]:
        waiting = self.to[what]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def serving() -> Iterator[Answers]:
    """A Stripe of recorded shapes on a port of this machine."""
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            path = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            what = f"{self.command} {path.path}"
            form = dict(parse_qsl(body.decode() or path.query))
            key = self.headers.get("Idempotency-Key") if self.command == "POST" else None
            headers = {name.lower(): text for name, text in self.headers.items()}
            answers.asked.append(Asked(what, form, key, headers.get("authorization"), headers, body))
            status, given = answers.next(what)
            text = json.dumps(given).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Request-Id", "req_1")
            self.end_headers()
            self.wfile.write(text)

        do_GET = answer  # noqa: N815  # the server's own names
        do_POST = answer  # noqa: N815  # the server's own names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answers.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
