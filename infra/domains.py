"""Which domains there are and what each needs: found in the resolvers' rooms, listed nowhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from msgspec import structs

import resolvers
from resolvers._kit.settings import (
    Borrowed,
    BorrowedBucket,
    Bucket,
    Bus,
    Cache,
    Declared,
    Inbox,
    Mail,
    Resource,
    Schedule,
    Secret,
    Subscription,
    Table,
    Triggers,
    resources,
)


class Work(Enum):
    """What a function of a domain does; the value ends its name."""

    ANSWERS = ""
    REACTIONS = "reactions"
    PUBLICATIONS = "publisher"
    RECEIPTS = "webhooks"
    TRIGGERS = "triggers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain and what it declares, by environment variable.

    ``publishing`` is its publisher's, if it has one, ``receiving`` its webhooks', ``triggered`` its triggers', and
    ``reacting`` its reactions', if these need other things than the answers. ``lent`` are the tables and buckets that
    it borrows, as their owners declare them.
    """

    name: str
    resources: Mapping[str, Declared]
    publishing: Mapping[str, Declared] = field(default_factory=dict)
    receiving: Mapping[str, Declared] = field(default_factory=dict)
    reacting: Mapping[str, Declared] = field(default_factory=dict)
    triggered: Mapping[str, Declared] = field(default_factory=dict)
    lent: Mapping[str, Table | Bucket] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(found for found in self.resources.values() if isinstance(found, Table))

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        return tuple(found for found in self.resources.values() if isinstance(found, Bucket))

    @property
    def sent_to(self) -> tuple[Bucket, ...]:
        """The buckets that people send files to, which its reactions are told of."""
        return tuple(bucket for bucket in self.buckets if bucket.sent_to is not None)

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """When its reactions are invoked though nothing changed, by variable."""
        return {name: found for name, found in self._reactions.items() if isinstance(found, Schedule)}

    @property
    def inboxes(self) -> tuple[Inbox, ...]:
        return tuple(found for found in self.receiving.values() if isinstance(found, Inbox))

    @property
    def moments(self) -> tuple[str, ...]:
        """When in a user's life the user pool turns to it."""
        return tuple(one for found in self.triggered.values() if isinstance(found, Triggers) for one in found.moments)

    @property
    def subscriptions(self) -> Mapping[str, Subscription]:
        """What of the bus its reactions are told of, by variable."""
        return {name: found for name, found in self._reactions.items() if isinstance(found, Subscription)}

    @property
    def works(self) -> tuple[Work, ...]:
        """What functions it has: one that answers, and those that have something to hear of."""
        reacts = self.heard(Work.REACTIONS) or self.schedules or self.inboxes or self.subscriptions or self.sent_to
        return (
            Work.ANSWERS,
            *[Work.REACTIONS] * bool(reacts),
            *[Work.PUBLICATIONS] * bool(self.heard(Work.PUBLICATIONS)),
            *[Work.RECEIPTS] * bool(self.inboxes),
            *[Work.TRIGGERS] * bool(self.moments),
        )

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return tuple({found: None for _, found in self.declared if isinstance(found, Secret)})

    @property
    def on_bus(self) -> bool:
        """Whether it tells the bus anything, or is told by it."""
        return any(isinstance(found, Bus | Subscription) for _, found in self.declared)

    @property
    def writes_letters(self) -> bool:
        return any(isinstance(found, Mail) for _, found in self.declared)

    @property
    def declared(self) -> Iterator[tuple[str, Declared]]:
        """What any of its functions declares, by variable; two functions may declare the same."""
        for of in (self.resources, self.publishing, self.receiving, self.reacting, self.triggered):
            yield from of.items()

    @property
    def _reactions(self) -> Mapping[str, Declared]:
        return self.reacting or self.resources

    def heard(self, work: Work) -> tuple[Table, ...]:
        """The tables whose changes go to the function that does the work."""
        streams = tuple(table for table in self.tables if table.stream)
        match work:
            case Work.REACTIONS:
                return tuple(table for table in streams if not table.told_only)
            case Work.PUBLICATIONS if self.publishing:
                return streams
        return ()

    @property
    def cached(self) -> bool:
        """Whether any of its functions uses the Valkey, and so runs inside the network."""
        return any(cached(self.of(work)) for work in self.works)

    def of(self, work: Work) -> Mapping[str, Resource]:
        """What the function that does the work may use."""
        of = {
            Work.PUBLICATIONS: self.publishing,
            Work.RECEIPTS: self.receiving,
            Work.REACTIONS: self._reactions,
            Work.TRIGGERS: self.triggered,
        }
        declared = of.get(work, self.resources)
        return {
            variable: structs.replace(self.lent[variable], write=each.write)
            if isinstance(each, Borrowed | BorrowedBucket)
            else each
            for variable, each in declared.items()
        }


def discover() -> tuple[Domain, ...]:
    """Every ``resolvers/<domain>/settings.py``, by name."""
    names = sorted(room.name for room in iter_modules(resolvers.__path__) if room.ispkg and room.name[0] != "_")
    found = tuple(map(_declared, names))
    _refuse_shared(found)
    return lend(found)


def _declared(name: str) -> Domain:
    module = import_module(f"resolvers.{name}.settings")
    return Domain(
        name=name,
        resources=resources(module.Settings),
        publishing=_of_class(module, "Publishing"),
        receiving=_of_class(module, "Receiving"),
        reacting=_of_class(module, "Reacting"),
        triggered=_of_class(module, "Triggered"),
    )


def _of_class(module: ModuleType, name: str) -> Mapping[str, Declared]:
    """What a class declares that a domain need not have."""
    return resources(getattr(module, name)) if hasattr(module, name) else {}


def _refuse_shared(domains: Iterable[Domain]) -> None:
    owners: dict[str, str] = {}
    for domain in domains:
        webhooks = [f"POST /webhooks/{provider}" for inbox in domain.inboxes for provider in inbox.providers]
        own: tuple[Owned, ...] = (
            *domain.tables, *domain.buckets, *domain.inboxes, *domain.subscriptions.values(), *domain.secrets
        )  # fmt: skip
        moments = [f"the user pool's {moment}" for moment in domain.moments]
        for name in (*map(logical, own), *webhooks, *moments):
            if name in owners:
                raise ValueError(f"{domain.name} and {owners[name]} both declare {name}: a resource has one owner")
            owners[name] = domain.name


type Owners = Mapping[tuple[type[Table | Bucket], str], tuple[str, Table | Bucket]]
"""By kind and name, the variable in which its owner has it, and what it is."""


def lend(domains: Sequence[Domain]) -> tuple[Domain, ...]:
    """The domains with their owners' declarations behind the tables and buckets that they borrow.

    Raises ValueError if nobody owns such a one, or if its owner has it in another variable: tests and the laptop give
    all domains one environment.
    """
    owners: Owners = {
        (type(declared), declared.name): (variable, declared)
        for domain in domains
        for variable, declared in domain.resources.items()
        if isinstance(declared, Table | Bucket)
    }
    return tuple(replace(domain, lent=dict(_lent(domain, owners))) for domain in domains)


def _lent(domain: Domain, owners: Owners) -> Iterator[tuple[str, Table | Bucket]]:
    for variable, wish in domain.declared:
        match wish:
            case Borrowed(table=name):
                kind: type[Table | Bucket] = Table
            case BorrowedBucket(bucket=name):
                kind = Bucket
            case _:
                continue
        what = f"{domain.name} borrows the {kind.__name__.lower()} {name!r}"
        if (kind, name) not in owners:
            raise ValueError(f"{what}, which no domain declares")
        owned_as, owned = owners[kind, name]
        if variable != owned_as:
            raise ValueError(f"{what} as {variable}: its owner calls it {owned_as}")
        yield variable, owned


type Owned = Table | Bucket | Inbox | Subscription | Secret
"""What has a name, and one owner."""


def logical(resource: Owned) -> str:
    """The resource's id in the templates: ``CatalogTable``, ``SearchBucket``."""
    return f"{pascal(resource.name)}{type(resource).__name__}"


def pascal(name: str) -> str:
    """``order_lines`` or ``order-lines`` as ``OrderLines``."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))


def cached(resources: Mapping[str, Declared]) -> bool:
    return any(isinstance(found, Cache) for found in resources.values())


def function_name(domain: str, work: Work = Work.ANSWERS) -> str:
    """The deployed function: ``souk-catalog`` answers, ``souk-catalog-reactions`` reacts."""
    return f"souk-{domain}-{work.value}" if work.value else f"souk-{domain}"


def told_as(secret: Secret) -> str:
    """The output, and the parameter, that holds a secret's ARN: by another word, since an ARN is none."""
    return f"{pascal(secret.name)}KeysArn"
