"""How often one caller may do something, and of how many at once: the first is declared at the field, and counted for
all functions at once.

``@app.field("Mutation.thing", limit=of_things)`` has every caller counted before the answer runs. Who has no room left
gets the field's own payload with a ThrottledError among its ``userErrors``, and nothing happens.
"""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from domain.errors import ThrottledError
from domain.rates import Rate
from resolvers._kit.callers import Anyone
from resolvers._kit.faults import BadRequest

MOST_CUSTOMERS: Final = 10
"""Of whom something is read that no store gives of many at once, so that the largest page costs no more than this."""


class Limit(Struct, frozen=True, kw_only=True):
    """Fields with a limit of one ``name`` share it. Who is signed in has the rate ``of_users``, if there is one, and
    who works here the rate ``of_staff``.

    ``wait`` counts one more for a name and a caller, if the rate has room: 0 if so, else the seconds until it has.
    """

    name: str
    rate: Rate
    wait: Callable[[str, str | None, Rate], int]
    of_users: Rate | None = None
    of_staff: Rate | None = None

    def refusal(self, caller: Anyone) -> ThrottledError | None:
        """What a caller is told who asks too often, or None."""
        seconds = self.wait(self.name, caller.counted_as, self._rate(caller))
        if not seconds:
            return None
        message = f"too many requests at once: try again in {seconds} second{'s' * (seconds > 1)}"
        return ThrottledError(message=message, retry_after_seconds=seconds)

    def _rate(self, caller: Anyone) -> Rate:
        if self.of_staff and caller.staff:
            return self.of_staff
        return self.of_users if self.of_users and caller.sub is not None else self.rate


def refuse_many(customers: Sequence[object]) -> None:
    """Raise BadRequest for more customers than may be asked about at once."""
    if len(customers) > MOST_CUSTOMERS:
        raise BadRequest(f"this is told of at most {MOST_CUSTOMERS} customers at once: ask for a smaller page")
