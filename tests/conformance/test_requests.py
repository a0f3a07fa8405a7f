"""HTTP: what a request may look like, who is let in, and how the others are turned away."""

import json
from typing import Any

import pytest

from tests.conformance.endpoint import GUEST, SIGNER, USER, Endpoint
from tests.conformance.errors import refusal, refused
from tests.conformance.points import CLIENT, DOC, INFER, OBS, TEAM, UNKNOWN, point
from tests.conformance.record import Compare

MALFORMED = refused(400, "MalformedHttpRequestException", "Unable to parse GraphQL query.")
UNAUTHORIZED = "UnauthorizedException"
BODY = json.dumps({"query": "{ keyed }"}).encode()
GRAPHQL_JSON = "application/graphql-response+json,application/json;q=0.9"


@point("1.1", TEAM)
def test_get_takes_the_query_from_the_url(api: Endpoint, same: Compare) -> None:
    response = api.send(method="GET", query="?query=%7Bkeyed%7D", headers=api.credentials(GUEST))
    same((response.status_code, response.json()), (200, {"data": {"keyed": "reached"}}))


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "application/graphql", "text/plain"])
@point("1.1", DOC)
def test_the_content_type_is_not_enforced(api: Endpoint, same: Compare, content_type: str) -> None:
    response = api.send(BODY, {**api.credentials(GUEST), "content-type": content_type})
    same((response.status_code, response.json()), (200, {"data": {"keyed": "reached"}}))


@point("1.1", UNKNOWN)
def test_accept_of_the_graphql_media_type_changes_nothing(api: Endpoint, same: Compare) -> None:
    response = api.post("{ keyed }", headers={"accept": GRAPHQL_JSON})
    same((response.status_code, response.headers["content-type"]), (200, "application/json;charset=UTF-8"))


@point("1.1", INFER)
def test_unknown_keys_of_the_body_are_ignored(api: Endpoint, same: Compare) -> None:
    response = api.post("{ keyed }", extensions={"clientLibrary": {"name": "x"}}, more=1)
    same((response.status_code, response.json()), (200, {"data": {"keyed": "reached"}}))


@pytest.mark.parametrize("prefix", ["", "Bearer "])
@point("1.1", DOC)
def test_a_token_is_taken_bare_and_as_bearer(api: Endpoint, same: Compare, prefix: str) -> None:
    token = api.credentials(USER)["authorization"]
    response = api.send(b'{"query": "{ user }"}', {"authorization": prefix + token})
    same((response.status_code, response.json()), (200, {"data": {"user": "reached"}}))


@point("1.1", DOC)
def test_a_signature_is_taken(api: Endpoint, same: Compare) -> None:
    same(api.ask("{ signed }", person=SIGNER), {"data": {"signed": "reached"}})


@point("1.1", UNKNOWN)
def test_of_a_signature_and_an_api_key_the_signature_counts(api: Endpoint, same: Compare) -> None:
    body = b'{"query": "{ signed }"}'
    both = {**api.credentials(SIGNER, body), **api.credentials(GUEST)}
    response = api.send(body, both)
    same((response.status_code, response.json()), (200, {"data": {"signed": "reached"}}))


@point("1.1", UNKNOWN)
def test_of_a_token_and_an_api_key_the_key_counts(api: Endpoint, same: Compare) -> None:
    both = {**api.credentials(USER), **api.credentials(GUEST)}
    body = api.send(b'{"query": "{ keyed user }"}', both).json()
    same(body["data"], {"keyed": "reached", "user": None})


@point("1.2", OBS)
def test_a_success_has_data_and_no_errors(api: Endpoint, same: Compare) -> None:
    response = api.post("{ keyed }")
    same((response.status_code, response.json()), (200, {"data": {"keyed": "reached"}}))
    same(response.headers["content-type"], "application/json;charset=UTF-8")
    same(len(response.headers["x-amzn-requestid"]), 36)
    assert response.headers["x-amzn-appsync-tokensconsumed"]


@point("1.2", OBS)
def test_any_origin_may_ask(api: Endpoint, same: Compare) -> None:
    response = api.post("{ keyed }", headers={"origin": "https://shop.example"})
    same(response.headers["access-control-allow-origin"], "*")
    assert "x-amzn-ErrorType" in response.headers["access-control-expose-headers"]


@point("1.2", INFER)
def test_a_browser_may_ask_beforehand(api: Endpoint, same: Compare) -> None:
    asked = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,x-api-key",
    }
    response = api.send(headers=asked, method="OPTIONS")
    names = response.headers["access-control-allow-headers"].replace(" ", "").lower()
    same((response.status_code, names), (200, "authorization,x-api-key"))
    same(response.headers["access-control-allow-methods"], "POST")


@point("1.3", OBS)
def test_without_credentials_nothing_is_answered(api: Endpoint, same: Compare) -> None:
    response = api.send(BODY)
    same(refusal(response), refused(401, UNAUTHORIZED, "Valid authorization header not provided."))
    same(response.headers["x-amzn-errortype"], UNAUTHORIZED)


@point("1.3", OBS)
def test_a_wrong_api_key_is_refused(api: Endpoint, same: Compare) -> None:
    response = api.send(BODY, {"x-api-key": "da2-aaaaaaaaaaaaaaaaaaaaaaaaaa"})
    same(refusal(response), refused(401, UNAUTHORIZED, "You are not authorized to make this call."))
    same(response.headers["x-amzn-errortype"], UNAUTHORIZED)


@pytest.mark.parametrize("token", ["garbage", "a.b"])
@point("1.3", OBS)
def test_what_is_no_token_is_refused(api: Endpoint, same: Compare, token: str) -> None:
    response = api.send(BODY, {"authorization": token})
    same(refusal(response), refused(401, UNAUTHORIZED, "Valid authorization header not provided."))


@point("1.3", OBS)
def test_a_token_that_cannot_be_parsed_is_refused(api: Endpoint, same: Compare) -> None:
    response = api.send(BODY, {"authorization": "a.b.c"})
    same(refusal(response), refused(401, UNAUTHORIZED, "Unable to parse JWT token."))


@point("1.3", INFER)
def test_a_token_with_another_signature_is_refused(api: Endpoint, same: Compare) -> None:
    head, claims, signature = api.credentials(USER)["authorization"].split(".")
    forged = ("B" if signature[0] == "A" else "A") + signature[1:]
    response = api.send(BODY, {"authorization": f"{head}.{claims}.{forged}"})
    same(refusal(response), refused(401, UNAUTHORIZED, "Valid authorization header not provided."))


@point("1.3", INFER)
def test_a_signature_of_another_body_is_refused(api: Endpoint, same: Compare) -> None:
    response = api.send(BODY, api.credentials(SIGNER, BODY + b" "))
    same(refusal(response), refused(401, UNAUTHORIZED, "Valid authorization header not provided."))


@point("1.3", TEAM)
def test_an_empty_body_is_refused(api: Endpoint, same: Compare) -> None:
    response = api.send(b"", api.credentials(GUEST))
    same(refusal(response), refused(400, "MalformedHttpRequestException", "Request body is empty."))


@pytest.mark.parametrize("body", [b"meow", b"{}", b"[]", b'{"query": ""}'])
@point("1.3", TEAM)
def test_a_body_that_is_no_graphql_request_is_refused(api: Endpoint, same: Compare, body: bytes) -> None:
    same(refusal(api.send(body, api.credentials(GUEST))), MALFORMED)


@pytest.mark.parametrize("query", ["{", "{ keyed } }", "query {", "{ keyed(a: ) }", "# nothing"])
@point("1.3", INFER)
def test_a_syntax_error_is_refused(api: Endpoint, same: Compare, query: str) -> None:
    same(refusal(api.post(query)), MALFORMED)


@pytest.mark.parametrize("variables", [[], "{}", 1])
@point("1.3", INFER)
def test_variables_that_are_no_map_are_refused(api: Endpoint, same: Compare, variables: Any) -> None:
    same(refusal(api.post("{ keyed }", variables)), MALFORMED)


@point("1.3", INFER)
def test_which_of_several_operations_must_be_said(api: Endpoint, same: Compare) -> None:
    response = api.post("query A { keyed } query B { keyed }")
    same(refusal(response), refused(400, "BadRequestException", "Missing operation name."))


@point("1.3", OBS)
def test_an_operation_that_is_not_there_is_refused(api: Endpoint, same: Compare) -> None:
    response = api.post("query A { keyed }", operationName="X")
    message = "No operation matches the provided operation name X."
    same(refusal(response), refused(400, "BadRequestException", message))


@point("1.3", INFER)
def test_a_subscription_is_not_for_http(api: Endpoint, same: Compare) -> None:
    response = api.post("subscription { published { text } }")
    same((response.status_code, response.json()["errors"][0]["errorType"]), (200, "OperationNotSupported"))


@point("1.3", CLIENT)
def test_every_refusal_names_its_type_in_a_header(api: Endpoint, same: Compare) -> None:
    response = api.send(b"meow", api.credentials(GUEST))
    same(response.headers["x-amzn-errortype"], "MalformedHttpRequestException")


@point("1.3", INFER)
def test_another_method_is_refused(api: Endpoint, same: Compare) -> None:
    response = api.send(BODY, api.credentials(GUEST), method="PUT")
    same((response.status_code, response.json()["errors"][0]["errorType"]), (405, "MethodNotAllowedException"))
