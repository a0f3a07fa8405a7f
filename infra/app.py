"""The CDK app: two stacks, derived; synthesising reads nothing but this checkout."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk

from infra.domains import Domain
from infra.stacks.api import Api
from infra.stacks.data import Data
from schema.route import Access, Route

STACKS: Final = ("SoukData", "SoukApi")
"""In order of deployment."""


def build(*, routes: Mapping[str, Route], domains: Sequence[Domain], sdl: str, outdir: str) -> cdk.App:
    """Synthesises into ``outdir``; ``domains`` have been lent what they borrow.

    Raises ValueError if a route's domain has no settings, or a domain no route, and the same of what is published.
    """
    _refuse_strangers({route.domain for route in routes.values()}, {domain.name for domain in domains})
    _refuse_silence({route.domain for route in routes.values() if route.access is Access.PUBLISHER}, domains)
    app = cdk.App(analytics_reporting=False, outdir=outdir)
    Data(app, STACKS[0], domains=domains)
    Api(app, STACKS[1], routes=routes, domains=domains, sdl=sdl)
    return app


def _refuse_silence(published: set[str], domains: Sequence[Domain]) -> None:
    able = {domain.name for domain in domains if domain.publishing and domain.streams}
    wanted = published | {domain.name for domain in domains if domain.publishing}
    if wanted - able:
        raise ValueError(f"{sorted(wanted - able)} publish nothing: they need Publishing in settings.py, and a stream")
    if able - published:
        raise ValueError(f"{sorted(able - published)} have a publisher and nothing to publish: route a mutation to it")


def _refuse_strangers(routed: set[str], declared: set[str]) -> None:
    if routed - declared:
        raise ValueError(f"routes lead to {sorted(routed - declared)}: add resolvers/<domain>/settings.py")
    if declared - routed:
        raise ValueError(f"no route leads to {sorted(declared - routed)}: route a field to it in schema/")
