"""A setting is declared once: an annotated field of a domain's settings class.

The handler reads it from the environment, ``infra`` creates the resource, sets the variable and grants exactly that
much, and the laptop does the same from the deployed template. A field is one environment variable, in upper case.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A secondary index with every attribute: its name and its sort attribute (a string).

    Local (same partition as the table, strongly consistent, made with the table) unless it has a ``partition``
    attribute of its own (a string), which makes it global.
    """

    name: str
    sort: str
    partition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A DynamoDB table of the domain's own; the variable holds its name.

    ``stream``: every change (old and new image) goes to the domain's reactions function, ``batch_seconds`` after the
    first at the latest; with ``stream_of``, only changes that leave an item with that attribute (a string), so that
    items that merely serve others cost no invocation. ``write``: the answers may change it.
    """

    name: str
    partition: str = "pk"
    sort: str | None = "sk"
    ttl: str | None = None
    indexes: tuple[Index, ...] = ()
    stream: bool = False
    stream_of: str | None = None
    batch_seconds: int = 0
    write: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """The shop's one Valkey; the variable holds its URL (``valkey://`` or, with TLS, ``valkeys://``).

    The domain's keys all start with ``prefix``.
    """

    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A private S3 bucket of the domain's own; the variable holds its name."""

    name: str
    write: bool = False
    expire_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A plain value that infra sets as it stands here: the shop's default currency, say."""

    value: str


type Resource = Table | Cache | Bucket | Constant


class MissingSettings(RuntimeError):
    """Variables that the settings class names and the environment lacks: all of them, at once."""

    def __init__(self, settings: type, names: tuple[str, ...]) -> None:
        self.settings, self.names = settings, names
        super().__init__(f"{settings.__module__} needs the environment variables {', '.join(names)}")


def resources(settings: type) -> dict[str, Resource]:
    """Environment variable to the resource that its field declares, in the order of the class."""
    if not is_dataclass(settings):
        raise TypeError(f"{settings.__qualname__} must be a dataclass")
    hints = get_type_hints(settings, include_extras=True)
    return {field.name.upper(): _resource(settings, field.name, hints[field.name]) for field in fields(settings)}


def _resource(settings: type, name: str, hint: Any) -> Resource:
    found = [extra for extra in get_args(hint)[1:] if isinstance(extra, Table | Cache | Bucket | Constant)]
    if get_origin(hint) is None or len(found) != 1:
        raise TypeError(f"{settings.__qualname__}.{name} must be Annotated[str, <one resource>]")
    return found[0]


def read[S](settings: type[S], environ: Mapping[str, str]) -> S:
    """Build the settings from environment variables; raises MissingSettings naming every one that is absent."""
    wanted = {field.name: field for field in fields(settings)}  # type: ignore[arg-type]  # S is a dataclass
    absent = tuple(
        name.upper() for name, field in wanted.items() if name.upper() not in environ and field.default is MISSING
    )
    if absent:
        raise MissingSettings(settings, absent)
    return settings(**{name: environ[name.upper()] for name in wanted if name.upper() in environ})
