"""Reading through the cache. What is missing is loaded by one caller; the others are served what there is, or wait.

That is settled by a lock which only saves work: when it is lost, taken twice or out of reach, somebody loads once more
than needed.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from datasources.valkey.freshness import LOCK_SECONDS, WAIT_SECONDS
from datasources.valkey.keys import Keys
from datasources.valkey.looks import Aged, Decode, Documents, Look, Versioned, milliseconds, put_document
from datasources.valkey.near import Near
from datasources.valkey.server import HIT, MISS, Command, OutOfReach, Server

_PAUSES_SECONDS: Final = (0.01, 0.1)
"""A waiting caller looks again after the first, then after twice as long each time, up to the second."""


class Cache:
    """The part of the shop's Valkey that is one domain's: its keys start with ``prefix``.

    ``Server.on_event`` is told ``CacheHit`` and ``CacheMiss`` once a read.
    """

    def __init__(
        self,
        server: Server,
        *,
        prefix: str,
        near_seconds: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._server = server
        self.key: Final = Keys(prefix).of
        self._clock = clock
        self.near: Final = Near(near_seconds, time.monotonic)

    def documents[K: str, T](
        self,
        kind: str,
        names: Sequence[K],
        load: Callable[[Sequence[K]], Mapping[K, T]],
        *,
        encode: Callable[[T], Versioned],
        decode: Decode[T],
        seconds: float,
    ) -> dict[K, T]:
        """The things there are of ``names``; those not held come by one ``load``, and are held for ``seconds``."""
        key = partial(self.key, kind)
        look = partial(Documents[K, T], key=key, encode=encode, decode=decode, seconds=seconds)
        return self._read(kind, names, look, load)

    def values[K: str, T](
        self, kind: str, names: Sequence[K], load: Callable[[Sequence[K]], Mapping[K, T]], decode: Decode[T]
    ) -> dict[K, T]:
        """Values at most SEEN_SECONDS old, loaded anew after FRESH_SECONDS by one ``load``; held as JSON."""
        look = partial(Aged[K, T], key=partial(self.key, kind), decode=decode, clock=self._clock)
        return self._read(kind, names, look, load)

    def value[T](self, kind: str, name: str, load: Callable[[], T], decode: Decode[T]) -> T:
        """One of ``values``."""
        return self.values(kind, [name], lambda _: {name: load()}, decode)[name]

    def _read[K: str, T](
        self,
        kind: str,
        names: Sequence[K],
        look_for: Callable[[Sequence[K]], Look[K, T]],
        load: Callable[[Sequence[K]], Mapping[K, T]],
    ) -> dict[K, T]:
        keys = {name: self.key(kind, name) for name in names}
        near = {name: held for name, key in keys.items() if (held := self.near.get(key)) is not None}
        wanted = [name for name in keys if name not in near]
        if not wanted:
            return near
        look = look_for(wanted)
        lock = self.key("lock", f"{kind}:{wanted[0]}")
        try:
            served = self._served(look, lock)
        except OutOfReach:
            return near | look.found | dict(load(look.missing))
        if not served:
            started = self._clock()
            with self._loading(lock):
                loaded = load(look.missing)
            self._try(*look.puts(loaded, started), ("DEL", lock))
            look.found.update(loaded)
        for name, each in look.found.items():
            self.near.put(keys[name], each)
        return near | look.found

    def refresh(self, kind: str, documents: Mapping[str, Versioned], seconds: float) -> bool:
        """Hold these documents, each unless a newer one is held; whether the server took them."""
        self.near.clear()
        return self._try(*(put_document(self.key(kind, name), *each, seconds) for name, each in documents.items()))

    def forget(self, kind: str, name: str) -> bool:
        """Have a thing loaded anew; whether the server took it."""
        self.near.clear()
        return self._try(("DEL", self.key(kind, name)))

    def close(self) -> None:
        """Let the connections go."""
        self._server.close()

    def _served(self, look: Look[Any, Any], lock: str) -> bool:
        """Whether to serve what the look has seen; else it is the caller's turn to load. Raises OutOfReach."""
        look.read(self._server.ask(*look.commands()))
        served = not look.missing or self._by_another(look, lock)
        self._server.on_event(HIT if served else MISS)
        return served

    def _by_another(self, look: Look[Any, Any], lock: str) -> bool:
        """Take the lock, looking once more; without it serve what there is, or wait for what its holder loads."""
        take: Command = ("SET", lock, 1, "NX", "PX", milliseconds(LOCK_SECONDS))
        end = time.monotonic() + WAIT_SECONDS
        while True:
            taken, *answers = self._server.ask(take, *look.commands())
            look.read(answers)
            if taken:
                if not look.missing:
                    self._try(("DEL", lock))
                return not look.missing
            if look.enough:
                return True
            if not self._freed(lock, end):
                return False

    def _freed(self, lock: str, end: float) -> bool:
        """Wait until the lock is gone; whether it went before the ``end``."""
        waiting, longest = _PAUSES_SECONDS
        while time.monotonic() < end:
            time.sleep(waiting)
            waiting = min(longest, 2 * waiting)
            if not self._server.ask(("EXISTS", lock))[0]:
                return True
        return False

    @contextmanager
    def _loading(self, lock: str) -> Iterator[None]:
        """A load that fails leaves the turn to the next."""
        try:
            yield
        except BaseException:
            self._try(("DEL", lock))
            raise

    def _try(self, *commands: Command) -> bool:
        """Send what is only good to have; whether it arrived."""
        try:
            if commands:
                self._server.ask(*commands)
        except OutOfReach:
            return False
        return True
