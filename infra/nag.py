"""What AWS's own checks (cdk-nag, AwsSolutions) find in the stacks, and why each finding stands as it is."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.export import Template, app
from infra.policies import reason_for

EXCUSES: Final = {
    ("AwsSolutions-APIG4", "AWS::ApiGatewayV2::Route"): (
        "providers know no authorization of ours: each signs in its own way, which the function verifies"
    ),
    ("AwsSolutions-ASC3", "AWS::AppSync::GraphQLApi"): (
        "a request's headers and arguments hold tokens and addresses, which do not belong in a log; each answer's own "
        "line says who asked what, and how it went"
    ),
    ("AwsSolutions-CFR1", "AWS::CloudFront::Distribution"): "a shop's pictures are for everybody, wherever they are",
    ("AwsSolutions-CFR2", "AWS::CloudFront::Distribution"): (
        "what is delivered is public and stays as it is: there is nothing to break into, and a firewall costs 7 dollars"
    ),
    ("AwsSolutions-CFR3", "AWS::CloudFront::Distribution"): (
        "who looks at which picture from where is nobody's business; the bucket logs what the edges fetch"
    ),
    ("AwsSolutions-CFR4", "AWS::CloudFront::Distribution"): (
        "only a domain of the shop's own has a certificate by which older TLS can be refused; what is public is sent"
    ),
    ("AwsSolutions-COG2", "AWS::Cognito::UserPool"): (
        "a second factor is offered to all and forced on nobody: a shopper who must find a phone does not buy"
    ),
    ("AwsSolutions-COG8", "AWS::Cognito::UserPool"): (
        "the plus tier costs by the user and month; the firewall's rate by address answers guessing of passwords"
    ),
    ("AwsSolutions-L1", "AWS::Lambda::Function"): "Souk is built, locked and tested for Python 3.13",
    ("AwsSolutions-SMG4", "AWS::SecretsManager::Secret"): (
        "a provider's key is made anew at the provider, by people; no function can do it"
    ),
    ("AwsSolutions-SQS3", "AWS::SQS::Queue"): "the queue holds dead letters itself",
    ("AwsSolutions-VPC7", "AWS::EC2::VPC"): "no packet gets in or out, but to our own tables and buckets",
}
"""By rule and type of resource. Wildcards in policies have their reasons in ``infra.policies``."""

_FINDING: Final = re.compile(r"(?P<rule>[\w-]+)(\[Resource::(?P<target>.*)\])?")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A rule that a resource (``SoukApi/CatalogFunction``) breaks; ``target`` is the resource of a policy statement."""

    rule: str
    path: str
    target: str | None = None


def findings(made: Callable[[str], cdk.App] = app) -> list[Finding]:
    """Everything the checks find in the app, excused or not. Takes some ten seconds."""
    with TemporaryDirectory() as outdir:
        checked = made(outdir)
        cdk.Validations.of(checked).add_plugins(AwsSolutionsChecks(checked))
        try:
            checked.synth()
        except RuntimeError:  # the CDK's only way to say that something was found
            report = json.loads((Path(outdir) / "validation-report.json").read_text(encoding="utf-8"))
            return sorted(_read(report))
        return []


def _read(report: dict[str, Any]) -> Iterator[Finding]:
    for violation in (violation for plugin in report["pluginReports"] for violation in plugin["violations"]):
        said = _FINDING.fullmatch(violation["ruleName"])
        if said is None:
            raise ValueError(f"cdk-nag reports {violation['ruleName']!r}, which is no rule with an optional resource")
        for construct in violation["violatingConstructs"]:
            yield Finding(said["rule"], construct["constructPath"], said["target"])


def excuse(finding: Finding, templates: dict[str, Template]) -> str | None:
    """Why the finding stands, or None if it must be mended."""
    stack, resource = finding.path.split("/")
    declared = templates[stack]["Resources"][resource]
    if finding.target is None:
        return EXCUSES.get((finding.rule, declared["Type"]))
    reasons = [reason_for(statement) for statement in _statements(declared) if _targets(statement, finding.target)]
    return "; ".join(filter(None, reasons)) if reasons and all(reasons) else None


def _statements(resource: Template) -> Iterator[dict[str, Any]]:
    properties = resource["Properties"]
    documents = [properties.get("PolicyDocument"), *(each["PolicyDocument"] for each in properties.get("Policies", []))]
    for document in filter(None, documents):
        yield from document["Statement"]


def _targets(statement: dict[str, Any], target: str) -> bool:
    resource = statement["Resource"]
    text = resource["Fn::Sub"] if isinstance(resource, dict) and "Fn::Sub" in resource else resource
    return isinstance(text, str) and re.sub(r"\$\{(.*?)\}", r"<\1>", text) == target
