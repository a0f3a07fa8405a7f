"""Who may be asked for payments here: Stripe always, the simulator only where it is given an address to tell its news.

It has none in the cloud, so that in a shop that sells nobody can pay with it, or say that somebody has.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from datasources.dynamo.table import Table
from datasources.faults import ProviderAway
from datasources.psp import simulated, stripe
from datasources.psp.posting import Posting
from datasources.psp.simulator import Simulator
from domain.payments.provider import Forged, Provider

SIMULATOR_KEY: Final = "simulator"
STRIPE_KEY: Final = "stripe_key"
STRIPE_WEBHOOK_SECRET: Final = "stripe_webhook_secret"  # noqa: S105  # what it is called, not what it is
"""Keys of the one secret: the first is made with it, the others are added by people."""

type Door = Callable[[bytes, Mapping[str, str], datetime], Forged | None]
type Now = Callable[[], datetime]


class Keyring(Protocol):
    """Keys by their names, read when they are asked for."""

    def __getitem__(self, name: str) -> str:
        """Raises KeyError when there is none of this name."""


def key_of(keys: Keyring, name: str) -> Callable[[], str]:
    """Gives a key each time it is asked for. Without it the provider is as good as away: ProviderAway."""

    def found() -> str:
        try:
            return keys[name]
        except KeyError:
            raise ProviderAway("Secrets Manager", f"the payments' secret has no key named {name}") from None

    return found


def doors(keys: Keyring, *, simulator_url: str, now: Now) -> Mapping[str, Door]:
    """Who can be believed at the door, and how, by the provider's name; whose key is missing, is not."""
    found: dict[str, Door] = {stripe.NAME: _keyed(_stripe(keys, now).forged)}
    if simulator_url:
        found[simulated.NAME] = _keyed(partial(simulated.forged, key_of(keys, SIMULATOR_KEY)))
    return found


def _keyed(look: Door) -> Door:
    """Nobody is believed as long as there is no key to believe them by: else whoever finds the door rings an alarm."""

    def looked(body: bytes, headers: Mapping[str, str], now: datetime) -> Forged | None:
        try:
            return look(body, headers, now)
        except ProviderAway as missing:
            return Forged(why=str(missing))

    return looked


def providers(
    keys: Keyring, *, simulator_url: str, table: Table, now: Now, lost: Callable[[str], None]
) -> Mapping[str, Provider]:
    """Who moves money, by name; ``lost`` is told why news of the simulator did not arrive."""
    found: dict[str, Provider] = {stripe.NAME: _stripe(keys, now)}
    if simulator_url:
        found[simulated.NAME] = simulator(keys, simulator_url=simulator_url, table=table, now=now, lost=lost)
    return found


def simulator(keys: Keyring, *, simulator_url: str, table: Table, now: Now, lost: Callable[[str], None]) -> Simulator:
    """The one provider that has a page for buyers, below this address."""
    return Simulator(
        table,
        page=f"{simulator_url}/simulator",
        secret=key_of(keys, SIMULATOR_KEY),
        now=now,
        post=Posting(f"{simulator_url}/webhooks/{simulated.NAME}", lost=lost),
    )


def _stripe(keys: Keyring, now: Now) -> stripe.Stripe:
    return stripe.Stripe(key=key_of(keys, STRIPE_KEY), webhook_secret=key_of(keys, STRIPE_WEBHOOK_SECRET), now=now)
