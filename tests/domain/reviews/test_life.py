"""A review's life: what leads where, and what is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given

from domain.errors import ConflictError, ErrorCode, IllegalTransitionError, InputError
from domain.ids import MediaId
from domain.reviews import life
from domain.reviews.drafts import (
    LONGEST_AUTHOR,
    LONGEST_BODY,
    LONGEST_REPLY,
    LONGEST_TITLE,
    MOST_PICTURES,
    Known,
    ReviewDraft,
)
from domain.reviews.life import NOT_PURCHASED, RULES, ReviewAction, allowed_actions
from domain.reviews.reviews import Review, ReviewStatus, Withdrawn
from tests.domain.reviews.making import (
    ADA,
    BEN,
    BUYER,
    NOON,
    PICTURES,
    PRODUCT,
    SHOWN,
    STEPS,
    draft,
    edited,
    lived,
    moderated,
    published,
    review,
)

PENDING, PUBLISHED, REJECTED = ReviewStatus


def at(status: ReviewStatus) -> Review:
    return review() if status is PENDING else moderated(review(), status)


def found(asked: ReviewDraft, known: Known = BUYER) -> list[tuple[str, tuple[str, ...] | None]]:
    """What is wrong with a draft, and where; the same for a new review and for an edit."""
    errors = life.submit(asked, known, ADA, PRODUCT, new_id=review().id, now=NOON)
    assert not isinstance(errors, Review)
    again = life.edit(review(), asked, known, NOON)
    assert not isinstance(again, Review)
    expected = tuple(one for one in errors if isinstance(one, InputError))
    assert again == expected
    return [(one.code.value, one.field) for one in expected]


def test_what_a_buyer_says_waits_to_be_read_by_the_shop() -> None:
    one = review(rating=5, title="  Fine ", body="First.\r\nSecond.\rThird.\u2028\tFourth. ", media_ids=PICTURES[:2])
    assert (one.status, one.version, one.helpful, one.reply, one.verified_purchase) == (PENDING, 1, 0, None, True)
    assert (one.title, one.body, one.media) == ("Fine", "First.\nSecond.\nThird.\n\tFourth.", SHOWN[:2])
    assert (review(title=" ", body="\n").title, review(body=None).body) == (None, None)


@pytest.mark.parametrize("rating", [0, 6, -1, 10**30])
def test_one_to_five_stars(rating: int) -> None:
    assert found(draft(rating=rating)) == [("INVALID", ("input", "rating"))]


@pytest.mark.parametrize(("name", "longest", "lines"), [("title", LONGEST_TITLE, False), ("body", LONGEST_BODY, True)])
def test_texts_are_of_a_length_and_can_be_read(name: str, longest: int, lines: bool) -> None:
    assert isinstance(life.edit(review(), draft(**{name: "x" * longest}), BUYER, NOON), Review)
    assert isinstance(life.edit(review(), draft(**{name: " naïve 👩‍👧 שלום " * 3}), BUYER, NOON), Review)
    bad = ["x" * (longest + 1), "a\x00b", "a\x1bb", "a\x7fb", "a\x9fb", "a\ud800b", "a\u202eb", "a\u2066b"]
    for text in [*bad, *([] if lines else ["a\nb", "a\tb", "a\u2028b"])]:
        assert found(draft(**{name: text})) == [("INVALID", ("input", name))], ascii(text[:5])


def test_it_is_read_with_a_name() -> None:
    assert found(draft(), Known(author="  ", bought=True)) == [("REQUIRED", ("input", "author"))]
    for text in ("x" * (LONGEST_AUTHOR + 1), "A\nB", "A\u202eB"):
        assert found(draft(), Known(author=text, bought=True)) == [("INVALID", ("input", "author"))]


def test_pictures_are_few_and_ones_own() -> None:
    assert found(draft(media_ids=PICTURES[: MOST_PICTURES + 1])) == [("INVALID", ("input", "mediaIds"))]
    assert found(draft(media_ids=PICTURES[:1] * 2)) == [("DUPLICATE", ("input", "mediaIds"))]
    asked = draft(media_ids=(PICTURES[0], MediaId("media_" + "z" * 26)))
    assert found(asked) == [("NOT_FOUND", ("input", "mediaIds", "1"))]
    waits = InputError(code=ErrorCode.INVALID, message="it is not READY yet")
    unready = Known(author="Ada L.", bought=True, pictures={PICTURES[0]: SHOWN[0], PICTURES[1]: waits})
    assert found(draft(media_ids=PICTURES[:2]), unready) == [("INVALID", ("input", "mediaIds", "1"))]
    backwards = PICTURES[:MOST_PICTURES][::-1]
    assert review(media_ids=backwards).media == SHOWN[:MOST_PICTURES][::-1], "in the order of the draft"


def test_pictures_stay_unless_an_edit_says_which() -> None:
    one = review(media_ids=PICTURES[:2])
    assert edited(one, rating=1).media == one.media
    assert edited(one, rating=1, media_ids=()).media == ()
    assert edited(one, media_ids=PICTURES[1:3]).media == SHOWN[1:3]
    assert edited(one, media_ids=PICTURES[:2]) == one, "the same again is no change"
    assert edited(one, media_ids=PICTURES[1::-1]).version == 2, "another order is another version"


def test_all_that_is_wrong_is_told_at_once() -> None:
    asked = draft(rating=0, title="a\nb", body="\x00", media_ids=PICTURES[:1] * 2)
    errors = life.submit(asked, Known(author="", bought=False), ADA, PRODUCT, new_id=review().id, now=NOON)
    assert isinstance(errors, tuple)
    assert errors[0] == NOT_PURCHASED
    assert len(errors) == 8


def test_who_has_not_bought_a_product_has_no_say() -> None:
    stranger = Known(author="Mallory", bought=False)
    assert life.submit(draft(), stranger, ADA, PRODUCT, new_id=review().id, now=NOON) == (NOT_PURCHASED,)
    assert isinstance(life.edit(review(), draft(rating=1), stranger, NOON), Review), "asked when it was submitted"


@pytest.mark.parametrize("status", ReviewStatus)
@pytest.mark.parametrize("action", [one for one in ReviewAction if one is not ReviewAction.SUBMIT])
def test_every_action_leads_where_the_table_says_or_nowhere(status: ReviewStatus, action: ReviewAction) -> None:
    one = at(status)
    acts: dict[ReviewAction, Callable[[], object]] = {
        ReviewAction.EDIT: lambda: life.edit(one, draft(rating=1), BUYER, NOON),
        ReviewAction.PUBLISH: lambda: life.moderate(one, PUBLISHED, NOON),
        ReviewAction.REJECT: lambda: life.moderate(one, REJECTED, NOON),
        ReviewAction.REPLY: lambda: life.moderate(one, status, NOON, reply="Thanks."),
        ReviewAction.MARK: lambda: life.unmarkable(one, BEN) or one,
        ReviewAction.WITHDRAW: lambda: life.withdraw(one, NOON),
    }
    leads, became = RULES[action], acts[action]()
    assert (action in allowed_actions(status)) is (status in leads)
    if status not in leads:
        assert became == one or isinstance(became, tuple)
    elif leads[status] is None:
        assert isinstance(became, Withdrawn)
        assert (became.id, became.version) == (one.id, one.version + 1)
    else:
        assert isinstance(became, Review)
        assert became.status is leads[status]
        assert became.version == one.version + (action is not ReviewAction.MARK)


def test_there_is_one_way_to_begin() -> None:
    assert allowed_actions(None) == (ReviewAction.SUBMIT,)
    assert not any(None in leads for action, leads in RULES.items() if action is not ReviewAction.SUBMIT)


def test_the_shop_puts_nothing_back() -> None:
    refused = life.moderate(published(), PENDING, NOON)
    assert isinstance(refused, tuple)
    assert isinstance(refused[0], IllegalTransitionError)
    assert refused[0].allowed == ("EDIT", "REJECT", "REPLY", "MARK", "WITHDRAW")


def test_what_is_said_again_changes_nothing() -> None:
    one = published()
    assert edited(one) is one
    assert moderated(one, PUBLISHED) is one
    replied = moderated(one, PUBLISHED, reply=" Thanks. ")
    assert replied.reply == "Thanks."
    assert moderated(replied, PUBLISHED, reply="Thanks.") is replied
    assert moderated(replied, REJECTED).reply == "Thanks."
    assert moderated(replied, PUBLISHED, reply=" ").reply is None


def test_an_edit_keeps_votes_and_reply_and_is_read_anew() -> None:
    replied = moderated(published(), PUBLISHED, reply="Thanks.")
    changed = edited(replied, rating=1)
    assert (changed.status, changed.reply, changed.created_at) == (PENDING, "Thanks.", replied.created_at)


def test_the_shop_publishes_only_what_it_has_read() -> None:
    one = edited(review(), rating=1)
    refused = life.moderate(one, PUBLISHED, NOON, seen=1)
    assert isinstance(refused, tuple)
    assert isinstance(refused[0], ConflictError)
    assert refused[0].current_version == 2
    assert moderated(one, PUBLISHED, seen=2).status is PUBLISHED


@pytest.mark.parametrize("text", ["x" * (LONGEST_REPLY + 1), "\x00", "\ud800", "\u202e"])
def test_a_reply_is_held_to_what_a_review_is(text: str) -> None:
    refused = life.moderate(review(), PUBLISHED, NOON, reply=text)
    assert isinstance(refused, tuple)
    assert [(one.field, getattr(one, "code", None)) for one in refused] == [(("reply",), ErrorCode.INVALID)]


def test_only_what_all_can_read_is_replied_to() -> None:
    assert isinstance(life.moderate(review(), REJECTED, NOON, reply="No."), tuple)
    assert moderated(review(), PUBLISHED, reply="Thanks.").reply == "Thanks."


def test_nobody_votes_for_themselves() -> None:
    (error,) = life.unmarkable(published(), ADA)
    assert isinstance(error, InputError)
    assert life.unmarkable(published(), BEN) == ()


def test_who_may_read_what() -> None:
    for status in ReviewStatus:
        one = at(status)
        assert life.readable(one, ADA)
        assert life.readable(one, None, staff=True)
        assert life.readable(one, BEN) is life.readable(one, None) is (status is PUBLISHED)


@given(STEPS)
def test_whatever_is_done_versions_have_no_gaps(steps: list[tuple[int, str, int]]) -> None:
    told, _ = lived(steps)
    for review_id in {one.review_id for one in told}:
        versions = [one.version for one in told if one.review_id == review_id]
        assert versions == list(range(1, len(versions) + 1))
