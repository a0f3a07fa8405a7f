"""The exported CloudFormation, made to fit the laptop: every difference from the cloud, with its reason.

Whatever is not named here is deployed as it is exported.
"""

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from typing import Any, Final

type Template = dict[str, Any]
type Properties = dict[str, Any]

HANDLER_VARIABLE: Final = "SOUK_HANDLER"
"""The environment variable in which a stub keeps the handler that it stands for."""

HOST_VARIABLE: Final = "SOUK_FUNCTION_HOST"
"""The variable of the emulator, inherited by the stubs, that says where functions run."""

CACHE_HOST: Final = "cache.laptop"
"""Stands for the cache in the deployed template: its port is another at each start, the template should not be."""

GRAPH_HOST: Final = "graph.laptop"
"""Stands for the graph in the deployed template, for the same reason."""

FRONT_HOST: Final = "front.laptop"
"""Stands for the front's own address, for the same reason."""

LAPTOP_ONLY: Final = {"SIMULATOR_URL": f"http://{FRONT_HOST}", "PICTURES_FROM": "anywhere"}
"""Variables that are otherwise in the cloud: the simulator of payments is open here, and nowhere else; and pictures are
fetched from a server of one's own, too."""

LEFT_OUT_SECTIONS: Final = {
    "Rules": "they check the CDK bootstrap of an account; there is none",
    "Metadata": "it is for people and consoles",
}

LEFT_OUT_TYPES: Final = {
    "AWS::ElastiCache::ServerlessCache": "the emulator does not know it; a Valkey of ours stands in",
    "AWS::CloudFront::Distribution": "what is public is delivered at the front's own address",
    "AWS::CloudFront::OriginAccessControl": "nothing is left that it would give access",
    "AWS::WAFv2::WebACLAssociation": "the emulator does not know it; nobody attacks a laptop's loopback",
    "AWS::WAFv2::WebACL": "nothing is left to associate it with",
    "AWS::WAFv2::LoggingConfiguration": "the emulator does not know it; it logs the firewall that is left out",
    "AWS::EC2::VPCEndpoint": "everything is on loopback; there is no network to reach AWS from",
    "AWS::EC2::SecurityGroupIngress": "the emulator does not know it; there is no network",
    "AWS::EC2::SecurityGroupEgress": "the emulator does not know it; there is no network",
    "AWS::EC2::FlowLog": "the emulator does not know it; there is no network",
    "AWS::Events::Archive": "the emulator's CloudFormation does not know it; nothing is told again here",
    "AWS::XRay::TransactionSearchConfig": "the emulator does not know it; traces are not kept here",
    "AWS::CDK::Metadata": "it tells AWS which CDK made the template",
}

ATTRIBUTES: Final = {
    ("AWS::ElastiCache::ServerlessCache", "Endpoint.Address"): CACHE_HOST,
    ("AWS::ElastiCache::ServerlessCache", "Endpoint.Port"): "6379",
    ("AWS::ElastiCache::ServerlessCache", "ReaderEndpoint.Address"): CACHE_HOST,
    ("AWS::ElastiCache::ServerlessCache", "ReaderEndpoint.Port"): "6379",
    ("AWS::AppSync::GraphQLApi", "GraphQLUrl"): f"http://{GRAPH_HOST}/graphql",
    ("AWS::CloudFront::Distribution", "DomainName"): FRONT_HOST,
}
"""What ``Fn::GetAtt`` gives for the cache and the delivery that are left out, and for the graph that is served by our
data plane."""

STUB: Final = f"""\
import http.client, json, os, sys, urllib.parse
def handler(event, context):
    host = urllib.parse.urlsplit(os.environ["{HOST_VARIABLE}"]).netloc
    path = "/2015-03-31/functions/" + context.function_name + "/invocations"
    connection = http.client.HTTPConnection(host, timeout=900)
    connection.request("POST", path, json.dumps(event), {{"Content-Type": "application/json"}})
    answer = connection.getresponse()
    result = json.loads(answer.read() or "null")
    print("answered", file=sys.stderr)
    if answer.status >= 400 or answer.getheader("X-Amz-Function-Error"):
        raise RuntimeError((result or {{}}).get("errorMessage") or (result or {{}}).get("Message"))
    return result
"""
"""The code of every function: it hands the event to the process that runs the real handlers.

It says a word at the end, because the emulator waits 50 ms for the log of a function that is silent.
"""

_IN_SUB: Final = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")


def _function(properties: Properties) -> None:
    """Code runs in our worker processes, where it can be changed and debugged; networks are of the cloud."""
    handler = properties["Handler"]
    variables = properties.setdefault("Environment", {}).setdefault("Variables", {})
    variables |= {name: value for name, value in LAPTOP_ONLY.items() if name in variables}
    variables[HANDLER_VARIABLE] = handler
    properties |= {"Code": {"ZipFile": STUB}, "Handler": "index.handler"}
    for cloud_only in ("VpcConfig", "Layers", "CodeSigningConfigArn"):
        properties.pop(cloud_only, None)


def _client(properties: Properties) -> None:
    """Scripts sign in with one call here; in the cloud only SRP, which never sends the password, is allowed."""
    flows = set(properties.get("ExplicitAuthFlows", []))
    properties["ExplicitAuthFlows"] = sorted(flows | {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"})


def _mapping(properties: Properties) -> None:
    """Streams and queues are read by our own process (local/functions/streams.py and queues.py)."""
    properties["Enabled"] = False


def _bucket_policy(properties: Properties) -> None:
    """CloudFront is left out, which was let in."""
    document = properties["PolicyDocument"]
    document["Statement"] = [one for one in document["Statement"] if one.get("Sid") != "Delivery"]


CHANGED_TYPES: Final[Mapping[str, Callable[[Properties], None]]] = {
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Cognito::UserPoolClient": _client,
    "AWS::S3::BucketPolicy": _bucket_policy,
}
"""What is deployed with other properties; each change says why."""


def rewrite(template: Template) -> Template:
    """The template for the laptop; the one given is left as it is. Parameters nothing asks for any more are gone."""
    ours = {name: deepcopy(section) for name, section in template.items() if name not in LEFT_OUT_SECTIONS}
    made = ours["Resources"]
    left_out = {name for name, resource in made.items() if resource["Type"] in LEFT_OUT_TYPES}
    kinds = {name: str(resource["Type"]) for name, resource in made.items()}
    ours["Resources"] = {name: _resource(made[name], left_out) for name in made if name not in left_out}
    ours = _settled(ours, kinds)
    ours["Outputs"] = {name: out for name, out in ours.get("Outputs", {}).items() if not _names(out) & left_out}
    asked = _names(ours["Resources"]) | _names(ours["Outputs"])
    ours["Parameters"] = {name: kind for name, kind in ours.get("Parameters", {}).items() if name in asked}
    return {name: section for name, section in ours.items() if section}


def _resource(resource: dict[str, Any], left_out: AbstractSet[str]) -> dict[str, Any]:
    needs = resource.get("DependsOn", [])
    resource["DependsOn"] = [need for need in ([needs] if isinstance(needs, str) else needs) if need not in left_out]
    if change := CHANGED_TYPES.get(resource["Type"]):
        change(resource.setdefault("Properties", {}))
    return resource


def _settled(value: Any, kinds: Mapping[str, str]) -> Any:
    """``value`` with each attribute that something stands for replaced by it; ``kinds`` are the types of resources."""
    match value:
        case list():
            return [_settled(item, kinds) for item in value]
        case {"Fn::GetAtt": [str(name), str(attribute)]} if (kinds.get(name), attribute) in ATTRIBUTES:
            return ATTRIBUTES[kinds[name], attribute]
        case dict():
            return {name: _settled(item, kinds) for name, item in value.items()}
    return value


def _names(value: Any) -> set[str]:
    """The resources and parameters that ``value`` refers to."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return {name}
        case {"Fn::Sub": str(text)}:
            return set(_IN_SUB.findall(text))
        case {"Fn::Sub": [str(text), values]}:
            return set(_IN_SUB.findall(text)) | _names(values)
        case list():
            return set().union(*map(_names, value))
        case dict():
            return set().union(*map(_names, value.values()))
    return set()
