"""What a guest wants of all that a shop window shows: something of which there is most, and something else."""

from collections.abc import Iterable
from typing import Any


def opened(window: Any) -> Any:
    """The first product of a listing that can be bought; None when there is none."""
    return next((product for product in _nodes(window) if _best(product)), None)


def first(product: Any) -> Any:
    """The variant to buy of an opened product, None when somebody else was quicker."""
    return _best(product)


def second(window: Any, taken: Any) -> tuple[Any, Any] | None:
    """Another variant with its product, best one of another product than the one that has ``taken``."""
    pairs = [(product, best) for product in _nodes(window) if (best := _best(product, but=taken["id"]))]
    apart = [pair for pair in pairs if taken["id"] not in (one["id"] for one in _nodes(pair[0]["variants"]))]
    return next(iter(apart or pairs), None)


def called(product: Any, variant: Any) -> str:
    """Product and options, as in ``Harbour Mug (Ocean)``; the name alone where there is nothing to choose."""
    options = ", ".join(one["value"] for one in variant["options"])
    return f"{product['name']} ({options})" if options else str(product["name"])


def units(variant: Any) -> int:
    return int((variant["availability"] or {}).get("quantity", 0))


def _best(product: Any, but: str = "") -> Any:
    found = (one for one in _nodes(product["variants"]) if one["id"] != but and _can_be_bought(one))
    return max(found, key=units, default=None)


def _can_be_bought(variant: Any) -> bool:
    return bool(variant["availability"] and variant["availability"]["purchasable"])


def _nodes(connection: Any) -> Iterable[Any]:
    return [edge["node"] for edge in connection["edges"]]
