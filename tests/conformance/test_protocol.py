"""The realtime protocol: how a socket is opened, and every message and its order."""

from typing import Any

import pytest

from tests.conformance.endpoint import GUEST, SIGNER, STAFF, USER, Endpoint
from tests.conformance.live import PROTOCOL, credentials, dialled, opened
from tests.conformance.points import CLIENT, DOC, INFER, OBS, UNKNOWN, point
from tests.conformance.record import Compare

ALL = "subscription { published { text } }"
ACK = {"type": "connection_ack", "payload": {"connectionTimeoutMs": 300_000}}
NOBODY = {
    "type": "connection_error",
    "payload": {
        "errors": [
            {
                "errorType": "UnauthorizedException",
                "message": "You are not authorized to make this call.",
                "errorCode": 401,
            }
        ]
    },
}
MOST = 200


@pytest.mark.parametrize("how", ["subprotocol", "query", "headers"])
@point("6.2", DOC)
def test_a_caller_may_say_who_it_is_in_three_ways(api: Endpoint, same: Compare, how: str) -> None:
    for person in (GUEST, USER):
        with dialled(api, credentials(api, person), how) as live:
            same(live.open(), ACK)


@point("6.2", CLIENT)
def test_the_subprotocol_that_is_chosen_is_graphql_ws(api: Endpoint, same: Compare) -> None:
    with dialled(api, credentials(api, GUEST)) as live:
        same(live.socket.subprotocol, PROTOCOL)


@point("6.2", DOC)
def test_a_signature_opens_a_socket_and_each_start_is_signed_by_itself(api: Endpoint, same: Compare) -> None:
    with opened(api, SIGNER) as live:
        same(live.start(ALL, id_="1", person=SIGNER), {"id": "1", "type": "start_ack"})


@point("6.3", DOC)
def test_the_acknowledgement_tells_the_timeout(api: Endpoint, same: Compare) -> None:
    with dialled(api, credentials(api, GUEST)) as live:
        same(live.open(), ACK)


@point("6.3", OBS)
def test_the_first_keep_alive_comes_with_the_acknowledgement(api: Endpoint, same: Compare) -> None:
    with dialled(api, credentials(api, GUEST)) as live:
        same(live.open()["type"], "connection_ack")
        same(live.hear_any(), {"type": "ka"})


@point("6.3", DOC)
def test_a_start_is_acknowledged_and_a_stop_completed(api: Endpoint, same: Compare) -> None:
    with opened(api) as live:
        same(live.start(ALL, id_="1"), {"id": "1", "type": "start_ack"})
        same(live.stop("1"), {"type": "complete", "id": "1"})
        same(live.start(ALL, id_="1"), {"id": "1", "type": "start_ack"})


@pytest.mark.parametrize("variables", [None, {}])
@point("6.3", CLIENT)
def test_variables_may_be_left_out_or_empty(api: Endpoint, same: Compare, variables: Any) -> None:
    with opened(api) as live:
        same(live.start(ALL, variables, id_="1"), {"id": "1", "type": "start_ack"})


@point("6.3", DOC)
def test_one_socket_carries_several_callers(api: Endpoint, same: Compare) -> None:
    query = "subscription { staffPublished { text } }"
    with opened(api) as live:
        same(live.start(query, id_="guest")["type"], "error")
        same(live.start(query, id_="staff", person=STAFF), {"id": "staff", "type": "start_ack"})


@point("6.3", DOC)
def test_what_is_said_before_the_acknowledgement_is_ignored(api: Endpoint, same: Compare) -> None:
    with dialled(api, credentials(api, GUEST)) as live:
        live.begin(ALL, id_="early")
        same(live.open(), ACK)
        same(live.start(ALL, id_="1"), {"id": "1", "type": "start_ack"})


@point("6.3", DOC)
def test_an_id_in_use_is_an_error(api: Endpoint, same: Compare) -> None:
    with opened(api) as live:
        live.start(ALL, id_="1")
        answer = live.start(ALL, id_="1")
        same((answer["type"], answer["id"]), ("error", "1"))


@point("6.4", UNKNOWN)
def test_an_id_in_use_is_told_in_these_words(api: Endpoint, same: Compare) -> None:
    with opened(api) as live:
        live.start(ALL, id_="1")
        error = {"errorType": "DuplicatedOperationError", "message": "Duplicated operation id 1"}
        same(live.start(ALL, id_="1")["payload"], {"errors": [error]})


@point("6.4", OBS)
def test_who_cannot_be_known_is_told_so_and_the_socket_is_closed(api: Endpoint, same: Compare) -> None:
    with dialled(api, {"host": api.host, "x-api-key": "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa"}) as live:
        same(live.open(), NOBODY)
        assert live.until_closed()


@point("6.4", UNKNOWN)
def test_the_socket_of_nobody_is_closed_with_this_code(api: Endpoint, same: Compare) -> None:
    with dialled(api, {"host": api.host, "x-api-key": "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa"}) as live:
        live.open()
        same(live.until_closed(), 1008)


@pytest.mark.parametrize(
    ("protocols", "error"),
    [
        ((), {"message": "NoProtocolError", "errorCode": 400}),
        (("graphql-transport-ws",), {"message": "SubProtocolNotSupportedError", "errorCode": 400}),
    ],
)
@point("6.4", OBS)
def test_a_client_of_another_protocol_is_told_so(
    api: Endpoint, same: Compare, protocols: tuple[str, ...], error: Any
) -> None:
    with dialled(api, credentials(api, GUEST), "query", protocols) as live:
        same(live.open(), {"type": "connection_error", "payload": {"errors": [error]}})


@pytest.mark.parametrize("query", ["{ keyed }", "mutation { pause(milliseconds: 0) }"])
@point("6.4", OBS)
def test_queries_and_mutations_are_not_supported(api: Endpoint, same: Compare, query: str) -> None:
    error = {"errorType": "UnsupportedOperation", "message": "unknown not supported through the realtime channel"}
    with opened(api) as live:
        answer = live.start(query, id_="1")
        same((answer["type"], answer["payload"]), ("error", {"errors": [error]}))


@point("6.4", OBS)
def test_a_start_whose_data_is_no_text_is_not_supported(api: Endpoint, same: Compare) -> None:
    error = {"errorType": "UnsupportedOperation", "message": "unknown not supported through the realtime channel"}
    with opened(api) as live:
        live.begin_as(credentials(api, GUEST), {"query": ALL}, "1")
        same(live.hear(), {"type": "error", "payload": {"errors": [error]}})


@point("6.4", OBS)
def test_a_subscription_that_is_not_valid_is_told_so_without_a_type(api: Endpoint, same: Compare) -> None:
    said = "Validation error of type FieldUndefined: Field 'onX' in type 'Subscription' is undefined @ 'onX'"
    with opened(api) as live:
        answer = live.start("subscription { onX }", id_="1")
        same(answer, {"id": "1", "type": "error", "payload": {"errors": [{"message": said}]}})


@point("6.4", OBS)
def test_a_variable_that_does_not_fit_is_told_as_over_http(api: Endpoint, same: Compare) -> None:
    said = "Variable 'topic' has coerced Null value for NonNull type 'String!'"
    with opened(api) as live:
        answer = live.start("subscription($topic: String!) { guarded(topic: $topic) { text } }", {}, id_="1")
        same((answer["type"], answer["id"], answer["payload"]["errors"][0]["message"]), ("error", "1", said))


@point("6.4", OBS)
def test_a_start_of_nobody_is_an_error_of_its_id_and_the_socket_lives(api: Endpoint, same: Compare) -> None:
    with opened(api) as live:
        live.begin_as({"host": api.host, "x-api-key": "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa"}, f'{{"query": "{ALL}"}}', "1")
        answer = live.hear()
        same((answer["type"], answer["id"]), ("error", "1"))
        same(answer["payload"]["errors"][0]["errorType"], "UnauthorizedException")
        same(live.start(ALL, id_="2"), {"id": "2", "type": "start_ack"})


@point("6.4", CLIENT)
def test_a_stop_of_nothing_is_an_error(api: Endpoint, same: Compare) -> None:
    with opened(api) as live:
        answer = live.stop("nothing")
        same(answer["type"], "error")
        same(answer["payload"]["errors"][0]["errorType"], "UnknownOperationError")


@point("7", INFER)
def test_a_connection_has_at_most_200_subscriptions(api: Endpoint, same: Compare) -> None:
    with opened(api) as live:
        for number in range(MOST + 1):
            live.begin(ALL, id_=str(number))
        answers = [live.hear() for _ in range(MOST + 1)]
        same(sum(answer["type"] == "start_ack" for answer in answers), MOST)
        refused = [answer["payload"]["errors"] for answer in answers if answer["type"] == "error"]
        told = {"errorType": "MaxSubscriptionsReachedError", "message": f"Max number of {MOST} subscriptions reached"}
        same(refused, [told])
