"""What a guest hears of one thing is shown once and in its order, and what is missing is counted."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from clients.demo.hearing import Hearing


class Lost:
    """As much of a connection as is asked whether it is lost."""

    def __init__(self, lost: bool) -> None:
        self.lost = lost


def change(seq: int, **age: float) -> dict[str, Any]:
    return {"seq": seq, "at": (datetime.now(UTC) - timedelta(**age)).isoformat()}


def heard(*seqs: int, known: int | None = None, missed: tuple[int, ...] | None = None) -> tuple[list[int], int]:
    """What is shown of what is told, and how many are missing; ``missed`` is what is caught up with in the end."""
    shown: list[int] = []
    hearing = Hearing(
        Lost(False),  # type: ignore[arg-type]  # see Lost
        lambda one, _: shown.append(one["seq"]),
        known,
        behind=missed is not None,
    )
    for seq in seqs:
        hearing.hear(change(seq))
    if missed is not None:
        assert shown == []
        hearing.catch_up([change(seq) for seq in missed])
    return shown, hearing.missing


def test_what_is_told_twice_is_shown_once() -> None:
    assert heard(2, 3, 2, 3, 4) == ([2, 3, 4], 0)


def test_gaps_are_counted_from_what_was_known_or_first_heard() -> None:
    assert heard(2, 5, known=1) == ([2, 5], 2)
    assert heard(3, known=1) == ([3], 1)
    assert heard(1, 2, known=1) == ([1, 2], 0)
    assert heard(7, 8) == ([7, 8], 0)


def test_who_is_behind_catches_up_before_anything_is_shown() -> None:
    assert heard(3, 4, known=0, missed=(1, 2, 3)) == ([1, 2, 3, 4], 0)


def test_what_was_told_and_asked_for_is_shown_as_it_was_told() -> None:
    shown: list[str] = []
    hearing = Hearing(Lost(False), lambda one, _: shown.append(one["status"]), behind=True)  # type: ignore[arg-type]  # see Lost
    hearing.hear(change(2) | {"status": "then"})
    hearing.catch_up([change(1) | {"status": "now"}, change(2) | {"status": "now"}])
    assert shown == ["now", "then"]


def test_waiting_ends_with_what_is_waited_for_with_time_and_with_the_connection() -> None:
    async def wait(*, lost: bool, seconds: float) -> bool:
        hearing = Hearing(Lost(lost), lambda _, __: None)  # type: ignore[arg-type]  # see Lost
        asyncio.get_running_loop().call_later(0.05, hearing.hear, change(2))
        return await hearing.version(2, seconds)

    assert asyncio.run(wait(lost=False, seconds=10))
    assert not asyncio.run(wait(lost=False, seconds=0))
    assert not asyncio.run(wait(lost=True, seconds=10))


def test_a_change_of_a_clock_that_is_ahead_did_not_happen_in_the_future() -> None:
    late: list[float] = []
    hearing = Hearing(Lost(False), lambda _, seconds: late.append(seconds))  # type: ignore[arg-type]  # see Lost
    hearing.hear(change(1, seconds=-30))
    assert late == [0.0]
