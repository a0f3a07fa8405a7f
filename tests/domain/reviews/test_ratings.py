"""A rating counted from what is told of reviews equals a recount, however often and in whatever order it is told."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import ReviewId
from domain.reviews.ratings import Counted, KeptRating, RatingSummary, changed, folded, recount
from tests.domain.reviews.making import PRODUCT, STEPS, lived, published, review

NOTHING = KeptRating(product_id=PRODUCT)
HISTOGRAMS = st.tuples(*[st.integers(0, 10**6)] * 5)


@given(STEPS)
def test_what_is_told_in_order_counts_as_a_recount_does_after_every_step(steps: list[tuple[int, str, int]]) -> None:
    for length in range(len(steps) + 1):
        told, there = lived(steps[:length])
        assert folded(NOTHING, {}, told)[0].rating == recount(there.values())


@given(STEPS, st.data())
def test_a_stream_that_repeats_itself_counts_each_once(steps: list[tuple[int, str, int]], data: Any) -> None:
    """At least once delivery: what failed is told again from there on, again and again."""
    told, there = lived(steps)
    heard, at = [], 0
    for end in data.draw(st.lists(st.integers(0, len(told)), max_size=6)):
        heard += told[at:end]
        at = data.draw(st.integers(0, max(at, end)))
    heard += told[at:]
    kept, _ = folded(NOTHING, {}, heard)
    assert kept.rating == recount(there.values())
    once, _ = folded(NOTHING, {}, told)
    assert kept == once, "repeats make no change, so that the seqs are the same too"


@given(STEPS, st.data())
def test_in_the_end_the_order_does_not_matter_either(steps: list[tuple[int, str, int]], data: Any) -> None:
    told, there = lived(steps)
    again = data.draw(st.lists(st.sampled_from(told))) if told else []
    heard = data.draw(st.permutations([*told, *again]))
    assert folded(NOTHING, {}, heard)[0].rating == recount(there.values())


@given(STEPS)
def test_changes_have_a_seq_without_gaps_and_none_for_what_nobody_could_read(steps: list[tuple[int, str, int]]) -> None:
    told, _ = lived(steps)
    kept, seqs, could = NOTHING, list[int](), dict[str, bool]()
    counts: Mapping[ReviewId, Counted] = {}
    for seen in told:
        before = kept
        kept, counts = folded(kept, counts, [seen])
        assert (kept.seq > before.seq) is (could.get(seen.review_id, False) or seen.review is not None)
        could[seen.review_id] = seen.review is not None
        if kept.seq > before.seq:
            assert kept.last is not None
            seqs.append(kept.last.seq)
            assert (kept.last.rating, kept.last.shown, kept.review) == (kept.rating, bool(seen.review), seen.review)
    assert seqs == list(range(1, len(seqs) + 1))


@given(HISTOGRAMS)
def test_the_average_is_exact_and_read_to_two_places(histogram: tuple[int, int, int, int, int]) -> None:
    rating = RatingSummary(histogram=histogram)
    if not rating.count:
        assert (rating.average, rating.average_text) == (None, None)
        return
    exact = Fraction(sum(n * many for n, many in enumerate(histogram, 1)), sum(histogram))
    assert rating.average == exact
    assert rating.average_text is not None
    assert abs(Fraction(rating.average_text) - exact) <= Fraction(1, 200)
    assert 1 <= Fraction(rating.average_text) <= 5


@pytest.mark.parametrize(
    ("histogram", "text"),
    [((0, 0, 0, 0, 1), "5.00"), ((0, 0, 0, 1, 2), "4.67"), ((1, 7, 0, 0, 0), "1.88"), ((200, 1, 0, 0, 0), "1.00")],
)
def test_an_average_of_two_equally_near_ones_is_the_greater(histogram: Any, text: str) -> None:
    assert RatingSummary(histogram=histogram).average_text == text


@given(HISTOGRAMS, st.sampled_from([None, 1, 2, 3, 4, 5]), st.sampled_from([None, 1, 2, 3, 4, 5]))
def test_what_is_taken_back_leaves_no_trace(histogram: Any, old: int | None, new: int | None) -> None:
    rating = RatingSummary(histogram=histogram)
    assert changed(changed(rating, old, new), new, old) == rating
    assert changed(rating, old, new).count - rating.count == (new is not None) - (old is not None)


def test_only_what_is_published_counts() -> None:
    assert recount([published(1, rating=5), published(2, rating=1), review(3, rating=3)]).histogram == (1, 0, 0, 0, 1)
