"""What the cache holds of what is wanted, in its two forms: documents by version, and values by age.

Bytes that are none of ours count as nothing held: they are loaded and written over.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import msgspec

from datasources.valkey.freshness import FRESH_SECONDS, SEEN_SECONDS
from datasources.valkey.server import Command

type Decode[T] = Callable[[bytes], T]

_PUT_UNLESS_NEWER: Final = """
local held = redis.call('GET', KEYS[1])
local version = held and tonumber(string.match(held, '^(%d+) '))
if version and version > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1
"""
"""A reader that loaded version 1 before version 2 was stored must not put it over what the stream put: version 2."""

NOTHING: Final = (0, b"")
"""Version and document of a thing that is not there: older than every version that is."""


class Look(Protocol):
    """What is wanted, and what of it has been seen so far."""

    def commands(self) -> tuple[Command, ...]:
        """What to ask for all that has not been seen."""

    def read(self, answers: Sequence[Any]) -> None:
        """Take in the answers to these commands."""

    @property
    def complete(self) -> bool:
        """Whether nothing need be loaded."""

    @property
    def enough(self) -> bool:
        """Whether what has been seen may be served while another loads."""


class Documents[K: str, T]:
    """Documents by their version; held until they expire, for the stream keeps them fresh."""

    def __init__(self, names: Sequence[K], key: Callable[[str], str], decode: Decode[T]) -> None:
        self.missing: list[K] = list(dict.fromkeys(names))
        self.found: dict[K, T] = {}
        self._key = key
        self._decode = decode

    def commands(self) -> tuple[Command, ...]:
        return tuple(("GET", self._key(name)) for name in self.missing)

    def read(self, answers: Sequence[Any]) -> None:
        missing = []
        for name, answer in zip(self.missing, answers, strict=True):
            version, document = _halves(answer)
            if not document and version != 0:
                missing.append(name)
            elif document:
                try:
                    self.found[name] = self._decode(document)
                except msgspec.DecodeError:
                    missing.append(name)
        self.missing = missing

    @property
    def complete(self) -> bool:
        return not self.missing

    enough = complete


class Aged[T]:
    """One value by the time it was loaded, by the clocks of those who load: AWS keeps them within milliseconds."""

    def __init__(self, key: str, decode: Decode[T], clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._decode = decode
        self._clock = clock
        self._held: tuple[T] | None = None
        self._age = 0.0

    @property
    def value(self) -> T:
        """What is held. Only when there is enough."""
        assert self._held is not None
        return self._held[0]

    def commands(self) -> tuple[Command, ...]:
        return (("GET", self._key),)

    def read(self, answers: Sequence[Any]) -> None:
        loaded_ms, document = _halves(answers[0])
        if not document:
            return
        age = self._clock() - loaded_ms / 1000
        if age > SEEN_SECONDS:
            return
        try:
            self._held, self._age = (self._decode(document),), age
        except msgspec.DecodeError:
            return

    @property
    def complete(self) -> bool:
        return self.enough and self._age <= FRESH_SECONDS

    @property
    def enough(self) -> bool:
        return self._held is not None


def _halves(answer: object) -> tuple[int, bytes]:
    """The number before the first space, and what follows; (-1, nothing) for all that is not of this form."""
    if isinstance(answer, bytes):
        number, space, document = answer.partition(b" ")
        if space and number.isdigit():
            return int(number), document
    return -1, b""


def put_document(key: str, version: int, document: bytes, seconds: float) -> Command:
    """Keep a document, unless a newer one is held."""
    return ("EVAL", _PUT_UNLESS_NEWER, 1, key, version, document, milliseconds(seconds))


def put_value(key: str, loaded_at: float, document: bytes) -> Command:
    """Keep a value by its age."""
    return ("SET", key, b"%d %b" % (milliseconds(loaded_at), document), "PX", milliseconds(SEEN_SECONDS))


def milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
