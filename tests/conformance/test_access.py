"""Who may reach a field, and what a resolver is told of the one who asks."""

import json
from typing import Any

import pytest

from tests.conformance.endpoint import GUEST, SIGNER, STAFF, USER, Endpoint
from tests.conformance.errors import failed
from tests.conformance.points import DOC, INFER, OBS, UNKNOWN, point
from tests.conformance.record import Compare

DENIED = "Unauthorized"


def identity(api: Endpoint, person: str) -> Any:
    body = api.ask("{ event }", person=person)
    return json.loads(body["data"]["event"])["identity"]


@point("2.2", DOC)
def test_without_a_directive_only_the_default_mode_gets_in(api: Endpoint, same: Compare) -> None:
    same(api.ask("{ closed { text } }", person=USER), {"data": {"closed": {"text": "inside"}}})
    for other in (GUEST, SIGNER):
        same(api.ask("{ closed { text } }", person=other)["data"], {"closed": {"text": None}})


@point("2.2", DOC)
def test_several_directives_mean_any_of_them(api: Endpoint, same: Compare) -> None:
    for person in (GUEST, SIGNER, USER):
        same(api.given("node { name }", {"name": "n"}, person=person), {"data": {"node": {"name": "n"}}})


@pytest.mark.parametrize(("field", "reached"), [("keyed", GUEST), ("signed", SIGNER), ("user", USER)])
@point("2.2", DOC)
def test_directives_of_a_field_replace_those_of_its_type(
    api: Endpoint, same: Compare, field: str, reached: str
) -> None:
    for person in (GUEST, SIGNER, USER):
        answer = api.ask(f"{{ {field} }}", person=person)
        same(answer["data"], {field: "reached" if person == reached else None})


@point("2.2", OBS)
def test_a_denied_field_is_null_with_an_error_and_its_siblings_are_answered(api: Endpoint, same: Compare) -> None:
    body = api.ask("{ keyed user }")
    error = failed(["user"], DENIED, "Not Authorized to access user on type Query", 9)
    same(body, {"data": {"keyed": "reached", "user": None}, "errors": [error]})


@point("2.2", OBS)
def test_a_denied_field_below_the_root_is_told_by_its_type(api: Endpoint, same: Compare) -> None:
    error = failed(["closed", "text"], DENIED, "Not Authorized to access text on type Closed", 12)
    same(api.ask("{ closed { text } }")["errors"], [error])


@point("2.2", DOC)
def test_one_of_the_groups_is_needed_and_enough(api: Endpoint, same: Compare) -> None:
    same(api.ask("{ staff }", person=STAFF), {"data": {"staff": "reached"}})
    same(api.ask("{ staff }", person=USER)["data"], {"staff": None})
    same(api.ask("{ staff }", person=GUEST)["data"], {"staff": None})


@point("2.2", INFER)
def test_a_denied_non_null_mutation_makes_data_null(api: Endpoint, same: Compare) -> None:
    body = api.ask("mutation { restricted }")
    same((body["data"], [error["errorType"] for error in body["errors"]]), (None, [DENIED]))


@point("2.2", INFER)
def test_what_a_mutation_may_not_show_keeps_neither_it_nor_the_next_from_running(api: Endpoint, same: Compare) -> None:
    query = "mutation($m: AWSJSON!, $x: AWSJSON!) { publish(given: $m) { must secret } say(given: $x) }"
    body = api.ask(query, {"m": '{"must": "m", "secret": "s"}', "x": '"x"'})
    same(body["data"], {"publish": {"must": "m", "secret": None}, "say": "x"})
    same([error["path"] for error in body["errors"]], [["publish", "secret"]])


@point("2.3", DOC)
def test_an_api_key_is_nobody(api: Endpoint, same: Compare) -> None:
    same(identity(api, GUEST), None)


@pytest.mark.parametrize(("person", "groups"), [(USER, None), (STAFF, ["staff"])])
@point("2.3", DOC)
def test_a_user_is_shown_by_claims_and_groups(
    api: Endpoint, same: Compare, person: str, groups: list[str] | None
) -> None:
    shown = identity(api, person)
    names = ["claims", "defaultAuthStrategy", "groups", "issuer", "sourceIp", "sub", "username"]
    same((sorted(shown), shown["groups"], shown["defaultAuthStrategy"]), (names, groups, "ALLOW"))
    same((shown["claims"]["sub"], shown["claims"]["iss"]), (shown["sub"], shown["issuer"]))


@point("2.3", DOC)
def test_a_signer_is_shown_by_account_and_arn(api: Endpoint, same: Compare) -> None:
    shown = identity(api, SIGNER)
    names = [
        "accountId", "cognitoIdentityAuthProvider", "cognitoIdentityAuthType", "cognitoIdentityId",
        "cognitoIdentityPoolId", "sourceIp", "userArn", "username",
    ]  # fmt: skip
    same((sorted(shown), shown["cognitoIdentityId"], shown["userArn"].split(":")[:2]), (names, None, ["arn", "aws"]))


@point("2.3", DOC)
def test_the_last_source_address_is_the_real_one(api: Endpoint, same: Compare) -> None:
    response = api.post("{ event }", person=USER, headers={"x-forwarded-for": "9.9.9.9"})
    addresses = json.loads(response.json()["data"]["event"])["identity"]["sourceIp"]
    same((addresses[0], len(addresses) > 1, addresses[-1] != "9.9.9.9"), ("9.9.9.9", True, True))


@point("2.3", OBS)
def test_an_edge_ends_the_header_that_the_real_address_ends_otherwise(api: Endpoint, same: Compare) -> None:
    response = api.post("{ event }", person=USER, headers={"x-forwarded-for": "9.9.9.9"})
    event = json.loads(response.json()["data"]["event"])
    hops = event["request"]["headers"]["x-forwarded-for"].split(", ")
    same((hops[0], hops[:-1]), ("9.9.9.9", event["identity"]["sourceIp"]))


@point("2.3", UNKNOWN)
def test_a_user_without_groups_has_no_such_claim(api: Endpoint, same: Compare) -> None:
    same("cognito:groups" in identity(api, USER)["claims"], False)
