"""Who reaches which field: the directives, in both of AppSync's readings of them."""

import asyncio
from typing import Any, Literal

import pytest

from local.appsync import sdl
from local.appsync.access import Access, Profile
from local.appsync.deployed import Mode, Pool, Provider
from local.appsync.sdl import UnsupportedApi
from tests.conformance.points import DOC, INFER, point
from tests.local.appsync.world import API_ARN, api, errors, world

POOL = Pool(id="us-east-1_abc", region="us-east-1")
OTHER = Pool(id="us-east-1_other", region="us-east-1")
KEYS, IAM = Provider(mode=Mode.API_KEY), Provider(mode=Mode.IAM)
USERS, OTHER_USERS = Provider(mode=Mode.USERS, pool=POOL), Provider(mode=Mode.USERS, pool=OTHER)

SDL = """
type Query {
  plain: Thing
  key: Int @aws_api_key
  iam: Int @aws_iam
  both: Int @aws_api_key @aws_iam
  users: Int @aws_cognito_user_pools
  staff: Int @aws_cognito_user_pools(cognito_groups: ["staff", "admin"])
  nobody: Int @aws_cognito_user_pools(cognito_groups: [])
  one: Int @aws_cognito_user_pools(cognito_groups: "staff")
  oidc: Int @aws_oidc
}
type Thing { name: String }
type Marked @aws_iam {
  inherits: Int
  own: Int @aws_api_key
  staff: Int @aws_cognito_user_pools(cognito_groups: ["staff"])
}
"""
SOLE = 'type Query { plain: Int  staff: Int @aws_auth(cognito_groups: ["staff"])  ignored: Int }'


def access(text: str = SDL, **changed: Any) -> Access:
    changed = {"default": KEYS, "additional": (IAM, USERS, OTHER_USERS), **changed}
    return Access(api(sdl=text, **changed), sdl.build(text))


def key(primary: bool = True) -> Profile:
    return Profile(mode=Mode.API_KEY, primary=primary)


def iam(*fields: str, primary: bool = False) -> Profile:
    return Profile(mode=Mode.IAM, primary=primary, fields=frozenset(fields) if fields else None)


def user(*groups: str, primary: bool = False) -> Profile:
    return Profile(mode=Mode.USERS, primary=primary, groups=frozenset(groups))


@pytest.mark.parametrize(
    ("field", "reached_by"),
    [
        ("Query.plain", {"key"}),
        ("Query.key", {"key"}),
        ("Query.iam", {"iam"}),
        ("Query.both", {"key", "iam"}),
        ("Query.users", {"user", "staff", "admin"}),
        ("Query.staff", {"staff", "admin"}),
        ("Query.nobody", set()),
        ("Query.one", {"staff"}),
        ("Query.oidc", set()),
        ("Thing.name", {"key"}),
        ("Marked.inherits", {"iam"}),
        ("Marked.own", {"key"}),
        ("Marked.staff", {"staff"}),
    ],
)
def test_a_field_is_reached_by_its_directives_or_its_types_or_the_default_mode(
    field: str, reached_by: set[str]
) -> None:
    callers = {"key": key(), "iam": iam(), "user": user(), "staff": user("staff"), "admin": user("admin", "x")}
    rules = access()
    type_name, name = field.split(".")
    assert {who for who, caller in callers.items() if rules.allows(caller, type_name, name)} == reached_by


@point("2.2", INFER)
def test_an_undirected_field_is_the_default_providers_even_among_two_pools() -> None:
    rules = access(default=USERS, additional=(OTHER_USERS, KEYS))
    assert rules.allows(user(primary=True), "Query", "plain")
    assert not rules.allows(user(primary=False), "Query", "plain")
    assert rules.allows(user(primary=False), "Query", "users")


@pytest.mark.parametrize(("action", "open_"), [("ALLOW", True), ("DENY", False)])
@point("2.2", DOC)
def test_the_default_action_opens_or_closes_what_has_no_directive(
    action: Literal["ALLOW", "DENY"], open_: bool
) -> None:
    rules = access(default=USERS, additional=(KEYS,), default_action=action)
    assert rules.allows(user(primary=True), "Query", "plain") is open_
    assert rules.allows(user(primary=True), "Thing", "name") is open_
    assert rules.allows(user(primary=True), "Query", "users")
    sole = access(SOLE, default=USERS, additional=(), default_action=action)
    assert sole.allows(user(primary=True), "Query", "plain") is open_
    assert sole.allows(user("staff", primary=True), "Query", "staff")


@point("2.2", DOC)
def test_with_cognito_alone_only_aws_auth_counts() -> None:
    text = SOLE.replace("ignored: Int", 'ignored: Int @aws_cognito_user_pools(cognito_groups: ["staff"])')
    rules = access(text, default=USERS, additional=())
    assert not rules.allows(user(primary=True), "Query", "staff")
    assert rules.allows(user("staff", primary=True), "Query", "staff")
    assert rules.allows(user(primary=True), "Query", "ignored")  # the hole that loading such an API refuses


@point("2.2", DOC)
def test_with_a_further_mode_only_aws_cognito_user_pools_counts() -> None:
    rules = access(SOLE, default=USERS, additional=(IAM,))
    assert rules.allows(user(primary=True), "Query", "staff")  # the hole that loading such an API refuses


@pytest.mark.parametrize(
    ("text", "additional", "said"),
    [
        (
            SDL,
            (),
            (
                "@aws_cognito_user_pools on Query.users would be ignored, because Cognito is the API's "
                "only mode: use @aws_auth"
            ),
        ),
        (
            "type Query { a: T } type T @aws_cognito_user_pools { b: Int }",
            (),
            "@aws_cognito_user_pools on T would be ignored, because Cognito is the API's only mode: use @aws_auth",
        ),
        (
            SOLE,
            (IAM,),
            (
                "@aws_auth on Query.staff would be ignored, because the API is not one with Cognito as its only mode: "
                "use @aws_cognito_user_pools"
            ),
        ),
    ],
)
def test_an_api_with_a_directive_that_would_be_ignored_is_refused(
    text: str, additional: tuple[Provider, ...], said: str
) -> None:
    with pytest.raises(UnsupportedApi) as refused:
        world(sdl=text, default=USERS, additional=additional)
    assert str(refused.value) == said


@point("2.2", DOC)
def test_a_policy_and_a_directive_must_both_allow_and_policies_are_about_root_fields() -> None:
    rules = access()
    granted = iam(f"{API_ARN}/types/Query/fields/iam", f"{API_ARN}/types/Query/fields/key")
    assert rules.allows(granted, "Query", "iam")
    assert not rules.allows(granted, "Query", "both")
    assert not rules.allows(granted, "Query", "key")
    assert rules.allows(granted, "Marked", "inherits")


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_a_denied_field_is_null_its_resolver_does_not_run_and_its_siblings_go_on() -> None:
    text = """
      type Query { a: T }
      type Mutation { secret: Int @aws_iam open: Int strict: Int! @aws_iam }
      type T { x: Int y: Int @aws_iam z: Int! @aws_iam }
    """
    answers = {
        "Query.a": lambda _event: {"x": 1, "y": 2, "z": 3},
        "Mutation.secret": lambda _event: 1,
        "Mutation.open": lambda _event: 2,
        "Mutation.strict": lambda _event: 3,
    }
    there = world(answers, sdl=text, additional=(IAM,))
    assert run(there.ask("mutation { secret\n  open }")) == {
        "data": {"secret": None, "open": 2},
        "errors": [
            {
                "path": ["secret"],
                "data": None,
                "errorType": "Unauthorized",
                "errorInfo": None,
                "locations": [{"line": 1, "column": 12, "sourceName": None}],
                "message": "Not Authorized to access secret on type Mutation",
            }
        ],
    }
    assert [name for name, _ in there.functions.calls] == ["Mutation.open"]
    assert run(there.ask("{ a { x y } }"))["data"] == {"a": {"x": 1, "y": None}}
    body = run(there.ask("{ a { x z } }"))
    assert body["data"] == {"a": None}
    assert errors(body) == [(["a", "z"], "Unauthorized", "Not Authorized to access z on type T")]
    assert run(there.ask("mutation { strict }"))["data"] is None
    assert there.functions.asked("Mutation.strict") == []


@point("2.2", INFER)
def test_of_an_interface_the_concrete_types_directive_decides() -> None:
    text = """
      type Query { all: [N] }
      interface N { id: ID }
      type A implements N { id: ID }
      type B implements N @aws_iam { id: ID }
    """
    found = [{"__typename": "A", "id": "1"}, {"__typename": "B", "id": "2"}]
    there = world({"Query.all": lambda _event: found}, sdl=text, additional=(IAM,))
    body = run(there.ask("{ all { id __typename } }"))
    assert body["data"] == {"all": [{"id": "1", "__typename": "A"}, {"id": None, "__typename": "B"}]}
    assert errors(body) == [(["all", 1, "id"], "Unauthorized", "Not Authorized to access id on type B")]
