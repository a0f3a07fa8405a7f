"""Whether the system is well: every part is really asked, and told of with its state and latency."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

type Probe = Callable[[], Awaitable[bool]]
type Report = Callable[[], Awaitable[Mapping[str, Any]]]
"""Gives what ``report`` gives."""

PROBE_SECONDS: Final = 1.0
"""A part that has not answered by then is not well."""


async def report(probes: Mapping[str, Probe]) -> dict[str, Any]:
    """The state of the whole (``ok`` if all parts are) and of each part, with its latency in milliseconds."""
    parts = await asyncio.gather(*(_ask(probe) for probe in probes.values()))
    components = dict(zip(probes, parts, strict=True))
    well = all(part["status"] == "ok" for part in parts)
    return {"status": "ok" if well else "failing", "components": components}


async def nothing_to_report() -> Mapping[str, Any]:
    return await report({})


async def _ask(probe: Probe) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            well = await probe()
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is why the part is not well
        return _part("failing", began) | {"reason": str(fault) or type(fault).__name__}
    return _part("ok" if well else "failing", began)


def _part(status: str, began: float) -> dict[str, Any]:
    return {"status": status, "latency_ms": round((time.perf_counter() - began) * 1000, 1)}
