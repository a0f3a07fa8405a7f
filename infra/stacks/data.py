"""SoukData: everything that holds state, and the network that the cache needs."""

from collections.abc import Sequence

import aws_cdk as cdk
from constructs import Construct

from infra.constructs.buckets import Buckets
from infra.constructs.bus import Bus
from infra.constructs.cache import Cache
from infra.constructs.mail import Mail
from infra.constructs.network import Network
from infra.constructs.parameters import Parameters
from infra.constructs.secrets import Secrets
from infra.constructs.tables import Tables
from infra.constructs.users import Users
from infra.domains import Domain


class Data(cdk.Stack):
    """Its outputs are the parameters of SoukApi, by name."""

    def __init__(self, scope: Construct, name: str, *, domains: Sequence[Domain]) -> None:
        super().__init__(
            scope,
            name,
            description="Souk: what the shop remembers.",
            synthesizer=cdk.BootstraplessSynthesizer(),
            analytics_reporting=False,
        )
        Tables(self, domains=domains)
        Buckets(self, domains=domains)
        Users(self, domains=domains)
        Secrets(self, domains=domains)
        if any(domain.writes_letters for domain in domains):
            Mail(self, parameters=Parameters(self))
        if any(domain.on_bus for domain in domains):
            Bus(self)
        if any(domain.cached for domain in domains):
            Cache(self, network=Network(self, domains=domains))
