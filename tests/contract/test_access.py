"""The access matrix: every root field for every kind of caller, both ways, and a denied one has no effect."""

import asyncio
from collections.abc import Iterator

import pytest

from local.appsync.access import Profile
from local.appsync.deployed import Mode
from schema.api import ROOTS, routes, subscriptions
from schema.route import Modes
from tests.contract.documents import operation
from tests.shop import FUNCTION, GROUPS, Shop, opened

PEOPLE = ("guest", "shopper", "other", "staff", "finance", "admin", FUNCTION)
ASKED = ROOTS[:2]
FIELDS = {name: route.access.value for name, route in routes().items() if route.access and name.split(".")[0] in ASKED}
NARROWED = {
    name: route.access.value for name, route in routes().items() if route.access and name.split(".")[0] not in ROOTS
}
CELLS = [(name, person) for name in FIELDS for person in PEOPLE]


def may(person: str, modes: Modes) -> bool:
    if person in {"guest", FUNCTION}:
        return modes.api_key if person == "guest" else modes.iam
    return modes.users and (not modes.groups or bool(modes.groups & set(GROUPS.get(person, ()))))


def profile(person: str) -> Profile:
    modes = {"guest": Mode.API_KEY, FUNCTION: Mode.IAM}
    return Profile(mode=modes.get(person, Mode.USERS), groups=frozenset(GROUPS.get(person, ())))


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with opened(emulator, valkey_url) as one:
        yield one


@pytest.mark.parametrize(("name", "person"), CELLS)
def test_a_field_answers_whom_its_access_names_and_nobody_else(shop: Shop, name: str, person: str) -> None:
    document, variables = operation(name)
    before = len(shop.invoked)
    answer = shop.send(document, variables, person=person)
    denied = [error for error in answer.get("errors", []) if error.get("errorType", "").startswith("Unauthorized")]
    if may(person, FIELDS[name]):
        assert denied == []
        assert shop.invoked[before:] == [name]
    else:
        kind, field = name.split(".")
        assert [error["message"] for error in denied] == [f"Not Authorized to access {field} on type {kind}"]
        assert shop.invoked[before:] == []


def test_the_matrix_knows_both_answers_for_every_kind_of_caller() -> None:
    cells = {person: {may(person, modes) for modes in FIELDS.values()} for person in PEOPLE}
    assert all(cells[person] == {True, False} for person in PEOPLE)


@pytest.mark.parametrize("name", NARROWED)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_nested_field_with_an_access_of_its_own_is_for_whom_it_names_and_nobody_else(
    shop: Shop, name: str, person: str
) -> None:
    kind, field = name.split(".")
    assert shop.gateway.graph.access.allows(profile(person), kind, field) is may(person, NARROWED[name])


@pytest.mark.parametrize("name", subscriptions())
@pytest.mark.parametrize("person", PEOPLE)
def test_a_subscription_is_for_whom_its_access_names_and_nobody_else(shop: Shop, name: str, person: str) -> None:
    kind, field = name.split(".")
    assert shop.gateway.graph.access.allows(profile(person), kind, field) is may(
        person, subscriptions()[name].access.value
    )


@pytest.mark.parametrize("credentials", [{}, {"x-api-key": "da2-other"}, {"authorization": "garbage"}])
def test_a_caller_without_credentials_is_told_so_before_anything_is_read(
    shop: Shop, credentials: dict[str, str]
) -> None:
    before = len(shop.invoked)
    response = asyncio.run(shop.post(b'{"query": "{ categories { id } }"}', credentials))
    assert response.status_code == 401
    assert response.headers["x-amzn-errortype"] == "UnauthorizedException"
    assert shop.invoked[before:] == []
