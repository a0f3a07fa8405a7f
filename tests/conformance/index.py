"""Answers every field of the conformance API; what most of them answer is told by the one who asks."""

import os
import time
from collections.abc import Callable
from typing import Any


class Forbidden(Exception):
    pass


class Broken(Exception):
    pass


def handler(event: Any, context: Any) -> Any:
    if isinstance(event, list):
        return [reply for item in event for reply in replies(item, len(event))]
    return ANSWERS.get(event["info"]["fieldName"], mirrored)(event)


def mirrored(event: Any) -> Any:
    return event["arguments"].get("given", "reached")


def replies(item: Any, size: int) -> Any:
    """The elements of the batch's answer that the parent says to give for it: one, or none, or many."""
    told = item["source"].get("part", [{"data": {"size": size, "event": item}}])
    if told == "raise":
        raise Broken("all of it")
    return told


def fail(event: Any) -> Any:
    told = event["arguments"]
    raise type(told["type"], (Exception,), {})(told["message"])


def sleep(event: Any) -> str:
    time.sleep(event["arguments"]["seconds"])
    return "awake"


def pause(event: Any) -> dict[str, float]:
    begun = time.time()
    time.sleep(event["arguments"]["milliseconds"] / 1000)
    return {"begun": begun, "done": time.time()}


def guarded(event: Any) -> Any:
    topic = event["arguments"]["topic"]
    if topic == "forbidden":
        raise Forbidden("not this topic")
    return {"topic": topic, "must": "early"} if topic == "early" else None


ANSWERS: dict[str, Callable[[Any], Any]] = {
    "event": lambda event: event,
    "alone": lambda event: event,
    "required": lambda event: event["arguments"]["text"],
    "closed": lambda _: {"text": "inside"},
    "text": lambda event: "x" * event["arguments"]["length"],
    "quit": lambda _: os._exit(3),
    "fail": fail,
    "sleep": sleep,
    "pause": pause,
    "guarded": guarded,
}
