"""A function's start, in which the garbage collector rests: the first import of every ``handler.py``.

What is made at start is kept for good, so looking through it for garbage finds none, and costs a tenth of the start
(docs/decisions/0005).
"""

import gc

gc.disable()


def started() -> None:
    """Collect garbage from now on, but never look again through what is here already; to be called last."""
    gc.freeze()
    gc.enable()
