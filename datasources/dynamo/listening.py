"""That somebody listens to an item: whoever begins to leaves word in it, which each record of its stream then says.

AppSync tells nobody who listens, and takes its price for what nobody hears (docs/decisions/0024).
"""

from typing import Final

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.operand import Path

from datasources.dynamo.documents import STORE
from datasources.dynamo.listened import LISTENED
from datasources.dynamo.table import TRIES, Item, ItemKey, Table, code_of, faults, pause
from datasources.faults import StoreBusy

CONNECTION_SECONDS: Final = 24 * 3600
"""After which AppSync ends a connection (AppSync guide, "Building a real-time WebSocket client"): whoever goes on
listening subscribes anew."""
SPARE_SECONDS: Final = 3600
"""A word given lasts so much longer: of all who begin to listen to one item within an hour, one writes."""
_REFUSED: Final = "ConditionalCheckFailedException"
_CONFLICT: Final = "TransactionConflictException"


def word(now: float) -> Item:
    """What an item says to which somebody listens, or may have begun to before it was there."""
    return {LISTENED: {"S": _moment(now + CONNECTION_SECONDS + SPARE_SECONDS)}}


def listen(table: Table, key: ItemKey, now: float) -> None:
    """Leave word that somebody begins to listen; nothing where there is no such item. One request, as a rule."""
    long_enough = Path(LISTENED) >= _moment(now + CONNECTION_SECONDS)
    for attempt in range(TRIES):
        with faults():
            try:
                table.connection.update_item(
                    table.name,
                    key.pk,
                    key.sk,
                    actions=[Path(name).set(value) for name, value in word(now).items()],
                    condition=Path("pk").exists() & ~long_enough,
                )
            except UpdateError as error:
                code = code_of(error)
                if code == _CONFLICT:
                    pause(attempt)
                    continue
                if code != _REFUSED:
                    raise
            return
    raise StoreBusy(STORE, f"an item was being changed in each of {TRIES} tries to leave word in it")


def _moment(at: float) -> str:
    return str(int(at))
