"""Least privilege: nobody may do more than one named thing to one named thing, but for the reasoned few."""

from typing import Any

import pytest

from infra.export import Template
from infra.policies import reason_for
from tests.infra.templates import listed, of_role, of_type, statements, text


def allowed(*templates: Template) -> list[tuple[str, dict[str, Any]]]:
    return [each for template in templates for each in statements(template) if each[1]["Effect"] == "Allow"]


def test_no_statement_allows_an_action_by_wildcard(data: Template, api: Template) -> None:
    found = [(name, action) for name, each in allowed(data, api) for action in listed(each["Action"]) if "*" in action]
    assert found == []


def test_every_resource_by_wildcard_has_its_reason(data: Template, api: Template) -> None:
    by_wildcard = [
        (name, each)
        for name, each in allowed(data, api)
        if any("*" in text(target) for target in listed(each.get("Resource", [])))
    ]
    assert by_wildcard
    assert [(name, each["Action"]) for name, each in by_wildcard if reason_for(each) is None] == []


def test_a_wildcard_stands_alone_only_for_what_aws_cannot_narrow(data: Template, api: Template) -> None:
    services = {
        action.split(":")[0]
        for _, each in allowed(data, api)
        if "*" in map(text, listed(each.get("Resource", [])))
        for action in listed(each["Action"])
    }
    assert services == {"xray", "ec2"}


def test_everybody_as_principal_is_only_everybody_of_the_own_account(data: Template, api: Template) -> None:
    own = {"StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}}
    open_to_all = [each for _, each in allowed(data, api) if each.get("Principal") == "*"]
    assert all(each["Condition"] == own for each in open_to_all)


def test_no_role_holds_a_managed_policy(data: Template, api: Template) -> None:
    roles = of_type(data, "AWS::IAM::Role") | of_type(api, "AWS::IAM::Role")
    assert [name for name, role in roles.items() if role.get("ManagedPolicyArns")] == []


def test_a_functions_own_code_cannot_touch_network_interfaces(api: Template) -> None:
    for name, function in of_type(api, "AWS::Lambda::Function").items():
        if "VpcConfig" not in function:
            continue
        mine = [each for each in of_role(api, f"{name}Role") if "ec2:CreateNetworkInterface" in listed(each["Action"])]
        assert {each["Effect"] for each in mine} == {"Allow", "Deny"}
        denied = next(each for each in mine if each["Effect"] == "Deny")
        caller = denied["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]
        assert text(caller).endswith(f":function:{function['FunctionName']}")


@pytest.mark.parametrize("kind", ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"])
def test_what_is_reached_over_the_network_is_reached_over_tls_only(data: Template, api: Template, kind: str) -> None:
    policies = of_type(data, kind) | of_type(api, kind)
    assert policies
    for policy in policies.values():
        denied = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]
        assert [each["Condition"] for each in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
        assert [each["Principal"] for each in denied] == ["*"]
