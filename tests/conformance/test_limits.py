"""AppSync's limits on one request, and those that the conformance API sets itself."""

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.errors import brief, refusal, refused
from tests.conformance.points import DOC, INFER, UNKNOWN, point
from tests.conformance.record import Compare
from tests.conformance.template import DEPTH_LIMIT, RESOLVER_LIMIT


def nested(levels: int) -> tuple[str, object]:
    """A selection and a value whose leaf is ``levels`` fields deep, counted from the root."""
    inner = levels - 2
    value: object = {"name": "leaf"}
    for _ in range(inner):
        value = {"child": value}
    return "node { " + "child { " * inner + "name" + " }" * inner + " }", value


def leaf(body: dict[str, object]) -> object:
    found: object = body["data"]
    while isinstance(found, dict):
        found = next(iter(found.values()))
    return found


@point("1.5", DOC)
def test_a_leaf_at_the_depth_limit_is_answered(api: Endpoint, same: Compare) -> None:
    same(leaf(api.given(*nested(DEPTH_LIMIT))), "leaf")


@point("1.5", DOC)
def test_a_field_below_the_depth_limit_is_null_with_an_error(api: Endpoint, same: Compare) -> None:
    body = api.given(*nested(DEPTH_LIMIT + 1))
    same((leaf(body), [kind for kind, _ in brief(body)]), (None, ["QueryDepthLimitReached"]))


@point("1.5", UNKNOWN)
def test_the_depth_limit_is_told_in_these_words(api: Endpoint, same: Compare) -> None:
    same(brief(api.given(*nested(DEPTH_LIMIT + 1))), [("QueryDepthLimitReached", "Query depth limit reached.")])


@point("1.5", DOC)
def test_resolvers_above_the_limit_do_not_run_and_the_rest_is_answered(api: Endpoint, same: Compare) -> None:
    body = api.given("nodes { part }", [{"part": [{"data": 1}]}] * (RESOLVER_LIMIT + 4))
    answered = sum(node["part"] is not None for node in body["data"]["nodes"])
    same((answered, {kind for kind, _ in brief(body)}), (RESOLVER_LIMIT - 1, {"ResolverExecutionLimitReached"}))


@point("7", UNKNOWN)
def test_a_document_of_more_than_15000_tokens_is_refused_with_status_400(api: Endpoint, same: Compare) -> None:
    same(
        refusal(api.post("{" + "keyed " * 14_999 + "}")),
        refused(400, "BadRequestException", "Maximum char length exceeded"),
    )


@point("7", DOC)
def test_a_document_of_15000_tokens_is_answered(api: Endpoint, same: Compare) -> None:
    same(api.ask("{" + "keyed " * 14_998 + "}"), {"data": {"keyed": "reached"}})


@pytest.mark.parametrize(("length", "fits"), [(5_000_000, True), (5_300_000, False)])
@point("7", INFER)
def test_the_answer_of_a_resolver_has_at_most_5_mb(api: Endpoint, same: Compare, length: int, fits: bool) -> None:
    body = api.ask("query($n: Int!) { text(length: $n) }", {"n": length})
    same((len(body["data"]["text"] or ""), "errors" in body), (length if fits else 0, not fits))


@point("7", UNKNOWN)
def test_the_answer_of_a_resolver_above_5_mb_is_told_so(api: Endpoint, same: Compare) -> None:
    body = api.ask("query($n: Int!) { text(length: $n) }", {"n": 5_300_000})
    same([kind for kind, _ in brief(body)], ["ResponseTooLarge"])


@point("7", UNKNOWN)
def test_a_function_that_answers_more_than_6_mb_fails(api: Endpoint, same: Compare) -> None:
    body = api.ask("query($n: Int!) { text(length: $n) }", {"n": 6_400_000})
    same([kind for kind, _ in brief(body)], ["Function.ResponseSizeTooLarge"])
