"""Which domains there are and what each needs: found in the resolvers' rooms, listed nowhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules

import resolvers
from resolvers._kit.settings import Bucket, Cache, Resource, Table, resources


class Work(Enum):
    """What a function of a domain does; the value ends its name."""

    ANSWERS = ""
    REACTIONS = "reactions"
    PUBLICATIONS = "publisher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain and its resources, by environment variable; ``publishing`` are those of its publisher, if it has one."""

    name: str
    resources: Mapping[str, Resource]
    publishing: Mapping[str, Resource] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(found for found in self.resources.values() if isinstance(found, Table))

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        return tuple(found for found in self.resources.values() if isinstance(found, Bucket))

    @property
    def streams(self) -> tuple[Table, ...]:
        """The tables whose changes its reactions and its publisher receive; without any, it has no such functions."""
        return tuple(table for table in self.tables if table.stream)

    @property
    def cached(self) -> bool:
        """Whether it uses the Valkey, and so runs inside the network."""
        return cached(self.resources)

    def of(self, work: Work) -> Mapping[str, Resource]:
        """What the function that does the work may use."""
        return self.publishing if work is Work.PUBLICATIONS else self.resources


def discover() -> tuple[Domain, ...]:
    """Every ``resolvers/<domain>/settings.py``, by name."""
    names = sorted(room.name for room in iter_modules(resolvers.__path__) if room.ispkg and room.name[0] != "_")
    found = tuple(map(_declared, names))
    _refuse_shared(found)
    return found


def _declared(name: str) -> Domain:
    module = import_module(f"resolvers.{name}.settings")
    publishing = resources(module.Publishing) if hasattr(module, "Publishing") else {}
    return Domain(name=name, resources=resources(module.Settings), publishing=publishing)


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


def cached(resources: Mapping[str, Resource]) -> bool:
    return any(isinstance(found, Cache) for found in resources.values())


def function_name(domain: str, work: Work = Work.ANSWERS) -> str:
    """The deployed function: ``souk-catalog`` answers, ``souk-catalog-reactions`` reacts."""
    return f"souk-{domain}-{work.value}" if work.value else f"souk-{domain}"
