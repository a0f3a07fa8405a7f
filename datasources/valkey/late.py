"""Counts of callers whose client is made at the first count: for functions that mostly read, and read elsewhere."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from domain.rates import Rate

if TYPE_CHECKING:
    from datasources.valkey.rates import Rates


class LateRates:
    """Counts as ``Rates`` does. Loading Valkey's client is a tenth of a start, for which no reader need wait."""

    def __init__(self, url: str, *, prefix: str, on_event: Callable[[str], None]) -> None:
        self._url, self._prefix, self._on_event = url, prefix, on_event

    def wait(self, name: str, caller: str | None, rate: Rate) -> int:
        """Seconds to wait, as ``Rates.wait`` says."""
        return self._rates.wait(name, caller, rate)

    @cached_property
    def _rates(self) -> "Rates":
        from datasources.valkey.rates import Rates  # noqa: PLC0415  # as said above
        from datasources.valkey.server import Server  # noqa: PLC0415  # as said above

        return Rates(Server(self._url, on_event=self._on_event), prefix=self._prefix)
