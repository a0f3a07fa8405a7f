"""The CDK app: two stacks, derived; synthesising reads nothing but this checkout."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk

from infra.domains import Domain, Work, cached, function_name
from infra.stacks.api import Api
from infra.stacks.data import Data
from resolvers._kit.settings import (
    Bucket,
    Bus,
    Declared,
    Graph,
    Inbox,
    Mail,
    Schedule,
    Secret,
    Subscription,
    Table,
    Triggers,
    Users,
)
from schema.route import Access, Route

OUTSIDE: Final = (Bus, Graph, Inbox, Mail, Secret, Users)
"""What is reached over the internet."""
STACKS: Final = ("SoukData", "SoukApi")
"""In order of deployment."""


def build(*, routes: Mapping[str, Route], domains: Sequence[Domain], sdl: str, outdir: str) -> cdk.App:
    """Synthesises into ``outdir``; ``domains`` have been lent what they borrow.

    Raises ValueError if a route's domain has no settings, or a domain no route, and the same of what is published.
    """
    _refuse_strangers({route.domain for route in routes.values()}, {domain.name for domain in domains})
    _refuse_silence({route.domain for route in routes.values() if route.access is Access.PUBLISHER}, domains)
    _refuse_misplaced(domains)
    _refuse_walled_in(domains)
    app = cdk.App(analytics_reporting=False, outdir=outdir)
    Data(app, STACKS[0], domains=domains)
    Api(app, STACKS[1], routes=routes, domains=domains, sdl=sdl)
    return app


def _refuse_silence(published: set[str], domains: Sequence[Domain]) -> None:
    able = {domain.name for domain in domains if domain.heard(Work.PUBLICATIONS)}
    wanted = published | {domain.name for domain in domains if domain.publishing}
    if wanted - able:
        raise ValueError(f"{sorted(wanted - able)} publish nothing: they need Publishing in settings.py, and a stream")
    if able - published:
        raise ValueError(f"{sorted(able - published)} have a publisher and nothing to publish: route a mutation to it")
    if untold := [domain.name for domain in domains if _told_only(domain) - set(domain.heard(Work.PUBLICATIONS))]:
        raise ValueError(f"{untold} have a table that is told_only and told nobody: it needs a stream, and Publishing")


def _refuse_misplaced(domains: Sequence[Domain]) -> None:
    """What nobody would make, or take from, where it is declared."""
    for domain in domains:
        homes = [(variable, _home(domain, found)) for variable, found in domain.declared]
        if lost := sorted({variable for variable, home in homes if home is not None and variable not in home}):
            raise ValueError(
                f"{domain.name} declares {lost} in a class that cannot hold it: tables and buckets belong into "
                "Settings, an inbox into Receiving, triggers into Triggered, schedules and subscriptions into Reacting "
                "where there is one"
            )
        if domain.receiving and not domain.inboxes:
            raise ValueError(f"{domain.name} has Receiving without an inbox: nobody would send it anything")
        if domain.triggered and not domain.moments:
            raise ValueError(f"{domain.name} has Triggered without a moment: the user pool would never turn to it")


def _home(domain: Domain, found: Declared) -> Mapping[str, Declared] | None:
    """The one class for what cannot stand in each."""
    match found:
        case Table() | Bucket():
            return domain.resources
        case Inbox():
            return domain.receiving
        case Triggers():
            return domain.triggered
        case Schedule() | Subscription():
            return domain.reacting or domain.resources
    return None


def _refuse_walled_in(domains: Sequence[Domain]) -> None:
    """The network of the cache leads to tables and buckets alone (docs/decisions/0006)."""
    for name, declared in ((function_name(each.name, work), each.of(work)) for each in domains for work in each.works):
        outside = sorted(variable for variable, found in declared.items() if isinstance(found, OUTSIDE))
        if outside and cached(declared):
            raise ValueError(f"{name} uses the cache, whose network leads to no {outside}")


def _told_only(domain: Domain) -> set[Table]:
    return {table for table in domain.tables if table.told_only}


def _refuse_strangers(routed: set[str], declared: set[str]) -> None:
    if routed - declared:
        raise ValueError(f"routes lead to {sorted(routed - declared)}: add resolvers/<domain>/settings.py")
    if declared - routed:
        raise ValueError(f"no route leads to {sorted(declared - routed)}: route a field to it in schema/")
