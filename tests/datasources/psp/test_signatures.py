"""Webhooks that are forged, old, replayed late or too large are refused, by the bytes that came."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasources.psp.signatures import LARGEST_BODY, LONGEST_HEADER, TOLERANCE, forged, signed
from tests.datasources.psp.making import SECRET
from tests.domain.payments.making import NOW

BODY = b'{"id": "evt_1", "amount": 1000}'
HEADER = signed(SECRET, BODY, NOW)
MOMENT, SIGNATURE = HEADER.split(",")


@given(st.binary(max_size=500), st.text(min_size=1, max_size=40))
def test_what_is_signed_is_believed(body: bytes, secret: str) -> None:
    assert forged(secret, signed(secret, body, NOW), body, NOW) is None


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_no_byte_of_a_body_can_be_another(place: int, change: int) -> None:
    body = bytes(byte ^ change if number == place else byte for number, byte in enumerate(BODY))
    assert forged(SECRET, HEADER, body, NOW) is not None


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_it_may_be_as_old_as_the_tolerance(seconds: int) -> None:
    assert forged(SECRET, HEADER, BODY, NOW + timedelta(seconds=seconds)) is None


@pytest.mark.parametrize("late", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
def test_a_webhook_of_another_time_is_refused(late: timedelta) -> None:
    assert forged(SECRET, HEADER, BODY, NOW + late) is not None


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        MOMENT,
        SIGNATURE,
        f"t=,{SIGNATURE}",
        f"t=x,{SIGNATURE}",
        f"t=-1,{SIGNATURE}",
        f"t=1e9,{SIGNATURE}",
        f"t={'9' * 400},{SIGNATURE}",
        f"t=١٢,{SIGNATURE}",
        f"{MOMENT},{MOMENT},{SIGNATURE}",
        f"t={int(NOW.timestamp()) + 1},{SIGNATURE}",
        f"{MOMENT},v0={SIGNATURE.partition('=')[2]}",
        f"{MOMENT},v1=",
        f"{MOMENT},{SIGNATURE[:-1]}",
        f"{MOMENT},{SIGNATURE.upper()}",
        f"{MOMENT},v1=é",
        f"{HEADER},{'x' * LONGEST_HEADER}",
        signed("another secret", BODY, NOW),
        signed(SECRET, BODY + b" ", NOW),
    ],
)
def test_a_forged_header_is_refused(header: str | None) -> None:
    assert forged(SECRET, header, BODY, NOW) is not None


def test_one_of_several_signatures_is_enough_while_a_secret_is_exchanged() -> None:
    other = signed("the new secret", BODY, NOW).partition(",")[2]
    assert forged(SECRET, f"{MOMENT},{other},{SIGNATURE}", BODY, NOW) is None


def test_a_huge_body_is_not_even_looked_at() -> None:
    body = b"x" * (LARGEST_BODY + 1)
    assert forged(SECRET, signed(SECRET, body, NOW), body, NOW) is not None
