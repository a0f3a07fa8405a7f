"""What can become of a change of stock when it meets the store."""

from domain.errors import UserError
from domain.inventory.moving import Movement
from domain.inventory.stock import Held, Stock, Warehouse
from domain.values import value


@value
class Decision:
    """What is to be stored together: the next versions, the movements that made them, and the answer to the caller."""

    stocks: tuple[Stock, ...]
    movements: tuple[Movement, ...]
    answer: tuple[Held, ...]


@value
class Refusal:
    """Why nothing is to be stored."""

    errors: tuple[UserError, ...]


@value
class Moved:
    """It is stored; ``replayed`` when it was by an earlier call with the same key."""

    answer: tuple[Held, ...]
    replayed: bool = False


@value
class SavedWarehouse:
    """The warehouse is stored."""

    warehouse: Warehouse


@value
class StaleWarehouse:
    """Another change came first; ``current_version`` is stored now."""

    current_version: int


@value
class CodeTaken:
    """Another warehouse has this code."""

    code: str
