"""What a warehouse may be: a draft becomes one, or the list of what is wrong with it."""

from collections.abc import Iterable
from typing import Final

from domain.errors import ErrorCode, InputError
from domain.ids import WarehouseId
from domain.inventory.stock import MOST_WAREHOUSES, Warehouse
from domain.values import value

LONGEST_CODE: Final = 32
LONGEST_NAME: Final = 255
LARGEST_PRIORITY: Final = 1_000

type Refused = tuple[InputError, ...]


@value
class WarehouseDraft:
    """The whole content of a warehouse, unchecked."""

    code: str
    name: str
    priority: int


def warehouse_of(
    draft: WarehouseDraft, current: Warehouse | None, others: Iterable[Warehouse], *, new_id: WarehouseId
) -> Warehouse | Refused:
    """The warehouse that ``draft`` asks for, among ``others``; equal content gives ``current`` itself back."""
    known = {one.code.casefold(): one.id for one in others}
    code, name = draft.code.strip(), draft.name.strip()
    owner = current.id if current else new_id
    errors = [*_wrong(code, LONGEST_CODE, "code"), *_wrong(name, LONGEST_NAME, "name")]
    if not 0 <= draft.priority <= LARGEST_PRIORITY:
        message = f"a priority is from 0 to {LARGEST_PRIORITY:,}, not {draft.priority:,}"
        errors.append(_error(ErrorCode.INVALID, message, "priority"))
    if known.get(code.casefold(), owner) != owner:
        errors.append(_error(ErrorCode.DUPLICATE, f'another warehouse has the code "{code}"', "code"))
    if current is None and len(known) >= MOST_WAREHOUSES:
        errors.append(_error(ErrorCode.INVALID, f"a shop has at most {MOST_WAREHOUSES} warehouses"))
    if errors:
        return tuple(errors)
    if current is not None and (current.code, current.name, current.priority) == (code, name, draft.priority):
        return current
    version = current.version + 1 if current else 1
    return Warehouse(id=owner, version=version, code=code, name=name, priority=draft.priority)


def in_order(warehouses: Iterable[Warehouse]) -> tuple[Warehouse, ...]:
    """Those that are asked first before the others."""
    return tuple(sorted(warehouses, key=lambda one: (one.priority, one.code, one.id)))


def _wrong(text: str, longest: int, name: str) -> Iterable[InputError]:
    if not text:
        yield _error(ErrorCode.REQUIRED, f"a {name} is needed", name)
    elif len(text) > longest or not text.isprintable():
        yield _error(ErrorCode.INVALID, f"a {name} is one line of at most {longest} characters", name)


def _error(code: ErrorCode, message: str, *path: str) -> InputError:
    return InputError(code=code, message=message, field=("input", *path))
