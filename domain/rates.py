"""How often something may be done: so many at once, and then one by one as time passes."""

import re
from typing import Final

from domain.values import value

_TEXT: Final = re.compile(r"([1-9][0-9]{0,8}) in ([1-9][0-9]{0,5}) s")
_MICROSECONDS: Final = 1_000_000


@value
class Rate:
    """``most`` at once; each is given back after ``seconds / most``, so all of them after ``seconds``.

    In any ``seconds`` there are never more than twice ``most``, and who stays below ``most`` never waits.
    """

    most: int
    seconds: int

    @property
    def interval(self) -> int:
        """Microseconds after which one more may be done; at least 1."""
        return max(1, self.seconds * _MICROSECONDS // self.most)


def rate_of(text: str) -> Rate:
    """Read ``"60 in 30 s"``. Raises ValueError for anything else."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text[:40]}" is no rate; write it like "60 in 30 s"')
    return Rate(most=int(match[1]), seconds=int(match[2]))
