"""What the cache holds of what is wanted, in its two forms: documents by version, and values by age.

Bytes that are none of ours count as nothing held: they are loaded and written over.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from datasources.valkey.freshness import FRESH_SECONDS, MISSING_SECONDS, SEEN_SECONDS
from datasources.valkey.server import Command

type Decode[T] = Callable[[bytes], T]
type Versioned = tuple[int, bytes]
"""A version and the document of it, as JSON."""

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


class Look[K: str, T](Protocol):
    """What is wanted by name, and what of it has been seen so far."""

    missing: list[K]
    """What would have to be loaded; never empty before the first ``read``."""
    found: dict[K, T]
    """What may be served."""

    def commands(self) -> tuple[Command, ...]:
        """What to ask for all that is missing."""

    def read(self, answers: Sequence[Any]) -> None:
        """Take in the answers to these commands."""

    def puts(self, loaded: Mapping[K, T], started: float) -> list[Command]:
        """What keeps the loaded ones of the missing; the load began at ``started``, in seconds since the epoch."""

    @property
    def enough(self) -> bool:
        """Whether what has been found may be served while another loads."""


class Documents[K: str, T]:
    """Documents by their version; held until they expire, for the stream keeps them fresh."""

    def __init__(
        self,
        names: Sequence[K],
        key: Callable[[str], str],
        *,
        encode: Callable[[T], Versioned],
        decode: Decode[T],
        seconds: float,
    ) -> None:
        self.missing: list[K] = list(dict.fromkeys(names))
        self.found: dict[K, T] = {}
        self._key = key
        self._encode = encode
        self._decode = decode
        self._seconds = seconds

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

    def puts(self, loaded: Mapping[K, T], started: float) -> list[Command]:  # noqa: ARG002  # versions tell what is newer
        return [
            put_document(self._key(name), *self._encode(loaded[name]), self._seconds)
            if name in loaded
            else put_document(self._key(name), *NOTHING, MISSING_SECONDS)
            for name in self.missing
        ]

    @property
    def enough(self) -> bool:
        return not self.missing


class Aged[K: str, T]:
    """Values by the time they were loaded, by the clocks of those who load: AWS keeps them within milliseconds."""

    def __init__(
        self, names: Sequence[K], key: Callable[[str], str], decode: Decode[T], clock: Callable[[], float] = time.time
    ) -> None:
        self.missing: list[K] = list(dict.fromkeys(names))
        self.found: dict[K, T] = {}
        self._key = key
        self._decode = decode
        self._clock = clock

    def commands(self) -> tuple[Command, ...]:
        return tuple(("GET", self._key(name)) for name in self.missing)

    def read(self, answers: Sequence[Any]) -> None:
        missing = []
        for name, answer in zip(self.missing, answers, strict=True):
            age = self._found(name, answer)
            if age is None or age > FRESH_SECONDS:
                missing.append(name)
        self.missing = missing

    def _found(self, name: K, answer: object) -> float | None:
        """Take in one value, if it may be served; its age in seconds."""
        loaded_ms, document = _halves(answer)
        age = self._clock() - loaded_ms / 1000
        if not document or age > SEEN_SECONDS:
            return None
        try:
            self.found[name] = self._decode(document)
        except msgspec.DecodeError:
            return None
        return age

    def puts(self, loaded: Mapping[K, T], started: float) -> list[Command]:
        return [put_value(self._key(name), started, msgspec.json.encode(value)) for name, value in loaded.items()]

    @property
    def enough(self) -> bool:
        return all(name in self.found for name in self.missing)


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
