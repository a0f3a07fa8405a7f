"""A function's start, in which the garbage collector rests: the first import of every ``handler.py``.

What is made at start is kept for good, so looking through it for garbage finds none, and costs a tenth of the start
(docs/decisions/0005).
"""

import gc
from typing import Final

SELDOM: Final = (20_000, 20, 20)
"""A look for garbage for so many more objects: requests leave next to none that goes in circles."""

gc.disable()


def started() -> None:
    """Collect garbage from now on, but never look again through what is here already; to be called last."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
