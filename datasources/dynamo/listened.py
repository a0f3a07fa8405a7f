"""Whether somebody may have been listening to an item when it was changed, as the record of its stream says.

It needs no client, so that a stream is read lightly; ``listening.py`` leaves the word.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

LISTENED: Final = "listened_until"
"""An item's attribute: seconds since 1970, as a text. What stores the item's next version leaves it as it is."""

type Record = Mapping[str, Any]


def listened[T](read: Callable[[Record], T | None]) -> Callable[[Record], T | None]:
    """Reads what somebody may have been listening to; all else is None."""

    def found(record: Record) -> T | None:
        change = record["dynamodb"]
        until = change.get("NewImage", {}).get(LISTENED)
        return read(record) if until and change["ApproximateCreationDateTime"] < int(until["S"]) else None

    return found
