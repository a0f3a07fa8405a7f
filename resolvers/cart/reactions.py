"""What time does to carts: goods that were held long enough are given back."""

from collections.abc import Mapping
from typing import Any, Final

from resolvers.cart.changing import lapse
from resolvers.cart.ports import Carts

MOST: Final = 50
"""Of each sixteenth of all carts that hold something, in one sweep: 800 a minute, within the function's time."""


def react_to(carts: Carts, _: Mapping[str, Any]) -> None:
    """Sweep up what has run out. One cart that cannot be changed keeps no other from it; raises what went wrong."""
    faults = []
    for owner in tuple(carts.goods.ran_out(MOST)):
        try:
            lapse(carts, owner)
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is raised when the others are done
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} carts could not be swept up", faults)
