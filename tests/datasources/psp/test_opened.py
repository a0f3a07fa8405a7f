"""Who is believed at the door of the webhooks: nobody whose key there is not."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from datasources.faults import StoreUnavailable
from datasources.psp import signatures, simulated, stripe
from datasources.psp.opened import SIMULATOR_KEY, STRIPE_WEBHOOK_SECRET, doors
from domain.payments.provider import Forged

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def look(keys: Mapping[str, str], provider: str) -> Forged | None:
    header, key = {
        stripe.NAME: (stripe.HEADER, STRIPE_WEBHOOK_SECRET),
        simulated.NAME: (simulated.HEADER, SIMULATOR_KEY),
    }[provider]
    body = b"{}"
    signed = {header: signatures.signed(keys.get(key, "guessed"), body, NOW)}
    return doors(keys, simulator_url="http://here", now=lambda: NOW)[provider](body, signed, NOW)


@pytest.mark.parametrize("provider", [stripe.NAME, simulated.NAME])
def test_without_its_key_a_provider_is_refused_and_it_is_no_fault(provider: str) -> None:
    refused = look({}, provider)
    assert isinstance(refused, Forged)
    assert "has no key named" in refused.why


def test_keys_that_cannot_be_read_are_a_fault_so_that_it_is_sent_again() -> None:
    class Away(dict[str, str]):
        def __getitem__(self, name: str) -> str:
            raise StoreUnavailable("Secrets Manager", name)

    with pytest.raises(StoreUnavailable):
        look(Away(), stripe.NAME)
