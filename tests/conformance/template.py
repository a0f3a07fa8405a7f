"""The conformance API as CloudFormation: one template without artifacts, made from ``api.graphql`` and ``index.py``.

``python -m tests.conformance.template`` writes it; it is committed, so that ``aws cloudformation deploy`` alone can
bring it into an account.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from graphql import ObjectTypeDefinitionNode, parse

type Template = dict[str, Any]

HERE: Final = Path(__file__).parent
FILE: Final = HERE / "template.json"
STACK: Final = "Conformance"

DEPTH_LIMIT: Final = 12
RESOLVER_LIMIT: Final = 40
BATCH: Final = 3
FUNCTION_SECONDS: Final = 10
SLOW_SECONDS: Final = 1
"""After so long Lambda ends the function that answers ``Query.sleep``."""

WITHOUT_RESOLVER: Final = {"Query.unresolved", "Subscription.published", "Subscription.tagged"} | {
    "Subscription.staffPublished", "Subscription.said",
}  # fmt: skip
NESTED: Final = {"Node.alone": 0, "Node.part": BATCH}
"""The resolvers below the root, and how many parents each takes at once."""

GROUPS: Final = ("admin", "finance", "staff")
"""Those of the laptop's demo users, so that they can sign in here."""


def template() -> Template:
    """The template for AWS."""
    resources = {
        **_users(),
        **_functions(),
        "Graph": _graph(),
        "Schema": _of_graph("GraphQLSchema", Definition=(HERE / "api.graphql").read_text(encoding="utf-8")),
        "Key": _of_graph("ApiKey"),
        "Source": _source("Answers"),
        "SlowSource": _source("Slow"),
        **{path.replace(".", ""): _resolver(path) for path in resolved()},
    }
    return {
        "Description": "An API that is asked how AppSync behaves; it can be deleted without loss.",
        "Resources": resources,
        "Outputs": {
            "GraphQlApiId": _told("Graph", "ApiId"),
            "GraphQlUrl": _told("Graph", "GraphQLUrl"),
            "ApiKey": _told("Key", "ApiKey"),
            "UserPoolId": {"Value": {"Ref": "UserPool"}},
            "UserPoolClientId": {"Value": {"Ref": "Client"}},
        },
    }


def for_the_laptop() -> Template:
    """The same, but its code is found as a module of this repository: inline code is for Lambda to unpack."""
    ours = deepcopy(template())
    for resource in ours["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Handler"] = "tests.conformance.index.handler"
    return ours


def resolved() -> list[str]:
    """The fields that a function answers: every root field but a few, and a few below."""
    document = parse((HERE / "api.graphql").read_text(encoding="utf-8"))
    roots = [
        f"{kind.name.value}.{field.name.value}"
        for kind in document.definitions
        if isinstance(kind, ObjectTypeDefinitionNode) and kind.name.value in {"Query", "Mutation", "Subscription"}
        for field in kind.fields
    ]
    return [path for path in roots if path not in WITHOUT_RESOLVER] + list(NESTED)


def text() -> str:
    """What stands in ``template.json``."""
    return json.dumps(template(), indent=1) + "\n"


def _users() -> dict[str, Any]:
    policy = dict.fromkeys(("RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols"), True)
    pool = {
        "UserPoolName": "conformance",
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "MfaConfiguration": "OFF",
        "Policies": {"PasswordPolicy": {"MinimumLength": 12, **policy}},
    }
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    of_pool = {"UserPoolId": {"Ref": "UserPool"}}
    return {
        "UserPool": _made("Cognito::UserPool", pool),
        "Client": _made("Cognito::UserPoolClient", {**of_pool, "ExplicitAuthFlows": flows}),
        **{
            name.capitalize(): _made("Cognito::UserPoolGroup", {**of_pool, "GroupName": name, "Precedence": place})
            for place, name in enumerate(GROUPS, 1)
        },
    }


def _functions() -> dict[str, Any]:
    logs = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}
    arns = [{"Fn::GetAtt": [name, "Arn"]} for name in ("Answers", "Slow")]
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arns}
    policy = {"PolicyName": "invoke", "PolicyDocument": {"Version": "2012-10-17", "Statement": [may]}}
    return {
        "FunctionRole": _role("lambda", ManagedPolicyArns=[logs]),
        "SourceRole": _role("appsync", Policies=[policy]),
        "Answers": _function(FUNCTION_SECONDS),
        "Slow": _function(SLOW_SECONDS),
    }


def _role(service: str, **properties: Any) -> dict[str, Any]:
    trusts = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [trusts]}
    return _made("IAM::Role", {"AssumeRolePolicyDocument": document, **properties})


def _function(seconds: int) -> dict[str, Any]:
    properties = {
        "Runtime": "python3.13",
        "Architectures": ["arm64"],
        "Handler": "index.handler",
        "Code": {"ZipFile": (HERE / "index.py").read_text(encoding="utf-8")},
        "Role": {"Fn::GetAtt": ["FunctionRole", "Arn"]},
        "MemorySize": 512,
        "Timeout": seconds,
    }
    return _made("Lambda::Function", properties)


def _graph() -> dict[str, Any]:
    pool = {"UserPoolId": {"Ref": "UserPool"}, "AwsRegion": {"Ref": "AWS::Region"}, "DefaultAction": "ALLOW"}
    properties = {
        "Name": "conformance",
        "AuthenticationType": "AMAZON_COGNITO_USER_POOLS",
        "UserPoolConfig": pool,
        "AdditionalAuthenticationProviders": [{"AuthenticationType": mode} for mode in ("API_KEY", "AWS_IAM")],
        "QueryDepthLimit": DEPTH_LIMIT,
        "ResolverCountLimit": RESOLVER_LIMIT,
    }
    return _made("AppSync::GraphQLApi", properties)


def _source(function: str) -> dict[str, Any]:
    return _of_graph(
        "DataSource",
        Name=function,
        Type="AWS_LAMBDA",
        LambdaConfig={"LambdaFunctionArn": {"Fn::GetAtt": [function, "Arn"]}},
        ServiceRoleArn={"Fn::GetAtt": ["SourceRole", "Arn"]},
    )


def _resolver(path: str) -> dict[str, Any]:
    kind, field = path.split(".")
    source = "SlowSource" if path == "Query.sleep" else "Source"
    batch = {"MaxBatchSize": NESTED[path]} if NESTED.get(path) else {}
    names = {"TypeName": kind, "FieldName": field, "DataSourceName": {"Fn::GetAtt": [source, "Name"]}}
    return {**_of_graph("Resolver", **names, **batch), "DependsOn": ["Schema"]}


def _of_graph(kind: str, **properties: Any) -> dict[str, Any]:
    return _made(f"AppSync::{kind}", {"ApiId": {"Fn::GetAtt": ["Graph", "ApiId"]}, **properties})


def _made(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _told(resource: str, attribute: str) -> dict[str, Any]:
    return {"Value": {"Fn::GetAtt": [resource, attribute]}}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
