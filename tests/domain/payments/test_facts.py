"""News of a payment say the same in any order, however late and however often they come."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import CurrencyCode, MixedCurrencies, Money
from domain.payments.facts import Attempt, Refunded, Seen, joined
from tests.domain.payments.making import NOW, operation_id, seen, usd

AMOUNTS = st.integers(0, 3).map(usd)
REFUNDS = st.builds(
    Refunded, reference=st.sampled_from("abc"), amount=st.just(usd(1)), operation=st.none(), failed=st.booleans()
)
ACCOUNTS = st.builds(
    Seen,
    at=st.integers(0, 2).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    attempt=st.sampled_from(Attempt),
    next_action_url=st.sampled_from([None, "https://bank.example"]),
    decline_code=st.sampled_from([None, "no"]),
    authorized=AMOUNTS,
    captured=AMOUNTS,
    voided=st.booleans(),
    refunds=st.lists(REFUNDS, max_size=3, unique_by=lambda one: one.reference).map(
        lambda found: tuple(sorted(found, key=lambda one: one.reference))
    ),
)


@given(ACCOUNTS, ACCOUNTS, ACCOUNTS)
def test_accounts_join_in_any_order_and_any_number_of_times(a: Seen, b: Seen, c: Seen) -> None:
    assert joined(a, b) == joined(b, a)
    assert joined(joined(a, b), c) == joined(a, joined(b, c))
    assert joined(a, a) == a
    assert joined(joined(a, b), a) == joined(a, b)


def test_old_news_undo_nothing() -> None:
    refund = Refunded(reference="re", amount=usd(300), operation=operation_id())
    newest = seen(1000, 800, refund, seconds=5)
    for old in (seen(), seen(1000), seen(1000, 800), seen(1000, 800, refund, seconds=4)):
        assert joined(newest, old) == joined(old, newest) == newest


def test_a_refund_that_failed_stays_failed_and_is_no_refund() -> None:
    refund = Refunded(reference="re", amount=usd(300))
    failed = Refunded(reference="re", amount=usd(300), failed=True)
    both = joined(seen(1000, 1000, failed), seen(1000, 1000, refund, seconds=9))
    assert both.refunds == (failed,)
    assert both.refunded == usd(0)


def test_of_attempts_the_later_counts_and_of_one_moment_the_further() -> None:
    declined = Seen(at=NOW, attempt=Attempt.DECLINED, decline_code="no", authorized=usd(0), captured=usd(0))
    asked = Seen(at=NOW, attempt=Attempt.ACTION_REQUIRED, authorized=usd(0), captured=usd(0))
    assert joined(asked, declined) == declined
    again = Seen(at=NOW + timedelta(seconds=1), authorized=usd(0), captured=usd(0))
    assert joined(declined, again) == again


def test_accounts_of_two_currencies_are_not_of_one_payment() -> None:
    euros = Money(1, CurrencyCode.EUR)
    with pytest.raises(MixedCurrencies):
        joined(seen(1), Seen(at=NOW, authorized=euros, captured=euros))
