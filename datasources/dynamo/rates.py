"""How often somebody did something, counted in a table, for functions outside the network of the cache.

One item a caller and stretch of time, one conditional write a request. Unlike the cache's count it gives back all at
once, when the next stretch begins.
"""

import time
from collections.abc import Callable
from math import ceil
from typing import Final

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.operand import Path

from datasources.dynamo.table import ItemKey, Table, code_of, faults
from domain.rates import Rate

UNCOUNTED: Final = "RateUncounted"
"""Somebody was let through uncounted, since it is not known who it is."""
REFUSED: Final = "ConditionalCheckFailedException"
RATE: Final = "RATE"


class TableRates:
    """Counts what callers do. ``clock`` is the time of day, in seconds since 1970; ``on_event`` is told UNCOUNTED.

    Where the table is out of reach, StoreUnavailable is raised: what is counted here could not be done either.
    """

    def __init__(
        self, table: Table, *, on_event: Callable[[str], None], clock: Callable[[], float] = time.time
    ) -> None:
        self._table = table
        self._on_event = on_event
        self._clock = clock

    def wait(self, name: str, caller: str | None, rate: Rate) -> int:
        """Count one more of what is called ``name``, if the rate has room: 0 if so, else the seconds until it has."""
        if caller is None:
            self._on_event(UNCOUNTED)
            return 0
        now = self._clock()
        stretch = int(now) // rate.seconds
        ends = (stretch + 1) * rate.seconds
        key = ItemKey(f"{RATE}#{name}#{caller}", str(stretch))
        return 0 if self._counted(key, rate.most, ends) else max(1, ceil(ends - now))

    def _counted(self, key: ItemKey, most: int, ends: int) -> bool:
        room = Path("count").does_not_exist() | (Path("count") < most)
        actions = [Path("count").add(1), Path("expires_at").set(ends)]
        with faults():
            try:
                self._table.connection.update_item(self._table.name, key.pk, key.sk, actions=actions, condition=room)
            except UpdateError as error:
                if code_of(error) == REFUSED:
                    return False
                raise
        return True
