"""Subscriptions: what a mutation publishes, to whom, and how much of it."""

import json
import uuid
from typing import Any

import pytest

from tests.conformance.endpoint import GUEST, SIGNER, STAFF, USER, Endpoint
from tests.conformance.live import Live, opened, publish
from tests.conformance.points import DOC, INFER, OBS, TEAM, UNKNOWN, point
from tests.conformance.record import Compare

PUBLISHED = "subscription($topic: String) { published(topic: $topic) { text } }"


@pytest.fixture
def topic() -> str:
    """Of this test alone."""
    return str(uuid.uuid4())


def subscribe(live: Live, query: str, variables: Any = None, **more: Any) -> None:
    answer = live.start(query, variables, **more)
    assert answer["type"] == "start_ack", answer


@point("5.1", DOC)
def test_a_mutation_reaches_its_subscribers(api: Endpoint, same: Compare, topic: str) -> None:
    with opened(api) as live:
        subscribe(live, PUBLISHED, {"topic": topic}, id_="1")
        publish(api, topic=topic, text="hello")
        same(live.hear(), {"type": "data", "id": "1", "payload": {"data": {"published": {"text": "hello"}}}})


@pytest.mark.parametrize("publisher", [GUEST, USER, SIGNER])
@point("5.1", DOC)
def test_whoever_the_publisher_is(api: Endpoint, same: Compare, topic: str, publisher: str) -> None:
    with opened(api) as live:
        subscribe(live, PUBLISHED, {"topic": topic})
        publish(api, topic=topic, text="hello", person=publisher)
        same(live.until("published", "hello"), [{"text": "hello"}])


@point("5.1", INFER)
def test_a_mutation_that_fails_publishes_nothing(api: Endpoint, same: Compare, topic: str) -> None:
    with opened(api) as live:
        subscribe(live, PUBLISHED, {"topic": topic})
        same(publish(api, topic=topic, text="bad", must=None), None)
        publish(api, topic=topic, text="good")
        same(live.until("published", "good"), [{"text": "good"}])


@point("5.2", DOC)
def test_a_subscriber_gets_its_own_selection_of_what_the_mutation_selected(
    api: Endpoint, same: Compare, topic: str
) -> None:
    query = "subscription($topic: String) { published(topic: $topic) { said: text number tags __typename } }"
    with opened(api) as live:
        subscribe(live, query, {"topic": topic})
        publish(api, "topic text number", topic=topic, text="t", number=4, tags=["a"])
        payload = live.hear()["payload"]
        same(payload, {"data": {"published": {"said": "t", "number": 4, "tags": None, "__typename": "Message"}}})


@point("5.2", OBS)
def test_a_non_null_field_that_was_not_selected_is_an_error_of_message_and_path(
    api: Endpoint, same: Compare, topic: str
) -> None:
    query = "subscription($topic: String) { published(topic: $topic) { text must } }"
    message = "Cannot return null for non-nullable type: 'String' within parent 'Message' (/published/must)"
    with opened(api) as live:
        subscribe(live, query, {"topic": topic})
        publish(api, "topic text", topic=topic, text="t")
        errors = [{"message": message, "path": ["published", "must"]}]
        same(live.hear()["payload"], {"data": {"published": None}, "errors": errors})


@point("5.2", UNKNOWN)
def test_a_mutation_is_published_under_its_name_whatever_its_alias(api: Endpoint, same: Compare, topic: str) -> None:
    with opened(api) as live:
        subscribe(live, PUBLISHED, {"topic": topic})
        query = "mutation($given: AWSJSON!) { other: publish(given: $given) { topic text } }"
        api.ask(query, {"given": json.dumps({"topic": topic, "text": "t", "must": "m"})})
        same(live.until("published", "t"), [{"text": "t"}])


@point("5.2", UNKNOWN)
def test_a_field_that_the_mutation_renamed_is_null(api: Endpoint, same: Compare, topic: str) -> None:
    query = "subscription($topic: String) { published(topic: $topic) { text number } }"
    with opened(api) as live:
        subscribe(live, query, {"topic": topic})
        publish(api, "topic text n: number", topic=topic, text="t", number=4)
        same(live.until("published", "t"), [{"text": "t", "number": None}])


@point("5.2", OBS)
def test_a_scalar_is_published_as_it_is(api: Endpoint, same: Compare, topic: str) -> None:
    with opened(api) as live:
        subscribe(live, "subscription { said }")
        api.ask("mutation($given: AWSJSON!) { say(given: $given) }", {"given": json.dumps(topic)})
        same(live.hear()["payload"], {"data": {"said": topic}})


@point("5.3", OBS)
def test_what_the_publisher_may_not_see_no_subscriber_sees(api: Endpoint, same: Compare, topic: str) -> None:
    query = "subscription($topic: String) { published(topic: $topic) { text secret } }"
    with opened(api, STAFF) as live:
        subscribe(live, query, {"topic": topic}, person=STAFF)
        publish(api, "topic text secret", topic=topic, text="t", secret="s")
        same(live.until("published", "t"), [{"text": "t", "secret": None}])
        publish(api, "topic text secret", topic=topic, text="u", secret="s", person=STAFF)
        same(live.until("published", "u"), [{"text": "u", "secret": "s"}])


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [("number: 4", ["c"]), ('number: 4, text: "a"', []), ("number: $none", ["a", "b", "c"])],
)
@point("5.4", DOC)
def test_arguments_filter_by_equality_all_of_them_and_one_left_out_does_not(
    api: Endpoint, same: Compare, topic: str, arguments: str, passed: list[str]
) -> None:
    declared = "$topic: String" + ", $none: Int" * ("$none" in arguments)
    with opened(api) as live:
        query = f"subscription({declared}) {{ published(topic: $topic, {arguments}) {{ text }} }}"
        subscribe(live, query, {"topic": topic})
        query = "subscription($topic: String) { last: published(topic: $topic) { text } }"
        subscribe(live, query, {"topic": f"{topic}/"})
        for text, number in (("a", 1), ("b", None), ("c", 4)):
            publish(api, topic=topic, text=text, number=number)
        publish(api, topic=f"{topic}/", text="end")
        found = []
        while "last" not in (data := live.hear()["payload"]["data"]):
            found.append(data["published"]["text"])
        same(found, passed)


@pytest.mark.parametrize("number", ["null", "$number"])
@point("5.4", DOC)
def test_an_explicit_null_filters_for_null(api: Endpoint, same: Compare, topic: str, number: str) -> None:
    declared, variables = ("", {}) if number == "null" else (", $number: Int", {"number": None})
    query = f"subscription($topic: String{declared}) {{ published(topic: $topic, number: {number}) {{ text }} }}"
    with opened(api) as live:
        subscribe(live, query, {"topic": topic, **variables})
        publish(api, topic=topic, text="with", number=4)
        publish(api, topic=topic, text="without")
        same(live.until("published", "without"), [{"text": "without"}])


@point("5.4", OBS)
def test_a_field_that_the_mutation_did_not_select_fits_no_value(api: Endpoint, same: Compare, topic: str) -> None:
    query = "subscription($topic: String) { published(topic: $topic, number: 4) { text } }"
    with opened(api) as live:
        subscribe(live, query, {"topic": topic})
        publish(api, "topic text", topic=topic, text="unselected", number=4)
        publish(api, "topic text number", topic=topic, text="selected", number=4)
        same(live.until("published", "selected"), [{"text": "selected"}])


@point("5.4", UNKNOWN)
def test_a_list_equals_a_list_of_the_same_items(api: Endpoint, same: Compare, topic: str) -> None:
    with opened(api) as live:
        subscribe(live, "subscription($tags: [String]) { tagged(tags: $tags) { text } }", {"tags": [topic, "b"]})
        for text, tags in (("less", [topic]), ("turned", ["b", topic]), ("equal", [topic, "b"])):
            publish(api, text=text, tags=tags)
        same(live.until("tagged", "equal"), [{"text": "equal"}])


@point("5.4", OBS)
def test_a_scalar_fits_no_argument(api: Endpoint, same: Compare, topic: str) -> None:
    with opened(api) as live:
        subscribe(live, "subscription($topic: String) { said(topic: $topic) }", {"topic": topic})
        subscribe(live, "subscription { all: said }")
        api.ask("mutation($given: AWSJSON!) { say(given: $given) }", {"given": json.dumps(topic)})
        same(live.hear()["payload"], {"data": {"all": topic}})


@point("5.5", DOC)
def test_a_resolver_that_raises_ends_its_subscription_alone(api: Endpoint, same: Compare, topic: str) -> None:
    query = "subscription($topic: String!) { guarded(topic: $topic) { text } }"
    with opened(api) as live:
        answer = live.start(query, {"topic": "forbidden"}, id_="no")
        same((answer["type"], answer["id"]), ("error", "no"))
        same(answer["payload"]["errors"][0]["message"], "not this topic")
        subscribe(live, query, {"topic": topic})
        publish(api, topic=topic, text="t")
        same(live.until("guarded", "t"), [{"text": "t"}])


@point("5.5", TEAM)
def test_what_a_resolver_gives_at_the_start_is_not_sent(api: Endpoint, same: Compare) -> None:
    query = "subscription($topic: String!) { guarded(topic: $topic) { text } }"
    with opened(api) as live:
        subscribe(live, query, {"topic": "early"})
        publish(api, topic="early", text="late")
        same(live.until("guarded", "late"), [{"text": "late"}])


@point("5.7", DOC)
def test_a_payload_above_240_kb_is_dropped_and_the_next_one_comes(api: Endpoint, same: Compare, topic: str) -> None:
    with opened(api) as live:
        subscribe(live, PUBLISHED, {"topic": topic})
        publish(api, topic=topic, text="x" * 250_000)
        publish(api, topic=topic, text="small")
        same(live.until("published", "small"), [{"text": "small"}])


@point("2.2", OBS)
def test_a_subscription_that_its_caller_may_not_have_is_an_error(api: Endpoint, same: Compare) -> None:
    error = {"errorType": "Unauthorized", "message": "Not Authorized to access staffPublished on type Subscription"}
    with opened(api) as live:
        for person in (GUEST, USER):
            answer = live.start("subscription { staffPublished { text } }", id_=person, person=person)
            same(answer, {"id": person, "type": "error", "payload": {"errors": [error]}})
        subscribe(live, "subscription { staffPublished { text } }", person=STAFF)


@point("2.2", UNKNOWN)
def test_selecting_a_field_that_the_subscriber_may_not_have_ends_the_subscription(api: Endpoint, same: Compare) -> None:
    with opened(api) as live:
        answer = live.start("subscription { published { text secret } }", id_="1")
        error = {"errorType": "Unauthorized", "message": "Not Authorized to access secret on type Message"}
        same(answer, {"id": "1", "type": "error", "payload": {"errors": [error]}})
