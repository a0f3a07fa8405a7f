"""Idempotency records, written in the transaction of the effect; and the conditions that every versioned item has."""

from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo.table import Item, ItemKey, Table
from domain.keys import Key, KeyReused

KEY_SECONDS: Final = 24 * 3600
"""A request is repeated within seconds or minutes; a day covers a night without network."""

NEW: Final[Condition] = Path("pk").does_not_exist()


def at_version(version: int) -> Condition:
    return Path("version") == version


def record_key(key: Key) -> ItemKey:
    """A caller is a user pool's id of a user, a UUID, so the separator is none of its."""
    return ItemKey(f"KEY#{key.caller}#{key.key}", "KEY")


def record_item(key: Key, document: bytes, now: float, *, seconds: int = KEY_SECONDS) -> Item:
    """What is remembered of a request, for so many ``seconds``."""
    return {
        "fingerprint": {"S": key.fingerprint},
        "answer": {"S": document.decode()},
        "expires_at": {"N": str(int(now) + seconds)},
    }


def record_free(now: float) -> Condition:
    """There is no record, or one that DynamoDB has not come to remove yet (it takes days, says the guide on TTL)."""
    free: Condition = NEW | (Path("expires_at") < int(now))
    return free


def recorded(table: Table, key: Key, now: float) -> str | KeyReused | None:
    """The answer that was given to the request before; None when there was no such request."""
    record = table.get(record_key(key))
    if record is None or int(record["expires_at"]["N"]) < int(now):
        return None
    if record["fingerprint"]["S"] != key.fingerprint:
        return KeyReused()
    answer: str = record["answer"]["S"]
    return answer
