"""Somebody who asks the graph, each request being a step that is shown with the time it took."""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

from clients.demo.screen import Screen
from clients.graph import Graph, Refused


class Person:
    """One who asks, after a pause of ``pace`` seconds each time; steps of whoever is ``counted`` are numbered.

    ``asked`` counts the requests, which took ``seconds``.
    """

    def __init__(self, graph: Graph, screen: Screen, *, counted: bool = False, pace: float = 0.0) -> None:
        self._graph, self._screen, self._counted, self._pace = graph, screen, counted, pace
        self.asked, self.seconds = 0, 0.0

    async def ask(self, document: str, say: Callable[[Any], str], *, at_once: bool = False, **variables: Any) -> Any:
        """What the last field of the document gave; ``say`` puts it into words. Raises GraphFault."""
        if not at_once:
            await asyncio.sleep(self._pace)
        with self._screen.step() as shown:
            began = time.perf_counter()
            data = await asyncio.to_thread(self._graph.ask, document, variables)
            seconds = time.perf_counter() - began
            self.asked, self.seconds = self.asked + 1, self.seconds + seconds
            last = _accepted(data)
            shown(str(self.asked) if self._counted else "·", say(last), seconds)
        return last


def _accepted(data: dict[str, Any]) -> Any:
    """What the last field gave, if nothing stood against any of them."""
    for payload in data.values():
        if isinstance(payload, dict) and payload.get("userErrors"):
            raise Refused("; ".join(error["message"] for error in payload["userErrors"]))
    return list(data.values())[-1]


def key() -> str:
    """What makes a repeated request happen once."""
    return str(uuid.uuid4())


def money(amount: Any) -> str:
    return f"{amount['amount']} {amount['currency']}"
