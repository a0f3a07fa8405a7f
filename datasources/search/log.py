"""Which products changed, in the catalog table: a gapless log that readers follow, and where the newest snapshot is."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo.documents import STORE
from datasources.dynamo.table import Item, ItemKey, Table, pause
from datasources.dynamo.transactions import MOST_ACTIONS, Transaction
from datasources.faults import StoreBusy
from domain.ids import ProductId

MOST_IDS: Final = 100
"""Of one segment: as many as one BatchGetItem reads (DynamoDB quotas)."""
APPEND_TRIES: Final = 100
"""Appenders number their segments in turn and one wins each round: enough for dozens at once, where a stream has one
a shard."""

PARTITION: Final = "SEARCHLOG"
# Both sort after every number, so that one query for newer segments brings them along.
_HEAD: Final = ItemKey(PARTITION, "HEAD")
_SNAPSHOT: Final = ItemKey(PARTITION, "SNAPSHOT")


class Snapshot(Struct, frozen=True, kw_only=True):
    """The newest snapshot: its key, the last segment it holds, and when it was made (seconds since 1970)."""

    key: str
    reach: int
    made: int


class Segment(Struct, frozen=True, kw_only=True):
    """Products that changed together; numbers start at 1 and grow by 1."""

    number: int
    ids: tuple[ProductId, ...]


class Tail(Struct, frozen=True, kw_only=True):
    """The log after some number: its segments ascending, the last number given out, and the newest snapshot."""

    after: int
    segments: tuple[Segment, ...]
    last: int
    snapshot: Snapshot | None

    @property
    def unbroken(self) -> bool:
        """Whether nothing between ``after`` and the last segment here is gone, having been covered by a snapshot."""
        numbers = [segment.number for segment in self.segments]
        reach = self.snapshot.reach if self.snapshot else 0
        return numbers == list(range(self.after + 1, self.after + 1 + len(numbers))) and self.reach >= reach

    @property
    def reach(self) -> int:
        """The number up to which one has read who has read this."""
        return self.after + len(self.segments)


class SearchLog:
    """Segments are written with the number that they take, in one transaction, so that numbers have no gaps.

    A segment lives until a snapshot covers it: one that expired before would be a lost change.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def append(self, ids: Sequence[ProductId]) -> Tail:
        """Add one segment of at most MOST_IDS products; the log as it stands after it, without segments.

        Raises StoreBusy when other appenders won all tries.
        """
        if not 1 <= len(ids) <= MOST_IDS:
            raise ValueError(f"a segment takes 1 to {MOST_IDS} products, not {len(ids)}")
        for attempt in range(APPEND_TRIES):
            marks = self.marks()
            number = marks.last + 1
            transaction = Transaction(self._table)
            transaction.put(_HEAD, {"last": {"N": str(number)}}, _still("last", marks.last), name="turn")
            transaction.put(_segment_key(number), {"ids": {"L": [{"S": one} for one in ids]}})
            if not transaction.commit():
                return Tail(after=number, segments=(), last=number, snapshot=marks.snapshot)
            pause(attempt)
        raise StoreBusy(STORE, f"appending to the search log lost against others {APPEND_TRIES} times")

    def marks(self) -> Tail:
        """The last number and the newest snapshot, without segments."""
        found = {item["sk"]["S"]: item for item in self._table.many([_HEAD, _SNAPSHOT])}
        last = _last(found.get(_HEAD.sk))
        return Tail(after=last, segments=(), last=last, snapshot=_snapshot(found.get(_SNAPSHOT.sk)))

    def read(self, after: int) -> Tail:
        """The log after segment ``after`` (0: all there is): one request as long as that is little."""
        found: dict[str, Item] = {}
        rest: Item | None = None
        while True:
            answer = self._table.query(PARTITION, Path("sk") > _segment_key(after).sk, start=rest)
            found |= {item["sk"]["S"]: item for item in answer.items}
            rest = answer.rest
            if rest is None:
                break
        return Tail(
            after=after,
            segments=tuple(_segment(item) for sk, item in found.items() if sk.isdigit()),
            last=_last(found.get(_HEAD.sk)),
            snapshot=_snapshot(found.get(_SNAPSHOT.sk)),
        )

    def cover(self, snapshot: Snapshot) -> bool:
        """Point readers to a snapshot; False when one that reaches as far stands there already."""
        stored = {"key": {"S": snapshot.key}, "reach": {"N": str(snapshot.reach)}, "made": {"N": str(snapshot.made)}}
        newer = Path("pk").does_not_exist() | (Path("reach") < snapshot.reach)
        transaction = Transaction(self._table)
        transaction.put(_SNAPSHOT, stored, newer, name="newer")
        return not transaction.commit()

    def forget(self, reach: int) -> None:
        """Delete the segments up to ``reach``, the oldest first, so that what is left has no hole."""
        covered = [segment.number for segment in self.read(0).segments if segment.number <= reach]
        for first in range(0, len(covered), MOST_ACTIONS):
            transaction = Transaction(self._table)
            for number in covered[first : first + MOST_ACTIONS]:
                transaction.delete(_segment_key(number))
            transaction.commit()


def _segment_key(number: int) -> ItemKey:
    return ItemKey(PARTITION, f"{number:012}")


def _still(attribute: str, value: int) -> Condition:
    return Path(attribute) == value if value else Path("pk").does_not_exist()


def _segment(item: Item) -> Segment:
    return Segment(number=int(item["sk"]["S"]), ids=tuple(ProductId(one["S"]) for one in item["ids"]["L"]))


def _last(head: Item | None) -> int:
    return int(head["last"]["N"]) if head else 0


def _snapshot(item: Item | None) -> Snapshot | None:
    if item is None:
        return None
    return Snapshot(key=item["key"]["S"], reach=int(item["reach"]["N"]), made=int(item["made"]["N"]))
