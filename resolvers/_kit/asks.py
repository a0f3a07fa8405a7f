"""What of an answer is asked for, so that what nobody asks for need not be read."""

from collections.abc import Set as AbstractSet

from msgspec import Struct


class Asks(Struct, frozen=True):
    """What AppSync calls ``selectionSetList``: paths of response names, such as ``cart/lines/id``.

    A name may be an alias, and a type's own fields below an interface are missing (AppSync guide, "Context object
    reference"): so it is good for leaving out work whose absence shows, never for deciding what somebody may see.
    """

    paths: frozenset[str]

    def within(self, known: AbstractSet[str], below: str = "") -> bool:
        """Whether all that is asked for directly below a path is among these names."""
        prefix = f"{below}/" if below else ""
        asked = {path.removeprefix(prefix).partition("/")[0] for path in self.paths if path.startswith(prefix)}
        return asked <= known
