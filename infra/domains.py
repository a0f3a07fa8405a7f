"""Which domains there are and what each needs: found in the resolvers' rooms, listed nowhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

import resolvers
from resolvers._kit.settings import Bucket, Cache, Resource, Table, resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain and its resources, by environment variable."""

    name: str
    resources: Mapping[str, Resource]

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(found for found in self.resources.values() if isinstance(found, Table))

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        return tuple(found for found in self.resources.values() if isinstance(found, Bucket))

    @property
    def streams(self) -> tuple[Table, ...]:
        """The tables whose changes its reactions function receives; without any, it has no such function."""
        return tuple(table for table in self.tables if table.stream)

    @property
    def cached(self) -> bool:
        """Whether it uses the Valkey, and so runs inside the network."""
        return any(isinstance(found, Cache) for found in self.resources.values())


def discover() -> tuple[Domain, ...]:
    """Every ``resolvers/<domain>/settings.py``, by name."""
    names = sorted(room.name for room in iter_modules(resolvers.__path__) if room.ispkg and room.name[0] != "_")
    found = tuple(
        Domain(name=name, resources=resources(import_module(f"resolvers.{name}.settings").Settings)) for name in names
    )
    _refuse_shared(found)
    return found


def _refuse_shared(domains: Iterable[Domain]) -> None:
    owners: dict[str, str] = {}
    for domain in domains:
        for name in (*map(logical, domain.tables), *map(logical, domain.buckets)):
            if name in owners:
                raise ValueError(f"{domain.name} and {owners[name]} both declare {name}: a resource has one owner")
            owners[name] = domain.name


def logical(resource: Table | Bucket) -> str:
    """The resource's id in the templates: ``CatalogTable``, ``SearchBucket``."""
    return f"{pascal(resource.name)}{type(resource).__name__}"


def pascal(name: str) -> str:
    """``order_lines`` or ``order-lines`` as ``OrderLines``."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))


def function_name(domain: str, *, reactions: bool = False) -> str:
    """The deployed function: ``souk-catalog`` answers, ``souk-catalog-reactions`` reacts."""
    return f"souk-{domain}-reactions" if reactions else f"souk-{domain}"
