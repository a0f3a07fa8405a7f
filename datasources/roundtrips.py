"""How many requests went to which store: for the budgets that say work does not grow with the page."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

_counting: Final[list[Counter[str]]] = []
_lock: Final = Lock()


def sent(request: str) -> None:
    """Note one request on its way, named ``<store>.<operation>``; a retry is another one."""
    if _counting:
        with _lock:
            for counter in _counting:
                counter[request] += 1


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count this process's requests, of all its threads, while the block runs."""
    counter = Counter[str]()
    with _lock:
        _counting.append(counter)
    try:
        yield counter
    finally:
        with _lock:
            _counting[:] = [one for one in _counting if one is not counter]
