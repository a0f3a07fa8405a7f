"""Which letters were sent, in the table of what they are about: an item a letter, written before and after.

Whoever is to send it claims it first. A claim lapses, so that a process that ends meanwhile does not take the letter
with it; one that runs has less time than a claim, so that no two are at it.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pynamodb.exceptions import PutError
from pynamodb.expressions.operand import Path

from datasources.dynamo import records
from datasources.dynamo.table import Item, ItemKey, Table, code_of, faults

CLAIM_SECONDS: Final = 60
"""As long as a function that reacts may run (``infra/constructs/functions.py``)."""
KEPT_SECONDS: Final = 100 * 24 * 3600
"""The bus keeps events for 90 days, and may be had to tell them again."""
REFUSED: Final = "ConditionalCheckFailedException"
CLAIMED: Final = "CLAIMED"
SENT: Final = "SENT"
UNDELIVERABLE: Final = "UNDELIVERABLE"
LETTER: Final = "LETTER#"


class SentLetters:
    """By name. ``clock`` is the time of day, in seconds since 1970."""

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._clock = clock

    def claim(self, letter: str) -> int | None:
        """Whether it is now the caller's to send: 0 if so; else in how many seconds it may be, since somebody is at
        it; None when it is done with. By one request, or by two when it is not the caller's.
        """
        now = int(self._clock())
        free = records.NEW | ((Path("state") == CLAIMED) & (Path("until") <= now))
        item = _item(CLAIMED, now) | {"until": {"N": str(now + CLAIM_SECONDS)}}
        key = _key(letter)
        with faults():
            try:
                self._table.connection.put_item(self._table.name, key.pk, key.sk, attributes=item, condition=free)
            except PutError as error:
                if code_of(error) == REFUSED:
                    return self._wait(key, now)
                raise
        return 0

    def close(self, letter: str, *, delivered: bool) -> None:
        """It is done with: it was sent, or it cannot be."""
        self._table.put(_key(letter), _item(SENT if delivered else UNDELIVERABLE, int(self._clock())))

    def states(self, letters: Iterable[str]) -> Mapping[str, str]:
        """What has become of those of the letters that are known, by one request for each hundred."""
        found = self._table.many([_key(one) for one in letters])
        return {item["pk"]["S"].removeprefix(LETTER): item["state"]["S"] for item in found}

    def _wait(self, key: ItemKey, now: int) -> int | None:
        item = self._table.get(key)
        if item is not None and item["state"]["S"] != CLAIMED:
            return None
        until = now if item is None else int(item["until"]["N"])
        return max(1, until - now)


def _key(letter: str) -> ItemKey:
    return ItemKey(f"{LETTER}{letter}", "LETTER")


def _item(state: str, now: int) -> Item:
    return {"state": {"S": state}, "expires_at": {"N": str(now + KEPT_SECONDS)}}
