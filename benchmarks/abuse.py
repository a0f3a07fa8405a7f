"""What attacks cost the data plane: its own processor time, how long it serves nobody else, and whether it grows.

``python -m benchmarks abuse``: each request of ``tests/local/appsync/attacks.py`` is sent to a new gateway, so that
nothing is remembered, and then over and over to one. The functions answer at once and are part of the figures.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.report import Table
from tests.local.appsync.attacks import CORPUS, Attack, victim
from tests.local.appsync.world import World

ROUNDS: Final = 3
"""Of which the median counts."""
OVER_AND_OVER: Final = 7
GOAL_MS: Final = 50
TICK_SECONDS: Final = 0.0005
PAGE_KB: Final = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time: all of it, and the longest stretch in which the event loop served nobody else."""

    spent: float
    away: float


async def measured[T](work: Awaitable[T]) -> tuple[Cost, T]:
    """What some work of this event loop costs, and what it gives."""
    away = 0.0
    done = False

    async def tick() -> None:
        nonlocal away
        last = time.thread_time()
        while not done:
            await asyncio.sleep(TICK_SECONDS)
            now = time.thread_time()
            away, last = max(away, now - last), now

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(TICK_SECONDS * 4)
    began = time.process_time()
    given = await work
    spent = time.process_time() - began
    done = True
    await ticking
    return Cost(spent * 1000, away * 1000), given


async def _sent(there: World, attack: Attack) -> Cost:
    cost, response = await measured(there.send(content=attack.body, headers=there.headers))
    there.functions.calls.clear()
    assert response.status_code == attack.status, response.text
    return cost


def resident_kb() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB


def _row(name: str, attack: Attack) -> list[str]:
    rounds = [asyncio.run(_sent(victim(), attack)) for _ in range(ROUNDS)]
    there = victim()
    asyncio.run(_sent(there, attack))
    before = resident_kb()
    for _ in range(OVER_AND_OVER):
        asyncio.run(_sent(there, attack))
    grown = resident_kb() - before
    spent, away = median(one.spent for one in rounds), median(one.away for one in rounds)
    answer = f"{attack.status} {attack.said or 'answered'}"
    return [
        name,
        answer[:44],
        f"{spent:.1f}",
        f"{away:.1f}",
        "" if away <= GOAL_MS else f"above {GOAL_MS}",
        f"{grown:+d}",
    ]


def run() -> Table:
    """A row an attack; the goal is about how long everybody else waits."""
    columns = ("attack", "answer", "CPU ms", "at a stretch ms", "", "growth KB")
    return Table("Attacks (medians)", columns, [_row(name, attack) for name, attack in CORPUS.items()])
