"""How often somebody did something, counted for all functions at once: one number a caller, which expires by itself.

The generic cell rate algorithm: kept is the moment at which all that was done is made good again. It is one key, one
script and one round trip, and needs no clock but the server's own. Who is refused does not push the moment on.
"""

from math import ceil
from typing import Final

from datasources.valkey.keys import Keys
from datasources.valkey.server import OutOfReach, Server
from domain.rates import Rate

UNCOUNTED: Final = "RateUncounted"
"""Somebody was let through uncounted: the server could not be asked, or it is not known who it is."""

_MICROSECONDS: Final = 1_000_000
_ADMIT: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, latest = tonumber(ARGV[1]), now + ARGV[1] * ARGV[2]
local held = redis.pcall('GET', KEYS[1])
local good = type(held) == 'string' and tonumber(held) or now
if not (good >= now and good <= latest) then good = now end
good = good + interval
if good > latest then return good - latest end
redis.call('SET', KEYS[1], string.format('%.0f', good), 'PX', math.ceil((good - now) / 1000))
return 0
"""
"""Microseconds until there is room for one more: 0 if there was, and then it is counted.

What is no moment of ours, be it a text, another type or a year to come, counts as nothing done and is written over.
Every SET has its expiry, so no key can stay."""


class Rates:
    """Counts what callers do. Where the server is out of reach everybody is let through.

    That is on purpose: a shop that cannot count shall sell all the same, and the web firewall before the graph still
    bounds what one address can ask. ``Server.on_event`` is told UNCOUNTED each time.
    """

    def __init__(self, server: Server, *, prefix: str) -> None:
        self._server = server
        self._keys = Keys(prefix)

    def wait(self, name: str, caller: str | None, rate: Rate) -> int:
        """Count one more of what is called ``name``, if the rate has room: 0 if so, else the seconds until it has."""
        waiting = None if caller is None else self._asked(self._keys.of("rate", f"{name}:{caller}"), rate)
        if waiting is None:
            self._server.on_event(UNCOUNTED)
            return 0
        return ceil(waiting / _MICROSECONDS)

    def _asked(self, key: str, rate: Rate) -> int | None:
        try:
            (waiting,) = self._server.ask(("EVAL", _ADMIT, 1, key, rate.interval, rate.most))
        except OutOfReach:
            return None
        return waiting if isinstance(waiting, int) else None
