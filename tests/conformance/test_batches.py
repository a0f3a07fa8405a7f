"""What a direct Lambda resolver may return, by itself and in a batch."""

import json
from typing import Any

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.errors import brief, failed
from tests.conformance.points import DOC, INFER, OBS, UNKNOWN, point
from tests.conformance.record import Compare
from tests.conformance.template import BATCH


def parts(api: Endpoint, *replies: Any, selection: str = "part") -> dict[str, Any]:
    """The answer for parents of whom each says what its element of the batch's answer is."""
    return api.given(f"nodes {{ {selection} }}", [{} if reply is ... else {"part": reply} for reply in replies])


def values(body: dict[str, Any], name: str = "part") -> list[Any]:
    return [json.loads(node[name]) if node[name] else None for node in body["data"]["nodes"]]


@point("3.2", DOC)
def test_a_returned_map_with_an_error_message_is_no_error(api: Endpoint, same: Compare) -> None:
    same(api.given("node { name }", {"errorMessage": "no", "name": "n"}), {"data": {"node": {"name": "n"}}})


@point("3.3", OBS)
def test_a_single_parent_comes_as_a_list_of_one(api: Endpoint, same: Compare) -> None:
    found = values(parts(api, ...))
    same((found[0]["size"], found[0]["event"]["info"]["fieldName"]), (1, "part"))


@point("3.3", DOC)
def test_a_batch_has_at_most_its_size(api: Endpoint, same: Compare) -> None:
    sizes = [value["size"] for value in values(parts(api, *[...] * 7))]
    same((max(sizes), sorted(sizes)), (BATCH, [1, *[BATCH] * 6]))


@point("3.3", INFER)
def test_every_element_has_its_own_source(api: Endpoint, same: Compare) -> None:
    body = api.given("nodes { part }", [{"name": name} for name in "ab"])
    same([value["event"]["source"] for value in values(body)], [{"name": "a"}, {"name": "b"}])


@point("3.3", UNKNOWN)
def test_two_aliases_share_a_batch(api: Endpoint, same: Compare) -> None:
    body = parts(api, ..., selection='a: part(tag: "a") b: part(tag: "b")')
    found = [values(body, name)[0] for name in "ab"]
    same([(value["size"], value["event"]["arguments"]) for value in found], [(2, {"tag": "a"}), (2, {"tag": "b"})])


@point("3.3", INFER)
def test_parents_in_different_lists_of_a_level_share_a_batch(api: Endpoint, same: Compare) -> None:
    body = api.given("nodes { children { part } }", [{"children": [{}]}, {"children": [{}]}])
    sizes = [json.loads(node["children"][0]["part"])["size"] for node in body["data"]["nodes"]]
    same(sizes, [2, 2])


@point("3.3", DOC)
def test_an_element_may_be_wrong_and_the_others_are_answered(api: Endpoint, same: Compare) -> None:
    wrong = {"data": {"half": 1}, "errorMessage": "not found", "errorType": "NotFound"}
    body = parts(api, [{"data": {"id": 1}}], [wrong], [None])
    same(values(body), [{"id": 1}, None, None])
    column = len("query($given: AWSJSON!) { nodes(given: $given) { ") + 1
    same(body["errors"], [failed(["nodes", 1, "part"], "NotFound", "not found", column, {"half": 1})])


@point("3.3", DOC)
def test_other_keys_of_an_element_are_ignored(api: Endpoint, same: Compare) -> None:
    same(parts(api, [{"data": {"id": 1}, "more": 2, "errorType": "T"}]), {"data": {"nodes": [{"part": '{"id":1}'}]}})


@point("3.3", OBS)
def test_a_bare_map_has_no_data_and_is_silently_null(api: Endpoint, same: Compare) -> None:
    same(parts(api, [{"id": 1}]), {"data": {"nodes": [{"part": None}]}})


@pytest.mark.parametrize("raw", [[1, 2], "text", 5])
@point("3.3", UNKNOWN)
def test_an_element_that_is_no_map_is_an_error(api: Endpoint, same: Compare, raw: Any) -> None:
    body = parts(api, [raw])
    same((values(body), [kind for kind, _ in brief(body)]), ([None], ["BatchItemMismatch"]))


@point("3.3", DOC)
def test_what_a_batch_raises_is_the_error_of_every_element(api: Endpoint, same: Compare) -> None:
    body = parts(api, [{"data": 1}], "raise")
    same((values(body), brief(body)), ([None, None], [("Broken", "all of it")] * 2))


@pytest.mark.parametrize("second", [[], [{"data": 1}, {"data": 2}]])
@point("3.3", UNKNOWN)
def test_an_answer_of_another_length_is_an_error_of_every_element(api: Endpoint, same: Compare, second: Any) -> None:
    body = parts(api, [{"data": 1}], second)
    same((values(body), [kind for kind, _ in brief(body)]), ([None, None], ["BatchSizeMismatch"] * 2))


@point("3.3", UNKNOWN)
def test_an_element_with_a_type_but_no_message_is_no_error(api: Endpoint, same: Compare) -> None:
    same(brief(parts(api, [{"data": {"id": 1}, "errorType": "NotFound"}])), [])


@point("3.3", INFER)
def test_one_batch_that_raises_leaves_the_others_of_its_field(api: Endpoint, same: Compare) -> None:
    body = parts(api, *[[{"data": number}] for number in range(BATCH)], "raise")
    same((values(body), brief(body)), ([*range(BATCH), None], [("Broken", "all of it")]))
