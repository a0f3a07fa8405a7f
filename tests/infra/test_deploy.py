"""What is exported deploys as it is, answers, and says plainly why it does not."""

import asyncio
import json
import platform
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from infra import outputs, zips
from infra.app import STACKS
from infra.deploy import KEY_SECONDS, Deployment, expiry, main, realtime, wanted
from infra.domains import discover
from infra.export import Template, committed
from infra.stack import CannotDeploy, Stack
from local.appsync.deployed import load
from local.appsync.gateway import Gateway
from local.appsync.invocation import Invocation
from local.appsync.tokens import PublishedKeys

QUICK = 0.02
"""Seconds between two looks at the embedded AWS."""


def for_the_emulator() -> dict[str, Template]:
    """The exported templates without what the embedded AWS does not know."""
    templates = {name: deepcopy(committed(name)) for name in STACKS}
    del templates["SoukData"]["Resources"]["Cache"]
    templates["SoukData"]["Outputs"]["CacheUrl"]["Value"] = (
        "valkey://127.0.0.1:1"  # nothing is there: it must not matter
    )
    del templates["SoukApi"]["Resources"]["FirewallAssociation"]
    templates["SoukData"]["Resources"].pop("BusArchive", None)
    return templates


@dataclass
class Shop:
    """The deployed shop."""

    address: str
    told: dict[str, str]
    deployment: Deployment
    built: list[zips.Zip]
    said: list[str] = field(default_factory=list)

    def ask(self, query: str) -> dict[str, Any]:
        """As a guest, through our data plane: the emulator's own leaves the caller out of what functions are told."""
        session = self.deployment.session
        api = load(session.client("appsync"), self.told["GraphQlApiId"])
        keys = PublishedKeys(self.address, clock=time.time)
        functions = session.client("lambda")

        async def invoke(arn: str, payload: bytes) -> Invocation:
            answer = await asyncio.to_thread(functions.invoke, FunctionName=arn, Payload=payload)
            return Invocation(answer["Payload"].read(), answer.get("FunctionError"))

        async def answered() -> httpx.Response:
            gateway = httpx.ASGITransport(Gateway(api, invoke, pools=keys, iam={}))
            async with httpx.AsyncClient(transport=gateway, base_url="http://shop") as client:
                return await client.post("/", json={"query": query}, headers={"x-api-key": self.told["ApiKey"]})

        found: dict[str, Any] = asyncio.run(answered()).json()
        return found


@pytest.fixture(scope="module")
def shop(emulator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The exported templates and real zips, but with the wheels of this machine, deployed by ``make deploy``'s code."""
    machine = f"{platform.machine()}-manylinux_2_28"
    built = [zips.build(each.name, into=tmp_path_factory.mktemp("zips"), machine=machine) for each in discover()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", emulator)
        session = boto3.Session(region_name="us-east-1")
        said: list[str] = []
        deployment = Deployment(session=session, mail_from="shop@example.com", say=said.append, look=QUICK)
        yield Shop(emulator, deployment.run(for_the_emulator(), built), deployment, built, said)


def test_a_query_is_answered_by_the_deployed_function(shop: Shop) -> None:
    assert shop.ask("{ __typename categories { id } }") == {"data": {"__typename": "Query", "categories": []}}


def test_a_batched_field_is_answered_by_the_deployed_function(shop: Shop) -> None:
    listing = "{ products(first: 1) { totalCount edges { node { id } } } }"
    assert shop.ask(listing) == {"data": {"products": {"totalCount": 0, "edges": []}}}


def test_what_is_deployed_can_be_read_off_the_api(shop: Shop) -> None:
    appsync = shop.deployment.session.client("appsync")
    api = appsync.get_graphql_api(apiId=shop.told["GraphQlApiId"])["graphqlApi"]
    assert api["userPoolConfig"]["defaultAction"] == "DENY"
    resolvers = appsync.list_resolvers(apiId=shop.told["GraphQlApiId"], typeName="Query")["resolvers"]
    assert {resolver["dataSourceName"] for resolver in resolvers} <= {domain.name for domain in discover()}


def test_a_second_deployment_of_the_same_changes_nothing(shop: Shop) -> None:
    shop.said.clear()
    assert shop.deployment.run(for_the_emulator(), shop.built) == shop.told
    assert shop.said == ["  SoukData   unchanged", "  SoukApi   unchanged"]


def test_progress_names_every_resource_that_ends(shop: Shop, session: boto3.Session) -> None:
    said: list[str] = []
    stack = Stack(session.client("cloudformation"), "Trial", say=said.append, look=QUICK)
    stack.bring({"TemplateBody": json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})}, {})
    assert said[0].split() == ["Trial", "create", "complete", "Queue"]


def test_a_failure_names_the_resource_and_leaves_no_half_made_stack(shop: Shop, session: boto3.Session) -> None:
    odd = {"Type": "AWS::AppSync::DataSource", "Properties": {"ApiId": "none", "Name": "none", "Type": "NONE"}}
    broken = {"Resources": {"Fine": {"Type": "AWS::SQS::Queue"}, "Odd": odd}}
    stack = Stack(session.client("cloudformation"), "Broken", say=lambda _: None, look=QUICK)
    with pytest.raises(CannotDeploy, match="Odd"):
        stack.bring({"TemplateBody": json.dumps(broken)}, {})
    assert stack.outputs() == {}
    fixed = {"Resources": {"Fine": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Name": {"Value": "made"}}}
    stack.bring({"TemplateBody": json.dumps(fixed)}, {})
    assert stack.outputs() == {"Name": "made"}


def test_the_outputs_file_says_where_the_shop_is_and_how_to_sign_in(shop: Shop, tmp_path: Path) -> None:
    templates = for_the_emulator()
    document = outputs.compose(region="us-east-1", told=shop.told, templates=templates, custom={"api_key": "k"})
    written = json.loads(outputs.write(document, tmp_path).read_text())
    assert set(written) == {"version", "auth", "data", "custom"}
    assert written["auth"]["user_pool_id"] == shop.told["UserPoolId"]
    assert written["auth"]["password_policy"]["min_length"] == 12
    assert written["auth"]["groups"][0] == {"admin": {"precedence": 1}}
    assert written["data"] == {
        "url": shop.told["GraphQlUrl"],
        "aws_region": "us-east-1",
        "api_key": shop.told["ApiKey"],
        "default_authorization_type": "AMAZON_COGNITO_USER_POOLS",
        "authorization_types": ["API_KEY", "AWS_IAM"],
    }
    assert [file.name for file in tmp_path.iterdir()] == ["amplify_outputs.json"]


def test_the_realtime_endpoint_stands_beside_the_graph() -> None:
    graph = "https://abc.appsync-api.eu-west-1.amazonaws.com/graphql"
    assert realtime(graph) == "wss://abc.appsync-realtime-api.eu-west-1.amazonaws.com/graphql"


def test_a_parameter_that_nothing_gives_is_named() -> None:
    with pytest.raises(
        CannotDeploy, match="SoukApi asks for Lost, which no output of SoukData gives: run `make synth`"
    ):
        wanted({"Parameters": {"Known": {}, "Lost": {}}}, {"Known": "1", "Unasked": "2"})


def test_the_guests_key_keeps_its_end_until_that_is_near() -> None:
    now = time.time()
    day = 24 * 3600
    assert expiry(str(int(now) + 200 * day), now) == int(now) + 200 * day
    assert expiry(str(int(now) + 20 * day), now) == expiry(None, now) == int(now) + KEY_SECONDS
    assert 365 * day > KEY_SECONDS


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "no region is chosen"),
        ({"AWS_REGION": "eu-west-1"}, "credentials"),
        (
            {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a"}
            | {"AWS_SECRET_ACCESS_KEY": "b", "AWS_MAX_ATTEMPTS": "1"},
            "Could not connect",
        ),
    ],
)
def test_what_is_missing_to_deploy_is_said_in_one_line(
    environment: dict[str, str],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "absent"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["--out", str(tmp_path)]) == 1
    complaint = capsys.readouterr().err.strip()
    assert complaint.startswith("cannot deploy: ")
    assert reason in complaint
    assert "\n" not in complaint
    assert list(tmp_path.iterdir()) == []
