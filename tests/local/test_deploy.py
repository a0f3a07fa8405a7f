"""Deploying onto the embedded AWS, for real."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import deploy, people
from local.aws import session
from local.emulator import Emulator
from local.faults import CannotRun
from local.functions import deployed as functions


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An embedded AWS of its own, in which nothing answers the stubs."""
    emulator = Emulator(tmp_path_factory.mktemp("emulator"))
    with asyncio.Runner() as runner:
        runner.run(emulator.start(function_host="http://127.0.0.1:9"))
        yield emulator.url
        runner.run(emulator.stop())


def changed(templates: Path, folder: Path, old: str, new: str) -> Path:
    """The templates with one text replaced by another."""
    folder.mkdir()
    for file in templates.glob("*.json"):
        (folder / file.name).write_text(file.read_text().replace(old, new))
    return folder


def client(service: Any, endpoint: str) -> Any:
    return session().client(service, endpoint_url=endpoint)


def test_what_is_deployed_unchanged_is_kept_and_a_change_is_an_update(
    endpoint: str, templates: Path, tmp_path: Path
) -> None:
    first = deploy.deploy(endpoint, deploy.read(templates))
    again = deploy.deploy(endpoint, deploy.read(templates))
    assert again.changed == ()
    assert again.api_id == first.api_id
    more = changed(templates, tmp_path / "more", "secret: String", "greeting: String\\n  secret: String")
    updated = deploy.deploy(endpoint, deploy.read(more))
    assert updated.changed == ("Api",)
    assert (updated.api_id, updated.user_pool_id) == (first.api_id, first.user_pool_id)
    sdl = client("appsync", endpoint).get_introspection_schema(apiId=first.api_id, format="SDL")["schema"].read()
    assert b"greeting: String" in sdl
    assert deploy.deploy(endpoint, deploy.read(templates)).changed == ("Api",)


def test_the_functions_real_handlers_and_settings_are_read_back(endpoint: str, templates: Path) -> None:
    deploy.deploy(endpoint, deploy.read(templates))
    found = {
        function.name: function for function in functions.read(endpoint, {"cache.laptop": "valkey://127.0.0.1:7000"})
    }
    answers = found["souk-notes"]
    assert answers.handler == "tests.local.fixtures.handler.answer"
    assert (answers.timeout, answers.memory) == (2.0, 512)
    assert answers.environment["CACHE_URL"] == "valkey://127.0.0.1:7000"
    assert answers.environment["AWS_ENDPOINT_URL"] == endpoint
    assert answers.environment["NOTES_TABLE"] in client("dynamodb", endpoint).list_tables()["TableNames"]
    assert found["souk-notes-reactions"].handler == "tests.local.fixtures.handler.react"


def test_an_api_key_near_its_end_is_renewed(endpoint: str, templates: Path) -> None:
    first = deploy.deploy(endpoint, deploy.read(templates))
    appsync = client("appsync", endpoint)
    soon = int(time.time()) + 3 * 24 * 3600
    appsync.update_api_key(apiId=first.api_id, id=first.api_key, expires=soon)
    assert deploy.deploy(endpoint, deploy.read(templates)).api_key == first.api_key
    assert appsync.list_api_keys(apiId=first.api_id)["apiKeys"][0]["expires"] > soon


def test_a_stack_that_cannot_be_made_says_which_resource_and_why(endpoint: str, tmp_path: Path) -> None:
    queue = {"Type": "AWS::Pipes::Nonsense", "Properties": {}}
    (tmp_path / "Broken.json").write_text(json.dumps({"Resources": {"Wrong": queue}}))
    with pytest.raises(CannotRun, match=r"stack Broken could not be created: .*Nonsense"):
        deploy.deploy(endpoint, deploy.read(tmp_path))


def test_a_parameter_nobody_gives_is_named(endpoint: str, tmp_path: Path) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Name"}}}
    template = {"Parameters": {"Name": {"Type": "String"}}, "Resources": {"Files": bucket}}
    (tmp_path / "Lonely.json").write_text(json.dumps(template))
    with pytest.raises(CannotRun, match="stack Lonely has parameters nothing here gives: Name"):
        deploy.deploy(endpoint, deploy.read(tmp_path))


def test_stacks_without_the_outputs_that_are_needed_say_which(endpoint: str, tmp_path: Path) -> None:
    (tmp_path / "Bare.json").write_text(json.dumps({"Resources": {"Files": {"Type": "AWS::S3::Bucket"}}}))
    with pytest.raises(CannotRun, match="no output named GraphQlApiId, UserPoolId, UserPoolClientId"):
        deploy.deploy(endpoint, deploy.read(tmp_path))


def test_stacks_that_need_each_other_are_refused() -> None:
    def stack(needs: str, tells: str) -> dict[str, Any]:
        return {"Parameters": {needs: {"Type": "String"}}, "Outputs": {tells: {"Value": "x"}}}

    with pytest.raises(CannotRun, match="in a circle"):
        deploy.in_order({"A": stack("FromB", "FromA"), "B": stack("FromA", "FromB")})
    assert deploy.in_order({"B": stack("FromA", "X"), "A": {"Outputs": {"FromA": {"Value": "x"}}}}) == ["A", "B"]


def test_demo_users_sign_in_with_passwords_that_are_made_once(endpoint: str, templates: Path, tmp_path: Path) -> None:
    found = deploy.deploy(endpoint, deploy.read(templates))
    first = people.settle(endpoint, found.user_pool_id, tmp_path)
    assert people.settle(endpoint, found.user_pool_id, tmp_path) == first
    assert (tmp_path / people.NAME).stat().st_mode & 0o777 == 0o600
    cognito = client("cognito-idp", endpoint)
    for person in first:
        answer = cognito.initiate_auth(
            ClientId=found.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": person.username, "PASSWORD": person.password},
        )
        assert answer["AuthenticationResult"]["AccessToken"]
        groups = cognito.admin_list_groups_for_user(UserPoolId=found.user_pool_id, Username=person.username)["Groups"]
        assert tuple(group["GroupName"] for group in groups) == person.groups


def test_a_spoilt_list_of_demo_users_is_one_clear_sentence(endpoint: str, tmp_path: Path) -> None:
    (tmp_path / people.NAME).write_text('[{"username": "x"}]')
    with pytest.raises(CannotRun, match="does not hold the demo users any more"):
        people.settle(endpoint, "us-east-1_none", tmp_path)


def test_the_exported_templates_deploy_as_they_are(endpoint: str) -> None:
    found = deploy.deploy(endpoint, deploy.read())
    assert deploy.deploy(endpoint, deploy.read()).changed == ()
    api = client("appsync", endpoint).get_graphql_api(apiId=found.api_id)["graphqlApi"]
    assert api["authenticationType"] == "AMAZON_COGNITO_USER_POOLS"
    pool = client("cognito-idp", endpoint)
    groups = {group["GroupName"] for group in pool.list_groups(UserPoolId=found.user_pool_id)["Groups"]}
    assert groups == {"staff", "finance", "admin"}
    flows = pool.describe_user_pool_client(UserPoolId=found.user_pool_id, ClientId=found.client_id)["UserPoolClient"]
    assert {"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"} <= set(flows["ExplicitAuthFlows"])
