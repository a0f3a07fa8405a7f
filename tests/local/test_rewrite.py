"""What is deployed on the laptop is the exported template, but for the differences that are listed."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from local.deploy import TEMPLATES
from local.rewrite import (
    CHANGED_TYPES,
    GRAPH_HOST,
    HANDLER_VARIABLE,
    LAPTOP_ONLY,
    LEFT_OUT_TYPES,
    STUB,
    Template,
    rewrite,
)

EXPORTED = sorted(TEMPLATES.glob("*.json"))


def load(file: Path) -> Template:
    template: Template = json.loads(file.read_bytes())
    return template


def only(*resources: tuple[str, dict[str, Any]], **sections: Any) -> Template:
    return {"Resources": dict(resources), **sections}


@pytest.mark.parametrize("file", EXPORTED, ids=lambda file: file.stem)
def test_every_resource_of_the_exported_templates_is_deployed_as_it_is_or_listed(file: Path) -> None:
    template = load(file)
    ours = rewrite(template)["Resources"]
    for name, resource in template["Resources"].items():
        if resource["Type"] in LEFT_OUT_TYPES:
            assert name not in ours
        elif resource["Type"] not in CHANGED_TYPES:
            assert ours[name]["Type"] == resource["Type"]
            assert ours[name].get("Properties", {}) == resource.get("Properties", {})
        else:
            assert ours[name]["Type"] == resource["Type"]


@pytest.mark.parametrize("file", EXPORTED, ids=lambda file: file.stem)
def test_only_code_place_and_handler_of_a_function_differ(file: Path) -> None:
    template = load(file)
    ours = rewrite(template)["Resources"]
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::Lambda::Function":
            continue
        theirs, deployed = resource["Properties"], ours[name]["Properties"]
        kept = theirs.keys() - {"Code", "Handler", "VpcConfig", "Layers", "Environment"}
        assert {key: deployed[key] for key in kept} == {key: theirs[key] for key in kept}
        variables = deployed["Environment"]["Variables"]
        asked = {HANDLER_VARIABLE: theirs["Handler"]}
        if "GRAPH_URL" in variables:
            asked["GRAPH_URL"] = f"http://{GRAPH_HOST}/graphql"
        asked |= {name: value for name, value in LAPTOP_ONLY.items() if name in variables}
        assert variables == theirs["Environment"]["Variables"] | asked
        assert deployed["Code"] == {"ZipFile": STUB}


def test_the_template_given_is_left_as_it_is(templates: Path) -> None:
    for file in templates.glob("*.json"):
        template = load(file)
        before = deepcopy(template)
        rewrite(template)
        assert template == before


def test_what_depends_on_something_left_out_no_longer_does(templates: Path) -> None:
    ours = rewrite(load(templates / "Api.json"))
    assert "Firewall" not in ours["Resources"]
    assert ours["Resources"]["Answers"]["DependsOn"] == []
    assert ours["Resources"]["QueryNote"]["DependsOn"] == ["Schema"]


def test_the_caches_address_stands_for_it_and_other_outputs_of_it_go(templates: Path) -> None:
    ours = rewrite(load(templates / "Data.json"))["Outputs"]
    assert ours["CacheUrl"]["Value"] == {"Fn::Join": ["", ["valkeys://", "cache.laptop", ":", "6379"]]}
    assert "CacheArn" not in ours


def test_the_graphs_address_stands_for_it_in_what_calls_it() -> None:
    graph = {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"Name": "shop"}}
    where: dict[str, Any] = {"Fn::GetAtt": ["Graph", "GraphQLUrl"]}
    caller = {"Type": "AWS::SSM::Parameter", "Properties": {"Value": where, "Id": {"Fn::GetAtt": ["Graph", "ApiId"]}}}
    ours = rewrite(only(("Graph", graph), ("Caller", caller)))["Resources"]
    assert ours["Graph"] == graph | {"DependsOn": []}
    assert ours["Caller"]["Properties"] == {
        "Value": "http://graph.laptop/graphql", "Id": {"Fn::GetAtt": ["Graph", "ApiId"]},
    }  # fmt: skip


def test_parameters_that_nothing_asks_for_are_gone(templates: Path) -> None:
    ours = rewrite(load(templates / "Api.json"))
    assert "Rules" not in ours
    assert not {"BootstrapVersion", "ZipKey", "SubnetId"} & ours["Parameters"].keys()
    assert {"NotesTableName", "CacheUrl", "ApiKeyExpires"} <= ours["Parameters"].keys()


def test_a_parameter_inside_a_substitution_is_asked_for() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "souk-${Stage}-${AWS::Region}"}}}
    ours = rewrite(only(("Files", bucket), Parameters={"Stage": {"Type": "String"}, "Other": {"Type": "String"}}))
    assert ours["Parameters"].keys() == {"Stage"}


def test_scripts_may_sign_in_with_one_call_and_what_was_allowed_stays() -> None:
    client = {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}}
    flows = rewrite(only(("Client", client)))["Resources"]["Client"]["Properties"]["ExplicitAuthFlows"]
    assert flows == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]


def test_each_difference_has_its_reason() -> None:
    assert all(reason.strip() for reason in LEFT_OUT_TYPES.values())
    assert all(change.__doc__ for change in CHANGED_TYPES.values())
